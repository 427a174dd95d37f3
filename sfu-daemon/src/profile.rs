//! Sets of rules that an operator may have to keep: with `profile`, the server does not start under settings that break one, and says which and
//! where it is written. It checks settings; a certificate or a contract is another matter.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::config::Settings;

/// Which rules the settings must keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Only those that always hold.
    #[default]
    None,
    /// Video consultations of German panel physicians.
    Kbv,
    /// The Security Rule of the United States' HIPAA.
    Hipaa,
    /// The General Data Protection Regulation, read strictly: the least, for the shortest time.
    GdprStrict,
}

struct Rule {
    profile: Profile,
    /// What must hold, in words, with the setting's name.
    says: &'static str,
    /// Where it is written.
    source: &'static str,
    is_kept: fn(&Settings) -> bool,
}

const DEBUG_LOG: &str = "log must not be `debug` or `trace`: libraries name internet addresses there";

const RULES: [Rule; 18] = [
    Rule {
        profile: Profile::Kbv,
        says: "keep_audit must be at most 90 days",
        source: "Anlage 31b BMV-Ä: metadata are deleted after three months at the latest",
        is_kept: |settings| settings.keep_audit <= 90,
    },
    Rule {
        profile: Profile::Kbv,
        says: "keep_consultations must be at most 90 days",
        source: "Anlage 31b BMV-Ä: metadata are deleted after three months at the latest",
        is_kept: |settings| settings.keep_consultations <= 90,
    },
    Rule {
        profile: Profile::Kbv,
        says: "keep_connections must be at most 90 days",
        source: "Anlage 31b BMV-Ä: metadata are deleted after three months at the latest",
        is_kept: |settings| settings.keep_connections <= 90,
    },
    Rule {
        profile: Profile::Kbv,
        says: "keep_disabled_accounts must be at most 90 days",
        source: "Anlage 31b BMV-Ä: metadata are deleted after three months at the latest",
        is_kept: |settings| settings.keep_disabled_accounts <= 90,
    },
    Rule {
        profile: Profile::Kbv,
        says: DEBUG_LOG,
        source: "Anlage 31b BMV-Ä: no metadata beyond the consultation",
        is_kept: is_quiet,
    },
    Rule {
        profile: Profile::Kbv,
        says: "whip_origins must be empty: what comes from elsewhere is not encrypted from end to end",
        source: "Anlage 31b BMV-Ä: end-to-end encryption of all content",
        is_kept: |settings| settings.whip_origins.is_empty(),
    },
    Rule {
        profile: Profile::Hipaa,
        says: "keep_audit must be at least 2190 days",
        source: "45 CFR 164.316(b)(2)(i): six years",
        is_kept: |settings| 2_190 <= settings.keep_audit,
    },
    Rule {
        profile: Profile::Hipaa,
        says: "staff_second_factor must be true",
        source: "45 CFR 164.312(d): person or entity authentication",
        is_kept: |settings| settings.staff_second_factor,
    },
    Rule {
        profile: Profile::Hipaa,
        says: "staff_password_idle_max must be at most 900 seconds",
        source: "45 CFR 164.312(a)(2)(iii): automatic logoff",
        is_kept: |settings| settings.staff_password_idle_max <= 900,
    },
    Rule {
        profile: Profile::Hipaa,
        says: "certificate and certificate_key must be set, or trusted_proxies: a self-made certificate proves nobody",
        source: "45 CFR 164.312(e)(1): transmission security",
        is_kept: has_certificate,
    },
    Rule {
        profile: Profile::Hipaa,
        says: DEBUG_LOG,
        source: "45 CFR 164.502(b): minimum necessary",
        is_kept: is_quiet,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "keep_consultations must be 0",
        source: "GDPR Art. 5(1)(c) and (e), Art. 25(2): only what is needed by default",
        is_kept: |settings| settings.keep_consultations == 0,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "keep_connections must be 0",
        source: "GDPR Art. 5(1)(c) and (e), Art. 25(2): only what is needed by default",
        is_kept: |settings| settings.keep_connections == 0,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "keep_audit must be at most 180 days",
        source: "GDPR Art. 5(1)(e): storage limitation",
        is_kept: |settings| settings.keep_audit <= 180,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "keep_disabled_accounts must be at most 30 days",
        source: "GDPR Art. 5(1)(e), Art. 17(1)(a): erased when no longer needed",
        is_kept: |settings| settings.keep_disabled_accounts <= 30,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "staff_second_factor must be true",
        source: "GDPR Art. 32(1): security of processing",
        is_kept: |settings| settings.staff_second_factor,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: "certificate and certificate_key must be set, or trusted_proxies: a self-made certificate proves nobody",
        source: "GDPR Art. 32(1)(a): encryption",
        is_kept: has_certificate,
    },
    Rule {
        profile: Profile::GdprStrict,
        says: DEBUG_LOG,
        source: "GDPR Art. 5(1)(c): data minimisation",
        is_kept: is_quiet,
    },
];

