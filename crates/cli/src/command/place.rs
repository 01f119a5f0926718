//! Which register a command speaks of: `--register`, for `register` and `assess` alike.

use std::path::PathBuf;
use std::time::Duration;

use countersign_operations::failure::Failure;
use countersign_register::{Register, Replay};

/// How long to wait for another process that writes to the register.
const WAIT: Duration = Duration::from_secs(30);

/// Which register.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The directory of the register, or of a copy of it; to read, also a bucket `s3://BUCKET/PREFIX`
    #[arg(
        id = "register",
        short,
        long = "register",
        env = "COUNTERSIGN_REGISTER",
        value_name = "DIR",
        default_value = "register"
    )]
    pub(crate) dir: PathBuf,
}

impl Place {
    /// To read.
    pub(crate) fn open(&self) -> Result<Register, Failure> {
        Ok(Register::open(&self.dir)?)
    }

    /// To append.
    pub(crate) fn open_to_append(&self) -> Result<Register, Failure> {
        Ok(Register::open_to_append(&self.dir, WAIT)?)
    }

    /// To read, gone through from its first entry to its last. One whose keys are not all known tells nothing.
    pub(crate) fn replay(&self) -> Result<(Register, Replay), Failure> {
        let register = self.open()?;
        let replay = register.replay()?;
        if let Some(index) = replay.lost_keys() {
            return Err(Failure::Program(format!(
                "entry {index} says who may sign, and its record cannot be read: whose the signatures are is not known, and nothing \
                 is taken from this register; run `countersign register verify`"
            )));
        }
        Ok((register, replay))
    }
}
