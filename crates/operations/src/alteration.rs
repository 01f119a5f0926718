//! A file of listed persons to a file of the same persons with one mistake each.

use std::path::Path;

use countersign_screening::{Alteration, Alterer, BirthDate};

use crate::evaluation::{PERSON, PERSON_OPTIONAL, table};
use crate::failure::Failure;

/// The columns that are written.
const COLUMNS: [&str; 7] =
    ["full_name", "gender", "date_of_birth", "place_of_birth", "nationality", "alteration", "altered_from"];

/// What was made.
#[derive(Debug)]
pub struct Altered {
    /// The file, CSV.
    pub bytes: Vec<u8>,
    /// How many persons have each mistake; fewer than there are where a name cannot have it.
    pub counts: Vec<(Alteration, usize)>,
}

/// Each person of the file once for each kind of mistake that the name or date can have.
///
/// The same file and seed give the same bytes.
pub fn altered(positives: &Path, seed: u64) -> Result<Altered, Failure> {
    let rows = table(positives, &PERSON, &PERSON_OPTIONAL)?;
    let failed = |e: csv::Error| Failure::Program(format!("the altered file cannot be made: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    let mut counts = Vec::new();
    for kind in Alteration::ALL {
        // each kind draws for itself, so that a new kind would not change the others
        let mut alterer = Alterer::new(seed);
        let mut count = 0;
        for row in &rows {
            let (name, date) = (row.get("full_name"), row.get("date_of_birth"));
            let (new_name, new_date) = if kind == Alteration::DateShifted {
                let Ok(known) = date.parse::<BirthDate>() else { continue };
                (name.to_owned(), alterer.date(known).to_string())
            } else {
                let Some(altered) = alterer.name(name, kind) else { continue };
                (altered, date.to_owned())
            };
            count += 1;
            writer
                .write_record([
                    new_name.as_str(),
                    row.get("gender"),
                    &new_date,
                    row.get("place_of_birth"),
                    row.get("nationality"),
                    kind.as_str(),
                    if kind == Alteration::DateShifted { date } else { name },
                ])
                .map_err(failed)?;
        }
        counts.push((kind, count));
    }
    let bytes =
        writer.into_inner().map_err(|e| Failure::Program(format!("the altered file cannot be made: {e}")))?;
    Ok(Altered { bytes, counts })
}
