//! Many queries asked together, as those of a file are: all are read, then the words of all that are new are looked up, then each is answered.
//!
//! The answers are those that each has by itself. But whatever is done for one after the other lies near in the caches of the processor, and words
//! that stand beside each other in the alphabet have keys and neighbours in common.

use std::sync::PoisonError;

use countersign_names::{NameKind, Token};

use crate::candidates::{STRICT, Scratch};
use crate::hit::Screening;
use crate::index::Index;
use crate::may_agree::{Bonuses, Need};
use crate::profile::{Profile, ScreenError};
use crate::query::Query;
use crate::screen::{Asking, check};
use crate::words::Wanted;

impl Index {
    /// What [`Index::screen`] says of each of these, in their order.
    pub fn screen_together(
        &self,
        queries: &[&Query],
        profile: &Profile,
    ) -> Vec<Result<Screening, ScreenError>> {
        self.answers(queries.iter().map(|query| (*query, 0.0)), profile)
    }

    /// The same of queries with what the name of an entity found by name has to score at least.
    pub(crate) fn answers<'q>(
        &self,
        queries: impl Iterator<Item = (&'q Query, f64)>,
        profile: &Profile,
    ) -> Vec<Result<Screening, ScreenError>> {
        let checked = check(profile);
        let all = self.parts(&NameKind::ALL);
        let asked: Vec<Result<(Asking<'_, '_>, f64), ScreenError>> = queries
            .map(|(query, least)| {
                checked.clone()?;
                Ok((self.read(query, &all)?, least))
            })
            .collect();
        self.with_scratch(|scratch| {
            for part in all.iter().flatten() {
                let tokens = asked
                    .iter()
                    .flatten()
                    .flat_map(|(asking, least)| tokens(asking, part.kind, profile, *least));
                scratch.memory.look_up(tokens, part);
            }
            asked
                .into_iter()
                .map(|asked| {
                    let (asking, least) = asked?;
                    self.answer(&asking, profile, least, Some(scratch))
                })
                .collect()
        })
    }

    /// Lends room to work in, of which there is one for each thread that asks.
    pub(crate) fn with_scratch<T>(&self, ask: impl FnOnce(&mut Scratch) -> T) -> T {
        // a thread that panicked has left its scratch behind, and the others are good
        let kept = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_default();
        let result = ask(&mut scratch);
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}

/// The words of a query that are compared with a kind of names, each with which of its links are looked up at first.
fn tokens<'a>(
    asking: &'a Asking<'_, '_>,
    kind: NameKind,
    profile: &Profile,
    least: f64,
) -> impl Iterator<Item = (&'a Token, Wanted)> + use<'a> {
    let at = asking.parts.iter().position(|part| part.kind == kind);
    let bonuses = Bonuses::of(&asking.query, &profile.weights);
    let need = Need::of(&bonuses, kind, profile.floor(), least);
    let wanted = if need.least < STRICT { Wanted::All } else { Wanted::Sure };
    let names = at.into_iter().flat_map(|at| asking.names.of(at));
    names.flat_map(|(name, _)| &name.forms).flat_map(|form| &form.tokens).map(move |token| (token, wanted))
}
