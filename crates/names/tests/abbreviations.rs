//! General words of bodies as invoices and airway bills shorten them (ISO 4 and common usage). Names are invented or public.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

fn compared(short: &str, whole: &str) -> countersign_names::Comparison {
    let parse = |name| ParsedName::parse(name, NameKind::Organization);
    compare(&parse(short), &parse(whole), &DefaultRarity)
}

#[test]
fn a_shortened_general_word_is_the_word() {
    for (short, whole) in [
        ("Quill Scientific Research Inst.", "Quill Scientific Research Institute"),
        ("Quill Aviation Inst.", "Quill Aviation Institute"),
        ("Feather Univ.", "Feather University"),
        ("Feather Univ. of Technology", "Feather University of Technology"),
        ("Quill Sci. & Tech. Ctr.", "Quill Science and Technology Center"),
        ("Quill Intl. Mfg. Dept.", "Quill International Manufacturing Department"),
        ("Feather Lab.", "Feather Laboratory"),
        ("Feather Labs", "Feather Laboratories Ltd"),
        ("Feather Acad. of Sci.", "Feather Academy of Sciences"),
        ("Quill Bros. Mfg Co.", "Quill Brothers Manufacturing Company"),
        ("Quill Natl. Lab", "Quill National Laboratory"),
        ("Quill Engrg. & Constr.", "Quill Engineering and Construction"),
        ("Quill Mfrs. Assn.", "Quill Manufacturers Association"),
        ("Quill Pharm. Eqpt.", "Quill Pharmaceutical Equipment"),
        ("Quill Precision Instr.", "Quill Precision Instruments"),
        ("Quill Semicon. Matl.", "Quill Semiconductor Materials"),
    ] {
        let found = compared(short, whole);
        assert!(found.score >= 0.95, "{short}: {}", found.line());
    }
}

#[test]
fn what_the_house_does_still_tells_bodies_apart() {
    for (one, other) in [
        ("Beijing Laboratory", "Beijing Academy"),
        ("Optical Instruments Ltd", "Precision Instruments Ltd"),
        ("Shanghai Semiconductor Equipment", "Shanghai Pharmaceutical Equipment"),
    ] {
        let found = compared(one, other);
        assert!(found.score < 0.7, "{one}: {}", found.line());
    }
}
