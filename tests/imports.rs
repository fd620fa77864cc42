//! Importing official lists into the database: every line is accounted for, a second run changes nothing, nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use kanmon::audit;
use kanmon::error::Error;
use kanmon::facilities::codes::MedicalInstitutionCode;
use kanmon::facilities::imports::{Report, bring_in};
use kanmon::facilities::lists::{self, Kind};
use kanmon::facilities::{self, After, Facility, Listed};
use kanmon::ids::ProgrammeId;
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Scope};
use support::TestDb;

/// 24 real lines of Hokkaido, edition of September 2024.
const HOKKAIDO: &str = include_str!("data/facilities/hokkaido.csv");
/// Real lines of Ibaraki, several of them twice.
const REPEATED: &str = include_str!("data/facilities/ibaraki-repeated.csv");

struct World {
    data: TestDb,
    programme: ProgrammeId,
}

impl World {
    fn new() -> World {
        let data = TestDb::new();
        let new = NewProgramme {
            code: "test".to_owned(),
            name_ja: "試験".to_owned(),
            name_en: "Test".to_owned(),
            manufacturer: "架空製薬".to_owned(),
            demo: false,
        };
        let begin = move |tx: &mut kanmon::db::Tx<'_>| programmes::begin(tx, &new);
        let programme = data.db.write(&Actor::system("test"), begin).unwrap();
        World { data, programme }
    }

    fn bring(&self, text: &str, dry_run: bool) -> Report {
        let list = lists::read_bytes(text.as_bytes(), Kind::Csv).unwrap();
        let report = bring_in(&self.data.db, &list, dry_run).unwrap();
        let sum =
            report.created + report.updated + report.unchanged + report.repeated + report.rejected;
        assert_eq!(report.lines, sum, "every line is accounted for: {report:?}");
        report
    }

    fn scope(&self) -> Scope {
        Scope::Programme(self.programme.clone())
    }

    fn with_code(&self, code: &str) -> Result<Facility, Error> {
        let code = MedicalInstitutionCode::parse(code).unwrap();
        self.data
            .db
            .read(|conn| facilities::find_by_code(conn, &code))
    }

    fn search(&self, query: &str) -> Vec<Listed> {
        let scope = self.scope();
        self.data
            .db
            .read(|conn| facilities::search(conn, &scope, query, None, 50))
            .unwrap()
    }

    fn head(&self) -> i64 {
        self.data.db.read(audit::head).unwrap()
    }
}

/// A list of three, of which a newer edition says something else.
const OLDER: &str = "\
012345678,2345678,架空町立病院,000-0001,架空町1
012345679,2345679,架空クリニック,000-0002,架空町2
012345670,2345670,神神医院,000-0003,架空町3
";
const NEWER: &str = "\
012345678,2345678,架空町立総合病院,000-0001,架空町1
012345679,2345679,架空クリニック,000-0002,架空町2-2
012345671,2345671,新しい医院,000-0004,架空町4
";

#[test]
fn a_real_list_comes_in_and_a_second_run_changes_nothing() {
    let world = World::new();
    let first = world.bring(HOKKAIDO, false);
    assert!(first.created > 10, "{first:?}");
    let head = world.head();
    let second = world.bring(HOKKAIDO, false);
    assert_eq!(second.created, 0);
    assert_eq!(second.updated, 0);
    assert_eq!(second.unchanged, first.created);
    assert_eq!(second.vanished, 0);
    assert_eq!(
        world.head(),
        head,
        "nothing was recorded, because nothing changed"
    );
}

#[test]
fn repeated_lines_are_counted_and_not_doubled() {
    let world = World::new();
    let report = world.bring(REPEATED, false);
    assert!(report.repeated > 0, "{report:?}");
    let again = world.bring(REPEATED, false);
    assert_eq!(again.unchanged, report.created);
    assert_eq!(again.repeated, report.repeated);
}

#[test]
fn a_dry_run_reports_the_same_and_writes_nothing() {
    let world = World::new();
    let head = world.head();
    let dry = world.bring(OLDER, true);
    assert_eq!(dry.created, 3);
    assert_eq!(world.head(), head);
    assert!(matches!(world.with_code("012345678"), Err(Error::NotFound)));
    assert_eq!(world.bring(OLDER, false).created, 3);
}

#[test]
fn a_newer_edition_updates_adds_and_reports_what_vanished_without_deleting() {
    let world = World::new();
    world.bring(OLDER, false);
    let before = world.with_code("012345678").unwrap();
    let report = world.bring(NEWER, false);
    assert_eq!(
        (report.created, report.updated, report.unchanged),
        (1, 2, 0)
    );
    assert_eq!(report.vanished, 1);
    assert!(
        report
            .problems
            .iter()
            .any(|remark| remark.code == "vanished" && remark.reason.contains("神神医院")),
        "{report:?}"
    );
    // It stays, it is found by its name as typed, and its former name is kept.
    assert_eq!(world.with_code("012345670").unwrap().name, "神神医院");
    let now = world.with_code("012345678").unwrap();
    assert_eq!(
        (now.id == before.id, now.name.as_str()),
        (true, "架空町立総合病院")
    );
    let scope = world.scope();
    let former = world
        .data
        .db
        .read(|conn| facilities::former(conn, &scope, &now.id))
        .unwrap();
    assert_eq!(former.len(), 1);
    assert_eq!(former[0].name, "架空町立病院");
    // The index follows the name.
    assert_eq!(world.search("総合病院").len(), 1);
    assert!(world.search("町立病院").is_empty());
}

