//! Proof that leaves the house: checkpoints in a file and in the mail, certificates, and signatures that no longer fit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use diesel::connection::SimpleConnection;
use kanmon::attestations::{self, Step};
use kanmon::audit::tree;
use kanmon::config::{Mail, Office};
use kanmon::db::Db;
use kanmon::ids::AttestationId;
use kanmon::mailbox::mailbox;
use kanmon::notes::{Checkpoint, Signatory, Verifier};
use kanmon::scope::{Actor, Role};
use kanmon::witness::{self, Trouble, Witness, post};
use mail_parser::{MessageParser, MimeHeaders};
use support::deliveries::done;
use support::programme::{Evidence, Ground, Place};
use support::raw::{Trigger, drop_trigger, guarded, raw};
use support::{TestApp, TestDb, User, day};

const SECRET: [u8; 32] = [7; 32];
const BROKEN: &str = "署名のあとで記録が変わっています";

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("kanmon_{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("checkpoints.txt")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn own(secret: &[u8; 32]) -> Verifier {
    let own = Signatory::new("kanmon/lunsumio-iv", secret).unwrap();
    own.verifier()
}

fn notes(file: &Path) -> Vec<String> {
    tree::notes_in(&std::fs::read_to_string(file).unwrap())
}

fn read(note: &str) -> Checkpoint {
    Checkpoint::parse(own(&SECRET).open(note).unwrap()).unwrap()
}

fn head(db: &Db) -> i64 {
    db.read(kanmon::audit::head).unwrap()
}

/// The log is whole and fits every note of the file.
#[track_caller]
fn fits(db: &Db, file: &Path) {
    let notes = notes(file);
    let found = db
        .read(|conn| tree::verify(conn, &[own(&SECRET)], &notes))
        .unwrap();
    assert_eq!(found.damage, []);
}

#[test]
fn each_signature_and_each_shipment_is_in_a_checkpoint_of_the_file() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let folder = Folder::new();
    let mut witness = Witness::new(data.db.clone(), SECRET, folder.file());
    witness.keep_up().unwrap();
    assert_eq!(notes(&folder.file()).len(), 0, "nothing was signed yet");

    let place = ground.all_ready("架空市立中央病院");
    witness.keep_up().unwrap();
    assert_eq!(notes(&folder.file()).len(), 1, "all signatures so far");
    let id = ground.approved(&place);
    witness.keep_up().unwrap();
    assert_eq!(notes(&folder.file()).len(), 2, "the approval");
    ground.release(&id).unwrap();
    witness.keep_up().unwrap();
    assert_eq!(notes(&folder.file()).len(), 2, "a release is not signed");
    done(ground.ship(&id));
    let shipped = head(&data.db);
    witness.keep_up().unwrap();
    witness.keep_up().unwrap();
    let kept = notes(&folder.file());
    assert_eq!(kept.len(), 3, "the shipment, once");
    assert!(read(&kept[2]).size >= u64::try_from(shipped).unwrap());
    fits(&data.db, &folder.file());
}

#[test]
fn what_was_committed_before_a_crash_is_caught_up_with() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let folder = Folder::new();
    ground.all_ready("架空市立中央病院");
    // Signed into the database by a process that ended before it wrote the file.
    let signed = || {
        let signed = kanmon::witness::sign(&data.db, &SECRET, &Actor::system("test"));
        signed.unwrap().unwrap().0
    };
    let note = signed();
    let mut witness = Witness::new(data.db.clone(), SECRET, folder.file());
    witness.keep_up().unwrap();
    assert_eq!(notes(&folder.file()), std::slice::from_ref(&note));
    // And one that ended in the middle of a note.
    ground.all_ready("架空大学病院");
    let next = signed();
    std::fs::write(folder.file(), format!("{note}{}", &next[..next.len() - 9])).unwrap();
    let mut witness = Witness::new(data.db.clone(), SECRET, folder.file());
    witness.keep_up().unwrap();
    let kept = notes(&folder.file());
    assert_eq!(kept, [note, next]);
    fits(&data.db, &folder.file());
}

