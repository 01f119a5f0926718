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

#[test]
fn several_latin_letters_stand_for_one_cyrillic_letter() {
    // ICAO 9303 and GOST R 52535.1 write Ю as IU, BGN/PCGN as YU, German and Scandinavian usage as JU
    for (query, listed) in [
        ("Yu. Zherebtsov", "ZHEREBTSOV, Yury"),
        ("Yu. A. Zherebtsov", "ZHEREBTSOV, Yury Alekseevich"),
        ("Zherebtsov Yu.A.", "ZHEREBTSOV, Yury Alekseevich"),
        ("ZHEREBTSOV YU.A.", "Zherebtsov, Yury Alekseevich"),
        ("Ju. Zherebtsov", "ZHEREBTSOV, Yury"),
        ("Iu. Zherebtsov", "ZHEREBTSOV, Yury"),
        ("Ю. Жеребцов", "ZHEREBTSOV, Yury"),
        ("Yu. Zherebtsov", "Жеребцов Юрий"),
        ("Y. Zherebtsov", "Жеребцов Юрий"),
        ("Y. Zherebtsov", "Yu. Zherebtsov"),
        ("Ya. Quillov", "Yakov Quillov"),
        ("Ja. Quillov", "Yakov Quillov"),
        ("Sh. Tavrikov", "Shamil Tavrikov"),
        ("Zh. Tavrikova", "Zhanna Tavrikova"),
        ("Kh. Tavrikov", "Khamzat Tavrikov"),
        ("Ts. Tavrikdorj", "Tserendorj Tavrikdorj"),
        ("Ch. Tavrikov", "Chingiz Tavrikov"),
        ("E. Tavrikov", "Yevgeny Tavrikov"),
        ("Ye. Tavrikov", "Evgeny Tavrikov"),
        ("Tavrikov E.V.", "TAVRIKOV, Yevgeny Viktorovich"),
        ("Tavrikov Ye.V.", "TAVRIKOV, Evgeny Viktorovich"),
        ("Е. Тавриков", "Yevgeny Tavrikov"),
        ("Shch. Tavrikov", "Щукарь Тавриков"),
        ("Tavrikov Sh.Kh.", "TAVRIKOV, Shamil Khasanovich"),
    ] {
        assert!(score(query, listed) >= 0.7, "{query} / {listed}: {}", score(query, listed));
    }
}

#[test]
fn an_initial_of_several_letters_is_no_other_name() {
    let unrelated = score("Q. Tavrikov", "Sergei Tavrikov");
    for (query, listed) in [
        ("Sh. Tavrikov", "Sergei Tavrikov"),
        ("Yu. Tavrikov", "Yaroslav Tavrikov"),
        ("Ts. Tavrikov", "Timur Tavrikov"),
        ("E. Tavrikov", "Yury Tavrikov"),
    ] {
        assert_eq!(score(query, listed), unrelated, "{query} / {listed}");
    }
    // a word of two letters without a full stop is a name
    assert!(score("Yu Tavrikov", "Yury Tavrikov") < score("Yu. Tavrikov", "Yury Tavrikov"));
}
