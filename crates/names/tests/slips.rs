//! What is a slip of the pen in a person's name, and what is another name. Names are invented.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

fn score(query: &str, listed: &str) -> f64 {
    let parse = |name| ParsedName::parse(name, NameKind::Person);
    compare(&parse(query), &parse(listed), &DefaultRarity).score
}

#[test]
fn another_first_letter_and_one_more_is_another_name() {
    let unrelated = score("Alina Tavrik", "Alina Zubodo");
    assert_eq!(score("Alina Tavrik", "Alina Mavlik"), unrelated);
    // the first letter is lost, and one more
    assert!(score("Alina Tavrik", "Alina Avrk") > unrelated);
}

#[test]
fn two_letters_of_three_are_another_name() {
    assert_eq!(score("Alina Tav", "Alina Tebv"), score("Alina Tav", "Alina Zubi"));
    assert!(score("Alina Tav", "Alina Tev") > score("Alina Tav", "Alina Zubi"));
}

#[test]
fn a_slip_in_servant_of_or_in_its_article_is_seen_through() {
    for written in ["Agbd al-Karim Quill", "Adb al-Karim Quill", "Abd pl-Karim Quill", "Abd la-Karim Quill"] {
        assert_eq!(score(written, "Abd al-Karim Quill"), 1.0, "{written}");
    }
    // a kunya is no servant, and neither is a name of its own
    for other in ["Abu al-Karim Quill", "Abid al-Karim Quill"] {
        assert!(score(other, "Abd al-Karim Quill") < 1.0, "{other}");
    }
    for written in ["Nurudpdin Quill", "Nuruddiy Quill"] {
        assert!(score(written, "Nuruddin Quill") >= 0.7, "{written}: {}", score(written, "Nuruddin Quill"));
    }
}
