//! Official numbers that stand in the text of a name: `Nardis IMO 9137246`, `Zoella Trading Limited, INN 7707083893`.
//!
//! Bills of lading, letters of credit and customer files write a number beside the name. Read as a word of the name, it is a
//! word that was asked and not found, and hides a listed party whose name *and* number are those of the list. So it is taken
//! out of the name, and is asked as an identifier.
//!
//! A number is known by the word before it (`IMO`, `INN`, `Reg. No.`), or by what it is: an IMO number and an LEI have check
//! digits, the mark of an aircraft begins with the letters of a state (annex 7 to the Chicago Convention), an address of mail
//! has an `@`.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::query::Identifier;

/// What was found in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// What is asked as an identifier.
    pub(crate) identifiers: Vec<Identifier>,
    /// The marks of aircraft, with their hyphen: lists have them as names too.
    pub(crate) marks: Vec<String>,
    /// The text without the numbers and the words that announce them; `None` if nothing was taken out.
    pub(crate) rest: Option<String>,
}

/// More numbers are not looked for in one text.
const MOST: usize = 8;

/// Words before a number, and the FollowTheMoney property that it is; `None` where it is nothing that lists record. Words that
/// belong together are joined by a space; full stops within a word do not count.
const ANNOUNCED: [(Option<&str>, &[&str]); 17] = [
    (Some("imoNumber"), &["imo", "имо"]),
    (Some("mmsi"), &["mmsi"]),
    (Some("callSign"), &["call sign", "callsign"]),
    (Some("leiCode"), &["lei", "legal entity identifier"]),
    (Some("innCode"), &["inn", "инн"]),
    (Some("ogrnCode"), &["ogrn", "огрн", "ogrnip", "огрнип"]),
    (Some("kppCode"), &["kpp", "кпп"]),
    (Some("okpoCode"), &["okpo", "окпо"]),
    (Some("uscCode"), &["uscc", "usci", "social credit", "unified social credit", "统一社会信用代码"]),
    (Some("vatCode"), &["vat", "tva", "ust-id", "ust-idnr", "ustid", "ustidnr", "piva", "partita iva"]),
    (
        Some("taxNumber"),
        &[
            "tin",
            "tax",
            "tax id",
            "tax identification",
            "nip",
            "nif",
            "cif",
            "rif",
            "rfc",
            "ruc",
            "rut",
            "nit",
            "cnpj",
            "cpf",
            "cuit",
            "ein",
            "gstin",
            "pan",
            "vkn",
            "unp",
            "унп",
            "edrpou",
            "єдрпоу",
            "едрпоу",
        ],
    ),
    (
        Some("registrationNumber"),
        &[
            "reg",
            "registration",
            "co reg",
            "company reg",
            "company registration",
            "company",
            "registry",
            "crn",
            "cr",
            "commercial registration",
            "commercial register",
            "commercial registry",
            "business registration",
            "trade register",
            "hrb",
            "hra",
            "krs",
            "regon",
            "siren",
            "siret",
            "rcs",
            "kvk",
            "abn",
            "acn",
            "uen",
            "cin",
            "brn",
            "cvr",
            "org",
            "orgnr",
            "рег",
            "tail",
            "aircraft",
        ],
    ),
    (Some("swiftBic"), &["swift", "bic", "swift bic", "swift code"]),
    (Some("dunsCode"), &["duns", "d-u-n-s"]),
    (Some("passportNumber"), &["passport", "паспорт", "pasaporte", "passeport", "reisepass"]),
    (
        Some("idNumber"),
        &["id", "national id", "identity card", "id card", "cnic", "iin", "иин", "bin", "бин"],
    ),
    (
        None,
        &[
            "tel",
            "telephone",
            "phone",
            "fax",
            "mob",
            "mobile",
            "тел",
            "iban",
            "account",
            "acct",
            "acc",
            "konto",
            "order",
            "invoice",
            "contract",
            "ref",
            "reference",
        ],
    ),
];

/// What may stand between the word and the number.
const FILLERS: [&str; 12] =
    ["no", "nr", "number", "num", "code", "id", "nº", "n°", "номер", "numbers", "номером", "is"];

