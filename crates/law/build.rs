//! The packs are embedded as they lie in the tree: rebuild when one of them changes.
fn main() {
    println!("cargo:rerun-if-changed=../../law");
}
