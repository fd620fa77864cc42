//! The inverted index of names: two-character pieces in name order, so that a search walks only what can match.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::store::{BATCH, Facility};
use super::{After, keys};
use crate::db::AnyConn;
use crate::each;
use crate::error::Result;
use crate::ids::FacilityId;
use crate::schema::{facility, facility_gram, gram_count};

#[derive(Insertable, Clone)]
#[diesel(table_name = facility_gram, treat_none_as_default_value = false)]
struct GramRow {
    gram: String,
    name_key: String,
    facility_id: FacilityId,
}

#[derive(Insertable)]
#[diesel(table_name = gram_count, treat_none_as_default_value = false)]
struct CountRow {
    gram: String,
    facilities: i64,
}

/// Enters names into the inverted index.
pub(super) fn index(conn: &mut AnyConn, names: &[(&FacilityId, &str)]) -> Result<()> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let mut rows: Vec<GramRow> = Vec::new();
    for (id, name_key) in names {
        for gram in keys::grams(name_key) {
            *counts.entry(gram.clone()).or_insert(0) += 1;
            rows.push(GramRow {
                gram,
                name_key: (*name_key).to_owned(),
                facility_id: (*id).clone(),
            });
        }
    }
    // In index order the pages of the tree are filled one after the other.
    rows.sort_by(|a, b| (&a.gram, &a.name_key).cmp(&(&b.gram, &b.name_key)));
    for part in rows.chunks(BATCH * 2) {
        each!(conn, c => diesel::insert_into(facility_gram::table).values(part).execute(c))?;
    }
    count_grams(conn, counts)
}

/// Takes names out of the inverted index.
pub(super) fn unindex(conn: &mut AnyConn, id: &FacilityId, name_key: &str) -> Result<()> {
    let grams = keys::grams(name_key);
    diesel::delete(
        facility_gram::table
            .filter(facility_gram::gram.eq_any(&grams))
            .filter(facility_gram::name_key.eq(name_key))
            .filter(facility_gram::facility_id.eq(id)),
    )
    .execute(conn)?;
    count_grams(conn, grams.into_iter().map(|gram| (gram, -1)).collect())
}

fn count_grams(conn: &mut AnyConn, counts: BTreeMap<String, i64>) -> Result<()> {
    let counts: Vec<CountRow> = counts
        .into_iter()
        .map(|(gram, facilities)| CountRow { gram, facilities })
        .collect();
    for part in counts.chunks(BATCH) {
        each!(conn, c => diesel::insert_into(gram_count::table)
            .values(part)
            .on_conflict(gram_count::gram)
            .do_update()
            .set(gram_count::facilities.eq(gram_count::facilities + excluded(gram_count::facilities)))
            .execute(c))?;
    }
    Ok(())
}

/// Facilities whose search key holds this text, in the order of their keys. Walks the rarest two-character
/// piece of the text, so that the work does not grow with the number of facilities.
pub(super) fn matching(
    conn: &mut AnyConn,
    key: &str,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Facility>> {
    let grams = keys::grams(key);
    let counted: HashMap<String, i64> = gram_count::table
        .filter(gram_count::gram.eq_any(&grams))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let Some((rarest, _)) = grams
        .into_iter()
        .map(|gram| {
            let count = counted.get(&gram).copied().unwrap_or(0);
            (gram, count)
        })
        .min_by_key(|(_, count)| *count)
    else {
        return Ok(Vec::new());
    };
    // A single character is no gram of a longer name: it is looked for at the beginning of one.
    let single = key.chars().count() == 1;
    let mut query = facility_gram::table
        .inner_join(facility::table.on(facility::id.eq(facility_gram::facility_id)))
        .filter(
            facility_gram::name_key
                .like(format!("%{}%", escaped(key)))
                .escape('\\'),
        )
        .order((facility_gram::name_key, facility_gram::facility_id))
        .limit(limit)
        .select(Facility::as_select())
        .into_boxed();
    query = if single {
        let (first, end) = starting_with(key);
        query
            .filter(
                facility_gram::gram
                    .ge(first)
                    .and(facility_gram::gram.lt(end)),
            )
            .filter(
                facility_gram::name_key
                    .like(format!("{}%", escaped(key)))
                    .escape('\\'),
            )
            .filter(facility_gram::name_key.ge(key.to_owned()))
    } else {
        query.filter(facility_gram::gram.eq(rarest))
    };
    if let Some(after) = after {
        query = query.filter(
            facility_gram::name_key.ge(after.name_key.clone()).and(
                facility_gram::name_key
                    .gt(after.name_key.clone())
                    .or(facility_gram::facility_id.gt(after.id.clone())),
            ),
        );
    }
    Ok(query.load(conn)?)
}

/// The range of texts that start with this one.
fn starting_with(key: &str) -> (String, String) {
    (key.to_owned(), format!("{key}\u{10FFFF}"))
}

/// A text in which `like` finds no wildcards.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
