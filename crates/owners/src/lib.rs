//! Owners: published files about who owns whom become one ownership graph.
//!
//! Flow: *list → entity → index → hit → **facts** → decision → record → proof → page*. In come the bytes of files in
//! three formats ([`read`] tells them apart): FollowTheMoney (`Ownership`, `Directorship`), the Beneficial Ownership
//! Data Standard 0.2 to 0.4, and the GLEIF's relationship, reporting-exception and LEI records. Out comes [`Owners`]:
//! parties, direct stakes as dated intervals, links that are no stakes (directors, consolidation, trustees), and notes
//! on everything that a file says and a stake cannot. Every record keeps the place that it came from. Next is
//! `ownership`, for which [`Owners::graph`] lays them out.
//!
//! What a file leaves open stays open: a stake without a percentage is 0 to 100, an indirect holding is no direct
//! stake, a party of whom no file gives an owner has unknown owners, and owners that add up to more than everything
//! are taken as known up to what is stated, and said to contradict each other.

mod bods;
mod ftm;
mod gleif;
mod graph;
mod shares;

use std::collections::BTreeMap;

use countersign_model::{Date, Share};
use countersign_ownership::Interest;
use serde::Serialize;

/// What kind of party a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A natural person: owned by nobody.
    Person,
    /// A company or another body.
    Body,
    /// A state or one of its bodies.
    State,
    /// A trust, a nomination, a joint holding: an arrangement between parties.
    Arrangement,
    /// A person or body that the file says exists and does not name.
    Anonymous,
}

/// A party of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Its id in the file.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its names, the first one to show. Empty where no file gives one.
    pub names: Vec<String>,
    /// Country codes as the files give them, in capitals.
    pub countries: Vec<String>,
    /// Where it stands: `file:line` or `file: id of the statement`.
    pub source: String,
}

/// A direct stake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stake {
    /// Who holds it.
    pub owner: String,
    /// In whom.
    pub owned: String,
    /// How much, percent.
    pub share: Share,
    /// `shares`, `votes`, or both.
    #[serde(serialize_with = "interest_word")]
    pub interest: Interest,
    /// First day; `None` = from the beginning.
    pub from: Option<Date>,
    /// Last day; `None` = still.
    pub to: Option<Date>,
    /// Where it stands.
    pub source: String,
}

impl Stake {
    /// Whether it is held on `day`; both ends included.
    pub fn is_held_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

fn interest_word<S: serde::Serializer>(interest: &Interest, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(match interest {
        Interest::Shares => "shares",
        Interest::Votes => "votes",
        Interest::Both => "both",
    })
}

/// A link that is no stake: control, management, an indirect holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Who has it.
    pub by: String,
    /// Over whom.
    pub of: String,
    /// What it is, in the words of the file.
    pub what: String,
    /// The control criterion of the case format that it states, if it states one.
    pub criterion: Option<&'static str>,
    /// First day; `None` = from the beginning.
    pub from: Option<Date>,
    /// Last day; `None` = still.
    pub to: Option<Date>,
    /// Where it stands.
    pub source: String,
}

impl Link {
    /// Whether it holds on `day`; both ends included.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Something that a reader has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The party that it is about, if one.
    pub party: Option<String>,
    /// In words.
    pub text: String,
    /// Where it stands.
    pub source: String,
}

/// Everything that the files say.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Owners {
    /// By id.
    pub parties: BTreeMap<String, Party>,
    /// In the order of the files.
    pub stakes: Vec<Stake>,
    /// In the order of the files.
    pub links: Vec<Link>,
    /// In the order of the files.
    pub notes: Vec<Note>,
}

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnersError {
    /// It is none of the formats.
    #[error(
        "`{file}` is no file about owners: {found}; give FollowTheMoney JSON lines, BODS statements (JSON or JSON \
         lines) or GLEIF XML (rr, repex, lei)"
    )]
    Unknown {
        /// The file.
        file: String,
        /// What it is instead.
        found: String,
    },
    /// It is one of them and broken.
    #[error("`{file}`, {place}: {why}; nothing was taken from it")]
    Broken {
        /// The file.
        file: String,
        /// Line, statement or byte.
        place: String,
        /// What is wrong.
        why: String,
    },
}

