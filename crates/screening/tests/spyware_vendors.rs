//! The names for which the project exists: facts of public US lists, entities written by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers may panic")]

use countersign_model::{CountryCode, Entity, EntitySchema, ListCode, Listing, NameQuality, Scope, SourceId};
use countersign_screening::{
    Fact, Gender, Hit, Identifier, Index, IndexBuilder, Profile, Query, ScreenError, Screening, WeakAliases,
};

fn entity(id: &str, schema: EntitySchema, name: &str, aliases: &[&str], country: &str) -> Entity {
    let mut entity = Entity {
        id: id.to_owned(),
        schema,
        source: SourceId::new("starter").unwrap(),
        properties: Default::default(),
        listings: vec![Listing {
            list: ListCode::El,
            from: None,
            listed: None,
            to: None,
            id: Some(id.to_owned()),
            name: Some(name.to_owned()),
            programmes: Vec::new(),
            instrument: None,
            scope: Scope::AllItems,
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: None,
        }],
    };
    entity.add("name", name);
    for alias in aliases {
        entity.add("alias", alias);
    }
    entity.add("country", country);
    entity
}

fn vendors() -> Vec<Entity> {
    use EntitySchema::{Company, Person};
    let mut zelenyuk =
        entity("zelenyuk", Person, "ZELENYUK, Sergey Sergeyevich", &["ZELENYUK, Sergei Sergeevich"], "ru");
    zelenyuk.add("weakAlias", "mortenoir");
    zelenyuk.add("birthDate", "1990-05-17");
    zelenyuk.add("gender", "male");
    let mut dilian = entity("dilian", Person, "DILIAN, Tal Jonathan", &["MENASHE, Tal Yonatan"], "ch");
    dilian.add("passportNumber", "AB 123.456-7");
    vec![
        entity("nso", Company, "NSO Group", &[], "il"),
        entity(
            "candiru",
            Company,
            "Candiru",
            &[
                "Candiru Ltd.",
                "DF Associates Ltd.",
                "Grindavik Solutions Ltd.",
                "Taveta Ltd.",
                "Saito Tech Ltd.",
                "Greenwick Solutions",
                "Tabatha Ltd.",
            ],
            "il",
        ),
        entity("positive", Company, "Positive Technologies", &[], "ru"),
        entity(
            "ao-positive",
            Company,
            "Aktsionernoe Obshchestvo Pozitiv Teknolodzhiz",
            &["JSC Positive Technologies", "Pozitiv Teknolodzhiz, AO"],
            "ru",
        ),
        entity("coseinc", Company, "Computer Security Initiative Consultancy PTE. LTD.", &["COSEINC"], "sg"),
        entity("intellexa-sa", Company, "Intellexa S.A.", &["Intellexa Anonymi Etaireia"], "gr"),
        entity("intellexa-ltd", Company, "Intellexa Limited", &["Intellexa Ltd"], "ie"),
        entity("cytrox", Company, "Cytrox AD", &["Sytrox"], "mk"),
        entity(
            "cytrox-holdings",
            Company,
            "Cytrox Holdings Zrt",
            &["Cytrox Holdings Zartkoruen Mukodo Reszvenytarsasag"],
            "hu",
        ),
        entity("hikvision", Company, "Hangzhou Hikvision Digital Technology Co., Ltd.", &["Hikvision"], "cn"),
        entity("dahua", Company, "Dahua Technology", &[], "cn"),
        entity("opzero", Company, "MATRIX LLC", &["OPERATION ZERO", "OPZERO", "LLC MATRITSA"], "ru"),
        zelenyuk,
        dilian,
        entity("hamou", Person, "HAMOU, Sara Aleksandra Fayssal", &["HAMOU-HEMSI, Sara"], "cy"),
        entity("karaoli", Person, "KARAOLI, Panagiota", &[], "cy"),
    ]
}

fn screen(query: &Query) -> Screening {
    Index::build(&vendors()).screen(query, &Profile::default()).unwrap()
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|h| h.entity.as_str()).collect()
}

#[track_caller]
fn finds(name: &str, expected: &[&str]) {
    let result = screen(&Query::named(name));
    for id in expected {
        let near = result.near_misses.first().map(|hit| hit.line.as_str());
        assert!(
            ids(&result.hits).contains(id),
            "`{name}` does not find {id}: {:?}, {near:?}",
            ids(&result.hits)
        );
    }
}

