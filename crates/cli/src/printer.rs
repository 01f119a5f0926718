//! Data on stdout, words on stderr. Colour only on a terminal and never alone: every coloured word says the same
//! without colour. A reader that closed the pipe had enough: that is success.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use countersign_model::Answer;

use countersign_operations::failure::Failure;

/// How a piece of a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A heading.
    Heading,
    /// The answer.
    Answer(Answer),
    /// Something that is wrong.
    Fault,
    /// A warning.
    Warning,
}

impl Mark {
    fn style(self) -> Style {
        let bold = Style::new().bold();
        let colour = |c: AnsiColor| bold.fg_color(Some(c.into()));
        match self {
            Self::Heading => bold,
            Self::Answer(Answer::Proceed) => colour(AnsiColor::Green),
            Self::Answer(Answer::Conditions) => colour(AnsiColor::Cyan),
            Self::Answer(Answer::Hold) | Self::Warning => colour(AnsiColor::Yellow),
            Self::Answer(Answer::Stop) | Self::Fault => colour(AnsiColor::Red),
        }
    }

    /// The text in its style; the stream drops the style where it cannot be shown.
    pub(crate) fn paint(self, text: &str) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

/// The way out.
pub(crate) struct Printer {
    out: AutoStream<io::StdoutLock<'static>>,
    /// Not locked: the threads of a server write their log there too.
    err: AutoStream<io::Stderr>,
    closed: bool,
    failed: Option<io::Error>,
}

impl Printer {
    /// To this process's stdout and stderr.
    pub(crate) fn new() -> Self {
        Self {
            out: AutoStream::new(io::stdout().lock(), AutoStream::choice(&io::stdout())),
            err: AutoStream::new(io::stderr(), choice_of_stderr()),
            closed: false,
            failed: None,
        }
    }

    /// One line (or several) of data.
    pub(crate) fn data(&mut self, text: &str) {
        if self.closed || self.failed.is_some() {
            return;
        }
        match writeln!(self.out, "{text}") {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => self.failed = Some(error),
        }
    }

    /// A JSON document, indented.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::Program(format!("the result cannot be written as JSON: {error}")))?;
        self.data(&text);
        Ok(())
    }

    /// Words beside the data. Where stderr is closed nobody wants them.
    pub(crate) fn word(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    /// A warning beside the data.
    pub(crate) fn warning(&mut self, text: &str) {
        self.word(&format!("{} {text}", Mark::Warning.paint("warning:")));
    }

    /// An error.
    pub(crate) fn fault(&mut self, text: &str) {
        self.word(&format!("{} {text}", Mark::Fault.paint("error:")));
    }

    /// Everything is written, or why not.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let flushed = if self.closed { Ok(()) } else { self.out.flush() };
        let flushed = match flushed {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        };
        match self.failed.take().map_or(flushed, Err) {
            Ok(()) => Ok(()),
            Err(error) => Err(Failure::Program(format!("stdout cannot be written: {error}"))),
        }
    }
}

fn choice_of_stderr() -> ColorChoice {
    AutoStream::choice(&io::stderr())
}
