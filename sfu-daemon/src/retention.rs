//! Everything that is ever written to a disk: for what, on which ground, and for how long. Nothing else can be written, since each write names its
//! [`Class`], and the database refuses what the class does not cover. What patients and authorities are told is made from this same list.

use serde::Serialize;

use crate::config::Settings;

/// For how long a change stays announced after it took effect.
pub(crate) const ANNOUNCEMENT_DAYS: u32 = 365;

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// For how long a browser of staff is told after its page was last open.
pub(crate) const PUSHES_KEPT_DAYS: u32 = 30;

/// Days in milliseconds.
pub(crate) fn days_ms(days: u32) -> i64 {
    i64::from(days) * DAY_MS
}

/// What is stored, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Areas,
    Looks,
    AreaKeys,
    VisitLinks,
    Accounts,
    Sessions,
    Pushes,
    StaffLinks,
    ServerKeys,
    Audit,
    Consultations,
    Connections,
    Announcements,
    Certificate,
    Files,
}

/// Whom it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// Nobody: the practice, or the server.
    Nobody,
    Staff,
    Patients,
}

/// When it is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Lifetime {
    /// When somebody changes or removes it.
    UntilRemoved,
    /// When it is used, or its own end has come.
    UntilItsEnd,
    /// When a session ends: at sign-out, or by the settings `staff_…_max`.
    Session,
    /// So many days after the account was disabled.
    DaysAfterDisabled { days: u32 },
    /// So many days after it took effect.
    DaysAfterEffect { days: u32 },
    /// After so many days.
    Days { days: u32 },
    /// So many seconds after the last byte.
    Seconds { seconds: u64 },
}

/// One line of the schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Its name for programs.
    pub(crate) name: &'static str,
    pub(crate) about: About,
    pub(crate) purpose: &'static str,
    /// The article of the GDPR on which it rests; `None` where nobody is meant.
    pub(crate) basis: Option<&'static str>,
    /// Where it is in the database, each with its columns.
    pub(crate) tables: &'static [(&'static str, &'static [&'static str])],
    /// Files outside of the database.
    pub(crate) files: &'static [&'static str],
    /// Whether the key that lies elsewhere is needed to read what is about somebody.
    pub(crate) is_sealed: bool,
}

impl Class {
    pub(crate) const ALL: [Self; 15] = [
        Self::Areas,
        Self::Looks,
        Self::AreaKeys,
        Self::VisitLinks,
        Self::Accounts,
        Self::Sessions,
        Self::Pushes,
        Self::StaffLinks,
        Self::ServerKeys,
        Self::Audit,
        Self::Consultations,
        Self::Connections,
        Self::Announcements,
        Self::Certificate,
        Self::Files,
    ];

