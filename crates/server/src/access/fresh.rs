//! Tokens and ids of fresh random bytes.

use countersign_identity::{Token, UserId, fresh};

use crate::problem::Problem;

/// A token.
pub(crate) fn fresh_token() -> Result<Token, Problem> {
    fresh().map(Token::new).map_err(|e| Problem::program(&e))
}

/// The id of a new person.
pub(crate) fn fresh_id() -> Result<UserId, Problem> {
    fresh::<8>().map(|bytes| UserId::of(&bytes)).map_err(|e| Problem::program(&e))
}
