//! Anteroom: a waiting room and media server for clinics that keeps nothing.
//!
//! [`Daemon::start`] opens the ports, the database and the media shards; [`Daemon::run`] serves until it is told to stop. The binary adds the
//! command line. Inside, `hub` decides, everything else is about getting words to and from it.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sfu_relay::{Quota, Relay, Retention, Storage};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::alerts::Alerts;
use crate::auth::{SourceKey, Token, TokenHash, random};
use crate::challenge::Challenges;
use crate::follow::Followed;
use crate::hub::{Event, Hub, Note, Save, SocketId, Start};
use crate::limits::{
    ALERTS_QUEUE_MAX, CLOSE_MAX, DEVICE_TOKENS_REFUSED_MAX, FILE_CHUNKS_PER_SECOND, HUB_QUEUE_MAX, INVITATIONS_MAX,
    INVITATIONS_PER_MINUTE, MAILS_SET_MAX, MEDIA_QUEUE_MAX, NOTES_QUEUE_MAX, PerMinute, PerSource, RECEIPTS_AHEAD,
    SAVE_QUEUE_MAX, STAFF_LINKS_REFUSED_MAX, TURNS_QUEUE_MAX,
};
use crate::lockout::Lockout;
use crate::look::Looks;
use crate::media::{Media, MediaAddresses};
use crate::oidc::Provider;
use crate::page::Page;
use crate::password::Hashing;
use crate::place::PlaceKey;
use crate::push::Push;
use crate::smtp::Smtp;
use crate::spool::Spool;
use crate::store::{Deed, Keep, Lifetime, SessionLimits, Store};
use crate::turn::Turns;

mod admin;
mod alerts;
mod announce;
mod at_rest;
mod auth;
mod challenge;
mod client;
mod config;
mod evidence;
mod factor;
mod follow;
mod gateway;
mod headers;
mod hours;
mod http;
mod hub;
mod id_token;
mod incident;
mod invitations;
mod letters;
mod limits;
mod lockout;
mod look;
mod media;
mod oidc;
mod outbound;
mod own_data;
mod page;
mod passkey;
mod password;
mod place;
mod privacy;
mod profile;
mod push;
mod reach;
mod receipts;
mod retention;
mod sign_in;
mod smtp;
mod spool;
mod stall;
mod statement;
mod store;
mod telemetry;
mod tls;
mod turn;
mod upkeep;
mod verify;
mod whip;
mod ws;

pub use admin::{
    AdminError, AreaAction, AuditAction, SessionAction, UserAction, area, audit, connections, consultations, session,
    user,
};
pub use alerts::AlertError;
pub use announce::{announce, announced};
pub use at_rest::{KeyError, make_key};
pub use client::ClientError;
pub use config::{ConfigError, Flags, Row, Settings, SmtpTls, Subprocessor};
pub use evidence::evidence;
pub use incident::{IncidentWindow, Language, incident};
pub use look::Unfit as LookUnfit;
pub use oidc::OidcError;
pub use page::hashes as page_hashes;
pub use privacy::{privacy_check, retention};
pub use profile::Profile;
pub use receipts::{Checked, ReceiptError, verify_receipts};
pub use spool::SpoolError;
pub use store::StoreError;
pub use tls::TlsError;
pub use upkeep::{backup, change_key, doctor, restore};
pub use verify::{PageError, SamePage, verify_page};

/// The database's file in the data folder.
const DATABASE: &str = "anteroom.db";

const MIB: u64 = 1024 * 1024;

/// Why the daemon cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("cannot make the data folder {path}: {error}")]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The clinic's key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Alerts cannot be sent.
    #[error(transparent)]
    Alert(#[from] AlertError),
    /// Nobody can sign in at the provider of identities.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// HTTPS cannot be served.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The folder for files cannot be used.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A port cannot be opened.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The port.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The media shards cannot start.
    #[error("media: {0}")]
    Media(io::Error),
    /// The system gives no random bytes.
    #[error("the system's random source failed")]
    Random,
}

