//! `countersign store …`: where the journal and the documents lie.

use std::time::Duration;

use clap::Subcommand;
use countersign_store::{Moved, Place, migrate};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
The password of the database comes from PGPASSWORD, the keys of the bucket from AWS_ACCESS_KEY_ID and \
AWS_SECRET_ACCESS_KEY. A server on another machine is spoken with over TLS only.

Examples:
  countersign store migrate \\
      --database \"postgres://countersign@db.example.org/countersign?place=main\"
  countersign store migrate --database postgres://countersign@localhost/countersign \\
      --bucket s3://evidence/journal
  countersign store migrate --directory         back into the data directory";

/// Where the journal and its documents lie
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Show(Show),
    Migrate(Migrate),
}

/// Where they lie now, and how much there is
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Print store/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Move them: into a database that several machines reach, or back into the directory
///
/// Every entry is compared with the signed root and every document with its digest, on the way and again where they arrived. Nothing is
/// recorded meanwhile. The old place is kept: a directory is given another name, a database stays a copy to which nobody appends.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Migrate {
    /// The PostgreSQL database that decides what is appended: postgres://USER@HOST/DATABASE?place=NAME
    #[arg(long, value_name = "URL", required_unless_present = "directory")]
    database: Option<String>,
    /// An S3-compatible bucket for tiles and documents (s3://BUCKET/PREFIX); without it the database holds them
    #[arg(long, value_name = "URL", requires = "database")]
    bucket: Option<String>,
    /// Back into the data directory
    #[arg(long, conflicts_with = "database")]
    directory: bool,
    /// How many seconds to wait for a writer to end
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: u16,
    /// Print store-move/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Show(args) => show(args, home, printer),
        Command::Migrate(args) => move_to(args, home, printer),
    }
}

fn show(args: &Show, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let place = Place::of(home.path())?;
    let checkpoint = store.log().checkpoint();
    if args.json {
        printer.json(&json!({
            "schema": "store/1", "home": home.path(), "database": place.as_ref().map(|p| &p.database),
            "bucket": place.as_ref().and_then(|p| p.bucket.as_ref()), "entries": checkpoint.size, "root": checkpoint.root,
        }))?;
        return Ok(Exit::Ok);
    }
    printer.data(&format!("home      {}", home.path().display()));
    match &place {
        None => printer.data("journal   in the home"),
        Some(place) => {
            printer.data(&format!("database  {}", place.database));
            match &place.bucket {
                Some(bucket) => printer.data(&format!("bucket    {bucket}")),
                None => printer.data("bucket    none: the database holds tiles and documents"),
            }
        }
    }
    printer.data(&format!("entries   {}\nroot      {}", checkpoint.size, checkpoint.root));
    Ok(Exit::Ok)
}

fn move_to(args: &Migrate, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    home.must_read()?;
    let to = args.database.clone().map(|database| Place { database, bucket: args.bucket.clone() });
    let Moved { entries, root, documents, bytes } =
        migrate(home.path(), to.as_ref(), Duration::from_secs(u64::from(args.wait)))?;
    if args.json {
        printer.json(&json!({
            "schema": "store-move/1", "entries": entries, "root": root, "documents": documents, "bytes": bytes,
        }))?;
        return Ok(Exit::Ok);
    }
    printer.data(&format!("moved     {entries} entries, {documents} documents ({bytes} bytes); each was compared\nroot      {root}"));
    match to {
        Some(_) => printer.word(
            "the old directories are beside it as `journal.moved` and `blobs.moved`: remove them when you have a backup of the \
             new place. A second machine needs `format`, `storage` and `keys` of this home.",
        ),
        None => printer.word(
            "the database still has a copy, to which nobody appends any more. Homes on other machines that name it can read \
             it; they record nothing.",
        ),
    }
    Ok(Exit::Ok)
}
