//! What the commands about assessments read: the question set, an assessment, files about owners.

use std::path::{Path, PathBuf};

use countersign_assessments::{Assessment, QuestionSet};
use countersign_operations::failure::{Failure, read_file, read_text};
use countersign_owners::Owners;
use countersign_register::Filed;

/// The question set that ships in the program.
pub(super) fn questions() -> Result<QuestionSet, Failure> {
    QuestionSet::embedded().map_err(|fault| Failure::Program(fault.to_string()))
}

/// Under which subjects the register files an assessment.
pub(super) fn filed(document: &Assessment) -> Result<Filed, Failure> {
    Filed::of(document).map_err(Failure::Input)
}

/// Files about owners.
#[derive(Debug, clap::Args)]
pub(super) struct OwnersFiles {
    /// Files about owners and directors (FollowTheMoney, BODS, GLEIF): ties of one or two steps from a signer to a party are
    /// looked for in them
    #[arg(long = "owners", value_name = "FILE")]
    owners: Vec<PathBuf>,
}

impl OwnersFiles {
    /// What they say, read once.
    pub(super) fn read(&self) -> Result<Owners, Failure> {
        let mut owners = Owners::default();
        for path in &self.owners {
            countersign_owners::read(&path.display().to_string(), &read_file(path)?, &mut owners)
                .map_err(|error| Failure::Input(error.to_string()))?;
        }
        Ok(owners)
    }
}

/// An assessment in a file that the user named.
pub(super) fn read_assessment(path: &Path) -> Result<Assessment, Failure> {
    Assessment::parse(&read_text(path)?, &path.display().to_string())
        .map_err(|fault| Failure::Input(fault.to_string()))
}
