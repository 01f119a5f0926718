//! `countersign-bulk`: a file of parties against every loaded list, on as many machines as there are.
//!
//! **list → entity → index → hit**, as `countersign bulk`, and with the same bytes as output. In come a file and a home; the input is cut
//! into chunks, and each is one plan of a single stage: scan, screen, unnest. Plans run in this process, by workers that
//! lease chunks from PostgreSQL, or on an Apache DataFusion Ballista cluster whose executors are this program too. Out go the
//! file of possible matches and that of rows that could not be read; next are the people who decide on the matches.

mod database;
mod engine;
mod function;
mod join;
mod line;
mod nodes;
mod orders;
mod place;
mod prepare;
mod run;
mod split;
mod tell;
mod worker;

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use countersign_bulk::Encoding;
use countersign_model::{Date, EntitySchema, parse_date};
use countersign_operations::failure::Failure;
use tokio::sync::watch;

use crate::database::Runs;
use crate::prepare::Asked;
use crate::run::{Request, Through, run};
use crate::worker::Worker;

const EXAMPLES: &str = "\
Exit code: 0 no possible match, 10 possible matches that no person has decided to be another party; 2 rows could not be
read (they are in OUT.rejects.jsonl) or the input is wrong; 1 the program failed. A run that was stopped goes on when the
same command is given again.

Examples:
  countersign-bulk run customers.parquet --out matches.csv
  countersign-bulk run customers.csv --out matches.csv --database postgres://ann@db.example.org/bulk --place /shared/run
  countersign-bulk worker --database postgres://ann@db.example.org/bulk --cache /var/cache/countersign-bulk
  countersign-bulk run s3://customers/all.parquet --out s3://matches/monday.parquet --place s3://matches/run \\
      --cluster df://scheduler.example.org:50050";

/// Screen a file of parties on many machines, with the same output as `countersign bulk`
#[derive(Debug, Parser)]
#[command(name = "countersign-bulk", version, after_long_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Screen a file: in this process, by workers (--database), or on a Ballista cluster (--cluster)
    Run(Box<RunArgs>),
    /// Lease chunks of runs from PostgreSQL and screen them, until told to stop
    Worker(WorkerArgs),
    /// Be the scheduler of a Ballista cluster
    Scheduler(SchedulerArgs),
    /// Be an executor of a Ballista cluster
    Executor(ExecutorArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The file of parties: a path, or s3://BUCKET/KEY
    input: String,
    /// Where the possible matches go: .csv, .jsonl or .parquet; a path, or s3://BUCKET/KEY; it must not be there yet
    #[arg(long, value_name = "FILE")]
    out: String,
    /// The data directory with the lists and decisions
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_HOME")]
    home: Option<PathBuf>,
    /// What a party is where its row does not say so (Person, Organization…); absent compares with all kinds
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    /// The sheet of a spreadsheet to read; the first if absent
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The encoding of a CSV file that is neither UTF-8 nor UTF-16: windows-1252, windows-1251…
    #[arg(long, value_name = "LABEL")]
    encoding: Option<Encoding>,
    /// The least score of a possible match, above 0 and at most 1; counts before the profile's
    #[arg(long, value_name = "SCORE", value_parser = threshold)]
    threshold: Option<f64>,
    /// A profile file: threshold, near_miss_margin, weak_aliases, weights
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Write parties without a possible match too
    #[arg(long)]
    all: bool,
    /// The day for which the lists are read; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Where chunks, index and results lie meanwhile: a directory that every node sees under this name, or s3://BUCKET/PREFIX;
    /// OUT.run if absent
    #[arg(long, value_name = "DIR")]
    place: Option<String>,
    /// Rows of a chunk
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    chunk: u32,
    /// How many processors of this machine to use; all if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), conflicts_with_all = ["database", "cluster"])]
    threads: Option<u16>,
    /// Leave the chunks to workers that lease them here: postgres://USER@HOST/DATABASE (password in PGPASSWORD)
    #[arg(long, value_name = "ADDRESS", conflicts_with = "cluster")]
    database: Option<String>,
    /// Leave the chunks to a Ballista cluster: df://HOST:PORT of its scheduler
    #[arg(long, value_name = "ADDRESS")]
    cluster: Option<String>,
    /// Chunks that are given to the cluster at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=512), requires = "cluster")]
    in_flight: u16,
    /// How long the cluster may take for a chunk, waiting included, before it is given again
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..), requires = "cluster")]
    timeout: u32,
    /// How long to try again where no chunk comes to its end, before giving up
    #[arg(long, value_name = "SECONDS", default_value_t = 300, requires = "cluster")]
    patience: u32,
    /// Print bulk/1 as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct WorkerArgs {
    /// postgres://USER@HOST/DATABASE (password in PGPASSWORD)
    #[arg(long, value_name = "ADDRESS")]
    database: String,
    /// Where to keep a copy of the index of a run; absent: an index in a directory is used where it lies
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// How many chunks at a time; all processors if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
    /// How long a lease holds if it is not renewed: a chunk of a worker that was killed is another's after that
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(i32).range(3..=86_400))]
    lease: i32,
    /// End after so long without work
    #[arg(long, value_name = "SECONDS")]
    idle: Option<u64>,
    /// What it is called in the database; the name of the machine and the number of the process if absent
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

#[derive(Debug, clap::Args)]
struct SchedulerArgs {
    /// The address to listen on. Nobody is asked for credentials: one of a network of your own
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:50050")]
    bind: SocketAddr,
    /// The name by which others reach it, where that is another
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
    /// After how long without a sign of life an executor is taken for gone
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=3600))]
    silence: u64,
}

