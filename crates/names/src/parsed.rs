//! A name as read: its readings, and what was set aside.

use serde::Serialize;

use crate::tables::TABLES;
use crate::token::Token;
use crate::{NameKind, Nature, Script};

/// The longest name that is read whole, in words. The longest of the public lists has fewer than 40.
pub const MAX_TOKENS: usize = 64;

/// A name as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParsedName {
    /// The name as written.
    pub original: String,
    /// The habits by which it was read.
    pub kind: NameKind,
    /// The scripts in it, in order of appearance.
    pub scripts: Vec<Script>,
    /// Its readings, the most usual one first. Empty only if the text has no letter and no digit.
    pub forms: Vec<Form>,
    /// What was set aside: organisation forms, titles.
    pub ignored: Vec<Ignored>,
    /// Whether words beyond [`MAX_TOKENS`], or text beyond 4,096 characters, were left out. Callers must show this.
    pub truncated: bool,
}

/// One reading of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Whether the tokens are letters of the script itself (Chinese characters), compared only with their like.
    pub native: bool,
    /// The words in order; a person's `SURNAME, Given` is already turned.
    pub tokens: Vec<Token>,
}

/// What a name brings into a comparison beside the words of its readings. Small, so that an index can keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits {
    /// Whether it has a reading in its own letters ([`Form::native`]).
    pub native: bool,
    /// The class of its organisation form.
    pub class: Option<&'static str>,
}

impl Traits {
    /// As a number for an index; [`Traits::from_code`] reads it back. Numbers hold only for one version of the tables.
    pub fn code(self) -> u32 {
        let class = self.class.and_then(|c| TABLES.classes().binary_search(&c).ok());
        // a few dozen classes
        let class = class.and_then(|n| u32::try_from(n + 1).ok()).unwrap_or(0);
        (class << 1) | u32::from(self.native)
    }

    /// Reads [`Traits::code`]; `None` for any other number.
    pub fn from_code(code: u32) -> Option<Self> {
        let class = match usize::try_from(code >> 1).ok()?.checked_sub(1) {
            None => None,
            Some(n) => Some(*TABLES.classes().get(n)?),
        };
        Some(Self { native: code & 1 == 1, class })
    }
}

/// A part of a name that is not compared word by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// The words as written, folded.
    pub text: String,
    /// Why.
    pub why: IgnoredWhy,
}

/// Why a part was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoredWhy {
    /// A title or a vessel prefix.
    Title,
    /// An organisation form.
    OrgForm {
        /// Its code in `data/org_forms.csv`.
        code: &'static str,
        /// The class of the form: `limited`, `stock`, `partnership`…
        class: &'static str,
    },
    /// A country that the other side is known to be of ([`ParsedName::without_country`]).
    Country {
        /// Its ISO code in lower case.
        code: &'static str,
    },
}

impl ParsedName {
    /// What it brings into a comparison as a whole.
    pub fn traits(&self) -> Traits {
        Traits { native: self.has_native_form(), class: self.org_form_class() }
    }

    /// The class of its organisation form, if it has one.
    pub fn org_form_class(&self) -> Option<&'static str> {
        self.ignored.iter().find_map(|i| match i.why {
            IgnoredWhy::OrgForm { class, .. } => Some(class),
            IgnoredWhy::Title | IgnoredWhy::Country { .. } => None,
        })
    }

    /// The name of a body without the one country in it, and the ISO code of that country in lower case.
    ///
    /// `NSO Group Israel` is NSO Group, of Israel: a country in a name says nothing against a listed body of that country,
    /// while it tells a subsidiary from a house elsewhere. `None` if there is no country, or more than one, or nothing else.
    pub fn without_country(&self) -> Option<(Self, &'static str)> {
        if self.kind != NameKind::Organization {
            return None;
        }
        let country =
            |t: &Token| (t.nature() == Nature::Place).then(|| TABLES.country(t.concept()?)).flatten();
        let first = self.forms.first()?;
        let mut named = first.tokens.iter().filter_map(|t| Some((country(t)?, t)));
        let (code, token) = named.next()?;
        if named.next().is_some() {
            return None;
        }
        let mut forms = Vec::with_capacity(self.forms.len());
        for form in &self.forms {
            let tokens: Vec<Token> =
                form.tokens.iter().filter(|t| country(t) != Some(code)).cloned().collect();
            if tokens.iter().any(|t| matches!(t.nature(), Nature::Word | Nature::Number)) {
                forms.push(Form { native: form.native, tokens });
            }
        }
        if forms.is_empty() {
            return None;
        }
        let mut ignored = self.ignored.clone();
        ignored.push(Ignored { text: token.shown().to_owned(), why: IgnoredWhy::Country { code } });
        Some((Self { forms, ignored, ..self.clone() }, code))
    }

    /// Whether it has a reading in its own letters that is compared only with its like.
    pub fn has_native_form(&self) -> bool {
        self.forms.iter().any(|f| f.native)
    }
}
