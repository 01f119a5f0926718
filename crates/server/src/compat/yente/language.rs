//! The query language of yente's `/search`: Lucene's, as its index reads it, or the smaller one of `simple=true`.
//!
//! In comes the text; out goes an [`Expression`] to be asked of every entry, with warnings about what is not read. Words that
//! stand together are one [`Expression::Words`]: they are compared as a name as well, so that a party is found by a spelling
//! of its name beside an operator too. What is excluded (`-`, `NOT`) is excluded by its very words alone.

use super::pattern::Pattern;
use super::token::{Token, tokens};

/// The most groups of words in one text: each is compared with the whole list.
pub(super) const MOST_GROUPS: usize = 20;
/// How deep brackets may lie in one another.
const MOST_DEPTH: usize = 20;

/// What is asked of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// All of these words, or, where nothing is excluded by it, a name like them.
    Words(Vec<String>),
    /// A value of a field, or any where there is none.
    Value(Option<String>, Pattern),
    /// A field has any value.
    Has(String),
    /// Everything.
    All,
    /// Not this.
    Not(Box<Expression>),
    /// All of these.
    And(Vec<Expression>),
    /// Any of these.
    Or(Vec<Expression>),
}

/// A text as it was understood.
#[derive(Debug, PartialEq)]
pub(super) struct Understood {
    pub(super) expression: Expression,
    /// What the caller has to know.
    pub(super) warnings: Vec<String>,
}

/// Reads a text. `simple`: the language in which `|`, `+` and `-` are the operators and no text is wrong. `fuzzy`: a word with
/// `~` may have two edits, whatever number stands there.
///
/// # Errors
/// Why it cannot be read, in a sentence.
pub(super) fn understood(text: &str, simple: bool, fuzzy: bool) -> Result<Understood, String> {
    let mut warnings = Vec::new();
    let mut tokens = tokens(text, simple, fuzzy, &mut warnings)?;
    tokens.reverse();
    let mut reader = Reader { tokens, depth: 0, simple };
    let expression = reader.any()?;
    if reader.tokens.pop().is_some() {
        return Err("a `)` has no `(` before it; write `\\)` where it is part of a name".to_owned());
    }
    let expression = expression.unwrap_or(Expression::All);
    if groups(&expression) > MOST_GROUPS {
        return Err(format!("more than {MOST_GROUPS} alternatives in one search: send several"));
    }
    Ok(Understood { expression, warnings })
}

/// How many groups of words there are.
fn groups(expression: &Expression) -> usize {
    match expression {
        Expression::Words(_) => 1,
        Expression::Value(..) | Expression::Has(_) | Expression::All => 0,
        Expression::Not(inner) => groups(inner),
        Expression::And(all) | Expression::Or(all) => all.iter().map(groups).sum(),
    }
}

/// Tokens to be read, the next one last.
struct Reader {
    tokens: Vec<Token>,
    depth: usize,
    simple: bool,
}