#[derive(Debug, clap::Args)]
struct ExecutorArgs {
    /// The scheduler
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// The address to listen on. Nobody is asked for credentials: one of a network of your own
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// The name by which others reach it, where that is another
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
    /// The port from which results are fetched
    #[arg(long, value_name = "PORT", default_value_t = 50051)]
    port: u16,
    /// The port for tasks
    #[arg(long, value_name = "PORT", default_value_t = 50052)]
    grpc_port: u16,
    /// Where results lie until they are fetched, and copies of indexes
    #[arg(long, value_name = "DIR")]
    work: PathBuf,
    /// How many chunks at a time; all processors if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
    /// As the scheduler's
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=3600))]
    silence: u64,
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(|e| e.to_string())
}

fn threshold(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|t| *t > 0.0 && *t <= 1.0).ok_or_else(|| {
        format!("`{text}` is no threshold; give a number above 0 and at most 1, for example `0.7`")
    })
}

fn processors(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(
            "warn,countersign_bulk=info,ballista_executor=info,ballista_scheduler=info",
        )
    });
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(Failure::Program(error.to_string()))),
    };
    ended(runtime.block_on(perform(cli.command)))
}

/// The exit code, with the reason said.
fn ended(result: Result<u8, Failure>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // a terminal that is gone hears nothing
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::from(if matches!(failure, Failure::Input(_)) { 2 } else { 1 })
        }
    }
}

async fn perform(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(args) => screen(*args).await,
        Command::Worker(args) => work(args).await,
        Command::Scheduler(args) => nodes::schedule(args.bind, args.name, args.silence).await.map(|()| 0),
        Command::Executor(args) => execute(args).await,
    }
}

async fn screen(args: RunArgs) -> Result<u8, Failure> {
    let far = args.database.is_some() || args.cluster.is_some();
    if far && args.place.is_none() && place::is_bucket(&args.out) {
        return Err(Failure::Input(
            "name the place of the run with --place s3://BUCKET/PREFIX, so that every node reaches it"
                .to_owned(),
        ));
    }
    let seconds = |n: u32| Duration::from_secs(u64::from(n));
    let through = match (&args.database, &args.cluster) {
        (Some(address), _) => Through::Workers { runs: Runs::open(address)? },
        (None, Some(address)) => Through::Cluster {
            address: address.clone(),
            in_flight: usize::from(args.in_flight),
            timeout: seconds(args.timeout),
            patience: seconds(args.patience),
        },
        (None, None) => Through::Here { threads: processors(args.threads) },
    };
    let request = Request {
        input: args.input,
        output: args.out.clone(),
        place: args.place,
        every_party: args.all,
        chunk: usize::try_from(args.chunk).unwrap_or(usize::MAX),
        asked: Asked {
            home: args.home,
            schema: args.schema,
            sheet: args.sheet,
            encoding: args.encoding,
            profile: args.profile,
            threshold: args.threshold,
            as_of: args.as_of,
        },
        through,
    };
    let report = run(request).await?;
    let say = |line: String| {
        // as above
        let _ = writeln!(std::io::stderr(), "warning: {line}");
    };
    for words in report.summary.told.words(&report.summary.unknown_columns) {
        say(words);
    }
    let page = tell::page(&report, &args.out, args.json)?;
    writeln!(std::io::stdout(), "{page}").map_err(|e| Failure::Program(e.to_string()))?;
    if let Some(rejects) = &report.summary.rejects {
        say(format!(
            "{} rows could not be screened; each is named in `{}`: mend them and screen them again",
            report.summary.rejected,
            rejects.display()
        ));
        return Ok(2);
    }
    Ok(if report.summary.open > 0 { 10 } else { 0 })
}

/// Becomes true when the process is told to stop.
fn told_to_stop() -> Result<watch::Receiver<bool>, Failure> {
    let (send, stop) = watch::channel(false);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|e| Failure::Program(e.to_string()))?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        // whoever listened may be gone
        let _: Result<(), _> = send.send(true);
        // the plan of a chunk does not stop by itself, and its lease has been given back
        std::future::pending::<()>().await;
    });
    Ok(stop)
}

async fn work(args: WorkerArgs) -> Result<u8, Failure> {
    if let Some(cache) = args.cache {
        orders::keep_copies_in(cache)?;
    }
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let worker = Worker {
        runs: Runs::open(&args.database)?,
        name: args.name.unwrap_or_else(|| format!("{} {}", machine.trim(), std::process::id())),
        threads: processors(args.threads),
        lease: args.lease,
        idle: args.idle.map(Duration::from_secs),
    };
    let start = Instant::now();
    let done = worker.work(told_to_stop()?).await?;
    tracing::info!("{done} chunks in {:.1} s", start.elapsed().as_secs_f64());
    Ok(0)
}

async fn execute(args: ExecutorArgs) -> Result<u8, Failure> {
    let (host, port) = args
        .scheduler
        .rsplit_once(':')
        .and_then(|(host, port)| Some((host.to_owned(), port.parse::<u16>().ok()?)))
        .ok_or_else(|| {
            Failure::Input(format!("`{}` is no address of a scheduler; write HOST:PORT", args.scheduler))
        })?;
    orders::keep_copies_in(args.work.join("indexes"))?;
    let executor = nodes::Executor {
        scheduler: (host, port),
        bind: args.bind,
        name: args.name,
        port: args.port,
        grpc_port: args.grpc_port,
        work: args.work,
        vcores: processors(args.threads),
        silence: args.silence,
    };
    let stop = told_to_stop()?;
    let ended = nodes::execute(executor).await;
    if *stop.borrow() {
        return ended.map(|()| 0);
    }
    // the library does not begin twice in one process: whoever watches over it (systemd, Kubernetes) begins it again
    ended.and_then(|()| Err(Failure::Program("the scheduler is gone; begin the executor again".to_owned())))
}
