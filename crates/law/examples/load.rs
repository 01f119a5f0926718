//! Where the time of loading the packs goes.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::allow_attributes, reason = "an example")]
use cedar_policy::*;
use std::str::FromStr;
use std::time::Instant;
fn main() {
    let files = countersign_law::embedded_files();
    let t = Instant::now();
    let (fragment, _) = SchemaFragment::from_cedarschema_str(&files["schema.cedarschema"]).unwrap();
    let schema = Schema::from_schema_fragments([fragment]).unwrap();
    println!("schema {:?}", t.elapsed());
    let t = Instant::now();
    let sets: Vec<PolicySet> =
        files.iter().filter(|(p, _)| p.ends_with(".cedar")).map(|(_, t)| PolicySet::from_str(t).unwrap()).collect();
    println!("parse {:?}", t.elapsed());
    let t = Instant::now();
    let n: usize = sets.iter().flat_map(|s| s.policies()).map(|p| p.to_json().unwrap().to_string().len()).sum();
    println!("json {:?} {n}", t.elapsed());
    let t = Instant::now();
    let v = Validator::new(schema);
    for s in &sets {
        assert!(v.validate(s, ValidationMode::Strict).validation_passed());
    }
    println!("validate {:?}", t.elapsed());
    let t = Instant::now();
    countersign_law::Law::embedded().unwrap();
    println!("all {:?}", t.elapsed());
}
