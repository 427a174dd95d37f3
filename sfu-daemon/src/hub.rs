//! The one task that owns the waiting room, the pages' sessions and the consultations. Everything that changes passes through here, so that
//! this is the only place where the lobby's changes become messages and media commands.
//!
//! `patient`, `staff` and `device` are what each of them may say, `call` is the consultation's media, `files` what passes between its pages
//! beside media, `echo` how a page tries its network before, `record` and `audit` what is noted of it, `known` what a patient is told of all this, `picture` what is said
//! about it meanwhile, `guest` who else comes in, `turn` who is written to when their turn comes, `view` what each is shown. `people` is who staff are, and `roles` what each of them may do.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use sfu_lobby::{AreaId, Change, Changes, EndedBy, Input, Lobby, Private, RoomId, StaffId, TicketId};
use sfu_signal::{AreaLook, AreaRules, ClientMessage, ErrorCode, PROTOCOL_VERSION, ServerMessage, SessionRole, encode};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use self::call::{Calls, Chair};
use self::echo::{Echoes, Tester};
use self::files::Files;
use self::keys::Keys;
use self::notes::Notes;
use self::people::Person;
use self::rules::Rules;
use self::turn::Wish;
use crate::alerts::Waiting;
use crate::auth::{NoRandom, Source, TokenHash};
use crate::limits::{
    Bucket, COUNTDOWN, LOST_AFTER, MEASURE_EVERY, PLACES_RESTORED_FOR, PerMinute, SESSIONS_USED_EVERY, SIGNED_OUT_KEPT,
    SIGNED_OUT_MAX, SPENT_PLACES_MAX, STAFF_LOST_MAX, TURNS_ASKED_PER_MINUTE,
};
use crate::media::{Media, MediaEvent};
use crate::place::{Place, PlaceKey};
use crate::store::{Account, Area, AreaSeal, Consultation, Deed, Means, MediaConnection, Session};
use crate::telemetry;
use crate::turn::Turns;

mod audit;
mod call;
mod commands;
mod device;
mod echo;
mod files;
mod guest;
mod keys;
mod known;
mod notes;
mod patient;
mod people;
mod picture;
mod record;
mod roles;
mod rules;
mod seal;
mod staff;
mod turn;
mod view;

pub(crate) use self::device::{Denied, DeviceRequest, Direction, Done, PLAY_PATH, PUBLISH_PATH};

#[cfg(test)]
mod tests;

/// Names one WebSocket; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SocketId(pub(crate) u64);

/// What can happen to the hub.
#[derive(Debug)]
pub(crate) enum Event {
    /// A page is connected.
    Opened {
        socket: SocketId,
        source: Source,
        /// The staff session of its cookie.
        session: Option<Session>,
        outbox: mpsc::Sender<Outgoing>,
    },
    /// A page said something.
    Said { socket: SocketId, message: ClientMessage },
    /// A page is gone.
    Closed { socket: SocketId },
    /// A staff session is over: so are its pages.
    SignedOut { session: TokenHash },
    /// Which staff sessions have a page?
    Sessions { reply: oneshot::Sender<BTreeSet<TokenHash>> },
    /// The operator has changed accounts or areas: all active accounts, new and changed areas, and those that are gone.
    Practice { accounts: Vec<Account>, areas: Vec<Area>, gone: Vec<u32> },
    /// What areas look like now.
    Looks(BTreeMap<u32, AreaLook>),
    /// A device wants something by HTTP.
    Device { token: TokenHash, request: DeviceRequest, reply: oneshot::Sender<Result<Done, Denied>> },
    /// Stop when the last consultation is over, or after this long.
    Drain { within: Duration },
    /// Somebody reads the metrics: count what there is now.
    Count { counted: oneshot::Sender<()> },
}

/// Hands the hub an event, and returns whether it still takes any. While its queue is full this waits, so that a page which talks faster
/// than the hub listens is read more slowly.
pub(crate) async fn hand_over(hub: &mpsc::Sender<Event>, event: Event) -> bool {
    match hub.try_send(event) {
        Ok(()) => true,
        Err(TrySendError::Full(event)) => {
            telemetry::limit_reached("hub_queue");
            hub.send(event).await.is_ok()
        }
        Err(TrySendError::Closed(_)) => false,
    }
}

