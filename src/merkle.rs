//! The Merkle tree of RFC 6962 over the audit log: its root, and proofs that a row is in it and that it only grew.
//!
//! A leaf is SHA-256 over a byte 0 and the row, a node SHA-256 over a byte 1 and its two children; a tree of n leaves
//! splits at the largest power of two below n (RFC 6962, section 2.1).

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

/// Levels between two heights of which the roots of full subtrees are kept: one hash for 256 leaves, one for 65,536.
const STEP: u32 = 8;

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

    /// Appends a leaf by its hash. Gives the full subtrees worth keeping that it completes; most leaves complete none.
    pub fn append(&mut self, leaf: Hash) -> Vec<Subtree> {
        let mut grown = leaf;
        let mut completed = Vec::new();
        // Each trailing one of the size is a full subtree that the new leaf completes to one twice as large.
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                grown = node(&left, &grown);
            }
            if height % STEP == 0 {
                completed.push(Subtree {
                    height,
                    position: self.size >> height,
                    root: grown,
                });
            }
        }
        self.roots.push(grown);
        self.size = self.size.saturating_add(1);
        completed
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
        for leaf in leaves {
            frontier.append(leaf);
        }
        frontier
    }
}

/// The root over these leaves.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    leaves.iter().copied().collect::<Frontier>().root()
}

/// The root of a full subtree: the leaves from `position` times two to the power of `height` on. A leaf is of height 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    pub height: u32,
    pub position: u64,
    pub root: Hash,
}

impl Subtree {
    /// How many leaves the smallest subtree has that is kept.
    pub const SMALLEST: u64 = 1 << STEP;
}

/// The largest power of two below `n`, for `n` of at least two.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Subtrees of a tree, enough of them to prove something of it.
#[derive(Debug, Clone, Default)]
pub struct Known(HashMap<(u32, u64), Hash>);

impl Known {
    pub fn keep(&mut self, subtree: Subtree) {
        let Subtree {
            height,
            position,
            root,
        } = subtree;
        self.0.insert((height, position), root);
    }

    /// Which kept subtrees prove the leaf at `index` in a tree of `size` leaves, and that the first `index + 1` leaves
    /// are its beginning: at each height those beside the leaf, and those at the end of the tree. Never more than 511 at
    /// one height, however large the tree.
    #[must_use]
    pub fn needed(index: u64, size: u64) -> Vec<(u32, [Range<u64>; 2])> {
        let shifted = |n: u64, by: u32| n.checked_shr(by).unwrap_or(0);
        (0..u64::BITS)
            .step_by(usize::try_from(STEP).unwrap_or(1))
            .map(|height| (height, shifted(size, height)))
            .take_while(|(_, full)| *full > 0)
            .map(|(height, full)| {
                let above = height + STEP;
                let beside = shifted(index, above) << STEP;
                let end = shifted(size, above) << STEP;
                (height, [beside..full.min(beside + (1 << STEP)), end..full])
            })
            .collect()
    }

    /// The root over the leaves from `begin` up to `end`; `None` where too little is known.
    #[must_use]
    pub fn root(&self, begin: u64, end: u64) -> Option<Hash> {
        let leaves = end.checked_sub(begin)?;
        if leaves.is_power_of_two() && begin.is_multiple_of(leaves) {
            let known = self.0.get(&(leaves.ilog2(), begin / leaves));
            if known.is_some() || leaves == 1 {
                return known.copied();
            }
        }
        if leaves == 0 {
            return (end == 0).then(empty_root);
        }
        let middle = begin + split(leaves);
        Some(node(&self.root(begin, middle)?, &self.root(middle, end)?))
    }

    /// The path from a leaf to the root: the hashes beside it, from below (RFC 6962, PATH). `None` where there is no
    /// such leaf, or too little is known.
    #[must_use]
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size {
            return None;
        }
        let mut path = Vec::new();
        let (mut begin, mut end) = (0, size);
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                path.push(self.root(middle, end)?);
                end = middle;
            } else {
                path.push(self.root(begin, middle)?);
                begin = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// The proof that the first `old` leaves are the beginning of those up to `new` (RFC 6962, PROOF). `None` where
    /// there are fewer, or too little is known.
    #[must_use]
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        if old > new {
            return None;
        }
        let mut proof = Vec::new();
        if old == 0 || old == new {
            return Some(proof);
        }
        let (mut begin, mut end, mut whole) = (0, new, true);
        while old < end {
            let middle = begin + split(end - begin);
            if old <= middle {
                proof.push(self.root(middle, end)?);
                end = middle;
            } else {
                proof.push(self.root(begin, middle)?);
                begin = middle;
                whole = false;
            }
        }
        if !whole {
            proof.push(self.root(begin, end)?);
        }
        proof.reverse();
        Some(proof)
    }
}

impl FromIterator<Hash> for Known {
    /// All leaves of a tree.
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Known {
        let leaves = (0..).zip(leaves);
        Known(leaves.map(|(at, leaf)| ((0, at), leaf)).collect())
    }
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
