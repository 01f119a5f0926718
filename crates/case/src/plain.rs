//! How YAML 1.1 and YAML 1.2 read a scalar that stands without quotes.
//!
//! The two versions differ (`no` is a boolean in one and a word in the other, `010` is eight or ten), and a case
//! must mean the same to every reader. So whatever either version would take for something else than text or a
//! plain decimal integer is refused.
//! Sources: YAML 1.1 type repository (bool, float, int, null, timestamp, merge, value) and YAML 1.2.2 section 10.3.

/// What a plain scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Text in every version.
    Text,
    /// A whole number, read alike everywhere.
    Integer(i64),
    /// `yes`, `no`, `on`, `off`, `true`, `false`, `y`, `n`: boolean to at least one version.
    Bool,
    /// Nothing, or a word for nothing.
    Null,
    /// A date or a point in time (YAML 1.1).
    Date,
    /// A number with fraction or exponent, an infinity or not-a-number.
    Decimal,
    /// A whole number whose value depends on the version: octal, hexadecimal, binary, base 60, with `_`; or one
    /// that is too large.
    OddInteger,
    /// `<<` (merge) and `=` (value), which YAML 1.1 treats apart.
    Special,
}

/// Reads a scalar that stands without quotes.
pub(crate) fn read(text: &str) -> Plain {
    if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Plain::Null;
    }
    if matches!(text, "<<" | "=") {
        return Plain::Special;
    }
    if is_bool(text) {
        return Plain::Bool;
    }
    if is_date(text) {
        return Plain::Date;
    }
    read_number(text)
}

fn is_bool(text: &str) -> bool {
    const WORDS: [&str; 8] = ["yes", "no", "on", "off", "true", "false", "y", "n"];
    let Some((first, rest)) = text.as_bytes().split_first() else { return false };
    let small = rest.iter().all(u8::is_ascii_lowercase);
    // `yes`, `Yes` or `YES`, and no other mixture
    let shape = small || (first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_uppercase));
    shape && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `YYYY-MM-DD`, or a day with a time as the YAML 1.1 timestamp has it.
fn is_date(text: &str) -> bool {
    let mut day = Scan(text.as_bytes());
    if day.digits(4, 4)
        && day.byte(b"-")
        && day.digits(2, 2)
        && day.byte(b"-")
        && day.digits(2, 2)
        && day.done()
    {
        return true;
    }
    let mut scan = Scan(text.as_bytes());
    let day =
        scan.digits(4, 4) && scan.byte(b"-") && scan.digits(1, 2) && scan.byte(b"-") && scan.digits(1, 2);
    if !day || !(scan.byte(b"Tt") || scan.some(b" \t")) {
        return false;
    }
    let clock =
        scan.digits(1, 2) && scan.byte(b":") && scan.digits(2, 2) && scan.byte(b":") && scan.digits(2, 2);
    if !clock {
        return false;
    }
    if scan.byte(b".") {
        scan.some(b"0123456789");
    }
    scan.some(b" \t");
    if scan.done() || scan.byte(b"Z") {
        return scan.done();
    }
    if !(scan.byte(b"+-") && scan.digits(1, 2)) {
        return false;
    }
    if scan.byte(b":") {
        return scan.digits(2, 2) && scan.done();
    }
    scan.done() || (scan.digits(2, 2) && scan.done())
}

