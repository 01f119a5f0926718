//! A register of ten million stakes, from nothing to verdicts: time and memory of each step.
//!
//! `cargo run --release -p countersign-ownership --example register -- [STAKES]`. The stakes come one by one, as they
//! would from a file; two to three owners for each party, a third of them large, one in ten an interval.

#![expect(clippy::print_stdout, reason = "an example prints what it measured")]

use std::time::Instant;

use countersign_model::{Percent, parse_date};
use countersign_ownership::{
    Comparison, Disclosure, Edge, Graph, Interest, InterestKind, Node, Reach, Reached, Rule, Span, Standing,
    Standings,
};

/// A fixed sequence (`SplitMix64`), so that every run sees the same register.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// Peak memory of this process in MiB, where the system tells it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0)
        / 1024
}

/// The stakes, one by one.
fn edges(stakes: u64, parties: u64) -> Result<impl Iterator<Item = Edge>, std::num::TryFromIntError> {
    let mut numbers = Numbers(2026);
    let mut left = vec![10_000u64; usize::try_from(parties)?];
    let percent = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    Ok((0..stakes).filter_map(move |n| {
        let (owner, owned) = (numbers.below(parties), numbers.below(parties));
        let wish =
            if numbers.below(3) == 0 { 5_000 + numbers.below(5_001) } else { 1 + numbers.below(2_500) };
        let left = left.get_mut(usize::try_from(owned).ok()?)?;
        let min = wish.min(*left);
        *left -= min;
        let max = if numbers.below(10) == 0 { (min + 500).min(10_000) } else { min };
        Some(Edge {
            owner: format!("p{owner}"),
            owned: format!("p{owned}"),
            share: Span::from_decimals(&percent(min), &percent(max)).ok()?,
            interest: Interest::Both,
            from: None,
            to: None,
            path: format!("owners.csv:{n}"),
        })
    }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stakes: u64 = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse())?;
    let parties = stakes * 2 / 5;
    // the register is made up as it is read; what that alone takes is no part of the work
    let making = Instant::now();
    let paths = edges(stakes, parties)?.fold(0, |bytes, edge| bytes + edge.path.len());
    println!("{paths} bytes of paths: made up in {:.1} s", making.elapsed().as_secs_f64());
    let start = Instant::now();
    let nodes = (0..parties).map(|p| Node {
        id: format!("p{p}"),
        individual: false,
        owners: Disclosure::Given,
        owners_path: format!("p{p}.owners"),
    });
    let graph = Graph::new(nodes, edges(stakes, parties)?)?;
    println!(
        "{} stakes between {} parties: made up again and built in {:.1} s, {} MiB",
        graph.stakes(),
        graph.parties(),
        start.elapsed().as_secs_f64(),
        peak()
    );
    let mut numbers = Numbers(7);
    // who is not named is unknown; so everybody is
    let standings = Standings::of(
        &graph,
        (0..parties).map(|p| {
            let standing = match numbers.below(200) {
                0 => Standing::Listed,
                1 => Standing::Unknown(Vec::new()),
                _ => Standing::NotListed,
            };
            (format!("p{p}"), standing)
        }),
    );
    println!("who is listed: {:.1} s, {} MiB", start.elapsed().as_secs_f64(), peak());
    let kinds = [InterestKind::Shares, InterestKind::Votes];
    let day = parse_date("2026-06-01")?;
    for aggregate in [true, false] {
        let step = Instant::now();
        let rule = Rule::new(Percent::whole(50), Comparison::AtLeast, aggregate, kinds)?;
        let reach = Reach::with(&graph, standings.clone(), &rule, day);
        let (certain, open) = reach.tally();
        let took = step.elapsed().as_secs_f64();
        let step = Instant::now();
        let open_party = (0..parties)
            .map(|p| format!("p{p}"))
            .find(|id| reach.reached(id) == Some(Reached::CannotBeKnown));
        let facts = open_party.and_then(|id| reach.attribution(&id)).map_or(0, |a| a.unsettled.len());
        println!(
            "{}: {certain} reached, {open} cannot be known: {took:.1} s; the first of these hangs on {facts} facts: \
             {:.2} s; {} MiB",
            if aggregate { "added up" } else { "each person alone" },
            step.elapsed().as_secs_f64(),
            peak()
        );
    }
    println!("all: {:.1} s, {} MiB", start.elapsed().as_secs_f64(), peak());
    Ok(())
}
