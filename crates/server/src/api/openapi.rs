//! The description of the API, made of the types that are served.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::{ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// Everything but paths and components.
pub(super) fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Countersign")
        .version("1")
        .description(Some(
            "May this act with surveillance technology be done, under which article, on which evidence. A hit is a \
             possible match until a person decides; finding nothing says only that nothing alike is on the lists that \
             were loaded. `as_of` asks for another day, `known_at` for what could have been known by one. Every error is \
             `application/problem+json` (RFC 9457).",
        ))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .contact(Some(ContactBuilder::new().name(Some("Whoever runs this server")).build()))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Serves the document.
pub(super) fn router(text: String) -> Router {
    let text: std::sync::Arc<str> = text.into();
    let answer = move || {
        let text = text.to_string();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    };
    Router::new().route("/v1/openapi.json", get(answer))
}