#[track_caller]
fn finds_nothing(name: &str) {
    let result = screen(&Query::named(name));
    assert!(result.hits.is_empty(), "`{name}`: {}", result.hits[0].line);
}

#[test]
fn listed_vendors_are_found_under_the_names_they_go_by() {
    for name in
        ["NSO", "nso group", "N.S.O. Group Technologies Ltd", "NSO Group Technologies", "NS\u{41e} Group"]
    {
        finds(name, &["nso"]);
    }
    for name in ["Candiru Ltd.", "CANDIRU", "Saito Tech", "Saito Technologies Ltd", "Grindavik Solutions"] {
        finds(name, &["candiru"]);
    }
    finds("Позитив Текнолоджиз", &["positive", "ao-positive"]);
    finds("Акционерное общество «Позитив Текнолоджиз»", &["positive", "ao-positive"]);
    finds("Positive Technologies JSC", &["positive", "ao-positive"]);
    finds("Intellexa", &["intellexa-sa", "intellexa-ltd"]);
    finds("Cytrox", &["cytrox", "cytrox-holdings"]);
    finds("Computer Security Initiative Consultancy", &["coseinc"]);
    finds("Zhejiang Dahua Technology Co., Ltd.", &["dahua"]);
    finds("Tal Dilian", &["dilian"]);
    finds("Сергей Сергеевич Зеленюк", &["zelenyuk"]);
    finds("Παναγιώτα Καραολή", &["karaoli"]);
    finds("Matritsa", &["opzero"]);
}

#[test]
fn a_country_in_the_name_is_no_other_body_if_the_listed_one_is_of_it() {
    finds("NSO Group Israel", &["nso"]);
    finds("Candiru (Israel) Ltd", &["candiru"]);
    finds("Intellexa Greece", &["intellexa-sa"]);
    let found = screen(&Query::named("Candiru Israel"));
    assert!(found.hits[0].line.contains("own country israel ignored"), "{}", found.hits[0].line);
    // behind a coined word a country elsewhere is mostly a subsidiary of that house: a person has to look
    for (name, listed) in [("Candiru Chile", "candiru"), ("Candiru Deutschland GmbH", "candiru")] {
        finds(name, &[listed]);
        assert!(screen(&Query::named(name)).hits[0].score < 0.75);
    }
}

#[test]
fn a_number_typed_as_a_name_is_looked_up_as_one() {
    let mut ship = vendors().remove(0);
    ship.id = "ship".to_owned();
    ship.add("imoNumber", "9187629");
    ship.add("publicKey", "149w62rY42aZBox8fGcmqNsXUzSStKeq8C");
    ship.add("swiftBic", "HAVIGB2L");
    let index = Index::build(&[ship]);
    let ask = |query: &Query| index.screen(query, &Profile::default()).unwrap().hits.len();
    for number in ["9187629", "IMO 9187629", "149w62rY42aZBox8fGcmqNsXUzSStKeq8C"] {
        assert_eq!(ask(&Query::named(number)), 1, "{number}");
    }
    // capitals tell wallets apart
    assert_eq!(ask(&Query::named("149W62RY42AZBOX8FGCMQNSXUZSSTKEQ8C")), 0);
    let bank = Identifier { property: Some("swiftBic".to_owned()), value: "HAVIGB2LXXX".to_owned() };
    assert_eq!(ask(&Query { identifiers: vec![bank], ..Query::named("Quillfeather") }), 1);
}

#[test]
fn a_name_in_two_scripts_or_with_an_alias_is_asked_in_parts() {
    for name in [
        "Sergey Zelenyuk (Сергей Зеленюк)",
        "Сергей Зеленюк / Sergey Zelenyuk",
        "Nobody Quillfeather aka Sergey Zelenyuk",
        "Зеленюк С.С.",
        "Зеленюк С.С. (Zelenyuk S.S.)",
    ] {
        finds(name, &["zelenyuk"]);
    }
    for name in ["海康威视 (Hikvision)", "Hikvision 海康威视", "海康威视Hikvision"] {
        finds(name, &["hikvision"]);
    }
    finds("ООО «Позитив Текнолоджиз» (Positive Technologies LLC)", &["positive", "ao-positive"]);
    // the hit names the part that was compared
    let found = screen(&Query::named("Sergey Zelenyuk (Сергей Зеленюк)"));
    assert!(found.hits[0].name.asked.starts_with("Sergey Zelenyuk"), "{}", found.hits[0].name.asked);
    finds_nothing("Candour Holdings (Кандор Холдингс)");
}

