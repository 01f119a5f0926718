//! CSV as programs for spreadsheets write it: UTF-8, UTF-16 or an older encoding, parted by commas, semicolons, tabs or bars.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::str::FromStr;

use countersign_columns::{Column, names_else};
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fault::ReadError;

/// The separators that are looked for in the header.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a file of CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What parts its cells.
    pub(crate) separator: u8,
    /// What the text is decoded from; absent: it is UTF-8.
    encoding: Option<Encoding>,
    /// Whether its first line only says what the separator is (`sep=;`).
    told: bool,
}

/// An encoding of texts, by one of the labels of the WHATWG (`windows-1252`, `latin1`, `koi8-r`, `gb18030`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl FromStr for Encoding {
    type Err = String;

    fn from_str(label: &str) -> Result<Self, String> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Self).ok_or_else(|| {
            format!(
                "`{label}` is no encoding that is known; write for example `utf-8`, `windows-1252` (western Europe), `windows-1250` \
                 (central Europe), `windows-1251` (Cyrillic), `windows-1256` (Arabic), `gb18030` (Chinese)"
            )
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Dialect {
    /// Reads the beginning of a file. `encoding`: what its owner says that it is encoded in.
    pub(crate) fn of(path: &Path, encoding: Option<Encoding>) -> Result<Self, ReadError> {
        let failed = |why: String| ReadError { path: path.display().to_string(), why };
        let mut head = [0u8; 2];
        let mut file = File::open(path).map_err(|e| failed(e.to_string()))?;
        let read = file.read(&mut head).map_err(|e| failed(e.to_string()))?;
        let encoding = match head.get(..read) {
            Some([]) => return Err(failed("the file is empty".to_owned())),
            Some([0xff, 0xfe]) => Some(Encoding(UTF_16LE)),
            Some([0xfe, 0xff]) => Some(Encoding(UTF_16BE)),
            _ => encoding.filter(|encoding| encoding.0 != UTF_8),
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
            None => Box::new(file),
            Some(encoding) => Box::new(BufReader::with_capacity(1 << 16, Decoded::of(file, encoding))),
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
        format!(
            "it is no text in UTF-8 or UTF-16 ({error}); say what it is written in with --encoding (`windows-1252`, `windows-1251`…), \
             or save it as CSV UTF-8"
        )
    } else {
        error.to_string()
    }
}

/// A text of another encoding as UTF-8.
struct Decoded<R> {
    from: R,
    decoder: Decoder,
    out: Vec<u8>,
    /// How much of `out` was given.
    given: usize,
    ended: bool,
}

/// Bytes that are decoded at a time.
const AT_A_TIME: usize = 8192;

impl<R: Read> Decoded<R> {
    fn of(from: R, encoding: Encoding) -> Self {
        let decoder = encoding.0.new_decoder_with_bom_removal();
        Self { from, decoder, out: Vec::new(), given: 0, ended: false }
    }

    /// Decodes what comes next.
    fn fill(&mut self) -> io::Result<()> {
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let mut bytes = Vec::with_capacity(AT_A_TIME);
        self.ended = self.from.by_ref().take(AT_A_TIME as u64).read_to_end(&mut bytes)? < AT_A_TIME;
        let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len());
        self.out = vec![0; room.ok_or_else(|| invalid("it is too long"))?];
        self.given = 0;
        let (result, _, written) =
            self.decoder.decode_to_utf8_without_replacement(&bytes, &mut self.out, self.ended);
        self.out.truncate(written);
        match result {
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::Malformed(..) if self.ended && bytes.is_empty() => {
                Err(invalid("it ends in the middle of a character"))
            }
            DecoderResult::Malformed(..) | DecoderResult::OutputFull => {
                Err(invalid("it holds bytes that are no characters of its encoding"))
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            self.fill()?;
        }
        let rest = self.out.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += count;
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
            let dialect = Dialect::of(file.path(), None).unwrap();
            assert_eq!(dialect.separator, separator);
            let mut text = String::new();
            dialect.open(file.path()).unwrap().read_to_string(&mut text).unwrap();
            assert!(!text.contains("sep=") && !text.starts_with('\u{feff}'));
            if bytes.len() > 40 {
                assert_eq!(text, "id;name\n1;Żorblax 😀 Optics\n");
            }
        }
        assert!(Dialect::of(file(b"").path(), None).unwrap_err().why.contains("empty"));
        let read = |bytes: &[u8], encoding: &str| {
            let file = file(bytes);
            let mut text = String::new();
            let dialect = Dialect::of(file.path(), Some(encoding.parse().unwrap())).map_err(|e| e.why)?;
            let mut from = dialect.open(file.path()).map_err(|e| e.why)?;
            from.read_to_string(&mut text).map(|_| text).map_err(|e| e.to_string())
        };
        assert_eq!(read(b"id;name\n1;M\xfcller\n", "windows-1252").unwrap(), "id;name\n1;Müller\n");
        assert_eq!(read(b"id;name\n1;\xd8\xee\xe9\n", "cp1251").unwrap(), "id;name\n1;Шой\n");
        // a mark of UTF-16 is surer than what somebody says
        assert!(read(&utf16(false), "windows-1252").unwrap().contains("Żorblax 😀"));
        let mut cut = utf16(true);
        cut.pop();
        assert!(read(&cut, "utf-8").is_err(), "the half of a character at the end");
        assert!("klingon".parse::<Encoding>().unwrap_err().contains("`windows-1252`"));
    }

    #[test]
    fn quotation_marks_that_do_not_pair_are_told_with_their_lines() {
        let check = |text: &str| {
            let file = file(text.as_bytes());
            Dialect::of(file.path(), None).unwrap().check_quotes(file.path()).map_err(|e| e.why)
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
