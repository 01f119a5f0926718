//! CSV as programs for spreadsheets write it: UTF-8 or UTF-16, parted by commas, semicolons, tabs or bars.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use countersign_columns::{Column, names_else};

use crate::input::ReadError;

/// The separators that are looked for in the header.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a file of CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What parts its cells.
    pub(crate) separator: u8,
    encoding: Encoding,
    /// Whether its first line only says what the separator is (`sep=;`).
    told: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

impl Dialect {
    /// Reads the beginning of a file.
    pub(crate) fn of(path: &Path) -> Result<Self, ReadError> {
        let failed = |why: String| ReadError { path: path.display().to_string(), why };
        let mut head = [0u8; 2];
        let mut file = File::open(path).map_err(|e| failed(e.to_string()))?;
        let read = file.read(&mut head).map_err(|e| failed(e.to_string()))?;
        let encoding = match head.get(..read) {
            Some([]) => return Err(failed("the file is empty".to_owned())),
            Some([0xff, 0xfe]) => Encoding::Utf16Little,
            Some([0xfe, 0xff]) => Encoding::Utf16Big,
            _ => Encoding::Utf8,
        };
        let dialect = Self { separator: b',', encoding, told: false };
        let mut line = String::new();
        let mut reader = BufReader::new(dialect.open(path)?).take(1 << 20);
        reader.read_line(&mut line).map_err(|e| failed(not_text(&e)))?;
        if let Some(separator) = line.trim_end().strip_prefix("sep=").and_then(|s| s.bytes().next()) {
            return Ok(Self { separator, told: true, ..dialect });
        }
        // the first separator by which the header has a column for the name
        let named = |separator: u8| {
            let cells = line.trim_end().split(char::from(separator));
            let is_name = |header: &str| Column::of(header).is_some_and(Column::names) || names_else(header);
            cells.into_iter().any(|cell| is_name(cell.trim_matches('"')))
        };
        let separator = SEPARATORS.into_iter().find(|s| named(*s)).unwrap_or(b',');
        Ok(Self { separator, ..dialect })
    }

    /// The text of the file as UTF-8, without a byte-order mark and without the line that tells the separator.
    pub(crate) fn open(self, path: &Path) -> Result<Box<dyn Read>, ReadError> {
        let failed = |why: String| ReadError { path: path.display().to_string(), why };
        let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(|e| failed(e.to_string()))?);
        let mut text: Box<dyn io::BufRead> = match self.encoding {
            Encoding::Utf8 => Box::new(file),
            Encoding::Utf16Little => {
                Box::new(BufReader::new(Utf16 { from: file, big: false, high: None, out: Vec::new() }))
            }
            Encoding::Utf16Big => {
                Box::new(BufReader::new(Utf16 { from: file, big: true, high: None, out: Vec::new() }))
            }
        };
        let start = text.fill_buf().map_err(|e| failed(not_text(&e)))?;
        if start.starts_with("\u{feff}".as_bytes()) {
            text.consume("\u{feff}".len());
        }
        if self.told {
            text.read_until(b'\n', &mut Vec::new()).map_err(|e| failed(not_text(&e)))?;
        }
        Ok(Box::new(text))
    }

    /// Sees that quotation marks pair. One that is missing makes the rows after it part of one cell, and parties would be gone.
    ///
    /// # Errors
    /// Where a cell that began with a quotation mark goes on behind the one that ends it, or never ends; with the lines.
    pub(crate) fn check_quotes(self, path: &Path) -> Result<(), ReadError> {
        let failed = |why: String| ReadError { path: path.display().to_string(), why };
        let mut text = self.open(path)?;
        let mut buffer = vec![0u8; 1 << 16];
        let (mut line, mut opened) = (1 + u64::from(self.told), 0u64);
        let mut state = Cell::Begin;
        loop {
            let read = match text.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(failed(not_text(&e))),
            };
            for byte in buffer.iter().take(read) {
                let ends = *byte == self.separator || matches!(byte, b'\n' | b'\r');
                state = match (state, *byte) {
                    (Cell::Begin, b'"') => {
                        opened = line;
                        Cell::Quoted
                    }
                    (Cell::Quoted, b'"') => Cell::Closed,
                    (Cell::Quoted, _) => Cell::Quoted,
                    // two of them are one that is meant
                    (Cell::Closed, b'"') => Cell::Quoted,
                    (Cell::Closed, b' ') => Cell::Closed,
                    (Cell::Closed, _) if !ends => {
                        return Err(failed(format!(
                            "line {line}: a cell goes on behind its closing quotation mark (it was opened in line {opened}): one is \
                             missing or too many in lines {opened} to {line}; mend it (a quotation mark within a cell is written twice)"
                        )));
                    }
                    _ if ends => Cell::Begin,
                    _ => Cell::Plain,
                };
                line += u64::from(*byte == b'\n');
            }
        }
        if state == Cell::Quoted {
            return Err(failed(format!(
                "the quotation mark that opens a cell in line {opened} is never closed, so that all lines after it would be one \
                 cell; mend it"
            )));
        }
        Ok(())
    }
}

