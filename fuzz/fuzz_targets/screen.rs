//! Any name against the starter list: the index finds what comparing with every entry finds, no more and no less.
#![no_main]

use std::sync::OnceLock;

use countersign_lists::import;
use countersign_model::SourceId;
use countersign_screening::{Index, Profile, Query};

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let starter = SourceId::new("starter").expect("a source id");
        Index::build(&import(&starter, &[]).expect("the starter list").entities)
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
