//! Under which subjects an assessment is filed: made from its text, so that a record cannot name others.
//!
//! Comes in: the public text. Goes out: the id and the scope that its record must have. Next: `assess sign` writes them
//! into the record, and a reader compares ([`differs`]); a record that names others never counts, since findings about
//! the vendor, the product or the end user would pass it by.

use countersign_assessments::{Assessment, Stage};
use countersign_verify::PublicKey;
use countersign_verify::records::{Assessment as Recorded, Stage as RecordedStage, SubjectId};

/// A name as the subjects of a register write it: lower-case letters, digits and `-`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// A name as a subject of a kind, or the subject that the assessment gives.
///
/// # Errors
/// Where it makes no subject: what to do about it.
pub fn subject(kind: &str, given: Option<&str>, name: &str) -> Result<SubjectId, String> {
    let text = given.map_or_else(|| format!("{kind}:{}", slug(name)), str::to_owned);
    text.parse().map_err(|error| format!("`{name}`: {error}; give it a `subject` in the assessment"))
}

/// A party of the assessment as a subject of a kind.
///
/// # Errors
/// As [`subject`], and where no party has the id.
pub fn subject_of(document: &Assessment, kind: &str, id: &str) -> Result<SubjectId, String> {
    let party =
        document.party(id).ok_or_else(|| format!("`{id}` is none of the parties of the assessment"))?;
    subject(kind, party.subject.as_deref(), &party.name)
}

/// The subjects of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// `assessment:…`, of its id.
    pub id: SubjectId,
    /// Who made the product.
    pub vendor: SubjectId,
    /// The product.
    pub product: SubjectId,
    /// Who is to use it; none for stage D.
    pub end_user: Option<SubjectId>,
    /// Who stands between.
    pub intermediaries: Vec<SubjectId>,
}

impl Filed {
    /// The subjects of a text.
    ///
    /// # Errors
    /// Where a name makes no subject, in words.
    pub fn of(document: &Assessment) -> Result<Self, String> {
        let id = format!("assessment:{}", document.id.to_lowercase());
        let between = document.intermediaries.iter().flat_map(|b| b.members());
        Ok(Self {
            id: subject("assessment", Some(&id), &document.id)?,
            vendor: subject_of(document, "vendor", &document.product.vendor)?,
            product: subject("product", document.product.subject.as_deref(), &document.product.name)?,
            end_user: document
                .end_user
                .as_deref()
                .map(|id| subject_of(document, "operator", id))
                .transpose()?,
            intermediaries: between.map(|id| subject_of(document, "vendor", id)).collect::<Result<_, _>>()?,
        })
    }
}

/// What a record says otherwise than its text; none where they agree.
pub(crate) fn differs(
    recorded: &Recorded,
    about: &[SubjectId],
    signer: &PublicKey,
    document: &Assessment,
) -> Option<String> {
    // else one could sign in another's name: independence is looked up for the assessor whom the text names
    if document.assessor.key != signer.to_string() {
        return Some(format!(
            "the text names the assessor's key `{}`, and the record was signed with `{signer}`",
            document.assessor.key
        ));
    }
    let filed = match Filed::of(document) {
        Ok(filed) => filed,
        Err(why) => return Some(why),
    };
    let scope = &recorded.scope;
    let stage = if document.stage == Stage::D { RecordedStage::Develop } else { RecordedStage::Sale };
    let other = |what: &str, says: &dyn std::fmt::Display, is: &dyn std::fmt::Display| {
        Some(format!("the record is filed under the {what} `{says}`, and its text is of `{is}`"))
    };
    if recorded.id != filed.id {
        return other("id", &recorded.id, &filed.id);
    }
    if recorded.stage != stage {
        return Some("the record and its text are of different stages".to_owned());
    }
    if scope.vendor != filed.vendor {
        return other("vendor", &scope.vendor, &filed.vendor);
    }
    if scope.product != filed.product {
        return other("product", &scope.product, &filed.product);
    }
    if scope.version.to_string() != document.product.version {
        return other("version", &scope.version, &document.product.version);
    }
    let word = |id: &Option<String>| id.clone().unwrap_or_else(|| "nobody".to_owned());
    let name = |id: &Option<SubjectId>| id.as_ref().map(ToString::to_string);
    if scope.end_user != filed.end_user {
        return other("end user", &word(&name(&scope.end_user)), &word(&name(&filed.end_user)));
    }
    let country = document.destination.map(|code| code.as_str().to_owned());
    let recorded_country = scope.country.as_ref().map(|code| code.as_str().to_owned());
    if recorded_country != country {
        return other("country", &word(&recorded_country), &word(&country));
    }
    let list = |ids: &[SubjectId]| {
        let mut ids: Vec<&str> = ids.iter().map(SubjectId::as_str).collect();
        ids.sort_unstable();
        if ids.is_empty() { "nobody between".to_owned() } else { ids.join(" ") }
    };
    if list(&scope.intermediaries) != list(&filed.intermediaries) {
        return other("chain", &list(&scope.intermediaries), &list(&filed.intermediaries));
    }
    let missing = [&filed.id, &filed.vendor, &filed.product]
        .into_iter()
        .chain(&filed.end_user)
        .chain(&filed.intermediaries)
        .find(|subject| !about.contains(subject));
    missing.map(|subject| format!("the record is not about `{subject}`, of which its text speaks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_subjects() {
        assert_eq!(
            subject("vendor", None, "Amstel Device Lab B.V.").unwrap().as_str(),
            "vendor:amstel-device-lab-b-v"
        );
        assert_eq!(subject("vendor", Some("vendor:x"), "Ямал").unwrap().as_str(), "vendor:x");
        assert!(subject("vendor", None, "Ямал").is_err());
    }
}