/// What HTTP handlers share.
struct App {
    settings: Settings,
    page: Page,
    looks: Looks,
    store: Arc<Store>,
    slugs: RwLock<BTreeSet<String>>,
    followed: tokio::sync::Mutex<Followed>,
    hub: mpsc::Sender<Event>,
    mail: Option<Arc<Smtp>>,
    push: Option<Arc<Push>>,
    invitations: invitations::Ways,
    /// How many invitations each account has sent.
    invited: Mutex<PerMinute<u32>>,
    /// Room for those that are under way.
    inviting: Arc<Semaphore>,
    /// How often accounts have set where mail goes.
    mails_set: Mutex<PerMinute<u32>>,
    sources: SourceKey,
    per_source: PerSource,
    links_refused: Mutex<PerMinute>,
    lockout: Mutex<Lockout>,
    challenges: Challenges,
    provider: Option<Provider>,
    /// When the audit log was last told that a source is blocked.
    block_noted: Mutex<Option<Instant>>,
    hashing: Hashing,
    device_tokens_refused: Mutex<PerMinute>,
    sockets_made: AtomicU64,
}

impl App {
    fn next_socket(&self) -> SocketId {
        SocketId(self.sockets_made.fetch_add(1, Ordering::Relaxed))
    }

    fn session_limits(&self) -> SessionLimits {
        session_limits(&self.settings)
    }

    fn has_area(&self, slug: &str) -> bool {
        self.slugs.read().unwrap_or_else(PoisonError::into_inner).contains(slug)
    }

    /// Asks the database off the async threads. `None` if it failed; the log says why.
    async fn with_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let store = Arc::clone(&self.store);
        let answer = tokio::task::spawn_blocking(move || ask(&store)).await.ok()?;
        answer.inspect_err(|error| tracing::error!(%error, "database")).ok()
    }
}

/// A started daemon.
pub struct Daemon {
    http: SocketAddr,
    https: Option<SocketAddr>,
    metrics: SocketAddr,
    addresses: Vec<IpAddr>,
    app: Arc<App>,
    is_draining: Arc<AtomicBool>,
    hub: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
    connections: Arc<Semaphore>,
    saver: JoinHandle<()>,
    spool: Option<std::thread::JoinHandle<()>>,
}

impl Daemon {
    /// Opens everything. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If something cannot be opened; nothing keeps running then.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        telemetry::install();
        let store = Arc::new(open_store(&settings)?);
        let version = store.version()?;
        let areas = store.areas()?;
        let addresses = local_addresses(&settings);
        let tls = match (settings.https, settings.certificate.as_os_str().is_empty()) {
            (false, _) => None,
            (true, false) => Some(tls::from_files(&settings.certificate, &settings.certificate_key)?),
            (true, true) => {
                let names: Vec<IpAddr> = addresses.iter().chain(&settings.public_address).copied().collect();
                Some(tls::generated(&settings.data_dir, &names)?)
            }
        };
        let (spool, spool_thread) = match has_spool(&settings) {
            true => Some(Spool::open(&settings.files_spool_dir)?).unzip(),
            false => (None, None),
        };
        let http = listen(settings.listen).await?;
        let https = match &tls {
            Some(_) => Some(listen(settings.https_listen).await?),
            None => None,
        };
        let metrics = listen(settings.metrics_listen).await?;