fn read_number(text: &str) -> Plain {
    // A classification code such as `4E001` is a number to YAML 1.2 and a word to YAML 1.1. Codes stand bare all
    // over case files; this reader takes the text as it stands, so nothing is lost.
    if let [digit, b'E', rest @ ..] = text.as_bytes()
        && digit.is_ascii_digit()
        && rest.len() == 3
        && rest.iter().all(u8::is_ascii_digit)
    {
        return Plain::Text;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Plain::Decimal;
    }
    for (prefix, digits) in [("0x", &b"0123456789abcdefABCDEF_"[..]), ("0o", b"01234567_"), ("0b", b"01_")] {
        if let Some(rest) = unsigned.strip_prefix(prefix) {
            let mut scan = Scan(rest.as_bytes());
            if scan.some(digits) && scan.done() {
                return Plain::OddInteger;
            }
        }
    }
    let mut scan = Scan(unsigned.as_bytes());
    let starts_with_digit = scan.0.first().is_some_and(u8::is_ascii_digit);
    let whole = starts_with_digit && scan.some(b"0123456789_");
    if whole && scan.done() {
        let canonical = unsigned == "0" || !unsigned.starts_with('0');
        return match text.parse::<i64>() {
            Ok(number) if canonical => Plain::Integer(number),
            _ => Plain::OddInteger,
        };
    }
    if whole && scan.0.first() == Some(&b':') {
        return read_base_60(scan, !unsigned.starts_with('0'));
    }
    let point = scan.byte(b".");
    let fraction = point && scan.0.first().is_some_and(u8::is_ascii_digit) && scan.some(b"0123456789_");
    if !(whole || fraction) {
        return Plain::Text;
    }
    if point && whole {
        scan.some(b"_");
    }
    if scan.byte(b"eE") {
        scan.byte(b"+-");
        if !scan.some(b"0123456789") {
            return Plain::Text;
        }
    }
    if scan.done() { Plain::Decimal } else { Plain::Text }
}

/// The rest of `1:30:00` or `1:30.5` after its first digits.
fn read_base_60(mut scan: Scan<'_>, leading_digit_not_zero: bool) -> Plain {
    while scan.byte(b":") {
        let two_digits = scan.0.get(1).is_some_and(u8::is_ascii_digit);
        let fits = if two_digits { scan.byte(b"012345") && scan.digits(1, 1) } else { scan.digits(1, 1) };
        if !fits {
            return Plain::Text;
        }
    }
    if scan.byte(b".") {
        scan.some(b"0123456789_");
        return if scan.done() { Plain::Decimal } else { Plain::Text };
    }
    if scan.done() && leading_digit_not_zero { Plain::OddInteger } else { Plain::Text }
}

/// Reads bytes from the left.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    /// Takes one byte of `set`.
    fn byte(&mut self, set: &[u8]) -> bool {
        match self.0 {
            [first, rest @ ..] if set.contains(first) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes as many bytes of `set` as there are; whether there was one.
    fn some(&mut self, set: &[u8]) -> bool {
        let mut any = false;
        while self.byte(set) {
            any = true;
        }
        any
    }

    /// Takes at most `max` digits; whether there were at least `min`.
    fn digits(&mut self, min: usize, max: usize) -> bool {
        let mut count = 0;
        while count < max && self.byte(b"0123456789") {
            count += 1;
        }
        count >= min
    }

    fn done(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_the_versions_read_differently_are_seen() {
        for text in ["yes", "Yes", "YES", "no", "NO", "on", "Off", "y", "N", "true", "False", "FALSE"] {
            assert_eq!(read(text), Plain::Bool, "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(read(text), Plain::Null, "{text}");
        }
        for text in
            ["2026-06-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2001-1-1 1:00:00Z"]
        {
            assert_eq!(read(text), Plain::Date, "{text}");
        }
        for text in
            ["1.5", "+1.", ".5", "1e5", "6.8523015e+5", "-.inf", ".NaN", "190:20:30.15", "1_0.5", "9E0001"]
        {
            assert_eq!(read(text), Plain::Decimal, "{text}");
        }
        for text in ["010", "08", "0x1F", "0b101", "0o17", "1_000", "190:20:30", "99999999999999999999"] {
            assert_eq!(read(text), Plain::OddInteger, "{text}");
        }
        for (text, value) in [("0", 0), ("35", 35), ("-4", -4), ("+5", 5)] {
            assert_eq!(read(text), Plain::Integer(value), "{text}");
        }
        assert_eq!(read("<<"), Plain::Special);
        assert_eq!(read("="), Plain::Special);
    }

    #[test]
    fn ordinary_words_codes_and_versions_are_text() {
        for text in [
            "none",
            "yEs",
            "nope",
            "4E001",
            "4E001.c",
            "5A002.a",
            "EAR99",
            "4.1.2",
            "86 FR 60759",
            "2026-06",
            "v1.0",
            "2026-06-01 late",
            "IL",
            "-",
            ".",
            "e5",
            "1:2:3a",
            "09:30",
            "12:75",
            "0xZZ",
            "_1",
            "1e",
            "US-EAR",
        ] {
            assert_eq!(read(text), Plain::Text, "{text}");
        }
    }
}
