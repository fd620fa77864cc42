//! The Merkle tree of RFC 6962 over the audit log: its root, and proofs that a row is in it and that it only grew.
//!
//! A leaf is SHA-256 over a byte 0 and the row, a node SHA-256 over a byte 1 and its two children; a tree of n leaves
//! splits at the largest power of two below n (RFC 6962, section 2.1).

use sha2::{Digest, Sha256};

/// SHA-256, of a leaf, a node or the whole tree.
pub type Hash = [u8; 32];

/// The hash of a leaf with these contents.
#[must_use]
pub fn leaf(contents: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(contents);
    hash.finalize().into()
}

/// The hash of a node over its two children.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of a tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// What of a tree must be known to append to it: the roots of its full subtrees, largest first.
///
/// INVARIANT: there is one root for each bit that is set in `size`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        let mut grown = leaf;
        // Each trailing one of the size is a full subtree that the new leaf completes to one twice as large.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                grown = node(&left, &grown);
            }
        }
        self.roots.push(grown);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut smallest_first = self.roots.iter().rev().copied();
        match smallest_first.next() {
            None => empty_root(),
            Some(last) => smallest_first.fold(last, |right, left| node(&left, &right)),
        }
    }

    /// As it is kept beside the head of the log: the hashes in hexadecimal, one after the other.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.roots.iter().map(hex::encode).collect()
    }

    /// Reads it back; `None` where the text is not what a tree of this size has.
    #[must_use]
    pub fn from_text(size: u64, text: &str) -> Option<Frontier> {
        let bytes = hex::decode(text).ok()?;
        let (chunks, rest) = bytes.as_chunks::<32>();
        let expected = usize::try_from(size.count_ones()).ok()?;
        (rest.is_empty() && chunks.len() == expected).then(|| Frontier {
            size,
            roots: chunks.to_vec(),
        })
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Frontier {
        let mut frontier = Frontier::default();
        leaves.into_iter().for_each(|leaf| frontier.append(leaf));
        frontier
    }
}

/// The root over these leaves.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    leaves.iter().copied().collect::<Frontier>().root()
}

/// The largest power of two below `n`, for `n` of at least two.
fn split(n: usize) -> usize {
    n.next_power_of_two() >> 1
}

/// The path from a leaf to the root: the hashes beside it, from below (RFC 6962, PATH). `None` where there is no such
/// leaf.
#[must_use]
pub fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut part, mut at) = (leaves, index);
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        if at < left.len() {
            path.push(root(right));
            part = left;
        } else {
            path.push(root(left));
            at -= left.len();
            part = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Whether a path shows that the leaf stands at `index` of a tree with `size` leaves and this root.
#[must_use]
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut found) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            found = node(beside, &found);
            while at % 2 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            found = node(&found, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && found == *root
}

/// The proof that the first `old` leaves are the beginning of this tree (RFC 6962, PROOF). `None` where there are fewer.
#[must_use]
pub fn consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    if old == 0 || old == leaves.len() {
        return Some(proof);
    }
    let (mut part, mut first, mut whole) = (leaves, old, true);
    while first < part.len() {
        let (left, right) = part.split_at(split(part.len()));
        if first <= left.len() {
            proof.push(root(right));
            part = left;
        } else {
            proof.push(root(left));
            first -= left.len();
            part = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(part));
    }
    proof.reverse();
    Some(proof)
}

/// Whether a proof shows that the tree with `old` leaves and its root is the beginning of the one with `new` leaves.
#[must_use]
pub fn grew(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut at, mut last) = (old - 1, new - 1);
    while at % 2 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let mut rest = proof.iter();
    // A full subtree on its own is not repeated in the proof: the old root is where it begins.
    let begins = match at {
        0 => Some(old_root),
        _ => rest.next(),
    };
    let Some(begins) = begins else { return false };
    let (mut former, mut present) = (*begins, *begins);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            former = node(beside, &former);
            present = node(beside, &present);
            while at % 2 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            present = node(&present, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && former == *old_root && present == *new_root
}

#[cfg(test)]
mod tests;