        let (media_events, from_media) = mpsc::channel(MEDIA_QUEUE_MAX);
        let media =
            Arc::new(Media::start(&media_addresses(&settings, &addresses), &media_events).map_err(StartError::Media)?);
        let (to_hub, events) = mpsc::channel(HUB_QUEUE_MAX);
        let mail = Smtp::new(&settings)?.map(Arc::new);
        let push = Push::new(&settings, &store)?.map(Arc::new);
        let invitations = invitations::Ways::new(&settings, mail.clone())?;
        let (alerts, to_alert) = Alerts::new(&settings, mail.clone(), push.clone(), Arc::clone(&store))?
            .map(|all| {
                let (alerts, to_alert) = mpsc::channel(ALERTS_QUEUE_MAX);
                (alerts, all.run(to_alert))
            })
            .unzip();
        let inviting = Arc::new(Semaphore::new(INVITATIONS_MAX));
        let may_tell = settings.tell_patients && !invitations.names().is_empty();
        let (turns, to_tell) = may_tell
            .then(|| {
                let (send, to_tell) = mpsc::channel(TURNS_QUEUE_MAX);
                let run = turn::run(invitations.clone(), Arc::clone(&inviting), settings.base_url(), to_tell);
                (Turns { by: invitations.names(), send }, run)
            })
            .unzip();
        let (save, to_save) = mpsc::channel(SAVE_QUEUE_MAX);
        let (notes, to_note) = mpsc::channel(NOTES_QUEUE_MAX);
        let hub = Hub::new(Start {
            areas: areas.clone(),
            accounts: store.accounts()?,
            seals: store.seals()?,
            rules: store.rules()?,
            visit_links: store.visit_links(now_ms())?,
            place_key: PlaceKey::new(store.place_key()),
            check_ins_per_source_max: settings.check_ins_per_source_max,
            keeps_consultations: settings.keep_consultations != 0,
            keeps_connections: settings.keep_connections != 0,
            save,
            notes,
            alerts,
            turns,
            media: Arc::clone(&media),
            relay: Relay::new(
                file_limits(&settings),
                *secret()?,
                store.signer_with_numbers(&*secret()?, RECEIPTS_AHEAD)?,
            ),
            spool,
        });
        let saver = tokio::spawn(save_behind(Arc::clone(&store), session_limits(&settings), to_save, to_note));
        let page = match settings.web_dir.as_os_str().is_empty() {
            true => Page::embedded(),
            false => Page::folder(settings.web_dir.clone()),
        };
        let connections = Arc::new(Semaphore::new(settings.connections_max));
        let hub_counts = to_hub.clone();
        let app = Arc::new(App {
            page,
            looks: Looks::default(),
            store,
            slugs: RwLock::new(areas.iter().map(|area| area.slug.clone()).collect()),
            followed: Followed::new(version, areas),
            hub: to_hub,
            mail,
            push,
            invitations,
            invited: Mutex::new(PerMinute::new(INVITATIONS_PER_MINUTE)),
            inviting,
            mails_set: Mutex::new(PerMinute::new(MAILS_SET_MAX)),
            sources: SourceKey::random().map_err(|_| StartError::Random)?,
            per_source: PerSource::new(settings.connections_per_source_max),
            links_refused: Mutex::new(PerMinute::new(STAFF_LINKS_REFUSED_MAX)),
            lockout: Mutex::default(),
            provider: Provider::new(&settings)?,
            challenges: Challenges::random().map_err(|_| StartError::Random)?,
            block_noted: Mutex::default(),
            hashing: Hashing::new(),
            device_tokens_refused: Mutex::new(PerMinute::new(DEVICE_TOKENS_REFUSED_MAX)),
            sockets_made: AtomicU64::new(0),
            settings,
        });
        look::reload(&app).await;
        let is_draining = Arc::new(AtomicBool::new(false));
        let ready = Arc::clone(&is_draining);
        let media_ports = media.ports().to_vec();
        let report = telemetry::router(media, hub_counts, move || !ready.load(Ordering::Relaxed));
        let address =
            |listener: &TcpListener| listener.local_addr().unwrap_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
        let ports = media_ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",");
        let mut daemon = Self {
            http: address(&http),
            https: https.as_ref().map(&address),
            metrics: address(&metrics),
            addresses,
            app: Arc::clone(&app),
            is_draining,
            hub: tokio::spawn(hub.run(events, from_media)),
            tasks: Vec::new(),
            connections: Arc::clone(&connections),
            saver,
            spool: spool_thread,
        };
        let shown = daemon.https.map(|https| https.to_string()).unwrap_or_default();
        tracing::info!(http = %daemon.http, https = shown, metrics = %daemon.metrics, media = ports, "listening");
        daemon.tasks.push(tokio::spawn(async move {
            let _ends_with_the_process = axum::serve(metrics, report).await;
        }));
        daemon.tasks.push(tokio::spawn(follow::follow(Arc::clone(&app))));
        daemon.tasks.extend(to_alert.map(tokio::spawn));
        daemon.tasks.extend(to_tell.map(tokio::spawn));
        daemon.tasks.push(tokio::spawn(follow::sweep(Arc::clone(&app))));
        daemon.tasks.push(tokio::spawn(http::serve(http, None, Arc::clone(&app), Arc::clone(&connections))));
        if let (Some(https), Some(tls)) = (https, tls) {
            daemon.tasks.push(tokio::spawn(http::serve(https, Some(TlsAcceptor::from(tls)), app, connections)));
        }
        Ok(daemon)
    }

    /// Serves until the first `stop`, then drains: no new check-ins, pages are told, consultations go on up to the configured limit. A second
    /// `stop` ends them at once, and so does dropping its sender.
    pub async fn run(mut self, mut stop: mpsc::Receiver<()>) {
        tokio::select! {
            _ = stop.recv() => {}
            ended = &mut self.hub => {
                // Supervisors restart what fails, not what ends: a bug in the hub must not look like a wish to stop.
                if let Err(error) = ended
                    && let Ok(panic) = error.try_into_panic()
                {
                    std::panic::resume_unwind(panic);
                }
                return;
            }
        }
        let within = Duration::from_secs(self.app.settings.drain_limit);
        self.drain(within).await;
        tokio::select! {
            _ = &mut self.hub => {}
            _ = stop.recv() => {
                self.drain(Duration::ZERO).await;
                let _ended = (&mut self.hub).await;
            }
        }
        // Pages get what was last said to them, and the database what was last changed.
        for task in &self.tasks {
            task.abort();
        }
        let all = u32::try_from(self.app.settings.connections_max).unwrap_or(u32::MAX);
        let _slow_pages = tokio::time::timeout(CLOSE_MAX, self.connections.acquire_many(all)).await;
        let _saved = self.saver.await;
        // The hub is gone, and with it every key; the files go before the process does.
        if let Some(spool) = self.spool {
            let _deleted = tokio::task::spawn_blocking(move || spool.join()).await;
        }
    }

    async fn drain(&self, within: Duration) {
        self.is_draining.store(true, Ordering::Relaxed);
        tracing::info!(within_s = within.as_secs(), "draining: no new check-ins; consultations go on");
        let _hub_is_gone = self.app.hub.send(Event::Drain { within }).await;
    }

    /// Where plain HTTP is served.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where HTTPS is served.
    #[must_use]
    pub fn https(&self) -> Option<SocketAddr> {
        self.https
    }

    /// Where metrics are served.
    #[must_use]
    pub fn metrics(&self) -> SocketAddr {
        self.metrics
    }

    /// The addresses by which people may reach the page, best first: the configured one, or this machine's and its network's.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        let configured = self.app.settings.public_url.trim_end_matches('/');
        if !configured.is_empty() {
            return vec![configured.to_owned()];
        }
        let local = match self.http.ip() {
            ip if ip == Ipv4Addr::LOCALHOST => format!("http://localhost:{}", self.http.port()),
            _ => format!("http://{}", self.http),
        };
        let lan = self.https.into_iter().flat_map(|https| {
            let reachable = |ip: &&IpAddr| !ip.is_loopback() && (https.ip().is_unspecified() || https.ip() == **ip);
            let url = move |ip: &IpAddr| format!("https://{}", SocketAddr::new(*ip, https.port()));
            self.addresses.iter().filter(reachable).map(url).collect::<Vec<_>>()
        });
        std::iter::once(local).chain(lan).collect()
    }

    /// The slugs of all areas.
    #[must_use]
    pub fn slugs(&self) -> Vec<String> {
        self.app.slugs.read().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Makes a one-time link's path with its token, which signs a browser in as the first admin. It works for a running and for a stopped daemon.
///
/// # Errors
/// If the database cannot be used.
pub fn staff_link(settings: &Settings) -> Result<String, StartError> {
    new_link(&open_store(settings)?, None, settings)
}

fn new_link(store: &Store, staff: Option<u32>, settings: &Settings) -> Result<String, StartError> {
    let token = Token::random().map_err(|_| StartError::Random)?;
    let now_ms = now_ms();
    let lifetime_ms = i64::try_from(settings.staff_link_max.saturating_mul(1_000)).unwrap_or(i64::MAX);
    store.add_enrolment(staff, TokenHash::of(token.expose()), now_ms, now_ms.saturating_add(lifetime_ms))?;
    store.note(now_ms, None, &Deed::LinkMade(staff))?;
    // In the fragment, which browsers do not send: no log of any server or proxy will hold it.
    Ok(format!("/staff/enrol#{}", token.expose()))
}

/// The public key with which this server's deletion receipts are checked, as 64 hexadecimal digits. `None` if there is no server's database.
///
/// # Errors
/// If the database cannot be used.
pub fn receipt_key(settings: &Settings) -> Result<Option<String>, StartError> {
    if !settings.data_dir.join(DATABASE).exists() {
        return Ok(None);
    }
    let signer = open_store(settings)?.signer(&*secret()?)?;
    Ok(Some(receipts::key_to_text(&signer.public_key())))
}

fn secret() -> Result<Zeroizing<[u8; 32]>, StartError> {
    Ok(Zeroizing::new(random().map_err(|_| StartError::Random)?))
}

fn open_store(settings: &Settings) -> Result<Store, StartError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let path = &settings.data_dir;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| StartError::DataDir { path: path.clone(), error })?;
    let database = path.join(DATABASE);
    let at_rest = at_rest::load(settings, !Store::is_sealed(&database))?;
    Ok(Store::open(&database, at_rest)?)
}

