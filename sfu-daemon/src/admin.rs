//! What the operator says at the command line about accounts, areas and sessions. It is written to the database, whether a daemon runs or not; a
//! running one follows (`follow`).

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use sfu_signal::StaffRole;
use zeroize::Zeroizing;

use crate::auth::hex;
use crate::config::{ConfigError, Flags, Settings};
use crate::limits::{AREA_TEXT_CHARS_MAX, LOOK_VIDEO_BYTES_MAX};
use crate::look::{self, Part, Unfit};
use crate::store::{
    Account, Area, Checked, Consultation, Deed, Entry, MediaConnection, Standing, Store, StoreError, role_text,
};
use crate::{StartError, new_link, now_ms, open_store, own_data, password, session_limits, utc};

/// Characters of a login: as long as an e-mail address with room to spare.
const LOGIN_CHARS_MAX: usize = 64;
/// Characters of a slug: it is read out on the phone.
const SLUG_CHARS_MAX: usize = 40;

const UNREAD: AdminError = AdminError::Unfit("the password could not be read");

/// Why the command was not carried out. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The change would break a rule.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no account with this login.
    #[error("there is no account {0}; `anteroom user list` shows all")]
    NoUser(String),
    /// There is no area with this slug.
    #[error("there is no area {0}; `anteroom area list` shows all")]
    NoArea(String),
    /// It is nothing that an area can look like.
    #[error(transparent)]
    Look(#[from] Unfit),
    /// The file cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// An entry of the audit log is not what was written.
    #[error("the log was changed: entry {0} is not what was written, or is not there")]
    Altered(i64),
    /// Something is not as it should be.
    #[error("not all is as it should be\n{0}")]
    Findings(String),
    /// The data folder is not what the schedule says.
    #[error("{0}")]
    NotPrivate(String),
    /// What was typed cannot be used.
    #[error("{0}")]
    Unfit(&'static str),
}

/// About accounts.
#[derive(Subcommand)]
pub enum UserAction {
    /// Adds an account, and prints a one-time link that signs its browser in.
    Add {
        /// How the person signs in: lower-case letters, digits and `.-_@+`, such as `lena` or an e-mail address.
        login: String,
        /// How patients and colleagues read them, such as `Dr. Lena Hoffmann`.
        #[arg(long)]
        name: String,
        /// `admin`, `provider` (sees patients) or `assistant` (sees the line, takes part in no consultation).
        #[arg(long, default_value = "provider", value_parser = role)]
        role: StaffRole,
        /// The slugs of the areas where they work, with commas between. By default all.
        #[arg(long, value_delimiter = ',')]
        areas: Option<Vec<String>>,
        /// Asks for a password at the terminal, or reads a line of the input. It is for the first sign-in, which demands another one.
        #[arg(long)]
        password: bool,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Lists all accounts.
    List(Flags),
    /// Shows one account.
    Show {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Changes an account.
    Set {
        /// Whose.
        login: String,
        /// Another login.
        #[arg(long)]
        new_login: Option<String>,
        /// Another name. Empty: as the area is called.
        #[arg(long)]
        name: Option<String>,
        /// Another role.
        #[arg(long, value_parser = role)]
        role: Option<StaffRole>,
        /// The slugs of the areas where they work, with commas between.
        #[arg(long, value_delimiter = ',')]
        areas: Option<Vec<String>>,
        /// Asks for another password at the terminal, or reads a line of the input. It is for the next sign-in, which demands another one. All
        /// browsers of the account are signed out.
        #[arg(long)]
        password: bool,
        /// Takes the second factor away, for somebody who has lost it: the next sign-in sets another one up.
        #[arg(long)]
        reset_factor: bool,
        /// Takes all passkeys away, for somebody who has lost the device that they are on. All browsers of the account are signed out.
        #[arg(long)]
        remove_passkeys: bool,
        /// Ends the link with the provider of identities. All browsers of the account are signed out.
        #[arg(long)]
        unlink: bool,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Lets an account sign in no more, and signs out all of its browsers.
    Disable {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// The same, but keeps what is stored about the account until it is enabled or erased: for somebody who objects to its use (GDPR, Art. 18).
    Restrict {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Lets a disabled or restricted account sign in again.
    Enable {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Prints all that is kept about an account, as JSON.
    Export {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Prints what `export` looks like, as JSON Schema.
    ExportSchema,
    /// Erases an account with all that is kept about it, at once and for good.
    Erase {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Prints a new one-time link that signs a browser in as this account.
    Link {
        /// Whose.
        login: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
}

/// About areas.
#[derive(Subcommand)]
pub enum AreaAction {
    /// Adds an area. Admins work in it at once.
    Add {
        /// Its part of the link for patients: lower-case letters, digits and `-`.
        slug: String,
        /// What patients read.
        #[command(flatten)]
        texts: AreaTexts,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Lists all areas.
    List(Flags),
    /// Changes what patients read about an area, and what it looks like to them.
    Set {
        /// Which.
        slug: String,
        /// What patients read.
        #[command(flatten)]
        texts: AreaTexts,
        /// What they see.
        #[command(flatten)]
        look: AreaLooks,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
    /// Removes an area with the keys that staff have made for it. Its link is dead for ever, and who waits there is told.
    Remove {
        /// Which.
        slug: String,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
}

/// What patients read about an area.
#[derive(clap::Args)]
pub struct AreaTexts {
    /// Who is met there, such as `Dr. Lena Hoffmann` or `Reception`.
    #[arg(long)]
    pub title: Option<String>,
    /// The practice.
    #[arg(long)]
    pub practice: Option<String>,
    /// The phone number for those who need help.
    #[arg(long)]
    pub help_phone: Option<String>,
}

/// What an area looks like to patients.
#[derive(clap::Args)]
pub struct AreaLooks {
    /// A colour on which white text can be read, such as `#0b5a4c`. Empty: the page's own.
    #[arg(long)]
    pub accent: Option<String>,
    /// A few words for who comes in, in Markdown: headings, lists, bold and italic. Empty: none.
    #[arg(long)]
    pub welcome: Option<String>,
    /// A PNG, JPEG or WebP file of at most 256 KiB. Empty: none.
    #[arg(long, value_name = "FILE")]
    pub logo: Option<OsString>,
    /// For those who wait: a picture of at most 2 MiB, an MP4 or WebM of at most 16 MiB, or a PDF of at most 5 MB. Empty: nothing.
    #[arg(long, value_name = "FILE")]
    pub show: Option<OsString>,
}

/// About browsers that are signed in.
#[derive(Subcommand)]
pub enum SessionAction {
    /// Lists them.
    List(Flags),
    /// Signs out one of them, all of an account, or all.
    Revoke {
        /// Which, as `list` shows it.
        #[arg(required_unless_present_any = ["user", "all"], conflicts_with_all = ["user", "all"])]
        id: Option<String>,
        /// All of this account.
        #[arg(long, conflicts_with = "all")]
        user: Option<String>,
        /// All that there are.
        #[arg(long)]
        all: bool,
        /// Where the database is.
        #[command(flatten)]
        flags: Flags,
    },
}

/// About the audit log.
#[derive(Subcommand)]
pub enum AuditAction {
    /// Prints all entries, the oldest first: number, time, who, what, and of what.
    List(Flags),
    /// Says whether the log is as it was written: nothing changed, added or taken out.
    Verify(Flags),
}

/// Carries out a command about the audit log, and says what to print.
///
/// # Errors
/// If it cannot be read, or was changed.
pub fn audit(action: AuditAction) -> Result<String, AdminError> {
    match action {
        AuditAction::List(flags) => {
            let (_, store) = open(flags)?;
            let accounts = store.accounts()?;
            let who = |staff: Option<u32>| match staff {
                None => "operator".to_owned(),
                Some(staff) => accounts
                    .iter()
                    .find(|account| account.id == staff)
                    .map_or_else(|| format!("account {staff}"), |account| account.login.clone()),
            };
            let entries = store.audit()?;
            let line = |entry: &Entry| {
                let Entry { number, at_ms, staff, event, target } = entry;
                format!("{number}  {}  {}  {event}  {target}\n", utc(*at_ms), who(*staff))
            };
            Ok(entries.iter().map(line).collect())
        }
        AuditAction::Verify(flags) => {
            let (_, store) = open(flags)?;
            match store.check_audit()? {
                Checked::Whole { entries, last } => Ok(format!(
                    "whole: {entries} entries; {} stands for all of them, and is worth noting elsewhere\n",
                    hex(&last)
                )),
                Checked::Broken { number } => Err(AdminError::Altered(number)),
                Checked::Ends => Err(AdminError::Unfit("the log was cut short, or its ends were exchanged")),
            }
        }
    }
}

/// The records of consultations, one JSON object a line, the oldest first.
///
/// # Errors
/// If the database cannot be used.
pub fn consultations(flags: Flags) -> Result<String, AdminError> {
    let (_, store) = open(flags)?;
    let areas = store.areas()?;
    let line = |one: &Consultation| {
        let began = utc(one.began_ms);
        let Consultation { number, area, seconds, held_seconds, people, quality, .. } = one;
        let object = json!({
            "number": hex(number),
            "area": slug_of(&areas, *area),
            "began": began,
            "seconds": seconds,
            "held_seconds": held_seconds,
            "people": people,
            "quality": quality,
        });
        format!("{object}\n")
    };
    Ok(store.consultations()?.iter().map(line).collect())
}

/// What an area is called in links; none if it is removed.
fn slug_of(areas: &[Area], id: u32) -> Option<&str> {
    areas.iter().find(|area| area.id == id).map(|area| area.slug.as_str())
}

/// How each connection of the consultations went, a JSON object a line.
///
/// # Errors
/// If the database cannot be read.
pub fn connections(flags: Flags) -> Result<String, AdminError> {
    let (_, store) = open(flags)?;
    let areas = store.areas()?;
    let line = |one: &MediaConnection| {
        let began = utc(one.began_ms);
        let MediaConnection { consultation, area, side, seconds, came_up, outages, ending, .. } = one;
        let object = json!({
            "consultation": hex(consultation),
            "area": slug_of(&areas, *area),
            "side": side,
            "began": began,
            "seconds": seconds,
            "came_up": came_up,
            "outages": outages,
            "ending": ending,
        });
        format!("{object}\n")
    };
    Ok(store.connections()?.iter().map(line).collect())
}

/// Carries out a command about accounts, and says what to print.
///
/// # Errors
/// If it cannot be carried out; nothing is changed then.
pub fn user(action: UserAction) -> Result<String, AdminError> {
    match action {
        UserAction::Add { login, name, role, areas, password, flags } => {
            let (settings, store) = open(flags)?;
            let (login, name) = (checked_login(&login)?, checked_text(&name)?);
            if name.is_empty() {
                return Err(AdminError::Unfit("--name: say how patients and colleagues read this person"));
            }
            let areas = match areas {
                Some(slugs) => area_ids(&store, &slugs)?,
                None => store.areas()?.iter().map(|area| area.id).collect(),
            };
            let password = password.then(|| new_password(&login, &name)).transpose()?;
            let id = store.add_account(&Account { id: 0, login, name, role, standing: Standing::Active, areas })?;
            note(&store, &Deed::AccountAdded(id))?;
            if let Some(password) = password {
                store.set_password(id, Some(&password), true, None)?;
                note(&store, &Deed::PasswordSet(id))?;
            }
            link(&settings, &store, id)
        }
        UserAction::List(flags) => {
            let (_, store) = open(flags)?;
            let areas = store.areas()?;
            Ok(store.accounts()?.iter().map(|account| line(account, &areas)).collect())
        }
        UserAction::Show { login, flags } => {
            let (_, store) = open(flags)?;
            let account = find_user(&store, &login)?;
            let mut shown = line(&account, &store.areas()?);
            for (_, passkey) in store.passkeys(account.id)? {
                let _infallible = writeln!(shown, "  passkey of {}  {}", utc(passkey.made_ms), passkey.label);
            }
            if let Some(identity) = store.identity_of(account.id)? {
                let _infallible = writeln!(shown, "  signs in at {}", identity.issuer);
            }
            Ok(shown)
        }
        UserAction::Set {
            login,
            new_login,
            name,
            role,
            areas,
            password,
            reset_factor,
            remove_passkeys,
            unlink,
            flags,
        } => {
            let (_, store) = open(flags)?;
            let mut account = find_user(&store, &login)?;
            if let Some(login) = new_login {
                account.login = checked_login(&login)?;
            }
            if let Some(name) = name {
                account.name = checked_text(&name)?;
            }
            if let Some(slugs) = areas {
                account.areas = area_ids(&store, &slugs)?;
            }
            account.role = role.unwrap_or(account.role);
            let password = password.then(|| new_password(&account.login, &account.name)).transpose()?;
            store.set_account(&account)?;
            note(&store, &Deed::AccountChanged(account.id))?;
            if let Some(password) = password {
                store.set_password(account.id, Some(&password), true, None)?;
                note(&store, &Deed::PasswordSet(account.id))?;
            }
            if reset_factor {
                store.forget_factor(account.id)?;
                note(&store, &Deed::FactorTakenAway(account.id))?;
            }
            if remove_passkeys {
                store.forget_passkeys(account.id)?;
                note(&store, &Deed::PasskeysTakenAway(account.id))?;
            }
            if unlink {
                store.unlink_identity(account.id, None)?;
                note(&store, &Deed::IdentityTakenAway(account.id))?;
            }
            Ok(line(&account, &store.areas()?))
        }
        UserAction::Disable { login, flags } => set_standing(&login, flags, Standing::Disabled),
        UserAction::Restrict { login, flags } => set_standing(&login, flags, Standing::Restricted),
        UserAction::Enable { login, flags } => set_standing(&login, flags, Standing::Active),
        UserAction::Export { login, flags } => {
            let (settings, store) = open(flags)?;
            let account = find_user(&store, &login)?;
            note(&store, &Deed::AccountExported(account.id))?;
            Ok(format!("{:#}\n", own_data::export(&store, session_limits(&settings), &account)?))
        }
        UserAction::ExportSchema => Ok(own_data::SCHEMA.to_owned()),
        UserAction::Erase { login, flags } => {
            let (_, store) = open(flags)?;
            let account = find_user(&store, &login)?;
            store.erase_account(account.id)?;
            note(&store, &Deed::AccountErased(account.id))?;
            Ok(format!("{} is erased\n", account.login))
        }
        UserAction::Link { login, flags } => {
            let (settings, store) = open(flags)?;
            let account = find_user(&store, &login)?;
            link(&settings, &store, account.id)
        }
    }
}

/// Carries out a command about areas, and says what to print.
///
/// # Errors
/// If it cannot be carried out; nothing is changed then.
pub fn area(action: AreaAction) -> Result<String, AdminError> {
    match action {
        AreaAction::Add { slug, texts, flags } => {
            let (settings, store) = open(flags)?;
            let mut area = Area::new(checked_slug(&slug)?);
            texts.apply(&mut area)?;
            let id = store.add_area(&area)?;
            note(&store, &Deed::AreaAdded(id))?;
            Ok(format!("{}/a/{}\n", settings.base_url(), area.slug))
        }
        AreaAction::List(flags) => {
            let (settings, store) = open(flags)?;
            Ok(store.areas()?.iter().map(|area| area_line(&settings, area)).collect())
        }
        AreaAction::Set { slug, texts, look, flags } => {
            let (settings, store) = open(flags)?;
            let mut area = find_area(&store, &slug)?;
            texts.apply(&mut area)?;
            look.apply(&store, area.id)?;
            store.save_area(&area)?;
            note(&store, &Deed::AreaChanged(area.id))?;
            Ok(area_line(&settings, &area))
        }
        AreaAction::Remove { slug, flags } => {
            let (_, store) = open(flags)?;
            let area = find_area(&store, &slug)?;
            store.remove_area(area.id)?;
            note(&store, &Deed::AreaRemoved(area.id))?;
            Ok(format!("{slug} is removed\n"))
        }
    }
}

/// Carries out a command about sessions, and says what to print.
///
/// # Errors
/// If it cannot be carried out; nothing is changed then.
pub fn session(action: SessionAction) -> Result<String, AdminError> {
    match action {
        SessionAction::List(flags) => {
            let (settings, store) = open(flags)?;
            let now_ms = now_ms();
            let ago = |at_ms: i64| format!("{} min ago", (now_ms - at_ms).max(0) / 60_000);
            let sessions = store.open_sessions(now_ms, session_limits(&settings), None)?;
            let lines = sessions.iter().map(|session| {
                let (began, used, means) = (ago(session.began_ms), ago(session.seen_ms), session.means.word());
                format!(
                    "{}  {}  by {means}  began {began}, used {used}  {}\n",
                    session.id, session.login, session.label
                )
            });
            Ok(lines.collect())
        }
        SessionAction::Revoke { id, user, all: _, flags } => {
            let (_, store) = open(flags)?;
            let staff = user.map(|login| find_user(&store, &login)).transpose()?.map(|account| account.id);
            let count = store.revoke(id.as_deref(), staff)?;
            if 0 < count {
                note(&store, &Deed::SessionsEnded(count))?;
            }
            match count {
                0 if id.is_some() => {
                    Err(AdminError::Unfit("there is no such session; `anteroom session list` shows all"))
                }
                1 => Ok("1 browser is signed out\n".to_owned()),
                count => Ok(format!("{count} browsers are signed out\n")),
            }
        }
    }
}

/// Writes down what the operator has done.
fn note(store: &Store, deed: &Deed) -> Result<(), StoreError> {
    store.note(now_ms(), None, deed)
}

fn open(flags: Flags) -> Result<(Settings, Store), AdminError> {
    let settings = Settings::load(flags)?;
    let store = open_store(&settings)?;
    Ok((settings, store))
}

/// The hash of a password that is typed now: at the terminal without being shown, or as a line of the input.
fn new_password(login: &str, name: &str) -> Result<String, AdminError> {
    let mut typed = Zeroizing::new(String::new());
    match std::io::stdin().is_terminal() {
        true => *typed = rpassword::prompt_password("Password: ").map_err(|_| UNREAD)?,
        false => {
            std::io::stdin().lock().read_line(&mut typed).map_err(|_| UNREAD)?;
        }
    }
    let typed = typed.trim_end_matches(['\r', '\n']);
    password::judge(typed, &[login, name]).map_err(|unfit| AdminError::Unfit(unfit.say()))?;
    password::hash(typed).map_err(|_| AdminError::Start(StartError::Random))
}

fn set_standing(login: &str, flags: Flags, standing: Standing) -> Result<String, AdminError> {
    let (_, store) = open(flags)?;
    let account = Account { standing, ..find_user(&store, login)? };
    store.set_account(&account)?;
    note(&store, &Deed::AccountChanged(account.id))?;
    Ok(line(&account, &store.areas()?))
}

fn link(settings: &Settings, store: &Store, staff: u32) -> Result<String, AdminError> {
    Ok(format!("{}{}\n", settings.base_url(), new_link(store, Some(staff), settings)?))
}

fn find_user(store: &Store, login: &str) -> Result<Account, AdminError> {
    let found = store.accounts()?.into_iter().find(|account| account.login.eq_ignore_ascii_case(login));
    found.ok_or_else(|| AdminError::NoUser(login.escape_default().to_string()))
}

fn find_area(store: &Store, slug: &str) -> Result<Area, AdminError> {
    let found = store.areas()?.into_iter().find(|area| area.slug == slug);
    found.ok_or_else(|| AdminError::NoArea(slug.escape_default().to_string()))
}

fn area_ids(store: &Store, slugs: &[String]) -> Result<Vec<u32>, AdminError> {
    slugs.iter().filter(|slug| !slug.is_empty()).map(|slug| Ok(find_area(store, slug)?.id)).collect()
}

/// One line for each account: login, role, name, areas, and whether it is disabled or restricted.
fn line(account: &Account, areas: &[Area]) -> String {
    let own = areas.iter().filter(|area| account.areas.contains(&area.id)).map(|area| area.slug.as_str());
    let mut line = format!("{}  {}", account.login, role_text(account.role));
    let name = if account.name.is_empty() { "(called as the area is)" } else { &account.name };
    let _infallible = write!(line, "  {name}  areas: {}", own.collect::<Vec<_>>().join(","));
    line.push_str(match account.standing {
        Standing::Active => "\n",
        Standing::Disabled => "  disabled\n",
        Standing::Restricted => "  restricted\n",
    });
    line
}

fn area_line(settings: &Settings, area: &Area) -> String {
    let Area { slug, title, practice, help_phone, .. } = area;
    format!("{slug}  {title}  {practice}  {help_phone}  {}/a/{slug}\n", settings.base_url())
}

impl AreaTexts {
    fn apply(self, area: &mut Area) -> Result<(), AdminError> {
        for (text, of) in [
            (self.title, &mut area.title),
            (self.practice, &mut area.practice),
            (self.help_phone, &mut area.help_phone),
        ] {
            if let Some(text) = text {
                *of = checked_text(&text)?;
            }
        }
        Ok(())
    }
}

impl AreaLooks {
    /// Everything is looked at before anything is changed.
    fn apply(self, store: &Store, area: u32) -> Result<(), AdminError> {
        let before = store.looks()?.into_iter().find(|look| look.area == area).unwrap_or_default();
        let accent = self.accent.as_deref().map(look::checked_accent).transpose()?;
        let welcome = self.welcome.as_deref().map(look::checked_welcome).transpose()?;
        let files = [(Part::Logo, self.logo), (Part::Show, self.show)];
        let files = files.into_iter().filter_map(|(part, path)| Some((part, path?))).map(|(part, path)| {
            let bytes = if path.is_empty() { Vec::new() } else { read(Path::new(&path))? };
            Ok((part, look::new_file(part, &bytes)?, bytes))
        });
        let files = files.collect::<Result<Vec<_>, AdminError>>()?;
        if accent.is_some() || welcome.is_some() {
            store.set_look_texts(area, &accent.unwrap_or(before.accent), &welcome.unwrap_or(before.welcome))?;
        }
        for (part, file, bytes) in files {
            if !store.set_look_file(area, part, file.as_ref(), &bytes)? {
                return Err(Unfit::Full.into());
            }
        }
        Ok(())
    }
}

/// No more of a file than could be taken.
fn read(path: &Path) -> Result<Vec<u8>, AdminError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(LOOK_VIDEO_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let read = std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| AdminError::Unreadable { path: path.to_owned(), error })?;
    if bytes.is_empty() { Err(Unfit::Kind.into()) } else { Ok(bytes) }
}

fn role(text: &str) -> Result<StaffRole, &'static str> {
    let roles = [StaffRole::Admin, StaffRole::Provider, StaffRole::Assistant];
    roles.into_iter().find(|role| role_text(*role) == text).ok_or("a role is admin, provider or assistant")
}

/// As it is stored: people do not remember how they have written it.
pub(crate) fn checked_login(login: &str) -> Result<String, AdminError> {
    let login = login.trim().to_ascii_lowercase();
    let is_fit = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b".-_@+".contains(&sign);
    if login.is_empty() || LOGIN_CHARS_MAX < login.len() || !login.bytes().all(is_fit) {
        return Err(AdminError::Unfit("a login has 1 to 64 lower-case letters, digits, or any of .-_@+"));
    }
    Ok(login)
}

fn checked_slug(slug: &str) -> Result<String, AdminError> {
    let is_fit = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
    if slug.is_empty() || SLUG_CHARS_MAX < slug.len() || !slug.bytes().all(is_fit) {
        return Err(AdminError::Unfit("a slug has 1 to 40 lower-case letters, digits or -"));
    }
    Ok(slug.to_owned())
}

fn checked_text(text: &str) -> Result<String, AdminError> {
    let text = text.trim();
    if AREA_TEXT_CHARS_MAX < text.chars().count() || text.chars().any(char::is_control) {
        return Err(AdminError::Unfit("a name or a text has at most 100 characters, in one line"));
    }
    Ok(text.to_owned())
}
