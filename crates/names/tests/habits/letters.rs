//! Slips: letters that differ, and names that only seem alike.

use countersign_names::NameKind::{Organization, Person};

use crate::{THRESHOLD, compared, different, found};

#[test]
fn short_names_allow_no_edit_and_longer_ones_few() {
    different(
        Organization,
        &[
            ("NASO Group", "NSO Group"),
            ("NSA Group", "NSO Group"),
            ("Candor Ltd", "Candiru Ltd"),
            ("BD p.l.c.", "BP p.l.c."),
            ("Cytex AD", "Cytrox AD"),
        ],
    );
    found(Organization, &[("Candirru Ltd", "Candiru Ltd."), ("Thalestris", "Thalestriss Limited")]);
}

#[test]
fn letters_in_another_order_are_a_slip_where_the_ends_stay() {
    found(
        Person,
        &[("Oscar Quilflaether", "Oscar Quillfeather"), ("Oscar Qiulfleather", "Oscar Quillfeather")],
    );
    different(Person, &[("Oscar Rehtaefllauq", "Oscar Quallfeather"), ("Oscar Lasper", "Oscar Parsel")]);
}

#[test]
fn near_names_that_are_others() {
    different(
        Person,
        &[
            ("John Smith", "Joan Smith"),
            ("Владимир Иванов", "Vladimir Ivankov"),
            ("Дмитрий Захаров", "Dmitry Zakharkov"),
        ],
    );
    // three names that are all the same are worth a look, and it says why
    for (one, other) in
        [("Ali Hassan Quillfeather", "Hassan Ali Quillfeather"), ("Kim Jong Un", "Kim Un Jong")]
    {
        let swapped = compared(Person, one, other);
        assert!(swapped.swapped && swapped.score >= THRESHOLD && swapped.score < 0.75, "{}", swapped.line());
    }
}

#[test]
fn a_syllable_a_letter_off_is_a_slip_in_letters_alone() {
    let score = |query: &str, listed: &str| compared(Person, query, listed).score;
    assert!(score("Ko Tae Un", "Ko Tae Hun") > score("Ko Tae Chol", "Ko Tae Chun"));
    // who writes syllables in their own script mistypes no letter
    assert!(score("고태운", "Ko Tae Hun") < score("Ko Tae Un", "Ko Tae Hun"));
    different(Person, &[("김경수", "Kim Young Su"), ("李建平", "Li Jin Ping")]);
}

#[test]
fn what_agrees_only_nearly_and_in_another_order_agrees_less() {
    let score = |query: &str| compared(Person, query, "Brzezinsky Quillfether").score;
    assert!(score("Quillfeather Brzezinski") < score("Brzezinski Quillfeather") - 0.05);
    found(
        Person,
        &[("Quillfeather Brzezinski", "BRZEZINSKI, Quillfeather"), ("Orban Viktor", "Viktor Orban")],
    );
}