fn session_limits(settings: &Settings) -> SessionLimits {
    let ms = |seconds: u64| i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
    let lifetime = |idle: u64, absolute: u64| Lifetime { idle_ms: ms(idle), absolute_ms: ms(absolute) };
    SessionLimits {
        link: lifetime(settings.staff_idle_max, settings.staff_session_max),
        password: lifetime(settings.staff_password_idle_max, settings.staff_password_session_max),
    }
}

fn keep(settings: &Settings) -> Keep {
    Keep {
        sessions: session_limits(settings),
        disabled_accounts: settings.keep_disabled_accounts,
        audit: settings.keep_audit,
        consultations: settings.keep_consultations,
        connections: settings.keep_connections,
    }
}

fn has_spool(settings: &Settings) -> bool {
    !settings.files_spool_dir.as_os_str().is_empty()
}

fn file_limits(settings: &Settings) -> sfu_relay::Limits {
    let bytes = |mib: u64| mib.saturating_mul(MIB);
    let defaults = sfu_relay::Limits::default();
    let memory_bytes_max = bytes(settings.files_memory_max);
    let (storage, stored_bytes_max) = match has_spool(settings) {
        true => (Storage::Spool, bytes(settings.files_spool_max)),
        // The rest is for what is kept beside the bytes.
        false => (Storage::Memory, memory_bytes_max - memory_bytes_max / 16),
    };
    sfu_relay::Limits {
        retention: Retention::at_most(Duration::from_secs(settings.files_kept_max)),
        file_bytes_max: bytes(settings.file_size_max),
        storage,
        memory_bytes_max,
        person: Quota {
            bytes: bytes(settings.files_per_person_size_max),
            files: settings.files_per_person_max,
            ..defaults.person
        },
        room: Quota {
            bytes: bytes(settings.files_per_visit_size_max),
            files: settings.files_per_visit_max,
            ..defaults.room
        },
        server: Quota { bytes: stored_bytes_max, ..defaults.server },
        credits_per_second: FILE_CHUNKS_PER_SECOND,
        ..defaults
    }
}