/// What the hub has written behind, so that it never waits for a disk.
#[derive(Debug)]
pub(crate) enum Save {
    Area(Area),
    /// Who may come in, and when.
    Rules(AreaId, Box<AreaRules>),
    /// A link for one visit: its hash, the area, and when it ends.
    VisitLink(TokenHash, u32, i64),
    /// Somebody has come in by it.
    VisitLinkUsed(TokenHash),
    /// Its keys, as staff have made them.
    Seal(AreaId, Box<AreaSeal>),
    /// These sessions are used: they have an open page, and somebody at it.
    Used(BTreeSet<TokenHash>),
    /// These sessions are those of people in a consultation, which must not be cut.
    Consulting(BTreeSet<TokenHash>),
    /// The receipt of the file that was deleted last.
    Receipt(Box<sfu_relay::Receipt>),
    /// Numbers of receipts before this one may be used, once it is saved.
    ReceiptNumbers {
        until: u64,
        saved: oneshot::Sender<()>,
    },
}

/// What is noted behind as well, apart from what must be kept for the rooms to go on: it may not take the place of that.
#[derive(Debug)]
pub(crate) enum Note {
    /// What somebody of staff did, and when.
    Deed(u32, i64, Deed),
    /// A consultation that is over.
    Consultation(Box<Consultation>),
    /// A connection of one that is over.
    Connection(Box<MediaConnection>),
}

/// What a socket's task is told.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// Send this.
    Message(String),
    /// Close with this code, after what was sent before.
    Close(u16),
}

/// RFC 6455, section 7.4.1: the peer broke a rule.
pub(crate) const CLOSE_POLICY: u16 = 1008;

/// A refusal: what the page is told, for programs and for developers.
#[derive(Clone, Copy, Debug)]
struct No(ErrorCode, &'static str);

type Answer = Result<(), No>;

pub(crate) struct Hub {
    lobby: Lobby,
    areas: BTreeMap<AreaId, Area>,
    /// What was last said of each area.
    areas_shown: BTreeMap<AreaId, sfu_signal::AreaView>,
    /// Areas whose view may have changed during the event at hand.
    areas_touched: BTreeSet<AreaId>,
    people: BTreeMap<StaffId, Person>,
    staff_areas: BTreeMap<StaffId, BTreeSet<AreaId>>,
    sockets: BTreeMap<SocketId, Socket>,
    visits: BTreeMap<TicketId, Visit>,
    places: HashMap<TokenHash, TicketId>,
    place_key: PlaceKey,
    /// Until when places are given again that were given before a restart.
    restores_until: Instant,
    /// Places that have ended since the start, which must not be given again.
    spent: BTreeSet<TokenHash>,
    /// Links for guests that nobody has used: of whom.
    guest_links: BTreeMap<TokenHash, TicketId>,
    /// The names by which staff's pages know visits.
    tickets: HashMap<String, TicketId>,
    /// Patients without a page, and when the lobby is told.
    lost: BTreeSet<(Instant, TicketId)>,
    /// Clinicians in a consultation without a page, and when it ends.
    staff_lost: BTreeMap<StaffId, StaffLost>,
    keys: Keys,
    rules: Rules,
    /// What areas look like, of those that do not look as the page does by itself.
    looks: BTreeMap<AreaId, AreaLook>,
    calls: Calls,
    echoes: Echoes,
    files: Files,
    check_ins: PerMinute,
    /// When sessions with an open page are next noted as used.
    use_at: Instant,
    /// Sessions that are over, and until when a page may come that does not know it yet.
    signed_out: VecDeque<(Instant, TokenHash)>,
    save: mpsc::Sender<Save>,
    notes: mpsc::Sender<Note>,
    alerts: Option<mpsc::Sender<Waiting>>,
    turns: Option<Turns>,
    /// How many have asked to be written to.
    turns_asked: PerMinute<()>,
    keeps_consultations: bool,
    keeps_connections: bool,
    /// When the connections of consultations are next looked at.
    measure_at: Instant,
    /// Set while draining: when to stop at the latest.
    stop_at: Option<Instant>,
}

/// A clinician without a page.
#[derive(Clone, Copy, Debug)]
struct StaffLost {
    /// When the patient is told; `None` once that is done.
    tell_at: Option<Instant>,
    /// When the consultation is given up.
    ends_at: Instant,
}

/// One page's connection.
#[derive(Debug)]
struct Socket {
    outbox: mpsc::Sender<Outgoing>,
    source: Source,
    session: Option<Session>,
    /// Somebody has touched the page since uses were last noted.
    is_touched: bool,
    /// Of echoes that staff ask for.
    echo_rate: Option<Bucket>,
    who: Who,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// Has not said hello.
    Unknown,
    Patient {
        area: Option<AreaId>,
        ticket: Option<TicketId>,
    },
    Staff {
        staff: StaffId,
        watches: BTreeSet<AreaId>,
    },
}

impl Who {
    /// Whether this page shows the queue of an area.
    fn watches(&self, area: AreaId) -> bool {
        matches!(self, Self::Staff { watches, .. } if watches.contains(&area))
    }
}

/// What the hub keeps of a visit besides the lobby's ticket.
#[derive(Debug)]
struct Visit {
    /// By which staff's pages know it.
    name: String,
    /// Whether the name in the lobby is sealed.
    is_sealed: bool,
    /// What the staff who transferred it say for the keys of the area where it is now.
    referral: Option<Private>,
    notes: Notes,
    place: Place,
    socket: Option<SocketId>,
    lost_at: Option<Instant>,
    /// Its consultation, and earlier ones of which files are still here, and where it sat.
    rooms: BTreeMap<RoomId, Chair>,
    /// By which guests may come whom nobody has used; at most [`GUEST_LINKS_MAX`](crate::limits::GUEST_LINKS_MAX).
    guest_links: BTreeSet<TokenHash>,
    /// Whether they are written to when their turn comes.
    wish: Wish,
    /// How often the patient may ask what is known.
    asks: Option<Bucket>,
    /// ... and for an echo.
    echo_rate: Option<Bucket>,
}

/// What the hub begins with.
pub(crate) struct Start {
    pub(crate) areas: Vec<Area>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) seals: Vec<(u32, AreaSeal)>,
    pub(crate) rules: Vec<(u32, AreaRules)>,
    pub(crate) visit_links: Vec<(TokenHash, u32, i64)>,
    pub(crate) place_key: PlaceKey,
    pub(crate) check_ins_per_source_max: u32,
    /// Whether consultations leave a record.
    pub(crate) keeps_consultations: bool,
    pub(crate) keeps_connections: bool,
    pub(crate) save: mpsc::Sender<Save>,
    pub(crate) notes: mpsc::Sender<Note>,
    /// Who is told that somebody waits.
    pub(crate) alerts: Option<mpsc::Sender<Waiting>>,
    /// Who writes to patients, if they may ask for it.
    pub(crate) turns: Option<Turns>,
    pub(crate) media: Arc<Media>,
    pub(crate) relay: sfu_relay::Relay,
    /// Where the relay's stored files are, if not in memory.
    pub(crate) spool: Option<crate::spool::Spool>,
}

