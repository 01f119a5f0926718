//! Who has a part in an assessment, and so decides nothing about it (CHG-02).
//!
//! Comes in: the text and the house that signed it. Goes out: whether a signer, or a member of a panel, is of the
//! assessor, of the team, the reviewer, or of the vendor's group. A record can call its author anything; what counts besides is for
//! whom the rosters know the key.

use std::collections::BTreeSet;

use countersign_assessments::Assessment;
use countersign_verify::records::PersonName;
use countersign_verify::{KeyRing, PublicKey, Signer};

/// A name without case and doubled spaces.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whose a record is: the organisation for which the register knows the signer, else the name, else the key.
pub(crate) fn house(key: &PublicKey, signer: &Signer) -> String {
    match signer {
        Signer::Known { name, organisation, .. } => organisation.clone().unwrap_or_else(|| name.clone()),
        Signer::Public => key.to_string(),
    }
}

/// The assessor, the reviewer, the team, the vendor and its group.
#[derive(Debug, Clone)]
pub(crate) struct Interested {
    names: BTreeSet<String>,
    /// The keys of assessor and reviewer in the text.
    keys: [String; 2],
}

impl Interested {
    /// Those of an assessment that `house` signed.
    pub(crate) fn of(document: &Assessment, house: &str) -> Self {
        let assessor = document.party(&document.assessor.party).map(|party| party.name.as_str());
        // who read the text and signed that it holds would judge their own work
        let reviewer = document.party(&document.reviewer.party).map(|party| party.name.as_str());
        let names = document
            .vendor_group()
            .into_iter()
            .chain(assessor)
            .chain(reviewer)
            .chain(document.declarations.iter().map(|declaration| declaration.person.as_str()))
            .chain([house])
            .map(folded)
            .collect();
        Self { names, keys: [document.assessor.key.clone(), document.reviewer.key.clone()] }
    }

    #[cfg(test)]
    pub(crate) fn nobody() -> Self {
        Self { names: BTreeSet::new(), keys: [String::new(), String::new()] }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&folded(name))
    }

    /// Whether the register knows a signer as one of them.
    pub(crate) fn signs(&self, key: &PublicKey, signer: &Signer) -> bool {
        let named = match signer {
            Signer::Known { name, organisation, .. } => {
                self.has(name) || organisation.as_deref().is_some_and(|name| self.has(name))
            }
            Signer::Public => false,
        };
        named || self.keys.contains(&key.to_string())
    }

    /// The member of a panel who is one of them, by what the record says or by what the rosters before `entry` do.
    pub(crate) fn sits<'a>(
        &self,
        panel: &'a [PersonName],
        ring: &KeyRing,
        entry: u64,
    ) -> Option<&'a PersonName> {
        panel.iter().find(|member| {
            let known = ring.known_as(&member.key, entry);
            self.has(member.name.as_str())
                || self.has(member.organisation.as_str())
                || known.is_some_and(|signer| self.signs(&member.key, &signer))
                || self.keys.contains(&member.key.to_string())
        })
    }
}
