//! The second implementation's own answer, and how it is held against that of the rules.

use std::collections::BTreeMap;

use kanmon::rules::dosing::course::PlannedDose;
use kanmon::rules::finding::{
    Action, Admission, Decision, Resumption, Steroid, ThenDecision, Verdict,
};

/// The second implementation's decision, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Say {
    /// Nothing in the notice prevents it.
    Go,
    /// 検討・考慮: a recorded reason is asked.
    Weigh,
    /// The notice is silent.
    Refer,
    /// It must not go on.
    Stop,
}

/// A dose as cycle, day and milligrams.
pub type Dose = (u32, u32, u32);

/// A few doses in a row, kept without allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doses {
    doses: [Dose; 4],
    count: usize,
}

impl Doses {
    /// These doses.
    pub fn of(doses: &[Dose]) -> Self {
        let mut all = Self::default();
        for dose in doses {
            all.push(*dose);
        }
        all
    }

    /// One more at the end.
    pub fn push(&mut self, dose: Dose) {
        self.doses[self.count] = dose;
        self.count += 1;
    }

    fn as_slice(&self) -> &[Dose] {
        &self.doses[..self.count]
    }
}

/// A code that is not compared.
pub const ANY: &str = "";

/// What the second implementation says of a case. An advice of `None` is not compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected {
    lines: [Option<(Say, &'static str)>; 14],
    count: usize,
    /// The dose due; the inner `None` is that no dose may be named.
    pub dose: Option<Option<Dose>>,
    /// What follows it.
    pub following: Option<Doses>,
    /// The decision that comes then.
    pub then: Option<Option<ThenDecision>>,
    /// The corticosteroid.
    pub steroid: Option<Steroid>,
    /// The minutes to wait.
    pub wait: Option<Option<i64>>,
    /// The stay in hospital.
    pub admission: Option<Admission>,
    /// What is done about a reaction.
    pub action: Option<Action>,
    /// Whether the administration goes on.
    pub resumption: Option<Resumption>,
    /// The last cycle.
    pub max_cycle: Option<u32>,
    /// The sum of the milligrams.
    pub cumulative: Option<u32>,
}

impl Expected {
    /// One more sentence of the notice and how it is answered.
    pub fn line(&mut self, say: Say, code: &'static str) {
        self.lines[self.count] = Some((say, code));
        self.count += 1;
    }

    /// The gravest of its sentences.
    pub fn worst(&self) -> Say {
        self.lines[..self.count]
            .iter()
            .flatten()
            .map(|(say, _)| *say)
            .max()
            .unwrap_or(Say::Go)
    }

    /// The codes of the gravest sentences.
    fn codes(&self) -> impl Iterator<Item = &'static str> + '_ {
        let worst = self.worst();
        self.lines[..self.count]
            .iter()
            .flatten()
            .filter(move |(say, code)| *say == worst && *code != ANY)
            .map(|(_, code)| *code)
    }

    /// Both at once, the advice of the first where both have one.
    pub fn and(mut self, other: &Self) -> Self {
        for (say, code) in other.lines[..other.count].iter().flatten() {
            self.line(*say, code);
        }
        self.max_cycle = self.max_cycle.or(other.max_cycle);
        self
    }

    /// The first thing in which the verdict differs.
    pub fn difference(&self, verdict: &Verdict) -> Option<String> {
        let said = match verdict.decision() {
            Decision::Allow => Say::Go,
            Decision::Warn => Say::Weigh,
            Decision::Refer => Say::Refer,
            Decision::Block => Say::Stop,
        };
        if said != self.worst() || verdict.findings.is_empty() {
            return Some(format!("decision {:?}, not {said:?}", self.worst()));
        }
        let worst = verdict.worst();
        for code in self.codes() {
            let found = verdict
                .findings
                .iter()
                .any(|finding| Some(finding.outcome) == worst && finding.reason.code() == code);
            if !found {
                return Some(format!("no {code} among the worst"));
            }
        }
        self.difference_of_advice(verdict)
    }

    fn difference_of_advice(&self, verdict: &Verdict) -> Option<String> {
        let advice = &verdict.advice;
        let plain = |dose: &PlannedDose| (dose.step.cycle, dose.step.day, dose.mg);
        if let Some(dose) = self.dose
            && advice.dose.as_ref().map(plain) != dose
        {
            return Some(format!("dose {dose:?}, not {:?}", advice.dose));
        }
        if let Some(following) = &self.following
            && !advice
                .following
                .iter()
                .map(plain)
                .eq(following.as_slice().iter().copied())
        {
            return Some(format!("following {:?}", following.as_slice()));
        }
        fn differs<T: PartialEq + std::fmt::Debug>(
            name: &str,
            expected: Option<T>,
            said: Option<T>,
        ) -> Option<String> {
            (expected.is_some() && expected != said)
                .then(|| format!("{name} {expected:?}, not {said:?}"))
        }
        differs("then", self.then, Some(advice.then_decision))
            .or_else(|| differs("steroid", self.steroid, advice.steroid))
            .or_else(|| differs("wait", self.wait, Some(advice.wait_minutes)))
            .or_else(|| differs("admission", self.admission, advice.admission))
            .or_else(|| differs("action", self.action, advice.action))
            .or_else(|| differs("resumption", self.resumption, advice.resumption))
            .or_else(|| differs("max_cycle", self.max_cycle, advice.max_cycle))
            .or_else(|| differs("cumulative", self.cumulative, advice.cumulative_mg))
    }
}

/// How many cases of a group were held against the rules, and where they differed.
#[derive(Debug, Default)]
pub struct Tally {
    /// The cases.
    pub cases: u64,
    /// Those that differed.
    pub differences: u64,
    /// The first of each kind of them, with its input.
    pub first: BTreeMap<String, String>,
}

/// How many kinds of differences of a group are printed.
pub const SHOWN: usize = 20;

impl Tally {
    /// Holds one case against the verdict of the rules.
    pub fn case(&mut self, expected: &Expected, verdict: &Verdict, input: impl FnOnce() -> String) {
        self.cases += 1;
        if let Some(difference) = expected.difference(verdict) {
            let said: Vec<String> = verdict
                .findings
                .iter()
                .map(|finding| {
                    let code = finding.reason.code();
                    format!("{} {} {code}", finding.rule, finding.outcome)
                })
                .collect();
            let sentences: Vec<_> = expected.lines[..expected.count].iter().flatten().collect();
            let kind =
                format!("expected {difference}\n    because of {sentences:?}\n    rules {said:?}");
            self.differ(kind, input);
        }
    }

    /// Counts a case that is no verdict.
    pub fn equal<T: PartialEq + std::fmt::Debug>(
        &mut self,
        expected: &T,
        said: &T,
        input: impl FnOnce() -> String,
    ) {
        self.cases += 1;
        if expected != said {
            self.differ(format!("expected {expected:?}\n    rules {said:?}"), input);
        }
    }

    fn differ(&mut self, kind: String, input: impl FnOnce() -> String) {
        self.differences += 1;
        if self.first.len() < SHOWN {
            self.first.entry(kind).or_insert_with(input);
        }
    }

    /// Takes in what another thread counted of the same group.
    pub fn absorb(&mut self, other: Self) {
        self.cases += other.cases;
        self.differences += other.differences;
        for (kind, input) in other.first {
            if self.first.len() < SHOWN {
                self.first.entry(kind).or_insert(input);
            }
        }
    }
}