#[test]
fn a_missing_folder_and_a_full_disk_are_seen_and_lose_nothing() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    ground.all_ready("架空市立中央病院");
    let folder = Folder::new();
    let file = folder.0.join("away/checkpoints.txt");
    let mut witness = Witness::new(app.db.clone(), SECRET, file.clone());
    let obstacle = witness.keep_up().unwrap_err();
    assert_eq!(obstacle.trouble, Trouble::Unwritable);
    let words = "検査点のファイルに書けません";
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    for who in [&ground.safety, &administrator] {
        let mut user = ground.at_browser(&app, who);
        user.get("/").is(200).says(words).says("away");
        user.get("/letters").is(200).says(words);
    }
    let mut representative = ground.at_browser(&app, &ground.representative);
    representative.get("/").is(200).says_not(words);

    std::fs::create_dir(folder.0.join("away")).unwrap();
    witness.keep_up().unwrap();
    assert_eq!(notes(&file).len(), 1);
    let mut officer = ground.at_browser(&app, &ground.safety);
    officer.get("/").is(200).says_not(words);

    // Linux has a file that is always full.
    let full = Path::new("/dev/full");
    if full.exists() {
        let mut witness = Witness::new(app.db.clone(), SECRET, full.to_path_buf());
        let obstacle = witness.keep_up().unwrap_err();
        assert_eq!(obstacle.trouble, Trouble::Unwritable, "{obstacle}");
        officer.get("/").is(200).says(words);
    }
}

#[test]
fn a_file_of_another_log_is_left_alone_and_said_so() {
    let (one, other) = (TestDb::new(), TestDb::new());
    let folder = Folder::new();
    for data in [&one, &other] {
        let ground = Ground::begin(&data.db);
        ground.all_ready("架空市立中央病院");
    }
    Witness::new(one.db.clone(), SECRET, folder.file())
        .keep_up()
        .unwrap();
    let before = std::fs::read_to_string(folder.file()).unwrap();
    let mut witness = Witness::new(other.db.clone(), SECRET, folder.file());
    assert_eq!(witness.keep_up().unwrap_err().trouble, Trouble::Foreign);
    let failing = other.db.read(witness::failing).unwrap().unwrap();
    assert_eq!(failing.trouble, Trouble::Foreign);
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), before);
}

#[test]
fn after_a_rotation_old_notes_verify_with_the_old_key_and_new_ones_with_the_new() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let folder = Folder::new();
    ground.all_ready("架空市立中央病院");
    Witness::new(data.db.clone(), SECRET, folder.file())
        .keep_up()
        .unwrap();
    ground.all_ready("架空大学病院");
    let next = [8; 32];
    Witness::new(data.db.clone(), next, folder.file())
        .keep_up()
        .unwrap();
    let kept = notes(&folder.file());
    let (old, new) = (own(&SECRET), own(&next));
    assert_eq!(kept.len(), 2);
    assert!(old.open(&kept[0]).is_ok() && old.open(&kept[1]).is_err());
    assert!(new.open(&kept[1]).is_ok() && new.open(&kept[0]).is_err());
    let keys = data.db.read(tree::keys).unwrap();
    assert_eq!(keys, [old, new]);
    let found = data
        .db
        .read(|conn| tree::verify(conn, &keys, &kept))
        .unwrap();
    assert_eq!(found.damage, []);
}

fn mail_to(folder: &Path) -> Mail {
    Mail {
        codes: None,
        office: Office::Folder(folder.to_path_buf()),
        from: mailbox("Kanmon <kanmon@kanmon.example.com>").unwrap(),
        origin: "https://kanmon.example.com".to_owned(),
        lease: chrono::TimeDelta::seconds(120),
    }
}

fn letters(folder: &Path) -> Vec<Vec<u8>> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| std::fs::read(name).unwrap())
        .collect()
}

