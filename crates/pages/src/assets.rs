//! The files that pages refer to: one style sheet, two scripts, one icon.

/// The style sheet of all pages, also of the console.
pub const STYLE: &str = include_str!("../assets/countersign.css");
/// What the Verify button does.
pub const SCRIPT: &str = include_str!("../assets/verify.js");
/// Signing in with a passkey, and adding one.
pub const PASSKEYS: &str = include_str!("../assets/passkeys.js");
/// The icon.
pub const ICON: &str = include_str!("../assets/icon.svg");

/// A bundle checked with Python and OpenSSL alone: for those who trust none of our programs.
pub const CHECK: &str = include_str!("../assets/check_bundle.py");

/// A file by its name, with its media type.
pub fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "countersign.css" => Some((STYLE, "text/css; charset=utf-8")),
        "verify.js" => Some((SCRIPT, "text/javascript; charset=utf-8")),
        "passkeys.js" => Some((PASSKEYS, "text/javascript; charset=utf-8")),
        "check_bundle.py" => Some((CHECK, "text/x-python; charset=utf-8")),
        "icon.svg" => Some((ICON, "image/svg+xml")),
        _ => None,
    }
}