#[test]
fn an_address_of_mail_is_looked_up_as_one() {
    let mut house = vendors().remove(0);
    house.add("email", "Contact@Quillfeather.example");
    let index = Index::build(&[house]);
    let ask = |name: &str| index.screen(&Query::named(name), &Profile::default()).unwrap().hits;
    // the case of an address tells nobody apart, and neither does what stands around it
    for written in ["contact@quillfeather.example", " CONTACT@QUILLFEATHER.EXAMPLE "] {
        let hits = ask(written);
        assert_eq!(ids(&hits), ["nso"], "{written}");
        assert_eq!(hits[0].score, 1.0);
        assert_eq!(hits[0].adjustments[0].fact, Fact::Identifier);
        assert!(hits[0].line.contains("Contact@Quillfeather.example"), "{}", hits[0].line);
    }
    for other in ["sales@quillfeather.example", "contact@quillfeather.test", "contact@quillfeather"] {
        assert!(ask(other).is_empty(), "{other}");
    }
}

#[test]
fn the_mark_of_an_aircraft_is_looked_up_as_one() {
    let mut aircraft = vendors().remove(0);
    aircraft.id = "aircraft".to_owned();
    aircraft.schema = EntitySchema::Airplane;
    aircraft.add("registrationNumber", "EP-GOM");
    // a number of five letters agrees by chance, so that another kind of number is none
    let mut ship = vendors().remove(0);
    ship.id = "ship".to_owned();
    ship.schema = EntitySchema::Vessel;
    ship.add("callSign", "EPGOM");
    let index = Index::build(&[aircraft, ship]);
    let ask = |query: &Query| index.screen(query, &Profile::default()).unwrap().hits;
    let hits = ask(&Query::named("EP-GOM"));
    assert_eq!(ids(&hits), ["aircraft"]);
    assert_eq!(hits[0].score, 1.0);
    assert!(hits[0].line.contains("EP-GOM"), "{}", hits[0].line);
    let other_kind = Query { schema: Some(EntitySchema::Vessel), ..Query::named("EP-GOM") };
    assert!(ask(&other_kind).is_empty());
    for other in ["EP-GOA", "ep-gom", "Quillfeather EP-GOA"] {
        assert!(ask(&Query::named(other)).is_empty(), "{other}");
    }
    assert_eq!(ids(&ask(&Query::named("Quillfeather EP-GOM"))), ["aircraft"]);
    let mark = Identifier { property: Some("registrationNumber".to_owned()), value: "ep gom".to_owned() };
    assert_eq!(ids(&ask(&Query { identifiers: vec![mark], ..Query::named("Quillfeather") })), ["aircraft"]);
}

#[test]
fn a_country_of_an_address_hides_nobody() {
    let person = |property: &str| {
        let mut entity = vendors().remove(0);
        entity.schema = EntitySchema::Person;
        entity.properties = Default::default();
        entity.add("name", "DILIAN, Tal Jonathan");
        entity.add(property, "ch");
        Index::build(&[entity])
    };
    let query = Query { countries: vec![CountryCode::new("GR").unwrap()], ..Query::named("Tal Dilian") };
    let score = |property: &str| {
        person(property).screen(&query, &Profile::with_threshold(0.5)).unwrap().hits[0].score
    };
    assert!(score("country") >= 0.7 && score("country") >= score("nationality"));
}

#[test]
fn one_word_of_a_person_that_finds_nobody_says_why() {
    let notes = screen(&Query::named("Quillfeather")).notes;
    assert!(notes.iter().any(|n| n.contains("given name and surname")), "{notes:?}");
    assert!(screen(&Query::named("Candiru")).notes.is_empty());
}

#[test]
fn a_surname_alone_shows_who_bears_it_as_near_misses() {
    for name in ["Zelenyuk", "ZELENYUK", "Зеленюк", "Dilian"] {
        let found = screen(&Query::named(name));
        assert!(found.hits.is_empty(), "{name}: {:?}", ids(&found.hits));
        let near =
            found.near_misses.iter().find(|h| h.kept_below[0] == "one word of the name was asked").unwrap();
        assert!(["zelenyuk", "dilian"].contains(&near.entity.as_str()) && near.near_miss && near.score < 0.7);
        assert!(found.notes[0].contains("of 1 listed parties"), "{:?}", found.notes);
    }
    let bulk = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
    let index = Index::build(&vendors());
    assert!(index.screen(&Query::named("Zelenyuk"), &bulk).unwrap().near_misses.is_empty());
    // a body is not asked by the surname of a person
    let body = Query { schema: Some(EntitySchema::Company), ..Query::named("Zelenyuk") };
    assert!(screen(&body).near_misses.is_empty());
}

