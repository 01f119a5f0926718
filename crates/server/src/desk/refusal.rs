//! What a handler answers when the desk refuses, in both languages.

use countersign_desk::{DeskFault, Refused};
use countersign_pages::Language;

use super::speech;
use crate::problem::Problem;

/// For a step that was not taken.
pub(crate) fn problem(fault: DeskFault) -> Problem {
    match fault {
        DeskFault::Refused(refused) => self::refused(&refused),
        other => Problem::program(&other),
    }
}

/// The same for what was refused before it was a step.
pub(crate) fn refused(refused: &Refused) -> Problem {
    in_english(refused).in_german(speech::refusal(refused, Language::German))
}

fn in_english(refused: &Refused) -> Problem {
    match refused {
        Refused::NoCase(_) | Refused::Unknown { .. } => Problem::not_found(refused.to_string()),
        Refused::OwnWork(_) | Refused::Twice(_) | Refused::EarlierSigner(_) | Refused::Role { .. } => {
            Problem::forbidden(refused.to_string())
        }
        Refused::Paper | Refused::State { .. } | Refused::Place { .. } | Refused::Missing { .. } => {
            Problem::conflict(refused.to_string())
        }
        other => Problem::unprocessable(other.to_string()),
    }
}
