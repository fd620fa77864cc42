//! Installing: the schema, the programme, the first administrator.

use std::io::BufRead;
use std::process::ExitCode;

use kanmon::accounts::{self, NewAccount, Training, factor_losses, passwords};
use kanmon::clock::Clock;
use kanmon::config::Cost;
use kanmon::db::Db;
use kanmon::error::{Error, Result};
use kanmon::messages::Lang;
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role};

use super::{Ending, Outcome, open};

/// Brings the schema and the guards up to date, and begins the programme where none has begun.
pub fn migrate(url: &str) -> Ending {
    let db = Db::open(url, Clock::system())
        .map_err(|cause| Outcome::Configuration(format!("DATABASE_URL: {cause}")))?;
    let ran = kanmon::guards::migrate(&db)?;
    begin(&db)?;
    match ran.len() {
        0 => println!("the schema is up to date; the guards are in place"),
        count => println!("{count} migrations run; the guards are in place"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The programme of the notice of 2024-12-27, unless one has begun, and the public holidays that are known.
pub fn begin(db: &Db) -> Result<()> {
    db.write(&Actor::system("migrate"), |tx| {
        if programmes::only(tx.conn)?.is_none() {
            programmes::begin(tx, &lunsumio(false))?;
        }
        Ok(())
    })?;
    programmes::days_off::seed(db).map(|_| ())
}

/// Mosunetuzumab for intravenous infusion, the one programme there are rules for.
pub fn lunsumio(demo: bool) -> NewProgramme {
    NewProgramme {
        code: "lunsumio-iv".to_owned(),
        name_ja: "ルンスミオ点滴静注 納入管理".to_owned(),
        name_en: "Lunsumio intravenous: delivery control".to_owned(),
        manufacturer: if demo {
            "架空製薬株式会社"
        } else {
            "製造販売業者"
        }
        .to_owned(),
        demo,
    }
}

/// Makes the first administrator.
pub fn create(url: &str, name: &str, login: &str) -> Ending {
    let db = open(url)?;
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|cause| Outcome::Usage(format!("standard input cannot be read: {cause}")))?;
    let password = password.trim_end_matches(['\r', '\n']);
    let hashed = passwords::hash(Cost::default(), password).map_err(in_words)?;
    let new = NewAccount {
        name: name.to_owned(),
        login: login.to_owned(),
        language: Lang::Ja,
    };
    db.write(&Actor::system("create-admin"), move |tx| {
        let (_, account) = accounts::create_account(tx, &new, &hashed)?;
        let today = tx.today;
        let own = accounts::grant(tx, &account, Role::Administrator, None, today, None)?;
        // There is nobody yet who could record it: whoever installs the program has trained its first administrator.
        let training = Training {
            on: today,
            by: "create-admin".to_owned(),
            material: String::new(),
        };
        accounts::record_training(tx, &own, &training).map(|_| ())
    })
    .map_err(in_words)?;
    println!("{login} is administrator from today");
    Ok(ExitCode::SUCCESS)
}

/// Sets the second factor of somebody aside, where there are no two administrators to do it.
pub fn reset_factor(url: &str, login: &str) -> Ending {
    let db = open(url)?;
    let of = login.to_owned();
    let done = db.write(&Actor::system("reset-factor"), move |tx| {
        factor_losses::reset_at_command_line(tx, &of)
    });
    match done {
        Ok(()) => {
            println!("{login} sets up a second factor anew at the next sign-in");
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::NotFound) => Err(Outcome::Usage(format!(
            "nobody signs in as {login:?}; check the login"
        ))),
        Err(Error::Stale) => Err(Outcome::Usage(format!(
            "{login} has no second factor; there is nothing to set aside"
        ))),
        Err(cause) => Err(in_words(cause)),
    }
}

/// What is wrong with the input, in the words of the pages.
fn in_words(cause: Error) -> Outcome {
    match cause {
        Error::Invalid(errors) => {
            let words: Vec<String> = errors
                .0
                .iter()
                .map(|(field, message)| format!("{field}: {}", Lang::En.say(message)))
                .collect();
            Outcome::Usage(words.join("\n"))
        }
        other => other.into(),
    }
}