/// Writes behind what the hub wants kept and noted, each in its order.
async fn save_behind(
    store: Arc<Store>,
    limits: SessionLimits,
    mut saves: mpsc::Receiver<Save>,
    mut notes: mpsc::Receiver<Note>,
) {
    loop {
        let (to_keep, to_note) = (Arc::clone(&store), Arc::clone(&store));
        let written = tokio::select! {
            Some(save) = saves.recv() => tokio::task::spawn_blocking(move || keep_saved(&to_keep, limits, save)),
            Some(note) = notes.recv() => tokio::task::spawn_blocking(move || match note {
                Note::Deed(staff, at_ms, deed) => to_note.note(at_ms, Some(staff), &deed),
                Note::Consultation(consultation) => to_note.save_consultation(&consultation),
                Note::Connection(connection) => to_note.save_connection(&connection),
            }),
            else => return,
        };
        if let Ok(Err(error)) = written.await {
            tracing::error!(%error, "a change of an area, its rules or its keys, a link, the use of a session, a receipt, a record or an entry of the audit log is not saved");
        }
    }
}

fn keep_saved(store: &Store, limits: SessionLimits, save: Save) -> Result<(), StoreError> {
    match save {
        Save::Area(area) => store.save_area(&area),
        Save::Rules(area, rules) => u32::try_from(area.0).map_or(Ok(()), |area| store.save_rules(area, &rules)),
        Save::VisitLink(hash, area, ends_ms) => store.save_visit_link(hash, area, ends_ms),
        Save::VisitLinkUsed(hash) => store.use_visit_link(hash),
        Save::Receipt(receipt) => store.save_receipt(&receipt),
        Save::Seal(area, seal) => u32::try_from(area.0).map_or(Ok(()), |area| store.save_seal(area, &seal)),
        Save::ReceiptNumbers { until, saved } => store.reserve_numbers(until).map(|()| {
            let _hub_is_gone = saved.send(());
        }),
        Save::Consulting(sessions) => store.consulting(sessions, now_ms(), limits),
        Save::Used(sessions) => {
            sessions.into_iter().try_for_each(|hash| store.session(hash, now_ms(), limits).map(|_| ()))
        }
    }
}

