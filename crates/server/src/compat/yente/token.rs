//! The tokens of the query language: brackets, operators, and what stands between them.

use super::pattern::{Pattern, folded, words};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Word(String),
    Value(Option<String>, Pattern),
    Has(String),
    All,
}

/// A letter, and whether a `\` stood before it.
type Letter = (char, bool);

/// The tokens of a text. `simple` and `fuzzy` as for the language.
///
/// # Errors
/// A quote or a range that is not closed, a field without a value, in a sentence.
pub(super) fn tokens(
    text: &str,
    simple: bool,
    fuzzy: bool,
    warnings: &mut Vec<String>,
) -> Result<Vec<Token>, String> {
    let letters = letters(text);
    let mut lexer =
        Lexer { letters: &letters, at: 0, open: 0, field: None, simple, fuzzy, out: Vec::new(), warnings };
    while let Some(&(c, escaped)) = letters.get(lexer.at) {
        if lexer.operator(c, escaped) {
            continue;
        }
        match c {
            '"' if !escaped => lexer.phrase()?,
            '[' | '{' if !simple && !escaped && lexer.field.is_some() => lexer.range()?,
            _ => lexer.word(),
        }
    }
    match lexer.field {
        None => Ok(lexer.out),
        Some(field) => {
            Err(format!("nothing follows `{field}:`; write `{field}:VALUE`, or `\\:` for the sign itself"))
        }
    }
}

/// A text that is being read.
struct Lexer<'t> {
    letters: &'t [Letter],
    /// The next letter.
    at: usize,
    /// How many brackets are open.
    open: usize,
    /// The field whose value comes next.
    field: Option<String>,
    simple: bool,
    fuzzy: bool,
    out: Vec<Token>,
    warnings: &'t mut Vec<String>,
}

