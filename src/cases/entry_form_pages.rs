//! What is typed of a dose, a reaction, a blood count or a response: one form, of which each kind shows its own part.

use chrono::NaiveDate;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::typed_pages::{
    answer, instant, is_blank, meant, moment, optional_choice, quantity, tick, typed_instant,
    typed_moment, word,
};
use super::{Entry, Kind, NewRecord, Record};
use crate::error::{FieldErrors, Message};
use crate::rules::briefing::Moment;
use crate::rules::dosing::counts::CountUnit;
use crate::rules::dosing::course::{PlannedDose, Step};
use crate::rules::dosing::facts::{
    Administration, Assessment, BloodCount, Count, Episode, Given, Interruption,
};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::reactions::{Rate, RateUnit};
use crate::web::{Fields, Ymd};

/// Everything that may be typed of a record, and of its correction.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    pub version: String,
    pub physician: String,
    pub elsewhere: String,
    pub cycle: String,
    pub day: String,
    pub mg: String,
    pub given: String,
    pub given_mg: String,
    pub started: Ymd,
    pub ended: Ymd,
    pub rate: String,
    pub rate_unit: String,
    pub pause1: Ymd,
    pub pause1_rate: String,
    pub resumed1: Ymd,
    pub resumed1_rate: String,
    pub pause2: Ymd,
    pub pause2_rate: String,
    pub resumed2: Ymd,
    pub resumed2_rate: String,
    pub pause3: Ymd,
    pub pause3_rate: String,
    pub resumed3: Ymd,
    pub resumed3_rate: String,
    pub inpatient: String,
    pub crs_followed: String,
    pub reaction: String,
    pub scale: String,
    pub grades: String,
    pub onset: Ymd,
    pub recovered: Ymd,
    pub recovered_to_grade_one: Ymd,
    pub grade_three_from: Ymd,
    pub grade_three_to: Ymd,
    pub recurred: String,
    pub taken: Ymd,
    pub platelets: String,
    pub platelets_unit: String,
    pub neutrophils: String,
    pub neutrophils_unit: String,
    pub transfused: String,
    pub growth_factor: String,
    pub on: Ymd,
    pub response: String,
    pub end_of_cycle_8: String,
    /// Of a correction: `replace`, or `strike` what never happened.
    pub how: String,
    pub reason: String,
}

impl EntryForm {
    /// A form with what is known already: this moment's day, and the dose that is due today.
    pub fn fresh(version: i32, today: NaiveDate, due: Option<PlannedDose>) -> EntryForm {
        let mut form = EntryForm {
            version: version.to_string(),
            started: today.into(),
            taken: today.into(),
            on: today.into(),
            onset: today.into(),
            given: "in_full".to_owned(),
            scale: "ASTCT".to_owned(),
            rate_unit: "mL/h".to_owned(),
            ..EntryForm::default()
        };
        if let Some(due) = due {
            form.cycle = due.step.cycle.to_string();
            form.day = due.step.day.to_string();
            form.mg = due.mg.to_string();
        }
        form
    }

