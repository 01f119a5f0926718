//! General words of bodies as invoices and airway bills shorten them. Names are invented or public.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

#[test]
fn a_shortened_general_word_is_the_word() {
    for (short, whole) in [
        ("Quill Scientific Research Inst.", "Quill Scientific Research Institute"),
        ("Quill Aviation Inst.", "Quill Aviation Institute"),
        ("Feather Univ.", "Feather University"),
        ("Feather Univ. of Technology", "Feather University of Technology"),
        ("Quill Sci. & Tech. Ctr.", "Quill Science and Technology Center"),
        ("Quill Intl. Mfg. Dept.", "Quill International Manufacturing Department"),
    ] {
        let parse = |name| ParsedName::parse(name, NameKind::Organization);
        let found = compare(&parse(short), &parse(whole), &DefaultRarity);
        assert!(found.score >= 0.95, "{short}: {}", found.line());
    }
}
