//! What is wrong with a file, said so that its author can mend it.

use std::fmt;

/// The most problems that one [`CaseError`] lists; the rest are counted.
pub const MAX_PROBLEMS: usize = 50;

/// One fault and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1; `None` for a value that stands in no file (an edit).
    pub line: Option<usize>,
    /// The path, as the case format writes paths; a list member without id, party or rule is shown by its number
    /// from 0. Empty for the whole file.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// A file, or a scenario in one, that does not fulfil the contract. Every problem is listed, by line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CaseError {
    /// The name of the file as the caller gave it.
    pub origin: String,
    /// The faults, sorted by line; at least one, at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub omitted: usize,
}

impl CaseError {
    /// Sorts by line, drops repetitions and cuts at [`MAX_PROBLEMS`].
    pub(crate) fn new(origin: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| (problem.line.is_none(), problem.line));
        let mut unique: Vec<Problem> = Vec::with_capacity(problems.len());
        for problem in problems {
            if !unique.contains(&problem) {
                unique.push(problem);
            }
        }
        let omitted = unique.len().saturating_sub(MAX_PROBLEMS);
        unique.truncate(MAX_PROBLEMS);
        Self { origin: origin.to_owned(), problems: unique, omitted }
    }

    /// A fault of the whole file.
    pub(crate) fn whole(origin: &str, message: impl Into<String>) -> Self {
        Self::new(origin, vec![Problem { line: None, path: String::new(), message: message.into() }])
    }
}

impl fmt::Display for CaseError {
    /// One line per problem: `origin: line 23: parties[nso].contry: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}: {problem}", self.origin)?;
        }
        if self.omitted > 0 {
            write!(f, "\n{}: and {} more; mend these first", self.origin, self.omitted)?;
        }
        Ok(())
    }
}

/// A fault found in a tree: the place as a JSON pointer (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) pointer: String,
    pub(crate) message: String,
}

impl Found {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}