#[test]
fn a_word_that_many_bear_is_counted() {
    let people: Vec<Entity> = (0..200)
        .map(|n| {
            entity(&format!("p{n}"), EntitySchema::Person, &format!("Quillfeather, Bearer {n}x"), &[], "gb")
        })
        .collect();
    let index = Index::build(&people);
    let found = index.screen(&Query::named("Quillfeather"), &Profile::default()).unwrap();
    assert!(found.near_misses.is_empty());
    assert!(
        found.notes[0].contains("200 listed parties") && found.notes[0].contains("too many"),
        "{:?}",
        found.notes
    );
    assert_eq!(found, index.screen_exhaustively(&Query::named("Quillfeather"), &Profile::default()).unwrap());
}

#[test]
fn near_names_are_not_hits() {
    for name in
        ["NASO Group", "Candor Ltd", "NSA Group", "Positive Vibrations", "Sara Hamilton", "Technologies Ltd"]
    {
        finds_nothing(name);
    }
    let candorus = screen(&Query::named("Candorus Ltd"));
    assert_eq!(ids(&candorus.near_misses), ["candiru"]);
    let near = &candorus.near_misses[0];
    assert!(
        near.near_miss && near.kept_below == ["`candorus` is only 0.69 like `candiru`"],
        "{:?}",
        near.kept_below
    );
}

#[test]
fn a_hit_explains_itself() {
    let result = screen(&Query::named("Saito Tech"));
    let hit = &result.hits[0];
    assert_eq!(
        hit.line,
        "matched `Saito Tech Ltd.` (alias): saito = saito, tech = tech, form ltd ignored; score 1.00"
    );
    assert_eq!(hit.caption, "Candiru");
    assert_eq!(hit.name.quality, NameQuality::Alias);
    assert_eq!(hit.listings[0].list, ListCode::El);
    assert_eq!(result.compared_entities, vendors().len());
}

#[test]
fn the_json_shape_of_a_hit_is_stable() {
    let query = Query { countries: vec![CountryCode::new("US").unwrap()], ..Query::named("Dahua") };
    let result = screen(&query);
    let expected = serde_json::json!({
        "hits": [{
            "entity": "dahua", "source": "starter", "caption": "Dahua Technology", "schema": "Company",
            "score": 0.7833, "name_score": 0.8333, "near_miss": false,
            "name": {"asked": "Dahua", "listed": "Dahua Technology", "quality": "primary", "weak": false},
            "comparison": {
                "score": 0.8333,
                "parts": [{
                    "query": ["dahua"], "listed": ["dahua"], "how": "exact", "similarity": 1.0, "weight": 1.0
                }],
                "unmatched_query": [], "unmatched_listed": ["technology"], "ignored": [],
                "swapped": false, "truncated": false
            },
            "adjustments": [
                {"fact": "country", "asked": "us", "listed": "cn", "agrees": false, "effect": -0.05}
            ],
            "kept_below": [],
            "listings": [{"list": "EL", "id": "dahua", "name": "Dahua Technology", "scope": "all_items"}],
            "line": "matched `Dahua Technology` (name): dahua = dahua, only listed: technology; score 0.83; \
                     country differs (us / cn) -0.05; 0.78 in all"
        }],
        "near_misses": [], "more_near_misses": 0, "compared_entities": vendors().len(), "notes": []
    });
    assert_eq!(serde_json::to_value(&result).unwrap(), expected);
}

