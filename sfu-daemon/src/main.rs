//! The command line of `anteroom`.

use std::alloc::System;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sfu_daemon::{
    AreaAction, AuditAction, Checked, Daemon, Flags, IncidentWindow, SessionAction, Settings, UserAction, make_key,
    page_hashes, privacy_check, receipt_key, retention, staff_link, verify_page, verify_receipts,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;
use zeroizing_alloc::ZeroAlloc;

/// Memory is overwritten when it is freed: names, addresses and messages pass through the buffers of many libraries, and end with them.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

/// A waiting room and media server for clinics that keeps nothing.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Subcommand)]
enum Action {
    /// Serves (the default). `--help` lists every setting.
    Run(Flags),
    /// Prints every setting with its default and meaning, or the settings as they are decided now.
    Config {
        /// Prints the decided settings instead.
        #[arg(long)]
        print: bool,
        #[command(flatten)]
        flags: Flags,
    },
    /// Prints a new one-time link that signs a browser in as the first admin. The daemon may run or not.
    StaffLink(Flags),
    /// Accounts of staff. The daemon may run or not, and follows at once.
    User {
        #[command(subcommand)]
        action: UserAction,
    },
    /// Areas: waiting rooms, each with a link of its own. The daemon may run or not, and follows at once.
    Area {
        #[command(subcommand)]
        action: AreaAction,
    },
    /// Which browsers are signed in. The daemon may run or not, and follows at once.
    Session {
        #[command(subcommand)]
        action: SessionAction,
    },
    /// Copies the database into a file, whether the daemon runs or not.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        flags: Flags,
    },
    /// Brings a backup into a data folder that has no database.
    Restore {
        /// What `backup` has written.
        file: PathBuf,
        #[command(flatten)]
        flags: Flags,
    },
    /// Looks at the settings, the database and this machine, and says what is not as it should be.
    Doctor(Flags),
    /// Who of staff did what, and when.
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Prints the records of consultations, one JSON object a line: when, for how long, how many people, how good the connection. Nobody is named.
    Consultations(Flags),
    /// Prints how each connection of consultations went, a JSON object a line: when, how long, how often it was lost, how it ended. Nobody is named.
    Connections(Flags),
    /// Prints what is stored, what for, and for how long, with the settings as they are.
    Retention(Flags),
    /// Prints a dated report, as Markdown: rules of profiles, state of key, log, data folder and machine, and what is stored for how long.
    Evidence(Flags),
    /// What the server knows of a span of time in which somebody was where they should not have been, what to do, and drafts of the letters.
    Incident(IncidentWindow),
    /// About what is stored.
    Privacy {
        #[command(subcommand)]
        action: PrivacyAction,
    },
    /// The key that seals what the database holds about staff.
    Key {
        #[command(subcommand)]
        action: KeyAction,
    },
    /// Prints the SHA-256 of every file of the page that this program serves, as `sha256sum` would.
    PageHashes,
    /// Says whether a server serves the very page that this program holds: every file of it, asked for as a browser asks.
    VerifyPage {
        /// Any address of it, such as `https://video.clinic.example`, or a link for patients.
        address: String,
        /// A list that `page-hashes` has printed, to compare with instead: that of another version.
        #[arg(long)]
        hashes: Option<PathBuf>,
        /// Certificates (PEM) to trust instead of the system's: for a server that has made its own.
        #[arg(long)]
        roots: Option<PathBuf>,
    },
    /// About deletion receipts of files.
    Receipt {
        #[command(subcommand)]
        action: ReceiptAction,
    },
}

#[derive(Subcommand)]
enum PrivacyAction {
    /// Says whether the data folder holds what the schedule names and nothing else, and nothing that is past its time.
    Check(Flags),
    /// Announces a change of the statement on privacy: patients read it at `/privacy`, staff until they have said so.
    Announce {
        /// From which day on, such as `2027-01-15`; 30 days ahead at least.
        #[arg(long)]
        from: jiff::civil::Date,
        /// Sooner than in 30 days, as law or safety demands.
        #[arg(long)]
        urgent: bool,
        /// What changes, in the practice's own words and language.
        text: String,
        #[command(flatten)]
        flags: Flags,
    },
    /// Lists what was announced, and how many of staff have read it.
    Announced(Flags),
}

#[derive(Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, for a moment")]
enum KeyAction {
    /// Writes a new key into a file that is not there yet.
    New {
        /// The file. Keep a copy where the backups of the data folder are not: each is worth nothing without the other.
        file: PathBuf,
    },
    /// Seals the database with another key: when somebody who had the old one has left, or once a year. Stop the server first.
    Change {
        /// The new key's file, as `key new` has written it.
        file: PathBuf,
        #[command(flatten)]
        flags: Flags,
    },
}

#[derive(Subcommand)]
enum ReceiptAction {
    /// Prints the public key of this server's receipts.
    Key(Flags),
    /// Checks a list of receipts, one JSON object a line: that each is genuine, and that none is missing between the first and the last.
    Verify {
        /// The list.
        file: PathBuf,
        /// The server's public key. By default that of the server in `data_dir`.
        #[arg(long)]
        key: Option<String>,
        /// Allows for missing numbers, as in what one page has saved: the others are of other visits.
        #[arg(long)]
        gaps: bool,
        #[command(flatten)]
        flags: Flags,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match act(arguments.action.unwrap_or(Action::Run(arguments.flags))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("anteroom: {error}");
            ExitCode::FAILURE
        }
    }
}