impl Lexer<'_> {
    /// Reads white space, a bracket or an operator, where `c`, the next letter, is one.
    fn operator(&mut self, c: char, escaped: bool) -> bool {
        let next = self.letters.get(self.at + 1).map(|(c, _)| *c);
        let sign = !escaped && next.is_some_and(|n| !n.is_whitespace() && n != c);
        let double = !escaped && next == Some(c);
        let simple = self.simple;
        let (length, token) = match c {
            c if c.is_whitespace() => (1, None),
            '(' if !escaped => {
                self.open += 1;
                (1, Some(Token::Open))
            }
            // in the simple language no text is wrong
            ')' if simple && self.open == 0 => (1, None),
            ')' if !escaped => {
                self.open = self.open.saturating_sub(1);
                (1, Some(Token::Close))
            }
            '|' if simple && !escaped => (1, Some(Token::Or)),
            '+' if simple && !escaped => (1, Some(Token::And)),
            '&' if !simple && double => (2, Some(Token::And)),
            '|' if !simple && double => (2, Some(Token::Or)),
            // every word is needed anyway
            '+' if sign => (1, None),
            '-' if sign => (1, Some(Token::Not)),
            '!' if !simple && sign => (1, Some(Token::Not)),
            _ => return false,
        };
        self.at += length;
        self.out.extend(token);
        true
    }

    /// The letters from `from` to before `to`, as text.
    fn text(&self, from: usize, to: usize) -> String {
        self.letters.get(from..to).unwrap_or_default().iter().map(|(c, _)| *c).collect()
    }

    /// The value of the field that was named, or of any.
    fn value(&mut self, pattern: Pattern) {
        let field = self.field.take();
        self.out.push(Token::Value(field, pattern));
    }

    /// Words in quotes.
    fn phrase(&mut self) -> Result<(), String> {
        let from = self.at + 1;
        let end = self.letters.iter().skip(from).position(|(c, escaped)| *c == '"' && !escaped);
        let end = match end {
            Some(end) => from + end,
            None if self.simple => self.letters.len(),
            None => {
                return Err("a quote `\"` is not closed; write `\\\"` for the sign itself".to_owned());
            }
        };
        let phrase = words(&self.text(from, end));
        self.at = end + 1;
        // how far the words may stand apart
        while self.letters.get(self.at).is_some_and(|(c, _)| matches!(c, '~' | '^' | '0'..='9' | '.')) {
            self.at += 1;
        }
        self.value(Pattern::Phrase(phrase));
        Ok(())
    }

    /// `[FROM TO TO]`.
    fn range(&mut self) -> Result<(), String> {
        let from = self.at + 1;
        let close = |(c, escaped): &Letter| matches!(c, ']' | '}') && !escaped;
        let end = self.letters.iter().skip(from).position(close).map(|end| from + end);
        let end = end.ok_or("a range is not closed; write `field:[FROM TO TO]`")?;
        let range = self.text(from, end);
        self.at = end + 1;
        let (from, to) = range
            .split_once(" TO ")
            .ok_or_else(|| format!("the range `{range}` has no ` TO ` between its bounds"))?;
        let bound = |text: &str| Some(text.trim().to_owned()).filter(|text| text != "*");
        self.value(Pattern::Between(bound(from), bound(to)));
        Ok(())
    }

    /// A word, or the name of the field whose value follows.
    fn word(&mut self) {
        let simple = self.simple;
        let rest = self.letters.get(self.at..).unwrap_or_default();
        let ends = |(c, escaped): &Letter| {
            c.is_whitespace() || (!escaped && (matches!(c, '(' | ')' | '"') || (simple && *c == '|')))
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len()).max(1);
        let word = rest.get(..length).unwrap_or_default();
        let colon = word.iter().position(|(c, escaped)| *c == ':' && !escaped);
        if let (false, None, Some(colon)) = (simple, &self.field, colon)
            && let Some(name) = field_name(word.get(..colon).unwrap_or_default())
        {
            self.field = Some(name);
            self.at += colon + 1;
            return;
        }
        self.at += length;
        let (word, edits) = with_edits(word);
        let plain: String = word.iter().map(|(c, _)| *c).collect();
        let wild = |(c, escaped): &Letter| !escaped && (*c == '*' || (*c == '?' && !simple));
        if self.field.as_deref() == Some("_exists_") {
            self.field = None;
            self.out.push(Token::Has(plain));
        } else if plain == "*" {
            let token = self.field.take().map_or(Token::All, Token::Has);
            self.out.push(token);
        } else if word.iter().any(wild) {
            self.value(Pattern::Glob(glob(word, wild)));
        } else if let Some(edits) = edits {
            // as many as the length of the word bears, where no number is given
            let least = match plain.chars().count() {
                0..=2 => 0,
                3..=5 => 1,
                _ => 2,
            };
            let edits = edits.parse::<f32>().map_or(least, |n| n.clamp(0.0, 2.0) as u8);
            let edits = if self.fuzzy && least > 0 { 2 } else { edits };
            self.value(Pattern::Like(folded(&plain), edits));
        } else if self.field.is_some() {
            self.value(Pattern::Phrase(words(&plain)));
        } else {
            self.bare(plain);
        }
    }

    /// A word on its own, which may be an operator.
    fn bare(&mut self, word: String) {
        match (word.as_str(), self.simple) {
            ("AND", false) => self.out.push(Token::And),
            ("OR", false) => self.out.push(Token::Or),
            ("NOT", false) => self.out.push(Token::Not),
            _ => {
                if !self.simple && word.len() > 2 && word.starts_with('/') && word.ends_with('/') {
                    self.warnings.push(format!("`{word}` is read as words: regular expressions are not"));
                }
                if !words(&word).is_empty() {
                    self.out.push(Token::Word(word));
                }
            }
        }
    }
}

fn letters(text: &str) -> Vec<Letter> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| (c, true))),
            c => out.push((c, false)),
        }
    }
    out
}

/// The name of a field, where it can be one.
fn field_name(letters: &[Letter]) -> Option<String> {
    let name: String = letters.iter().map(|(c, _)| *c).collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*');
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// A word without `^BOOST` and `~EDITS`, and the edits as they are written.
fn with_edits(word: &[Letter]) -> (&[Letter], Option<String>) {
    let boost = word.iter().position(|(c, escaped)| *c == '^' && !escaped);
    let word = boost.and_then(|n| word.get(..n)).unwrap_or(word);
    let tilde = word.iter().rposition(|(c, escaped)| *c == '~' && !escaped).filter(|n| *n > 0);
    let Some((before, after)) = tilde.and_then(|n| Some((word.get(..n)?, word.get(n + 1..)?))) else {
        return (word, None);
    };
    let edits: String = after.iter().map(|(c, _)| *c).collect();
    if edits.chars().all(|c| c.is_ascii_digit() || c == '.') { (before, Some(edits)) } else { (word, None) }
}

/// The letters of a word, folded, with `*` and `?` only where they stand for others.
fn glob(word: &[Letter], wild: impl Fn(&Letter) -> bool) -> Vec<char> {
    let mut out = Vec::new();
    for letter in word {
        if wild(letter) {
            out.push(letter.0);
        } else if letter.0.is_alphanumeric() {
            out.extend(folded(&letter.0.to_string()).chars());
        }
    }
    out
}
