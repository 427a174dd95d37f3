//! A lobby, its auditor, a clock that only tests turn, and a second lobby written the slow and obvious way.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sfu_lobby::{
    AreaId, Auditor, Changes, DeviceState, Devices, EndedBy, Input, Limits, Lobby, Presence, Private, Refused, StaffId,
    State, Stats, TicketId,
};

/// Small, so that random visits reach each of them.
pub(crate) fn tight_limits() -> Limits {
    Limits {
        away_grace: Duration::from_secs(100),
        away_grace_reached: Duration::from_secs(150),
        call_lost_max: Duration::from_secs(30),
        rejoin_within: Duration::from_secs(200),
        area_tickets_max: 5,
        area_finished_max: 3,
        room_people_max: 3,
        areas_max: 3,
        name_bytes_max: 8,
        reason_bytes_max: 8,
        language_bytes_max: 8,
    }
}

/// One step of a random run: how much time passes, and what happens then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub after_s: u8,
    pub what: u8,
    pub ticket: u8,
    pub choice: u8,
}

/// Runs the steps through the lobby, the model and the auditor, and compares after each. Returns how visits went from state to state, and the
/// counters at the end.
pub(crate) fn run(steps: impl IntoIterator<Item = Step>) -> (BTreeSet<(State, State)>, Stats) {
    let mut world = World::new();
    for (index, step) in steps.into_iter().enumerate() {
        world.step(step).unwrap_or_else(|why| panic!("step {index} ({step:?}): {why}"));
    }
    (world.moves, *world.lobby.stats())
}

struct World {
    lobby: Lobby,
    model: Model,
    auditor: Auditor,
    now: Instant,
    states: BTreeMap<TicketId, State>,
    moves: BTreeSet<(State, State)>,
}

impl World {
    fn new() -> Self {
        let limits = tight_limits();
        #[expect(clippy::disallowed_methods, reason = "the virtual clock starts anywhere")]
        let now = Instant::now();
        Self {
            lobby: Lobby::new(limits),
            model: Model::new(limits),
            auditor: Auditor::default(),
            now,
            states: BTreeMap::new(),
            moves: BTreeSet::new(),
        }
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        self.now += Duration::from_secs(u64::from(step.after_s));
        if let Some(wake) = self.lobby.next_wake()
            && wake.at <= self.now
            && step.what.is_multiple_of(2)
        {
            self.input(Input::Timeout, &Plan::Timeout)?; // Every other time the embedder is late.
        }
        let plan = Plan::new(step, self.model.tickets_made);
        self.input(plan.input(), &plan)
    }

    fn input(&mut self, input: Input, plan: &Plan) -> Result<(), String> {
        let expected = self.model.apply(plan, self.now);
        let result = self.lobby.handle(input, self.now);
        match (&result, expected) {
            (Ok(_), Ok(())) => {}
            (Err(refused), Err(expected)) if *refused == expected => {}
            (result, expected) => return Err(format!("{plan:?}: {result:?}, expected {expected:?}")),
        }
        let nothing = Changes::default();
        let changes = result.as_ref().unwrap_or(&nothing);
        self.auditor.observe(changes, &self.lobby).map_err(|broken| format!("{plan:?}: {broken}"))?;
        for (id, visit) in &self.model.visits {
            let before = self.states.insert(*id, visit.state);
            self.moves.extend(before.filter(|before| *before != visit.state).map(|before| (before, visit.state)));
        }
        self.compare().map_err(|why| format!("{plan:?}: {why}"))
    }

    /// The lobby and the model tell the same about everybody.
    fn compare(&self) -> Result<(), String> {
        for number in 1..=self.model.tickets_made {
            let id = TicketId(number);
            let told = self.lobby.ticket(id).map(|ticket| {
                (
                    ticket.area,
                    ticket.state,
                    ticket.connected,
                    ticket.needs_a_minute,
                    ticket.deadline,
                    self.lobby.position(id),
                )
            });
            let expected = self.model.visits.get(&id).map(|visit| {
                let position = self.model.position(id);
                (visit.area, visit.state, visit.connected, visit.needs_a_minute, self.model.deadline(visit), position)
            });
            if told != expected {
                return Err(format!("{id:?} is {told:?}, expected {expected:?}"));
            }
        }
        for state in State::ALL {
            let counted = self.model.visits.values().filter(|visit| visit.state == state).count();
            if self.lobby.stats().in_state(state) != u64::try_from(counted).unwrap_or(u64::MAX) {
                return Err(format!("{state:?} is counted as {}", self.lobby.stats().in_state(state)));
            }
        }
        let next = self.model.visits.values().filter_map(|visit| self.model.deadline(visit)).min();
        if self.lobby.next_wake().map(|wake| wake.at) != next {
            return Err(format!("next wake is {:?}, expected {next:?}", self.lobby.next_wake()));
        }
        Ok(())
    }
}

