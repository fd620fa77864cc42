//! Known roots, every small tree, and what a bent path shows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;

/// The leaves of the test vectors of Google's certificate-transparency library, and the roots of its first eight trees.
const INPUTS: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn inputs() -> Vec<Hash> {
    INPUTS
        .iter()
        .map(|text| leaf(&hex::decode(text).unwrap()))
        .collect()
}

#[test]
fn roots_are_those_of_the_known_vectors() {
    let leaves = inputs();
    for (size, expected) in (1..).zip(ROOTS) {
        assert_eq!(
            hex::encode(root(&leaves[..size])),
            expected,
            "{size} leaves"
        );
    }
    assert_eq!(
        hex::encode(empty_root()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

/// The tree as RFC 6962 defines it, by recursion.
fn defined(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        more => {
            let mut k = 1;
            while k * 2 < more.len() {
                k *= 2;
            }
            node(&defined(&more[..k]), &defined(&more[k..]))
        }
    }
}

#[test]
fn every_leaf_of_every_small_tree_is_proved_and_nothing_else() {
    let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf(&[n])).collect();
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let whole = defined(tree);
        assert_eq!(root(tree), whole);
        let known: Known = tree.iter().copied().collect();
        for index in 0..size {
            let path = known.inclusion(index as u64, size as u64).unwrap();
            for (other, leaf) in tree.iter().enumerate() {
                let shown = includes(leaf, index as u64, size as u64, &path, &whole);
                assert_eq!(shown, other == index, "{other} as {index} of {size}");
            }
        }
        assert_eq!(known.inclusion(size as u64, size as u64), None);
        assert_eq!(known.inclusion(0, size as u64 + 1), None);
    }
}

#[test]
fn growth_of_every_small_tree_is_proved_and_nothing_else() {
    let leaves: Vec<Hash> = (0..40_u8).map(|n| leaf(&[n])).collect();
    let known: Known = leaves.iter().copied().collect();
    for new in 0..=leaves.len() {
        let new_root = defined(&leaves[..new]);
        for old in 0..=new {
            let proof = known.consistency(old as u64, new as u64).unwrap();
            let old_root = defined(&leaves[..old]);
            assert!(
                grew(old as u64, &old_root, new as u64, &new_root, &proof),
                "{old} to {new}"
            );
            let other = leaf(b"another");
            assert!(!grew(old as u64, &other, new as u64, &new_root, &proof));
            assert!(!grew(old as u64, &old_root, new as u64, &other, &proof) || old == 0);
            for at in 0..proof.len() {
                let mut bent = proof.clone();
                bent[at][0] ^= 1;
                assert!(!grew(old as u64, &old_root, new as u64, &new_root, &bent));
            }
        }
        assert_eq!(known.consistency(new as u64 + 1, new as u64), None);
    }
}

/// What is kept of a tree of this size: its leaves, and the subtrees that growing it completed.
fn kept(size: u64) -> (Vec<Hash>, Vec<Subtree>) {
    let leaves: Vec<Hash> = (0..size).map(|n| leaf(&n.to_be_bytes())).collect();
    let mut frontier = Frontier::default();
    let subtrees = leaves
        .iter()
        .flat_map(|leaf| frontier.append(*leaf))
        .collect();
    (leaves, subtrees)
}

/// Only what `needed` asks for.
fn fetched(leaves: &[Hash], subtrees: &[Subtree], index: u64, size: u64) -> Known {
    let mut known = Known::default();
    let all = (0..).zip(leaves).map(|(position, root)| Subtree {
        height: 0,
        position,
        root: *root,
    });
    let all: Vec<Subtree> = all.chain(subtrees.iter().copied()).collect();
    for (height, ranges) in Known::needed(index, size) {
        let mut count = 0;
        for subtree in all.iter().filter(|one| one.height == height) {
            if ranges.iter().any(|range| range.contains(&subtree.position)) {
                known.keep(*subtree);
                count += 1;
            }
        }
        assert!(count <= 511, "{count} at height {height}");
    }
    known
}

#[test]
fn a_few_kept_subtrees_prove_what_all_leaves_prove() {
    let (leaves, subtrees) = kept(66_200);
    assert_eq!(subtrees.iter().filter(|one| one.height == 16).count(), 1);
    for size in [1, 255, 256, 257, 1_000, 65_535, 65_536, 66_199_u64] {
        let all: Known = leaves[..size as usize].iter().copied().collect();
        let whole = root(&leaves[..size as usize]);
        for index in [0, 1, 254, 255, 256, 511, 998, 40_000, 65_535, 66_198] {
            if index >= size {
                continue;
            }
            let few = fetched(&leaves, &subtrees, index, size);
            assert_eq!(few.root(0, size), Some(whole), "{index} of {size}");
            let path = few.inclusion(index, size);
            assert_eq!(path, all.inclusion(index, size), "{index} of {size}");
            let old = index + 1;
            assert_eq!(
                few.consistency(old, size),
                all.consistency(old, size),
                "{old} to {size}"
            );
        }
    }
}

proptest! {
    #[test]
    fn a_frontier_survives_being_kept(size in 0_u64..300) {
        let frontier: Frontier = (0..size).map(|n| leaf(&n.to_be_bytes())).collect();
        let kept = Frontier::from_text(size, &frontier.to_text());
        prop_assert_eq!(kept.as_ref(), Some(&frontier));
        prop_assert_eq!(Frontier::from_text(size + 1, &frontier.to_text()).is_none(), (size + 1).count_ones() != size.count_ones());
    }

    #[test]
    fn a_bent_path_shows_nothing(size in 2_usize..200, pick in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let leaves: Vec<Hash> = (0..size).map(|n| leaf(&n.to_be_bytes())).collect();
        let index = pick.index(size);
        let known: Known = leaves.iter().copied().collect();
        let mut path = known.inclusion(index as u64, size as u64).unwrap();
        let at = pick.index(path.len());
        path[at][bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!includes(&leaves[index], index as u64, size as u64, &path, &root(&leaves)));
    }
}
