//! How long to wait before the next try: longer after each failure, and never the same for two letters.

use chrono::{DateTime, TimeDelta, Utc};

/// The wait after a letter's first refusal; it doubles with each further one.
const LETTER_FIRST: TimeDelta = TimeDelta::minutes(5);
const LETTER_LONGEST: TimeDelta = TimeDelta::hours(6);
/// How long a letter is tried before somebody has to look.
const LETTER_DAYS: TimeDelta = TimeDelta::days(5);
/// Fewer tries than this are no proof, however long ago the first was: the line may have been down meanwhile, or the
/// clock may have jumped.
const LETTER_LEAST: i32 = 5;
/// More tries than five days can hold: a clock that runs backwards does not keep a letter alive for ever.
const LETTER_MOST: i32 = 60;
/// The wait after the mail server could not be reached; it doubles with each further time.
const LINE_FIRST: TimeDelta = TimeDelta::seconds(15);
const LINE_LONGEST: TimeDelta = TimeDelta::minutes(15);

/// A wait that has doubled `failures - 1` times up to a longest one, and is then moved by up to a fifth either way.
/// `chance` lies between 0 and 1.
fn wait(first: TimeDelta, longest: TimeDelta, failures: i32, chance: f64) -> TimeDelta {
    let doublings = u32::try_from(failures.saturating_sub(1))
        .unwrap_or(0)
        .min(20);
    let seconds = first
        .num_seconds()
        .saturating_mul(1_i64 << doublings)
        .min(longest.num_seconds());
    let chance = if chance.is_finite() {
        chance.clamp(0.0, 1.0)
    } else {
        0.5
    };
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let moved = (seconds as f64 * 1000.0 * (0.8 + 0.4 * chance)) as i64;
    TimeDelta::milliseconds(moved)
}

/// How long a letter waits after it was refused for the time being, `attempts` being all tries so far.
pub fn letter_wait(attempts: i32, chance: f64) -> TimeDelta {
    wait(LETTER_FIRST, LETTER_LONGEST, attempts, chance)
}

/// The longest wait of a letter between two tries.
pub fn longest_letter_wait() -> TimeDelta {
    wait(LETTER_LONGEST, LETTER_LONGEST, 1, 1.0)
}

/// How long the line rests after it could not be reached `tries` times in a row.
pub fn line_wait(tries: i32, chance: f64) -> TimeDelta {
    wait(LINE_FIRST, LINE_LONGEST, tries, chance)
}

/// The longest rest of the line.
pub fn longest_line_wait() -> TimeDelta {
    wait(LINE_LONGEST, LINE_LONGEST, 1, 1.0)
}

/// Whether a letter that was just refused for the time being is given up: tried for five days and often enough.
pub fn is_given_up(attempts: i32, first: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    attempts >= LETTER_MOST || (attempts >= LETTER_LEAST && now - first >= LETTER_DAYS)
}

/// A number between 0 and 1 that nobody foresees; the middle where the machine gives none.
pub fn chance() -> f64 {
    let mut bytes = [0_u8; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_five_minutes_doubling_to_six_hours() {
        let minutes: Vec<i64> = (1..=9)
            .map(|attempts| letter_wait(attempts, 0.5).num_minutes())
            .collect();
        assert_eq!(minutes, [5, 10, 20, 40, 80, 160, 320, 360, 360]);
        assert_eq!(letter_wait(i32::MAX, 0.5).num_hours(), 6);
        assert_eq!(letter_wait(0, 0.5).num_minutes(), 5);
    }

    #[test]
    fn the_line_rests_fifteen_seconds_doubling_to_fifteen_minutes() {
        let seconds: Vec<i64> = (1..=8)
            .map(|tries| line_wait(tries, 0.5).num_seconds())
            .collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn chance_moves_a_wait_by_a_fifth_at_most() {
        assert_eq!(letter_wait(1, 0.0), TimeDelta::minutes(4));
        assert_eq!(letter_wait(1, 1.0), TimeDelta::minutes(6));
        assert_eq!(letter_wait(1, f64::NAN), TimeDelta::minutes(5));
        assert_eq!(letter_wait(1, 9.0), TimeDelta::minutes(6));
        for _ in 0..100 {
            assert!((0.0..=1.0).contains(&chance()));
        }
    }

    #[test]
    fn a_letter_is_given_up_after_five_days_of_tries() {
        let first: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().expect("an instant");
        let after = |days: i64| first + TimeDelta::days(days);
        assert!(!is_given_up(25, first, after(5) - TimeDelta::seconds(1)));
        assert!(is_given_up(25, first, after(5)));
        assert!(
            !is_given_up(2, first, after(14)),
            "the line was down meanwhile"
        );
        assert!(is_given_up(60, first, after(-365)), "the clock jumped back");
    }
}
