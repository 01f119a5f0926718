//! A QR code as SVG, for the secret that an authenticator reads.

use std::fmt::Write as _;

use countersign_pages::text::Html;
use qrcodegen::{QrCode, QrCodeEcc};

/// The white border that readers need, in modules.
const BORDER: i32 = 4;

/// The picture. Nothing where the text is too long for one.
pub(super) fn svg(text: &str, title: &str) -> Html {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return countersign_pages::text::picture(String::new());
    };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    let whole = size + 2 * BORDER;
    let title = countersign_pages::text::escape(title);
    countersign_pages::text::picture(format!(
        "<svg viewBox=\"0 0 {whole} {whole}\" role=\"img\" aria-label=\"{title}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    ))
}
