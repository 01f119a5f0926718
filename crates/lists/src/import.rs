//! The one entrance to all importers.

use countersign_model::SourceId;

use crate::draft::Import;
use crate::{
    ImportError, InputFile, eu_fsf, eu_journal, federal_register, ftm, ofac, own, registry, starter, uk_ofsi,
    uk_sl, un_sc, us_bis_dpl, us_bis_mieu, us_csl,
};

/// Reads the files of one source.
///
/// The files are given as downloaded (plain, gzip, xz, or a zip archive of one file). Most sources take exactly one
/// file. OFAC's CSV list is a set of up to four, told apart by their names; `eu_journal` takes one file an act;
/// `ftm:<dataset>` an export and any deltas after it, in their order; `own:<name>` a list and its mapping file.
///
/// # Errors
/// [`ImportError`] when a file is not what the source publishes; nothing is imported then. Single rows that
/// cannot be read are in [`Report::refused`](crate::Report::refused).
pub fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    match source.as_str() {
        "us_csl" => us_csl::import(source, one_file(source, files)?),
        "us_ofac_sdn" | "us_ofac_cons" => ofac::import(source, files),
        "us_bis_dpl" => us_bis_dpl::import(source, one_file(source, files)?),
        "us_bis_mieu" => us_bis_mieu::import(source, one_file(source, files)?),
        "eu_fsf" => eu_fsf::import(source, one_file(source, files)?),
        "eu_journal" => eu_journal::import(source, files),
        "uk_sl" => uk_sl::import(source, one_file(source, files)?),
        "uk_ofsi" => uk_ofsi::import(source, one_file(source, files)?),
        "jp_eul" | "cn_mofcom" => registry::import(source, one_file(source, files)?),
        "un_sc" => un_sc::import(source, one_file(source, files)?),
        "starter" => starter::import(source, one_file(source, files)?),
        id if id.starts_with("own:") => own::import(source, files),
        id if id.starts_with("fr:") => federal_register::import(source, one_file(source, files)?),
        id if id.starts_with("ftm:") => ftm::import(source, files),
        _ => Err(ImportError::UnknownSource(source.clone())),
    }
}

fn one_file<'a>(source: &SourceId, files: &'a [InputFile]) -> Result<&'a InputFile, ImportError> {
    match files {
        [file] => Ok(file),
        _ => Err(ImportError::FileSet {
            origin: source.clone(),
            reason: format!("{} files were given", files.len()),
            hint: "this source is one file; give exactly one".into(),
        }),
    }
}