/// Most that one compressed file may unpack to, in bytes: 8 GiB. A national register fits; a bomb does not.
const MAX_UNPACKED: u64 = 8 << 30;

/// Reads one file into `owners`. gzip is told by its first bytes.
///
/// # Errors
/// [`OwnersError`]; `owners` is then unchanged.
pub fn read(file: &str, bytes: &[u8], owners: &mut Owners) -> Result<(), OwnersError> {
    use std::io::Read as _;
    let mut unpacked = Vec::new();
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        let broken = |why: String| OwnersError::Broken { file: file.into(), place: "unpacking".into(), why };
        let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MAX_UNPACKED + 1);
        reader.read_to_end(&mut unpacked).map_err(|e| broken(format!("the gzip data is damaged ({e})")))?;
        if unpacked.len() as u64 > MAX_UNPACKED {
            return Err(broken("it unpacks to more than 8 GiB".to_owned()));
        }
        &unpacked
    } else {
        bytes
    };
    let text = std::str::from_utf8(bytes).map_err(|e| OwnersError::Broken {
        file: file.into(),
        place: format!("byte {}", e.valid_up_to()),
        why: "the bytes are not UTF-8".into(),
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut new = Owners::default();
    match text.trim_start().chars().next() {
        Some('<') => gleif::read(file, text, &mut new)?,
        Some('[') => bods::read(file, bods::array(file, text)?, &mut new)?,
        Some('{') => {
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            if first.contains("\"schema\"") && first.contains("\"properties\"") {
                ftm::read(file, text, &mut new)?;
            } else {
                bods::read(file, bods::lines(file, text)?, &mut new)?;
            }
        }
        Some(other) => {
            return Err(OwnersError::Unknown {
                file: file.into(),
                found: format!("it begins with `{other}`"),
            });
        }
        None => return Err(OwnersError::Unknown { file: file.into(), found: "it is empty".into() }),
    }
    owners.absorb(new);
    Ok(())
}

impl Owners {
    /// Adds what another file says: names and countries of one party are put together.
    fn absorb(&mut self, other: Self) {
        for party in other.parties.into_values() {
            self.add(party);
        }
        self.stakes.extend(other.stakes);
        self.links.extend(other.links);
        self.notes.extend(other.notes);
    }

    /// Adds a party, or what is new about it.
    fn add(&mut self, party: Party) {
        let Some(known) = self.parties.get_mut(&party.id) else {
            self.parties.insert(party.id.clone(), party);
            return;
        };
        if known.names.is_empty() && !party.names.is_empty() {
            known.kind = party.kind;
            known.source = party.source;
        }
        for (mine, theirs) in [(&mut known.names, party.names), (&mut known.countries, party.countries)] {
            for value in theirs {
                if !mine.contains(&value) {
                    mine.push(value);
                }
            }
        }
    }

    /// Whom the user means: a party by its id, else the one that bears the name.
    ///
    /// # Errors
    /// The ids that could be meant: none, or several of one name.
    pub fn find(&self, wanted: &str) -> Result<&Party, Vec<&str>> {
        if let Some(party) = self.parties.get(wanted) {
            return Ok(party);
        }
        let same = |name: &String| name.trim().to_lowercase() == wanted.trim().to_lowercase();
        let named: Vec<&Party> = self.parties.values().filter(|p| p.names.iter().any(same)).collect();
        match named.as_slice() {
            [one] => Ok(one),
            several => Err(several.iter().map(|p| p.id.as_str()).collect()),
        }
    }

    /// The name to show for an id.
    pub fn label<'a>(&'a self, id: &'a str) -> &'a str {
        self.parties.get(id).and_then(|p| p.names.first()).map_or(id, String::as_str)
    }
}
