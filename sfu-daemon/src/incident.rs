//! For the day when somebody was where they should not have been: what the server knows of a span of time, whom and what that can concern, what to do
//! within 72 hours (GDPR, Art. 33), and drafts of the letters, as Markdown to be completed by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::config::{Flags, Settings};
use crate::privacy::IN_MEMORY;
use crate::retention::{About, Class, days_ms};
use crate::store::{Account, Area, Checked, Consultation, Entry, OpenSession};
use crate::{AdminError, now_ms, open_store, session_limits, utc};

/// Which time, and in which language the letters are.
#[derive(Args)]
pub struct IncidentWindow {
    /// From when, in UTC: a day such as `2026-11-20`, or with a time: `2026-11-20T14:30`.
    #[arg(long, value_parser = moment)]
    from: Timestamp,
    /// Until when, likewise (a day: its beginning). By default now.
    #[arg(long, value_parser = moment)]
    to: Option<Timestamp>,
    /// The language of the letters.
    #[arg(long, value_enum, default_value = "en")]
    language: Language,
    /// Where the database is.
    #[command(flatten)]
    flags: Flags,
}

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// German.
    De,
    /// Portuguese.
    Pt,
    /// Spanish.
    Es,
}

impl Language {
    const fn letters(self) -> &'static str {
        match self {
            Self::En => include_str!("incident/notice.en.md"),
            Self::Fr => include_str!("incident/notice.fr.md"),
            Self::De => include_str!("incident/notice.de.md"),
            Self::Pt => include_str!("incident/notice.pt.md"),
            Self::Es => include_str!("incident/notice.es.md"),
        }
    }
}

/// What the database says of a span of time.
struct Seen {
    /// In milliseconds since the Unix epoch.
    from_ms: i64,
    to_ms: i64,
    /// Before this moment, entries have been deleted as the schedule says.
    kept_from_ms: i64,
    audit: Checked,
    entries: Vec<Entry>,
    consultations: Vec<Consultation>,
    sessions: Vec<OpenSession>,
    accounts: Vec<Account>,
    areas: Vec<Area>,
}

/// What the server knows of a span of time, and what to do about it.
///
/// # Errors
/// If the settings, the database or the span cannot be used.
pub fn incident(window: IncidentWindow) -> Result<String, AdminError> {
    let IncidentWindow { from, to, language, flags } = window;
    let settings = Settings::load(flags)?;
    let store = open_store(&settings)?;
    let now_ms = now_ms();
    let (from_ms, to_ms) = (from.as_millisecond(), to.map_or(now_ms, Timestamp::as_millisecond));
    if to_ms <= from_ms {
        return Err(AdminError::Unfit("--to must be after --from"));
    }
    let is_within = |began_ms: i64, ended_ms: i64| began_ms < to_ms && from_ms <= ended_ms;
    let ended_ms = |one: &Consultation| one.began_ms.saturating_add(i64::from(one.seconds) * 1_000);
    let seen = Seen {
        from_ms,
        to_ms,
        kept_from_ms: now_ms - days_ms(settings.keep_audit.min(settings.keep_consultations)),
        audit: store.check_audit()?,
        entries: store.audit()?.into_iter().filter(|entry| is_within(entry.at_ms, entry.at_ms)).collect(),
        consultations: store
            .consultations()?
            .into_iter()
            .filter(|one| is_within(one.began_ms, ended_ms(one)))
            .collect(),
        sessions: store.open_sessions(now_ms, session_limits(&settings), None)?,
        accounts: store.accounts()?,
        areas: store.areas()?,
    };
    Ok(seen.report(language))
}