/// Opens a port. Where the host has no IPv6, `[::]` becomes `0.0.0.0`.
async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let opened = match TcpListener::bind(address).await {
        Err(error)
            if address.ip().is_unspecified() && address.is_ipv6() && error.kind() != io::ErrorKind::AddrInUse =>
        {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())).await
        }
        opened => opened,
    };
    opened.map_err(|error| StartError::Listen { address, error })
}

/// This machine's addresses, IPv4 first. Link-local IPv6 is left out: a browser cannot name the interface it belongs to.
fn local_addresses(settings: &Settings) -> Vec<IpAddr> {
    if !settings.media_addresses.is_empty() {
        return settings.media_addresses.clone();
    }
    let is_link_local = |ip: &IpAddr| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<IpAddr> =
        found.iter().map(if_addrs::Interface::ip).filter(|ip| !is_link_local(ip)).collect();
    addresses.push(Ipv4Addr::LOCALHOST.into());
    addresses.sort_by_key(|ip| (ip.is_loopback(), *ip));
    addresses.dedup();
    addresses
}

fn media_addresses(settings: &Settings, local: &[IpAddr]) -> MediaAddresses {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    MediaAddresses {
        local: local.to_vec(),
        public: settings.public_address.clone(),
        port: settings.media_port,
        tcp: settings.media_tcp,
        shards: if settings.media_shards == 0 { cores() } else { usize::from(settings.media_shards) },
    }
}

/// The wall clock, in milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    i64::try_from(now_ns() / 1_000_000).unwrap_or(i64::MAX)
}

/// The same in nanoseconds; they last until 2554.
fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// A moment as RFC 3339 writes it, in UTC.
fn utc(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|time| time.to_string()).unwrap_or_default()
}