/// The two characters with which aircraft marks begin, in order; a state with one letter alone (`D-`, `N`) is too like a word.
const NATIONS: &[&str] = &[
    "2A", "3A", "3B", "3C", "3D", "3X", "4K", "4L", "4O", "4R", "4X", "5A", "5B", "5H", "5N", "5R", "5T",
    "5U", "5V", "5W", "5X", "5Y", "6O", "6V", "6W", "6Y", "7O", "7P", "7Q", "7T", "8P", "8Q", "8R", "9A",
    "9G", "9H", "9J", "9K", "9L", "9M", "9N", "9Q", "9S", "9T", "9U", "9V", "9Y", "A2", "A3", "A4", "A5",
    "A6", "A7", "A8", "A9", "AP", "C2", "C3", "C5", "C6", "C9", "CC", "CN", "CP", "CS", "CU", "CX", "D2",
    "D4", "D6", "DQ", "E3", "E5", "E7", "EC", "EI", "EK", "EL", "EP", "ER", "ES", "ET", "EW", "EX", "EY",
    "EZ", "H4", "HA", "HB", "HC", "HI", "HK", "HP", "HR", "HS", "HZ", "J2", "J5", "J8", "JU", "JY", "LN",
    "LV", "LX", "LY", "LZ", "OB", "OD", "OE", "OH", "OK", "OM", "OO", "OY", "P2", "P4", "PH", "PJ", "PK",
    "PP", "PR", "PT", "PZ", "RA", "RF", "RP", "S2", "S5", "S7", "S9", "SE", "SP", "ST", "SU", "SX", "T7",
    "T8", "TC", "TF", "TG", "TJ", "TL", "TN", "TR", "TS", "TT", "TU", "TY", "TZ", "UK", "UN", "UP", "UR",
    "V2", "V3", "V4", "V5", "V6", "V7", "V8", "VH", "VN", "VP", "VQ", "VT", "XA", "XB", "XC", "XT", "XU",
    "XV", "XY", "YA", "YI", "YJ", "YK", "YL", "YN", "YR", "YS", "YU", "YV", "Z3", "ZA", "ZJ", "ZK", "ZP",
    "ZS", "ZT", "ZU",
];

/// A word of a text with its place.
struct Word<'a> {
    text: &'a str,
    place: Range<usize>,
}

/// Whether a text may hold a number: cheap, and true for every text in which [`numbers`] finds one.
pub(crate) fn may_hold_a_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().any(|b| b.is_ascii_digit() || *b == b'@')
        || bytes.windows(4).any(|w| w.first().is_some_and(u8::is_ascii_uppercase) && w.get(2) == Some(&b'-'))
        || words_without_digits(text)
}

/// Words behind which a number may have no digit: a bank's code, or the mark of an aircraft.
pub(crate) const ANNOUNCING: [&str; 6] = ["swift", "bic", "tail", "aircraft", "reg", "registration"];

/// Numbers that may have no digit: behind one of those words, and a mark that is the whole text.
fn words_without_digits(text: &str) -> bool {
    let announces = |word: &[u8]| ANNOUNCING.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes()));
    text.as_bytes().split(|b| !b.is_ascii_alphanumeric()).any(announces) || is_bare_mark(text.trim())
}

/// The numbers in a text that is more than a number ([`crate::adjust::is_like_a_number`]).
pub(crate) fn numbers(text: &str) -> Numbers {
    let mut found = Numbers::default();
    if !may_hold_a_number(text) {
        return found;
    }
    let words = words(text);
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if found.identifiers.len() + out.len() >= MOST {
            break;
        }
        let mut ask = |property: Option<&str>, value: String| {
            found.identifiers.push(Identifier { property: property.map(str::to_owned), value });
        };
        if let Some((property, value, to)) = announced(&words, at) {
            if let Some(property) = property {
                ask(Some(property), value);
            }
            let end = words.get(to).map_or(text.len(), |w| w.place.end);
            out.push(word.place.start..end);
            at = to;
        } else if is_mail(word.text) {
            ask(Some("email"), word.text.to_owned());
            out.push(word.place.clone());
        } else if is_lei(word.text) {
            ask(Some("leiCode"), word.text.to_owned());
            out.push(word.place.clone());
        } else if is_mark(word.text) || (words.len() == 1 && is_bare_mark(word.text)) {
            // it is a name too, and asked as one (`written.rs`)
            ask(Some("registrationNumber"), word.text.to_owned());
        } else if at > 0 && word.text.bytes().all(|b| b.is_ascii_digit()) {
            // `9137246 Canada Inc` is a name
            let digits = word.text.len();
            if is_imo(word.text) || digits >= TELLING_DIGITS {
                ask(None, word.text.to_owned());
            }
            if digits >= NO_NAME {
                out.push(word.place.clone());
            }
        }
        at += 1;
    }
    if !out.is_empty() {
        found.rest = without(text, &out);
    }
    found
}