/// An input that can be made twice: for the lobby and for the model.
#[derive(Clone, Copy, Debug)]
enum Plan {
    OpenArea(AreaId),
    SetPresence(AreaId, Presence),
    CheckIn(AreaId, &'static str, &'static str),
    CheckInGuest(TicketId, &'static str),
    Connected(TicketId),
    Disconnected(TicketId),
    SetUp(TicketId, bool),
    Admit(TicketId),
    AddToCall(TicketId, TicketId),
    CancelCall(TicketId),
    NotYet(TicketId),
    GoIn(TicketId),
    Hold(TicketId),
    Unhold(TicketId),
    Transfer(TicketId, AreaId),
    End(TicketId, EndedBy),
    Remove(TicketId, &'static str),
    Rejoin(TicketId, &'static str),
    Erase(TicketId),
    Timeout,
}

impl Plan {
    fn new(Step { what, ticket, choice, .. }: Step, tickets_made: u64) -> Self {
        let id = TicketId(tickets_made.saturating_sub(u64::from(ticket % 14))); // One of the last few, so that visits go far.
        let area = AreaId(u64::from(choice % 4));
        let name = ["Ana", "Bo", "Cléo", "D", "E", "F", "", "too long a name"][usize::from(choice) / 4 % 8];
        match what % 42 {
            0 => Self::OpenArea(area),
            1 if choice < 64 => Self::SetPresence(area, Presence::Closed),
            1 => Self::SetPresence(area, [Presence::Open, Presence::Busy, Presence::Away][usize::from(choice) / 4 % 3]),
            2..=6 => Self::CheckIn(area, name, if choice < 8 { "much-too-long" } else { "de" }),
            7..=8 => Self::Connected(id),
            9..=10 => Self::Disconnected(id),
            11..=13 => Self::SetUp(id, choice % 3 != 0),
            14..=17 => Self::Admit(id),
            18 => Self::CancelCall(id),
            19 => Self::NotYet(id),
            20..=22 => Self::GoIn(id),
            23..=24 => Self::Hold(id),
            25 => Self::Unhold(id),
            26..=27 => Self::Transfer(id, area),
            28..=29 => Self::End(
                id,
                [EndedBy::Patient, EndedBy::Staff, EndedBy::Lost, EndedBy::Server][usize::from(choice % 4)],
            ),
            30 => Self::Remove(id, if choice < 32 { "much too long" } else { "full" }),
            31..=32 => Self::Rejoin(id, name),
            33 => Self::Erase(id),
            34..=36 => Self::CheckInGuest(id, name),
            37..=40 => Self::AddToCall(id, TicketId(tickets_made.saturating_sub(u64::from(choice % 8)))),
            _ => Self::Timeout,
        }
    }

    fn input(self) -> Input {
        match self {
            Self::OpenArea(area) => Input::OpenArea { area },
            Self::SetPresence(area, presence) => Input::SetPresence { area, presence },
            Self::CheckIn(area, name, language) => {
                Input::CheckIn { area, name: Private::from(name), language: language.to_owned() }
            }
            Self::Connected(ticket) => Input::Connected { ticket },
            Self::Disconnected(ticket) => Input::Disconnected { ticket },
            Self::SetUp(ticket, done) => {
                let camera = if done { DeviceState::Works } else { DeviceState::Denied };
                Input::SetUp {
                    ticket,
                    devices: Devices { camera, microphone: DeviceState::Works, ..Devices::UNKNOWN },
                    done,
                }
            }
            Self::CheckInGuest(host, name) => {
                Input::CheckInGuest { host, name: Private::from(name), language: "de".to_owned() }
            }
            Self::AddToCall(ticket, with) => Input::AddToCall { ticket, with },
            Self::Admit(ticket) => Input::Admit { ticket, staff: StaffId(1) },
            Self::CancelCall(ticket) => Input::CancelCall { ticket },
            Self::NotYet(ticket) => Input::NotYet { ticket },
            Self::GoIn(ticket) => Input::GoIn { ticket },
            Self::Hold(ticket) => Input::Hold { ticket },
            Self::Unhold(ticket) => Input::Unhold { ticket },
            Self::Transfer(ticket, to) => Input::Transfer { ticket, to, name: None },
            Self::End(ticket, by) => Input::End { ticket, by },
            Self::Remove(ticket, reason) => Input::Remove { ticket, reason: Private::from(reason) },
            Self::Rejoin(ticket, name) => Input::Rejoin { ticket, name: Private::from(name) },
            Self::Erase(ticket) => Input::Erase { ticket },
            Self::Timeout => Input::Timeout,
        }
    }
}

/// The lobby without lists, deadlines, deltas or speed.
struct Model {
    limits: Limits,
    areas: BTreeMap<AreaId, Presence>,
    visits: BTreeMap<TicketId, Visit>,
    tickets_made: u64,
    rooms_made: u64,
    ends: u64,
}

struct Visit {
    area: AreaId,
    state: State,
    connected: bool,
    lost_at: Instant,
    set_up: bool,
    needs_a_minute: bool,
    guest_of: Option<TicketId>,
    room: Option<u64>,
    ended_at: Instant,
    /// Which end this was, to forget the oldest first.
    end: u64,
}

impl Model {
    fn new(limits: Limits) -> Self {
        Self { limits, areas: BTreeMap::new(), visits: BTreeMap::new(), tickets_made: 0, rooms_made: 0, ends: 0 }
    }

    fn position(&self, id: TicketId) -> Option<u32> {
        let visit = self.visits.get(&id).filter(|visit| visit.state.is_in_line())?;
        let ahead = self.visits.range(..=id).filter(|(_, other)| other.area == visit.area && other.state.is_in_line());
        u32::try_from(ahead.count()).ok()
    }

    fn deadline(&self, visit: &Visit) -> Option<Instant> {
        match visit.state {
            State::Arriving | State::Waiting => None,
            State::Away => Some(visit.lost_at + self.limits.away_grace),
            State::Called | State::InCall | State::Held => {
                (!visit.connected).then(|| visit.lost_at + self.limits.call_lost_max)
            }
            State::Ended | State::Removed | State::Expired => Some(visit.ended_at + self.limits.rejoin_within),
        }
    }

    fn is_full(&self, area: AreaId) -> bool {
        let inside = self.visits.values().filter(|visit| visit.area == area && !visit.state.is_over());
        self.limits.area_tickets_max <= inside.count()
    }

    fn takes_newcomers(&self, area: AreaId) -> Result<(), Refused> {
        match self.areas.get(&area) {
            None => Err(Refused::AreaUnknown),
            Some(Presence::Closed) => Err(Refused::AreaClosed),
            Some(_) if self.is_full(area) => Err(Refused::AreaFull),
            Some(_) => Ok(()),
        }
    }

    fn takes_name(&self, name: &str) -> Result<(), Refused> {
        if (1..=self.limits.name_bytes_max).contains(&name.len()) { Ok(()) } else { Err(Refused::BadName) }
    }

    fn apply(&mut self, plan: &Plan, now: Instant) -> Result<(), Refused> {
        self.act(plan, now)?;
        self.follow_hosts(now);
        Ok(())
    }

    /// Nobody is in a room but in a consultation, and guests are where their hosts are, for as long as those are there.
    fn follow_hosts(&mut self, now: Instant) {
        for id in self.visits.keys().copied().collect::<Vec<_>>() {
            let Some(Visit { guest_of: Some(host), room, state, area, .. }) = self.visits.get(&id) else { continue };
            let host = self.visits.get(host).filter(|host| !host.state.is_over() && host.area == *area);
            let host_room = host.and_then(|host| host.room.filter(|_| host.state.is_consultation()));
            let (is_lost, is_over) = (host.is_none() && !state.is_over(), state.is_over());
            if state.is_consultation() && *room != host_room {
                self.enter_line(id);
            }
            if is_lost && !is_over {
                self.visits.get_mut(&id).into_iter().for_each(|visit| visit.state = State::Ended);
                self.finish(id, now);
            }
        }
        let done = self.visits.values_mut().filter(|visit| !visit.state.is_consultation());
        done.for_each(|visit| visit.room = None);
    }

    fn check_in(&mut self, area: AreaId, guest_of: Option<TicketId>, now: Instant) {
        self.tickets_made += 1;
        let visit = Visit {
            area,
            state: State::Arriving,
            connected: true,
            lost_at: now,
            set_up: false,
            needs_a_minute: false,
            guest_of,
            room: None,
            ended_at: now,
            end: 0,
        };
        self.visits.insert(TicketId(self.tickets_made), visit);
    }

    fn host(&self, host: TicketId) -> Result<&Visit, Refused> {
        let host = self.visits.get(&host).filter(|host| !host.state.is_over() && host.guest_of.is_none());
        host.ok_or(Refused::HostOver)
    }

    fn may_be_called(&self, id: TicketId) -> Result<&Visit, Refused> {
        let visit = self.visits.get(&id).ok_or(Refused::TicketUnknown)?;
        let is_there = matches!(visit.state, State::Arriving | State::Waiting);
        if is_there { Ok(visit) } else { Err(Refused::WrongState) }
    }

    fn act(&mut self, plan: &Plan, now: Instant) -> Result<(), Refused> {
        match *plan {
            Plan::OpenArea(area) => {
                if !self.areas.contains_key(&area) && self.areas.len() == self.limits.areas_max {
                    return Err(Refused::AreasFull);
                }
                self.areas.entry(area).or_insert(Presence::Open);
                Ok(())
            }
            Plan::SetPresence(area, presence) => {
                *self.areas.get_mut(&area).ok_or(Refused::AreaUnknown)? = presence;
                Ok(())
            }
            Plan::CheckIn(area, name, language) => {
                self.takes_newcomers(area)?;
                self.takes_name(name)?;
                if self.limits.language_bytes_max < language.len() {
                    return Err(Refused::TooLong);
                }
                self.check_in(area, None, now);
                Ok(())
            }
            Plan::CheckInGuest(host, name) => {
                let area = self.host(host)?.area;
                if self.is_full(area) {
                    return Err(Refused::AreaFull);
                }
                let guests = self.visits.values().filter(|visit| visit.guest_of == Some(host)).count();
                if self.limits.room_people_max <= guests + 1 {
                    return Err(Refused::RoomFull);
                }
                self.takes_name(name)?;
                self.check_in(area, Some(host), now);
                Ok(())
            }
            Plan::Connected(id) => {
                let visit = self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?;
                visit.connected = true;
                if visit.state == State::Away {
                    self.enter_line(id);
                }
                Ok(())
            }
            Plan::Disconnected(id) => {
                let visit = self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?;
                if visit.connected {
                    (visit.connected, visit.lost_at) = (false, now);
                }
                if visit.state.is_in_line() {
                    self.enter_line(id);
                }
                Ok(())
            }
            Plan::SetUp(id, done) => {
                let visit = self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?;
                if visit.state.is_over() || !visit.connected {
                    return Err(Refused::WrongState);
                }
                visit.set_up |= done;
                if visit.state.is_in_line() {
                    self.enter_line(id);
                }
                Ok(())
            }
            Plan::Admit(id) => {
                if self.may_be_called(id)?.guest_of.is_some() {
                    return Err(Refused::WrongState);
                }
                self.rooms_made += 1;
                self.call(id, self.rooms_made)
            }
            Plan::AddToCall(id, with) => {
                let guest_of = self.may_be_called(id)?.guest_of;
                let room = self.visits.get(&with).ok_or(Refused::TicketUnknown)?.room.ok_or(Refused::WrongState)?;
                if guest_of.is_some_and(|host| self.visits.get(&host).is_none_or(|host| host.room != Some(room))) {
                    return Err(Refused::WrongState);
                }
                let inside = self.visits.values().filter(|visit| visit.room == Some(room)).count();
                if self.limits.room_people_max <= inside + 1 {
                    return Err(Refused::RoomFull);
                }
                self.call(id, room)
            }
            Plan::CancelCall(id) => {
                self.go(id, &[State::Called], State::Waiting)?;
                self.enter_line(id);
                Ok(())
            }
            Plan::NotYet(id) => {
                self.answers(id)?;
                self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?.needs_a_minute = true;
                Ok(())
            }
            Plan::GoIn(id) => {
                self.answers(id)?;
                self.go(id, &[State::Called], State::InCall)
            }
            Plan::Hold(id) => self.go(id, &[State::InCall], State::Held),
            Plan::Unhold(id) => self.go(id, &[State::Held], State::InCall),
            Plan::Transfer(id, to) => {
                let visit = self.visits.get(&id).ok_or(Refused::TicketUnknown)?;
                if visit.state.is_over() {
                    return Err(Refused::WrongState);
                }
                if visit.area != to {
                    self.takes_newcomers(to)?;
                    if visit.guest_of.is_some() {
                        return Err(Refused::WrongState);
                    }
                }
                self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?.area = to;
                self.enter_line(id);
                Ok(())
            }
            Plan::End(id, by) => {
                let inside = [State::Called, State::InCall, State::Held];
                let anywhere = [&inside[..], &[State::Arriving, State::Waiting, State::Away]].concat();
                let by_choice = matches!(by, EndedBy::Patient | EndedBy::Server);
                self.go(id, if by_choice { &anywhere } else { &inside }, State::Ended)?;
                self.finish(id, now);
                Ok(())
            }
            Plan::Remove(id, reason) => {
                if self.visits.get(&id).ok_or(Refused::TicketUnknown)?.state.is_over() {
                    return Err(Refused::WrongState);
                }
                if self.limits.reason_bytes_max < reason.len() {
                    return Err(Refused::TooLong);
                }
                self.go(id, &State::ALL, State::Removed)?;
                self.finish(id, now);
                Ok(())
            }
            Plan::Rejoin(id, name) => {
                let visit = self.visits.get(&id).ok_or(Refused::TicketUnknown)?;
                if !visit.state.is_over() {
                    return Err(Refused::WrongState);
                }
                self.takes_name(name)?;
                if let Some(host) = visit.guest_of
                    && self.host(host)?.area != visit.area
                {
                    return Err(Refused::HostOver);
                }
                if self.is_full(visit.area) {
                    return Err(Refused::AreaFull);
                }
                self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?.connected = true;
                self.enter_line(id);
                Ok(())
            }
            Plan::Erase(id) => self.visits.remove(&id).map(drop).ok_or(Refused::TicketUnknown),
            Plan::Timeout => {
                while let Some((at, id)) =
                    self.visits.iter().filter_map(|(id, visit)| Some((self.deadline(visit)?, *id))).min()
                    && at <= now
                {
                    self.expire(id, now)?;
                    self.follow_hosts(now);
                }
                Ok(())
            }
        }
    }

    fn expire(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        match self.visits.get(&id).ok_or(Refused::TicketUnknown)?.state {
            State::Arriving | State::Waiting => panic!("no deadline here"),
            State::Away => {
                self.go(id, &[State::Away], State::Expired)?;
                self.finish(id, now);
            }
            State::Called => self.enter_line(id),
            State::InCall | State::Held => {
                self.go(id, &[State::InCall, State::Held], State::Ended)?;
                self.finish(id, now);
            }
            State::Ended | State::Removed | State::Expired => drop(self.visits.remove(&id)),
        }
        Ok(())
    }

    fn call(&mut self, id: TicketId, room: u64) -> Result<(), Refused> {
        self.go(id, &[State::Arriving, State::Waiting], State::Called)?;
        self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?.room = Some(room);
        Ok(())
    }

    fn go(&mut self, id: TicketId, from: &[State], to: State) -> Result<(), Refused> {
        let visit = self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)?;
        if !from.contains(&visit.state) {
            return Err(Refused::WrongState);
        }
        visit.state = to;
        visit.needs_a_minute = false;
        Ok(())
    }

    fn answers(&self, id: TicketId) -> Result<(), Refused> {
        let visit = self.visits.get(&id).ok_or(Refused::TicketUnknown)?;
        if visit.state == State::Called && visit.connected { Ok(()) } else { Err(Refused::WrongState) }
    }

    fn enter_line(&mut self, id: TicketId) {
        if let Some(visit) = self.visits.get_mut(&id) {
            visit.needs_a_minute = false;
            visit.state = match (visit.connected, visit.set_up) {
                (false, _) => State::Away,
                (true, true) => State::Waiting,
                (true, false) => State::Arriving,
            };
        }
    }

    fn finish(&mut self, id: TicketId, now: Instant) {
        self.ends += 1;
        let Some(visit) = self.visits.get_mut(&id) else { return };
        (visit.ended_at, visit.end) = (now, self.ends);
        let area = visit.area;
        let finished = self.visits.iter().filter(|(_, visit)| visit.area == area && visit.state.is_over());
        let mut finished: Vec<(u64, TicketId)> = finished.map(|(id, visit)| (visit.end, *id)).collect();
        finished.sort_unstable();
        if self.limits.area_finished_max < finished.len() {
            self.visits.remove(&finished[0].1);
        }
    }
}
