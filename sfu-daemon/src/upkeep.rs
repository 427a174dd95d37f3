//! What an operator does besides: a backup, bringing one back, and a look at whether the machine is fit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::at_rest::Source;
use crate::config::{Flags, Settings};
use crate::store::{Checked, Store};
use crate::{AdminError, DATABASE, StartError, at_rest, open_store, tls};

/// Free disk under which the database could fail soon.
const FREE_BYTES_MIN: u64 = 256 * 1024 * 1024;

/// Copies the database into a file that is not there yet, whether a daemon runs or not.
///
/// # Errors
/// If it cannot be read or written.
pub fn backup(flags: Flags, file: &Path) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    if !settings.data_dir.join(DATABASE).exists() {
        return Err(AdminError::Unfit("there is no database in this data_dir; name the server's"));
    }
    open_store(&settings)?.backup(file)?;
    let key = at_rest::source(&settings);
    Ok(format!("written to {}\nIt is worth nothing without {key}: keep a copy of that elsewhere.\n", file.display()))
}

/// Brings a backup into a data folder that has no database.
///
/// # Errors
/// If there is one, or the backup cannot be used with this key; nothing is changed then.
pub fn restore(flags: Flags, file: &Path) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    let database = settings.data_dir.join(DATABASE);
    if database.exists() {
        return Err(AdminError::Unfit(
            "there is a database in this data_dir; stop the server and move it away first, with its -wal and -shm",
        ));
    }
    let at_rest = at_rest::load(&settings, false).map_err(StartError::from)?;
    Store::check_backup(file, &at_rest)?;
    let copied = std::fs::DirBuilder::new().recursive(true).create(&settings.data_dir).and_then(|()| {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut from = std::fs::File::open(file)?;
        let mut to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&database)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    });
    copied.map_err(|error| StartError::DataDir { path: settings.data_dir.clone(), error })?;
    open_store(&settings)?;
    Ok(format!("{} is in place; browsers that were signed in then are signed in now\n", database.display()))
}

/// Has the database sealed with another key, which is in a file already. The settings must name it from then on.
///
/// # Errors
/// If a server runs, or a key or the database cannot be used; nothing is changed then.
pub fn change_key(flags: Flags, file: &Path) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    let database = settings.data_dir.join(DATABASE);
    if !database.exists() {
        return Err(AdminError::Unfit("there is no database in this data_dir; name the server's"));
    }
    let old = at_rest::load(&settings, false).map_err(StartError::from)?;
    let new = at_rest::load_from(file.to_owned(), &settings, false).map_err(StartError::from)?;
    Store::change_key(&database, old, &new, crate::now_ms())?;
    let next = match at_rest::source(&settings) {
        Source::File(path) => format!("set key_file to it, or move it to {}", path.display()),
        Source::Command(_) => "have key_command print it".to_owned(),
    };
    Ok(format!(
        "sealed with {}\nNow {next}, before the next start. Backups of before need the old key.\n",
        file.display()
    ))
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    /// Empty: it is as it should be.
    wrong: String,
}

/// Looks at the settings, the database and the machine, and says what is not as it should be.
///
/// # Errors
/// With all that is wrong.
pub fn doctor(flags: Flags) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    let findings = [
        Finding { what: "key and database", wrong: database(&settings) },
        Finding { what: "certificate", wrong: certificate(&settings) },
        Finding { what: "address for patients", wrong: address(&settings) },
        Finding { what: "memory stays in memory", wrong: memory() },
        Finding { what: "disk", wrong: disk(&settings.data_dir) },
    ];
    let mut text = String::new();
    for Finding { what, wrong } in &findings {
        let _infallible = match wrong.as_str() {
            "" => writeln!(text, "good   {what}"),
            wrong => writeln!(text, "look   {what}: {wrong}"),
        };
    }
    if findings.iter().all(|finding| finding.wrong.is_empty()) { Ok(text) } else { Err(AdminError::Findings(text)) }
}

fn database(settings: &Settings) -> String {
    if !settings.data_dir.join(DATABASE).exists() {
        return "there is none yet; the first start makes it".to_owned();
    }
    let look = || -> Result<String, AdminError> {
        let store = open_store(settings)?;
        Ok(match store.check_audit()? {
            Checked::Whole { .. } => String::new(),
            Checked::Broken { .. } | Checked::Ends => {
                "the audit log was changed; see `anteroom audit verify`".to_owned()
            }
        })
    };
    look().unwrap_or_else(|error| error.to_string())
}

fn certificate(settings: &Settings) -> String {
    if !settings.https || settings.certificate.as_os_str().is_empty() {
        return match (settings.https, settings.trusted_proxies.is_empty()) {
            (_, false) => String::new(),
            (true, true) => {
                "self-made: every device warns; set certificate and certificate_key, or use a proxy".to_owned()
            }
            (false, true) => "no HTTPS and no proxy: only this machine's browsers can make calls".to_owned(),
        };
    }
    match tls::from_files(&settings.certificate, &settings.certificate_key) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    }
}

fn address(settings: &Settings) -> String {
    match settings.public_url.as_str() {
        "" => "public_url is not set: links have this machine's own addresses".to_owned(),
        url if !url.starts_with("https://") => "public_url is not HTTPS: browsers give no camera there".to_owned(),
        _ => String::new(),
    }
}

/// Swap and core dumps would write to a disk what must be in memory only.
fn memory() -> String {
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    if 1 < swaps.lines().count() {
        return "swap is on: memory could reach the disk; turn it off, or set MemorySwapMax=0 in the unit".to_owned();
    }
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    match core.and_then(|line| line.split_whitespace().nth(4)) {
        None | Some("0") => String::new(),
        Some(_) => "core dumps are on: a crash could write memory to the disk; set LimitCORE=0 in the unit".to_owned(),
    }
}

fn disk(folder: &Path) -> String {
    let there: PathBuf = folder.ancestors().find(|path| path.exists()).unwrap_or(folder).to_owned();
    match rustix::fs::statvfs(&there) {
        Ok(disk) if disk.f_bavail.saturating_mul(disk.f_frsize) < FREE_BYTES_MIN => "it is nearly full".to_owned(),
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}