#[test]
fn a_checkpoint_leaves_once_a_day_and_verifies_as_it_arrives() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    ground.all_ready("架空市立中央病院");
    let folder = Folder::new();
    let (mail, to) = (
        mail_to(&folder.0),
        mailbox("proof@authority.example").unwrap(),
    );
    let go_on = AtomicBool::new(false);
    let send = |mail: &Mail| post::send(&data.db, mail, &to, &go_on).unwrap();
    assert!(!send(&mail), "nothing is queued");
    assert!(post::queue(&data.db, &SECRET).unwrap());
    assert!(!post::queue(&data.db, &SECRET).unwrap(), "once a day");
    assert!(send(&mail));
    assert!(!send(&mail), "sent once");
    let sent = letters(&folder.0);
    assert_eq!(sent.len(), 1);

    let message = MessageParser::default().parse(&sent[0]).unwrap();
    let reader = message.to().unwrap().first().unwrap();
    assert_eq!(reader.address(), Some("proof@authority.example"));
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    let rule = format!("{}\n", "-".repeat(40));
    let parts: Vec<&str> = text.split(&rule).collect();
    let kept = data.db.read(tree::checkpoints).unwrap();
    let (size, note, _) = kept.last().unwrap();
    assert_eq!(parts[1], note, "unbroken, byte for byte");
    let known = read(parts[1]);
    assert_eq!(known.size, u64::try_from(*size).unwrap());
    assert!(parts[2].contains(&own(&SECRET).to_string()), "{text}");
    let file = message.attachment(0).unwrap();
    assert!(
        file.attachment_name()
            .unwrap()
            .contains("kanmon-checkpoint-2026-11-24")
    );
    assert_eq!(file.contents(), note.as_bytes());
    // A mail program that saves with CR LF spoils nothing.
    let saved = note.replace('\n', "\r\n");
    assert_eq!(tree::notes_in(&saved), std::slice::from_ref(note));

    data.clock.move_to("2026-11-24T15:00:00Z".parse().unwrap());
    assert!(
        post::queue(&data.db, &SECRET).unwrap(),
        "midnight in Japan has passed"
    );
    assert!(send(&mail));
    assert_eq!(letters(&folder.0).len(), 2);
}

#[test]
fn a_checkpoint_that_cannot_be_mailed_is_seen_and_tried_again() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let folder = Folder::new();
    let blocked = folder.0.join("outbox");
    std::fs::write(&blocked, "a file where a folder should be").unwrap();
    let (mail, to) = (
        mail_to(&blocked),
        mailbox("proof@authority.example").unwrap(),
    );
    let go_on = AtomicBool::new(false);
    post::queue(&app.db, &SECRET).unwrap();
    let words = "社外へ送れていない検査点";
    let mut officer = ground.at_browser(&app, &ground.safety);
    officer.get("/").says_not(words);
    assert!(!post::send(&app.db, &mail, &to, &go_on).unwrap());
    officer.get("/").says(words);
    std::fs::remove_file(&blocked).unwrap();
    assert!(
        !post::send(&app.db, &mail, &to, &go_on).unwrap(),
        "not at once"
    );
    app.clock.advance(chrono::TimeDelta::minutes(10));
    assert!(post::send(&app.db, &mail, &to, &go_on).unwrap());
    officer.get("/").says_not(words);
}

/// SQL past the guards, as somebody with the database in their hands would write it.
fn tamper(app: &TestApp, triggers: &[Trigger], sql: &str) {
    let (triggers, sql) = (triggers.to_vec(), sql.to_owned());
    app.db
        .jot(move |conn| {
            for trigger in &triggers {
                drop_trigger(conn, *trigger)?;
            }
            Ok(conn.batch_execute(&sql)?)
        })
        .unwrap();
}

fn attestation(ground: &Ground, place: &Place) -> AttestationId {
    let scope = ground.staff();
    let all = ground
        .db
        .read(|conn| attestations::of_facility(conn, &scope, &place.id, None))
        .unwrap();
    all.rows[0].id.clone()
}

fn statement(app: &TestApp, place: &Place) -> String {
    use diesel::prelude::*;
    use kanmon::schema::qualification;
    let id = place.id.clone();
    app.db
        .read(move |conn| {
            Ok(qualification::table
                .filter(qualification::facility_id.eq(&id))
                .select(qualification::id)
                .first(conn)?)
        })
        .unwrap()
}