impl Seen {
    fn report(&self, language: Language) -> String {
        let (from, to) = (utc(self.from_ms), utc(self.to_ms));
        let mut text = format!("# Incident between {from} and {to}\n\n## What the server knows of this time\n\n");
        let mut say = |line: std::fmt::Arguments| {
            let _infallible = writeln!(text, "{line}");
        };
        match self.audit {
            Checked::Whole { .. } => {
                say(format_args!("- The audit log is whole: nothing in it was changed, added or taken out."))
            }
            Checked::Broken { number } => say(format_args!(
                "- **The audit log was changed: entry {number} is not what was written, or is not there.** What follows may be wrong."
            )),
            Checked::Ends => say(format_args!(
                "- **The audit log was cut short, or its ends were exchanged.** What follows may be wrong."
            )),
        }
        if self.from_ms < self.kept_from_ms {
            say(format_args!(
                "- Records from before {} have been deleted, as the schedule says: of that time nothing is known.",
                utc(self.kept_from_ms)
            ));
        }
        let names: BTreeMap<u32, &str> = self.accounts.iter().map(|one| (one.id, one.login.as_str())).collect();
        let who = |staff: Option<u32>| match staff {
            None => "the operator or the server".to_owned(),
            Some(id) => {
                names.get(&id).map_or_else(|| format!("account {id}, which is erased"), |login| (*login).to_owned())
            }
        };
        let mut deeds: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        for entry in &self.entries {
            *deeds.entry(who(entry.staff)).or_default().entry(&entry.event).or_default() += 1;
        }
        for (who, events) in &deeds {
            let events: Vec<String> = events.iter().map(|(event, count)| format!("{event} {count}")).collect();
            say(format_args!("- {who}: {}", events.join(", ")));
        }
        let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
        for one in &self.consultations {
            let slug = self.areas.iter().find(|area| area.id == one.area).map(|area| area.slug.clone());
            *slugs.entry(slug.unwrap_or_else(|| format!("area {}, which is removed", one.area))).or_default() += 1;
        }
        let slugs: Vec<String> = slugs.iter().map(|(slug, count)| format!("{slug} {count}")).collect();
        say(format_args!(
            "- Consultations that have ended: {}{}{}",
            self.consultations.len(),
            if slugs.is_empty() { "" } else { ": " },
            slugs.join(", ")
        ));
        for one in self.sessions.iter().filter(|one| one.began_ms < self.to_ms && self.from_ms <= one.seen_ms) {
            say(format_args!(
                "- Still signed in since then: {}, {}, session {} (`anteroom session revoke {}` ends it)",
                one.login, one.label, one.id, one.id
            ));
        }
        say(format_args!(
            "\nWhom the consultations were with is not known here: the practice's appointment book says so."
        ));

        say(format_args!("\n## What was exposed, and to whom it belongs\n\nKeep the lines that apply.\n"));
        for (class, is_staff) in about_people() {
            let entry = class.entry();
            let how = if entry.is_sealed {
                "if the data folder **and** the key were copied"
            } else {
                "if the data folder was copied"
            };
            say(format_args!("- {} of {}: {how}", entry.name, if is_staff { "staff" } else { "patients" }));
        }
        say(format_args!("- What is in memory, if somebody had the server itself (root) in this time:"));
        for one in IN_MEMORY {
            say(format_args!("    - {}: to {}", one.name, one.purpose));
        }
        say(format_args!(
            "- Sound, picture, messages and files: not readable at the server, as pages encrypt them from end to end. If the program or the page was changed (`anteroom verify-page` says so), that does not hold."
        ));

        say(format_args!("\n## Within 72 hours\n\n{}", include_str!("incident/checklist.md")));
        let staff: BTreeSet<u32> = self.entries.iter().filter_map(|entry| entry.staff).collect();
        let letters = language.letters().replace("{from}", &from).replace("{to}", &to);
        let letters = letters.replace("{consultations}", &self.consultations.len().to_string());
        say(format_args!("{}", letters.replace("{staff}", &staff.len().to_string()).trim_end()));
        text
    }
}

/// What is stored about somebody, and whether that is staff.
fn about_people() -> impl Iterator<Item = (Class, bool)> {
    Class::ALL.into_iter().filter_map(|class| match class.entry().about {
        About::Nobody => None,
        About::Staff => Some((class, true)),
        About::Patients => Some((class, false)),
    })
}

