//! Who owns a party, from files that the keeper of the site puts into `public/owners` of the data directory.
//!
//! The files are those that `countersign ownership` reads. They are read when a page asks and one of them is new. A file
//! that cannot be read is named in the log and left out: it is the keeper's, and a page of others must not fail for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use countersign_model::Date;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_owners::{Owners, Party, Stake as Held, read};
use countersign_ownership::Interest;
use countersign_pages::svg::{OwnershipEdge, OwnershipNode, OwnershipPicture};
use countersign_pages::view::{OwnershipView, Stake};
use countersign_screening::{Profile, Query};

use super::open_lists::is_public;

/// Parties in one picture; more cannot be read.
const MOST: usize = 24;

/// A file with what tells whether it changed.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// The files of one site.
#[derive(Debug, Default)]
pub(super) struct OwnerFiles {
    /// What was there when they were read.
    pub(super) seen: Seen,
    owners: Owners,
    /// Names in lower case to parties.
    by_name: BTreeMap<String, Vec<String>>,
}

impl OwnerFiles {
    /// What lies there now.
    pub(super) fn look(home: &Home) -> Seen {
        let Ok(entries) = fs::read_dir(home.path().join("public/owners")) else { return Seen::new() };
        entries
            .flatten()
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((entry.path(), (about.len(), about.modified().ok())))
            })
            .collect()
    }

    /// Reads them.
    pub(super) fn read(seen: Seen) -> Self {
        let mut owners = Owners::default();
        for path in seen.keys() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let done = fs::read(path)
                .map_err(|error| error.to_string())
                .and_then(|bytes| read(&name, &bytes, &mut owners).map_err(|error| error.to_string()));
            if let Err(why) = done {
                tracing::warn!(file = %path.display(), %why, "a file about owners is left out");
            }
        }
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for party in owners.parties.values() {
            for name in &party.names {
                by_name.entry(name.trim().to_lowercase()).or_default().push(party.id.clone());
            }
        }
        Self { seen, owners, by_name }
    }

    /// The pictures of the parties that bear one of these names, on a day.
    pub(super) fn pictures<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        day: Date,
        lists: &Lists,
    ) -> Vec<OwnershipView> {
        let mut parties: BTreeSet<&String> = BTreeSet::new();
        for name in names {
            parties.extend(self.by_name.get(&name.trim().to_lowercase()).into_iter().flatten());
        }
        parties.into_iter().filter_map(|party| self.picture(party, day, lists)).collect()
    }

    fn name(&self, id: &str) -> String {
        self.owners
            .parties
            .get(id)
            .and_then(|party| party.names.first().cloned())
            .unwrap_or_else(|| id.to_owned())
    }

    fn picture(&self, root: &str, day: Date, lists: &Lists) -> Option<OwnershipView> {
        let Above { parties, stakes, cut } = self.above(root, day);
        if stakes.is_empty() {
            return None;
        }
        let nodes = parties
            .iter()
            .map(|id| {
                let party = self.owners.parties.get(*id);
                OwnershipNode {
                    id: (*id).to_owned(),
                    name: self.name(id),
                    note: party.map(|p| p.countries.join(", ")).unwrap_or_default(),
                    listed: party.is_some_and(|party| may_be_listed(party, day, lists)),
                }
            })
            .collect();
        let files: BTreeSet<String> =
            stakes.iter().filter_map(|stake| stake.source.split(':').next()).map(str::to_owned).collect();
        let notes = self
            .owners
            .notes
            .iter()
            .filter(|note| note.party.as_ref().is_some_and(|party| parties.contains(&party.as_str())));
        Some(OwnershipView {
            party: self.name(root),
            files: files.into_iter().collect(),
            picture: OwnershipPicture { nodes, edges: edges(&stakes) },
            cut,
            notes: notes.map(|note| format!("{} ({})", note.text, note.source)).collect(),
            stakes: self.lines(&stakes),
        })
    }

    /// Everybody above a party on a day, nearest first, up to [`MOST`].
    fn above<'a>(&'a self, root: &'a str, day: Date) -> Above<'a> {
        let mut above = Above { parties: vec![root], stakes: Vec::new(), cut: false };
        let mut next = 0;
        while let Some(owned) = above.parties.get(next).copied() {
            next += 1;
            for stake in self.owners.stakes.iter().filter(|s| s.owned == owned && s.is_held_on(day)) {
                if !above.parties.contains(&stake.owner.as_str()) {
                    if above.parties.len() >= MOST {
                        above.cut = true;
                        continue;
                    }
                    above.parties.push(&stake.owner);
                }
                above.stakes.push(stake);
            }
        }
        above
    }

    /// A line for each stake: files state shares and votes by themselves; what is the same of both is one line.
    fn lines(&self, stakes: &[&Held]) -> Vec<Stake> {
        let mut lines: Vec<Stake> = Vec::new();
        for stake in stakes {
            let interests: &[&str] = match stake.interest {
                Interest::Shares => &["shares"],
                Interest::Votes => &["votes"],
                Interest::Both => &["shares", "votes"],
            };
            let share = stake.share.to_string();
            let (owner, owned) = (self.name(&stake.owner), self.name(&stake.owned));
            let same = lines.iter_mut().find(|m| {
                m.owner == owner && m.owned == owned && m.share == share && m.source == stake.source
            });
            let interests = interests.iter().map(|word| (*word).to_owned());
            match same {
                Some(line) => line.interests.extend(interests),
                None => lines.push(Stake {
                    owner,
                    owned,
                    share,
                    interests: interests.collect(),
                    source: stake.source.clone(),
                }),
            }
        }
        for line in &mut lines {
            line.interests.dedup();
        }
        lines
    }
}

/// Who stands above a party, and by which stakes.
struct Above<'a> {
    parties: Vec<&'a str>,
    stakes: Vec<&'a Held>,
    /// Whether more stand there than are shown.
    cut: bool,
}

/// One edge from an owner to what it owns, with every share that is told.
fn edges(stakes: &[&Held]) -> Vec<OwnershipEdge> {
    let mut edges: Vec<OwnershipEdge> = Vec::new();
    for stake in stakes {
        let label = format!("{} %", stake.share);
        match edges.iter_mut().find(|e| e.owner == stake.owner && e.owned == stake.owned) {
            Some(edge) if edge.label.split(" / ").any(|told| told == label) => {}
            Some(edge) => edge.label = format!("{} / {label}", edge.label),
            None => {
                let (owner, owned) = (stake.owner.clone(), stake.owned.clone());
                edges.push(OwnershipEdge { owner, owned, label });
            }
        }
    }
    edges
}

/// Whether a name of the party is a possible match with a listing that is in effect.
fn may_be_listed(party: &Party, day: Date, lists: &Lists) -> bool {
    let mut names = party.names.iter().cloned();
    let Some(name) = names.next() else { return false };
    let query = Query { name, other_names: names.collect(), ..Query::default() };
    let profile = Profile { max_near_misses: 0, ..Profile::default() };
    let found = lists.index().screen(&query, &profile);
    found.is_ok_and(|found| {
        let mut public = found.hits.iter().filter(|hit| is_public(&hit.source));
        public.any(|hit| hit.listings.iter().any(|listing| listing.in_effect_on(day)))
    })
}
