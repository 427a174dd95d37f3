//! Settings: a TOML file, `ANTEROOM_*` variables and flags. A flag wins over the environment, that over the file, that over the default.
//!
//! Every setting is one row of the table below, from which the struct, the file's keys, the variables, the flags and the
//! documentation (`anteroom config`) are made, so that none can be forgotten.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::profile::{self, Profile};

/// More sockets than one process gets; far larger numbers would overflow counters.
const CONNECTIONS_MAX: usize = 1_000_000;
/// More memory than a server has.
const MIB_MAX: u64 = 1024 * 1024;
/// The same in days, for what is kept.
const DAYS_MAX: u32 = 10 * 366;
/// Three years: longer than any rule asks for a record of a consultation.
const CONSULTATION_DAYS_MAX: u32 = 3 * 366;
/// Half a year: what providers of video consultations allow themselves.
const CONNECTION_DAYS_MAX: u32 = 183;
/// Ten years; far longer times would overflow clocks.
const SECONDS_MAX: u64 = 10 * 366 * 24 * 3_600;

/// Why the settings cannot be used. Names the file and the line where there is one.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration file {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is not TOML, has an unknown key, or a value of the wrong kind.
    #[error("{path}: {error}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The parser's message with line and column.
        error: Box<toml::de::Error>,
    },
    /// A flag or variable has a value of the wrong kind. Names the flag.
    #[error("{0}")]
    BadValue(String),
    /// Rules of the profile that are broken, a line each.
    #[error("these settings break rules of the profile:{0}")]
    Profile(String),
    /// Values that do not fit together.
    #[error("{0}")]
    Contradiction(&'static str),
}

/// Somebody to whom the server connects (GDPR, Art. 28 and 30(1)(d)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subprocessor {
    /// Who that is.
    pub name: String,
    /// The host of the address that is asked.
    pub host: String,
    /// What for.
    pub purpose: String,
    /// Where that is, such as `EU` or `in-house`.
    pub region: String,
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// By STARTTLS, or nothing is sent (RFC 3207).
    #[default]
    Required,
    /// From the first byte (RFC 8314).
    Wrapper,
    /// Not at all: for a mail server on this machine.
    None,
}

/// One setting, as `anteroom config` shows it.
#[derive(Debug)]
pub struct Row {
    /// The key in the file; the flag is the same with dashes.
    pub key: &'static str,
    /// The environment variable.
    pub env: &'static str,
    /// The default as written in the file.
    pub default: String,
    /// What it means, with its unit.
    pub help: &'static [&'static str],
}