/// A day, or a day and a time, in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let civil: DateTime =
        text.trim_end_matches('Z').parse().map_err(|_| "a day such as 2026-11-20, or 2026-11-20T14:30")?;
    civil.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use sfu_signal::StaffRole;

    use super::*;
    use crate::store::{Means, Quality, Standing};

    fn seen(audit: Checked) -> Seen {
        let entry = |number, staff, event: &str| Entry {
            number,
            at_ms: 1_000 * number,
            staff,
            event: event.to_owned(),
            target: String::new(),
        };
        Seen {
            from_ms: 0,
            to_ms: 3_600_000,
            kept_from_ms: 0,
            audit,
            entries: vec![
                entry(1, Some(1), "signed_in"),
                entry(2, Some(1), "admitted"),
                entry(3, Some(1), "admitted"),
                entry(4, Some(7), "signed_in"),
                entry(5, None, "sign_ins_blocked"),
            ],
            consultations: vec![Consultation {
                number: [1; 8],
                area: 1,
                began_ms: 2_000,
                seconds: 60,
                held_seconds: 0,
                people: 2,
                quality: Quality::default(),
            }],
            sessions: vec![OpenSession {
                id: "0a0b".to_owned(),
                login: "ada".to_owned(),
                label: "Firefox on Linux".to_owned(),
                means: Means::Password,
                began_ms: 1_000,
                seen_ms: 9_000,
            }],
            accounts: vec![Account {
                id: 1,
                login: "ada".to_owned(),
                name: "Dr. Ada".to_owned(),
                role: StaffRole::Provider,
                standing: Standing::Active,
                areas: vec![1],
            }],
            areas: vec![Area { id: 1, ..Area::new("reception".to_owned()) }],
        }
    }

    #[test]
    fn an_incident_is_reported_with_who_did_what_whom_it_concerns_and_letters_in_five_languages() {
        let whole = || Checked::Whole { entries: 5, last: [0; 32] };
        let report = seen(whole()).report(Language::En);
        let known = report.split("\n## ").nth(1).unwrap();
        assert_eq!(
            known,
            "What the server knows of this time\n\n\
             - The audit log is whole: nothing in it was changed, added or taken out.\n\
             - account 7, which is erased: signed_in 1\n\
             - ada: admitted 2, signed_in 1\n\
             - the operator or the server: sign_ins_blocked 1\n\
             - Consultations that have ended: 1: reception 1\n\
             - Still signed in since then: ada, Firefox on Linux, session 0a0b (`anteroom session revoke 0a0b` ends it)\n\n\
             Whom the consultations were with is not known here: the practice's appointment book says so.\n"
        );
        for class in Class::ALL.iter().map(|class| class.entry()).filter(|entry| entry.about != About::Nobody) {
            assert!(report.contains(&format!("- {} of ", class.name)), "{}", class.name);
        }
        let mut letters = BTreeSet::new();
        for language in Language::value_variants() {
            let report = seen(whole()).report(*language);
            let letter = report.split("## ").skip(4).collect::<String>();
            assert!(letter.contains("1970-01-01T00:00:00Z") && letter.contains("1970-01-01T01:00:00Z"), "{letter}");
            assert!(!letter.contains('{') && letter.contains(" 2 "), "two of staff, and nothing left open: {letter}");
            letters.insert(letter);
        }
        assert_eq!(letters.len(), 5);
    }

    #[test]
    fn a_changed_log_and_a_time_that_is_not_kept_are_said_first() {
        let mut seen = seen(Checked::Broken { number: 3 });
        seen.kept_from_ms = 1_800_000;
        let report = seen.report(Language::De);
        assert!(report.contains("**The audit log was changed: entry 3"), "{report}");
        assert!(report.contains("from before 1970-01-01T00:30:00Z have been deleted"), "{report}");
    }

    #[test]
    fn a_moment_is_a_day_or_a_day_and_a_time() {
        assert_eq!(moment("1970-01-02").unwrap().as_second(), 86_400);
        assert_eq!(moment("1970-01-01T00:01").unwrap().as_second(), 60);
        assert_eq!(moment("1970-01-01T00:01:05Z").unwrap().as_second(), 65);
        for text in ["", "yesterday", "1970-13-01", "9999-99-99T00:00"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
