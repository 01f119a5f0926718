//! The list room: publishers' bytes become entities with dated listings.
//!
//! Flow: **list → entity** → index → hit → facts → decision → record → proof → page.
//! In come the bytes of one publisher's file or set of files ([`InputFile`]) and the source they belong to;
//! out goes an [`Import`]: entities, ownership edges, and a [`Report`] that names every row that could not be
//! read. Nothing is downloaded here and no clock is read. Next is `screening`, which indexes the entities,
//! and `store`, which keeps the snapshot ([`entities_jsonl`]) under its SHA-256.
//!
//! Two kinds of trouble are kept apart. A file that is not what it should be (cut, empty, wrong encoding,
//! another list) is an [`ImportError`], and nothing is returned: yesterday's good snapshot stays in force. A
//! single row that cannot be read is a [`Refusal`] with its file, line and reason, and the rest goes on.
//! Whether a list may replace the last one is then asked of the guards ([`check_guards`], [`check_refusals`]).

mod countries;
mod csl_row;
mod dates;
mod draft;
mod embedded;
mod error;
mod eu_fsf;
mod eu_journal;
mod federal_register;
mod ftm;
mod ftm_delta;
mod ftm_edges;
mod ftm_record;
mod guards;
mod identifiers;
mod import;
mod input;
mod licence_text;
mod listing_scope;
mod name_labels;
mod name_text;
mod names_inside;
mod ofac;
mod ofac_enhanced;
mod ofac_programmes;
mod ofac_remarks;
mod ofac_set;
mod ofac_xml;
mod own;
mod own_mapping;
mod own_sheet;
mod registry;
mod report;
mod snapshot;
mod starter;
mod table;
mod uk_ofsi;
mod uk_sl;
mod uk_text;
mod un_sc;
mod us_bis_dpl;
mod us_bis_mieu;
mod us_csl;
mod white_space;
mod xml_tree;
mod xz_size;

pub use countries::country_code;
pub use draft::{Import, RawFile};
pub use error::ImportError;
pub use ftm_delta::DeltaIndex;
pub use ftm_edges::{Edge, Link};
pub use ftm_record::{FtmRecord, ftm_jsonl, read_ftm_records, write_ftm_records};
pub use guards::{
    AddressKnown, Alternative, CountGuard, FileDef, GuardError, SourceDef, SourceKind, check_guards,
    check_refusals, source_def, source_defs, source_or_family,
};
pub use import::import;
pub use input::{InputFile, MAX_CSV_LINE_BYTES, MAX_JSON_LINE_BYTES, MAX_UNPACKED_BYTES};
pub use name_labels::NameLabels;
pub use own_sheet::{MAX_SHEET_CELLS, MAX_WORKBOOK_BYTES};
pub use report::{Refusal, Report, Warning, marks};
pub use snapshot::{SnapshotError, entities_jsonl, read_entities_jsonl, write_entities_jsonl};
pub use starter::starter;
pub use xml_tree::{MAX_XML_DEPTH, MAX_XML_LOOSE_ELEMENTS, MAX_XML_RECORD_BYTES};
