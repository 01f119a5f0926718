//! Initials of persons' names in every alphabet and on either side of the surname. Names are invented or public.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

fn score(query: &str, listed: &str) -> f64 {
    let parse = |name| ParsedName::parse(name, NameKind::Person);
    compare(&parse(query), &parse(listed), &DefaultRarity).score
}

#[test]
fn a_surname_with_initials_is_a_possible_match() {
    for (query, listed) in [
        ("Шойгу С.К.", "SHOIGU, Sergei Kuzhugetovich"),
        ("Путин В.В.", "PUTIN, Vladimir Vladimirovich"),
        ("Путин В. В.", "PUTIN, Vladimir Vladimirovich"),
        ("В.В. Путин", "PUTIN, Vladimir Vladimirovich"),
        ("Чемезов С.В.", "CHEMEZOV, Sergei Viktorovich"),
        ("Р.А. Кадыров", "KADYROV, Ramzan Akhmatovich"),
        ("Лукашенко А.Г.", "LUKASHENKO, Alexander Grigoryevich"),
        ("Зеленюк С.С.", "ZELENYUK, Sergey Sergeyevich"),
        ("Putin V.V.", "PUTIN, Vladimir Vladimirovich"),
        ("Mishustin M.V.", "MISHUSTIN, Mikhail Vladimirovich"),
        ("Y. Zherebtsov", "ZHEREBTSOV, Yury"),
        ("Tavrik E.", "Elina Tavrik"),
    ] {
        assert!(score(query, listed) >= 0.7, "{query}: {}", score(query, listed));
    }
}

#[test]
fn other_initials_are_another_name() {
    for query in ["Путин А.А.", "А.А. Путин", "Putin A.A."] {
        assert!(score(query, "PUTIN, Vladimir Vladimirovich") < 0.7, "{query}");
    }
    // a particle stands between words
    assert!(score("Ortega y Tavrik", "Ortega Tavrik") > 0.95);
}
