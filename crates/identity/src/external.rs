//! People whom an identity provider vouches for (OpenID Connect).

use serde::{Deserialize, Serialize};

/// Who someone is at their provider. The pair never changes (OpenID Connect Core section 5.7: no other claim may be relied on
/// to name a person); name, address and roles may.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// The provider: `iss`.
    pub issuer: String,
    /// The person there: `sub`.
    pub subject: String,
}
