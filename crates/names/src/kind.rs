//! What kind of thing a name belongs to: persons, bodies and vessels are named by different habits.

use countersign_model::EntitySchema;
use serde::{Deserialize, Serialize};

/// The habits by which a name is read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// A natural person: given and family names, patronymics, titles, nicknames, initials.
    Person,
    /// A body: a distinctive part, general words, places, an organisation form.
    Organization,
    /// A ship or aircraft: few words, and numbers decide.
    Vessel,
}

impl NameKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Person, Self::Organization, Self::Vessel];

    /// The kinds under which a name of this schema has to be read: two where the list leaves it open.
    pub fn of_schema(schema: EntitySchema) -> &'static [Self] {
        match schema {
            EntitySchema::Person => &[Self::Person],
            EntitySchema::LegalEntity => &[Self::Person, Self::Organization],
            EntitySchema::Vessel | EntitySchema::Airplane | EntitySchema::Vehicle => &[Self::Vessel],
            // a wallet, or a ship of which no more is said
            EntitySchema::Asset => &[Self::Organization, Self::Vessel],
            EntitySchema::Organization | EntitySchema::Company | EntitySchema::PublicBody => {
                &[Self::Organization]
            }
        }
    }

    /// The letter of the kind in `data/words.csv`.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Person => 'p',
            Self::Organization => 'o',
            Self::Vessel => 'v',
        }
    }
}
