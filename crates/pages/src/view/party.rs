//! An entry of a list, its history, and who owns whom.

use countersign_model::Date;
use serde::Serialize;

use super::{PartyRow, SubjectLine};
use crate::svg::{OwnershipPicture, Span};

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartyView {
    /// `page-party/1`.
    pub schema: &'static str,
    /// Its id.
    pub id: String,
    /// The name to show.
    pub caption: String,
    /// What it is, as a code.
    pub kind: String,
    /// The list source.
    pub source: String,
    /// The SHA-256 of the copy that answers.
    pub snapshot: String,
    /// Countries, two capital letters.
    pub countries: Vec<String>,
    /// Last copy with it and first one without, where it was delisted.
    pub delisted: Option<(Date, Date)>,
    /// The copy of this day did not have it yet.
    pub not_yet: Option<Date>,
    /// Its listings.
    pub listings: Vec<ListingView>,
    /// The bars of the timeline.
    #[serde(skip)]
    pub spans: Vec<Span>,
    /// What the copies show.
    pub events: Vec<EventLine>,
    /// Its names.
    pub names: Vec<NameLine>,
    /// What else the list says.
    pub details: Vec<Detail>,
    /// The same party elsewhere.
    pub links: Vec<LinkLine>,
    /// Subjects of the register with a name like one of its own.
    pub subjects: Vec<SubjectLine>,
    /// Who owns it.
    pub ownership: Vec<OwnershipView>,
    /// What the reader has to know, in English.
    pub notes: Vec<String>,
}

/// One listing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListingView {
    /// The code of the list.
    pub list: String,
    /// Its name.
    pub title: String,
    /// First day of effect.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Whether it is in effect on the day of the page.
    pub in_effect: bool,
    /// Whether it begins only later.
    pub to_come: bool,
    /// Instrument and notice.
    pub basis: Vec<String>,
    /// Programmes.
    pub programmes: Vec<String>,
    /// What it covers, as a code.
    pub scope: String,
    /// The publisher's id.
    pub id: Option<String>,
}

/// Something that happened to an entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventLine {
    /// The day of the copy that shows it.
    pub day: Date,
    /// What, as a code.
    pub what: String,
    /// The lists that it is on.
    pub lists: Vec<String>,
    /// Instruments and notices.
    pub ground: Vec<String>,
    /// What changed.
    pub changes: Vec<ChangeLine>,
    /// Since when it is known here.
    pub recorded: Date,
}

/// One value that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeLine {
    /// Which field.
    pub field: String,
    /// What is gone.
    pub removed: Vec<String>,
    /// What is new.
    pub added: Vec<String>,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameLine {
    /// As listed.
    pub name: String,
    /// What kind of name, as a code.
    pub quality: String,
}

/// A property with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Its name in FollowTheMoney.
    pub property: String,
    /// Its values.
    pub values: Vec<String>,
}

/// Another entry about the same party.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkLine {
    /// The entry.
    pub party: PartyRow,
    /// Why, in English.
    pub reason: String,
}

/// Who owns a party, from one set of files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnershipView {
    /// The party in the files.
    pub party: String,
    /// The files.
    pub files: Vec<String>,
    /// The picture.
    #[serde(skip)]
    pub picture: OwnershipPicture,
    /// Whether parties farther away are left out of it.
    pub cut: bool,
    /// Every stake.
    pub stakes: Vec<Stake>,
    /// What the files say and a stake cannot, in English.
    pub notes: Vec<String>,
}

/// One stake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stake {
    /// Who holds it.
    pub owner: String,
    /// In whom.
    pub owned: String,
    /// How much, in percent.
    pub share: String,
    /// Of what: `shares`, `votes`.
    pub interests: Vec<String>,
    /// Where it stands.
    pub source: String,
}

impl OwnershipView {
    /// Whether a party of the picture may be a listed one.
    pub fn has_listed(&self) -> bool {
        self.picture.nodes.iter().any(|node| node.listed)
    }
}