#[test]
fn a_record_that_was_changed_behind_its_signature_says_so() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.released(&place);
    let mut officer = ground.at_browser(&app, &ground.safety);
    let attested = attestation(&ground, &place);
    let stated = statement(&app, &place);
    let cases: [(&str, Vec<Trigger>, String); 6] = [
        (
            &format!("/attestations/{attested}"),
            vec![],
            format!(
                "UPDATE attestation SET answers = replace(answers, 'true', 'false') WHERE id = '{attested}'"
            ),
        ),
        (
            &format!("/qualifications/{stated}"),
            vec![("qualification_moves_on", "qualification")],
            format!("UPDATE qualification SET statement = 'なし' WHERE id = '{stated}'"),
        ),
        (
            &format!("/deliveries/{delivery}"),
            vec![("approval_no_update", "approval")],
            format!("UPDATE approval SET reason = 'よい' WHERE delivery_id = '{delivery}'"),
        ),
        (
            &format!("/deliveries/{delivery}"),
            vec![("delivery_line_no_update", "delivery_line")],
            format!(
                "UPDATE delivery_line SET quantity = quantity + 1 WHERE delivery_id = '{delivery}'"
            ),
        ),
        (
            &format!("/deliveries/{delivery}"),
            vec![("verdict_no_update", "verdict")],
            format!(
                "UPDATE verdict SET facts = replace(facts, 'true', 'false') WHERE id = (SELECT verdict_id FROM approval WHERE delivery_id = '{delivery}')"
            ),
        ),
        (
            &format!("/deliveries/{delivery}"),
            vec![("finding_no_update", "finding")],
            format!(
                "UPDATE finding SET body = replace(body, 'met', 'consider') WHERE position = 0 AND verdict_id = (SELECT verdict_id FROM approval WHERE delivery_id = '{delivery}')"
            ),
        ),
    ];
    for (page, triggers, change) in &cases {
        officer.get(page).is(200).says_not(BROKEN);
        officer
            .get(&format!("{page}/certificate"))
            .is(200)
            .says_not(BROKEN);
        // One at a time: what is put back fits again.
        let back = back(&app, change);
        tamper(&app, triggers, change);
        officer.get(page).is(200).says(BROKEN).holds("banner-unmet");
        officer
            .get(&format!("{page}/certificate"))
            .is(200)
            .says(BROKEN);
        tamper(&app, &[], &back);
    }
}

/// SQL that undoes an `UPDATE table SET column = … WHERE …` of one row.
fn back(app: &TestApp, change: &str) -> String {
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    let words: Vec<&str> = change.splitn(6, ' ').collect();
    let (table, column) = (words[1], words[3]);
    let condition = change.split_once(" WHERE ").unwrap().1;
    if column == "quantity" {
        return format!("UPDATE {table} SET quantity = quantity - 1 WHERE {condition}");
    }
    #[derive(QueryableByName)]
    struct One {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let sql = format!("SELECT {column} AS value FROM {table} WHERE {condition}");
    let one = app
        .db
        .read(|conn| Ok(kanmon::each!(conn, c => diesel::sql_query(sql).get_result::<One>(c))?))
        .unwrap();
    let value = one.value.replace('\'', "''");
    format!("UPDATE {table} SET {column} = '{value}' WHERE {condition}")
}

/// The state may move on, and a returned attestation is signed anew; neither looks like tampering.
#[test]
fn what_a_record_may_become_after_a_signature_does_not_break_it() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    let mut officer = ground.at_browser(&app, &ground.safety);
    let former = "前の版への署名です";

    let id = ground.submit(&place, &Evidence::default());
    let page = format!("/attestations/{id}");
    officer.get(&page).is(200).says_not(BROKEN).says_not(former);
    let about = id.clone();
    ground
        .act(&ground.safety, move |tx, scope| {
            let version = attestations::get(tx.conn, scope, &about)?.version;
            let step = Step::Validity;
            attestations::return_for_correction(tx, scope, &about, version, step, "日付")
        })
        .unwrap();
    officer.get(&page).says_not(BROKEN).says(former);
    // The same record, with another answer this time.
    let other = Evidence {
        valid_until: Some(day("2027-06-30")),
        ..Evidence::default()
    };
    assert_eq!(ground.submit(&place, &other), id);
    ground.accept(&ground.safety, &id);
    officer.get(&page).says_not(BROKEN).says(former);
    ground.withdraw(&ground.safety, &id);
    officer.get(&page).says_not(BROKEN).says("取り下げた");

    let ready = ground.all_ready("架空大学病院");
    let delivery = ground.released(&ready);
    let page = format!("/deliveries/{delivery}");
    officer.get(&page).says("納入を承認した").says_not(BROKEN);
    done(ground.ship(&delivery));
    ground.receive(&delivery).unwrap();
    officer.get(&page).says("納入を承認した").says_not(BROKEN);
    let refused = ground.ordered(&ready);
    let (about, version) = (refused.clone(), ground.delivery(&refused).row.version);
    ground
        .sign(&ground.approver, move |tx, scope, proof| {
            kanmon::deliveries::refuse(tx, scope, (&about, version), "在庫なし", proof)
        })
        .unwrap();
    officer
        .get(&format!("/deliveries/{refused}"))
        .says("納入を認めなかった")
        .says_not(BROKEN);

    let stated = statement(&app, &ready);
    let about = stated.parse().unwrap();
    ground
        .sign(&ready.physician, move |tx, scope, proof| {
            let today = tx.today;
            let row = kanmon::physicians::register::statement(tx.conn, scope, &about, today)?;
            kanmon::physicians::withdraw(tx, scope, &about, row.version, "異動のため", proof)
        })
        .unwrap();
    officer
        .get(&format!("/qualifications/{stated}"))
        .says("取り下げた")
        .says_not(BROKEN);
}

