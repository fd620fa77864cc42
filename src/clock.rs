//! The only place that asks what time it is, and the one that knows Japan's calendar day.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, DurationRound, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Japan Standard Time: nine hours ahead of UTC, without daylight saving.
const JST_SECONDS: i32 = 9 * 3600;

/// Where the present comes from: the machine, or an instant that a test or a command has set.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still until it is moved.
    pub fn set_to(instant: DateTime<Utc>) -> Clock {
        Clock(Source::Set(Arc::new(Mutex::new(instant))))
    }

    /// The present in whole microseconds, which is what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::System => Utc::now(),
            Source::Set(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(now)
    }

    /// Today's date in Japan.
    pub fn today(&self) -> NaiveDate {
        jst_date(self.now())
    }

    /// Moves a set clock to an instant; the machine's clock cannot be moved and stays as it is.
    pub fn move_to(&self, instant: DateTime<Utc>) {
        if let Source::Set(at) = &self.0 {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = instant;
        }
    }

    /// Moves a set clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.move_to(self.now() + by);
    }
}

/// The end of a wait for another machine, by the clock that nobody sets.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    pub fn after(wait: Duration) -> Deadline {
        Deadline(Instant::now().checked_add(wait))
    }

    /// What is left of the wait; None once it is over.
    pub fn left(&self) -> Option<Duration> {
        let left = self.0?.checked_duration_since(Instant::now())?;
        (!left.is_zero()).then_some(left)
    }
}

/// Japan's offset from UTC.
pub fn jst() -> FixedOffset {
    // INVARIANT: nine hours is within chrono's range, so the fallback is never taken.
    FixedOffset::east_opt(JST_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The date in Japan at an instant.
pub fn jst_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&jst()).date_naive()
}

/// The instant at which a day begins in Japan.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    at_jst(day.and_time(chrono::NaiveTime::MIN))
}

/// The instant at which clocks in Japan show this date and time.
pub fn at_jst(local: NaiveDateTime) -> DateTime<Utc> {
    local
        .checked_sub_signed(TimeDelta::seconds(JST_SECONDS.into()))
        .unwrap_or(local)
        .and_utc()
}
