//! The text of an assessment in a register: the public version, whether it is what was signed, and the reviewer's signature.

use countersign_assessments::{
    Assessment, PublicVersion, RedactionFault, RedactionReport, SALT_BYTES, WITHHELD, check_redaction,
    commit, public_document, publish,
};
use countersign_model::Date;

use crate::review::{REVIEW_DOCUMENT, Review};

/// What was read of a text.
#[derive(Debug)]
pub(crate) struct Text {
    /// The text, without what is withheld.
    pub(crate) document: Assessment,
    /// The public version.
    pub(crate) public: PublicVersion,
    /// Whether it leads to the root in it, and the rules of redaction that it breaks.
    pub(crate) redaction: RedactionReport,
    /// The reviewer's signature, where there is one that holds.
    pub(crate) review: Option<Review>,
}

impl Text {
    /// Reads a text. `bytes_of` has the published documents of the record by their names, `name` is that of the text; `dated`
    /// is when the record was signed, `as_of` the day of the question.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(crate) fn read<'a>(
        bytes_of: impl Fn(&str) -> Option<&'a [u8]>,
        name: &str,
        dated: Date,
        as_of: Date,
    ) -> Result<Self, String> {
        let bytes = bytes_of(name).ok_or_else(|| format!("its document `{name}` is not published"))?;
        let review = bytes_of(REVIEW_DOCUMENT).and_then(|bytes| Review::parse(bytes).ok());
        let public: PublicVersion = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let reviewed = review.as_ref().map(|r| r.root);
        // the record names the document by its digest, so the root in it is the one that was signed
        let redaction = match check_redaction(&public, &public.root, reviewed.as_ref(), dated, as_of) {
            Ok(report) => report,
            Err(fault @ RedactionFault::Root { .. }) => RedactionReport {
                root_ok: false,
                failed: vec![("RED-01".to_owned(), fault.to_string())],
                withheld_ten_thousandths: 0,
            },
            Err(fault) => return Err(fault.to_string()),
        };
        Ok(Self { document: read_public(&public)?, public, redaction, review })
    }
}

/// The text of a public version: what is withheld is left out, or stands as the word `withheld` where a text has to be.
pub fn read_public(public: &PublicVersion) -> Result<Assessment, String> {
    let open = |stand_in| {
        let value = public_document(public, stand_in).map_err(|fault| fault.to_string())?;
        Assessment::from_json(&value, "the public version").map_err(|fault| fault.message)
    };
    open(None).or_else(|_| open(Some(WITHHELD)))
}

/// The text as it will be public under its own redactions: what is withheld is no answer to anybody.
///
/// # Errors
/// Why nothing can be made of what is left, in words.
pub fn as_public(document: &Assessment) -> Result<Assessment, String> {
    let value = serde_json::to_value(document).map_err(|fault| fault.to_string())?;
    // nothing of this is published, so that the salts hide nothing
    let sealed = commit(&value, || [0; SALT_BYTES]).map_err(|fault| fault.to_string())?;
    let public = publish(&sealed, &document.redactions).map_err(|fault| fault.to_string())?;
    read_public(&public)
}

/// Checks that a public version leads to its own root (RED-01): what is signed and what is shown are one.
///
/// # Errors
/// Why it does not, in words.
pub fn check_root(public: &PublicVersion) -> Result<(), String> {
    check_redaction(public, &public.root, None, Date::MAX, Date::MIN)
        .map(|_| ())
        .map_err(|fault| fault.to_string())
}