impl Hub {
    pub(crate) fn new(start: Start) -> Self {
        let mut hub = Self {
            lobby: Lobby::new(sfu_lobby::Limits::default()),
            areas: start.areas.into_iter().map(|area| (AreaId(area.id.into()), area)).collect(),
            areas_shown: BTreeMap::new(),
            areas_touched: BTreeSet::new(),
            people: BTreeMap::new(),
            staff_areas: BTreeMap::new(),
            sockets: BTreeMap::new(),
            visits: BTreeMap::new(),
            places: HashMap::new(),
            place_key: start.place_key,
            restores_until: Instant::now() + PLACES_RESTORED_FOR,
            spent: BTreeSet::new(),
            guest_links: BTreeMap::new(),
            tickets: HashMap::new(),
            lost: BTreeSet::new(),
            staff_lost: BTreeMap::new(),
            keys: Keys::default(),
            rules: Rules::new(start.visit_links),
            looks: BTreeMap::new(),
            calls: Calls::new(start.media),
            echoes: Echoes::default(),
            files: Files::new(start.relay, start.spool),
            check_ins: PerMinute::new(start.check_ins_per_source_max),
            use_at: Instant::now() + SESSIONS_USED_EVERY,
            signed_out: VecDeque::new(),
            save: start.save,
            notes: start.notes,
            alerts: start.alerts,
            turns: start.turns,
            turns_asked: PerMinute::new(TURNS_ASKED_PER_MINUTE),
            keeps_consultations: start.keeps_consultations,
            keeps_connections: start.keeps_connections,
            measure_at: Instant::now() + MEASURE_EVERY,
            stop_at: None,
        };
        hub.set_accounts(start.accounts);
        for (area, seal) in start.seals {
            let id = AreaId(area.into());
            if let Some(area) = hub.areas.get(&id) {
                hub.keys.restore(id, &area.slug, seal);
            }
        }
        for area in hub.areas.keys().copied().collect::<Vec<_>>() {
            hub.open_area(area);
        }
        for (area, rules) in start.rules {
            hub.restore_rules(AreaId(area.into()), rules);
        }
        hub
    }