    pub(crate) const fn entry(self) -> Entry {
        match self {
            Self::Areas => Entry {
                name: "areas",
                about: About::Nobody,
                purpose: "show patients where they are, and let them in when the practice is open",
                basis: None,
                tables: &[
                    ("areas", &["id", "slug", "practice", "title", "help_phone", "presence", "presence_text"]),
                    ("rules", &["area", "sealed"]),
                ],
                files: &[],
                is_sealed: false,
            },
            Self::Looks => Entry {
                name: "looks",
                about: About::Nobody,
                purpose: "show patients the practice's own logo, colour and welcome, and something while they wait",
                basis: None,
                tables: &[
                    ("looks", &["area", "accent", "welcome"]),
                    ("look_files", &["area", "part", "mime", "hash", "bytes"]),
                ],
                files: &[],
                is_sealed: false,
            },
            Self::AreaKeys => Entry {
                name: "area_keys",
                about: About::Staff,
                purpose: "let browsers of staff, and nobody else, read names and calls; show patients who works there",
                basis: Some("Art. 6(1)(f), Art. 32"),
                tables: &[("seals", &["area", "seal", "devices"])],
                files: &[],
                is_sealed: false,
            },
            Self::VisitLinks => Entry {
                name: "visit_links",
                about: About::Nobody,
                purpose: "have a link for one visit work once",
                basis: None,
                tables: &[("visit_links", &["hash", "area", "ends_ms"])],
                files: &[],
                is_sealed: false,
            },
            Self::Accounts => Entry {
                name: "accounts",
                about: About::Staff,
                purpose: "know who of staff signs in, what they may do, by which name patients read them, and where to write that somebody waits if they ask for it",
                basis: Some("Art. 6(1)(b) and (f)"),
                tables: &[
                    (
                        "staff",
                        &["id", "login_index", "sealed", "role", "active", "disabled_ms", "totp_step", "restricted"],
                    ),
                    ("staff_areas", &["staff", "area"]),
                    ("recovery_codes", &["hash", "staff"]),
                    ("passkeys", &["hash", "staff", "sealed"]),
                    ("identities", &["staff", "sealed"]),
                ],
                files: &[],
                is_sealed: true,
            },
            Self::Sessions => Entry {
                name: "sessions",
                about: About::Staff,
                purpose: "keep a browser of staff signed in, and let its owner see and end it",
                basis: Some("Art. 6(1)(b) and (f), Art. 32"),
                tables: &[("sessions", &["hash", "staff", "began_ms", "seen_ms", "means", "browser"])],
                files: &[],
                is_sealed: true,
            },
            Self::Pushes => Entry {
                name: "pushes",
                about: About::Staff,
                purpose: "tell a browser of staff that somebody waits, by its push service, if its owner asks for it",
                basis: Some("Art. 6(1)(a)"),
                tables: &[("pushes", &["id", "staff", "session", "seen_ms", "sealed"])],
                files: &[],
                is_sealed: true,
            },
            Self::StaffLinks => Entry {
                name: "staff_links",
                about: About::Staff,
                purpose: "have a link that signs somebody of staff in work once",
                basis: Some("Art. 6(1)(b) and (f)"),
                tables: &[("enrolments", &["hash", "staff", "ends_ms"])],
                files: &[],
                is_sealed: false,
            },
            Self::ServerKeys => Entry {
                name: "server_keys",
                about: About::Nobody,
                purpose: "sign deletion receipts in an unbroken chain, and what push services are sent; know the clinic's key again",
                basis: None,
                tables: &[
                    ("receipts", &["id", "sealed_seed", "last", "unused"]),
                    ("sealed_with", &["id", "key_check"]),
                    ("push_key", &["id", "sealed"]),
                ],
                files: &[],
                is_sealed: true,
            },
            Self::Audit => Entry {
                name: "audit",
                about: About::Staff,
                purpose: "show who of staff did what and when, so that misuse can be found; changes of it are found out. No patient is named",
                basis: Some("Art. 6(1)(c) and (f), Art. 32"),
                tables: &[
                    ("audit", &["id", "at_ms", "staff", "event", "target", "chained"]),
                    (
                        "audit_chain",
                        &["id", "base", "base_chained", "base_signed", "last", "last_chained", "last_signed"],
                    ),
                ],
                files: &[],
                is_sealed: false,
            },
            Self::Consultations => Entry {
                name: "consultations",
                about: About::Nobody,
                purpose: "show that a consultation took place, for how long and how well; nobody is named",
                basis: None,
                tables: &[(
                    "consultations",
                    &["id", "area", "began_ms", "seconds", "held_seconds", "people", "quality"],
                )],
                files: &[],
                is_sealed: false,
            },
            Self::Connections => Entry {
                name: "connections",
                about: About::Nobody,
                purpose: "find out why somebody was not heard: how each connection of a consultation went; nobody is named, no address is kept",
                basis: None,
                tables: &[(
                    "connections",
                    &["consultation", "area", "side", "began_ms", "seconds", "came_up", "outages", "ending"],
                )],
                files: &[],
                is_sealed: false,
            },
            Self::Announcements => Entry {
                name: "announcements",
                about: About::Staff,
                purpose: "tell patients and staff ahead what of this will change, and know who of staff has read it",
                basis: Some("Art. 6(1)(f), Art. 12 to 14"),
                tables: &[
                    ("announcements", &["id", "announced_ms", "effective_ms", "text"]),
                    ("announcements_read", &["announcement", "staff"]),
                ],
                files: &[],
                is_sealed: false,
            },
            Self::Certificate => Entry {
                name: "certificate",
                about: About::Nobody,
                purpose: "serve HTTPS where the clinic has no certificate of its own",
                basis: None,
                tables: &[],
                files: &["tls.pem"],
                is_sealed: false,
            },
            Self::Files => Entry {
                name: "files",
                about: About::Patients,
                purpose: "hand a file of a consultation over to who is in it; only if there is a files_spool_dir, and with keys that are in memory alone",
                basis: Some("Art. 6(1)(b), Art. 9(2)(h)"),
                tables: &[],
                files: &[],
                is_sealed: true,
            },
        }
    }

    pub(crate) fn lifetime(self, settings: &Settings) -> Lifetime {
        match self {
            Self::Areas | Self::Looks | Self::AreaKeys | Self::ServerKeys | Self::Certificate => Lifetime::UntilRemoved,
            Self::VisitLinks | Self::StaffLinks => Lifetime::UntilItsEnd,
            Self::Accounts => Lifetime::DaysAfterDisabled { days: settings.keep_disabled_accounts },
            Self::Sessions => Lifetime::Session,
            Self::Pushes => Lifetime::Days { days: PUSHES_KEPT_DAYS },
            Self::Audit => Lifetime::Days { days: settings.keep_audit },
            Self::Announcements => Lifetime::DaysAfterEffect { days: ANNOUNCEMENT_DAYS },
            Self::Consultations => Lifetime::Days { days: settings.keep_consultations },
            Self::Connections => Lifetime::Days { days: settings.keep_connections },
            Self::Files => Lifetime::Seconds { seconds: settings.files_kept_max },
        }
    }

    /// Whether a write of this class may touch a table, and, where one is named, a column.
    pub(crate) fn covers(self, table: &str, column: Option<&str>) -> bool {
        let is_own =
            |(name, columns): &(&str, &[&str])| *name == table && column.is_none_or(|column| columns.contains(&column));
        self.entry().tables.iter().any(is_own)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Some classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes(u32);

impl Classes {
    pub(crate) fn of(classes: &[Class]) -> Self {
        Self(classes.iter().fold(0, |bits, class| bits | class.bit()))
    }

    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn cover(self, table: &str, column: Option<&str>) -> bool {
        Class::ALL.iter().any(|class| self.0 & class.bit() != 0 && class.covers(table, column))
    }
}
