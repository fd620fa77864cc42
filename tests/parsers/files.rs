//! Files from outside: every line is accounted for, and a case is judged whole or not at all.

use chrono::{DateTime, Utc};
use kanmon::facilities::lists::{self, Kind};
use kanmon::programmes::holiday_lists;
use kanmon::rules::dosing;
use kanmon::rules::dosing::facts::CaseQuestion;

pub fn facility_list(bytes: &[u8]) -> bool {
    list(bytes, Kind::of(bytes))
}

pub fn facility_workbook(bytes: &[u8]) -> bool {
    list(bytes, Kind::Xlsx)
}

fn list(bytes: &[u8], kind: Kind) -> bool {
    let list = match lists::read_bytes(bytes, kind) {
        Ok(list) => list,
        Err(refusal) => {
            let text = refusal.to_string();
            assert!(
                !text.trim().is_empty() && text.chars().count() < 2_000,
                "{text}"
            );
            return false;
        }
    };
    let records = u64::try_from(list.records.len()).unwrap();
    assert_eq!(list.lines, records + list.repeated + list.rejected);
    let rejecting = list
        .problems
        .iter()
        .filter(|problem| problem.rejects())
        .count();
    assert_eq!(list.rejected, u64::try_from(rejecting).unwrap());
    for problem in &list.problems {
        let text = problem.reason.to_string();
        assert!(
            !text.trim().is_empty() && text.chars().count() < 1_000,
            "{text}"
        );
        assert!(!problem.column.is_empty());
    }
    for record in &list.records {
        assert!(!record.name.is_empty() && record.name.chars().count() <= lists::MAX_CHARACTERS);
        assert!(record.address.chars().count() <= lists::MAX_CHARACTERS);
        assert_eq!(record.code.to_string().parse().as_ref(), Ok(&record.code));
        assert!(
            record
                .postal_code
                .as_ref()
                .is_none_or(|code| code.len() == 8)
        );
    }
    // Written as a plain list, it is read as the same.
    if kind == Kind::Csv && !list.records.is_empty() {
        let mut plain = csv::Writer::from_writer(Vec::new());
        plain
            .write_record(["医療機関コード", "医療機関名称", "郵便番号", "所在地"])
            .unwrap();
        for record in &list.records {
            let postal_code = record.postal_code.clone().unwrap_or_default();
            let code = record.code.to_string();
            plain
                .write_record([&code, &record.name, &postal_code, &record.address])
                .unwrap();
        }
        let plain = plain.into_inner().unwrap();
        let again = lists::read_bytes(&plain, Kind::Csv).unwrap();
        assert_eq!(
            (again.rejected, again.repeated),
            (0, 0),
            "{:?}",
            again.problems
        );
        let said = |record: &lists::ListedFacility| {
            (
                record.code,
                record.name.clone(),
                record.postal_code.clone(),
                record.address.clone(),
            )
        };
        let (before, after): (Vec<_>, Vec<_>) = (
            list.records.iter().map(said).collect(),
            again.records.iter().map(said).collect(),
        );
        assert_eq!(before, after);
    }
    records > 0
}

pub fn holiday_list(bytes: &[u8]) -> bool {
    let list = holiday_lists::read(bytes);
    let holidays = u64::try_from(list.holidays.len()).unwrap();
    assert_eq!(list.lines, holidays + list.repeated + list.rejected);
    assert_eq!(list.rejected, u64::try_from(list.problems.len()).unwrap());
    for problem in &list.problems {
        assert!(problem.line > 0 && !problem.reason.trim().is_empty());
        assert!(problem.reason.chars().count() < 600, "{}", problem.reason);
    }
    let mut plain = csv::Writer::from_writer(Vec::new());
    for holiday in &list.holidays {
        assert!(!holiday.name.is_empty() && holiday.name.chars().count() <= 200);
        let day = holiday.day.format("%Y/%-m/%-d").to_string();
        plain.write_record([&day, &holiday.name]).unwrap();
    }
    let again = holiday_lists::read(&plain.into_inner().unwrap());
    assert_eq!(again.holidays, list.holidays);
    assert_eq!(again.rejected, 0);
    holidays > 0
}

/// As `kanmon check` reads a file: UTF-8 with a mark or without, one value and nothing after it.
pub fn case_question(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let question: CaseQuestion = match serde_path_to_error::deserialize(&mut reader) {
        Ok(question) => question,
        Err(cause) => {
            assert!(!cause.inner().to_string().is_empty());
            return false;
        }
    };
    if reader.end().is_err() {
        return false;
    }
    let printed = serde_json::to_string(&question).unwrap();
    assert_eq!(
        serde_json::from_str::<CaseQuestion>(&printed).unwrap(),
        question
    );
    let now: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().unwrap();
    let problems = dosing::problems(&question, now);
    for problem in &problems {
        let text = problem.to_string();
        assert!(
            !text.trim().is_empty() && text.chars().count() < 600,
            "{text}"
        );
    }
    if !problems.is_empty() {
        return false;
    }
    let verdict = dosing::check(&question);
    // No findings would be no answer.
    assert!(!verdict.findings.is_empty());
    let printed = serde_json::to_string(&verdict.findings).unwrap();
    assert!(printed.len() < 100 * text.len() + 100_000);
    true
}
