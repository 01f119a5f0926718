//! Asking an SMT solver. The solver itself is a process that the caller runs; this room reads and writes its text.

use super::term::{Model, Pool, Term};

/// A solver that takes SMT-LIB commands and answers in lines.
pub trait Session {
    /// Sends commands.
    ///
    /// # Errors
    /// A sentence, where the solver cannot be reached any more.
    fn send(&mut self, commands: &str) -> Result<(), String>;

    /// The next line of its answer.
    ///
    /// # Errors
    /// A sentence, where it ended or took too long.
    fn line(&mut self) -> Result<String, String>;
}

/// What a question came to.
pub(crate) enum Reply {
    /// There is such a case.
    Some(Model),
    /// There is none.
    None,
    /// The solver does not know, or gave up.
    Unknown(String),
}

/// A script that was sent, ready for questions.
pub(crate) struct Asking<'s, 'p> {
    session: &'s mut dyn Session,
    pool: &'p Pool,
}

impl<'s, 'p> Asking<'s, 'p> {
    /// Sends declarations, definitions and axioms.
    pub(crate) fn begin(session: &'s mut dyn Session, pool: &'p Pool, script: &str) -> Result<Self, String> {
        session.send("(reset)\n")?;
        session.send(script)?;
        Ok(Self { session, pool })
    }

    /// Whether there is a case of which all of these hold.
    pub(crate) fn ask(&mut self, terms: &[Term]) -> Result<Reply, String> {
        if terms.contains(&Term::FALSE) {
            return Ok(Reply::None);
        }
        let names: Vec<String> = terms.iter().map(|t| self.pool.name(*t)).collect();
        self.session.send(&format!("(check-sat-assuming ({}))\n", names.join(" ")))?;
        match self.session.line()?.trim() {
            "unsat" => Ok(Reply::None),
            "sat" => {
                self.session.send(&format!("{}\n", self.pool.ask_values()))?;
                let mut text = String::new();
                let mut depth = 0i64;
                loop {
                    let line = self.session.line()?;
                    if text.is_empty() && line.trim_start().starts_with("(error") {
                        return Err(format!("the solver says {line}"));
                    }
                    for c in line.chars() {
                        depth += match c {
                            '(' => 1,
                            ')' => -1,
                            _ => 0,
                        };
                    }
                    text.push_str(&line);
                    text.push('\n');
                    if depth <= 0 {
                        break;
                    }
                }
                Ok(Reply::Some(self.pool.read_values(&text)))
            }
            other if other.starts_with("(error") => Err(format!("the solver says {other}")),
            other => Ok(Reply::Unknown(other.to_owned())),
        }
    }

    /// Begins a question: what is left out for it is left out until [`Self::end`].
    pub(crate) fn start(&mut self) -> Result<(), String> {
        self.session.send("(push 1)\n")
    }

    /// Ends a question.
    pub(crate) fn end(&mut self) -> Result<(), String> {
        self.session.send("(pop 1)\n")
    }

    /// Leaves out every case of which all of these hold.
    pub(crate) fn without(&mut self, literals: &[(Term, bool)]) -> Result<(), String> {
        let parts: Vec<String> = literals
            .iter()
            .map(|(t, holds)| {
                let name = self.pool.name(*t);
                if *holds { name } else { format!("(not {name})") }
            })
            .collect();
        self.session.send(&format!("(assert (not (and true {})))\n", parts.join(" ")))
    }
}
