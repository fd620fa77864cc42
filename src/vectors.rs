//! The notice's test vectors as they are shipped: which of them tries which clause.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    kind: String,
    clauses: Vec<String>,
}

/// Ids of vectors by their kind.
pub type Kinds = BTreeMap<String, Vec<String>>;

static BY_CLAUSE: LazyLock<BTreeMap<String, Kinds>> = LazyLock::new(|| {
    let text = include_str!("../tests/data/notice_vectors.json");
    let mut clauses: BTreeMap<String, Kinds> = BTreeMap::new();
    // A file that cannot be read tries nothing, and the test of the register says so.
    let vectors = serde_json::from_str(text).map_or_else(|_| Vec::new(), |file: File| file.vectors);
    for vector in vectors {
        for clause in vector.clauses {
            let kinds = clauses.entry(clause).or_default();
            let ids = kinds.entry(vector.kind.clone()).or_default();
            ids.push(vector.id.clone());
        }
    }
    clauses
});

static NONE: Kinds = Kinds::new();

/// The vectors that cite a clause, by kind.
pub fn of_clause(id: &str) -> &'static Kinds {
    BY_CLAUSE.get(id).unwrap_or(&NONE)
}
