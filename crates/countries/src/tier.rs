//! Bands and tiers, and what becomes of them when each choice of the method is varied.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::method::{Band, Card, Condition, Method};

/// The bands that a value reaches: one, or from the one end of its interval to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bands {
    /// The worst.
    pub worst: Band,
    /// The best.
    pub best: Band,
}

impl Bands {
    /// Whether the interval crosses a cut.
    pub fn straddles(self) -> bool {
        self.worst != self.best
    }
}

/// One index as the tiers see it.
#[derive(Debug, Clone)]
pub(crate) struct Input<'a> {
    pub(crate) card: &'a Card,
    pub(crate) value: f64,
    pub(crate) ends: Option<(f64, f64)>,
    /// The value so many years ago as a trend looks back, of the same vintage.
    pub(crate) before: Option<f64>,
}

/// One variation of the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Varied {
    /// What was varied.
    pub how: String,
    /// The tier that it gives; `None` if no tier's conditions hold.
    pub tier: Option<String>,
}

/// The tiers that the method reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tiering {
    /// Why no tier is given: too few core indices.
    pub insufficient: Option<String>,
    /// The tier without variation.
    pub as_it_stands: Option<String>,
    /// Every tier that some variation reaches, the most protective first.
    pub reached: Vec<String>,
    /// The most protective of them: the one for the gate.
    pub for_the_gate: Option<String>,
    /// What it means there.
    pub meaning: Option<String>,
    /// Whether no variation changes it.
    pub stable: bool,
    /// The variations.
    pub varied: Vec<Varied>,
    /// Core indices without a value. Missing is not middle.
    pub missing: Vec<String>,
    /// The tier is that of a confirmed misuse by the agency that is asked about, which no exception for another end user lifts.
    pub confirmed_misuse: bool,
}

/// How the inputs are read.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The interval as it is.
    Interval,
    /// Its worse end as a point.
    Worse,
    /// Its better end as a point.
    Better,
}

impl Input<'_> {
    fn read(&self, shift: f64, end: End) -> Option<Bands> {
        let band = |value: f64| self.card.band(value, shift);
        let (low, high) = self.ends.unwrap_or((self.value, self.value));
        let (worse, better) = if self.card.direction > 0 { (low, high) } else { (high, low) };
        let (a, b) = match end {
            End::Interval => (worse, better),
            End::Worse => (worse, worse),
            End::Better => (better, better),
        };
        let (a, b) = (band(a)?, band(b)?);
        Some(Bands { worst: a.min(b), best: a.max(b) })
    }

    /// The bands as they stand.
    pub(crate) fn bands(&self) -> Option<Bands> {
        self.read(0.0, End::Interval)
    }
}

