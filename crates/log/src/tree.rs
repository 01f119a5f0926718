//! Hashes over ranges of the tree (RFC 6962 section 2.1), from whatever gives the hashes of complete subtrees.

use countersign_model::Digest;
use countersign_verify::{empty_root, node_hash};

/// The root over hashes whose number is a power of two. (Over another number it is the RFC 6962 root of those
/// hashes as nodes, which nothing here asks for.)
pub(crate) fn fold(hashes: &[Digest]) -> Digest {
    match hashes {
        [] => empty_root(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            node_hash(&fold(left), &fold(right))
        }
    }
}

/// The root of a tree whose right edge is given: for each level of tiles the hashes in its last, partial
/// tile. Every hash of the edge goes into the root, so that a right root authenticates the whole edge.
pub(crate) fn root_of_edge(edge: &[Vec<Digest>]) -> Digest {
    let mut root: Option<Digest> = None;
    for hashes in edge {
        let mut rest = hashes.as_slice();
        // the complete subtrees of the tile, smallest and rightmost first
        while !rest.is_empty() {
            let subtree = 1 << rest.len().trailing_zeros();
            let (before, last) = rest.split_at(rest.len() - subtree);
            let peak = fold(last);
            root = Some(root.map_or(peak, |right| node_hash(&peak, &right)));
            rest = before;
        }
    }
    root.unwrap_or_else(empty_root)
}

/// Gives the hash of the complete subtree of 2^`height` entries with that `index` among those of its height.
pub(crate) trait Subtrees {
    type Fault;
    fn subtree(&self, height: u32, index: u64) -> Result<Digest, Self::Fault>;
}

/// The largest power of two below `n`, for `n` of 2 or more.
fn split(n: u64) -> u64 {
    n.next_power_of_two() / 2
}

/// MTH(D[from:to]).
pub(crate) fn range<S: Subtrees>(tree: &S, from: u64, to: u64) -> Result<Digest, S::Fault> {
    let length = to.saturating_sub(from);
    if length == 0 {
        return Ok(empty_root());
    }
    if length.is_power_of_two() && from.is_multiple_of(length) {
        return tree.subtree(length.trailing_zeros(), from / length);
    }
    let middle = from + split(length);
    Ok(node_hash(&range(tree, from, middle)?, &range(tree, middle, to)?))
}

/// PATH(index, D[0:size]), from the leaf upwards; `index` < `size`.
pub(crate) fn inclusion<S: Subtrees>(tree: &S, index: u64, size: u64) -> Result<Vec<Digest>, S::Fault> {
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// PROOF(older, D[0:newer]); `older` <= `newer`.
pub(crate) fn consistency<S: Subtrees>(tree: &S, older: u64, newer: u64) -> Result<Vec<Digest>, S::Fault> {
    let mut path = Vec::new();
    if older == 0 || older == newer {
        return Ok(path);
    }
    // SUBPROOF: descend to the subtree that ends where the older tree ends
    let (mut from, mut to) = (0, newer);
    while older != to {
        let middle = from + split(to - from);
        if older <= middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
        }
    }
    // the verifier has the older root itself when it is a complete subtree
    if from != 0 {
        path.push(range(tree, from, to)?);
    }
    path.reverse();
    Ok(path)
}
