//! When an area takes new check-ins: the clinic's week, on the clinic's clock, whatever the clocks do in spring and autumn.

use std::ops::Range;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use sfu_signal::{OpenSpan, OpeningHours};

use crate::limits::OPEN_SPANS_MAX;

/// The last minute of a day that a span may end with: midnight.
const DAY_MINUTES: u16 = 24 * 60;

/// Opening hours that make sense.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    zone: TimeZone,
    spans: Vec<OpenSpan>,
}

/// What a schedule says of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) is_open: bool,
    /// When that changes, in milliseconds since the Unix epoch; `None` if not within the week.
    pub(crate) changes_ms: Option<i64>,
}

impl Moment {
    /// Without hours.
    pub(crate) const ALWAYS_OPEN: Self = Self { is_open: true, changes_ms: None };
}

impl Schedule {
    /// What staff have said, or why it cannot be.
    pub(crate) fn read(hours: &OpeningHours) -> Result<Self, &'static str> {
        if OPEN_SPANS_MAX < hours.spans.len() {
            return Err("too many opening times");
        }
        let zone = TimeZone::get(&hours.zone).map_err(|_| "`zone` is a time zone such as Europe/Berlin")?;
        for OpenSpan { day, from, to } in &hours.spans {
            if !(1..=7).contains(day) || to <= from || DAY_MINUTES < *to {
                return Err("an opening time has a day from 1 to 7, and minutes that go on");
            }
        }
        Ok(Self { zone, spans: hours.spans.clone() })
    }

    pub(crate) fn at(&self, now_ms: i64) -> Moment {
        let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let today = now.to_zoned(self.zone.clone()).date();
        // Yesterday may still be open past what the clock here says; the same day next week is the latest that can come next.
        let days = (-1..=8).filter_map(|day| today.checked_add(day.days()).ok());
        let mut times: Vec<Range<Timestamp>> = days.flat_map(|day| self.on(day)).collect();
        times.sort_by_key(|time| time.start);
        let mut open: Vec<Range<Timestamp>> = Vec::new();
        for time in times {
            match open.last_mut() {
                Some(last) if time.start <= last.end => last.end = last.end.max(time.end),
                _ => open.push(time),
            }
        }
        let next = open.into_iter().find(|time| now < time.end);
        let is_open = next.as_ref().is_some_and(|time| time.start <= now);
        let changes = next.map(|time| if is_open { time.end } else { time.start });
        Moment { is_open, changes_ms: changes.map(Timestamp::as_millisecond) }
    }

    /// The opening times of one day, as moments.
    fn on(&self, day: Date) -> Vec<Range<Timestamp>> {
        let weekday = day.weekday().to_monday_one_offset().unsigned_abs();
        let spans = self.spans.iter().filter(|span| span.day == weekday);
        spans.filter_map(|span| Some(self.moment(day, span.from)?..self.moment(day, span.to)?)).collect()
    }

    /// A time that the clocks leave out is the one after the gap, one that they show twice is the first.
    fn moment(&self, day: Date, minutes: u16) -> Option<Timestamp> {
        let (day, minutes) = if minutes == DAY_MINUTES { (day.checked_add(1.day()).ok()?, 0) } else { (day, minutes) };
        let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
        Some(day.to_datetime(time).to_zoned(self.zone.clone()).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, spans: &[(u8, u16, u16)]) -> OpeningHours {
        let spans = spans.iter().map(|&(day, from, to)| OpenSpan { day, from, to }).collect();
        OpeningHours { zone: zone.to_owned(), spans }
    }

    fn at(schedule: &Schedule, time: &str) -> (bool, Option<String>) {
        let Moment { is_open, changes_ms } = schedule.at(time.parse::<Timestamp>().unwrap().as_millisecond());
        (is_open, changes_ms.map(|ms| Timestamp::from_millisecond(ms).unwrap().to_string()))
    }

    #[test]
    fn the_week_is_that_of_the_clinics_clock() {
        let week = Schedule::read(&hours("Europe/Berlin", &[(1, 480, 720), (1, 840, 1020), (5, 480, 720)])).unwrap();
        for (now, is_open, changes) in [
            ("2026-11-30T06:59:59.999Z", false, "2026-11-30T07:00:00Z"),
            ("2026-11-30T07:00:00Z", true, "2026-11-30T11:00:00Z"),
            ("2026-11-30T11:00:00Z", false, "2026-11-30T13:00:00Z"),
            ("2026-11-30T16:00:00Z", false, "2026-12-04T07:00:00Z"),
            ("2026-12-04T11:00:00Z", false, "2026-12-07T07:00:00Z"),
            ("2026-07-06T06:00:00Z", true, "2026-07-06T10:00:00Z"), // In summer an hour earlier.
        ] {
            assert_eq!(at(&week, now), (is_open, Some(changes.to_owned())), "{now}");
        }
    }

    #[test]
    fn the_days_on_which_the_clocks_change_have_their_hours_too() {
        let nights = Schedule::read(&hours("Europe/Berlin", &[(7, 120, 210)])).unwrap(); // Sundays, 2:00 to 3:30.
        assert_eq!(
            at(&nights, "2026-03-29T00:59:00Z"),
            (false, Some("2026-03-29T01:00:00Z".to_owned())),
            "2:00 is 3:00"
        );
        assert_eq!(at(&nights, "2026-03-29T01:00:00Z"), (true, Some("2026-03-29T01:30:00Z".to_owned())));
        assert_eq!(
            at(&nights, "2026-10-25T00:00:00Z"),
            (true, Some("2026-10-25T02:30:00Z".to_owned())),
            "an hour longer"
        );
    }

    #[test]
    fn a_night_goes_on_over_midnight_and_a_week_without_hours_never_opens() {
        let night = Schedule::read(&hours("America/Los_Angeles", &[(6, 1200, 1440), (7, 0, 360)])).unwrap();
        assert_eq!(at(&night, "2026-11-29T05:00:00Z"), (true, Some("2026-11-29T14:00:00Z".to_owned())));
        let never = Schedule::read(&hours("Europe/Berlin", &[])).unwrap();
        assert_eq!(at(&never, "2026-11-30T07:00:00Z"), (false, None));
        let always = Schedule::read(&hours("Europe/Berlin", &[1, 2, 3, 4, 5, 6, 7].map(|day| (day, 0, 1440)))).unwrap();
        assert!(at(&always, "2026-11-30T07:00:00Z").0);
        let once = Schedule::read(&hours("Europe/Berlin", &[(1, 480, 720)])).unwrap();
        assert_eq!(at(&once, "2026-11-30T11:00:00Z"), (false, Some("2026-12-07T07:00:00Z".to_owned())), "next week");
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        for (zone, span) in [
            ("Europe/Nowhere", (1, 0, 60)),
            ("", (1, 0, 60)),
            ("Europe/Berlin", (0, 0, 60)),
            ("Europe/Berlin", (8, 0, 60)),
            ("Europe/Berlin", (1, 60, 60)),
            ("Europe/Berlin", (1, 0, 1441)),
        ] {
            assert!(Schedule::read(&hours(zone, &[span])).is_err(), "{zone} {span:?}");
        }
        assert!(Schedule::read(&hours("Europe/Berlin", &[(1, 0, 60); OPEN_SPANS_MAX + 1])).is_err());
    }
}