/// What stands in `<code>` after a label.
fn code_after<'a>(page: &'a str, label: &str) -> &'a str {
    let rest = page.split_once(label).unwrap().1;
    let rest = rest.split_once("<code>").unwrap().1;
    rest.split_once("</code>").unwrap().0
}

fn proof_path(page: &str) -> String {
    let rest = page.split_once("href=\"/proofs/").unwrap().1;
    format!("/proofs/{}", rest.split_once('"').unwrap().0)
}

#[test]
fn a_certificate_prints_the_proof_and_its_page_gives_it_away() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.released(&place);
    done(ground.ship(&delivery));
    let mut own_people = ground.at_browser(&app, &place.coordinator);
    let pages = [
        format!("/attestations/{}/certificate", attestation(&ground, &place)),
        format!("/qualifications/{}/certificate", statement(&app, &place)),
        format!("/deliveries/{delivery}/certificate"),
    ];
    for page in &pages {
        own_people
            .get(page)
            .is(200)
            .says("検査点はまだ署名されていません")
            .says("2026年11月24日(火)（令和8年）");
    }
    let folder = Folder::new();
    Witness::new(app.db.clone(), SECRET, folder.file())
        .keep_up()
        .unwrap();
    let note = notes(&folder.file()).pop().unwrap();
    let root = hex::encode(read(&note).root);
    let other = ground.all_ready("架空大学病院");
    let mut strangers = ground.at_browser(&app, &other.coordinator);
    for page in &pages {
        strangers.get(page).is(404);
        let shown = own_people.get(page);
        shown
            .is(200)
            .says(&own(&SECRET).to_string())
            .says_not(BROKEN)
            .holds("<svg class=\"qr\"");
        assert!(!shown.body.contains("style="), "no style of its own");
        assert_eq!(code_after(&shown.body, "検査点の根"), root);
        let leaf = code_after(&shown.body, "葉のハッシュ").to_owned();
        let path = proof_path(&shown.body);
        let id = path.trim_start_matches("/proofs/");
        let origin = &app.site.config.public_url.origin;
        let size = read(&note).size;
        // Whom the record is about stands on the paper, not in its code.
        let said =
            format!("kanmon:audit {id}\nleaf {leaf}\nsize {size}\nroot {root}\n{origin}{path}");
        assert!(
            shown.body.contains(&drawn(&said)),
            "another code than of {said}"
        );
        strangers.get(&path).is(404);
        strangers.get(&format!("{path}/inclusion.json")).is(404);
        let proof = own_people.get(&path);
        proof.is(200).says("この行は検査点の木に含まれています");
        assert_eq!(code_after(&proof.body, "葉のハッシュ"), leaf);
        let given = own_people.get(&format!("{path}/inclusion.json"));
        given.is(200);
        let given: serde_json::Value = serde_json::from_str(&given.body).unwrap();
        assert_eq!(given["proof"]["row"]["leaf"], leaf.as_str());
        assert_eq!(given["proof"]["root"], root.as_str());
        assert_eq!(given["checkpoint"], note.as_str());
    }
    english(&mut own_people, &pages);
    // Rows of the log about something else are no page.
    let foreign = app.db.read(|conn| tree::page(conn, 0)).unwrap();
    let begun = foreign.iter().find(|row| row.verb == "programme_begun");
    own_people
        .get(&format!("/proofs/{}", begun.unwrap().id))
        .is(404);
}

