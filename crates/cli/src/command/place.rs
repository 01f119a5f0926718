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

    /// To read, gone through from its first entry to its last.
    pub(crate) fn replay(&self) -> Result<(Register, Replay), Failure> {
        let register = self.open()?;
        let replay = register.replay()?;
        Ok((register, replay))
    }
}
