//! What stands around every page: its title, its place, its day, the ways to have it otherwise.

use countersign_model::{Date, Digest};

use crate::assets::{SCRIPT, STYLE};
use crate::language::Language;
use crate::text::segment;
use crate::words::{Words, codes};

/// The part of the site that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Search.
    Search,
    /// The register.
    Register,
    /// The lists.
    Lists,
    /// The countries.
    Countries,
    /// How to verify.
    Verify,
    /// None of them.
    Other,
}

/// One link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// The word.
    pub word: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is here.
    pub here: bool,
}

/// In which other forms a page is to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Formats {
    /// As JSON.
    pub json: bool,
    /// As CSV.
    pub csv: bool,
    /// Its changes, as an Atom feed.
    pub atom: bool,
}

/// The register that the site shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterState {
    /// Its name.
    pub origin: String,
    /// The verifier key of its log.
    pub vkey: String,
    /// How many entries it has.
    pub size: u64,
    /// The signed root over them.
    pub root: String,
    /// When the last entry was logged.
    pub last: Option<String>,
    /// How many entries do not hold.
    pub faults: usize,
}

/// Everything around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language.
    pub language: Language,
    /// What the page is.
    pub title: String,
    /// Where it belongs.
    pub section: Section,
    /// Its path, percent-encoded.
    pub path: String,
    /// Its query but for language, day and form.
    pub query: Vec<(String, String)>,
    /// The day that was asked for.
    pub as_of: Option<Date>,
    /// The day on which the page is made.
    pub today: Date,
    /// Other forms.
    pub formats: Formats,
    /// Scheme and host, `https://register.example.org`; empty where not known.
    pub base: String,
    /// The register, where the site has one.
    pub register: Option<RegisterState>,
    /// Whether the page can be asked for another day.
    pub dated: bool,
}

impl Frame {
    /// The words.
    pub fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The day that is shown.
    pub fn day(&self) -> Date {
        self.as_of.unwrap_or(self.today)
    }

    /// The address of the page with these members more in its query.
    fn address(&self, more: &[(&str, &str)]) -> String {
        let own = self.query.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let pairs: Vec<String> =
            own.chain(more.iter().copied()).map(|(k, v)| format!("{}={}", segment(k), segment(v))).collect();
        if pairs.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, pairs.join("&")) }
    }

    /// The page as it is on its day, for ever.
    pub fn permalink(&self) -> String {
        format!("{}{}", self.base, self.address(&[("as_of", &self.day().to_string())]))
    }

    /// The page of today.
    pub fn present(&self) -> String {
        self.address(&[])
    }

    /// The same in another form.
    pub fn form(&self, format: &str) -> String {
        let day = self.as_of.map(|day| day.to_string());
        match &day {
            Some(day) if format != "atom" => self.address(&[("as_of", day), ("format", format)]),
            _ => self.address(&[("format", format)]),
        }
    }

    /// The page in another language.
    pub fn in_language(&self, language: &Language) -> String {
        let day = self.as_of.map(|day| day.to_string());
        match &day {
            Some(day) => self.address(&[("as_of", day), ("lang", language.code())]),
            None => self.address(&[("lang", language.code())]),
        }
    }

    /// Another page, on the same day.
    fn on_day(&self, path: &str) -> String {
        match self.as_of {
            Some(day) => format!("{path}?as_of={day}"),
            None => path.to_owned(),
        }
    }

    /// The page of a subject of the register. An assessment has its own kind of page.
    pub fn to_subject(&self, id: &str) -> String {
        match id.split_once(':') {
            Some(("assessment", _)) => self.on_day(&format!("/assessment/{}", segment(id))),
            _ => self.on_day(&format!("/subject/{}", segment(id))),
        }
    }

    /// The page of an entry of a list.
    pub fn to_party(&self, id: &str) -> String {
        self.on_day(&format!("/party/{}", segment(id)))
    }

    /// The page of a country.
    pub fn to_country(&self, code: &str) -> String {
        self.on_day(&format!("/country/{}", segment(&code.to_ascii_uppercase())))
    }

    /// The page of an entry of the register.
    pub fn to_record(&self, index: &u64) -> String {
        self.on_day(&format!("/record/{index}"))
    }

    /// Another page, on the same day.
    pub fn to(&self, path: &str) -> String {
        self.on_day(path)
    }

    /// The navigation.
    pub fn nav(&self) -> Vec<NavItem> {
        let words = self.words();
        let item = |word: &str, path: &str, section: Section| NavItem {
            word: word.to_owned(),
            href: self.on_day(path),
            here: self.section == section,
        };
        let register = item(words.frame.register, "/register", Section::Register);
        let mut all = vec![item(words.frame.search, "/", Section::Search)];
        // a site without a register has nothing there
        all.extend(self.register.is_some().then_some(register));
        all.push(item(words.frame.lists, "/lists", Section::Lists));
        all.push(item(words.frame.countries, "/countries", Section::Countries));
        all.push(item(words.frame.verify, "/verify", Section::Verify));
        all
    }

    /// The style sheet; its address changes with its content, so that it may be kept for ever.
    pub fn style(&self) -> String {
        versioned("countersign.css", STYLE)
    }

    /// The script of the record pages.
    pub fn script(&self) -> String {
        versioned("verify.js", SCRIPT)
    }
}

fn versioned(name: &str, content: &str) -> String {
    let digest = Digest::of(content.as_bytes()).to_string();
    let begin: String = digest.chars().take(12).collect();
    format!("/static/{name}?v={begin}")
}

/// Codes as words of the frame's language.
impl Frame {
    /// A kind of record.
    pub fn kind(&self, code: &str) -> String {
        codes::kind(code, self.language)
    }

    /// A small word of the formats.
    pub fn state(&self, code: &str) -> String {
        codes::state(code, self.language)
    }

    /// A human right.
    pub fn right(&self, code: &str) -> String {
        codes::right(code, self.language)
    }

    /// A member of a record or an entry.
    pub fn member(&self, code: &str) -> String {
        codes::member(code, self.language)
    }

    /// A kind of party.
    pub fn schema(&self, code: &str) -> String {
        codes::schema(code, self.language)
    }

    /// What a subject is.
    pub fn subject_kind(&self, code: &str) -> String {
        codes::subject_kind(code, self.language)
    }

    /// The kind of a subject in words: `Vendor`.
    pub fn kind_of(&self, id: &str) -> String {
        self.subject_kind(id.split_once(':').map_or("", |(kind, _)| kind))
    }
}

/// Pages of the list of records.
impl Frame {
    /// Only the records of a kind; all of them where it is empty.
    pub fn to_kind(&self, kind: &str) -> String {
        let kind = (!kind.is_empty()).then(|| format!("kind={}", segment(kind)));
        self.register_page(kind.into_iter().collect())
    }

    /// The records of a kind below an index.
    pub fn to_older(&self, kind: &str, below: &u64) -> String {
        let kind = (!kind.is_empty()).then(|| format!("kind={}", segment(kind)));
        self.register_page(kind.into_iter().chain([format!("below={below}")]).collect())
    }

    fn register_page(&self, mut query: Vec<String>) -> String {
        query.extend(self.as_of.map(|day| format!("as_of={day}")));
        if query.is_empty() { "/register".to_owned() } else { format!("/register?{}", query.join("&")) }
    }
}