fn act(action: Action) -> Result<(), Box<dyn std::error::Error>> {
    match action {
        Action::Run(flags) => run(Settings::load(flags)?),
        Action::Config { print: true, flags } => print(&Settings::load(flags)?.to_toml()),
        Action::Config { print: false, .. } => print(&Settings::documentation()),
        Action::StaffLink(flags) => {
            let settings = Settings::load(flags)?;
            print(&format!("{}{}\n", settings.base_url(), staff_link(&settings)?))
        }
        Action::User { action } => print(&sfu_daemon::user(action)?),
        Action::Area { action } => print(&sfu_daemon::area(action)?),
        Action::Session { action } => print(&sfu_daemon::session(action)?),
        Action::Backup { file, flags } => print(&sfu_daemon::backup(flags, &file)?),
        Action::Restore { file, flags } => print(&sfu_daemon::restore(flags, &file)?),
        Action::Doctor(flags) => print(&sfu_daemon::doctor(flags)?),
        Action::Audit { action } => print(&sfu_daemon::audit(action)?),
        Action::Consultations(flags) => print(&sfu_daemon::consultations(flags)?),
        Action::Connections(flags) => print(&sfu_daemon::connections(flags)?),
        Action::Retention(flags) => print(&retention(flags)?),
        Action::Evidence(flags) => print(&sfu_daemon::evidence(flags)?),
        Action::Incident(window) => print(&sfu_daemon::incident(window)?),
        Action::Privacy { action: PrivacyAction::Check(flags) } => print(&privacy_check(flags)?),
        Action::Privacy { action: PrivacyAction::Announce { from, urgent, text, flags } } => {
            print(&sfu_daemon::announce(from, urgent, &text, flags)?)
        }
        Action::Privacy { action: PrivacyAction::Announced(flags) } => print(&sfu_daemon::announced(flags)?),
        Action::Key { action: KeyAction::New { file } } => Ok(make_key(&file)?),
        Action::Key { action: KeyAction::Change { file, flags } } => print(&sfu_daemon::change_key(flags, &file)?),
        Action::PageHashes => print(&page_hashes()),
        Action::VerifyPage { address, hashes, roots } => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let same = runtime.block_on(verify_page(&address, hashes.as_deref(), roots.as_deref()))?;
            print(&format!("the same page: {} files and the headers\n", same.files))
        }
        Action::Receipt { action: ReceiptAction::Key(flags) } => print(&format!("{}\n", own_key(flags)?)),
        Action::Receipt { action: ReceiptAction::Verify { file, key, gaps, flags } } => {
            let key = key.map_or_else(|| own_key(flags), Ok)?;
            let Checked { receipts, numbers: (first, last), gaps } = verify_receipts(&file, &key, gaps)?;
            let missing = match gaps {
                0 => "none is missing between them".to_owned(),
                1 => "1 gap between them".to_owned(),
                gaps => format!("{gaps} gaps between them"),
            };
            print(&format!("genuine: {receipts} receipts, numbers {first} to {last}; {missing}\n"))
        }
    }
}

fn own_key(flags: Flags) -> Result<String, Box<dyn std::error::Error>> {
    let settings = Settings::load(flags)?;
    let key = receipt_key(&settings)?;
    Ok(key.ok_or_else(|| {
        format!("there is no database in {}; name the data_dir, or the key", settings.data_dir.display())
    })?)
}

fn run(settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|_| "log: not a level or filter")?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let signals = signals()?;
        let daemon = Daemon::start(settings.clone()).await?;
        welcome(&daemon, &settings)?;
        daemon.run(signals).await;
        Ok(())
    })
}

/// Each SIGTERM or SIGINT from now on.
fn signals() -> std::io::Result<mpsc::Receiver<()>> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (sender, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            if sender.send(()).await.is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// What the person at the terminal needs next.
fn welcome(daemon: &Daemon, settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    use std::fmt::Write as _;
    let urls = daemon.urls();
    let mut text = String::from("\nAnteroom is open.\n");
    for slug in daemon.slugs() {
        writeln!(text, "\nPatient link")?;
        for url in &urls {
            writeln!(text, "  {url}/a/{slug}")?;
        }
        // For a phone: an address that others can reach, if there is one.
        if let Some(url) = urls.iter().find(|url| url.starts_with("https://")).or(urls.first()) {
            writeln!(text, "\n{}", qr(&format!("{url}/a/{slug}"))?)?;
        }
    }
    // systemd collects what is printed; a secret does not belong there.
    if std::env::var_os("JOURNAL_STREAM").is_some() {
        writeln!(text, "Staff link: run `anteroom staff-link` as this user.")?;
    } else if let Some(url) = urls.first() {
        writeln!(
            text,
            "Staff link (works once, for {} h; `anteroom staff-link` makes another)",
            settings.staff_link_max / 3_600
        )?;
        writeln!(text, "  {url}{}", staff_link(settings)?)?;
    }
    if daemon.https().is_some() && settings.certificate.as_os_str().is_empty() {
        writeln!(text, "\nOther devices will warn once about the self-made certificate of the https links.")?;
    }
    print(&text)
}

fn qr(link: &str) -> Result<String, qrcode::types::QrError> {
    use qrcode::render::unicode::Dense1x2;
    // Inverted: terminals are dark more often than not, and scanners take either.
    let code = qrcode::QrCode::new(link)?;
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

/// Prints, and does not mind a closed pipe.
fn print(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    Ok(written.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })?)
}
