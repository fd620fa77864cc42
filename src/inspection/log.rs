//! The whole audit log as it is read: newest first, each row as its sentence, by person, kind of record, facility, day.

use std::collections::HashMap;

use askama::Template;
use chrono::Datelike;
use serde::Deserialize;

use crate::audit::Row;
use crate::audit::browsing::{self, Which};
use crate::error::FieldErrors;
use crate::facilities;
use crate::facilities::codes::MedicalInstitutionCode;
use crate::ids::FacilityId;
use crate::web::history::{sentence, who as by};
use crate::web::page::encode;
use crate::web::visitor::LooksBack;
use crate::web::{Answer, Asked, By, Fields, Nav, Pager, Shell, Site, Ymd, show};

/// The kinds of record that the log speaks of.
pub const KINDS: [&str; 23] = [
    "facility",
    "attestation",
    "change_report",
    "person",
    "qualification",
    "contact",
    "booking",
    "delivery",
    "verdict",
    "signature",
    "case",
    "safety_task",
    "letter",
    "account",
    "programme",
    "day_off",
    "import",
    "exception",
    "policy_proposal",
    "deviation",
    "account_review",
    "dossier",
    "log",
];

/// What is looked for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The person's id, from a row's link.
    person: String,
    about: String,
    /// A facility's id, or its code as it is typed.
    facility: String,
    on: Ymd,
    after: String,
}

impl Filter {
    /// The address of the list with its filters but one, ready for another parameter.
    fn path(&self, without: &str) -> String {
        let mut path = "/audit?".to_owned();
        let words = [
            ("person", &self.person),
            ("about", &self.about),
            ("facility", &self.facility),
            ("on-y", &self.on.y),
            ("on-m", &self.on.m),
            ("on-d", &self.on.d),
        ];
        for (name, value) in words {
            if !value.is_empty() && name != without {
                path.push_str(&format!("{name}={}&", encode(value)));
            }
        }
        path
    }
}

#[derive(Template)]
#[template(path = "inspection/log.html")]
struct LogPage {
    shell: Shell,
    rows: Vec<Row>,
    /// The names of the facilities that the rows speak of.
    places: HashMap<FacilityId, String>,
    filter: Filter,
    kinds: Vec<(String, String)>,
    errors: FieldErrors,
    pager: Pager,
}

/// GET /audit
pub async fn log(site: Site, who: By<LooksBack>, Asked(filter): Asked<Filter>) -> Answer {
    let mut fields = Fields::new();
    let which = Which {
        person: filter.person.parse().ok(),
        kind: KINDS
            .contains(&filter.about.as_str())
            .then(|| filter.about.clone()),
        facility: filter.facility.parse().ok(),
        subject: None,
        day: fields.optional_date("on", &filter.on),
    };
    let errors = fields.done(()).err().unwrap_or_default();
    let code = match (
        &which.facility,
        MedicalInstitutionCode::parse(&filter.facility),
    ) {
        (None, Ok(code)) => Some(code),
        _ => None,
    };
    // What was typed and is nothing finds nothing, rather than everything.
    let nothing = !errors.is_empty()
        || (!filter.facility.is_empty() && which.facility.is_none() && code.is_none())
        || (!filter.person.is_empty() && which.person.is_none());
    let (scope, before) = (who.scope.clone(), filter.after.parse().ok());
    let found = site.read(move |conn| {
        let mut which = which;
        if nothing {
            return Ok((Vec::new(), HashMap::new()));
        }
        if let Some(code) = code {
            match facilities::find_by_code(conn, &code) {
                Ok(place) => which.facility = Some(place.id),
                Err(crate::error::Error::NotFound) => return Ok((Vec::new(), HashMap::new())),
                Err(other) => return Err(other),
            }
        }
        let rows = browsing::browse(conn, &scope, &which, before, Pager::SIZE + 1)?;
        let ids: Vec<FacilityId> = rows.iter().filter_map(|row| row.facility.clone()).collect();
        let names = facilities::named(conn, &ids)?;
        Ok((rows, names))
    });
    let (mut rows, places) = found.await?;
    let later = !filter.after.is_empty();
    let pager = Pager::cut(&mut rows, &filter.path(""), later, |row| {
        row.seq.to_string()
    });
    let shell = who
        .shell("log-title", Nav::Inspection)
        .crumb("/", "nav-today")
        .crumb("/inspection", "nav-inspection");
    let kinds = KINDS.iter().map(|kind| {
        let word = shell.t(&format!("log-kind-{}", kind.replace('_', "-")));
        ((*kind).to_owned(), word)
    });
    show(LogPage {
        kinds: kinds.collect(),
        shell,
        rows,
        places,
        filter,
        errors,
        pager,
    })
}

impl LogPage {
    fn sentence(&self, row: &Row) -> String {
        sentence(self.shell.lang, row)
    }

    fn by(&self, row: &Row) -> String {
        by(self.shell.lang, row)
    }

    fn kind(&self, row: &Row) -> String {
        let kind = row.subject_kind.replace('_', "-");
        self.shell.t(&format!("log-kind-{kind}"))
    }

    fn place(&self, row: &Row) -> Option<&String> {
        self.places.get(row.facility.as_ref()?)
    }

    /// The same list with one filter more.
    fn with(&self, name: &str, value: &str) -> String {
        let path = self.filter.path(name);
        format!("{path}{name}={}", encode(value))
    }

    /// The name of the person whose rows these are, where a person was chosen.
    fn chosen_person(&self) -> Option<&str> {
        let first = self.rows.first().filter(|_| !self.filter.person.is_empty());
        first.map(|row| row.person_name.as_str())
    }

    /// The same list without the person.
    fn of_everybody(&self) -> String {
        let path = self.filter.path("person");
        path.trim_end_matches(['?', '&']).to_owned()
    }

    /// The day of a row as a filter of the list.
    fn on_day(&self, row: &Row) -> String {
        let day = crate::clock::jst_date(row.at);
        let rest = Filter {
            on: Ymd::default(),
            ..self.filter.clone()
        };
        let (year, month, date) = (day.year(), day.month(), day.day());
        format!("{}on-y={year}&on-m={month}&on-d={date}", rest.path(""))
    }

    /// Where the record is shown, for the kinds that have a page of their own.
    fn href(&self, row: &Row) -> Option<String> {
        let page = match row.subject_kind.as_str() {
            "facility" => "facilities",
            "attestation" => "attestations",
            "qualification" => "qualifications",
            "contact" => "contacts",
            "booking" => "bookings",
            "delivery" => "deliveries",
            "letter" => "letters",
            "person" => "physicians",
            _ => return None,
        };
        let id: FacilityId = row.subject_id.parse().ok()?;
        Some(format!("/{page}/{id}"))
    }
}
