//! How long the fixed points take on a register of a million stakes.

use std::collections::BTreeMap;

use countersign_model::{Percent, Share, parse_date};
use countersign_ownership::{
    Comparison, Disclosure, Edge, Graph, Interest, InterestKind, Node, Reach, Rule, Standing,
};
use divan::Bencher;

const PARTIES: u64 = 400_000;
const STAKES: u64 = 1_000_000;

fn main() {
    divan::main();
}

/// A fixed sequence (`SplitMix64`), so that every run sees the same graph.
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

/// Two to three owners for each party, a third of the stakes large, one in ten an interval, whole to hundredths.
fn register() -> (Vec<Node>, Vec<Edge>, BTreeMap<String, Standing>) {
    let mut numbers = Numbers(2026);
    let mut left = vec![10_000u64; usize::try_from(PARTIES).unwrap_or_default()];
    let mut edges = Vec::new();
    while (edges.len() as u64) < STAKES {
        let (owner, owned) = (numbers.below(PARTIES), numbers.below(PARTIES));
        let Some(left) = usize::try_from(owned).ok().and_then(|at| left.get_mut(at)) else { continue };
        let wish =
            if numbers.below(3) == 0 { 5_000 + numbers.below(5_001) } else { 1 + numbers.below(2_500) };
        let min = wish.min(*left);
        *left -= min;
        let max = if numbers.below(10) == 0 { (min + 500).min(10_000) } else { min };
        let percent = |hundredths: u64| {
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
                .parse()
                .unwrap_or_else(|_| Percent::zero())
        };
        edges.push(Edge {
            owner: format!("p{owner}"),
            owned: format!("p{owned}"),
            share: Share { min: percent(min), max: percent(max) }.into(),
            interest: Interest::Both,
            from: None,
            to: None,
            path: format!("owners.csv:{}", edges.len()),
        });
    }
    let owned: std::collections::HashSet<&str> = edges.iter().map(|edge| edge.owned.as_str()).collect();
    let nodes = (0..PARTIES).map(|p| format!("p{p}")).map(|id| Node {
        individual: false,
        owners: if owned.contains(id.as_str()) { Disclosure::Given } else { Disclosure::CheckedNone },
        owners_path: format!("{id}.owners"),
        id,
    });
    let nodes = nodes.collect();
    let mut standing = |_| match numbers.below(200) {
        0 => Standing::Listed,
        1 => Standing::Unknown(Vec::new()),
        _ => Standing::NotListed,
    };
    let standing = (0..PARTIES).map(|p| (format!("p{p}"), standing(p))).collect();
    (nodes, edges, standing)
}

fn rule(aggregate: bool) -> Option<Rule> {
    let kinds = [InterestKind::Shares, InterestKind::Votes];
    Rule::new(Percent::whole(50), Comparison::AtLeast, aggregate, kinds).ok()
}

#[divan::bench(sample_count = 5)]
fn build_1m(bencher: Bencher) {
    let (nodes, edges, _) = register();
    bencher.with_inputs(|| (nodes.clone(), edges.clone())).bench_values(|(n, e)| Graph::new(n, e));
}

#[divan::bench(args = [true, false], sample_count = 10)]
fn reach_1m(bencher: Bencher, aggregate: bool) {
    let (nodes, edges, standing) = register();
    let (Ok(graph), Some(rule), Ok(day)) =
        (Graph::new(nodes, edges), rule(aggregate), parse_date("2026-06-01"))
    else {
        return;
    };
    bencher.bench_local(|| Reach::new(&graph, &standing, &rule, day).tally());
}
