//! Bytes as they came → text: unpacking with a limit, lines with a limit, and the encoding that the format declares.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use crate::ImportError;
use crate::xz_size::declared_size;

/// Most that one compressed file may unpack to, in bytes: 1 GiB. The largest feed in use (OpenSanctions
/// `default`, and OFAC's advanced XML) stays below this, and a file of a few kilobytes made to unpack without
/// end must not fill the memory.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// Most bytes of one line of CSV or of tab-separated text. The longest seen has 14 KB.
pub const MAX_CSV_LINE_BYTES: usize = 1 << 20;

/// Most bytes of one line of JSON lines: one entity of a compilation, with all its sources. The longest seen has 20 KB.
pub const MAX_JSON_LINE_BYTES: usize = 16 << 20;

/// One publisher's file, as it was downloaded: plain, gzip, xz, or a zip archive with one file in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The file's name without folders. The OFAC importer tells the files of a set apart by it.
    pub name: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

/// The encoding that a format declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 and nothing else.
    Utf8,
    /// UTF-8, else Windows-1252: OFAC's legacy files have been published in both.
    Utf8OrWindows1252,
}

/// Unpacks gzip, xz and zip (told by their magic bytes, not by the name) and leaves plain bytes alone.
pub(crate) fn unpack(file: &InputFile) -> Result<Cow<'_, [u8]>, ImportError> {
    unpack_within(file, MAX_UNPACKED_BYTES)
}

fn unpack_within(file: &InputFile, limit: u64) -> Result<Cow<'_, [u8]>, ImportError> {
    let too_large = |file: &InputFile| ImportError::TooLarge { file: file.name.clone(), limit };
    let bytes = file.bytes.as_slice();
    let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut out = Vec::new();
        let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(limit + 1);
        reader.read_to_end(&mut out).map_err(|e| broken(file, &e))?;
        if out.len() as u64 > limit {
            return Err(too_large(file));
        }
        Cow::Owned(out)
    } else if bytes.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        if declared_size(bytes) > limit {
            return Err(too_large(file));
        }
        let mut out = Limited { bytes: Vec::new(), limit, full: false };
        let result = lzma_rs::xz_decompress(&mut &*bytes, &mut out);
        if out.full {
            return Err(too_large(file));
        }
        result.map_err(|e| match e {
            lzma_rs::error::Error::IoError(e) => broken(file, &e),
            other => ImportError::Compression { file: file.name.clone(), reason: format!("{other:?}") },
        })?;
        Cow::Owned(out.bytes)
    } else if bytes.starts_with(b"PK\x03\x04") {
        Cow::Owned(unzip(file, limit)?)
    } else if bytes.len() as u64 > limit {
        return Err(too_large(file));
    } else {
        Cow::Borrowed(bytes)
    };
    if unpacked.iter().all(|b| b.is_ascii_whitespace() || *b == 0x1a) {
        return Err(ImportError::Empty { file: file.name.clone() });
    }
    Ok(unpacked)
}

/// The text of unpacked bytes, without byte order mark.
pub(crate) fn text<'a>(name: &str, bytes: &'a [u8], encoding: Encoding) -> Result<Cow<'a, str>, ImportError> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    if encoding == Encoding::Utf8OrWindows1252
        && let Some(text) = windows_1252(bytes)
    {
        return Ok(Cow::Owned(text));
    }
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let line = 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
    // an incomplete last character is a cut, not a wrong encoding
    if error.error_len().is_none() {
        return Err(ImportError::Truncated {
            file: name.to_owned(),
            line,
            reason: "the last character is incomplete".into(),
        });
    }
    let expected = match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf8OrWindows1252 => "UTF-8 or Windows-1252",
    };
    Err(ImportError::Encoding { file: name.to_owned(), line, expected: expected.into() })
}

/// Whether the text opens like an HTML page: the usual answer of a portal that has no file to give.
pub(crate) fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(400).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.contains("<head>")
}

/// The error for an HTML page where a list was expected.
pub(crate) fn html_page(file: &str, expected: &str) -> ImportError {
    ImportError::WrongFormat {
        file: file.to_owned(),
        expected: expected.to_owned(),
        found: "it is an HTML page, probably an error message of the publisher's server".into(),
        hint: "open it in a browser to see the message, and download the list from its official address"
            .into(),
    }
}

