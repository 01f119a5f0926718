//! Values that somebody wrote down, as the rule-of-law section of an assessment has them → what they say by the method.
//!
//! An assessor writes the values and the tiers; both are public, so that anyone can reckon the one from the other. This is
//! that reckoning: what contradicts the method is named, and the tiers of the values stand beside those that were declared.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Date;

use crate::method::Method;
use crate::tier::{Input, Tiering, tiers};

/// One value as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<'a> {
    /// The index, as the method names it.
    pub index: &'a str,
    /// The year measured.
    pub year: i16,
    /// The edition.
    pub vintage: &'a str,
    /// The value.
    pub value: &'a str,
    /// Lower end of the interval.
    pub low: Option<&'a str>,
    /// Upper end.
    pub high: Option<&'a str>,
}

/// What the values say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    /// The core indices that have a value which counts.
    pub core: BTreeSet<String>,
    /// The tiers of the values: the method with its variations, without findings.
    pub tiering: Tiering,
    /// What is wrong with a value; one that is wrong counts for nothing.
    pub faults: Vec<String>,
    /// What a reader has to know: indices that the method does not describe, values too old to count.
    pub remarks: Vec<String>,
}

/// A value that counts.
struct Value<'a> {
    written: Written<'a>,
    number: f64,
    ends: Option<(f64, f64)>,
}

/// Reckons the tiers of values that were written down on a day.
///
/// Of each index the latest year counts, of two editions the worse value; the value of the same edition so many years before
/// as a trend looks back is its trend. A core value too old for the method counts for the tiers, where it can only protect, and
/// not among those that are needed.
pub fn reckon(rows: &[Written<'_>], dated: Date, method: &Method) -> Reckoned {
    let (mut faults, mut remarks) = (Vec::new(), Vec::new());
    let mut by_index: BTreeMap<&str, Vec<Value<'_>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        if method.card(row.index).is_none() {
            remarks.push(format!("`{}` is no index of the method and counts for nothing", row.index));
            continue;
        }
        if !seen.insert((row.index, row.year, row.vintage)) {
            faults.push(format!("`{}` of {}, edition `{}`, stands twice", row.index, row.year, row.vintage));
        }
        match value(*row, dated, method) {
            Ok(value) => by_index.entry(row.index).or_default().push(value),
            Err(fault) => faults.push(fault),
        }
    }
    let oldest = dated.year().saturating_sub(method.oldest_years);
    let mut core = BTreeSet::new();
    let mut inputs = Vec::new();
    for (index, values) in &by_index {
        let Some(card) = method.card(index) else { continue };
        let by = f64::from(card.direction);
        let worst_of_latest = values.iter().max_by(|a, b| {
            (a.written.year.cmp(&b.written.year)).then((by * b.number).total_cmp(&(by * a.number)))
        });
        let Some(latest) = worst_of_latest else { continue };
        let before = values.iter().find(|value| {
            value.written.vintage == latest.written.vintage
                && value.written.year == latest.written.year - method.trend_years
        });
        if card.core && latest.written.year < oldest {
            remarks.push(format!(
                "`{index}` is of {}, more than {} years before {dated}: it does not count among the core indices that are needed",
                latest.written.year, method.oldest_years
            ));
        } else if card.core {
            core.insert((*index).to_owned());
        }
        inputs.push(Input {
            card,
            value: latest.number,
            ends: latest.ends,
            before: before.map(|value| value.number),
        });
    }
    Reckoned { core, tiering: tiers(method, &inputs, false), faults, remarks }
}

fn value<'a>(row: Written<'a>, dated: Date, method: &Method) -> Result<Value<'a>, String> {
    let of = format!("`{}` of {}", row.index, row.year);
    let number = |text: &str| {
        // some publishers write a decimal comma, and a section may have it from their file
        let number = text.trim().replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| format!("{of}: `{text}` is no number, written as 0.5"))
    };
    if row.year > dated.year() {
        return Err(format!("{of}: the section is of {dated}, and that year was still to come"));
    }
    let value = number(row.value)?;
    if let Some([low, high]) = method.limits(row.index).filter(|[l, h]| !(*l..=*h).contains(&value)) {
        return Err(format!("{of}: `{}` is not on its scale, {low} to {high}", row.value));
    }
    let ends = match (row.low, row.high) {
        (Some(low), Some(high)) => Some((number(low)?, number(high)?)),
        (None, None) => None,
        _ => return Err(format!("{of}: an interval has two ends, and one is written")),
    };
    if let Some((low, high)) = ends.filter(|(low, high)| !(*low..=*high).contains(&value)) {
        return Err(format!("{of}: `{}` is not within its interval, {low} to {high}", row.value));
    }
    Ok(Value { written: row, number: value, ends })
}

