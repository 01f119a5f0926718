//! Small pieces of markup that templates need everywhere. What comes from others is escaped here, and nowhere trusted.

use std::borrow::Borrow;
use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;
use unicode_script::{Script, UnicodeScript as _};

/// Markup that was made here from escaped parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl HtmlSafe for Html {}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Markup that was made by code of this room from escaped parts.
pub(crate) fn raw(markup: String) -> Html {
    Html(markup)
}

/// A picture that was made by code of the program from escaped parts: SVG, to stand in a page as it is.
pub fn picture(markup: String) -> Html {
    Html(markup)
}

/// What a mark says besides its word: its shape and colour follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// It holds, it is alive.
    Good,
    /// Look here before you rely on it.
    Attention,
    /// It stops, it is refused, it does not hold.
    Stop,
    /// Not known, not decided.
    Open,
    /// A mere fact.
    Plain,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Stop => "stop",
            Self::Open => "open",
            Self::Plain => "plain",
        }
    }

    /// The shape beside the word: the mark can be told from others without colour.
    fn shape(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Attention => "▲",
            Self::Stop => "■",
            Self::Open => "○",
            Self::Plain => "–",
        }
    }
}

/// `text` with the five characters of markup escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A status: shape, colour and word.
pub fn mark(tone: impl Borrow<Tone>, word: &str) -> Html {
    let tone = tone.borrow();
    Html(format!(
        "<span class=\"mark mark-{}\"><span aria-hidden=\"true\">{}</span>\u{a0}{}</span>",
        tone.class(),
        tone.shape(),
        escape(word)
    ))
}

/// The script, other than Latin, in which most letters of a text are written.
fn foreign_script(text: &str) -> Option<Script> {
    let (mut latin, mut other): (usize, Option<(Script, usize)>) = (0, None);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        match c.script() {
            Script::Latin => latin += 1,
            Script::Common | Script::Inherited => {}
            script => match &mut other {
                Some((_, count)) => *count += 1,
                None => other = Some((script, 1)),
            },
        }
    }
    other.filter(|(_, count)| *count > latin).map(|(script, _)| script)
}

/// A name as its owner writes it: in another script it says which, so that fonts, hyphenation and voices fit, and runs in
/// its own direction without turning the line around it.
pub fn named(text: &str) -> Html {
    match foreign_script(text) {
        Some(script) => {
            Html(format!("<bdi lang=\"und-{}\" dir=\"auto\">{}</bdi>", script.short_name(), escape(text)))
        }
        None => Html(format!("<bdi>{}</bdi>", escape(text))),
    }
}

/// What somebody wrote, with its line ends; in the language that they gave, else undetermined.
pub fn prose(text: &str, language: &str) -> Html {
    let lang = if language.is_empty() { String::new() } else { format!(" lang=\"{}\"", escape(language)) };
    let mut out = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        let lines: Vec<String> = paragraph.lines().map(escape).collect();
        let _ = write!(out, "<p dir=\"auto\"{lang}>{}</p>", lines.join("<br>"));
    }
    Html(out)
}

/// A digest that can be broken into lines and copied whole.
pub fn digest(text: &str) -> Html {
    let mut out = String::from("<code class=\"digest\">");
    for (n, c) in text.chars().enumerate() {
        if n > 0 && n % 8 == 0 {
            out.push_str("<wbr>");
        }
        out.push_str(&escape(&c.to_string()));
    }
    out.push_str("</code>");
    Html(out)
}

/// The beginning of a digest, with all of it behind.
pub fn short(text: &str) -> Html {
    let begin: String = text.chars().take(12).collect();
    Html(format!("<abbr class=\"digest\" title=\"{}\">{}…</abbr>", escape(text), escape(&begin)))
}

/// A day or a moment, with its exact form for machines. A moment is shown to the minute.
pub fn time(text: &str) -> Html {
    let shown = match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(clock)) if text.ends_with('Z') => format!("{day} {clock} UTC"),
        _ => text.to_owned(),
    };
    Html(format!("<time datetime=\"{}\">{}</time>", escape(text), escape(&shown)))
}

/// A segment of a path, percent-encoded but for what is safe in every address (RFC 3986) and the colon.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A name for one of several: `ownership-2`.
pub fn numbered(name: &str, number: &usize) -> String {
    format!("{name}-{number}")
}

/// A sentence around one name, which keeps its script and its direction.
pub fn around(text: &str, name: &str) -> Html {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&escape(before));
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
        out.push_str(&named(name).0);
    }
    out.push_str(&escape(rest));
    Html(out)
}

/// A message of the program as a sentence of a page: it begins with a capital and ends with a full stop.
pub fn sentence(message: &str) -> String {
    let mut letters = message.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if message.trim_end().ends_with(['.', '!', '?', ':']) { "" } else { "." };
    let word = message.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ';', ':', '.']);
    if !word.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '-') {
        // the name of a file or a key stays as it is written
        return format!("{}{end}", message.trim());
    }
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// A sentence with its blanks filled: `{n} records` with `n`.
pub fn fill(text: &str, blanks: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let blank = after.split_once('}').and_then(|(name, tail)| {
            blanks.iter().find(|(blank, _)| *blank == name).map(|(_, value)| (*value, tail))
        });
        rest = match blank {
            Some((value, tail)) => {
                out.push_str(value);
                tail
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_filled_once_and_what_fills_it_has_none() {
        let filled = fill("{a} and {b}, {c}", &[("a", "{b}"), ("b", "{a}")]);
        assert_eq!(filled, "{b} and {a}, {c}");
        assert_eq!(fill("open { or }", &[("a", "x")]), "open { or }");
    }

    #[test]
    fn a_message_becomes_a_sentence_and_a_file_keeps_its_name() {
        assert_eq!(
            sentence("the password is wrong; nothing was signed"),
            "The password is wrong; nothing was signed."
        );
        assert_eq!(
            sentence("case.yaml: line 1: the key is missing"),
            "case.yaml: line 1: the key is missing."
        );
        assert_eq!(sentence("`dude` is not known"), "`dude` is not known.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_name_in_another_script_says_which() {
        assert_eq!(
            named("ООО «Пример»").to_string(),
            "<bdi lang=\"und-Cyrl\" dir=\"auto\">ООО «Пример»</bdi>"
        );
        assert_eq!(named("شركة مثال").to_string(), "<bdi lang=\"und-Arab\" dir=\"auto\">شركة مثال</bdi>");
        assert_eq!(named("示例公司").to_string(), "<bdi lang=\"und-Hani\" dir=\"auto\">示例公司</bdi>");
        assert_eq!(named("Example & Sons").to_string(), "<bdi>Example &amp; Sons</bdi>");
    }

    #[test]
    fn nothing_of_others_becomes_markup() {
        let hostile = "<script>alert('x')</script>\"&";
        for html in [named(hostile), prose(hostile, hostile), digest(hostile), short(hostile), time(hostile)]
        {
            assert!(!html.to_string().contains("<script"), "{html}");
            assert!(!html.to_string().contains("'x'"), "{html}");
        }
        assert!(!mark(Tone::Good, hostile).to_string().contains("<script"));
    }

    #[test]
    fn a_name_in_a_sentence_keeps_its_direction() {
        assert_eq!(
            around("Reply of {who}, late", "شركة & Co").to_string(),
            "Reply of <bdi lang=\"und-Arab\" dir=\"auto\">شركة &amp; Co</bdi>, late"
        );
    }

    #[test]
    fn a_segment_is_one_segment() {
        assert_eq!(segment("us_csl:EL-1/2?x=ä"), "us_csl:EL-1%2F2%3Fx%3D%C3%A4");
    }
}
