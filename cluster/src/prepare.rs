//! What a run is asked, and what it rests on: as `countersign bulk` takes it.

use std::path::{Path, PathBuf};

use countersign_bulk::{Encoding, How, InputFormat};
use countersign_model::{Date, EntitySchema};
use countersign_operations::bulk::{Asked as Screened, Grounds};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

/// What a run is of.
pub(crate) struct Asked {
    pub(crate) home: Option<PathBuf>,
    pub(crate) schema: Option<EntitySchema>,
    pub(crate) sheet: Option<String>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) profile: Option<PathBuf>,
    pub(crate) threshold: Option<f64>,
    pub(crate) as_of: Option<Date>,
}

impl Asked {
    /// The lists and decisions of the home. `began` is the content of a run that did not come to its end, which goes on for its own
    /// day.
    pub(crate) fn grounds(&self, began: Option<&str>) -> Result<Grounds, Failure> {
        let home = Home::find(self.home.as_deref())?;
        let store = home.or_built_in()?;
        let asked =
            Screened { profile: self.profile.as_deref(), threshold: self.threshold, as_of: self.as_of };
        Grounds::read(store.as_ref(), &asked, began)
    }

    /// How the input is read.
    pub(crate) fn how(&self) -> How<'_> {
        How { schema: self.schema, sheet: self.sheet.as_deref(), encoding: self.encoding }
    }
}

/// The format of an input, by its name.
pub(crate) fn input_format(name: &str) -> Result<InputFormat, Failure> {
    InputFormat::named(Path::new(name)).map_err(|e| Failure::Input(e.to_string()))
}