    /// The form of a record that is to be corrected.
    pub fn of(record: &Record, version: i32) -> EntryForm {
        let mut form = EntryForm {
            version: version.to_string(),
            physician: record
                .physician
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.to_string()),
            elsewhere: tick(record.elsewhere),
            how: "replace".to_owned(),
            ..EntryForm::default()
        };
        match &record.entry {
            Entry::Administration(dose) => form.read_dose(dose),
            Entry::Reaction(episode) => form.read_episode(episode),
            Entry::Count(count) => form.read_count(count),
            Entry::Response(assessment) => {
                form.on = assessment.on.into();
                form.response = word(&assessment.response);
                form.end_of_cycle_8 = answer(Some(assessment.end_of_cycle_8));
                if let Some(at) = assessment.at {
                    (form.cycle, form.day) = (at.cycle.to_string(), at.day.to_string());
                }
            }
            Entry::Eligibility(_) => {}
        }
        form
    }

    fn read_dose(&mut self, dose: &Administration) {
        (self.cycle, self.day) = (dose.step.cycle.to_string(), dose.step.day.to_string());
        self.mg = dose.mg.to_string();
        (self.given, self.given_mg) = match dose.given {
            Given::InFull => ("in_full".to_owned(), String::new()),
            Given::Partly(mg) => ("partly".to_owned(), mg.to_string()),
            Given::NotRecorded => ("not_recorded".to_owned(), String::new()),
        };
        self.started = typed_moment(dose.started);
        self.ended = dose.ended.map(typed_instant).unwrap_or_default();
        let value =
            |rate: Option<Rate>| rate.map_or_else(String::new, |rate| rate.value.to_string());
        self.rate = value(dose.rate);
        let paused = dose.interruptions.iter();
        let rates = paused.flat_map(|pause| [pause.rate, pause.resumed_rate]);
        let unit = [dose.rate].into_iter().chain(rates).flatten().next();
        self.rate_unit = unit.map_or_else(|| "mL/h".to_owned(), |rate| word(&rate.unit));
        let mut pauses = dose.interruptions.iter().map(|pause| {
            (
                typed_instant(pause.at),
                value(pause.rate),
                pause.resumed.map(typed_instant).unwrap_or_default(),
                value(pause.resumed_rate),
            )
        });
        (
            self.pause1,
            self.pause1_rate,
            self.resumed1,
            self.resumed1_rate,
        ) = pauses.next().unwrap_or_default();
        (
            self.pause2,
            self.pause2_rate,
            self.resumed2,
            self.resumed2_rate,
        ) = pauses.next().unwrap_or_default();
        (
            self.pause3,
            self.pause3_rate,
            self.resumed3,
            self.resumed3_rate,
        ) = pauses.next().unwrap_or_default();
        self.inpatient = answer(dose.inpatient);
        self.crs_followed = answer(dose.crs_followed);
    }

    fn read_episode(&mut self, episode: &Episode) {
        self.reaction = word(&episode.reaction);
        self.scale = episode.scale.as_ref().map_or_else(String::new, word);
        let grades: Vec<String> = episode.grades.iter().map(u32::to_string).collect();
        self.grades = grades.join(", ");
        self.onset = typed_moment(episode.onset);
        self.recovered = typed_moment(episode.recovered);
        self.recovered_to_grade_one = typed_moment(episode.recovered_to_grade_one);
        self.grade_three_from = typed_moment(episode.grade_three_from);
        self.grade_three_to = typed_moment(episode.grade_three_to);
        self.recurred = tick(episode.recurred_after_resumption);
    }

    fn read_count(&mut self, count: &BloodCount) {
        let said = |count: Option<Count>| {
            let unit = count.and_then(|count| count.unit);
            let value = count.map_or_else(String::new, |count| count.value.to_string());
            (value, unit.as_ref().map_or_else(String::new, word))
        };
        self.taken = typed_instant(count.taken);
        (self.platelets, self.platelets_unit) = said(count.platelets);
        (self.neutrophils, self.neutrophils_unit) = said(count.neutrophils);
        self.transfused = tick(count.transfused_within_72h);
        self.growth_factor = tick(count.growth_factor);
    }

    pub fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }

    /// The day that was typed, so that the form offers who was in post then.
    pub fn day_typed(&self, kind: Kind, today: NaiveDate) -> NaiveDate {
        let typed = match kind {
            Kind::Reaction => &self.onset,
            Kind::Count => &self.taken,
            Kind::Response => &self.on,
            Kind::Administration | Kind::Eligibility => &self.started,
        };
        Fields::new().optional_date("day", typed).unwrap_or(today)
    }

    /// What is to be recorded, or everything that is wrong with it.
    pub fn check(&self, kind: Kind) -> Result<NewRecord, FieldErrors> {
        let mut fields = Fields::new();
        let entry = match kind {
            Kind::Administration => Entry::Administration(self.dose(&mut fields)),
            Kind::Count => Entry::Count(self.count(&mut fields)),
            Kind::Response => self.response(&mut fields),
            Kind::Reaction | Kind::Eligibility => self.episode(&mut fields),
        };
        let physician = match self.physician.as_str() {
            "" => None,
            id => fields.choice("physician", id, |id| id.parse().ok()),
        };
        fields.done(NewRecord {
            entry,
            physician,
            elsewhere: self.elsewhere == "yes",
        })
    }

    fn step(&self, fields: &mut Fields) -> Step {
        let cycle = fields.number("cycle", &self.cycle, 1..=99);
        let day = fields.number("day", &self.day, 1..=99);
        let narrow = |number: i64| u32::try_from(number).unwrap_or(1);
        Step::new(narrow(cycle), narrow(day))
    }

    fn rate(&self, fields: &mut Fields, field: &str, raw: &str) -> Option<Rate> {
        let value = quantity(fields, field, raw)?;
        let unit = fields.choice("rate_unit", &self.rate_unit, meant::<RateUnit>)?;
        Some(Rate { value, unit })
    }

    fn dose(&self, fields: &mut Fields) -> Administration {
        let step = self.step(fields);
        let mg = quantity(fields, "mg", &self.mg);
        if mg.is_none() && self.mg.trim().is_empty() {
            fields.add("mg", Message::new("cases-dose-missing"));
        }
        let given = match self.given.as_str() {
            "in_full" => Given::InFull,
            "partly" => {
                let part = quantity(fields, "given_mg", &self.given_mg);
                if part.is_none() && self.given_mg.trim().is_empty() {
                    fields.add("given_mg", Message::new("case-given-missing"));
                }
                part.map_or(Given::NotRecorded, Given::Partly)
            }
            "not_recorded" => Given::NotRecorded,
            _ => {
                fields.add("given", Message::new("forms-choose"));
                Given::NotRecorded
            }
        };
        let started = match moment(fields, "started", &self.started) {
            Moment::NotRecorded => Moment::Day(fields.date("started", &self.started)),
            known => known,
        };
        let ended = instant(fields, "ended", &self.ended);
        let rate = self.rate(fields, "rate", &self.rate);
        Administration {
            step,
            mg: mg.unwrap_or(Quantity::whole(1)),
            given,
            started,
            ended,
            rate,
            interruptions: self.interruptions(fields),
            inpatient: fields.optional_yes_no("inpatient", &self.inpatient),
            crs_followed: fields.optional_yes_no("crs_followed", &self.crs_followed),
        }
    }

    fn interruptions(&self, fields: &mut Fields) -> Vec<Interruption> {
        let rows = [
            (
                ("pause1", &self.pause1, "pause1_rate", &self.pause1_rate),
                (
                    "resumed1",
                    &self.resumed1,
                    "resumed1_rate",
                    &self.resumed1_rate,
                ),
            ),
            (
                ("pause2", &self.pause2, "pause2_rate", &self.pause2_rate),
                (
                    "resumed2",
                    &self.resumed2,
                    "resumed2_rate",
                    &self.resumed2_rate,
                ),
            ),
            (
                ("pause3", &self.pause3, "pause3_rate", &self.pause3_rate),
                (
                    "resumed3",
                    &self.resumed3,
                    "resumed3_rate",
                    &self.resumed3_rate,
                ),
            ),
        ];
        let mut found = Vec::new();
        for ((pause, at, pause_rate, rate), (resumed, again, resumed_rate, new_rate)) in rows {
            let nothing = [rate, new_rate].iter().all(|text| text.trim().is_empty());
            if is_blank(at) && is_blank(again) && nothing {
                continue;
            }
            found.push(Interruption {
                at: fields.instant(pause, at),
                rate: self.rate(fields, pause_rate, rate),
                resumed: instant(fields, resumed, again),
                resumed_rate: self.rate(fields, resumed_rate, new_rate),
            });
        }
        found
    }

    fn episode(&self, fields: &mut Fields) -> Entry {
        let reaction = fields.choice("reaction", &self.reaction, meant);
        let scale = optional_choice(fields, "scale", &self.scale);
        let grades = self.grades(fields);
        let onset = match moment(fields, "onset", &self.onset) {
            Moment::NotRecorded => Moment::Day(fields.date("onset", &self.onset)),
            known => known,
        };
        let mut at = |field: &str, raw: &Ymd| moment(fields, field, raw);
        Entry::Reaction(Episode {
            reaction: reaction.unwrap_or(crate::rules::finding::Reaction::Other),
            scale,
            grades,
            onset,
            recurred_after_resumption: self.recurred == "yes",
            recovered: at("recovered", &self.recovered),
            recovered_to_grade_one: at("recovered_to_grade_one", &self.recovered_to_grade_one),
            grade_three_from: at("grade_three_from", &self.grade_three_from),
            grade_three_to: at("grade_three_to", &self.grade_three_to),
        })
    }

    /// Grades in the order in which they were seen: digits of either width, with anything between them.
    fn grades(&self, fields: &mut Fields) -> Vec<u32> {
        let typed: String = self.grades.nfkc().take(200).collect();
        let parts = typed.split(|c: char| c.is_whitespace() || ",、.・→->/".contains(c));
        let mut grades = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            match part.parse::<u32>() {
                Ok(grade) if (1..=5).contains(&grade) => grades.push(grade),
                _ => {
                    fields.add("grades", Message::new("cases-grade"));
                    return Vec::new();
                }
            }
        }
        grades
    }

    fn count(&self, fields: &mut Fields) -> BloodCount {
        let taken = fields.instant("taken", &self.taken);
        let mut counted = |field: &str, raw: &str, unit_field: &str, unit: &str| {
            let value = quantity(fields, field, raw)?;
            // A number without its unit is never guessed at; it is refused while whoever typed it is still here.
            let unit = fields.choice(unit_field, unit, meant::<CountUnit>);
            Some(Count { value, unit })
        };
        BloodCount {
            taken,
            platelets: counted(
                "platelets",
                &self.platelets,
                "platelets_unit",
                &self.platelets_unit,
            ),
            neutrophils: counted(
                "neutrophils",
                &self.neutrophils,
                "neutrophils_unit",
                &self.neutrophils_unit,
            ),
            transfused_within_72h: self.transfused == "yes",
            growth_factor: self.growth_factor == "yes",
        }
    }

    fn response(&self, fields: &mut Fields) -> Entry {
        let on = fields.date("on", &self.on);
        let response = fields.choice("response", &self.response, meant);
        let end_of_cycle_8 = fields.yes_no("end_of_cycle_8", &self.end_of_cycle_8);
        let placed = [&self.cycle, &self.day]
            .iter()
            .any(|text| !text.trim().is_empty());
        Entry::Response(Assessment {
            on,
            response: response.unwrap_or(crate::rules::dosing::response::Response::Other),
            end_of_cycle_8,
            at: placed.then(|| self.step(fields)),
        })
    }
}
