//! 72 hours after recovery, by the clock where the instant is known and by the worst case where only the day is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::rules::briefing::{Moment, start_of};

const HOURS_72: TimeDelta = TimeDelta::hours(72);

/// What an instant comes to beside a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// At least 72 hours after it.
    Over,
    /// Less than 72 hours after it.
    Short { earliest: DateTime<Utc> },
    /// 72 hours after it only if it was early on its day.
    Unproven { earliest: DateTime<Utc> },
    /// Nobody recorded when it was.
    NotRecorded,
}

/// 「72 時間以上経過していることを確認し」: whether that is confirmed at an instant.
///
/// READING: 72:00 hours are 「72 時間以上」 and 71:59 are not.
/// READING: 「確認し」 asks for proof, so a recovery of which only the day is known came at the end of that day.
pub(super) fn wait(recovered: Moment, at: DateTime<Utc>) -> Wait {
    let (first, last) = match recovered {
        Moment::Instant(instant) => (Some(instant), Some(instant)),
        Moment::Day(day) => (Some(start_of(day)), day.succ_opt().map(start_of)),
        Moment::NotRecorded => (None, None),
    };
    let later = |instant: DateTime<Utc>| instant.checked_add_signed(HOURS_72);
    match (first.and_then(later), last.and_then(later)) {
        (_, Some(earliest)) if at >= earliest => Wait::Over,
        (Some(possible), Some(earliest)) if at < possible => Wait::Short { earliest },
        (_, Some(earliest)) => Wait::Unproven { earliest },
        // A recovery at the end of the calendar is no record that could be waited for.
        (_, None) => Wait::NotRecorded,
    }
}
