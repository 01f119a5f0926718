//! Webhooks: what is recorded in the journal, told to other programs as it happens.
//!
//! The journal is the queue. Each webhook has a cursor in it, which moves when the receiver said yes: so nothing is lost when
//! the server or the receiver stops, and nothing is kept twice. A message is signed as the Standard Webhooks specification
//! says, and tried again with longer and longer pauses. It goes only where whoever started the server allows: an
//! administrator's key alone cannot make this server call another machine.
//!
//! - [`Destination`] is what the command line allows
//! - [`Webhook`] is one receiver, with its cursor; [`Webhooks`] keeps them
//! - `sign` makes secrets and signatures, `deliver` sends, `recorded` keeps what administrators do

mod deliver;
mod destination;
mod event;
mod kept;
mod recorded;
mod sign;
mod webhook;

pub use destination::Destination;

pub(crate) use deliver::run;
pub(crate) use destination::address;
pub(crate) use event::Event;
pub(crate) use kept::{Refused, Webhooks};
pub(crate) use recorded::{Done, record};
pub(crate) use webhook::Webhook;
