//! The published lists that are at hand, read by the importers, as one set of entities; and names of companies.

use std::error::Error;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use countersign_lists::{InputFile, import};
use countersign_model::{Entity, EntitySchema, SourceId};

/// Where the lists are.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

/// Sources with the files of one import each, below `data/`. Several editions of one list stand for lists of other
/// publishers that repeat it.
const IMPORTS: [(&str, &[&str]); 12] = [
    ("us_csl", &["us-csl/consolidated_2026-07-31.partial.json.xz"]),
    ("us_csl", &["us-csl/consolidated_2022-04.csv.gz"]),
    (
        "us_ofac_sdn",
        &["us-ofac/2021-07/sdn.csv.gz", "us-ofac/2021-07/alt.csv.gz", "us-ofac/2021-07/add.csv.gz"],
    ),
    (
        "us_ofac_cons",
        &["us-ofac/2025-12/cons_prim.csv", "us-ofac/2025-12/cons_alt.csv", "us-ofac/2025-12/cons_add.csv"],
    ),
    ("un_sc", &["un/consolidated_2024-10-16.xml.gz"]),
    ("un_sc", &["un/consolidated_2026-02-27.xml.gz"]),
    ("uk_ofsi", &["uk/ConList_2020-04-27.csv.gz"]),
    ("jp_eul", &["jp-cn/jp_entities_2026-07.json"]),
    ("us_bis_dpl", &["us-bis/dpl.txt"]),
    ("ftm:zala", &["opensanctions/zala_entities.ftm.json"]),
    ("ftm:t1", &["opensanctions/t1_entities.ftm.json"]),
    ("eu_fsf", &["eu/fsf_sample_2020-04-15.xml"]),
];

/// Every entity of every list that can be read, with ids that tell editions apart, and what could not be read.
pub(crate) fn entities() -> Result<(Vec<Entity>, Vec<String>), Box<dyn Error>> {
    let mut all = Vec::new();
    let mut left = Vec::new();
    for (n, (source, files)) in IMPORTS.iter().enumerate() {
        let read = |file: &&str| -> std::io::Result<InputFile> {
            let path = shared().join("data").join(file);
            let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(InputFile { name, bytes: std::fs::read(path)? })
        };
        let files: Vec<InputFile> = files.iter().map(read).collect::<Result<_, _>>()?;
        match SourceId::new(source)
            .map_err(|e| e.to_string())
            .and_then(|id| import(&id, &files).map_err(|e| e.to_string()))
        {
            Ok(done) => all.extend(done.entities.into_iter().map(|mut entity| {
                entity.id = format!("{n}:{}", entity.id);
                entity
            })),
            Err(error) => left.push(format!("{source}: {error}")),
        }
    }
    // the newer SDN list without its aliases, which is not a whole set for the importer
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(shared().join("data/us-ofac/2023-01/sdn.csv.gz"))?)
        .read_to_string(&mut text)?;
    for row in csv::Reader::from_reader(text.as_bytes()).records().filter_map(Result::ok) {
        let (Some(id), Some(name), Some(kind)) = (row.get(0), row.get(1), row.get(2)) else { continue };
        let schema = match kind.trim() {
            "individual" => EntitySchema::Person,
            "vessel" => EntitySchema::Vessel,
            "aircraft" => EntitySchema::Airplane,
            _ => EntitySchema::Organization,
        };
        all.push(bare(format!("2023:{id}"), schema, name)?);
    }
    Ok((all, left))
}

/// An entity with a name alone.
pub(crate) fn bare(id: String, schema: EntitySchema, name: &str) -> Result<Entity, Box<dyn Error>> {
    let mut entity = Entity {
        id,
        schema,
        source: SourceId::new("bench")?,
        properties: std::collections::BTreeMap::new(),
        listings: Vec::new(),
    };
    entity.add("name", name);
    Ok(entity)
}

/// The names of companies of the LEI register.
pub(crate) fn company_names() -> Result<Vec<String>, Box<dyn Error>> {
    let packed = std::fs::read(shared().join("data/reference/lei_company_names_2025-10.csv.xz"))?;
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut packed.as_slice(), &mut text)?;
    let mut names = Vec::new();
    for row in csv::Reader::from_reader(text.as_slice()).records() {
        if let Some(name) = row?.get(1) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// A generator of numbers that is the same everywhere (SplitMix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// The next number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }
}

/// `count` names, each the first half of one company's name and the second half of another's.
pub(crate) fn recombined(names: &[String], count: usize, seed: u64) -> Vec<String> {
    let mut seeded = Seeded(seed);
    let split: Vec<Vec<&str>> = names.iter().map(|n| n.split_whitespace().collect()).collect();
    (0..count)
        .map(|_| {
            let (Some(head), Some(tail)) =
                (split.get(seeded.below(split.len())), split.get(seeded.below(split.len())))
            else {
                return String::new();
            };
            let first = head.get(..head.len().div_ceil(2)).unwrap_or_default();
            let second = tail.get(tail.len() / 2..).unwrap_or_default();
            first.iter().chain(second).copied().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// A name with one or two of the mistakes that people make.
pub(crate) fn mistaken(name: &str, seeded: &mut Seeded) -> String {
    let mut out: Vec<char> = name.chars().collect();
    match seeded.below(5) {
        0 => {
            let mut words: Vec<&str> = name.split_whitespace().collect();
            let at = seeded.below(words.len());
            words.rotate_left(at);
            return words.join(" ");
        }
        1 => {
            let words: Vec<&str> = name.split_whitespace().collect();
            let without = seeded.below(words.len());
            let rest: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != without || words.len() < 2)
                .map(|(_, w)| *w)
                .collect();
            return rest.join(" ");
        }
        2 if out.len() > 2 => {
            let at = seeded.below(out.len() - 1);
            out.swap(at, at + 1);
        }
        3 if out.len() > 4 => {
            out.remove(seeded.below(out.len()));
        }
        _ => {
            let at = seeded.below(out.len() + 1);
            out.insert(at, char::from(b'a' + seeded.below(26) as u8));
        }
    }
    out.into_iter().collect()
}
