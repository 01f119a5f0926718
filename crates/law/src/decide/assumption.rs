//! What the caller put into the case without a person having decided it.

use serde_json::Value as Json;

/// A fact that nobody decided, taken in the protective way: where it stands and why.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Path of the fact in the case (`parties[nso].listings`).
    pub path: String,
    /// The possible match with its score and explanation, for people.
    pub text: String,
    /// The value if it is another party; the counterfactual that is shown.
    pub otherwise: Json,
}