/// A bare number of so many digits agrees with another one by chance no more.
const TELLING_DIGITS: usize = 9;
/// A bare number of so many digits is no part of a name.
const NO_NAME: usize = 6;

/// The text without these places, and without the punctuation that they leave behind.
pub(crate) fn without(text: &str, places: &[Range<usize>]) -> Option<String> {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        rest.push_str(text.get(from..place.start)?);
        rest.push(' ');
        from = place.end;
    }
    rest.push_str(text.get(from..)?);
    let mut tidy = String::with_capacity(rest.len());
    for word in rest.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            if word.contains(',') && !tidy.is_empty() && !tidy.ends_with(',') {
                tidy.push(',');
            }
            continue;
        }
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    let end = |c: char| matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '/' | '|' | '#' | '(' | '[' | '=');
    let tidy = tidy.trim_matches(end).trim();
    (!tidy.is_empty()).then(|| tidy.to_owned())
}

/// The number that the words from `at` on announce: its property, its value, and the place of its last word.
fn announced(words: &[Word<'_>], at: usize) -> Option<(Option<&'static str>, String, usize)> {
    let plain = |word: &Word<'_>| word.text.replace('.', "").to_lowercase();
    let glued = words.get(at).and_then(|word| {
        // `IMO9137246`
        let digits = word.text.find(|c: char| c.is_ascii_digit())?;
        let (label, number) = word.text.split_at_checked(digits)?;
        if number.len() <= 5 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let property = property(&label.trim_end_matches(['.', '-']).replace('.', "").to_lowercase())?;
        fits(property, number).then(|| (property, number.to_owned(), at))
    });
    if glued.is_some() {
        return glued;
    }
    if !begins_a_label(&plain(words.get(at)?)) {
        return None;
    }
    let (property, mut next) = (1..=3).rev().find_map(|n| {
        let label: Vec<String> = words.get(at..at + n)?.iter().map(plain).collect();
        Some((property(&label.join(" "))?, at + n))
    })?;
    // `Reg. No.`, `INN/KPP`, `SWIFT/BIC`
    for _ in 0..2 {
        let Some(word) = words.get(next).map(plain) else { break };
        if FILLERS.contains(&word.as_str()) || (property == Some("swiftBic") && word == "bic") {
            next += 1;
        }
    }
    let first = words.get(next)?;
    let mut value = first.text.to_owned();
    let upper = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
    if value.len() == 2
        && upper(&value)
        && words.get(next + 1).is_some_and(|w| w.text.bytes().any(|b| b.is_ascii_digit()))
    {
        next += 1;
        value.push_str(words.get(next)?.text);
    }
    // groups of digits: `77 07 083893`
    let most = if property.is_some() { 8 } else { 20 };
    let digits = |value: &str| value.bytes().filter(u8::is_ascii_digit).count();
    while (1..most).contains(&digits(&value))
        && words.get(next + 1).is_some_and(|w| w.text.bytes().all(|b| b.is_ascii_digit()))
        && !fits_exactly(property, &value)
    {
        next += 1;
        value.push_str(words.get(next)?.text);
    }
    // with a slip in it, it is no identifier, and no part of the name
    let slip = property == Some("imoNumber") && value.len() == 7 && value.bytes().all(|b| b.is_ascii_digit());
    let property = if slip && !is_imo(&value) { None } else { property };
    fits(property, &value).then_some((property, value, next))
}

/// The property that a label announces.
#[expect(clippy::option_option, reason = "a label may announce what lists do not record")]
fn property(label: &str) -> Option<Option<&'static str>> {
    let of = |label: &str| {
        ANNOUNCED.iter().find(|(_, labels)| labels.contains(&label)).map(|(property, _)| *property)
    };
    // `Reg.No.` is one word
    of(label).or_else(|| of(label.strip_suffix("no").or_else(|| label.strip_suffix("nr"))?))
}

/// Whether a label begins with a word, or is it with `no` behind it (`Reg.No.`).
fn begins_a_label(word: &str) -> bool {
    static FIRST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let labels = ANNOUNCED.iter().flat_map(|(_, labels)| labels.iter());
        labels.filter_map(|label| label.split(' ').next()).collect()
    });
    FIRST.contains(word)
        || ["no", "nr"].iter().any(|end| word.strip_suffix(end).is_some_and(|word| FIRST.contains(word)))
}

