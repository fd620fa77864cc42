//! The treating facility and its partners: who can admit a deteriorating patient and treat cytokine release at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::finding::{Evidence, Field, Reason};
use super::policy::PartnerBasis;

/// Days of the Japanese calendar from a first to a last one, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first good day.
    pub first: NaiveDate,
    /// The last good day; `None` is open-ended.
    pub last: Option<NaiveDate>,
}

impl Span {
    /// Whether the day is one of these days.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && !self.has_ended_by(day)
    }

    /// Whether the last good day lies before this day.
    #[must_use]
    pub fn has_ended_by(&self, day: NaiveDate) -> bool {
        self.last.is_some_and(|last| last < day)
    }

    /// Adds the days on which [`Self::contains`] may change its answer.
    pub(crate) fn collect_boundaries(&self, days: &mut BTreeSet<NaiveDate>) {
        days.insert(self.first);
        days.extend(self.last.and_then(|last| last.succ_opt()));
    }
}

/// What a site has for intensive care (※1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntensiveCare {
    /// An intensive care unit.
    Icu,
    /// Equipment stated to be equivalent to an ICU.
    Equivalent {
        /// The day of the written statement; without a date the equivalence is not proven.
        stated_on: Option<NaiveDate>,
    },
    /// Neither.
    None,
}

/// A facility's accepted attestation (要件確認). `None` anywhere means that nobody answered, and never passes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Readiness {
    /// The attestation.
    pub evidence: Evidence,
    /// From its first good day to its own stated end.
    pub span: Span,
    /// The day it was accepted or last re-confirmed, from which house policy counts.
    pub accepted_on: NaiveDate,
    /// ICU or equivalent (※1).
    pub intensive_care: Option<IntensiveCare>,
    /// Whether patients are admitted around the clock.
    pub admission_24h: Option<bool>,
    /// Whether there are beds in which the first 60 mg can be started (P-3b).
    pub inpatient_beds: Option<bool>,
    /// Whether tocilizumab can be given promptly, around the clock.
    pub tocilizumab_ready: Option<bool>,
    /// Whether the necessary test results are obtainable promptly, around the clock.
    pub test_results_available: Option<bool>,
    /// The version of the manufacturer's CRS guidance that is available at the site.
    pub crs_guidance_version: Option<String>,
}

/// What a change report takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limb {
    /// ICU or equivalent.
    IntensiveCare,
    /// Admission around the clock.
    Admission24h,
    /// Inpatient beds.
    InpatientBeds,
    /// Prompt tocilizumab.
    Tocilizumab,
    /// Prompt test results.
    TestResults,
}

/// A facility's report (体制変更の届出) that a limb no longer holds: it outweighs every attestation from its day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChangeReport {
    /// The report.
    pub evidence: Evidence,
    /// What no longer holds.
    pub limb: Limb,
    /// The first day on which it no longer holds.
    pub from: NaiveDate,
}

/// What a 連携協定書 or 確認書 says of the partner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartnerStatement {
    /// Whether the partner has an ICU or equivalent equipment.
    pub icu: Option<bool>,
    /// Whether the partner admits the facility's patients around the clock.
    pub admission_24h: Option<bool>,
    /// Whether tocilizumab can be given promptly at the partner.
    pub tocilizumab_ready: Option<bool>,
}

/// A partnership of the facility with one place that may admit its patients (※2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Partnership {
    /// The agreement.
    pub evidence: Evidence,
    /// The partner's name, as typed.
    pub partner: String,
    /// The partner's internal id.
    pub partner_id: String,
    /// The agreement's days.
    ///
    /// READING: an agreement without a stated end is open-ended; without an agreement nothing is proven.
    pub agreement: Option<Span>,
    /// What the agreement says of the partner.
    pub stated: PartnerStatement,
    /// The partner's own accepted attestations.
    #[serde(default)]
    pub own: Vec<Readiness>,
    /// The partner's own change reports.
    #[serde(default)]
    pub own_changes: Vec<ChangeReport>,
    /// Whether the partner ever had a record of its own, also one withdrawn or settled since.
    #[serde(default)]
    pub own_recorded: bool,
}

/// Whether a site holds one limb on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    Yes,
    /// Somebody recorded that it does not.
    No,
    /// Nothing in force proves it; the reason says what would.
    Unproven(Reason),
}

impl Held {
    /// How far it is from being held: what only lapsed is nearer than what was never recorded,
    /// and that is nearer than a recorded "no".
    pub(crate) const fn distance(&self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::Unproven(Reason::MissingData { .. }) => 2,
            Self::Unproven(_) => 1,
            Self::No => 3,
        }
    }

    /// Both of two limbs. A recorded "no" settles it: supplying the other datum would mend nothing.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (unproven, _) => unproven,
        }
    }
}

