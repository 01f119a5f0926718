//! What changes, as an Atom feed (RFC 4287).

use askama::Template;

use crate::page::RenderError;

/// A feed. Its id is its address without a day, which stays the same.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "feed.xml", escape = "html")]
pub struct Feed {
    /// The language (BCP 47).
    pub language: String,
    /// What it is about.
    pub title: String,
    /// Its own address.
    pub id: String,
    /// The page of which it tells the changes.
    pub page: String,
    /// When the last change was logged, RFC 3339.
    pub updated: String,
    /// Who keeps what it tells of.
    pub author: String,
    /// The changes, newest first.
    pub entries: Vec<FeedEntry>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// What it is.
    pub title: String,
    /// Its name, for ever.
    pub id: String,
    /// When, RFC 3339.
    pub updated: String,
    /// Its page.
    pub link: String,
    /// In a sentence.
    pub summary: String,
}

impl Feed {
    /// The bytes of the feed. A character that XML 1.0 cannot hold becomes U+FFFD.
    ///
    /// # Errors
    /// Never with a sound template.
    pub fn to_xml(&self) -> Result<String, RenderError> {
        let text = self.render()?;
        Ok(text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r'), "\u{FFFD}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_text() {
        let feed = Feed {
            language: "en".into(),
            title: "a & b".into(),
            id: "https://example.org/register?format=atom&x=1".into(),
            page: "https://example.org/register".into(),
            updated: "2026-01-01T00:00:00Z".into(),
            author: "register.example.org".into(),
            entries: vec![FeedEntry {
                title: "<b>\u{1}".into(),
                id: "urn:x".into(),
                updated: "2026-01-01T00:00:00Z".into(),
                link: "https://example.org/record/0".into(),
                summary: "]]>".into(),
            }],
        };
        let xml = feed.to_xml().unwrap();
        assert!(xml.starts_with("<?xml version=\"1.0\""));
        assert!(!xml.contains("<b>") && !xml.contains('\u{1}') && !xml.contains("]]>"), "{xml}");
        assert!(!xml.contains("atom&x"), "{xml}");
    }
}
