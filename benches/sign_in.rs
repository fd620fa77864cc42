//! Whether the time of a refused sign-in tells which logins exist; it prints the measure and judges nothing.
//!
//! `cargo bench --bench sign_in` takes turns: a known login with a wrong password, and a login that does not exist, two
//! thousand each (SIGN_IN_TRIES changes that). It prints the AUC, the chance that a known login takes longer than an
//! unknown one: 0.5 where the time tells nothing. Then the same without the work that is done for nobody, which must come
//! out near 1: otherwise the bench could not see what it looks for. Each login is tried equally often, so that neither
//! side meets more waits or first failures than the other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::time::{Duration, Instant};

use kanmon::accounts::{self, NewAccount};
use kanmon::clock::Clock;
use kanmon::config::Cost;
use kanmon::db::Db;
use kanmon::messages::Lang;
use kanmon::scope::Actor;

/// Logins of either sort; each is tried as often as the others.
const LOGINS: usize = 200;
/// A little less than in earnest, so that it ends in a few minutes; enough to stand out from the time of writing a failure
/// down, which belongs to the answer as well.
const COST: Cost = Cost {
    memory_kib: 16_384,
    passes: 1,
};

fn main() {
    let tries = std::env::var("SIGN_IN_TRIES")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(2_000_usize);
    let file = std::env::temp_dir().join(format!("kanmon-sign-in-{}.db", std::process::id()));
    let db = Db::open(&format!("sqlite://{}", file.display()), Clock::system()).unwrap();
    kanmon::guards::migrate(&db).unwrap();
    people(&db);
    let real = |login: &str| {
        let _ = accounts::sign_in(&db, COST, login, "not this one");
    };
    println!("with the work for nobody:    {}", compare(tries, real));
    let bare = |login: &str| {
        let _ = accounts::sign_in_or(&db, login, "not this one", |_| Ok(()));
    };
    println!("without the work for nobody: {}", compare(tries, bare));
    drop(db);
    for end in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(end);
        let _ = std::fs::remove_file(path);
    }
}

fn known(number: usize) -> String {
    format!("known-{number:04}")
}

fn unknown(number: usize) -> String {
    format!("other-{number:04}")
}

fn people(db: &Db) {
    let hashed = accounts::hash(COST, "correct horse battery").unwrap();
    db.write(&Actor::system("bench"), move |tx| {
        for number in 0..LOGINS {
            let new = NewAccount {
                name: format!("架空 {number}"),
                login: known(number),
                language: Lang::Ja,
            };
            accounts::create_account(tx, &new, &hashed)?;
        }
        Ok(())
    })
    .unwrap();
}

fn compare(tries: usize, sign_in: impl Fn(&str)) -> String {
    let time = |login: &str| {
        let begun = Instant::now();
        sign_in(login);
        begun.elapsed()
    };
    for number in 0..LOGINS {
        time(&known(number));
        time(&unknown(number));
    }
    let (mut existing, mut absent) = (Vec::new(), Vec::new());
    for turn in 0..tries {
        let number = turn % LOGINS;
        // Now one first and now the other, so that neither always follows the other's work.
        if turn % 2 == 0 {
            existing.push(time(&known(number)));
            absent.push(time(&unknown(number)));
        } else {
            absent.push(time(&unknown(number)));
            existing.push(time(&known(number)));
        }
    }
    format!(
        "AUC {:.3} over {tries} each; medians {:.3} ms known, {:.3} ms unknown",
        auc(&existing, &absent),
        median(&mut existing),
        median(&mut absent),
    )
}

/// The chance that one of the first takes longer than one of the second, ties counted as half (Mann and Whitney).
fn auc(one: &[Duration], other: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let (mut ranks, mut at) = (0.0, 0);
    while at < all.len() {
        let ties = all[at..].iter().take_while(|(time, _)| *time == all[at].0);
        let ties = ties.count();
        let rank = (at + 1 + at + ties) as f64 / 2.0;
        let own = all[at..at + ties].iter().filter(|(_, first)| *first);
        ranks += rank * own.count() as f64;
        at += ties;
    }
    let (n, m) = (one.len() as f64, other.len() as f64);
    (ranks - n * (n + 1.0) / 2.0) / (n * m)
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}
