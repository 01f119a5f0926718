//! `countersign lists links`, `link` and `unlink`.

use countersign_history::{Edge, Group, Judgement, Reason};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::links::{links, record};
use countersign_operations::lists::Lists;

/// Which entries of the loaded lists are about one party, and why
///
/// Linked are entries that carry the same key of a publisher, the same reference of the UN, or the same official
/// number. Names alone link nobody. `lists link` and `lists unlink` record what a person decided, which holds before
/// everything else, also after later imports.
#[derive(Debug, clap::Args)]
pub(crate) struct Links {
    /// The id of an entry, or a name `link:…` that was given to its group; all groups if absent
    entity: Option<String>,
    /// Print links/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Record that two entries are about one party (`link`), or are not (`unlink`)
#[derive(Debug, clap::Args)]
pub(crate) struct Judge {
    /// The id of one entry
    a: String,
    /// The id of the other
    b: String,
    /// Why, in words; kept for good
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "WHO")]
    by: String,
}

pub(crate) fn show(args: &Links, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.read()?;
    let lists = Lists::load(store.as_ref(), When::default())?;
    let links = links(&lists, store.as_ref())?;
    let groups: Vec<&Group> = match &args.entity {
        Some(id) => links.group(id).into_iter().collect(),
        None => links.groups().iter().collect(),
    };
    if args.json {
        printer.json(&json!({"schema": "links/1", "groups": groups}))?;
        return Ok(Exit::Ok);
    }
    for group in &groups {
        printer.data(&group.id);
        for member in &group.members {
            let name = lists.entity(member).map_or("on no loaded list", |e| e.caption());
            printer.data(&format!("  {member}  {name}"));
        }
        for link in &group.links {
            printer.data(&format!("    {}", words(link)));
        }
    }
    if groups.is_empty() {
        printer.word(match &args.entity {
            Some(_) => "The entry is linked with no other.",
            None => "No two entries of the loaded lists are linked.",
        });
    }
    Ok(Exit::Ok)
}

fn words(link: &Edge) -> String {
    let why = match &link.reason {
        Reason::Judgement { reason, by } => format!("{by} decided: {reason}"),
        Reason::PublisherKey { list, key } => format!("the same key on the list {list}: {key}"),
        Reason::UnReference { reference } => format!("the same reference of the UN: {reference}"),
        Reason::Identifier { property, value } => format!("the same {property}: {value}"),
    };
    format!("{} = {}: {why}", link.a, link.b)
}

pub(crate) fn judge(args: &Judge, same: bool, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    for (what, text) in [("--reason", &args.reason), ("--by", &args.by)] {
        if text.trim().is_empty() {
            return Err(Failure::Input(format!("{what} is empty; a decision about a party needs both")));
        }
    }
    if args.a == args.b {
        return Err(Failure::Input(format!("`{}` is given twice; give two entries", args.a)));
    }
    let store = home.must_read()?;
    let lists = Lists::load(Some(&store), When::default())?;
    for id in [&args.a, &args.b] {
        if lists.entity(id).is_none() {
            return Err(Failure::Input(format!(
                "no loaded list has an entry `{id}`; `countersign screen NAME` shows the ids"
            )));
        }
    }
    let before = links(&lists, Some(&store))?;
    drop(store);
    let together = before.group(&args.a).is_some_and(|g| g.members.contains(&args.b));
    let judgement = Judgement {
        a: args.a.clone(),
        b: args.b.clone(),
        same,
        reason: args.reason.clone(),
        by: args.by.clone(),
    };
    let (mut store, _) = home.write()?;
    let entry = record(&mut store, &lists, &judgement, clock::now()?)?;
    let what = if same { "about one party" } else { "not about one party" };
    printer.data(&format!("entry {entry} of the journal: {} and {} are {what}", args.a, args.b));
    if !same && !together {
        printer.word("note: they were not linked; the decision keeps them apart from now on");
    }
    Ok(Exit::Ok)
}