/// The names of the data that a site must supply.
struct SiteFields {
    intensive_care: Field,
    statement: Field,
    admission: Field,
    tocilizumab: Field,
    test_results: Field,
}

const OWN_FIELDS: SiteFields = SiteFields {
    intensive_care: Field::IntensiveCare,
    statement: Field::IntensiveCareStatement,
    admission: Field::Admission24h,
    tocilizumab: Field::TocilizumabReady,
    test_results: Field::TestResultsAvailable,
};

const PARTNER_FIELDS: SiteFields = SiteFields {
    intensive_care: Field::PartnerIntensiveCare,
    statement: Field::PartnerIntensiveCareStatement,
    admission: Field::PartnerAdmission24h,
    tocilizumab: Field::PartnerTocilizumabReady,
    test_results: Field::PartnerTestResultsAvailable,
};

/// What speaks for a site on a day.
enum Voice<'a> {
    /// An accepted attestation.
    Attestation(&'a Readiness),
    /// What the agreement says of the partner.
    Agreement(&'a PartnerStatement),
    /// Nothing in force, for this reason.
    Lapsed(Reason),
    /// Nothing on file.
    Nothing,
}

/// The attestation that speaks on a day: the one accepted last among those whose days contain it.
///
/// READING: a later acceptance speaks only from its own first good day; until then the earlier one does.
pub(crate) fn speaking(readiness: &[Readiness], day: NaiveDate) -> Option<&Readiness> {
    readiness
        .iter()
        .filter(|row| row.span.contains(day))
        .max_by_key(|row| (row.accepted_on, *row))
}

/// One place on one day, own or partner, with what speaks for it.
pub(crate) struct Site<'a> {
    voice: Voice<'a>,
    changes: &'a [ChangeReport],
    /// Where the voice is an agreement or depends on one: why the agreement does not cover the day.
    agreement_gap: Option<Reason>,
    fields: &'static SiteFields,
    day: NaiveDate,
    evidence: Vec<&'a Evidence>,
}

impl<'a> Site<'a> {
    /// The treating facility itself.
    pub(crate) fn own(
        readiness: &'a [Readiness],
        changes: &'a [ChangeReport],
        day: NaiveDate,
    ) -> Self {
        let ended = readiness
            .iter()
            .filter(|row| row.span.has_ended_by(day))
            .filter_map(|row| row.span.last)
            .max();
        let voice = match (
            speaking(readiness, day),
            ended,
            readiness.iter().map(|row| row.span.first).min(),
        ) {
            (Some(row), _, _) => Voice::Attestation(row),
            (None, Some(ended), _) => Voice::Lapsed(Reason::ReadinessEnded { ended }),
            (None, None, Some(from)) => Voice::Lapsed(Reason::ReadinessNotYetInForce { from }),
            (None, None, None) => Voice::Nothing,
        };
        let evidence = speaking(readiness, day)
            .map(|row| &row.evidence)
            .into_iter()
            .collect();
        Self {
            voice,
            changes,
            agreement_gap: None,
            fields: &OWN_FIELDS,
            day,
            evidence,
        }
    }

    /// A partner, by its own limbs only and never through another partner.
    ///
    /// READING: where house policy lets either speak, the partner's own record in Kanmon (an accepted attestation
    /// or a change report) silences the agreement's statement, for it is nearer to the truth. It does so for good:
    /// where that record is withdrawn, nobody speaks for the partner until it attests again.
    /// READING: a partner's own change report counts whatever the policy says: a known contradiction is never overlooked.
    /// READING: the agreement must cover the day in every case, also when the partner's own attestation speaks.
    pub(crate) fn partner(
        partnership: &'a Partnership,
        basis: PartnerBasis,
        day: NaiveDate,
    ) -> Self {
        let has_own_record = partnership.own_recorded
            || !partnership.own.is_empty()
            || !partnership.own_changes.is_empty();
        let own_speaks = match basis {
            PartnerBasis::OwnAttestation => true,
            PartnerBasis::Agreement => false,
            PartnerBasis::Either => has_own_record,
        };
        let attestation = speaking(&partnership.own, day).filter(|_| own_speaks);
        let voice = match attestation {
            Some(row) => Voice::Attestation(row),
            None if own_speaks => Voice::Lapsed(Reason::MissingData {
                field: Field::PartnerReadiness,
            }),
            None => Voice::Agreement(&partnership.stated),
        };
        let partner = partnership.partner.clone();
        let agreement_gap = match partnership.agreement {
            None => Some(Reason::MissingData {
                field: Field::PartnershipAgreement,
            }),
            Some(span) if span.contains(day) => None,
            Some(Span {
                last: Some(ended), ..
            }) if ended < day => Some(Reason::PartnershipLapsed { partner, ended }),
            Some(Span { first: from, .. }) => {
                Some(Reason::PartnershipNotYetInForce { partner, from })
            }
        };
        let evidence = std::iter::once(&partnership.evidence)
            .chain(attestation.map(|row| &row.evidence))
            .collect();
        Self {
            voice,
            changes: &partnership.own_changes,
            agreement_gap,
            fields: &PARTNER_FIELDS,
            day,
            evidence,
        }
    }