#[cfg(test)]
mod tests {
    use countersign_model::parse_date;

    use super::*;

    fn row<'a>(index: &'a str, year: i16, value: &'a str) -> Written<'a> {
        Written { index, year, vintage: "e", value, low: None, high: None }
    }

    fn of(rows: &[Written<'_>]) -> Reckoned {
        reckon(rows, parse_date("2026-01-15").unwrap(), Method::shipped().unwrap())
    }

    #[test]
    fn the_values_make_the_tier_whatever_is_declared() {
        let worst =
            of(&[row("wgi_rl", 2024, "-2.0"), row("vdem_rule", 2024, "0.05"), row("fh_f", 2024, "1")]);
        assert_eq!((worst.core.len(), worst.tiering.for_the_gate.as_deref()), (3, Some("T4")));
        let best = of(&[row("wgi_rl", 2024, "2.0"), row("vdem_rule", 2024, "0.95"), row("fh_f", 2024, "16")]);
        assert_eq!((best.core.len(), best.tiering.for_the_gate.as_deref()), (3, Some("T1")));
        assert!(best.faults.is_empty() && best.remarks.is_empty());
        // five years ago, in the same edition, a band better
        let fell = of(&[
            row("wgi_rl", 2024, "0.2"),
            row("wgi_rl", 2019, "1.9"),
            row("vdem_rule", 2024, "0.6"),
            row("fh_f", 2024, "9"),
        ]);
        assert_eq!(fell.tiering.as_it_stands.as_deref(), Some("T3"));
    }

    #[test]
    fn only_core_indices_with_a_recent_value_on_their_scale_count() {
        let of_one = |row: Written<'_>| of(&[row]);
        for (wrong, why) in [
            (row("wgi_rl", 2024, "25"), "not on its scale, -4 to 4"),
            (row("vdem_rule", 2024, "9.9"), "not on its scale, 0 to 1"),
            (row("fh_f", 2024, "1500"), "not on its scale, 0 to 16"),
            (row("wgi_rl", 2030, "1.0"), "still to come"),
            (row("wgi_rl", 2024, "good"), "is no number"),
            (row("wgi_rl", 2024, "NaN"), "is no number"),
            (Written { low: Some("1.3"), high: Some("0.7"), ..row("wgi_rl", 2024, "1.0") }, "not within"),
            (Written { low: Some("0.7"), ..row("wgi_rl", 2024, "1.0") }, "two ends"),
        ] {
            let read = of_one(wrong);
            assert!(read.core.is_empty(), "{wrong:?}");
            assert!(read.faults.iter().any(|fault| fault.contains(why)), "{:?}", read.faults);
        }
        // named by no method, not core, too old: no fault, and not counted
        for (row, remarks) in
            [(row("nonsense", 2024, "1"), 1), (row("pts_a", 2024, "5"), 0), (row("wgi_rl", 1996, "1"), 1)]
        {
            let read = of_one(row);
            assert_eq!((read.core.len(), read.faults.len(), read.remarks.len()), (0, 0, remarks), "{row:?}");
        }
        let twice = of(&[row("wgi_rl", 2024, "1"), row("wgi_rl", 2024, "1"), row("wgi_rl", 2024, "1")]);
        assert_eq!((twice.core.len(), twice.faults.len()), (1, 2));
        assert!(twice.tiering.insufficient.is_some());
        // of two editions the worse value counts
        let other = Written { vintage: "other", ..row("pts_a", 2023, "5") };
        let two = of(&[
            other,
            row("pts_a", 2023, "1"),
            row("wgi_rl", 2024, "2"),
            row("vdem_rule", 2024, "0.95"),
            row("fh_f", 2024, "16"),
        ]);
        assert_eq!(two.tiering.for_the_gate.as_deref(), Some("T4"));
    }
}