#[test]
fn a_list_without_a_prefecture_does_not_make_its_facilities_vanish() {
    let world = World::new();
    world.bring(OLDER, false);
    let elsewhere = "134567890,4567890,東の架空病院,100-0001,架空区1\n";
    assert_eq!(world.bring(elsewhere, false).vanished, 0);
}

#[test]
fn nine_digits_that_two_facilities_share_are_reported_and_not_merged() {
    let world = World::new();
    let both = "\
医療機関コード,医療機関名称,郵便番号,所在地
0112345678,架空医科病院,000-0001,架空町1
0132345678,架空歯科医院,000-0002,架空町2
";
    assert_eq!(world.bring(both, false).created, 2);
    let report = world.bring("012345678,2345678,どちらか,000-0001,架空町1\n", false);
    assert_eq!(report.rejected, 1, "{report:?}");
    assert!(
        report
            .problems
            .iter()
            .any(|remark| remark.code == "code-of-two-facilities")
    );
    assert!(matches!(world.with_code("012345678"), Err(Error::NotFound)));
    assert_eq!(world.with_code("0112345678").unwrap().name, "架空医科病院");
    assert_eq!(world.with_code("0132345678").unwrap().name, "架空歯科医院");
}

#[test]
fn a_ten_digit_list_completes_the_code_and_keeps_the_old_one_as_history() {
    let world = World::new();
    world.bring(OLDER, false);
    let ten =
        "医療機関コード,医療機関名称,郵便番号,所在地\n0112345678,架空町立病院,000-0001,架空町1\n";
    let report = world.bring(ten, false);
    assert_eq!((report.updated, report.created), (1, 0), "{report:?}");
    let facility = world.with_code("0112345678").unwrap();
    let scope = world.scope();
    let codes = world
        .data
        .db
        .read(|conn| facilities::codes_of(conn, &scope, &facility.id))
        .unwrap();
    let printed: Vec<(String, bool)> = codes
        .iter()
        .map(|code| (code.printed(), code.known_to.is_none()))
        .collect();
    assert_eq!(
        printed,
        [
            ("012345678".to_owned(), false),
            ("0112345678".to_owned(), true)
        ]
    );
    assert_eq!(
        world.bring(ten, false).unchanged,
        1,
        "a second run changes nothing"
    );
}

#[test]
fn a_search_finds_pieces_of_names_in_any_writing_and_pages_through_them_all() {
    let world = World::new();
    let many: String = (0..120)
        .map(|n| format!("01{n:07},{n:07},カクウ病院{n:03},000-0001,架空町{n}\n"))
        .collect();
    assert_eq!(world.bring(&many, false).created, 120);
    for query in ["カクウ", "ｶｸｳ", "かくう", "カクウ病院"] {
        assert_eq!(world.search(query).len(), 50, "{query}");
    }
    assert_eq!(world.search("病院１１７").len(), 1);
    assert_eq!(
        world.search("010000007").len(),
        1,
        "a code finds its facility"
    );
    assert_eq!(
        world.search("病院1_7").len(),
        0,
        "an underscore is no wildcard"
    );
    assert_eq!(
        world.search("%").len(),
        50,
        "a sign alone is no name: all are listed"
    );
    let (scope, mut after, mut seen) = (world.scope(), None, Vec::new());
    loop {
        let page = world
            .data
            .db
            .read(|conn| facilities::search(conn, &scope, "病院", after.as_ref(), 50))
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(After {
            name_key: last.facility.name_key.clone(),
            id: last.facility.id.to_string(),
        });
        seen.extend(page.into_iter().map(|row| row.facility.name));
    }
    seen.dedup();
    assert_eq!(seen.len(), 120);
}

#[test]
fn a_ten_digit_list_of_two_does_not_merge_them_into_the_one_known_by_nine_digits() {
    let world = World::new();
    world.bring(OLDER, false);
    let both = "\
医療機関コード,医療機関名称,郵便番号,所在地
0112345678,架空町立病院,000-0001,架空町1
0132345678,架空歯科医院,000-0002,架空町2
";
    let report = world.bring(both, false);
    assert_eq!((report.updated, report.rejected), (0, 2), "{report:?}");
    let known = world.with_code("012345678").unwrap();
    assert_eq!(
        known.name, "架空町立病院",
        "nothing of the other was written over it"
    );
}
