//! The clauses against the index they were read from, and the edition against the calendar.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;

#[derive(Deserialize)]
struct Indexed {
    id: String,
    ja: String,
    en: String,
    severity: String,
}

fn index() -> Vec<Indexed> {
    serde_json::from_str(include_str!("../../../tests/data/clauses.json")).unwrap()
}

/// The index is written in Markdown; the clause holds the signs that its superscripts stand for.
fn without_markup(text: &str) -> String {
    text.replace("<sup>\\*1</sup>", "※1")
        .replace("<sup>\\*2</sup>", "※2")
        .replace("<sup>\\*3</sup>", "※3")
        .replace(" <sup>3</sup>", "³")
        .replace(" <sup>注2)</sup> ", "注2)")
}

#[test]
fn every_clause_of_the_index_is_quoted_in_its_order() {
    let quoted: Vec<_> = CLAUSES_OF_2024_12_27
        .iter()
        .map(|clause| {
            (
                clause.id.to_owned(),
                clause.japanese.to_owned(),
                clause.english.to_owned(),
            )
        })
        .collect();
    let indexed: Vec<_> = index()
        .iter()
        .map(|row| {
            (
                row.id.clone(),
                without_markup(&row.ja),
                without_markup(&row.en),
            )
        })
        .collect();
    assert_eq!(quoted.len(), 77);
    assert_eq!(quoted, indexed);
}

#[test]
fn every_clause_is_as_firm_as_the_index_says() {
    for row in index() {
        let in_reaction_table = row.id.starts_with("AE-") && row.id != "AE-NOTE";
        let expected = match row.severity.as_str() {
            severity if severity.starts_with("INFORM") => Strength::Inform,
            severity if severity.starts_with("WARN") || in_reaction_table => Strength::Guideline,
            _ => Strength::Firm,
        };
        assert_eq!(
            clause(&row.id).map(|clause| clause.strength),
            Some(expected),
            "{}",
            row.id
        );
    }
}

#[test]
fn no_clause_keeps_markup_and_every_id_is_its_own() {
    let ids: BTreeSet<_> = CLAUSES_OF_2024_12_27
        .iter()
        .map(|clause| clause.id)
        .collect();
    assert_eq!(ids.len(), CLAUSES_OF_2024_12_27.len());
    for clause in CLAUSES_OF_2024_12_27.iter() {
        assert!(
            !clause.japanese.contains("<sup>") && !clause.japanese.contains('\\'),
            "{}",
            clause.id
        );
        assert!(!clause.number.is_empty(), "{}", clause.id);
    }
}

#[test]
fn the_edition_begins_on_the_day_of_the_notice() {
    let first_day = NaiveDate::from_ymd_opt(2024, 12, 27).unwrap();
    assert_eq!(
        edition_in_force(first_day).map(|edition| edition.id),
        Some("2024-12-27")
    );
    assert_eq!(edition_in_force(first_day.pred_opt().unwrap()), None);
    assert_eq!(
        edition_in_force(NaiveDate::MAX).map(|edition| edition.id),
        Some("2024-12-27")
    );
    assert!(editions().is_sorted_by_key(|edition| edition.first_day));
}

#[test]
fn a_product_reads_back_from_its_word() {
    for product in Product::ALL {
        assert_eq!(product.as_str().parse(), Ok(product));
        assert_eq!(serde_json::to_value(product).unwrap(), product.as_str());
    }
    assert!("lunsumio_sc_45mg".parse::<Product>().is_err());
}