fn is_quiet(settings: &Settings) -> bool {
    let log = settings.log.to_ascii_lowercase();
    !log.contains("debug") && !log.contains("trace")
}

fn has_certificate(settings: &Settings) -> bool {
    !settings.certificate.as_os_str().is_empty() || !settings.trusted_proxies.is_empty()
}

impl Profile {
    /// As the settings have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kbv => "kbv",
            Self::Hipaa => "hipaa",
            Self::GdprStrict => "gdpr-strict",
        }
    }
}

/// A rule, and whether the settings keep it.
pub(crate) struct Judged {
    pub(crate) profile: Profile,
    pub(crate) says: &'static str,
    pub(crate) source: &'static str,
    pub(crate) is_kept: bool,
}

/// All rules of all profiles.
pub(crate) fn rules(settings: &Settings) -> impl Iterator<Item = Judged> {
    RULES.iter().map(|Rule { profile, says, source, is_kept }| Judged {
        profile: *profile,
        says,
        source,
        is_kept: is_kept(settings),
    })
}

/// Every rule of the profile that the settings break, a line each; nothing if they keep all.
pub(crate) fn broken(settings: &Settings) -> String {
    let mut text = String::new();
    for rule in rules(settings).filter(|rule| rule.profile == settings.profile && !rule.is_kept) {
        let _infallible = write!(text, "\n  {} ({})", rule.says, rule.source);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    /// A setting, and what breaks the rules about it.
    type Break = (&'static str, fn(&mut Settings));

    /// Settings that keep all rules of a profile.
    fn fit(profile: Profile) -> Settings {
        let mut settings = Settings::load(Flags::default()).unwrap();
        settings.profile = profile;
        settings.certificate = "chain.pem".into();
        settings.certificate_key = "key.pem".into();
        match profile {
            Profile::None => {}
            Profile::Kbv => settings.keep_audit = 90,
            Profile::Hipaa => settings.keep_audit = 2_190,
            Profile::GdprStrict => {
                settings.keep_audit = 180;
                settings.keep_consultations = 0;
                settings.keep_connections = 0;
                settings.keep_disabled_accounts = 30;
            }
        }
        settings
    }

    #[test]
    fn each_rule_of_a_profile_can_be_broken_alone_and_is_named_with_its_source() {
        for profile in [Profile::None, Profile::Kbv, Profile::Hipaa, Profile::GdprStrict] {
            assert_eq!(broken(&fit(profile)), "", "{profile:?}");
        }
        let mut seen = 0;
        let breaks: [Break; 10] = [
            ("keep_audit must be at most", |settings| settings.keep_audit = 181),
            ("keep_audit must be at least", |settings| settings.keep_audit = 2_189),
            ("keep_consultations", |settings| settings.keep_consultations = 91),
            ("keep_connections", |settings| settings.keep_connections = 91),
            ("keep_disabled_accounts", |settings| settings.keep_disabled_accounts = 91),
            ("log must not", |settings| settings.log = "info,str0m=Debug".to_owned()),
            ("staff_second_factor", |settings| settings.staff_second_factor = false),
            ("whip_origins", |settings| settings.whip_origins.push("https://studio.example".to_owned())),
            ("staff_password_idle_max", |settings| settings.staff_password_idle_max = 901),
            ("certificate and", |settings| settings.certificate = std::path::PathBuf::new()),
        ];
        for rule in &RULES {
            let (_, spoil) = breaks.iter().find(|(setting, _)| rule.says.starts_with(setting)).expect(rule.says);
            let mut settings = fit(rule.profile);
            spoil(&mut settings);
            let said = broken(&settings);
            assert!(said.contains(rule.says) && said.contains(rule.source), "{}: {said}", rule.says);
            assert_eq!(said.lines().count(), 2, "and no other: {said}");
            seen += 1;
        }
        assert_eq!(seen, RULES.len());
    }
}