impl Reader {
    /// Alternatives.
    fn any(&mut self) -> Result<Option<Expression>, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(format!("more than {MOST_DEPTH} brackets lie in one another"));
        }
        let mut all = Vec::new();
        loop {
            all.extend(self.every()?);
            if self.tokens.last() != Some(&Token::Or) {
                break;
            }
            self.tokens.pop();
        }
        self.depth -= 1;
        Ok(match all.len() {
            0 | 1 => all.pop(),
            _ => Some(Expression::Or(all)),
        })
    }

    /// What is needed together.
    fn every(&mut self) -> Result<Option<Expression>, String> {
        let (mut words, mut rest): (Vec<String>, Vec<Expression>) = (Vec::new(), Vec::new());
        while let Some(token) = self.tokens.pop() {
            match token {
                Token::Or | Token::Close => {
                    self.tokens.push(token);
                    break;
                }
                Token::And => {}
                Token::Word(word) => words.push(word),
                Token::Not => match self.one()? {
                    Some(inner) => rest.push(Expression::Not(Box::new(inner))),
                    None => {
                        return Err(
                            "nothing follows `NOT` or `-`; write `\\-` for the sign itself".to_owned()
                        );
                    }
                },
                other => {
                    self.tokens.push(other);
                    match self.one()? {
                        // words in brackets of their own are words
                        Some(Expression::Words(more)) => words.extend(more),
                        Some(Expression::And(more)) => {
                            for part in more {
                                match part {
                                    Expression::Words(more) => words.extend(more),
                                    other => rest.push(other),
                                }
                            }
                        }
                        other => rest.extend(other),
                    }
                }
            }
        }
        if !words.is_empty() {
            rest.insert(0, Expression::Words(words));
        }
        Ok(match rest.len() {
            0 | 1 => rest.pop(),
            _ => Some(Expression::And(rest)),
        })
    }

    /// One value, or what stands in brackets.
    fn one(&mut self) -> Result<Option<Expression>, String> {
        Ok(match self.tokens.pop() {
            Some(Token::Word(word)) => Some(Expression::Words(vec![word])),
            Some(Token::Value(field, pattern)) => Some(Expression::Value(field, pattern)),
            Some(Token::Has(field)) => Some(Expression::Has(field)),
            Some(Token::All) => Some(Expression::All),
            Some(Token::Open) => {
                let inner = self.any()?;
                if self.tokens.pop() != Some(Token::Close) && !self.simple {
                    return Err("a `(` is not closed; write `\\(` where it is part of a name".to_owned());
                }
                inner
            }
            Some(Token::Not) => self.one()?.map(|inner| Expression::Not(Box::new(inner))),
            Some(other) => {
                self.tokens.push(other);
                None
            }
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::yente::pattern::words;

    fn read(text: &str) -> Expression {
        understood(text, false, false).unwrap().expression
    }

    fn named(words: &[&str]) -> Expression {
        Expression::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn phrase(text: &str) -> Pattern {
        Pattern::Phrase(words(text))
    }

    #[test]
    fn a_name_is_a_name() {
        assert_eq!(read("NSO Group (Israel) Ltd."), named(&["NSO", "Group", "Israel", "Ltd."]));
        assert_eq!(read("Al-Qaida"), named(&["Al-Qaida"]));
        assert_eq!(read("Smith & Sons - Co"), named(&["Smith", "Sons", "Co"]));
        assert_eq!(read("sons or co"), named(&["sons", "or", "co"]));
        assert_eq!(read(r"foo\:bar"), named(&["foo:bar"]));
        assert_eq!(read("AT&T"), named(&["AT&T"]));
    }

    #[test]
    fn operators_are_read() {
        assert_eq!(read("putin OR maduro"), Expression::Or(vec![named(&["putin"]), named(&["maduro"])]));
        assert_eq!(read("putin || maduro"), read("putin OR maduro"));
        assert_eq!(read("a b OR c AND d"), Expression::Or(vec![named(&["a", "b"]), named(&["c", "d"])]));
        let without =
            Expression::And(vec![named(&["vladimir"]), Expression::Not(Box::new(named(&["putin"])))]);
        assert_eq!(read("vladimir -putin"), without);
        assert_eq!(read("vladimir NOT putin"), without);
        assert_eq!(read("+vladimir !putin"), without);
        let value = |field: &str, pattern| Expression::Value(Some(field.to_owned()), pattern);
        assert_eq!(read("properties.name:putin"), value("properties.name", phrase("putin")));
        assert_eq!(read("names: \"Vladimir  Putin\"~3"), value("names", phrase("vladimir putin")));
        let between = Pattern::Between(Some("1960".to_owned()), None);
        assert_eq!(read("birthDate:[1960 TO *]"), value("birthDate", between));
        assert_eq!(read("puint~1"), Expression::Value(None, Pattern::Like("puint".to_owned(), 1)));
        assert_eq!(read("vladimir~"), Expression::Value(None, Pattern::Like("vladimir".to_owned(), 2)));
        assert_eq!(read("Vladim*^2"), Expression::Value(None, Pattern::Glob("vladim*".chars().collect())));
        assert_eq!(read("*"), Expression::All);
        assert_eq!(read("_exists_:birthDate"), Expression::Has("birthDate".to_owned()));
        assert_eq!(read("(a OR b) c"), Expression::And(vec![named(&["c"]), read("a OR b")]));
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_never_by_the_simple_language() {
        for wrong in ["\"open", "(open", "closed)", "name:", "NOT", "name:[1 2]", "name:[1 TO 2"] {
            assert!(understood(wrong, false, false).is_err(), "{wrong}");
        }
        let deep = "(".repeat(500);
        assert!(understood(&deep, false, false).is_err());
        let many = vec!["a"; 30].join(" OR ");
        assert!(understood(&many, false, false).is_err());
        for text in ["\"open", "(open", "closed)", "name:", "-"] {
            assert!(understood(text, true, false).is_ok(), "{text}");
        }
        let either = understood("putin | maduro", true, false).unwrap().expression;
        assert_eq!(either, read("putin OR maduro"));
    }
}