/// Whether a value can be a number of this kind.
fn fits(property: Option<&str>, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match property {
        Some("imoNumber") => is_imo(value),
        Some("leiCode") => is_lei(value),
        Some("swiftBic") => {
            matches!(value.len(), 8 | 11)
                && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
        Some("registrationNumber") if is_bare_mark(value) || is_mark(value) => true,
        Some("callSign") => value.len() >= 4 && digits > 0,
        _ => digits >= 4 && value.chars().filter(|c| c.is_alphanumeric()).count() >= 5,
    }
}

/// Whether a value is whole, so that digits behind it are something else.
fn fits_exactly(property: Option<&str>, value: &str) -> bool {
    matches!(property, Some("imoNumber" | "leiCode" | "swiftBic")) && fits(property, value)
}

/// An IMO number: seven digits, the last of which is that of the sum of the others times 7 to 2.
pub(crate) fn is_imo(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().take(6).zip((2..=7).rev()).map(|(digit, by)| digit * by).sum();
    digits.len() == 7 && text.len() == 7 && digits.last() == Some(&(sum % 10))
}

/// A legal entity identifier: 18 letters or digits and two check digits, by which the whole is 1 modulo 97 (ISO 17442,
/// ISO 7064).
pub(crate) fn is_lei(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if text.len() != 20 || !text.get(18..).is_some_and(digits) {
        return false;
    }
    let rest = text.chars().try_fold(0u32, |rest, c| {
        let value = c.to_ascii_uppercase().to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    rest == Some(1) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// `name@host.example`.
pub(crate) fn is_mail(text: &str) -> bool {
    let host = text.split_once('@').filter(|(user, _)| !user.is_empty()).map(|(_, host)| host);
    host.is_some_and(|host| {
        let labels: Vec<&str> = host.split('.').collect();
        labels.len() >= 2 && labels.iter().all(|label| !label.is_empty())
    }) && !text.contains(char::is_whitespace)
}

fn is_nation(text: &str) -> bool {
    NATIONS.binary_search(&text).is_ok()
}

/// `EP-GOM`, `RA-02791`: a mark with its hyphen.
fn is_mark(text: &str) -> bool {
    let own = |part: &str| part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    text.split_once('-')
        .is_some_and(|(nation, rest)| (3..=5).contains(&rest.len()) && own(rest) && is_nation(nation))
}

/// `YKAKF`, `RA02791`: a mark without it.
pub(crate) fn is_bare_mark(text: &str) -> bool {
    let own = |part: &str| {
        (part.len() == 3 && part.bytes().all(|b| b.is_ascii_uppercase()))
            || (part.len() == 5 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    text.split_at_checked(2).is_some_and(|(nation, rest)| own(rest) && is_nation(nation))
}

/// Whether a word of a text may be a mark, with its hyphen or without it.
pub(crate) fn may_hold_a_mark(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .any(|word| is_mark(word) || word.split('-').any(is_bare_mark))
}

/// The mark of an aircraft with its hyphen, as lists name an aircraft by it.
pub(crate) fn hyphenated_mark(text: &str) -> Option<String> {
    if is_mark(text) {
        return Some(text.to_owned());
    }
    let (nation, own) = text.split_at_checked(2).filter(|_| is_bare_mark(text))?;
    Some(format!("{nation}-{own}"))
}

/// The words of a text. Brackets, commas, colons and strokes part words, strokes between digits do not; a full stop does at the
/// end of a word, and between letters and a digit (`No.123`).
fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    let mut push = |start: Option<usize>, end: usize| {
        if let Some(start) = start
            && let Some(word) = text.get(start..end)
        {
            out.push(Word { text: word, place: start..end });
        }
    };
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, c)| *c);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let parts = match c {
            '/' => !(digit(before) && digit(after)),
            '.' => {
                !after.is_some_and(char::is_alphanumeric)
                    || (before.is_some_and(char::is_alphabetic) && digit(after))
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | ':' | '"' | '«' | '»' | '“' | '”'
            | '|' | '#' | '№' | '=' | '（' | '）' | '：' | '，' | '؛' | '،' => true,
            '-' | '–' | '—' => {
                !after.is_some_and(char::is_alphanumeric) || !before.is_some_and(char::is_alphanumeric)
            }
            c => c.is_whitespace(),
        };
        if parts {
            push(start.take(), at);
        } else if start.is_none() {
            start = Some(at);
        }
        before = Some(c);
    }
    push(start, text.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(Option<String>, String)>, Option<String>) {
        let found = numbers(text);
        (found.identifiers.into_iter().map(|i| (i.property, i.value)).collect(), found.rest)
    }

    #[test]
    fn a_number_is_known_by_the_word_before_it() {
        for (text, property, value, rest) in [
            ("Quill IMO 9137246", "imoNumber", "9137246", "Quill"),
            ("Quill (IMO 9137246)", "imoNumber", "9137246", "Quill"),
            ("IMO No. 9137246 Quill", "imoNumber", "9137246", "Quill"),
            ("Quill IMO:9137246, tanker", "imoNumber", "9137246", "Quill, tanker"),
            ("Quill IMO9137246", "imoNumber", "9137246", "Quill"),
            ("Quill Trading Limited, INN 7707083893", "innCode", "7707083893", "Quill Trading Limited"),
            ("ООО Перо, ИНН 7707083893", "innCode", "7707083893", "ООО Перо"),
            ("Quill Ltd (Reg. No. 04512345)", "registrationNumber", "04512345", "Quill Ltd"),
            ("Quill Ltd Reg.No.04512345", "registrationNumber", "04512345", "Quill Ltd"),
            ("Quill Ltd VAT IE 1234567T", "vatCode", "IE1234567T", "Quill Ltd"),
            ("Quill CR 1010123456", "registrationNumber", "1010123456", "Quill"),
            ("Quill Bank SWIFT/BIC QUILIRTH", "swiftBic", "QUILIRTH", "Quill Bank"),
            ("Quill GmbH, HRB 12345", "registrationNumber", "12345", "Quill GmbH"),
            ("Quill LEI 5493001KJTIIGC8Y1R12", "leiCode", "5493001KJTIIGC8Y1R12", "Quill"),
            ("Quill 5493001KJTIIGC8Y1R12", "leiCode", "5493001KJTIIGC8Y1R12", "Quill"),
            ("Quill Ltd office@quill.example", "email", "office@quill.example", "Quill Ltd"),
            ("Quill USCC 91350211M000100Y43", "uscCode", "91350211M000100Y43", "Quill"),
        ] {
            let (found, left) = read(text);
            assert_eq!(found, [(Some(property.to_owned()), value.to_owned())], "{text}");
            assert_eq!(left.as_deref(), Some(rest), "{text}");
        }
    }

    #[test]
    fn aircraft_are_named_by_their_marks() {
        for (text, mark) in [
            ("Aircraft EP-MOG", "EP-MOG"),
            ("EP-MMV (Airbus A340)", "EP-MMV"),
            ("EP-MNH/W5", "EP-MNH"),
            ("tail number YKAKF", "YKAKF"),
            ("reg. EP-IBI", "EP-IBI"),
            ("YKAKF", "YKAKF"),
        ] {
            let (found, _) = read(text);
            assert_eq!(found, [(Some("registrationNumber".to_owned()), mark.to_owned())], "{text}");
            assert!(hyphenated_mark(mark).is_some_and(|mark| mark.contains('-')), "{mark}");
        }
    }

    #[test]
    fn what_is_no_number_stays_in_the_name() {
        for text in [
            "Quill Feather",
            "Bashar AL-ASSAD",
            "Quill Fund II 2",
            "9137246 Canada Inc",
            "Yu Song 7",
            "Company 404 Ltd",
            "HI-FI Quill",
            "Pan American 2000",
            "Quill (Guernsey) Limited",
        ] {
            assert_eq!(read(text), (vec![], None), "{text}");
        }
    }

    #[test]
    fn a_bare_number_is_one_if_its_check_digit_says_so() {
        assert_eq!(read("Quill 9137246"), (vec![(None, "9137246".into())], Some("Quill".into())));
        assert_eq!(read("Quill 9137247"), (vec![], Some("Quill".into())));
        assert_eq!(read("Quill Ltd tel. +98 21 6646 1234"), (vec![], Some("Quill Ltd".into())));
        assert_eq!(read("IMO 9137247 Quill"), (vec![], Some("Quill".into())));
    }

    #[test]
    fn check_digits() {
        assert!(is_imo("9074729") && !is_imo("9074728") && !is_imo("907472"));
        assert!(is_lei("5493001KJTIIGC8Y1R12") && !is_lei("5493001KJTIIGC8Y1R13"));
    }
}
