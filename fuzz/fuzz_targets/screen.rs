//! Any name against the starter list and names recombined from its words, so that some words are in many names: the index finds
//! what comparing with every entry finds, no more and no less.
#![no_main]

use std::sync::OnceLock;

use countersign_lists::{InputFile, import};
use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Index, Profile, Query};

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let starter = SourceId::new("starter").expect("a source id");
        let bytes = include_bytes!("../../starter/parties.csv").to_vec();
        let file = InputFile { name: "parties.csv".to_owned(), bytes };
        let mut entities = import(&starter, &[file]).expect("the starter list").entities;
        let words: Vec<String> = entities
            .iter()
            .flat_map(Entity::names)
            .flat_map(|name| name.text.split_whitespace())
            .map(str::to_owned)
            .collect();
        for n in 0..90 {
            let mut entity = Entity {
                id: format!("recombined-{n}"),
                schema: [EntitySchema::Organization, EntitySchema::Person, EntitySchema::Vessel][n % 3],
                source: starter.clone(),
                properties: Default::default(),
                listings: Vec::new(),
            };
            let word = |at: usize| &words[at % words.len()];
            entity.add("name", format!("{} Services {} Marwan", word(n * 13), word(n * 7 + 5)));
            entities.push(entity);
        }
        Index::build(&entities)
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let query = Query::named(text.trim());
    let profile = Profile::default();
    match (index().screen(&query, &profile), index().screen_exhaustively(&query, &profile)) {
        (Ok(found), Ok(all)) => assert_eq!(found, all),
        (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
        (a, b) => panic!("one refuses what the other answers: {a:?} {b:?}"),
    }
});
