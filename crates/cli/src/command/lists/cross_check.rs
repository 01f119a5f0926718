//! `countersign lists cross-check`.

use std::collections::BTreeSet;

use countersign_history::{CrossCheck, Row, cross_check};
use countersign_lists::source_def;
use countersign_model::{ListCode, SourceId};
use serde_json::json;

use crate::command::typed::source;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::{Lists, Snapshot};

const EXAMPLES: &str = "\
Exit code: 0 no row differs, 10 rows differ and a person has to look; 2 nothing can be compared.

Examples:
  countersign lists cross-check                      every pair of sources of the same list
  countersign lists cross-check us_csl us_ofac_sdn --all";

/// Sources that carry the same official list, compared row by row
///
/// A consolidated feed that lost rows is seen by nobody who reads it alone. Entries are compared by the publisher's
/// key, and what is left by name.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// One source; without it every pair
    #[arg(value_parser = source, requires = "b")]
    a: Option<SourceId>,
    /// The other
    #[arg(value_parser = source)]
    b: Option<SourceId>,
    /// Write out every row, not only the first ten of each kind
    #[arg(long)]
    all: bool,
    /// Print cross-check/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let lists = Lists::load(Some(&store), When::default())?;
    let mut found: Vec<(&Snapshot, &Snapshot, Vec<CrossCheck>)> = Vec::new();
    let copies = lists.snapshots()?;
    for (n, a) in copies.iter().enumerate() {
        for b in copies.iter().skip(n + 1) {
            let named = |x: &Option<SourceId>, y: &Option<SourceId>| {
                x.as_ref().is_none_or(|x| *x == a.pin.source) && y.as_ref().is_none_or(|y| *y == b.pin.source)
            };
            let (first, second) = if named(&args.a, &args.b) {
                (a, b)
            } else if named(&args.b, &args.a) {
                (b, a)
            } else {
                continue;
            };
            let checks: Vec<CrossCheck> = whole_in_both(first, second)
                .into_iter()
                .map(|list| cross_check(list, &first.entities, &second.entities))
                .filter(|c| c.in_a + c.in_b > 0)
                .collect();
            if !checks.is_empty() {
                found.push((first, second, checks));
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::Input(
            "no two loaded sources hold the same official list whole; `countersign lists status` shows what is loaded"
                .to_owned(),
        ));
    }
    let differs =
        |c: &CrossCheck| !c.only_in_a.is_empty() || !c.only_in_b.is_empty() || !c.other_name.is_empty();
    let any = found.iter().flat_map(|(_, _, checks)| checks).any(differs);
    if args.json {
        let pairs: Vec<_> =
            found.iter().map(|(a, b, checks)| json!({"a": a.pin, "b": b.pin, "lists": checks})).collect();
        printer.json(&json!({"schema": "cross-check/1", "pairs": pairs}))?;
    } else {
        for (a, b, checks) in &found {
            let (a, b) = (a.pin.source.as_str(), b.pin.source.as_str());
            printer.data(&format!("{a} and {b}"));
            for check in checks {
                show(check, a, b, if args.all { usize::MAX } else { 10 }, printer);
            }
        }
    }
    Ok(if any { Exit::PossibleMatches } else { Exit::Ok })
}

/// The official lists that both sources hold whole.
fn whole_in_both(a: &Snapshot, b: &Snapshot) -> BTreeSet<ListCode> {
    let whole = |s: &Snapshot| -> BTreeSet<ListCode> {
        source_def(&s.pin.source).map(|def| def.whole.iter().copied().collect()).unwrap_or_default()
    };
    whole(a).intersection(&whole(b)).copied().collect()
}

fn show(check: &CrossCheck, a: &str, b: &str, most: usize, printer: &mut Printer) {
    printer.data(&format!(
        "  {}: {} and {} entries; {} the same by key, {} by name, {} only in {a}, {} only in {b}, {} with other names",
        check.list,
        check.in_a,
        check.in_b,
        check.by_key,
        check.by_name,
        check.only_in_a.len(),
        check.only_in_b.len(),
        check.other_name.len()
    ));
    let rows = |what: &str, rows: &[Row], printer: &mut Printer| {
        for row in rows.iter().take(most) {
            printer.data(&format!("    {what}: {} ({})", row.caption, row.id));
        }
        if rows.len() > most {
            printer.data(&format!("    and {} more (--all or --json has all)", rows.len() - most));
        }
    };
    rows(&format!("only in {a}"), &check.only_in_a, printer);
    rows(&format!("only in {b}"), &check.only_in_b, printer);
    for (one, other) in check.other_name.iter().take(most) {
        printer
            .data(&format!("    other name: {} ({}), {} ({})", one.caption, one.id, other.caption, other.id));
    }
}
