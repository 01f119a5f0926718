//! What a form or a JSON body holds: names with texts, and files.

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::Value;

use crate::problem::Problem;

/// A file that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// Its name on the sender's machine.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Bytes,
}

/// Names with texts, in their order, and at most one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    pairs: Vec<(String, String)>,
    pub(crate) file: Option<Upload>,
}

impl Fields {
    /// Reads a body by its type: a form, a form with a file, or a JSON object. An empty body holds nothing.
    pub(crate) async fn read(headers: &HeaderMap, bytes: Bytes) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => {
                Ok(Self { pairs: url::form_urlencoded::parse(&bytes).into_owned().collect(), file: None })
            }
            "multipart/form-data" => multipart(kind, bytes).await,
            "application/json" => json(&bytes),
            "" if bytes.is_empty() => Ok(Self::default()),
            other => Err(Problem::input(format!(
                "a body of the type `{other}` is not read here; send a form or `application/json`"
            ))),
        }
    }

    /// The text of a name, without blanks around it; `None` where it is absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text as it was sent: a password may begin with a blank.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The text of a name that must be there.
    pub(crate) fn must(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| Problem::input(format!("`{name}` is missing")))
    }

    /// All texts of a name, without the empty ones.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    /// Refuses names that are not known: what is ignored silently is believed to have worked.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.pairs.iter().find(|(key, _)| key != "csrf" && !known.contains(&key.as_str())) {
            Some((key, _)) => Err(Problem::input(format!(
                "`{key}` is not known here; known are {}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            ))),
            None => Ok(()),
        }
    }
}

async fn multipart(kind: &str, bytes: Bytes) -> Result<Fields, Problem> {
    let wrong = |e: multer::Error| Problem::input(format!("the form cannot be read: {e}"));
    let boundary = multer::parse_boundary(kind).map_err(wrong)?;
    let mut form = multer::Multipart::new(axum::body::Body::from(bytes).into_data_stream(), boundary);
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(wrong)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = field.bytes().await.map_err(wrong)?;
                // a form whose file was not chosen sends an empty one without a name
                if !(file.is_empty() && bytes.is_empty()) {
                    fields.file = Some(Upload { name: file, bytes });
                }
            }
            None => fields.pairs.push((name, field.text().await.map_err(wrong)?)),
        }
    }
    Ok(fields)
}

fn json(bytes: &[u8]) -> Result<Fields, Problem> {
    let wrong = |why: String| Problem::input(format!("the body is not as expected: {why}"));
    let value: Value = serde_json::from_slice(bytes).map_err(|e| wrong(e.to_string()))?;
    let Value::Object(members) = value else { return Err(wrong("it is no JSON object".to_owned())) };
    let mut fields = Fields::default();
    for (key, value) in members {
        let values = match value {
            Value::Array(values) => values,
            Value::Null => Vec::new(),
            one => vec![one],
        };
        for value in values {
            let text = match value {
                Value::String(text) => text,
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                _ => return Err(wrong(format!("`{key}` is neither a text nor a list of texts"))),
            };
            fields.pairs.push((key.clone(), text));
        }
    }
    Ok(fields)
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.remove::<Self>().ok_or_else(|| Problem::program(&"the guard did not read the body"))
    }
}