/// Where in a cell a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Begin,
    Plain,
    Quoted,
    Closed,
}

/// What to say of a text that cannot be read.
pub(crate) fn not_text(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::InvalidData {
        format!("it is no text in UTF-8 or UTF-16 ({error}); save it as CSV UTF-8")
    } else {
        error.to_string()
    }
}

/// UTF-16 as UTF-8.
struct Utf16<R> {
    from: R,
    big: bool,
    /// The first half of a character that has two.
    high: Option<u16>,
    out: Vec<u8>,
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.out.is_empty() {
            let mut bytes = Vec::with_capacity(8192);
            if self.from.by_ref().take(8192).read_to_end(&mut bytes)? == 0 {
                break;
            }
            let odd = || io::Error::new(io::ErrorKind::InvalidData, "it ends in the middle of a character");
            if bytes.len() % 2 == 1 {
                return Err(odd());
            }
            let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
            let units =
                units.map(|pair| if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
            let mut all: Vec<u16> = self.high.take().into_iter().chain(units).collect();
            self.high = all.pop_if(|last| (0xd800..0xdc00).contains(last));
            for c in char::decode_utf16(all) {
                let c = c.map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
                self.out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        let count = self.out.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(self.out.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn the_header_tells_the_separator_and_the_first_bytes_the_encoding() {
        let utf16 = |big: bool| -> Vec<u8> {
            let text = "\u{feff}id;name\n1;Żorblax 😀 Optics\n";
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        for (bytes, separator) in [
            (b"id,name\n".to_vec(), b','),
            (b"id;name\n".to_vec(), b';'),
            (b"\"id\"\t\"full name\"\r\n".to_vec(), b'\t'),
            (b"sep=|\nid|name\n".to_vec(), b'|'),
            (utf16(true), b';'),
            (utf16(false), b';'),
        ] {
            let file = file(&bytes);
            let dialect = Dialect::of(file.path()).unwrap();
            assert_eq!(dialect.separator, separator);
            let mut text = String::new();
            dialect.open(file.path()).unwrap().read_to_string(&mut text).unwrap();
            assert!(!text.contains("sep=") && !text.starts_with('\u{feff}'));
            if bytes.len() > 40 {
                assert_eq!(text, "id;name\n1;Żorblax 😀 Optics\n");
            }
        }
        assert!(Dialect::of(file(b"").path()).unwrap_err().why.contains("empty"));
    }

    #[test]
    fn quotation_marks_that_do_not_pair_are_told_with_their_lines() {
        let check = |text: &str| {
            let file = file(text.as_bytes());
            Dialect::of(file.path()).unwrap().check_quotes(file.path()).map_err(|e| e.why)
        };
        for good in [
            "id,name\n1,\"Foo, Ltd\"\n2,\"The \"\"Bar\"\" Ltd\"\n3,5\" pipes\n",
            "id,name\r\n1,\"Foo\r\nLtd\"\r\n",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let why = check("id,name\n1,\"Foo Ltd\n2,Bar\n").unwrap_err();
        assert!(why.contains("line 2 is never closed"), "{why}");
        let why = check("id,name,country\n1,Foo,\"DE\n2,Bar,\"FR\"\n").unwrap_err();
        assert!(why.contains("line 3") && why.contains("lines 2 to 3"), "{why}");
    }
}
