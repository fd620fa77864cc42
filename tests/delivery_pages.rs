//! The forms of a delivery with what people really type: a clear word beside the field, and nothing typed is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use support::TestApp;
use support::deliveries::rows;
use support::forms::{Sheet, version};
use support::programme::Ground;

fn order() -> Sheet {
    Sheet::new()
        .all(&[("channel", "wholesaler"), ("branch", "中央支店")])
        .day("arrives_on", "2026-11-27")
}

#[test]
fn an_order_typed_wrong_says_what_is_so_and_keeps_what_was_typed() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let mut user = ground.at_browser(&app, &place.coordinator);
    let path = format!("/facilities/{}/deliveries", place.id);
    let before = rows(&app.db);
    let wholesaler = "神ｶｸｳ薬品😀";
    let cases = [
        // An impossible day, in full width.
        (
            order()
                .put("quantity_1mg", "３")
                .day("ships_on", "２０２６-２-３０"),
            "28 日まで",
        ),
        (
            order()
                .put("quantity_1mg", "3")
                .day("ships_on", "1026-11-25"),
            "1900",
        ),
        (
            order()
                .put("quantity_1mg", "3")
                .day("ships_on", "2026-13-01"),
            "13",
        ),
        (
            order()
                .put("quantity_1mg", "三")
                .day("ships_on", "2026-11-25"),
            "三",
        ),
        (
            order()
                .put("quantity_1mg", "-1")
                .day("ships_on", "2026-11-25"),
            "-1",
        ),
        (
            order()
                .put("quantity_1mg", "1000")
                .day("ships_on", "2026-11-25"),
            "1000",
        ),
        (
            order().day("ships_on", "2026-11-25"),
            "少なくとも 1 バイアル",
        ),
        (
            order()
                .put("quantity_1mg", "3")
                .day("ships_on", "2026-11-20"),
            "過ぎています",
        ),
        (
            order()
                .put("quantity_1mg", "3")
                .day("ships_on", "2026-11-28"),
            "出荷日より前",
        ),
    ];
    for (sheet, words) in cases {
        let reply = sheet.put("wholesaler", wholesaler).send(&mut user, &path);
        reply.is(422).says(words);
        assert!(reply.body.contains(wholesaler), "what was typed is kept");
        assert!(reply.body.contains("aria-invalid") || reply.body.contains("class=\"why\""));
    }
    let nul = order()
        .put("quantity_1mg", "3")
        .day("ships_on", "2026-11-25")
        .put("wholesaler", "架空\0薬品");
    nul.send(&mut user, &path).is(422);
    let huge = "あ".repeat(4 * 1024 * 1024);
    let reply = order().put("wholesaler", &huge).send(&mut user, &path);
    assert_eq!(reply.status, 413);
    assert_eq!(rows(&app.db), before, "nothing was written");
    let taken = order()
        .put("quantity_1mg", "３")
        .put("wholesaler", wholesaler)
        .day("ships_on", "２０２６-１１-２５")
        .taken(&mut user, &path);
    user.get(&taken).is(200).says(wholesaler);
}

#[test]
fn a_shipment_and_a_receipt_typed_wrong_move_nothing() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.released(&place);
    let mut operator = ground.at_browser(&app, &ground.operator);
    let path = format!("/deliveries/{id}/shipment");
    let seen = version(&operator.get(&path));
    let before = rows(&app.db);
    let shipment = || Sheet::new().put("version", &seen).put("lot_0", "神ﾛｯﾄ😀");
    for sheet in [
        shipment(),
        shipment().day("arrives_on", "2026-02-30"),
        shipment()
            .day("arrives_on", "2026-11-25")
            .put("quantity_0", "０"),
    ] {
        let reply = sheet.send(&mut operator, &path);
        reply.is(422);
        assert!(reply.body.contains("神ﾛｯﾄ😀"), "what was typed is kept");
    }
    let stale = Sheet::new().put("version", "0").send(&mut operator, &path);
    assert!(matches!(stale.status, 409 | 422), "{}", stale.status);
    // A version that is no number is no form of ours.
    let odd = Sheet::new()
        .put("version", "abc")
        .send(&mut operator, &path);
    assert_eq!(odd.status, 400, "{}", odd.text());
    assert_eq!(rows(&app.db), before, "nothing was written");
    support::deliveries::done(ground.ship(&id));
    let path = format!("/deliveries/{id}/receipt");
    let seen = version(&operator.get(&path));
    let receipt = || {
        Sheet::new()
            .put("version", &seen)
            .day("received_at", "2026-11-24")
            .put("intact", "yes")
            .all(&[("quantity_0", "3"), ("quantity_1", "2")])
    };
    for (sheet, words) in [
        (receipt().put("received_at-t", "25:61"), "25:61"),
        (receipt().put("received_at-t", "08:00"), "届いた日時は"),
        (
            receipt().put("received_at-t", "09:00").put("lowest", "冷"),
            "冷",
        ),
        (
            receipt()
                .put("received_at-t", "09:00")
                .put("lowest", "２．５"),
            "両方",
        ),
    ] {
        sheet.send(&mut operator, &path).is(422).says(words);
    }
}
