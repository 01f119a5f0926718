//! Names that are written otherwise than lists have them, and names that only look so.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

fn score(kind: NameKind, asked: &str, listed: &str) -> f64 {
    compare(&ParsedName::parse(asked, kind), &ParsedName::parse(listed, kind), &DefaultRarity).score
}

fn same(kind: NameKind, pairs: &[(&str, &str)]) {
    for (asked, listed) in pairs {
        let score = score(kind, asked, listed);
        assert!(score >= 0.7, "{asked} | {listed}: {score}");
    }
}

fn others(kind: NameKind, pairs: &[(&str, &str)]) {
    for (asked, listed) in pairs {
        let score = score(kind, asked, listed);
        assert!(score < 0.7, "{asked} | {listed}: {score}");
    }
}

#[test]
fn chinese_names_in_other_latin_spellings_are_found() {
    same(
        NameKind::Person,
        &[
            ("Chiang Ching-kuo", "JIANG, Jingguo"),
            ("Teng Hsiao-p'ing", "Deng Xiaoping"),
            ("Mao Tse-tung", "MAO, Zedong"),
            ("Maozedong", "MAO, Zedong"),
            ("Dengxiaoping", "DENG, Xiaoping"),
            ("Jason Zedong Mao", "MAO, Zedong"),
        ],
    );
}

#[test]
fn syllables_are_not_alike_by_their_first_vowel() {
    others(
        NameKind::Person,
        &[("Wang Hao", "Wang Hai"), ("Chen Bai", "Chen Bao"), ("David Wei Li", "Li, Wei")],
    );
    same(NameKind::Person, &[("Kim Jung Un", "Kim Jong Un"), ("Park Yong Soo", "Park Young Su")]);
}

#[test]
fn two_characters_in_another_reading_say_less() {
    let spelled = score(NameKind::Person, "朴正", "Park Jeong");
    assert!((0.7..0.85).contains(&spelled), "{spelled}");
    assert!(score(NameKind::Person, "蔡英文", "Tsai Ying-wen") > 0.9);
}

#[test]
fn two_of_three_korean_syllables_are_a_near_miss() {
    let near = score(NameKind::Person, "Kim Jong", "Kim Jong Un");
    assert!((0.55..0.7).contains(&near), "{near}");
    // many Chinese names have two
    assert!(score(NameKind::Person, "Wang Jun", "Wang Jun Hao") < near);
}

#[test]
fn a_slip_in_a_long_form_of_organisation_hides_nobody() {
    same(
        NameKind::Organization,
        &[
            ("LIMITED LIABlLITY COMPANY QUILLFEATHER", "Limited Liability Company Quillfeather"),
            ("OPEN JOINT 5TOCK COMPANY QUILLFEATHER", "OJSC Quillfeather"),
            ("Quillfeather, Sociedad Anonlma", "QUILLFEATHER S.A."),
            ("Quill Linited", "Quill Ltd"),
        ],
    );
    // another short word is another name
    others(NameKind::Organization, &[("Quill United", "Quill")]);
}

#[test]
fn names_of_bodies_without_blanks_are_found() {
    same(
        NameKind::Organization,
        &[
            ("BLUEQUILLHOTELMANAGEMENTGROUP", "Blue Quill Hotel Management Group Company Limited"),
            ("BANKOFINDUSTRYANDQUILLS", "Bank of Industry and Quills"),
            ("LIMITEDLIABILITYCOMPANYQUILLFEATHER", "Limited Liability Company Quillfeather"),
        ],
    );
}

#[test]
fn bodies_of_states_are_found_in_the_languages_of_their_neighbours() {
    same(
        NameKind::Organization,
        &[
            ("Минобороны России", "Ministry of Defence of the Russian Federation"),
            ("Corps des Gardiens de la Révolution Islamique", "Islamic Revolutionary Guard Corps"),
            ("Корпус стражей исламской революции", "Islamic Revolutionary Guard Corps"),
            ("Nationale Iranische Ölgesellschaft", "National Iranian Oil Company"),
        ],
    );
}

#[test]
fn a_place_beside_general_words_is_another_body() {
    others(
        NameKind::Organization,
        &[
            ("Kuwait Commercial Bank", "Tejarat Bank"),
            ("African Development Bank", "Bank for Development"),
            ("Saudi National Bank", "National Bank"),
            ("Kenya Police Cooperative", "ПАО «Полюс»"),
        ],
    );
    same(NameKind::Organization, &[("Commercial Bank", "Tejarat Bank"), ("Bank Tejarat", "Tejarat Bank")]);
}

#[test]
fn one_word_with_slips_is_no_evidence_alone() {
    others(
        NameKind::Organization,
        &[("Oasis Trading GmbH", "OSIS"), ("Water Company", "VAZIR"), ("Thales", "Taleon")],
    );
    same(
        NameKind::Organization,
        &[("Candlru", "Candiru"), ("Hikvison", "Hikvision"), ("Quilfeather Trading", "Quillfeather Trading")],
    );
}

#[test]
fn initials_of_both_given_names_and_a_rare_surname_are_found() {
    for asked in ["E.D. Mnangagwa", "E. D. Mnangagwa", "Mnangagwa E.D."] {
        same(NameKind::Person, &[(asked, "MNANGAGWA, Emmerson Dambudzo")]);
    }
}

#[test]
fn names_of_foreigners_are_read_as_their_neighbours_write_them() {
    same(
        NameKind::Person,
        &[
            ("Sergueï Choïgou", "SHOIGU, Sergei"),
            ("Nikolaï Patrouchev", "PATRUSHEV, Nikolay"),
            ("Ким Чен Ын", "KIM, Jong Un"),
            ("Чхве Рён Хэ", "CHOE, Ryong Hae"),
        ],
    );
    others(NameKind::Person, &[("Ким Чен Ир", "KIM, Jong Un"), ("Ли Иванова", "Ri, Ivan")]);
}

#[test]
fn greek_vowels_that_are_parted_are_two_sounds() {
    same(
        NameKind::Person,
        &[("Σεργκέι Ιβανόφ", "Sergei Ivanov"), ("Μιχαήλ Γκορμπατσόφ", "Mikhail Gorbachov")],
    );
}
