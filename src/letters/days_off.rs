//! The days on which nobody works, year by year, and the lead times by which letters go out.

use actix_web::web::Query;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::alarmed;
use crate::audit::Known;
use crate::error::{FieldErrors, Message};
use crate::ids::DayOffId;
use crate::programmes::days_off::{self, DayOff, Kind};
use crate::programmes::policies;
use crate::reminders::post::{self, Alarms};
use crate::rules::policy::PolicyVersion;
use crate::web::visitor::{Keepers, NotAtFacility, Roles};
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Problem, Shell, Site, Ymd, or_again, see_other, show,
    show_again,
};

/// Years of which somebody may ask.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2200;

#[derive(Template)]
#[template(path = "letters/days_off.html")]
struct DaysOffPage {
    shell: Shell,
    year: i32,
    days: Vec<DayOff>,
    policy: Option<PolicyVersion>,
    may_change: bool,
    alarms: Alarms,
    form: DayForm,
    errors: FieldErrors,
    /// The day whose removal was refused, with the reason typed.
    refused: Option<(DayOffId, String)>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Year {
    year: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DayForm {
    off_day: Ymd,
    off_kind: String,
    off_name: String,
}

/// What was typed on the page.
#[derive(Default)]
struct Typed {
    form: DayForm,
    errors: FieldErrors,
    refused: Option<(DayOffId, String)>,
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    year: i32,
    typed: Typed,
) -> Result<DaysOffPage, Problem> {
    let (scope, alarmed) = (who.scope.clone(), alarmed(who));
    let today = site.db.clock().today();
    let found = site.read(move |conn| {
        let alarms = super::alarms(conn, alarmed, &scope, today)?;
        let all = policies(conn, scope.programme(), Known::NOW)?;
        let policy = PolicyVersion::in_force(&all, today).cloned();
        Ok((days_off::list(conn, year)?, policy, alarms))
    });
    let (days, policy, alarms) = found.await?;
    let mut shell = who
        .shell("days-off-title", Nav::Letters)
        .crumb("/letters", "letters-title");
    shell.wrong = !typed.errors.is_empty();
    Ok(DaysOffPage {
        shell,
        year,
        days,
        policy,
        may_change: who.is(post::KEEPERS),
        alarms,
        form: typed.form,
        errors: typed.errors,
        refused: typed.refused,
    })
}

/// GET /days-off
pub async fn list(site: Site, who: By<NotAtFacility>, query: Query<Year>) -> Answer {
    let asked = query.year.trim().parse().ok();
    let this = site.db.clock().today().year();
    let year = asked.filter(|year| YEARS.contains(year)).unwrap_or(this);
    let typed = Typed {
        form: DayForm {
            off_kind: Kind::Closure.as_str().to_owned(),
            ..DayForm::default()
        },
        ..Typed::default()
    };
    show(page(&site, &who, year, typed).await?)
}

/// POST /days-off
pub async fn add(site: Site, who: By<Keepers>, Form(form): Form<DayForm>) -> Answer {
    let mut fields = Fields::new();
    let day = fields.date("off_day", &form.off_day);
    let kind = fields.choice("off_kind", &form.off_kind, Kind::from_word);
    let name = fields.text("off_name", &form.off_name, 100);
    let outcome = match fields.done(kind.unwrap_or(Kind::Closure)) {
        Ok(kind) => {
            site.write(&who, move |tx| days_off::add(tx, day, kind, &name))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(
                Message::new("days-off-added")
                    .with("day", crate::rules::finding::Argument::Date(day)),
            );
            see_other(&format!("/days-off?year={}", day.year()))
        }
        Err(errors) => {
            let year = shown_year(day, site.db.clock().today());
            let typed = Typed {
                form,
                errors: own_fields(errors),
                ..Typed::default()
            };
            show_again(page(&site, &who, year, typed).await?)
        }
    }
}

/// The year of the day that was typed, where it is one.
fn shown_year(day: NaiveDate, today: NaiveDate) -> i32 {
    match day == NaiveDate::default() {
        true => today.year(),
        false => day.year(),
    }
}

/// The names by which this page's form knows the fields of the verb.
fn own_fields(errors: FieldErrors) -> FieldErrors {
    let renamed = errors.0.into_iter().map(|(field, message)| {
        let field = match field.as_str() {
            "day" => "off_day".to_owned(),
            "name" => "off_name".to_owned(),
            _ => field,
        };
        (field, message)
    });
    FieldErrors(renamed.collect())
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RemovalForm {
    reason: String,
    year: String,
}

/// POST /days-off/{id}/removal
pub async fn remove(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<DayOffId>,
    Form(form): Form<RemovalForm>,
) -> Answer {
    let this = site.db.clock().today().year();
    let year = form.year.trim().parse().ok();
    let year = year.filter(|year| YEARS.contains(year)).unwrap_or(this);
    let mut fields = Fields::new();
    let reason = fields.text("reason", &form.reason, 200);
    let outcome = match fields.done(reason) {
        Ok(reason) => {
            let day = id.clone();
            site.write(&who, move |tx| days_off::remove(tx, &day, &reason))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("days-off-removed"));
            see_other(&format!("/days-off?year={year}"))
        }
        Err(errors) => {
            let typed = Typed {
                errors,
                refused: Some((id, form.reason)),
                ..Typed::default()
            };
            show_again(page(&site, &who, year, typed).await?)
        }
    }
}

impl DaysOffPage {
    fn kind(&self, day: &DayOff) -> String {
        match day.kind {
            Kind::Holiday => self.shell.t("days-off-holiday"),
            Kind::Closure => self.shell.t("days-off-closure"),
        }
    }

    /// The reason as it was typed, where the removal of this day was refused.
    fn typed_reason(&self, day: &DayOff) -> Option<&str> {
        let refused = self.refused.as_ref()?;
        (refused.0 == day.id).then_some(refused.1.as_str())
    }

    /// By when something is to be done.
    fn within(&self, days: &u32) -> String {
        match days {
            0 => self.shell.t("lead-times-same-day"),
            days => self.shell.t1("lead-times-within", "days", days),
        }
    }

    /// Days as they are listed: 30, 14, 7, 1.
    fn days_of(&self, days: &[u32]) -> String {
        let each: Vec<String> = days.iter().map(ToString::to_string).collect();
        each.join(self.shell.lang.comma())
    }
}