/// The dark squares of a QR code, within a white margin of four.
fn drawn(text: &str) -> String {
    use qrcode::{Color, EcLevel, QrCode};
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let (width, mut path) = (code.width(), String::new());
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path += &format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4);
        }
    }
    format!("<path d=\"{path}\"")
}

fn english(user: &mut User, pages: &[String]) {
    user.post("/language", &[("language", "en"), ("back", "/")]);
    for page in pages {
        user.get(page).is(200).says("Proof from the audit log");
    }
}

#[test]
fn checkpoints_kept_subtrees_and_mailed_days_never_change() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    ground.all_ready("架空市立中央病院");
    let folder = Folder::new();
    post::queue(&data.db, &SECRET).unwrap();
    let refused = |table: &'static str, end: &str, words: &str, sql: &str| {
        let trigger = format!("{table}_{end}").leak();
        guarded(&data.db, &[(trigger, table)], words, sql);
    };
    let stays = "stays as it was mailed";
    refused(
        "checkpoint_mail",
        "stays",
        stays,
        "UPDATE checkpoint_mail SET key = 'another'",
    );
    let (mail, to) = (
        mail_to(&folder.0),
        mailbox("proof@authority.example").unwrap(),
    );
    assert!(post::send(&data.db, &mail, &to, &AtomicBool::new(false)).unwrap());
    let unsent = "UPDATE checkpoint_mail SET sent_at = NULL";
    refused("checkpoint_mail", "stays", stays, unsent);
    let gone = "DELETE FROM checkpoint_mail";
    refused("checkpoint_mail", "no_delete", stays, gone);
    let never = "a checkpoint never changes";
    let other = "UPDATE checkpoint SET note = ''";
    refused("checkpoint", "no_update", never, other);
    let unmailed = "INSERT INTO checkpoint (size, note, at) VALUES (0, '', '2026-11-24 00:00:00')";
    raw(&data.db, unmailed).unwrap();
    let gone = "DELETE FROM checkpoint WHERE size = 0";
    refused("checkpoint", "no_delete", never, gone);
    let kept = "INSERT INTO audit_subtree (height, position, root) VALUES (8, 9, '')";
    raw(&data.db, kept).unwrap();
    let never = "a kept subtree of the log never changes";
    let other = "UPDATE audit_subtree SET root = '00'";
    refused("audit_subtree", "no_update", never, other);
    refused(
        "audit_subtree",
        "no_delete",
        never,
        "DELETE FROM audit_subtree",
    );
}

fn kanmon(folder: &Folder, url: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(words)
        .current_dir(&folder.0)
        .env_clear()
        .env("DATABASE_URL", url)
        .output()
        .unwrap()
}

#[test]
fn the_command_line_proves_that_the_log_only_grew() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let folder = Folder::new();
    let run = |words: &[&str]| {
        let output = kanmon(&folder, &data.url, words);
        let out = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), out)
    };
    let keep = |name: &str| {
        let (code, note) = run(&["audit", "checkpoint"]);
        assert_eq!(code, 0);
        std::fs::write(folder.0.join(name), note).unwrap();
    };
    keep("old.txt");
    ground.all_ready("架空市立中央病院");
    keep("new.txt");
    ground.all_ready("架空大学病院");
    for words in [&["old.txt", "new.txt"][..], &["old.txt"], &["new.txt"]] {
        let (code, out) = run(&[&["audit", "consistency"], words].concat());
        assert_eq!(code, 0, "{words:?}");
        let given: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(given["path"].as_array().is_some(), "{out}");
    }
    let backwards = run(&["audit", "consistency", "new.txt", "old.txt"]);
    assert_eq!(backwards.0, 1);
    let missing = run(&["audit", "consistency", "no-such.txt"]);
    assert_eq!(missing.0, 2);
    // A log written anew goes by the same key and name, and is not the one that left the house.
    let other = TestDb::new();
    Ground::begin(&other.db).all_ready("別の架空病院");
    let words = ["audit", "consistency", "old.txt"];
    let output = kanmon(&folder, &other.url, &words);
    assert_eq!(output.status.code(), Some(1));
}
