//! `countersign law explain` and `law docs`: rules in words, for whoever signs under them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use countersign_law::{Coverage as Table, Covered, Explained, embedded_cases, explain};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::knowledge::Knowledge;

/// Explain a rule: its text in our words, citation, dates, what it reads, which cases test it
///
/// RULE is an id as decisions cite it (`EAR-744.11`), or one of its policies (`EAR-744.11#see-entry`).
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The id of a rule
    #[arg(value_name = "RULE")]
    rule: String,
    /// Print rule/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Write the reference of the law that a lawyer reads: Markdown, one page a regime
#[derive(Debug, clap::Args)]
pub(super) struct Docs {
    /// The directory to write to; it is made where it is missing
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(args: &Explain, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = Knowledge::embedded()?;
    let Some(found) = explain(&knowledge.law, &args.rule) else {
        let near: Vec<&str> = knowledge
            .law
            .inventory()
            .rows()
            .map(|r| r.id.as_str())
            .filter(|id| id.contains(&args.rule) || args.rule.contains(id))
            .take(8)
            .collect();
        let hint = if near.is_empty() {
            "`countersign law rules` lists all".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        return Err(Failure::Input(format!("no rule is called `{}`; {hint}", args.rule)));
    };
    let tests = tests(&knowledge)?;
    if args.json {
        let tested: BTreeMap<&str, &Covered> =
            found.policies.iter().filter_map(|p| Some((p.key.as_str(), tests.get(&p.key)?))).collect();
        printer.json(
            &json!({"schema": "rule/1", "law": knowledge.law.digest(), "rule": found, "tests": tested}),
        )?;
    } else {
        printer.data(text(&found, &tests).trim_end());
    }
    Ok(Exit::Ok)
}

pub(super) fn docs(args: &Docs, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = Knowledge::embedded()?;
    let tests = tests(&knowledge)?;
    let bad = |e: std::io::Error| Failure::Input(format!("`{}` cannot be written: {e}", args.dir.display()));
    std::fs::create_dir_all(&args.dir).map_err(bad)?;
    let mut index = format!(
        "# The law as this program holds it\n\nOne page for each regime, from the packs with the digest `{}`.\n\n",
        knowledge.law.digest()
    );
    let mut pages = 0;
    for regime in knowledge.law.regimes() {
        let rows: Vec<&str> = knowledge
            .law
            .inventory()
            .rows()
            .filter(|r| r.regime == regime.id)
            .map(|r| r.id.as_str())
            .collect();
        if rows.is_empty() {
            continue;
        }
        let mut page = format!("# {}\n\n`{}`. {}\n", regime.title, regime.id, regime.status);
        for id in &rows {
            if let Some(found) = explain(&knowledge.law, id) {
                let _ = write!(page, "\n{}", text(&found, &tests));
            }
        }
        let name = format!("{}.md", regime.id.to_lowercase());
        std::fs::write(args.dir.join(&name), page).map_err(bad)?;
        let _ = writeln!(index, "- [{}]({name}): {} rules", regime.title, rows.len());
        pages += 1;
    }
    std::fs::write(args.dir.join("README.md"), index).map_err(bad)?;
    printer.word(&format!("{pages} pages and an index written to `{}`", args.dir.display()));
    Ok(Exit::Ok)
}

/// Which worked cases test each policy.
fn tests(knowledge: &Knowledge) -> Result<BTreeMap<String, Covered>, Failure> {
    let mut table = Table::of(&knowledge.law);
    for (path, content) in embedded_cases() {
        match super::worked::worked(&content, &path, knowledge)
            .map_err(|e| Failure::Program(e.to_string()))?
        {
            super::worked::Worked::Scenarios(file) => table.add_scenarios(&file, &knowledge.known),
            super::worked::Worked::Legal(file) => table.add_legal(&file),
        }
    }
    Ok(table.rows().into_iter().map(|row| (row.policy.clone(), row)).collect())
}

/// A rule as Markdown, which reads well as plain text too.
fn text(rule: &Explained, tests: &BTreeMap<String, Covered>) -> String {
    let mut out = format!("## {}\n\n{}\n\n", rule.id, rule.meaning);
    let _ = writeln!(out, "- Citation: {}", rule.citation);
    let from = rule.in_force.as_deref().unwrap_or("before any date of a case");
    let until = rule.until.as_deref().map(|d| format!(", until {d}")).unwrap_or_default();
    let _ = writeln!(out, "- In force: from {from}{until}");
    let _ = writeln!(out, "- Text: {}", rule.verification);
    let _ = writeln!(out, "- Regime: {}", rule.regime);
    for named in &rule.named_by {
        let _ = writeln!(out, "- {named}");
    }
    if rule.policies.is_empty() {
        out.push_str("\nNo policy bears this rule: it is named beside others, or not built.\n");
    }
    for policy in &rule.policies {
        let _ = writeln!(out, "\n### {}\n", policy.key);
        if !policy.why.is_empty() {
            let _ = writeln!(out, "{}\n", policy.why);
        }
        let _ = writeln!(out, "- What follows: {}", policy.follows);
        let acts = if policy.acts.is_empty() { "any act".to_owned() } else { policy.acts.join(", ") };
        let _ = writeln!(out, "- Looks at: {}, for {acts}", policy.looks_at);
        for (what, value) in
            [("Dates of its own", &policy.dates), ("Stayed", &policy.stayed), ("Warning", &policy.warning)]
        {
            if let Some(value) = value {
                let _ = writeln!(out, "- {what}: {value}");
            }
        }
        for (n, condition) in policy.conditions.iter().enumerate() {
            let first = if n == 0 { "Looked at when" } else { "and" };
            let _ = writeln!(out, "- {first}: {}", condition.sentence);
        }
        let _ = writeln!(out, "- Facts that it reads: {}", policy.facts.join(", "));
        if let Some(row) = tests.get(&policy.key) {
            let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let _ = writeln!(out, "- Cases in which it must hold: {}", list(&row.holds));
            let _ = writeln!(out, "- Cases in which it must fail: {}", list(&row.fails));
        }
    }
    out
}
