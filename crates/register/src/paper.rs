//! A paper for people: written once, put out as Markdown or as a page that prints.
//!
//! What others wrote is text and nothing else: it makes no heading, link or markup of its own in either form.

use std::fmt::Write as _;

use countersign_model::escaped;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Span {
    /// Words of this program, or of others.
    Text(String),
    /// A name, a digest, a command: to be copied exactly.
    Code(String),
    /// What must not be overlooked.
    Strong(String),
    /// An address.
    Address(String),
}

/// A part of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading, 1 the highest.
    Heading(u8, Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list.
    List(Vec<Vec<Span>>),
}

/// Text as one span.
pub(crate) fn text(words: impl Into<String>) -> Span {
    Span::Text(words.into())
}

/// Something to be copied exactly.
pub(crate) fn code(words: impl ToString) -> Span {
    Span::Code(words.to_string())
}

/// The paper as Markdown.
pub(crate) fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    let line = |spans: &[Span]| -> String { spans.iter().map(markdown_span).collect() };
    // writing to a String does not fail
    for block in blocks {
        let _ = match block {
            Block::Heading(level, spans) => {
                writeln!(out, "{} {}\n", "#".repeat(usize::from(*level)), line(spans))
            }
            Block::Paragraph(spans) => writeln!(out, "{}\n", line(spans)),
            Block::List(items) => {
                for item in items {
                    let _ = writeln!(out, "- {}", line(item));
                }
                writeln!(out)
            }
        };
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn markdown_span(span: &Span) -> String {
    // a line end of somebody else's would end the block
    let flat = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    match span {
        Span::Text(text) => flat(text)
            .chars()
            .flat_map(|c| {
                let escaped = matches!(c, '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '|' | '\\');
                escaped.then_some('\\').into_iter().chain([c])
            })
            .collect(),
        Span::Code(text) => format!("`{}`", flat(text).replace('`', "'")),
        Span::Strong(text) => format!("**{}**", flat(text).replace('*', "\\*")),
        Span::Address(text) => format!("<{}>", flat(text).replace(['<', '>', ' '], "")),
    }
}

/// The look of the page: for paper first.
const STYLE: &str = "\
body{font:11pt/1.45 Georgia,'Times New Roman',serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font-size:1.5em;line-height:1.2}h2{font-size:1.2em;border-bottom:1px solid #999;padding-bottom:.2em;margin-top:1.6em}\
h3{font-size:1.05em;margin-top:1.4em}code{font:.85em/1.3 ui-monospace,Consolas,monospace;overflow-wrap:anywhere}\
li{margin:.2em 0;overflow-wrap:anywhere}\
@page{size:A4;margin:22mm 20mm}@media print{body{margin:0;max-width:none}h1,h2,h3{break-after:avoid}li{break-inside:avoid}}";

/// The paper as one HTML page that needs nothing beside it: no script, no picture, no address that is fetched.
pub(crate) fn html(blocks: &[Block], title: &str) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    );
    let line = |spans: &[Span]| -> String { spans.iter().map(html_span).collect() };
    for block in blocks {
        let _ = match block {
            Block::Heading(level, spans) => writeln!(out, "<h{level}>{}</h{level}>", line(spans)),
            Block::Paragraph(spans) => writeln!(out, "<p>{}</p>", line(spans)),
            Block::List(items) => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", line(item))).collect();
                writeln!(out, "<ul>\n{items}</ul>")
            }
        };
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn html_span(span: &Span) -> String {
    match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => format!("<code>{}</code>", escaped(text)),
        Span::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
        // as text: an address of a stranger is for the reader to follow or not
        Span::Address(text) => format!("<code>{}</code>", escaped(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_text() {
        let hostile = "a\n# heading <script>alert(1)</script> [x](javascript:1) \"&'";
        let blocks = [
            Block::Heading(1, vec![text(hostile)]),
            Block::List(vec![vec![code(hostile), Span::Address("https://e.example/ <b>".to_owned())]]),
        ];
        let page = html(&blocks, hostile);
        assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("href"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        let paper = markdown(&blocks);
        assert_eq!(paper.lines().filter(|line| line.starts_with('#')).count(), 1, "{paper}");
        assert!(paper.contains("\\[x\\](javascript:1)") && paper.contains("\\<script\\>"), "{paper}");
        assert!(paper.lines().count() == 3, "{paper}");
    }
}