    /// Admission around the clock in a place with an ICU or equivalent (F-1.1, ※1, ※2).
    ///
    /// READING: 「ICU と同等の設備」 is not defined; a statement that says so is proof only with its date, from that day on.
    pub(crate) fn admission(&self) -> Held {
        let around_the_clock = match self.voice {
            Voice::Attestation(row) => row.admission_24h,
            Voice::Agreement(stated) => stated.admission_24h,
            Voice::Lapsed(_) | Voice::Nothing => None,
        };
        let intensive_care = self.limb(
            Limb::IntensiveCare,
            self.intensive_care(),
            self.intensive_care_field(),
        );
        let limbs = intensive_care.and(self.limb(
            Limb::Admission24h,
            around_the_clock,
            self.fields.admission,
        ));
        match (&self.agreement_gap, limbs) {
            (Some(_), Held::No) => Held::No,
            (Some(gap), _) => Held::Unproven(gap.clone()),
            (None, limbs) => limbs,
        }
    }

    /// Tocilizumab ready for prompt use, around the clock (F-1.2, P-5).
    pub(crate) fn tocilizumab(&self) -> Held {
        let ready = match self.voice {
            Voice::Attestation(row) => row.tocilizumab_ready,
            Voice::Agreement(stated) => stated.tocilizumab_ready,
            Voice::Lapsed(_) | Voice::Nothing => None,
        };
        self.limb(Limb::Tocilizumab, ready, self.fields.tocilizumab)
    }

    /// Test results obtainable promptly, around the clock (F-1.2).
    ///
    /// READING: an agreement is not asked about the partner's laboratory, because F-1.2 names no place for it;
    /// where the partner's own record speaks, it is asked, and a recorded contradiction counts in every case.
    pub(crate) fn test_results(&self) -> Held {
        let obtainable = match self.voice {
            Voice::Attestation(row) => row.test_results_available,
            Voice::Agreement(_) => Some(true),
            Voice::Lapsed(_) | Voice::Nothing => None,
        };
        self.limb(Limb::TestResults, obtainable, self.fields.test_results)
    }

    /// Beds in which the first 60 mg can be started (P-3b). Only the treating facility is asked.
    pub(crate) fn inpatient_beds(&self) -> Held {
        let beds = match self.voice {
            Voice::Attestation(row) => row.inpatient_beds,
            Voice::Agreement(_) | Voice::Lapsed(_) | Voice::Nothing => None,
        };
        self.limb(Limb::InpatientBeds, beds, Field::InpatientBeds)
    }

    /// The records that an answer on these limbs rests on.
    pub(crate) fn evidence(&self, limbs: &[Limb]) -> Vec<&'a Evidence> {
        let reports = limbs
            .iter()
            .filter_map(|limb| self.report(*limb))
            .map(|report| &report.evidence);
        self.evidence.iter().copied().chain(reports).collect()
    }

    fn intensive_care(&self) -> Option<bool> {
        match self.voice {
            Voice::Attestation(row) => match row.intensive_care? {
                IntensiveCare::Icu => Some(true),
                IntensiveCare::Equivalent { stated_on } => {
                    stated_on.filter(|stated| *stated <= self.day).map(|_| true)
                }
                IntensiveCare::None => Some(false),
            },
            Voice::Agreement(stated) => stated.icu,
            Voice::Lapsed(_) | Voice::Nothing => None,
        }
    }

    fn intensive_care_field(&self) -> Field {
        match self.voice {
            Voice::Attestation(Readiness {
                intensive_care: Some(IntensiveCare::Equivalent { .. }),
                ..
            }) => self.fields.statement,
            _ => self.fields.intensive_care,
        }
    }

    fn limb(&self, limb: Limb, stated: Option<bool>, field: Field) -> Held {
        if self.report(limb).is_some() {
            return Held::No;
        }
        match (&self.voice, stated) {
            (Voice::Lapsed(reason), _) => Held::Unproven(reason.clone()),
            (_, Some(true)) => Held::Yes,
            (_, Some(false)) => Held::No,
            (_, None) => Held::Unproven(Reason::MissingData { field }),
        }
    }

    /// The earliest report in force that takes this limb back.
    fn report(&self, limb: Limb) -> Option<&'a ChangeReport> {
        self.changes
            .iter()
            .filter(|report| report.limb == limb && report.from <= self.day)
            .min_by_key(|report| (report.from, *report))
    }
}
