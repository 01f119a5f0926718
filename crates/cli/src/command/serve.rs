//! `countersign serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use countersign_operations::editions::Editions;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_server::{
    Clock, Collector, CompatRoot, Config, Destination, Limits, LogFormat, Outgoing, ServeError, Tls,
    WebOrigin, serve,
};

use crate::exit::Exit;
use crate::printer::Printer;

const EXAMPLES: &str = "\
Stops on SIGTERM or Ctrl-C when requests under way have ended. SIGHUP reads lists, register and certificate again; so \
does every import with lists by itself.

Examples:
  countersign serve
  countersign serve --home /var/lib/countersign --register /srv/register
  countersign serve --compat-root yente       clients of yente need no path";

/// Answer over HTTP: API, compatible APIs, public pages, the desk
///
/// One program and one data directory. Until an administrator is set up, only this machine can reach it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", env = "COUNTERSIGN_LISTEN")]
    listen: SocketAddr,
    /// A public register (a directory): its pages, its files, and the pledges in it
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_REGISTER")]
    register: Option<PathBuf>,
    /// Answer this compatible API at the root too: yente, openrefine, watchman or csl
    #[arg(long, value_name = "NAME")]
    compat_root: Option<CompatRoot>,
    /// Let pages of this origin ask the compatible APIs from a browser: http://127.0.0.1:3333. May be given several times
    #[arg(long, value_name = "ORIGIN", env = "COUNTERSIGN_COMPAT_ORIGIN", value_delimiter = ',')]
    compat_origin: Vec<WebOrigin>,
    /// The certificate chain, PEM; without it the server speaks plain HTTP
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Let webhooks lie below this address (https://HOST/FOLDER; http on this machine alone). May be given several times;
    /// without it nothing is sent to anyone
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_WEBHOOK_TO", value_delimiter = ',')]
    webhook_to: Vec<Destination>,
    /// Send traces to this collector, as OTLP over HTTP: http://127.0.0.1:4318/v1/traces
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_TRACES")]
    traces: Option<Collector>,
    /// The form of the log on standard error: text or json
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: LogFormat,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let tls = args.tls_cert.clone().zip(args.tls_key.clone()).map(|(cert, key)| Tls { cert, key });
    let config = Config {
        home: home.clone(),
        listen: args.listen,
        register: args.register.clone(),
        compat_root: args.compat_root,
        compat_origins: args.compat_origin.clone(),
        tls,
        log: args.log,
        clock: Clock::system(),
        outgoing: Outgoing { webhook_to: args.webhook_to.clone(), traces: args.traces.clone() },
        limits: Limits::default(),
    };
    let imported = match home.read()? {
        Some(store) => Editions::load(Some(&store))?.sources().count(),
        None => 0,
    };
    printer.word(&match imported {
        0 => "no publisher's list was imported yet: names are compared with the starter list of the program alone; \
              see `countersign lists update --help`"
            .to_owned(),
        1 => "loading one list; where it is new, its index is built first".to_owned(),
        n => format!("loading {n} lists; where one is new, their index is built first"),
    });
    let started = |address: &str, set_up: Option<&str>| {
        printer.word(&format!("listening on {address}"));
        if let Some(path) = set_up {
            printer.word(&format!(
                "there is no administrator yet, so that only this machine is answered; set one up with this link, which works \
                 once, for an hour:\n  {address}{path}"
            ));
        }
    };
    serve(config, started).map_err(|error| match error {
        ServeError::Load(failure) => failure,
        ServeError::Machine(_) => Failure::Program(error.to_string()),
        other => Failure::Input(other.to_string()),
    })?;
    Ok(Exit::Ok)
}