macro_rules! settings {
    ($($(#[doc = $help:literal])+ $key:ident: $kind:ty = $default:expr, $env:literal;)+) => {
        /// All settings, with every value decided.
        #[derive(Clone, Debug)]
        pub struct Settings { $($(#[doc = $help])+ pub $key: $kind,)+ }

        /// What flags and environment say; the rest is left to the file and the defaults.
        #[derive(Clone, Debug, Default, clap::Args)]
        pub struct Flags {
            /// The configuration file; `anteroom.toml` in the current directory is not read unless named.
            #[arg(long, short, env = "ANTEROOM_CONFIG", value_name = "FILE")]
            pub config: Option<PathBuf>,
            $($(#[doc = $help])+ #[arg(long, env = $env, value_name = "VALUE", hide_short_help = true)] $key: Option<String>,)+
        }

        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FileSettings { $($key: Option<$kind>,)+ }

        impl Settings {
            fn merge(flags: Flags, file: FileSettings) -> Result<Self, String> {
                Ok(Self { $($key: match flags.$key {
                    Some(text) => from_text(stringify!($key), &text)?,
                    None => file.$key.unwrap_or_else(|| $default),
                },)+ })
            }

            /// Every setting with its default and meaning.
            #[must_use]
            pub fn table() -> Vec<Row> {
                vec![$(Row {
                    key: stringify!($key), env: $env,
                    default: to_text::<$kind>(&$default), help: &[$($help),+],
                },)+]
            }

            /// The settings as a configuration file.
            #[must_use]
            pub fn to_toml(&self) -> String {
                let mut text = String::new();
                $(let _infallible = writeln!(text, "{} = {}", stringify!($key), to_text(&self.$key));)+
                text
            }
        }
    };
}

settings! {
    /// The folder for the database and the generated certificate. Under systemd: `$STATE_DIRECTORY`.
    data_dir: PathBuf = default_data_dir(), "ANTEROOM_DATA_DIR";
    /// Rules that the settings must keep, or the server does not start: `none`, `kbv`, `hipaa` or `gdpr-strict`.
    profile: Profile = Profile::None, "ANTEROOM_PROFILE";
    /// The file with the key that seals what the database holds about staff: 64 hexadecimal digits, outside of `data_dir`, best on another disk. Empty: the systemd credential `anteroom.key`, or else a file beside `data_dir`, made at the first start.
    key_file: PathBuf = PathBuf::new(), "ANTEROOM_KEY_FILE";
    /// Instead of a file: a program, with its arguments, that prints the key, such as one that asks a key service. It has 30 seconds, at each start and each command.
    key_command: Vec<String> = Vec::new(), "ANTEROOM_KEY_COMMAND";
    /// Plain HTTP, for this machine's browsers or a reverse proxy on it (address:port). Must be a loopback address unless `trusted_proxies` is set.
    listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)), "ANTEROOM_LISTEN";
    /// Whether to serve HTTPS as well.
    https: bool = true, "ANTEROOM_HTTPS";
    /// HTTPS, for other devices (address:port).
    https_listen: SocketAddr = SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 8443)), "ANTEROOM_HTTPS_LISTEN";
    /// The clinic's own certificate chain, a PEM file. Empty: one is generated and kept in `data_dir`.
    certificate: PathBuf = PathBuf::new(), "ANTEROOM_CERTIFICATE";
    /// The private key of `certificate`, a PEM file.
    certificate_key: PathBuf = PathBuf::new(), "ANTEROOM_CERTIFICATE_KEY";
    /// `/metrics`, `/healthz` and `/readyz` (address:port). Must be a loopback address: it has no access control.
    metrics_listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 9464)), "ANTEROOM_METRICS_LISTEN";
    /// The address that people use, such as `https://visit.example.org`, for the links that are printed. Empty: the local addresses.
    public_url: String = String::new(), "ANTEROOM_PUBLIC_URL";
    /// Other origins whose pages may connect, such as `https://www.example.org`. The own origin always may.
    allowed_origins: Vec<String> = Vec::new(), "ANTEROOM_ALLOWED_ORIGINS";
    /// Other origins whose pages may publish and play as devices of a consultation (WHIP, WHEP), with a device's token. Programs need no entry.
    whip_origins: Vec<String> = Vec::new(), "ANTEROOM_WHIP_ORIGINS";
    /// Reverse proxies (addresses) whose `proxy_header` is believed.
    trusted_proxies: Vec<IpAddr> = Vec::new(), "ANTEROOM_TRUSTED_PROXIES";
    /// The header in which a trusted proxy names the client; its last address counts.
    proxy_header: String = "x-forwarded-for".to_owned(), "ANTEROOM_PROXY_HEADER";
    /// The first port for media, UDP and TCP; each shard takes the next one. 0: any free ports.
    media_port: u16 = 50_000, "ANTEROOM_MEDIA_PORT";
    /// Whether media may come by TCP as well, on the same ports, for people whose network blocks UDP.
    media_tcp: bool = true, "ANTEROOM_MEDIA_TCP";
    /// Media threads. 0: one per processor core.
    media_shards: u16 = 0, "ANTEROOM_MEDIA_SHARDS";
    /// The local addresses that media uses. Empty: all of this machine.
    media_addresses: Vec<IpAddr> = Vec::new(), "ANTEROOM_MEDIA_ADDRESSES";
    /// Public addresses of this server behind a static NAT (1:1, same ports), announced besides the local ones.
    public_address: Vec<IpAddr> = Vec::new(), "ANTEROOM_PUBLIC_ADDRESS";
    /// How long consultations may go on after SIGTERM (seconds).
    drain_limit: u64 = 1_800, "ANTEROOM_DRAIN_LIMIT";
    /// Open connections in total; beyond it new ones wait to be accepted.
    connections_max: usize = 2_048, "ANTEROOM_CONNECTIONS_MAX";
    /// Open connections from one source (an IPv4 address, or an IPv6 /64); beyond it new ones are closed. A practice behind one address needs several per device.
    connections_per_source_max: usize = 256, "ANTEROOM_CONNECTIONS_PER_SOURCE_MAX";
    /// Check-ins and rejoins from one source per minute.
    check_ins_per_source_max: u32 = 30, "ANTEROOM_CHECK_INS_PER_SOURCE_MAX";
    /// How long a browser that a staff link has signed in stays so without an open page (seconds).
    staff_idle_max: u64 = 12 * 3_600, "ANTEROOM_STAFF_IDLE_MAX";
    /// How long a browser that a staff link has signed in stays so at most (seconds).
    staff_session_max: u64 = 30 * 24 * 3_600, "ANTEROOM_STAFF_SESSION_MAX";
    /// How long somebody who has signed in with a password stays so while nobody touches the page (seconds). A consultation is never cut.
    staff_password_idle_max: u64 = 15 * 60, "ANTEROOM_STAFF_PASSWORD_IDLE_MAX";
    /// How long somebody who has signed in with a password stays so at most (seconds). A consultation is never cut.
    staff_password_session_max: u64 = 12 * 3_600, "ANTEROOM_STAFF_PASSWORD_SESSION_MAX";
    /// Whether everybody who signs in with a password needs a second factor. Admins do in any case.
    staff_second_factor: bool = true, "ANTEROOM_STAFF_SECOND_FACTOR";
    /// How long a one-time staff link stays valid (seconds).
    staff_link_max: u64 = 24 * 3_600, "ANTEROOM_STAFF_LINK_MAX";
    /// How long a file that people send each other in a consultation stays in memory after its last byte (seconds). At most 900: that is promised.
    files_kept_max: u64 = 900, "ANTEROOM_FILES_KEPT_MAX";
    /// Memory for all files at a time (MiB). 0: nobody can send files.
    files_memory_max: u64 = 256, "ANTEROOM_FILES_MEMORY_MAX";
    /// The largest file (MiB). What is larger than the memory is not stored, but passed through as fast as the receiver takes it.
    file_size_max: u64 = 4_096, "ANTEROOM_FILE_SIZE_MAX";
    /// Files of one person that are stored at a time.
    files_per_person_max: u32 = 32, "ANTEROOM_FILES_PER_PERSON_MAX";
    /// The size of one person's stored files together (MiB).
    files_per_person_size_max: u64 = 64, "ANTEROOM_FILES_PER_PERSON_SIZE_MAX";
    /// Files of one visit that are stored at a time.
    files_per_visit_max: u32 = 64, "ANTEROOM_FILES_PER_VISIT_MAX";
    /// The size of one visit's stored files together (MiB).
    files_per_visit_size_max: u64 = 128, "ANTEROOM_FILES_PER_VISIT_SIZE_MAX";
    /// A folder for stored files, sealed with keys that are in memory only; nobody else may use it. Empty: files stay in memory.
    files_spool_dir: PathBuf = PathBuf::new(), "ANTEROOM_FILES_SPOOL_DIR";
    /// Disk for all stored files at a time, if there is a `files_spool_dir` (MiB).
    files_spool_max: u64 = 1_024, "ANTEROOM_FILES_SPOOL_MAX";
    /// How long a disabled account is kept before it is erased (days).
    keep_disabled_accounts: u32 = 90, "ANTEROOM_KEEP_DISABLED_ACCOUNTS";
    /// How long an entry of the audit log is kept (days).
    keep_audit: u32 = 365, "ANTEROOM_KEEP_AUDIT";
    /// How long the record of a consultation is kept: when, how long, how many people, how good the connection; nobody is named (days). 0: none is made.
    keep_consultations: u32 = 90, "ANTEROOM_KEEP_CONSULTATIONS";
    /// How long it is kept how each connection of a consultation went: when, how long, how often it was lost, how it ended; nobody is named, no address is kept (days). 0: nothing is noted.
    keep_connections: u32 = 30, "ANTEROOM_KEEP_CONNECTIONS";
    /// Where to tell the practice's own systems (a gateway for text messages, a pager, its software) that somebody waits: an address that takes JSON by POST. Its host must be in `subprocessors`. Empty: nobody is told.
    webhook_url: String = String::new(), "ANTEROOM_WEBHOOK_URL";
    /// The file with the secret by which each such message is signed: at least 32 characters.
    webhook_secret_file: PathBuf = PathBuf::new(), "ANTEROOM_WEBHOOK_SECRET_FILE";
    /// Certificates (PEM) to trust there instead of the system's.
    webhook_roots: PathBuf = PathBuf::new(), "ANTEROOM_WEBHOOK_ROOTS";
    /// The mail server that takes what staff and patients are written: its name. It must be in `subprocessors`, and `public_url` must be set, for the links in mails. Empty: no mail is sent.
    smtp_host: String = String::new(), "ANTEROOM_SMTP_HOST";
    /// Its port. 0: 587 for `required`, 465 for `wrapper`, 25 for `none`.
    smtp_port: u16 = 0, "ANTEROOM_SMTP_PORT";
    /// How the way there is encrypted: `required` (STARTTLS), `wrapper` (TLS from the first byte), or `none`, for a mail server on this machine only.
    smtp_tls: SmtpTls = SmtpTls::Required, "ANTEROOM_SMTP_TLS";
    /// As whom to sign in there. Empty: nobody.
    smtp_user: String = String::new(), "ANTEROOM_SMTP_USER";
    /// The file with the password. Empty: the systemd credential `anteroom.smtp`.
    smtp_password_file: PathBuf = PathBuf::new(), "ANTEROOM_SMTP_PASSWORD_FILE";
    /// From whom mails are, such as `Practice <video@clinic.example>`.
    smtp_from: String = String::new(), "ANTEROOM_SMTP_FROM";
    /// Certificates (PEM) to trust there instead of the system's.
    smtp_roots: PathBuf = PathBuf::new(), "ANTEROOM_SMTP_ROOTS";
    /// Whether staff may have the server send invitations as mails. By default they send them from their own devices, and the server learns nothing of them.
    invite_by_mail: bool = false, "ANTEROOM_INVITE_BY_MAIL";
    /// The gateway that takes invitations as text messages, if staff may have the server send them: an address that takes JSON by POST. Its host must be in `subprocessors`, and `public_url` must be set. Empty: none.
    sms_url: String = String::new(), "ANTEROOM_SMS_URL";
    /// The file with the secret by which each such message is signed: at least 32 characters.
    sms_secret_file: PathBuf = PathBuf::new(), "ANTEROOM_SMS_SECRET_FILE";
    /// Certificates (PEM) to trust there instead of the system's.
    sms_roots: PathBuf = PathBuf::new(), "ANTEROOM_SMS_ROOTS";
    /// Whether patients who wait may ask to be written to when it is their turn, by those of the two ways that there are: for those who put the phone away.
    tell_patients: bool = false, "ANTEROOM_TELL_PATIENTS";
    /// Services of browsers by which staff may have their browsers told that somebody waits (Web Push): hosts such as `fcm.googleapis.com` (Chromium), `updates.push.services.mozilla.com` (Firefox) and `web.push.apple.com` (Safari); a leading dot stands for all hosts below it, as in `.notify.windows.com` (Edge). Each must be in `subprocessors`, and `public_url` must be set. Empty: none is asked.
    push_services: Vec<String> = Vec::new(), "ANTEROOM_PUSH_SERVICES";
    /// Certificates (PEM) to trust there instead of the system's.
    push_roots: PathBuf = PathBuf::new(), "ANTEROOM_PUSH_ROOTS";
    /// The provider of identities at which staff may sign in (OpenID Connect), as it calls itself, such as `https://id.example.org/realms/clinic`. Its host must be in `subprocessors`. Empty: there is none.
    oidc_issuer: String = String::new(), "ANTEROOM_OIDC_ISSUER";
    /// What the provider calls this server.
    oidc_client_id: String = String::new(), "ANTEROOM_OIDC_CLIENT_ID";
    /// The file with the secret that the provider has given to this server. Empty: it has given none.
    oidc_client_secret_file: PathBuf = PathBuf::new(), "ANTEROOM_OIDC_CLIENT_SECRET_FILE";
    /// What staff call the provider, as the button says.
    oidc_label: String = String::new(), "ANTEROOM_OIDC_LABEL";
    /// How people must have signed in there (`acr`), such as with a second factor. Empty: it is left to the provider, which should ask for one.
    oidc_acr: String = String::new(), "ANTEROOM_OIDC_ACR";
    /// Certificates (PEM) to trust there instead of the system's.
    oidc_roots: PathBuf = PathBuf::new(), "ANTEROOM_OIDC_ROOTS";
    /// Everybody to whom the server itself connects, as `/privacy` shows it: a list of tables with `name`, `host`, `purpose` and `region`. What is not in it is not asked.
    subprocessors: Vec<Subprocessor> = Vec::new(), "ANTEROOM_SUBPROCESSORS";
    /// Where services may be, as `region` in `subprocessors` says it, such as `EU`. With any other, the server does not start. Empty: anywhere.
    allowed_regions: Vec<String> = Vec::new(), "ANTEROOM_ALLOWED_REGIONS";
    /// How much to log: `error`, `warn`, `info`, `debug`, or a filter such as `anteroom=debug`.
    log: String = "info".to_owned(), "ANTEROOM_LOG";
    /// For work on the page: serve it from this folder instead of the copy inside the program.
    web_dir: PathBuf = PathBuf::new(), "ANTEROOM_WEB_DIR";
}

impl Settings {
    /// Reads the file that the flags name, if any, and decides every value.
    ///
    /// # Errors
    /// If the file cannot be read or understood, or values do not fit together.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            None => FileSettings::default(),
            Some(path) => read_file(path)?,
        };
        let settings = Self::merge(flags, file).map_err(ConfigError::BadValue)?;
        settings.check()?;
        Ok(settings)
    }

    /// Where links that are printed begin, as far as it is known without a running daemon.
    #[must_use]
    pub fn base_url(&self) -> String {
        match self.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{}", self.listen.port()),
            public => public.to_owned(),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            return Err(ConfigError::Contradiction(
                "listen: plain HTTP outside this machine would expose what people say; use https_listen, or name your reverse proxy in trusted_proxies",
            ));
        }
        if !self.metrics_listen.ip().is_loopback() {
            return Err(ConfigError::Contradiction(
                "metrics_listen: must be a loopback address, since whoever reaches it may read it; a proxy with access control can show it to others",
            ));
        }
        if self.certificate.as_os_str().is_empty() != self.certificate_key.as_os_str().is_empty() {
            return Err(ConfigError::Contradiction(
                "certificate and certificate_key belong together: set both or none",
            ));
        }
        if !self.key_file.as_os_str().is_empty() && !self.key_command.is_empty() {
            return Err(ConfigError::Contradiction(
                "key_file and key_command: the key comes from one of them; set one",
            ));
        }
        if self.connections_max == 0 || self.connections_per_source_max == 0 {
            return Err(ConfigError::Contradiction(
                "connections_max and connections_per_source_max must be at least 1",
            ));
        }
        if CONNECTIONS_MAX < self.connections_max {
            return Err(ConfigError::Contradiction("connections_max must be at most 1000000"));
        }
        if !(1..=sfu_relay::limits::RETENTION_MAX.as_secs()).contains(&self.files_kept_max) {
            return Err(ConfigError::Contradiction(
                "files_kept_max: from 1 to 900 seconds; nobody's file stays longer than 15 minutes",
            ));
        }
        let sizes = [
            self.files_memory_max,
            self.file_size_max,
            self.files_per_person_size_max,
            self.files_per_visit_size_max,
            self.files_spool_max,
        ];
        if sizes.iter().any(|mib| MIB_MAX < *mib) {
            return Err(ConfigError::Contradiction(
                "files_memory_max, file_size_max, files_per_person_size_max, files_per_visit_size_max and files_spool_max must be at most 1048576 (1 TiB)",
            ));
        }
        let times = [
            self.drain_limit,
            self.staff_idle_max,
            self.staff_session_max,
            self.staff_password_idle_max,
            self.staff_password_session_max,
            self.staff_link_max,
        ];
        if times.iter().any(|seconds| SECONDS_MAX < *seconds) {
            return Err(ConfigError::Contradiction(
                "drain_limit, staff_idle_max, staff_session_max, staff_password_idle_max, staff_password_session_max and staff_link_max must be at most 10 years",
            ));
        }
        if DAYS_MAX < self.keep_audit.max(self.keep_disabled_accounts)
            || CONSULTATION_DAYS_MAX < self.keep_consultations
            || CONNECTION_DAYS_MAX < self.keep_connections
        {
            return Err(ConfigError::Contradiction(
                "keep_audit and keep_disabled_accounts must be at most 3660 days, keep_consultations at most 1098, keep_connections at most 183",
            ));
        }
        if !self.oidc_issuer.is_empty() && !self.lists_host_of(&self.oidc_issuer) {
            return Err(ConfigError::Contradiction(
                "oidc_issuer: its host is not in subprocessors; name who that is, what for, and where, since people may ask",
            ));
        }
        if !self.webhook_url.is_empty() && !self.lists_host_of(&self.webhook_url) {
            return Err(ConfigError::Contradiction(
                "webhook_url: its host is not in subprocessors; name who that is, what for, and where, since patients may ask",
            ));
        }
        let is_allowed = |one: &Subprocessor| self.allowed_regions.contains(&one.region);
        if !self.allowed_regions.is_empty() && !self.subprocessors.iter().all(is_allowed) {
            return Err(ConfigError::Contradiction(
                "subprocessors: one is in a region that allowed_regions does not name",
            ));
        }
        self.check_mail()?;
        match profile::broken(self) {
            broken if broken.is_empty() => Ok(()),
            broken => Err(ConfigError::Profile(broken)),
        }
    }

    fn check_mail(&self) -> Result<(), ConfigError> {
        if !self.sms_url.is_empty() && (self.public_url.is_empty() || !self.lists_host_of(&self.sms_url)) {
            return Err(ConfigError::Contradiction(
                "sms_url: its host must be in subprocessors, since patients may ask, and public_url must be set, for the link",
            ));
        }
        if self.tell_patients && !self.invite_by_mail && self.sms_url.is_empty() {
            return Err(ConfigError::Contradiction("tell_patients: set invite_by_mail or sms_url as well"));
        }
        let is_listed = |service: &String| service.split(':').next().is_some_and(|host| self.lists(host));
        if !self.push_services.is_empty() && (self.public_url.is_empty() || !self.push_services.iter().all(is_listed)) {
            return Err(ConfigError::Contradiction(
                "push_services: each must be in subprocessors, since patients may ask, and public_url must be set, which says who sends",
            ));
        }
        let host = self.smtp_host.as_str();
        if host.is_empty() && self.invite_by_mail {
            return Err(ConfigError::Contradiction("invite_by_mail: set smtp_host and what belongs to it as well"));
        }
        if host.is_empty() {
            return Ok(());
        }
        if !self.lists(host) {
            return Err(ConfigError::Contradiction(
                "smtp_host: it is not in subprocessors; name who that is, what for, and where, since patients may ask",
            ));
        }
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.smtp_tls == SmtpTls::None && !is_here {
            return Err(ConfigError::Contradiction(
                "smtp_tls: `none` is for a mail server on this machine only; everybody on the way could read the mails",
            ));
        }
        if self.public_url.is_empty() {
            return Err(ConfigError::Contradiction("smtp_host: mails have links; set public_url as well"));
        }
        Ok(())
    }

    fn lists_host_of(&self, url: &str) -> bool {
        let url = url.parse::<axum::http::Uri>().ok();
        url.and_then(|url| url.host().map(|host| self.lists(host))).unwrap_or(false)
    }

    /// Whether patients can read that the server asks this host.
    fn lists(&self, host: &str) -> bool {
        self.subprocessors.iter().any(|one| one.host == host)
    }

    /// The documentation of every setting, as a commented configuration file.
    #[must_use]
    pub fn documentation() -> String {
        let mut text = String::from(
            "# Every setting of anteroom with its default. A flag wins over the variable, that over the file, that over the default.\n",
        );
        for Row { key, env, default, help } in Self::table() {
            let _infallible = writeln!(text);
            for line in help {
                let _infallible = writeln!(text, "#{line}");
            }
            let _infallible =
                writeln!(text, "# Environment: {env}. Flag: --{}.\n#{key} = {default}", key.replace('_', "-"));
        }
        text
    }
}

