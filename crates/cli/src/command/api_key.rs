//! `countersign api-key`: keys of programs, without a browser.

use clap::Subcommand;
use countersign_identity::{ApiKey, NewApiKey, Scope, Token};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::user::{change, open, random};
use crate::exit::Exit;
use crate::printer::Printer;

const EXAMPLES: &str = "\
A program sends the key as `Authorization: Bearer csk_…`. It can do nothing that its owner cannot, and only what its scopes \
name.

Examples:
  countersign api-key new --user ada --for \"nightly screening\" --scope screen --days 90
  countersign api-key list
  countersign api-key revoke 0a1b2c3d";

/// Keys of programs that ask the server
#[derive(Debug, Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub(crate) enum Command {
    New(New),
    List(List),
    Revoke(Revoke),
}

/// Make a key, and print it once
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// Whose key it is: the name to sign in with
    #[arg(long, value_name = "NAME")]
    user: String,
    /// What it is for, so that someone can know later whether it is still needed
    #[arg(long = "for", value_name = "TEXT")]
    purpose: String,
    /// What it may be used for: read, screen, check, write, desk, audit, admin
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<Scope>,
    /// For how many days, 1 to 400
    #[arg(long, value_name = "N", default_value = "90")]
    days: u16,
}

/// List the keys; the secrets are not kept and cannot be shown
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Print api-keys/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Revoke a key
#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    /// The eight digits after `csk_`
    id: String,
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut keeper = open(home)?;
    let now = Timestamp::now();
    match command {
        Command::New(new) => {
            let expires = now
                .checked_add(SignedDuration::from_hours(24 * i64::from(new.days)))
                .map_err(|e| Failure::Input(format!("--days: {e}")))?;
            let (id, secret) = (random()?, Token::new(random()?));
            let text = change(&mut keeper, |directory| {
                let wanted = NewApiKey {
                    user: directory.must_be_named(&new.user)?.id.clone(),
                    purpose: new.purpose.clone(),
                    scopes: new.scopes.iter().copied().collect(),
                    expires,
                };
                let (event, text) = directory.make_key(wanted, id, &secret, (now, None))?;
                Ok((vec![event], text))
            })?;
            printer.word(&format!("keep this key now, it is not shown again; it expires {expires}:"));
            printer.data(&text);
        }
        Command::List(list) => {
            let directory = keeper.directory();
            let keys: Vec<&ApiKey> = directory.keys().collect();
            let name =
                |key: &ApiKey| directory.user(&key.user).map_or_else(String::new, |u| u.name.to_string());
            if list.json {
                let rows: Vec<_> = keys
                    .iter()
                    .map(|key| {
                        json!({
                            "id": key.id, "user": name(key), "for": key.purpose, "scopes": key.scopes,
                            "made": key.made.to_string(), "expires": key.expires.to_string(),
                            "revoked": key.revoked.map(|at| at.to_string()), "holds": key.holds(now),
                        })
                    })
                    .collect();
                printer.json(&json!({ "schema": "api-keys/1", "keys": rows }))?;
            } else if keys.is_empty() {
                printer.word("there is none yet; make one with `countersign api-key new`");
            } else {
                for key in keys {
                    let scopes: Vec<&str> = key.scopes.iter().map(|s| s.as_str()).collect();
                    let state = if key.holds(now) { "holds" } else { "holds no more" };
                    let line = format!(
                        "{} {:<16} {:<20} {}  {}",
                        key.id,
                        name(key),
                        scopes.join(","),
                        state,
                        key.purpose
                    );
                    printer.data(&line);
                }
            }
        }
        Command::Revoke(revoke) => {
            change(&mut keeper, |directory| Ok((vec![directory.revoke_key(&revoke.id, (now, None))?], ())))?;
            printer.data(&format!("the key `{}` holds no more", revoke.id));
        }
    }
    Ok(Exit::Ok)
}
