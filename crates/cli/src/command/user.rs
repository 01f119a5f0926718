//! `countersign user`: the people of an installation, without a browser.

use std::collections::BTreeSet;

use clap::Subcommand;
use countersign_identity::{IdentityFault, Keeper, KeeperFault, Role, Token, User, UserId, UserName, fresh};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use jiff::Timestamp;
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;

const EXAMPLES: &str = "\
A person chooses the password through a one-time link, which is shown once and holds three days. It can be used on the \
machine of the server before anyone can sign in: that is the first administrator.

Examples:
  countersign user add ada --full-name \"Ada Admin\" --role administrator
  countersign user add boris --full-name \"Boris B.\" --role approver --role licensing-officer
  countersign user list
  countersign user reset boris
  countersign user disable boris";

/// The people of this installation: who may sign in to the server, and as what
#[derive(Debug, Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub(crate) enum Command {
    Add(Add),
    List(List),
    Roles(Roles),
    Disable(Named),
    Enable(Named),
    Reset(Named),
}

/// Add a person, and print the link by which they choose their password
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The name to sign in with
    name: UserName,
    /// The name for people; it stands beside what the person signs
    #[arg(long, value_name = "NAME")]
    full_name: String,
    /// What they do here: analyst, approver, licensing-officer, assessor, register-operator, auditor, administrator
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<Role>,
}

/// List the people
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Print users/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Give a person other roles
#[derive(Debug, clap::Args)]
pub(crate) struct Roles {
    /// The name to sign in with
    name: String,
    /// All that they do here from now on
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<Role>,
}

/// One person
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The name to sign in with
    name: String,
}

/// Opens the people of a home.
pub(super) fn open(home: &Home) -> Result<Keeper, Failure> {
    Keeper::open(home.path()).map_err(failure)
}

/// What the user is told.
pub(super) fn failure(fault: KeeperFault) -> Failure {
    match fault {
        KeeperFault::Refused(refused) => Failure::Input(refused.to_string()),
        other => Failure::Program(other.to_string()),
    }
}

/// Random bytes for a new id or secret.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    fresh().map_err(|e| Failure::Program(e.to_string()))
}

/// Changes the people; durable on return.
pub(super) fn change<T>(
    keeper: &mut Keeper,
    decide: impl FnOnce(
        &countersign_identity::Directory,
    ) -> Result<(Vec<countersign_identity::Stamped>, T), IdentityFault>,
) -> Result<T, Failure> {
    keeper.change::<T, KeeperFault>(|directory| decide(directory).map_err(KeeperFault::from)).map_err(failure)
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut keeper = open(home)?;
    let now = Timestamp::now();
    match command {
        Command::Add(add) => {
            let token = Token::new(random()?);
            let (id, roles) = (UserId::of(&random()?), add.roles.iter().copied().collect::<BTreeSet<_>>());
            change(&mut keeper, |directory| {
                Ok((
                    directory.add_user(id, add.name.clone(), &add.full_name, roles, &token, (now, None))?,
                    (),
                ))
            })?;
            link(&token, add.name.as_str(), printer);
        }
        Command::List(list) => {
            let users: Vec<&User> = keeper.directory().users().collect();
            if list.json {
                let rows: Vec<_> = users.iter().map(|user| row(user)).collect();
                printer.json(&json!({ "schema": "users/1", "users": rows }))?;
            } else if users.is_empty() {
                printer.word("there is nobody yet; begin with `countersign user add`");
            } else {
                for user in users {
                    let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
                    printer.data(&format!(
                        "{:<16} {:<24} {}  {}",
                        user.name,
                        user.full_name,
                        roles.join(","),
                        state(user)
                    ));
                }
            }
        }
        Command::Roles(set) => {
            let roles: BTreeSet<Role> = set.roles.iter().copied().collect();
            change(&mut keeper, |directory| {
                Ok((vec![directory.set_roles(&set.name, roles, (now, None))?], ()))
            })?;
            printer.data(&format!("`{}` has other roles now", set.name));
        }
        Command::Disable(named) => {
            change(&mut keeper, |d| Ok((vec![d.set_disabled(&named.name, true, (now, None))?], ())))?;
            printer.data(&format!(
                "`{}` can no longer sign in; sessions have ended and keys hold no more",
                named.name
            ));
        }
        Command::Enable(named) => {
            change(&mut keeper, |d| Ok((vec![d.set_disabled(&named.name, false, (now, None))?], ())))?;
            printer.data(&format!("`{}` can sign in again", named.name));
        }
        Command::Reset(named) => {
            let token = Token::new(random()?);
            change(&mut keeper, |d| Ok((d.reset(&named.name, &token, (now, None))?, ())))?;
            printer.word(&format!(
                "password, one-time codes and signing key of `{}` are gone; the next signature is by a new key",
                named.name
            ));
            link(&token, &named.name, printer);
        }
    }
    Ok(Exit::Ok)
}

/// Prints a one-time link: the secret on standard output, the words beside it.
fn link(token: &Token, name: &str, printer: &mut Printer) {
    printer.word(&format!(
        "give `{name}` this link, after the address of the server, by a way that others do not read; it works once, for \
         three days, and is not shown again:"
    ));
    printer.data(&format!("/welcome/{}", token.text()));
}

fn state(user: &User) -> &'static str {
    match (user.disabled, user.credentials.is_some()) {
        (true, _) => "disabled",
        (false, true) => "active",
        (false, false) => "has not used the link",
    }
}

fn row(user: &User) -> serde_json::Value {
    json!({
        "id": user.id,
        "name": user.name,
        "full_name": user.full_name,
        "roles": user.roles,
        "state": state(user),
        "one_time_codes": user.credentials.as_ref().is_some_and(|c| c.one_time_codes),
        "signing_key": user.credentials.as_ref().map(|c| &c.signing_key),
        "added": user.added.to_string(),
    })
}