fn read_file(path: &Path) -> Result<FileSettings, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    toml::from_str(&text).map_err(|error| ConfigError::Malformed { path: path.to_owned(), error: Box::new(error) })
}

/// A flag's or variable's text as a value: bare words are strings, commas separate lists.
fn from_text<T: serde::de::DeserializeOwned>(key: &str, text: &str) -> Result<T, String> {
    let quoted = |text: &str| toml::Value::String(text.trim().to_owned()).to_string();
    let list = || {
        format!(
            "[{}]",
            text.split(',').filter(|item| !item.trim().is_empty()).map(quoted).collect::<Vec<_>>().join(",")
        )
    };
    [text.to_owned(), quoted(text), list()]
        .iter()
        .find_map(|value| {
            let mut table: std::collections::BTreeMap<String, T> = toml::from_str(&format!("value = {value}")).ok()?;
            table.remove("value")
        })
        .ok_or_else(|| {
            format!(
                "--{} (or its variable): this value is of the wrong kind; see `anteroom config`",
                key.replace('_', "-")
            )
        })
}

fn to_text<T: serde::Serialize>(value: &T) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

/// `$STATE_DIRECTORY` under systemd, else the folder for programs' data of the current user.
fn default_data_dir() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("STATE_DIRECTORY")
        .or_else(|| Some(variable("XDG_DATA_HOME")?.join("anteroom")))
        .or_else(|| Some(variable("HOME")?.join(".local/share/anteroom")))
        .unwrap_or_else(|| PathBuf::from("anteroom-data"))
}
