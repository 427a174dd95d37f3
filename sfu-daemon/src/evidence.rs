//! A dated report for who must show that the server is run as it should be: the rules of each profile, the state of key, log, data folder and machine,
//! and which page it serves. Everything in it is found out when it is asked for.

use std::fmt::Write as _;

use crate::auth::hex;
use crate::config::{Flags, Settings};
use crate::store::Checked;
use crate::{AdminError, DATABASE, now_ms, open_store, page, privacy, profile, upkeep, utc};

/// The report, as Markdown.
///
/// # Errors
/// If the settings or the database cannot be used. What is not as it should be is no error, but stands in the report.
pub fn evidence(flags: Flags) -> Result<String, AdminError> {
    let settings = Settings::load(flags.clone())?;
    if !settings.data_dir.join(DATABASE).exists() {
        return Err(AdminError::Unfit("there is no database in this data_dir; name the server's"));
    }
    let version = env!("CARGO_PKG_VERSION");
    let page = page::hash(page::hashes().as_bytes());
    let mut text = format!(
        "# Evidence of {}\n\nanteroom {version}, `profile = \"{}\"`. SHA-256 of what `anteroom page-hashes` prints: {page}\n",
        utc(now_ms()),
        settings.profile.name()
    );
    let mut say = |line: &str| {
        let _infallible = writeln!(text, "{line}");
    };
    say("\n## State\n");
    say(&format!("- Audit log: {}", audit(&settings)?));
    say(&format!("- Data folder: {}", said(privacy::privacy_check(flags.clone()))));
    for line in said(upkeep::doctor(flags.clone())).lines() {
        say(&format!("- {}", line.trim_end()));
    }
    say("\n## Rules\n\n| Profile | Rule | Source | Kept |\n|---|---|---|---|");
    for rule in profile::rules(&settings) {
        let kept = if rule.is_kept { "yes" } else { "no" };
        say(&format!("| {} | {} | {} | {kept} |", rule.profile.name(), rule.says, rule.source));
    }
    say("\n## Schedule of what is stored\n\n```");
    say(&format!("{}```", privacy::retention(flags)?));
    Ok(text)
}

fn audit(settings: &Settings) -> Result<String, AdminError> {
    Ok(match open_store(settings)?.check_audit()? {
        Checked::Whole { entries, last } => format!("whole, {entries} entries, {} stands for all of them", hex(&last)),
        Checked::Broken { number } => format!("**changed: entry {number} is not what was written, or is not there**"),
        Checked::Ends => "**cut short, or its ends were exchanged**".to_owned(),
    })
}

/// What a check prints, whether it is content or not.
fn said(outcome: Result<String, AdminError>) -> String {
    outcome.unwrap_or_else(|error| error.to_string()).trim_end().to_owned()
}
