//! Official facility lists are read whole: every line ends as a record, a repetition or a rejection.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::io::Write;

use encoding_rs::SHIFT_JIS;
use flate2::Compression;
use flate2::write::GzEncoder;
use kanmon::facilities::codes::{
    CodeError, Gln, MedicalInstitutionCode, PointsTable, Prefecture, WholesalerCode,
};
use kanmon::facilities::keys::{grams, search_key};
use kanmon::facilities::lists::{self, Encoding, FacilityList, Kind, ListError};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

const HOKKAIDO: &str = include_str!("data/facilities/hokkaido.csv");
const IBARAKI: &str = include_str!("data/facilities/ibaraki-repeated.csv");
const UGLIES: &str = include_str!("data/facilities/uglies.csv");
const HEADER: &str = "医療機関コード,医療機関名称,郵便番号,所在地\n";

/// Reads a csv list and checks what holds for every list.
fn read(bytes: impl AsRef<[u8]>) -> FacilityList {
    let bytes = bytes.as_ref();
    let list = lists::read_bytes(bytes, Kind::of(bytes)).unwrap();
    assert_every_line_is_accounted_for(&list);
    list
}

fn refused(bytes: impl AsRef<[u8]>) -> ListError {
    lists::read_bytes(bytes.as_ref(), Kind::of(bytes.as_ref())).unwrap_err()
}

fn assert_every_line_is_accounted_for(list: &FacilityList) {
    let records = list.records.len() as u64;
    assert_eq!(list.lines, records + list.repeated + list.rejected);
    let rejecting = list.problems.iter().filter(|p| p.rejects()).count() as u64;
    assert_eq!(list.rejected, rejecting);
}

/// Line, column and short code of every problem.
fn problems(list: &FacilityList) -> Vec<(u64, &str, &str)> {
    let problems = list.problems.iter();
    problems
        .map(|problem| (problem.line, problem.column.as_str(), problem.reason.code()))
        .collect()
}

fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = SHIFT_JIS.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, csv) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, line) in (0..).zip(csv.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

// --- the list as published ---

#[test]
fn a_list_without_a_header_is_read_by_the_shape_of_its_columns() {
    let list = read(HOKKAIDO);
    assert_eq!((list.lines, list.records.len()), (12, 12));
    assert!(list.problems.is_empty());
    let first = &list.records[0];
    assert_eq!(first.line, 1);
    assert_eq!(first.code.key(), "010112489");
    assert_eq!(first.code.prefecture().name_ja(), "北海道");
    assert_eq!(first.name, "医療法人 愛全病院");
    assert_eq!(first.postal_code.as_deref(), Some("005-0813"));
    assert_eq!(first.address, "札幌市南区川沿１３条２丁目１番３８号");
}

#[test]
fn repeated_lines_are_counted_and_not_kept_twice() {
    let list = read(IBARAKI);
    assert_eq!((list.lines, list.records.len(), list.repeated), (15, 9, 6));
    assert!(list.problems.is_empty());
}

#[test]
fn prefectures_without_a_single_facility_are_named() {
    let missing = read(HOKKAIDO).prefectures_missing;
    assert_eq!(missing.len(), 46);
    assert_eq!(missing[0].name_en(), "Aomori");
}

#[test]
fn names_stay_as_typed_and_private_characters_are_reported() {
    let list = read(UGLIES);
    assert_eq!((list.lines, list.rejected), (24, 0));
    assert_eq!(list.records.len(), 24);
    let private = list.problems.iter();
    assert_eq!(
        private
            .filter(|p| p.reason.code() == "private-character")
            .count(),
        4
    );
    assert_eq!(list.problems.len(), 4);
    for record in &list.records {
        assert!(UGLIES.contains(&format!(",{},", record.name)), "{record:?}");
    }
    assert!(
        list.records
            .iter()
            .any(|record| record.name.contains('\u{FA19}'))
    );
}

#[test]
fn one_place_under_two_codes_is_two_records() {
    let list = read(UGLIES);
    let kanda = list
        .records
        .iter()
        .filter(|record| record.name == "東京神田健康クリニック");
    assert_eq!(kanda.count(), 2);
}

// --- encodings and packings ---

#[test]
fn the_same_list_reads_the_same_in_every_encoding_packing_and_line_ending() {
    let expected = read(HOKKAIDO).records;
    let with_mark = format!("\u{FEFF}{HOKKAIDO}");
    let variants = [
        with_mark.clone().into_bytes(),
        cp932(HOKKAIDO),
        gzip(HOKKAIDO.as_bytes()),
        gzip(with_mark.as_bytes()),
        gzip(&cp932(HOKKAIDO)),
        HOKKAIDO.replace("\r\n", "\n").into_bytes(),
        HOKKAIDO.replace("\r\n", "\r").into_bytes(),
        HOKKAIDO.trim_end().as_bytes().to_vec(),
        workbook(&[("一覧", HOKKAIDO)]),
    ];
    for (number, variant) in variants.iter().enumerate() {
        assert_eq!(read(variant).records, expected, "variant {number}");
    }
    assert_eq!(read(cp932(HOKKAIDO)).encoding, Encoding::Cp932);
}

#[test]
fn private_characters_of_cp932_are_kept_and_reported() {
    // F040 is the first user-defined character of CP932, U+E000.
    let mut bytes = cp932("131234567,");
    bytes.extend([0xF0, 0x40]);
    bytes.extend(cp932("田医院,1000001,千代田区千代田１\n"));
    let list = read(bytes);
    assert_eq!(list.records[0].name, "\u{E000}田医院");
    assert_eq!(problems(&list), [(1, "name", "private-character")]);
}

#[test]
fn a_line_with_undecodable_bytes_is_rejected_with_its_number_and_the_rest_is_kept() {
    for mut bytes in [cp932(HOKKAIDO), HOKKAIDO.as_bytes().to_vec()] {
        let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let name = second + "010112745,0112745,".len();
        bytes[name] = 0xFF;
        let list = read(bytes);
        assert_eq!((list.records.len(), list.rejected), (11, 1));
        assert_eq!(problems(&list), [(2, "name", "undecodable")]);
    }
}

// --- headers ---

#[test]
fn columns_are_found_by_their_header_in_any_order() {
    let list = read(
        "所在地,施設名,〒,10桁コード\n千代田区千代田１,架空病院,１００－０００１,１３－１－１２３４５６７\n",
    );
    let record = &list.records[0];
    assert_eq!(record.line, 2);
    assert_eq!(record.code.to_string(), "1311234567");
    assert_eq!(record.postal_code.as_deref(), Some("100-0001"));
    assert_eq!(
        (record.name.as_str(), record.address.as_str()),
        ("架空病院", "千代田区千代田１")
    );
}

#[test]
fn titles_above_the_header_and_blank_lines_are_not_lines_of_the_list() {
    let list = read(format!(
        "コード内容別医療機関一覧表\n令和6年9月1日現在\n\n{HEADER}\n131234567,架空病院,1000001,千代田区１\n,,,\n"
    ));
    assert_eq!((list.lines, list.records[0].line), (1, 6));
}

#[test]
fn seven_digits_are_a_code_beside_a_prefecture() {
    let list = read(
        "都道府県,点数表番号,医療機関番号,医療機関名称,医療機関所在地\n\
         13,1,1234567,架空病院,千代田区１\n\
         東京都,3,1234567,架空病院歯科,千代田区１\n\
         東京国,1,1234568,架空医院,千代田区２\n\
         ,1,1234569,架空診療所,千代田区３\n",
    );
    let codes: Vec<String> = list.records.iter().map(|r| r.code.to_string()).collect();
    assert_eq!(codes, ["1311234567", "1331234567"]);
    assert_eq!(
        problems(&list),
        [
            (4, "prefecture", "unknown-prefecture"),
            (5, "code", "code-prefecture-needed")
        ]
    );
}

#[test]
fn ten_and_seven_digits_under_similar_headers_are_told_apart_by_content() {
    let list =
        read("医療機関番号,医療機関コード,名称,住所\n1234567,1311234567,架空病院,千代田区１\n");
    assert_eq!(list.records[0].code.to_string(), "1311234567");
    assert!(list.problems.is_empty());
}

#[test]
fn below_a_header_no_column_is_guessed() {
    let csv = "医療機関コード,管理者,所在地\n131234567,架空太郎,千代田区１\n";
    let error = refused(csv);
    assert_eq!(error.code(), "columns-missing");
    assert!(error.to_string().contains("no column for name"), "{error}");
}

#[test]
fn a_telephone_column_is_not_taken_for_the_code() {
    let list = read("03-1234-5678,131234567,架空病院,1000001,千代田区千代田１\n");
    assert_eq!(list.records[0].code.key(), "131234567");
}

// --- lines with flaws, kept ---

#[test]
fn a_bad_postal_code_or_number_is_reported_and_the_record_kept() {
    let list = read(
        "131234567,1234567,架空病院,1000001,千代田区１\n\
         131234568,1234568,架空医院,100001,千代田区２\n\
         131234569,9999999,架空診療所,1000001,千代田区３\n\
         131234560,1234560,架空の家,,\n",
    );
    assert_eq!(list.records.len(), 4);
    assert_eq!(list.records[1].postal_code, None);
    assert_eq!(list.records[2].code.key(), "131234569");
    assert_eq!(
        problems(&list),
        [
            (2, "postal_code", "postal-code"),
            (3, "number", "number-disagrees"),
            (4, "address", "address-empty")
        ]
    );
}

// --- lines rejected ---

#[test]
fn the_same_code_with_another_name_is_rejected_not_merged() {
    let list = read(format!(
        "{HEADER}131234567,架空病院,1000001,千代田区１\n131234567,架空病院歯科,1000001,千代田区１\n"
    ));
    assert_eq!((list.records.len(), list.rejected), (1, 1));
    assert_eq!(
        problems(&list),
        [(3, "code", "same-code-different-facility")]
    );
    let sentence = list.problems[0].to_string();
    assert!(
        sentence.contains("10-digit") && sentence.contains("line 2"),
        "{sentence}"
    );
}

#[test]
fn ten_digits_tell_medical_and_dental_apart() {
    let list = read(format!(
        "{HEADER}1311234567,架空病院,1000001,千代田区１\n1331234567,架空病院,1000001,千代田区１\n\
         1331234567,別の歯科,1000001,千代田区１\n"
    ));
    assert_eq!((list.records.len(), list.rejected), (2, 1));
    assert_eq!(list.records[0].code.key(), list.records[1].code.key());
    assert!(
        list.problems[0]
            .to_string()
            .contains("remove or correct one")
    );
}

#[test]
fn codes_that_cannot_be_read_are_rejected_each_with_its_reason() {
    let list = read(format!(
        "{HEADER}481234567,架空病院,,千代田区１\n13123456A,架空病院,,千代田区１\n13123,架空病院,,千代田区１\n\
         10112489,架空病院,,札幌市１\n,架空病院,,千代田区１\n131234567,,,千代田区１\n131234568\n"
    ));
    assert_eq!(list.records.len(), 0);
    let codes: Vec<&str> = list.problems.iter().map(|p| p.reason.code()).collect();
    assert_eq!(
        codes,
        [
            "code-prefecture",
            "code-not-digits",
            "code-length",
            "code-leading-zero-lost",
            "code-empty",
            "name-empty",
            "too-few-columns"
        ]
    );
}

#[test]
fn nine_digits_in_a_list_of_ten_may_have_lost_a_zero_and_are_rejected() {
    let list = read(format!(
        "{HEADER}1311234567,架空病院,,千代田区１\n1311234568,架空診療所,,千代田区２\n\
         110112489,架空医院,,札幌市１\n010112489,別の医院,,札幌市２\n"
    ));
    assert_eq!(problems(&list), [(4, "code", "code-nine-among-ten")]);
    assert_eq!(list.records.len(), 3);
}

#[test]
fn one_mistyped_code_of_ten_digits_does_not_reject_a_list_of_nine() {
    let mut csv = HEADER.to_owned();
    for number in 0..200 {
        csv.push_str(&format!("13{number:07},架空病院{number},,千代田区１\n"));
    }
    csv.push_str("1311234567,架空医院,,千代田区１\n");
    assert_eq!(read(csv).rejected, 0);
}

#[test]
fn a_spreadsheet_code_stored_as_a_number_is_kept_only_with_all_ten_digits() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["コード", "名称", "住所"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (row, code) in (1..).zip([1_311_234_567.0, 131_234_567.0, 10_112_489.0]) {
        sheet.write_number(row, 0, code).unwrap();
        sheet.write_string(row, 1, "架空病院").unwrap();
        sheet.write_string(row, 2, "千代田区１").unwrap();
    }
    let list = read(workbook.save_to_buffer().unwrap());
    assert_eq!(list.records.len(), 1);
    assert_eq!(
        problems(&list),
        [
            (3, "code", "code-stored-as-number"),
            (4, "code", "code-stored-as-number")
        ]
    );
}

#[test]
fn invisible_characters_overlong_fields_and_open_quotes_reject_their_line_only() {
    let long = "あ".repeat(100_000);
    let list = read(format!(
        "{HEADER}131234561,架空\0病院,,千代田区１\n131234562,架空\u{202E}病院,,千代田区１\n\
         131234563,{long},,千代田区１\n131234564,\"架空病院,,千代田区１\n131234565,\"架空,病院\",,千代田区１\n"
    ));
    assert_eq!(
        problems(&list),
        [
            (2, "name", "invisible-character"),
            (3, "name", "invisible-character"),
            (4, "name", "too-long"),
            (5, "line", "quote-not-closed")
        ]
    );
    assert_eq!(list.records[0].name, "架空,病院");
}

#[test]
fn a_problem_is_serialised_with_line_column_and_a_sentence() {
    let list = read(format!("{HEADER}481234567,架空病院,,千代田区１\n"));
    let json = serde_json::to_value(&list.problems[0]).unwrap();
    assert_eq!(json["line"], 2);
    assert_eq!(json["column"], "code");
    assert_eq!(json["code"], "code-prefecture");
    let reason = json["reason"].as_str().unwrap();
    assert!(
        reason.contains("481234567") && reason.contains("01 to 47"),
        "{reason}"
    );
}

// --- files that are no list ---

#[test]
fn a_file_that_is_no_list_is_refused_with_a_sentence() {
    let mut xls = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    xls.resize(600, 0);
    let whole = gzip(HOKKAIDO.as_bytes());
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "empty"),
        (b"\xEF\xBB\xBF\r\n\r\n".to_vec(), "empty"),
        (HEADER.into(), "only-header"),
        (vec![0; 4096], "unsupported-form"),
        (b"\xFF\xFE1\x003\x00".to_vec(), "unsupported-form"),
        (b"%PDF-1.7\n".to_vec(), "unsupported-form"),
        (xls, "unsupported-form"),
        (b"PK\x03\x04 not a zip".to_vec(), "damaged-workbook"),
        (whole[..whole.len() / 2].to_vec(), "damaged-gzip"),
        (gzip(&whole), "unsupported-form"),
        (b"a,b,c\n1,2,3\n".to_vec(), "columns-missing"),
        ("あ".repeat(100_000).into_bytes(), "columns-missing"),
        (
            workbook(&[("一覧", "氏名,年齢\n架空太郎,40")]),
            "columns-missing",
        ),
        (workbook(&[("空", "")]), "empty"),
        (
            workbook(&[("一", HOKKAIDO), ("二", IBARAKI)]),
            "several-lists",
        ),
    ];
    for (bytes, expected) in cases {
        let error = refused(&bytes);
        assert_eq!(error.code(), expected, "{error}");
        let sentence = error.to_string();
        assert!(sentence.chars().count() < 400, "{sentence}");
    }
}