/// The tiers of a country. `misuse`: a confirmed misuse by the agency that is asked about.
pub(crate) fn tiers(method: &Method, inputs: &[Input<'_>], misuse: bool) -> Tiering {
    let core: Vec<&str> = inputs.iter().filter(|i| i.card.core).map(|i| i.card.id.as_str()).collect();
    let missing = method.cards.iter().filter(|card| card.core && !core.contains(&card.id.as_str()));
    let missing = missing.map(|card| card.id.clone()).collect();
    let all: Vec<&Input<'_>> = inputs.iter().collect();
    let as_it_stands = tier(method, &all, misuse, 0.0, End::Interval);
    let mut varied = Vec::new();
    let name = |input: &Input<'_>| input.card.group.clone().unwrap_or_else(|| input.card.id.clone());
    let decides = |input: &&Input<'_>| {
        let read = |c: &Condition| matches!(c, Condition::IndexAtWorst { index, .. } if *index == input.card.id || Some(index) == input.card.group.as_ref());
        input.card.core || method.tiers.iter().flat_map(|t| t.any.iter().chain(&t.all)).any(read)
    };
    let names: BTreeSet<String> = inputs.iter().filter(decides).map(name).collect();
    for left_out in &names {
        let rest: Vec<&Input<'_>> = inputs.iter().filter(|input| name(input) != *left_out).collect();
        varied.push(Varied {
            how: format!("without {left_out}"),
            tier: tier(method, &rest, misuse, 0.0, End::Interval),
        });
    }
    for (sign, word) in [(-1.0, "down"), (1.0, "up")] {
        varied.push(Varied {
            how: format!("cut points {} percent of the scale {word}", method.shift_percent),
            tier: tier(method, &all, misuse, sign * method.shift_percent / 100.0, End::Interval),
        });
    }
    for (end, word) in [(End::Worse, "worse"), (End::Better, "better")] {
        varied.push(Varied {
            how: format!("the {word} end of each interval in place of the value"),
            tier: tier(method, &all, misuse, 0.0, end),
        });
    }
    let enough = core.len() >= method.minimum_core;
    let hit: BTreeSet<&str> =
        varied.iter().map(|v| &v.tier).chain([&as_it_stands]).flatten().map(String::as_str).collect();
    // the tiers stand in the method's order, the most protective first
    let reached: Vec<String> =
        method.tiers.iter().filter(|t| hit.contains(t.id.as_str())).map(|t| t.id.clone()).collect();
    // a confirmed misuse outranks any index, also those that are missing
    let for_the_gate = reached.first().cloned().filter(|_| enough || misuse);
    let meaning = for_the_gate
        .as_ref()
        .and_then(|id| method.tiers.iter().find(|t| t.id == *id))
        .map(|t| t.meaning.clone());
    let insufficient = (!enough).then(|| {
        format!(
            "RL_INSUFFICIENT: {} of at least {} core indices have a value; the gate is incomplete",
            core.len(),
            method.minimum_core
        )
    });
    let stable = enough && reached.len() == 1 && varied.iter().all(|v| v.tier == as_it_stands);
    Tiering {
        insufficient,
        as_it_stands,
        reached,
        for_the_gate,
        meaning,
        stable,
        varied,
        missing,
        confirmed_misuse: misuse,
    }
}

fn tier(method: &Method, inputs: &[&Input<'_>], misuse: bool, shift: f64, end: End) -> Option<String> {
    let core: Vec<(&Input<'_>, Bands)> = inputs
        .iter()
        .filter(|input| input.card.core)
        .filter_map(|input| Some((*input, input.read(shift, end)?)))
        .collect();
    let holds = |condition: &Condition| match condition {
        Condition::CoreLow(count) => core.iter().filter(|(_, b)| b.best == Band::Low).count() >= *count,
        Condition::CoreStraddlesLow(count) => {
            core.iter().filter(|(_, b)| b.straddles() && b.worst == Band::Low).count() >= *count
        }
        Condition::CoreDisagreesBy(bands) => core
            .iter()
            .any(|(_, a)| core.iter().any(|(_, b)| (b.worst as u8).saturating_sub(a.best as u8) >= *bands)),
        Condition::CoreFallsBy(bands) => core.iter().any(|(input, _)| {
            let then = input.before.and_then(|value| input.card.band(value, shift));
            let now = input.card.band(input.value, shift);
            then.zip(now).is_some_and(|(then, now)| (then as u8).saturating_sub(now as u8) >= *bands)
        }),
        Condition::CoreAtLeast(band) => {
            !core.is_empty()
                && core.iter().all(|(_, b)| {
                    // straddling is not the better of the two; it is still at least the worse
                    b.worst >= *band
                })
        }
        Condition::CoreSome(band) => core.iter().any(|(_, b)| b.worst <= *band && *band <= b.best),
        Condition::IndexAtWorst { index, value } => inputs
            .iter()
            .filter(|input| input.card.id == *index || input.card.group.as_ref() == Some(index))
            .any(|input| {
                let by = f64::from(input.card.direction);
                let shift = shift * (input.card.scale[1] - input.card.scale[0]);
                by * input.value <= by * (value + shift)
            }),
        Condition::ConfirmedMisuse(wanted) => misuse == *wanted,
    };
    let fits = |tier: &&crate::method::Tier| {
        if tier.any.is_empty() { tier.all.iter().all(holds) } else { tier.any.iter().any(holds) }
    };
    method.tiers.iter().find(fits).map(|tier| tier.id.clone())
}