/// The one file of a zip archive.
fn unzip(file: &InputFile, limit: u64) -> Result<Vec<u8>, ImportError> {
    let bad = |e: zip::result::ZipError| match e {
        zip::result::ZipError::Io(e) => broken(file, &e),
        other => ImportError::Compression { file: file.name.clone(), reason: other.to_string() },
    };
    let mut archive = zip::ZipArchive::new(io::Cursor::new(file.bytes.as_slice())).map_err(bad)?;
    if archive.len() != 1 {
        return Err(ImportError::WrongFormat {
            file: file.name.clone(),
            expected: "one list".into(),
            found: format!("it is a zip archive with {} files", archive.len()),
            hint: "unpack it and give the file inside that is the list".into(),
        });
    }
    let mut out = Vec::new();
    archive.by_index(0).map_err(bad)?.take(limit + 1).read_to_end(&mut out).map_err(|e| broken(file, &e))?;
    if out.len() as u64 > limit {
        return Err(ImportError::TooLarge { file: file.name.clone(), limit });
    }
    Ok(out)
}

/// Refuses a text with a line of more than `limit` bytes: no list has one, and the parsers hold a line in memory.
pub(crate) fn check_lines(file: &str, text: &str, limit: usize) -> Result<(), ImportError> {
    match text.split('\n').position(|line| line.len() > limit) {
        None => Ok(()),
        Some(n) => Err(ImportError::LongLine { file: file.to_owned(), line: n as u64 + 1, limit }),
    }
}

fn broken(file: &InputFile, error: &io::Error) -> ImportError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return ImportError::Truncated {
            file: file.name.clone(),
            line: 0,
            reason: "the compressed stream ends too early".into(),
        };
    }
    ImportError::Compression { file: file.name.clone(), reason: error.to_string() }
}

/// A buffer that refuses to grow beyond its limit.
struct Limited {
    bytes: Vec<u8>,
    limit: u64,
    full: bool,
}

impl Write for Limited {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() + part.len()) as u64 > self.limit {
            self.full = true;
            return Err(io::Error::other("limit reached"));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Windows-1252 (WHATWG index), `None` where a byte has no character in it.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    const HIGH: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0, 0x017e, 0x0178,
    ];
    bytes
        .iter()
        .map(|byte| match byte {
            0x80..=0x9f => match HIGH.get(usize::from(byte - 0x80)) {
                Some(&code) if code != 0 => char::from_u32(u32::from(code)),
                _ => None,
            },
            _ => Some(char::from(*byte)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1252_is_read_only_where_the_format_says_so() {
        let bytes = b"PE\xd1A \x96 Jos\xe9";
        assert_eq!(text("f", bytes, Encoding::Utf8OrWindows1252).unwrap(), "PEÑA – José");
        assert!(matches!(text("f", bytes, Encoding::Utf8), Err(ImportError::Encoding { line: 1, .. })));
        assert!(text("f", b"\x81", Encoding::Utf8OrWindows1252).is_err(), "0x81 is no character");
    }

    /// Small stand-ins for the bound: 64 KiB of one byte in a few hundred, against a limit of 10,000 bytes.
    #[test]
    fn what_unpacks_without_end_is_refused() {
        let long = vec![b'a'; 1 << 16];
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(&long).unwrap();
        let mut xz = Vec::new();
        lzma_rs::xz_compress(&mut long.as_slice(), &mut xz).unwrap();
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("x", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&long).unwrap();
        let zip = zip.finish().unwrap().into_inner();
        for (name, bytes) in [("gz", gz.finish().unwrap()), ("xz", xz), ("zip", zip), ("plain", long.clone())]
        {
            let file = InputFile { name: name.into(), bytes };
            assert!(
                matches!(unpack_within(&file, 10_000), Err(ImportError::TooLarge { limit: 10_000, .. })),
                "{name}"
            );
            assert_eq!(
                unpack_within(&file, 1 << 16).unwrap().len(),
                1 << 16,
                "{name}: exactly the limit is allowed"
            );
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        assert!(check_lines("f", "short\nshort", 5).is_ok());
        let error = check_lines("f", "short\nlonger", 5).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("5 bytes"), "{error}");
    }

    #[test]
    fn a_cut_character_is_a_cut_file() {
        let bytes = "id\nné".as_bytes();
        let cut = &bytes[..bytes.len() - 1];
        assert!(matches!(text("f", cut, Encoding::Utf8), Err(ImportError::Truncated { line: 2, .. })));
    }
}