#[test]
fn a_sheet_that_is_no_list_is_reported_beside_the_one_that_is() {
    let list = read(workbook(&[("説明", "この表について"), ("一覧", HOKKAIDO)]));
    assert_eq!(list.records.len(), 12);
    assert_eq!(problems(&list), [(0, "sheet", "sheet-not-read")]);
}

#[test]
fn a_missing_file_is_named() {
    let error = lists::read("no/such/list.csv".as_ref()).unwrap_err();
    assert!(error.to_string().contains("no/such/list.csv"));
}

#[test]
fn a_file_is_read_by_its_content_whatever_its_name() {
    let path = std::env::temp_dir().join(format!("kanmon-list-{}.csv", std::process::id()));
    std::fs::write(&path, gzip(HOKKAIDO.as_bytes())).unwrap();
    let list = lists::read(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(list.unwrap().records.len(), 12);
}

// --- codes ---

#[test]
fn a_code_is_read_however_it_is_written() {
    for text in [
        "1311234567",
        "１３１１２３４５６７",
        " 13-1-1234567 ",
        "13 1 123456-7",
        "１３ー１ー１２３４５６７",
        "'1311234567",
    ] {
        let code: MedicalInstitutionCode = text.parse().unwrap();
        assert_eq!(code.to_string(), "1311234567", "{text}");
        assert_eq!(code.key(), "131234567");
        assert_eq!(code.points_table(), Some(PointsTable::MEDICAL));
    }
    let nine = MedicalInstitutionCode::parse("13,12345,67").unwrap();
    assert_eq!(
        (nine.to_string().as_str(), nine.ten_digits()),
        ("131234567", None)
    );
}

#[test]
fn no_code_is_refused_for_its_check_digit() {
    for last in 0..10 {
        assert!(MedicalInstitutionCode::parse(&format!("131123456{last}")).is_ok());
    }
}

#[test]
fn an_unknown_points_table_digit_is_kept() {
    let code = MedicalInstitutionCode::parse("1391234567").unwrap();
    assert_eq!(code.points_table().unwrap().name_ja(), None);
    assert_eq!(code.ten_digits().unwrap(), "1391234567");
}

#[test]
fn what_stands_beside_a_code_must_agree_with_it() {
    let tokyo = Prefecture::from_text("東京");
    let dental = PointsTable::from_text("歯科");
    let parse = MedicalInstitutionCode::parse_beside;
    assert_eq!(
        parse("1234567", tokyo, dental).unwrap().to_string(),
        "1331234567"
    );
    let error = parse("011234567", tokyo, None).unwrap_err();
    assert!(matches!(error, CodeError::PrefectureDisagrees { .. }));
    let error = parse("1311234567", tokyo, dental).unwrap_err();
    assert!(matches!(error, CodeError::PointsTableDisagrees { .. }));
}

#[test]
fn prefectures_run_from_hokkaido_to_okinawa() {
    assert_eq!(Prefecture::from_number(0), None);
    assert_eq!(Prefecture::from_number(48), None);
    let all: Vec<Prefecture> = Prefecture::all().collect();
    assert_eq!(
        (all.len(), all[0].name_en(), all[46].name_ja()),
        (47, "Hokkaido", "沖縄県")
    );
    assert_eq!(Prefecture::from_text("京都").unwrap().number(), 26);
    assert_eq!(Prefecture::from_text("北海道").unwrap().to_string(), "01");
}

#[test]
fn a_gln_is_refused_for_its_check_digit_and_says_the_right_one() {
    assert_eq!(
        Gln::parse("４５ 69951-110016").unwrap().as_str(),
        "4569951110016"
    );
    let error = Gln::parse("4569951110017").unwrap_err();
    assert!(matches!(error, CodeError::CheckDigit { expected: 6, .. }));
    assert!(matches!(
        Gln::parse("456995111001"),
        Err(CodeError::Length { digits: 12, .. })
    ));
}

#[test]
fn a_wholesaler_code_is_free_text_of_bounded_length() {
    assert_eq!(
        WholesalerCode::parse("　Ａ－０１２　").unwrap().as_str(),
        "A-012"
    );
    assert!(WholesalerCode::parse(" ").is_err());
    assert!(WholesalerCode::parse(&"1".repeat(41)).is_err());
    assert!(WholesalerCode::parse("1\u{0}2").is_err());
}

// --- search keys ---

#[test]
fn a_name_is_found_however_it_is_typed() {
    for (one, other) in [
        ("髙橋整形外科", "高橋整形外科"),
        ("宮﨑医院", "宮崎　医院"),
        ("\u{FA19}野クリニック", "神野くりにっく"),
        ("ｸﾘﾆｯｸ渡邉", "クリニック・渡辺"),
        ("中濵齋藤毉院", "中浜斉藤医院"),
        ("キヤノン診療所", "キャノン診療所"),
        ("霞ヶ関ビル", "霞ケ関ビル"),
        ("Ｒｅｖｏ．Ｃｌｉｎｉｃ", "revo clinic"),
        ("センター", "センタ－"),
        ("葛\u{E0100}城病院", "葛城病院"),
        ("𠮷田医院", "吉田医院"),
    ] {
        assert_eq!(search_key(one), search_key(other), "{one} / {other}");
    }
}

#[test]
fn grams_are_pairs_each_once() {
    assert_eq!(grams("ああああ"), ["ああ"]);
    assert_eq!(grams("病院病院"), ["病院", "院病"]);
    assert_eq!(grams("院"), ["院"]);
    assert!(grams("").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        for kind in [Kind::Csv, Kind::CsvGz, Kind::Xlsx] {
            if let Ok(list) = lists::read_bytes(&bytes, kind) {
                assert_every_line_is_accounted_for(&list);
            }
        }
        let _ = lists::read_bytes(&gzip(&bytes), Kind::CsvGz);
    }

    #[test]
    fn a_damaged_list_is_still_accounted_for(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        encoded in any::<bool>(),
    ) {
        let mut bytes = if encoded { cp932(HOKKAIDO) } else { UGLIES.as_bytes().to_vec() };
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(list) = lists::read_bytes(&bytes, Kind::Csv) {
            assert_every_line_is_accounted_for(&list);
        }
    }

    #[test]
    fn lists_made_of_likely_cells_are_accounted_for(
        rows in proptest::collection::vec(
            ("(13)?[0-9１]{5,9}|[0-9]{10}", "[あ髙\"\u{0}病院 ]{0,4}", "[0-9-]{0,8}", "[千代田区１]{0,5}"),
            1..30,
        ),
    ) {
        let mut csv = HEADER.to_owned();
        for (code, name, postal_code, address) in &rows {
            csv.push_str(&format!("{code},{name},{postal_code},{address}\n"));
        }
        let list = lists::read_bytes(csv.as_bytes(), Kind::Csv).unwrap();
        assert_every_line_is_accounted_for(&list);
        prop_assert_eq!(list.lines, rows.len() as u64);
    }

    #[test]
    fn a_damaged_workbook_never_panics(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = workbook(&[("一覧", HOKKAIDO)]);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = lists::read_bytes(&bytes, Kind::Xlsx);
    }

    #[test]
    fn folding_a_key_again_changes_nothing(text in any::<String>()) {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key);
    }

    #[test]
    fn folding_a_japanese_key_again_changes_nothing(text in "[ぁ-ヿｦ-ﾟ\u{3099}一-鿿豈-﫿A-Ｚ\u{1100}-\u{1175} -]{0,12}") {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key);
    }

    #[test]
    fn a_printed_code_reads_back_as_itself(prefecture in 1_u8..=47, table in proptest::option::of(0_u8..=9), number in 0_u32..10_000_000) {
        let table = table.map(|digit| digit.to_string()).unwrap_or_default();
        let text = format!("{prefecture:02}{table}{number:07}");
        let code = MedicalInstitutionCode::parse(&text).unwrap();
        prop_assert_eq!(code.to_string(), text);
    }
}
