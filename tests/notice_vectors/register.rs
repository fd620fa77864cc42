//! Trials of the register of rules: what it says of a clause is what the findings of the vectors cite.

use std::collections::BTreeSet;

use kanmon::rules::finding::Source;
use kanmon::rules::notice::register::{REGISTER, entry};
use libtest_mimic::Trial;

use crate::{KINDS, Vector, VectorFile};

/// Rule and clause, as findings name them.
type Cited = BTreeSet<(String, String)>;

/// What the findings of every vector of the project cite, whether or not it passes.
fn cited() -> Cited {
    let text = include_str!("../data/notice_vectors.json");
    let file: VectorFile = serde_json::from_str(text).unwrap();
    let mut cited = Cited::new();
    for vector in file.vectors {
        let vector: Vector = serde_json::from_value(vector).unwrap();
        let Some((_, judge)) = KINDS.iter().find(|(kind, _)| *kind == vector.kind) else {
            continue;
        };
        let judged = judge(&vector);
        let findings = judged.map_or_else(|_| Vec::new(), |judged| judged.verdict.findings);
        for finding in findings {
            if finding.source == Source::Notice {
                let pair = |clause: &std::borrow::Cow<'_, str>| {
                    (finding.rule.to_string(), clause.to_string())
                };
                cited.extend(finding.clauses.iter().map(pair));
            }
        }
    }
    cited
}

/// Rules of single physicians, which no vector asks for: `tests/clauses.rs` and the physician's page try them.
const OF_A_PHYSICIAN: [&str; 4] = [
    "haematological_experience",
    "regular_meetings",
    "safety_cooperation",
    "in_post",
];

pub fn trials() -> Vec<Trial> {
    let says = Trial::test("the_register_names_every_rule_that_cites_a_clause", || {
        let unknown: Vec<String> = cited()
            .into_iter()
            .filter(|(rule, clause)| {
                !entry(clause).is_some_and(|entry| entry.rules().contains(&rule.as_str()))
            })
            .map(|(rule, clause)| format!("{rule} cites {clause}"))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(format!("not in the register: {unknown:#?}").into())
        }
    });
    let cites = Trial::test("every_rule_of_the_register_cites_its_clause", || {
        let cited = cited();
        let silent: Vec<String> = REGISTER
            .iter()
            .flat_map(|entry| entry.rules().iter().map(|rule| (*rule, entry.clause)))
            .filter(|(rule, _)| !OF_A_PHYSICIAN.contains(rule))
            .filter(|(rule, clause)| !cited.contains(&((*rule).to_owned(), (*clause).to_owned())))
            .map(|(rule, clause)| format!("{rule} never cites {clause}"))
            .collect();
        if silent.is_empty() {
            Ok(())
        } else {
            Err(format!("{silent:#?}").into())
        }
    });
    vec![says.with_kind("self"), cites.with_kind("self")]
}
