//! What is known beside the document, from the register and from others: earlier assessments, later declarations, ties.

use countersign_model::Date;

use crate::declaration::OpenDay;
use crate::roster::Accredited;

/// An earlier assessment by the same lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The lead, as the declaration names the person.
    pub lead: String,
    /// The vendor whose group was assessed and the members of that group, by name.
    pub group: Vec<String>,
    /// When it was logged.
    pub logged_on: Date,
}

/// Work for somebody that a later declaration of the same person or firm tells: consultancy, design, lobbying, public
/// relations, litigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterWork {
    /// Who declares it.
    pub person: String,
    /// For which firm the person signs.
    pub firm: String,
    /// For whom the work was done, by name.
    pub party: String,
    /// What was done.
    pub text: String,
    /// The last day.
    pub to: OpenDay,
    /// When it was declared.
    pub declared: Date,
    /// Where: the entry of the register.
    pub entry: u64,
}

/// What is known beside the document.
#[derive(Clone, Default)]
pub struct Known<'a> {
    /// The roster of the day; `None` = nobody gave one.
    pub roster: Option<&'a dyn Accredited>,
    /// The day on which the assessor signed; `None` = not yet.
    pub assessor_signed: Option<Date>,
    /// The day on which the reviewer signed; `None` = not yet.
    pub reviewer_signed: Option<Date>,
    /// Earlier assessments, by the register.
    pub earlier: &'a [Earlier],
    /// When the final text was logged; `None` = not yet.
    pub logged: Option<Date>,
    /// Work that declarations in later entries of the register tell.
    pub later: &'a [LaterWork],
    /// Ties told by others than the declarations.
    pub ties: &'a [Tie],
}

/// A tie that the ownership graph or another source tells: `from` works for, owns or pays `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// A person or an organisation, by name.
    pub from: String,
    /// An organisation, by name.
    pub to: String,
    /// Which tie.
    pub kind: TieKind,
    /// The last day; `None` = it goes on.
    pub until: Option<Date>,
    /// Where it is told.
    pub source: String,
}

/// The kinds of ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieKind {
    /// Works or worked there.
    EmployedBy,
    /// Owns a part of it, or the other way round.
    Owns,
    /// Is or was paid by it.
    PaidBy,
}
