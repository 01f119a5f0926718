//! Imports files of one source and prints the report and the time: `cargo run --release -p countersign-lists
//! --example import -- us_csl FILE…`. With `--all`, every refusal and warning.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use countersign_lists::{InputFile, entities_jsonl, import};
use countersign_model::{Digest, SourceId};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let all = args.iter().any(|a| a == "--all");
    args.retain(|a| a != "--all");
    let (source, paths) = args.split_first().ok_or("usage: import SOURCE FILE…")?;
    let files: Vec<InputFile> = paths
        .iter()
        .map(|path| {
            let name =
                Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            std::fs::read(path).map(|bytes| InputFile { name, bytes })
        })
        .collect::<Result<_, _>>()?;
    let start = Instant::now();
    let done = import(&SourceId::new(source)?, &files)?;
    let took = start.elapsed();
    let mut out = Vec::new();
    let report = &done.report;
    writeln!(out, "{}: {}; as of {:?}; {took:?}", done.source, done.format, done.as_of)?;
    writeln!(
        out,
        "rows {} entities {} names {} aliases {} weak {} inside {} identifiers {} edges {} links {}",
        report.rows,
        report.entities,
        report.names,
        report.aliases,
        report.weak_aliases,
        report.names_inside,
        report.identifiers,
        done.edges.len(),
        done.links.len()
    )?;
    writeln!(out, "by file {:?}", report.rows_by_file)?;
    writeln!(out, "counted {:#?}", report.counted)?;
    writeln!(out, "unknown columns {:?}", report.unknown_columns)?;
    writeln!(out, "refused {} warnings {}", report.refused.len(), report.warnings.len())?;
    let most = if all { usize::MAX } else { 12 };
    for refusal in report.refused.iter().take(most) {
        writeln!(out, "  refused {}:{} {}", refusal.file, refusal.line, refusal.reason)?;
    }
    for warning in report.warnings.iter().take(most) {
        writeln!(out, "  {}:{} {}", warning.file, warning.line, warning.text)?;
    }
    writeln!(out, "snapshot sha256 {}", Digest::of(&entities_jsonl(&done)))?;
    std::io::stdout().write_all(&out)?;
    Ok(())
}