#[test]
fn facts_besides_the_name_speak_and_are_told() {
    let base = Query::named("Sergey Zelenyuk");
    let plain = screen(&base).hits[0].score;
    let with = |query: Query| screen(&query).hits.first().map(|h| (h.score, h.adjustments.clone())).unwrap();
    let born = |date: &str| Query { birth_date: Some(date.parse().unwrap()), ..base.clone() };
    let (agrees, why) = with(born("1990-05-17"));
    assert!(agrees > plain && why[0].fact == Fact::BirthDate && why[0].agrees);
    let (differs, why) = with(born("1990-05-18"));
    assert!(differs < plain && !why[0].agrees);
    let (woman, why) = with(Query { gender: Some(Gender::Female), ..base.clone() });
    assert!(woman < plain && why[0].fact == Fact::Gender);
    // what is not known changes nothing
    let karaoli = Query { birth_date: Some("1970".parse().unwrap()), ..Query::named("Panagiota Karaoli") };
    assert_eq!(screen(&karaoli).hits[0].adjustments, []);
}

#[test]
fn an_equal_identifier_decides_whatever_the_name() {
    let identifier = Identifier { property: None, value: "ab1234567".to_owned() };
    let query = Query { identifiers: vec![identifier], ..Query::named("Someone Else") };
    let result = screen(&query);
    assert_eq!(ids(&result.hits), ["dilian"]);
    assert!(
        (result.hits[0].score - 1.0).abs() < 1e-9 && result.hits[0].adjustments[0].fact == Fact::Identifier
    );
    let other = Identifier { property: None, value: "ab1234568".to_owned() };
    assert!(screen(&Query { identifiers: vec![other], ..Query::named("Someone Else") }).hits.is_empty());
}

#[test]
fn an_entity_without_a_usable_name_is_found_by_its_number_and_told_as_a_warning() {
    let mut nameless = entity("wallet", EntitySchema::Asset, "***", &[], "ru");
    nameless.add("publicKey", "bc1qexampleexample");
    let index = Index::build(&[nameless]);
    assert_eq!(index.warnings().len(), 2, "{:?}", index.warnings());
    let identifier = Identifier { property: None, value: "bc1qexampleexample".to_owned() };
    let query = Query { identifiers: vec![identifier], ..Query::named("Someone") };
    assert_eq!(ids(&index.screen(&query, &Profile::default()).unwrap().hits), ["wallet"]);
}

#[test]
fn weak_aliases_are_screened_and_marked() {
    let index = Index::build(&vendors());
    let query = Query::named("Mortenoire");
    let hits = index.screen(&query, &Profile::default()).unwrap().hits;
    assert!(hits[0].name.weak && hits[0].line.contains("(weak alias)"));
    let strict = Profile { weak_aliases: WeakAliases::ExactOnly, ..Profile::default() };
    assert!(index.screen(&query, &strict).unwrap().hits.is_empty());
    assert_eq!(index.screen(&Query::named("mortenoir"), &strict).unwrap().hits.len(), 1);
}

#[test]
fn a_kind_that_cannot_be_is_not_compared() {
    let person = Query { schema: Some(EntitySchema::Person), ..Query::named("Candiru") };
    let result = screen(&person);
    assert!(result.hits.is_empty());
    assert_eq!(result.compared_entities, 4);
    let open = Query { schema: Some(EntitySchema::LegalEntity), ..Query::named("Candiru") };
    assert_eq!(ids(&screen(&open).hits), ["candiru"]);
}

#[test]
fn questions_without_an_answer_are_errors() {
    let index = Index::build(&vendors());
    let ask = |name: &str, threshold| index.screen(&Query::named(name), &Profile::with_threshold(threshold));
    assert_eq!(ask("  - ", 0.7), Err(ScreenError::NoName("  - ".to_owned())));
    assert_eq!(ask("NSO", 0.0), Err(ScreenError::Threshold(0.0)));
    assert!(matches!(ask("NSO", f64::NAN), Err(ScreenError::Threshold(_))));
    let blank = Identifier { property: None, value: "--".to_owned() };
    let query = Query { identifiers: vec![blank], ..Query::named("NSO") };
    assert_eq!(index.screen(&query, &Profile::default()), Err(ScreenError::Identifier("--".to_owned())));
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = IndexBuilder::new().finish();
    assert!(index.is_empty());
    let result = index.screen(&Query::named("NSO"), &Profile::default()).unwrap();
    assert!(result.hits.is_empty() && result.compared_entities == 0);
}

#[test]
fn several_names_of_the_query_count_and_the_best_is_told() {
    let query = Query { other_names: vec!["Saito Tech".to_owned()], ..Query::named("Unrelated Widgets") };
    let result = screen(&query);
    assert_eq!(ids(&result.hits), ["candiru"]);
    assert_eq!(result.hits[0].name.asked, "Saito Tech");
}
