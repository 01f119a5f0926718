//! Which pledges count on a day: signed, logged, not withdrawn by what was logged.

use countersign_model::Date;
use countersign_verify::UtcTime;
use countersign_verify::records::{Content, Pledge};

use crate::replay::Replay;

/// A pledge as it stood.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StandingPledge<'a> {
    /// The pledge.
    pub pledge: &'a Pledge,
    /// Its entry.
    pub entry: u64,
    /// The log's time of it: from then on it counts.
    pub logged: UtcTime,
    /// The last day on which it binds: its own, or that of a withdrawal.
    pub until: Option<Date>,
}

/// The day of a log time.
pub(crate) fn day(time: &UtcTime) -> Option<Date> {
    let (date, _) = time.as_str().split_once('T')?;
    countersign_model::parse_date(date).ok()
}

impl Replay {
    /// The pledges that were in the register on `known_at`, with their ends as far as they were known then. One
    /// that has ended by `known_at` is among them: whether it binds on another day is for the reader.
    pub fn pledges(&self, known_at: Date) -> Vec<StandingPledge<'_>> {
        let known = |time: &UtcTime| day(time).is_some_and(|logged| logged <= known_at);
        let mut standing = Vec::new();
        for (entry, _) in self.sound().filter(|(entry, _)| known(&entry.leaf.time)) {
            let Content::Pledge(pledge) = &entry.record.content else { continue };
            let withdrawn = self
                .sound()
                .filter(|(later, _)| known(&later.leaf.time))
                .filter_map(|(later, _)| match &later.record.content {
                    Content::PledgeWithdrawal(w)
                        if w.pledge.record == entry.leaf.sha256 && w.state == pledge.state =>
                    {
                        // what is withdrawn before it could be known was in force until then
                        let from = w.from.0.max(day(&later.leaf.time).unwrap_or(w.from.0));
                        from.yesterday().ok()
                    }
                    _ => None,
                })
                .min();
            let until = [pledge.until.map(|until| until.0), withdrawn].into_iter().flatten().min();
            standing.push(StandingPledge {
                pledge,
                entry: entry.index,
                logged: entry.leaf.time.clone(),
                until,
            });
        }
        standing
    }
}