    /// Runs until drained, or until nobody can send events any more.
    pub(crate) async fn run(mut self, mut events: mpsc::Receiver<Event>, mut media: mpsc::Receiver<MediaEvent>) {
        loop {
            let wake = self.next_wake();
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) => self.handle(event),
                    None => break,
                },
                Some(event) = media.recv() => self.media_event(event),
                Some(report) = self.files.spool_report() => self.spool_did(&report),
                () = async { tokio::time::sleep_until(wake.unwrap_or_else(Instant::now)).await }, if wake.is_some() => self.timeout(),
            }
            self.tell_areas();
            if self.stop_at.is_some_and(|at| self.calls.is_empty() || at <= Instant::now()) {
                break;
            }
        }
        self.stop();
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Opened { socket, source, session, outbox } => {
                let session = session.filter(|session| !self.is_signed_out(session.hash));
                self.sockets.insert(
                    socket,
                    Socket { outbox, source, session, is_touched: true, echo_rate: None, who: Who::Unknown },
                );
            }
            Event::Said { socket, message } => self.said(socket, message),
            Event::Closed { socket } => self.closed(socket),
            Event::SignedOut { session } => self.signed_out(session),
            Event::Sessions { reply } => {
                let open = self.sockets.values().filter_map(|socket| Some(socket.session.as_ref()?.hash)).collect();
                let _nobody_asks_any_more = reply.send(open);
            }
            Event::Practice { accounts, areas, gone } => self.practice_changed(accounts, areas, &gone),
            Event::Looks(looks) => self.set_looks(looks),
            Event::Device { token, request, reply } => self.device_said(token, request, reply),
            Event::Drain { within } => {
                self.stop_at = Some(Instant::now() + within);
                let draining = ServerMessage::Draining { within_ms: millis(within) };
                self.tell_all(|who| *who != Who::Unknown, &draining);
            }
            Event::Count { counted } => {
                telemetry::lobby(self.lobby.stats());
                self.count_sockets();
                self.files.count();
                let _reader_is_gone = counted.send(());
            }
        }
    }

    fn signed_out(&mut self, session: TokenHash) {
        if self.signed_out.len() == SIGNED_OUT_MAX {
            telemetry::limit_reached("signed_out");
            self.signed_out.pop_front();
        }
        self.signed_out.push_back((Instant::now() + SIGNED_OUT_KEPT, session));
        let ended = |socket: &Socket| socket.session.as_ref().is_some_and(|one| one.hash == session);
        for socket in self.sockets_where(ended) {
            self.sign_out(socket);
        }
    }

    /// Whether a session that was valid when the page's handshake began is over by now.
    fn is_signed_out(&mut self, session: TokenHash) -> bool {
        let now = Instant::now();
        while self.signed_out.pop_front_if(|(until, _)| *until <= now).is_some() {}
        self.signed_out.iter().any(|(_, other)| *other == session)
    }

    fn said(&mut self, socket: SocketId, message: ClientMessage) {
        let Some(who) = self.sockets.get(&socket).map(|socket| socket.who.clone()) else { return };
        let request = if let ClientMessage::Offer { request, .. } = &message { Some(*request) } else { None };
        let answer = match (who, message) {
            (Who::Unknown, ClientMessage::Hello { protocol, role, area }) => {
                let welcomed = self.hello(socket, protocol, role, area);
                if let Err(no) = welcomed {
                    self.refuse(socket, no, None);
                    self.close(socket);
                }
                Ok(())
            }
            (_, ClientMessage::Ping) => {
                self.tell(socket, &ServerMessage::Pong);
                Ok(())
            }
            (Who::Unknown, _) => Err(No(ErrorCode::NotAllowed, "the first message is hello")),
            (Who::Patient { area, ticket }, message) => self.patient_said(socket, area, ticket, message),
            (Who::Staff { staff, .. }, message) => self.staff_said(socket, staff, message),
        };
        if let Err(no) = answer {
            self.refuse(socket, no, request);
        }
    }

    fn hello(&mut self, socket: SocketId, protocol: u32, role: SessionRole, area: Option<String>) -> Answer {
        if protocol != PROTOCOL_VERSION {
            return Err(No(ErrorCode::UnsupportedProtocol, "this server speaks another version of the protocol"));
        }
        let who = match role {
            SessionRole::Patient => {
                let known = |slug: &String| self.area_by_slug(slug).ok_or(No(ErrorCode::AreaUnknown, "no such area"));
                Who::Patient { area: area.as_ref().map(known).transpose()?, ticket: None }
            }
            SessionRole::Staff => {
                let session = self.sockets.get(&socket).and_then(|socket| socket.session.as_ref());
                let staff = session
                    .map(|session| StaffId(session.staff.into()))
                    .filter(|staff| self.people.contains_key(staff));
                let staff = staff.ok_or(No(ErrorCode::NotAllowed, "no valid staff session: open a staff link"))?;
                Who::Staff { staff, watches: BTreeSet::new() }
            }
        };
        let areas: Vec<AreaId> = match &who {
            Who::Patient { area, .. } => area.iter().copied().collect(),
            Who::Staff { staff, .. } => self.staff_areas.get(staff).into_iter().flatten().copied().collect(),
            Who::Unknown => Vec::new(),
        };
        let (me, role) = match &who {
            Who::Staff { staff, .. } => (
                areas.first().and_then(|area| self.clinician(*staff, *area)),
                self.people.get(staff).map(|person| person.role),
            ),
            Who::Patient { .. } | Who::Unknown => (None, None),
        };
        if let Who::Staff { staff, .. } = &who {
            let told = self.staff_lost.remove(staff).is_some_and(|lost| lost.tell_at.is_none());
            if let Some(room) = self.calls.of_staff(*staff).filter(|_| told) {
                self.tell_room(room);
            }
        }
        if let Some(socket) = self.sockets.get_mut(&socket) {
            socket.who = who;
        }
        let now_ms = crate::now_ms().unsigned_abs();
        let countdown_ms = millis(COUNTDOWN);
        self.tell(socket, &ServerMessage::Welcome { protocol, now_ms, countdown_ms, me, role });
        for area in areas {
            if let Some(area) = self.area_view(area) {
                self.tell(socket, &ServerMessage::Area { area });
            }
        }
        if let Some(at) = self.stop_at {
            let within_ms = millis(at.saturating_duration_since(Instant::now()));
            self.tell(socket, &ServerMessage::Draining { within_ms });
        }
        Ok(())
    }

    /// A page is gone. Patients keep their place; what they had in the consultation goes on for a while.
    fn closed(&mut self, id: SocketId) {
        let Some(socket) = self.sockets.remove(&id) else { return };
        self.end_echo_of(id);
        match socket.who {
            Who::Unknown => {}
            Who::Patient { ticket, .. } => {
                if let Some(ticket) = ticket {
                    self.leave_without_page(ticket, id);
                }
            }
            Who::Staff { staff, .. } => {
                let has_other = self
                    .sockets
                    .values()
                    .any(|socket| matches!(socket.who, Who::Staff { staff: other, .. } if other == staff));
                if !has_other && self.calls.of_staff(staff).is_some() {
                    let now = Instant::now();
                    let lost = StaffLost { tell_at: Some(now + LOST_AFTER), ends_at: now + STAFF_LOST_MAX };
                    self.staff_lost.insert(staff, lost);
                }
            }
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        let lobby = self.lobby.next_wake().map(|wake| Instant::from_std(wake.at));
        let lost = self.lost.first().map(|(at, _)| *at);
        let staff = self.staff_lost.values().map(|lost| lost.tell_at.unwrap_or(lost.ends_at)).min();
        let session = self.sockets.values().any(|socket| socket.session.is_some()).then_some(self.use_at);
        let (files, media, keys) = (self.files.next_wake(), self.calls.commands.retry_at(), self.keys.next_wake());
        let (check_ins, rules, echoes) = (self.check_ins.next_wake(), self.rules.next_wake(), self.echoes.next_wake());
        let measure = (!self.calls.is_empty()).then_some(self.measure_at);
        [lobby, lost, staff, session, files, media, keys, check_ins, rules, echoes, measure, self.stop_at]
            .into_iter()
            .flatten()
            .min()
    }

    fn timeout(&mut self) {
        let now = Instant::now();
        self.calls.commands.retry(now);
        self.use_sessions(now);
        self.check_ins.forget();
        self.files_timeout(now);
        self.keys_timeout(now);
        self.rules_timeout(now);
        self.echoes_timeout(now);
        if self.measure_at <= now {
            self.measure_at = now + MEASURE_EVERY;
            self.measure_calls();
        }
        while let Some(&(at, ticket)) = self.lost.first()
            && at <= now
        {
            self.lost.pop_first();
            if let Some(visit) = self.visits.get_mut(&ticket) {
                visit.lost_at = None;
            }
            self.apply_if_possible(Input::Disconnected { ticket });
            if let Some(room) = room_of(&self.lobby, ticket) {
                self.tell_room(room);
            }
        }
        self.staff_timeout(now);
        self.apply_if_possible(Input::Timeout);
    }

    /// Patients are told that their clinician's page is gone, and go back in line if it does not come again.
    fn staff_timeout(&mut self, now: Instant) {
        let to_tell = self.staff_lost.iter_mut().filter(|(_, lost)| lost.tell_at.is_some_and(|at| at <= now));
        let to_tell: Vec<StaffId> = to_tell
            .map(|(staff, lost)| {
                lost.tell_at = None;
                *staff
            })
            .collect();
        for room in to_tell.into_iter().filter_map(|staff| self.calls.of_staff(staff)).collect::<Vec<_>>() {
            self.tell_room(room);
        }
        let gone: Vec<StaffId> =
            self.staff_lost.iter().filter(|(_, lost)| lost.ends_at <= now).map(|(staff, _)| *staff).collect();
        for staff in gone {
            self.staff_lost.remove(&staff);
            self.lose_staff(staff);
        }
    }

    /// Whoever has come by a link and has the page open uses the session, also without a click. Who has signed in with a password must have touched
    /// the page: it is for computers that others pass by.
    fn use_sessions(&mut self, now: Instant) {
        if now < self.use_at {
            return;
        }
        self.use_at = now + SESSIONS_USED_EVERY;
        let (mut used, mut consulting) = (BTreeSet::new(), BTreeSet::new());
        for socket in self.sockets.values_mut() {
            let Some(session) = &socket.session else { continue };
            if std::mem::take(&mut socket.is_touched) || session.means == Means::Link {
                used.insert(session.hash);
            }
            if let Who::Staff { staff, .. } = socket.who
                && self.calls.of_staff(staff).is_some()
            {
                consulting.insert(session.hash);
            }
        }
        let saves = [(used.is_empty(), Save::Used(used)), (consulting.is_empty(), Save::Consulting(consulting))];
        for (is_empty, save) in saves {
            if !is_empty && self.save.try_send(save).is_err() {
                telemetry::limit_reached("save_queue");
            }
        }
    }

    /// Hands the lobby an input and carries out what follows.
    fn apply(&mut self, input: Input) -> Answer {
        let changes = self.lobby.handle(input, now()).map_err(view::refusal)?;
        self.carry_out(changes);
        Ok(())
    }

    /// As [`Self::apply`], where a refusal only means that somebody else was quicker.
    fn apply_if_possible(&mut self, input: Input) {
        if let Err(No(_, why)) = self.apply(input) {
            tracing::debug!(why, "the lobby refused what the hub asked for by itself");
        }
    }

    fn carry_out(&mut self, changes: Changes) {
        for change in changes {
            match change {
                Change::CheckedIn { ticket } => tracing::info!(ticket = ticket.0, "checked in"),
                Change::Ticket { ticket } => {
                    self.erase_if_over(ticket);
                    self.write_if_called(ticket);
                    self.end_echo_if_called(Tester::Visit(ticket));
                    self.tell_patient(ticket);
                    self.follow_transfer(ticket);
                }
                Change::Queue { area, version, upserted, removed } => {
                    self.areas_touched.insert(area);
                    self.tell_queue(area, version, &upserted, &removed);
                }
                Change::RoomOpened { room, ticket, staff } => self.open_call(room, ticket, staff),
                Change::Joined { room, ticket } => self.join_call(room, ticket),
                Change::GateOpened { room, ticket } => self.set_gate(room, ticket, sfu_core::Gate::Open),
                Change::GateShut { room, ticket } => self.set_gate(room, ticket, sfu_core::Gate::Shut),
                Change::Left { room, ticket, by, lasted } => self.leave_call(room, ticket, by, lasted),
                Change::RoomClosed { room, ticket, by, lasted } => self.close_call(room, ticket, by, lasted),
                Change::Forgotten { ticket } => self.forget(ticket),
            }
        }
    }

    /// What the lobby does with the name at the end of a visit, for what is sealed beside it.
    fn erase_if_over(&mut self, ticket: TicketId) {
        if self.lobby.ticket(ticket).is_none_or(|ticket| ticket.state.is_over())
            && let Some(visit) = self.visits.get_mut(&ticket)
        {
            visit.referral = None;
            visit.notes.erase();
            visit.wish.forget();
            let void = std::mem::take(&mut visit.guest_links);
            self.guest_links.retain(|link, _| !void.contains(link));
        }
    }

    fn forget(&mut self, ticket: TicketId) {
        let Some(visit) = self.visits.remove(&ticket) else { return };
        self.end_echo(Tester::Visit(ticket));
        self.places.remove(&visit.place.hash());
        self.spend(visit.place.hash());
        self.tickets.remove(&visit.name);
        self.guest_links.retain(|link, _| !visit.guest_links.contains(link));
        if let Some(at) = visit.lost_at {
            self.lost.remove(&(at, ticket));
        }
        if let Some(socket) = visit.socket.and_then(|socket| self.sockets.get_mut(&socket))
            && let Who::Patient { ticket, .. } = &mut socket.who
        {
            *ticket = None;
        }
    }

    /// A place that has ended is not given again while tokens of before the restart are honoured.
    fn spend(&mut self, place: TokenHash) {
        if self.restores_until <= Instant::now() {
            self.spent.clear();
            return;
        }
        self.spent.insert(place);
        if SPENT_PLACES_MAX < self.spent.len() {
            telemetry::limit_reached("spent_places");
            self.restores_until = Instant::now();
            self.spent.clear();
        }
    }

    /// The end of the process: consultations end properly, and names are erased with the lobby.
    fn stop(mut self) {
        let rooms: Vec<TicketId> = self.calls.tickets().collect();
        for ticket in rooms {
            self.apply_if_possible(Input::End { ticket, by: EndedBy::Server });
        }
        self.give_numbers_back();
        tracing::info!("no consultation goes on; stopping");
    }
}

