//! "Did you mean": the known header that one with a slip in it is nearest to.

use countersign_screening::IDENTIFIERS;

use crate::column::{Column, KNOWN_COLUMNS, folded};

/// The least letters of a header in which a slip can be told from another word.
const LEAST: usize = 4;
/// From so many letters on, two slips may be made.
const LONG: usize = 7;

/// The header that one that is not known is probably meant for; `None` where none is near.
pub fn did_you_mean(header: &str) -> Option<String> {
    let folded = folded(header);
    let letters = folded.chars().count();
    if letters < LEAST {
        return None;
    }
    let most = if letters < LONG { 1 } else { 2 };
    let spellings = KNOWN_COLUMNS.iter().flat_map(|(column, spellings)| {
        spellings.iter().map(|spelling| ((*spelling).to_owned(), plain(*column, spelling)))
    });
    let numbers = IDENTIFIERS.iter().map(|number| (number.to_lowercase(), (*number).to_owned()));
    spellings
        .chain(numbers)
        .filter(|(spelling, _)| spelling.chars().count() >= LEAST)
        .map(|(spelling, meant)| (strsim::osa_distance(&folded, &spelling), meant))
        .filter(|(slips, _)| (1..=most).contains(slips))
        // the first of those that are as near
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, meant)| meant)
}

/// How a column is written in the documents.
fn plain(column: Column, spelling: &str) -> String {
    let word = match column {
        Column::Id => "id",
        Column::Name | Column::FamilyOrWhole | Column::Instead => "name",
        Column::Alias => "alias",
        Column::Given => "first_name",
        Column::Middle => "middle_name",
        Column::Family => "last_name",
        Column::Schema => "schema",
        Column::Country => "country",
        Column::BirthDate => "birth_date",
        Column::Gender => "gender",
        Column::Address => "address",
        Column::Number(property) => property,
        Column::AddressPart | Column::Aside => spelling,
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_and_another_word_is_none() {
        for (header, meant) in [
            ("nmae", "name"),
            ("Contry", "country"),
            ("frist name", "first_name"),
            ("Geburtsdtaum", "birth_date"),
            ("pasport_number", "passportNumber"),
            ("фамилиа", "last_name"),
            ("steet", "street"),
        ] {
            assert_eq!(did_you_mean(header).as_deref(), Some(meant), "{header}");
        }
        for header in ["shoe size", "turnover", "risk", "nam", "", "branch", "Umsatz", "director"] {
            assert_eq!(did_you_mean(header), None, "{header}");
        }
    }
}
