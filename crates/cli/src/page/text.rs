//! Lines of a page.

use textwrap::{Options, WordSeparator, WordSplitter};

use crate::printer::Mark;

/// The width of a page in columns.
const WIDTH: usize = 100;

/// A page under construction.
#[derive(Debug, Default)]
pub(crate) struct Page {
    lines: Vec<String>,
}

impl Page {
    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.lines.push(Mark::Heading.paint(text));
    }

    /// A line as it is.
    pub(crate) fn raw(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Text, wrapped, the lines after the first indented further.
    pub(crate) fn hanging(&mut self, first: usize, rest: usize, text: &str) {
        let (first, rest) = (" ".repeat(first), " ".repeat(rest));
        let options = Options::new(WIDTH)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            // ids such as EAR-744.11 stay whole
            .word_splitter(WordSplitter::NoHyphenation);
        // what others wrote may hold line ends and escape sequences; it is one paragraph here, and only text
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.lines.extend(textwrap::wrap(&clean, options).into_iter().map(|l| l.trim_end().to_owned()));
    }

    /// The page.
    pub(crate) fn finish(self) -> String {
        self.lines.join("\n")
    }
}

/// The first `most` of some lines, and how many more there are.
pub(crate) fn first_of<T>(items: &[T], most: usize) -> (&[T], usize) {
    let (head, tail) = items.split_at_checked(most).unwrap_or((items, &[]));
    (head, tail.len())
}

/// `1 thing`, `2 things`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_and_foreign_text_cannot_command_the_terminal() {
        let mut page = Page::default();
        page.hanging(2, 4, &"EAR-744.11 ".repeat(30));
        page.hanging(0, 0, "a\u{1b}[31mred\nname");
        let text = page.finish();
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH));
        assert!(text.lines().take(2).all(|l| l.ends_with("744.11")), "no id is broken");
        assert!(!text.contains('\u{1b}'));
        assert_eq!(first_of(&[1, 2, 3], 2), (&[1, 2][..], 1));
        assert_eq!(first_of(&[1], 2), (&[1][..], 0));
    }
}