/// Telling people things.
impl Hub {
    fn tell(&mut self, socket: SocketId, message: &ServerMessage) {
        self.send(socket, Outgoing::Message(encode(message)));
    }

    /// Tells everybody of some kind the same thing.
    fn tell_all(&mut self, to: impl Fn(&Who) -> bool, message: &ServerMessage) {
        let text = encode(message);
        for socket in self.sockets_where(|socket| to(&socket.who)) {
            self.send(socket, Outgoing::Message(text.clone()));
        }
    }

    fn refuse(&mut self, socket: SocketId, No(code, text): No, request: Option<u32>) {
        telemetry::refused(code);
        self.tell(socket, &ServerMessage::Error { code, text: text.to_owned(), request });
    }

    fn close(&mut self, socket: SocketId) {
        self.send(socket, Outgoing::Close(CLOSE_POLICY));
    }

    /// A page that lets its outbox fill up is cut: it reconnects and gets the whole state anew.
    fn send(&mut self, id: SocketId, outgoing: Outgoing) {
        let Some(socket) = self.sockets.get(&id) else { return };
        if socket.outbox.try_send(outgoing).is_err() {
            telemetry::limit_reached("outbox");
            self.closed(id);
        }
    }

    fn sockets_where(&self, wanted: impl Fn(&Socket) -> bool) -> Vec<SocketId> {
        self.sockets.iter().filter(|(_, socket)| wanted(socket)).map(|(id, _)| *id).collect()
    }

    fn count_sockets(&self) {
        let count = |role: &'static str, wanted: fn(&Who) -> bool| {
            let count = self.sockets.values().filter(|socket| wanted(&socket.who)).count();
            metrics::gauge!("anteroom_sockets", "role" => role).set(telemetry::float(count as u64));
        };
        count("patient", |who| matches!(who, Who::Patient { .. }));
        count("staff", |who| matches!(who, Who::Staff { .. }));
    }
}

impl From<NoRandom> for No {
    fn from(_: NoRandom) -> Self {
        Self(ErrorCode::TooMany, "the server cannot make a token now; try again later")
    }
}

/// The lobby's clock. Virtual where tokio's is.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn room_of(lobby: &Lobby, ticket: TicketId) -> Option<RoomId> {
    lobby.ticket(ticket)?.room
}
