//! The lobby itself: one function for each thing that can happen, and beneath them the few steps that they are made of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::time::{Duration, Instant};

use crate::{
    AreaId, Change, Changes, Devices, EndedBy, Held, Input, Limits, Presence, Private, Refused, RoomId, Snapshot,
    StaffId, State, Stats, Ticket, TicketId, Wake, WakeReason,
};

/// All waiting rooms of one server.
#[derive(Debug)]
pub struct Lobby {
    limits: Limits,
    areas: BTreeMap<AreaId, Area>,
    visits: BTreeMap<TicketId, Visit>,
    rooms: BTreeMap<RoomId, Room>,
    /// Of each visit that has any: its guests that are not forgotten.
    guests: BTreeMap<TicketId, BTreeSet<TicketId>>,
    /// Each visit with a deadline, exactly once, the next one first: time costs nothing to those who have none.
    deadlines: BTreeSet<(Instant, TicketId)>,
    tickets_made: u64,
    rooms_made: u64,
    stats: Stats,
    /// What the input at hand has done so far; empty between inputs.
    pending: Pending,
}

impl Lobby {
    /// An empty lobby.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            areas: BTreeMap::new(),
            visits: BTreeMap::new(),
            rooms: BTreeMap::new(),
            guests: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            tickets_made: 0,
            rooms_made: 0,
            stats: Stats::default(),
            pending: Pending::default(),
        }
    }

    /// Takes in what happened, and returns what follows from it.
    ///
    /// # Errors
    /// If the input does not fit: then nothing has changed but a counter in [`Stats`].
    pub fn handle(&mut self, input: Input, now: Instant) -> Result<Changes, Refused> {
        let result = match input {
            Input::OpenArea { area } => self.open_area(area),
            Input::SetPresence { area, presence } => self.set_presence(area, presence),
            Input::SetTicketsMax { area, tickets_max } => self.set_tickets_max(area, tickets_max),
            Input::CheckIn { area, name, language } => self.check_in(area, name, language, now),
            Input::CheckInGuest { host, name, language } => self.check_in_guest(host, name, language, now),
            Input::Restore { area, name, language, checked_in_at } => {
                self.restore(area, name, language, checked_in_at, now)
            }
            Input::Connected { ticket } => self.connected(ticket, now),
            Input::Disconnected { ticket } => self.disconnected(ticket, now),
            Input::ReachElsewhere { ticket, is_possible } => self.reach_elsewhere(ticket, is_possible, now),
            Input::SetUp { ticket, devices, done } => self.set_up(ticket, devices, done, now),
            Input::Admit { ticket, staff } => self.admit(ticket, staff, now),
            Input::AddToCall { ticket, with } => self.add_to_call(ticket, with, now),
            Input::CancelCall { ticket } => self.cancel_call(ticket, now),
            Input::NotYet { ticket } => self.not_yet(ticket),
            Input::GoIn { ticket } => self.go_in(ticket, now),
            Input::Hold { ticket } => self.hold(ticket, now),
            Input::Unhold { ticket } => self.unhold(ticket, now),
            Input::Transfer { ticket, to, name } => self.transfer(ticket, to, name, now),
            Input::Rename { ticket, name } => self.rename(ticket, name),
            Input::End { ticket, by } => self.end(ticket, by, now),
            Input::Remove { ticket, reason } => self.remove(ticket, reason, now),
            Input::Rejoin { ticket, name } => self.rejoin(ticket, name, now),
            Input::Erase { ticket } => self.erase(ticket, now),
            Input::Timeout => {
                self.timeout(now);
                Ok(())
            }
        };
        match result {
            Ok(()) => Ok(self.settle()),
            Err(refused) => {
                debug_assert!(self.pending.is_empty(), "a refused input has no effect");
                self.stats.refused[refused as usize] += 1;
                Err(refused)
            }
        }
    }

    /// When to call [`Lobby::handle`] with [`Input::Timeout`], and why.
    #[must_use]
    pub fn next_wake(&self) -> Option<Wake> {
        let &(at, id) = self.deadlines.first()?;
        let why = match self.visits.get(&id)?.ticket.state {
            State::Arriving | State::Waiting | State::Away => WakeReason::Grace,
            State::Called | State::InCall | State::Held => WakeReason::Lost,
            State::Ended | State::Removed | State::Expired => WakeReason::Forget,
        };
        Some(Wake { at, why })
    }

    /// One visit, until it is forgotten.
    #[must_use]
    pub fn ticket(&self, ticket: TicketId) -> Option<&Ticket> {
        self.visits.get(&ticket).map(|visit| &visit.ticket)
    }

    /// All that is held of one visit, until it is forgotten.
    #[must_use]
    pub fn held(&self, ticket: TicketId) -> Option<Held<'_>> {
        let Visit { ticket, position, set_up_done, unreachable_since, went_in_at, reached_elsewhere } =
            self.visits.get(&ticket)?;
        Some(Held {
            ticket,
            position: *position,
            set_up_done: *set_up_done,
            unreachable_since: *unreachable_since,
            went_in_at: *went_in_at,
            reached_elsewhere: *reached_elsewhere,
            guests: self.guests.get(&ticket.id).map_or(0, BTreeSet::len),
        })
    }

    /// The visit's place in line: 1 is next. `None` unless it is in line.
    #[must_use]
    pub fn position(&self, ticket: TicketId) -> Option<u32> {
        self.visits.get(&ticket)?.position
    }

    /// How many are in line.
    #[must_use]
    pub fn waiting(&self, area: AreaId) -> u32 {
        self.areas.get(&area).map_or(0, |area| count(area.line.0.len()))
    }

    /// Who is in a consultation, besides staff, in the order of their tickets. Nobody, if there is no such room.
    pub fn members(&self, room: RoomId) -> impl Iterator<Item = TicketId> {
        self.rooms.get(&room).into_iter().flat_map(|room| room.members.iter().copied())
    }

    /// What patients of an area see. `None` if there is no such area.
    #[must_use]
    pub fn presence(&self, area: AreaId) -> Option<Presence> {
        self.areas.get(&area).map(|area| area.presence)
    }

    /// Whether an area has as many visits as it may, so that a check-in would be refused.
    #[must_use]
    pub fn is_full(&self, area: AreaId) -> bool {
        let max = |area: &Area| area.tickets_max.unwrap_or(usize::MAX).min(self.limits.area_tickets_max);
        self.areas.get(&area).is_some_and(|area| max(area) <= area.present.0.len())
    }

    /// A whole queue, for those who begin to watch it; [`Change::Queue`] tells the rest. `None` if there is no such area.
    #[must_use]
    pub fn snapshot(&self, area: AreaId) -> Option<Snapshot> {
        let area = self.areas.get(&area)?;
        Some(Snapshot { version: area.version, tickets: area.present.0.iter().map(|place| place.1).collect() })
    }

    /// Counters, for metrics.
    #[must_use]
    pub const fn stats(&self) -> &Stats {
        &self.stats
    }
}

/// The inputs. Each checks first and changes afterwards, so that a refusal leaves no trace.
impl Lobby {
    fn open_area(&mut self, area: AreaId) -> Result<(), Refused> {
        if !self.areas.contains_key(&area) && self.limits.areas_max <= self.areas.len() {
            return Err(Refused::AreasFull);
        }
        self.areas.entry(area).or_insert_with(Area::open);
        Ok(())
    }

    fn set_presence(&mut self, area: AreaId, presence: Presence) -> Result<(), Refused> {
        self.areas.get_mut(&area).ok_or(Refused::AreaUnknown)?.presence = presence;
        Ok(())
    }

    fn set_tickets_max(&mut self, area: AreaId, tickets_max: Option<usize>) -> Result<(), Refused> {
        self.areas.get_mut(&area).ok_or(Refused::AreaUnknown)?.tickets_max = tickets_max;
        Ok(())
    }

    fn check_in(&mut self, area: AreaId, name: Private, language: String, now: Instant) -> Result<(), Refused> {
        self.check_takes_newcomers(area)?;
        self.check_person(&name, &language)?;
        self.begin(area, name, language, now, None);
        self.stats.checked_in += 1;
        Ok(())
    }

    /// Where the host is: open or not, since staff have asked for this guest.
    fn check_in_guest(&mut self, host: TicketId, name: Private, language: String, now: Instant) -> Result<(), Refused> {
        let area = self.check_takes_guests(host)?;
        if self.areas.get(&area).is_none_or(|area| self.limits.area_tickets_max <= area.present.0.len()) {
            return Err(Refused::AreaFull);
        }
        if self.limits.room_people_max <= self.guests.get(&host).map_or(0, BTreeSet::len) + STAFF_IN_ROOM {
            return Err(Refused::RoomFull);
        }
        self.check_person(&name, &language)?;
        self.begin(area, name, language, now, Some(host));
        self.stats.checked_in += 1;
        Ok(())
    }

    fn restore(
        &mut self,
        area: AreaId,
        name: Private,
        language: String,
        checked_in_at: Instant,
        now: Instant,
    ) -> Result<(), Refused> {
        self.check_has_room(area)?;
        self.check_person(&name, &language)?;
        self.begin(area, name, language, checked_in_at.min(now), None);
        self.stats.restored += 1;
        Ok(())
    }

    fn connected(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        let visit = self.visit_mut(id)?;
        if visit.ticket.connected {
            return Ok(());
        }
        visit.ticket.connected = true;
        visit.unreachable_since = None;
        match visit.ticket.state {
            State::Away => self.enter_line(id, now),
            State::Called | State::InCall | State::Held => {
                self.reschedule(id, None);
                self.tell_staff(id);
            }
            State::Arriving | State::Waiting | State::Ended | State::Removed | State::Expired => {}
        }
        Ok(())
    }

    fn disconnected(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        let call_lost_max = self.limits.call_lost_max;
        let visit = self.visit_mut(id)?;
        if !visit.ticket.connected {
            return Ok(());
        }
        visit.ticket.connected = false;
        visit.unreachable_since = Some(now);
        match visit.ticket.state {
            State::Arriving | State::Waiting => self.enter_line(id, now),
            State::Called | State::InCall | State::Held => {
                self.reschedule(id, now.checked_add(call_lost_max));
                self.tell_staff(id);
            }
            State::Away | State::Ended | State::Removed | State::Expired => {}
        }
        Ok(())
    }

    fn reach_elsewhere(&mut self, id: TicketId, is_possible: bool, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| !state.is_over())?;
        let visit = self.visit_mut(id)?;
        if mem::replace(&mut visit.reached_elsewhere, is_possible) == is_possible {
            return Ok(());
        }
        if visit.ticket.state == State::Away {
            let grace = self.away_grace(id);
            self.reschedule(id, now.checked_add(grace));
        }
        self.tell_staff(id);
        Ok(())
    }

    fn set_up(&mut self, id: TicketId, devices: Devices, done: bool, now: Instant) -> Result<(), Refused> {
        let visit = self.visit_mut(id)?;
        if visit.ticket.state.is_over() || !visit.ticket.connected {
            return Err(Refused::WrongState);
        }
        let changed = mem::replace(&mut visit.ticket.devices, devices) != devices;
        visit.set_up_done |= done;
        if done && visit.ticket.state == State::Arriving {
            self.enter_line(id, now);
        } else if changed {
            self.tell_staff(id);
        }
        Ok(())
    }

    fn admit(&mut self, id: TicketId, staff: StaffId, now: Instant) -> Result<(), Refused> {
        self.check_may_be_called(id)?;
        if self.visit_mut(id)?.ticket.guest_of.is_some() {
            return Err(Refused::WrongState);
        }
        self.rooms_made += 1;
        let room = RoomId(self.rooms_made);
        self.rooms.insert(room, Room { first: id, staff, members: BTreeSet::new(), begun_at: None });
        self.pending.changes.push(Change::RoomOpened { room, ticket: id, staff });
        self.call(id, room, staff, now);
        Ok(())
    }

    fn add_to_call(&mut self, id: TicketId, with: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_may_be_called(id)?;
        let room = self.visit_mut(with)?.ticket.room.ok_or(Refused::WrongState)?;
        let guest_of = self.visit_mut(id)?.ticket.guest_of;
        if guest_of.is_some_and(|host| self.ticket(host).and_then(|host| host.room) != Some(room)) {
            return Err(Refused::WrongState);
        }
        let Room { staff, members, .. } = self.rooms.get(&room).ok_or(Refused::WrongState)?;
        if self.limits.room_people_max <= members.len() + STAFF_IN_ROOM {
            return Err(Refused::RoomFull);
        }
        let staff = *staff;
        self.pending.changes.push(Change::Joined { room, ticket: id });
        self.call(id, room, staff, now);
        Ok(())
    }

    fn cancel_call(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| state == State::Called)?;
        self.leave_room(id, EndedBy::Staff, now);
        self.enter_line(id, now);
        Ok(())
    }

    fn not_yet(&mut self, id: TicketId) -> Result<(), Refused> {
        self.check_answers_call(id)?;
        let visit = self.visit_mut(id)?;
        if !mem::replace(&mut visit.ticket.needs_a_minute, true) {
            self.tell_staff(id);
        }
        Ok(())
    }

    fn go_in(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_answers_call(id)?;
        let visit = self.visit_mut(id)?;
        visit.ticket.needs_a_minute = false;
        visit.went_in_at = Some(now);
        if let Some(room) = visit.ticket.room.and_then(|room| self.rooms.get_mut(&room)) {
            room.begun_at.get_or_insert(now);
        }
        self.open_gate(id);
        self.enter(id, State::InCall, now);
        Ok(())
    }

    fn hold(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| state == State::InCall)?;
        self.shut_gate(id);
        self.enter(id, State::Held, now);
        Ok(())
    }

    fn unhold(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| state == State::Held)?;
        self.open_gate(id);
        self.enter(id, State::InCall, now);
        Ok(())
    }

    fn transfer(&mut self, id: TicketId, to: AreaId, name: Option<Private>, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| !state.is_over())?;
        name.as_ref().map_or(Ok(()), |name| self.check_name(name))?;
        let ticket = &self.visit_mut(id)?.ticket;
        let (is_elsewhere, is_guest) = (ticket.area != to, ticket.guest_of.is_some());
        if is_elsewhere {
            self.check_takes_newcomers(to)?;
        }
        if is_elsewhere && is_guest {
            return Err(Refused::WrongState); // Guests are where their host is.
        }
        self.leave_room(id, EndedBy::Staff, now);
        if is_elsewhere {
            self.end_guests(id, EndedBy::Staff, now);
        }
        let visit = self.visit_mut(id)?;
        if let Some(name) = name {
            visit.ticket.name = name;
            self.tell_staff(id);
        }
        let visit = self.visit_mut(id)?;
        if visit.ticket.area != to {
            let state = visit.ticket.state;
            self.relist(id, Some(state), None);
            self.visit_mut(id)?.ticket.area = to;
            self.relist(id, None, Some(state));
        }
        self.enter_line(id, now);
        Ok(())
    }

    fn rename(&mut self, id: TicketId, name: Private) -> Result<(), Refused> {
        self.check_state(id, |state| !state.is_over())?;
        self.check_name(&name)?;
        self.visit_mut(id)?.ticket.name = name;
        self.tell_staff(id);
        Ok(())
    }

    fn end(&mut self, id: TicketId, by: EndedBy, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| match by {
            EndedBy::Patient | EndedBy::Server => !state.is_over(),
            EndedBy::Staff | EndedBy::Lost => state.is_consultation(),
        })?;
        self.leave_room(id, by, now);
        self.enter(id, State::Ended, now);
        Ok(())
    }

    fn remove(&mut self, id: TicketId, reason: Private, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |state| !state.is_over())?;
        if self.limits.reason_bytes_max < reason.len() {
            return Err(Refused::TooLong);
        }
        self.visit_mut(id)?.ticket.reason = reason;
        self.leave_room(id, EndedBy::Staff, now);
        self.enter(id, State::Removed, now);
        Ok(())
    }

    fn rejoin(&mut self, id: TicketId, name: Private, now: Instant) -> Result<(), Refused> {
        self.check_state(id, State::is_over)?;
        self.check_name(&name)?;
        let Ticket { area, guest_of, .. } = self.visit_mut(id)?.ticket;
        if let Some(host) = guest_of {
            // Who was left behind when the host went to another area is not the host's guest there.
            Some(area).filter(|area| self.check_takes_guests(host) == Ok(*area)).ok_or(Refused::HostOver)?;
        }
        if self.is_full(area) {
            return Err(Refused::AreaFull);
        }
        let visit = self.visit_mut(id)?;
        visit.ticket.name = name;
        visit.ticket.reason.erase();
        visit.ticket.connected = true;
        visit.unreachable_since = None;
        self.enter_line(id, now);
        Ok(())
    }

    fn erase(&mut self, id: TicketId, now: Instant) -> Result<(), Refused> {
        self.check_state(id, |_| true)?;
        self.leave_room(id, EndedBy::Patient, now);
        self.end_guests(id, EndedBy::Patient, now);
        self.forget(id);
        Ok(())
    }

    fn timeout(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.deadlines.first()
            && at <= now
            && let Some(visit) = self.visits.get(&id)
        {
            match visit.ticket.state {
                State::Away => {
                    self.stats.expired += 1;
                    self.enter(id, State::Expired, now);
                }
                State::Called => {
                    self.leave_room(id, EndedBy::Lost, now);
                    self.enter_line(id, now);
                }
                State::InCall | State::Held => {
                    self.leave_room(id, EndedBy::Lost, now);
                    self.enter(id, State::Ended, now);
                }
                State::Ended | State::Removed | State::Expired => self.forget(id),
                State::Arriving | State::Waiting => {
                    debug_assert!(false, "who is reachable and in line has no deadline");
                    self.reschedule(id, None);
                }
            }
        }
    }
}

/// The checks.
impl Lobby {
    fn check_state(&mut self, id: TicketId, fits: impl FnOnce(State) -> bool) -> Result<(), Refused> {
        if fits(self.visit_mut(id)?.ticket.state) { Ok(()) } else { Err(Refused::WrongState) }
    }

    fn check_may_be_called(&mut self, id: TicketId) -> Result<(), Refused> {
        self.check_state(id, |state| matches!(state, State::Arriving | State::Waiting))
    }

    /// The area of a visit to which guests may come: one that goes on, and is nobody's guest itself.
    fn check_takes_guests(&self, host: TicketId) -> Result<AreaId, Refused> {
        let host = self.ticket(host).filter(|host| !host.state.is_over() && host.guest_of.is_none());
        host.map(|host| host.area).ok_or(Refused::HostOver)
    }

    fn check_answers_call(&mut self, id: TicketId) -> Result<(), Refused> {
        let ticket = &self.visit_mut(id)?.ticket;
        if ticket.state == State::Called && ticket.connected { Ok(()) } else { Err(Refused::WrongState) }
    }

    fn check_takes_newcomers(&self, area: AreaId) -> Result<(), Refused> {
        if self.presence(area) == Some(Presence::Closed) { Err(Refused::AreaClosed) } else { self.check_has_room(area) }
    }

    fn check_has_room(&self, area: AreaId) -> Result<(), Refused> {
        self.presence(area).ok_or(Refused::AreaUnknown)?;
        if self.is_full(area) { Err(Refused::AreaFull) } else { Ok(()) }
    }

    fn check_person(&self, name: &Private, language: &str) -> Result<(), Refused> {
        self.check_name(name)?;
        if self.limits.language_bytes_max < language.len() { Err(Refused::TooLong) } else { Ok(()) }
    }

    fn check_name(&self, name: &Private) -> Result<(), Refused> {
        if name.is_empty() || self.limits.name_bytes_max < name.len() { Err(Refused::BadName) } else { Ok(()) }
    }

    fn visit_mut(&mut self, id: TicketId) -> Result<&mut Visit, Refused> {
        self.visits.get_mut(&id).ok_or(Refused::TicketUnknown)
    }
}

/// The steps that inputs are made of. They take visits that exist.
impl Lobby {
    /// A new visit, with the place of who came then.
    fn begin(
        &mut self,
        area: AreaId,
        name: Private,
        language: String,
        checked_in_at: Instant,
        guest_of: Option<TicketId>,
    ) {
        self.tickets_made += 1;
        let id = TicketId(self.tickets_made);
        self.visits.insert(id, Visit::new(id, area, name, language, checked_in_at, guest_of));
        if let Some(host) = guest_of {
            self.guests.entry(host).or_default().insert(id);
        }
        self.pending.changes.push(Change::CheckedIn { ticket: id });
        self.relist(id, None, Some(State::Arriving));
    }

    /// Into the line, as what the patient is there: unreachable, ready, or still setting up.
    fn enter_line(&mut self, id: TicketId, now: Instant) {
        let Some(visit) = self.visits.get(&id) else { return };
        let state = match (visit.ticket.connected, visit.set_up_done) {
            (false, _) => State::Away,
            (true, true) => State::Waiting,
            (true, false) => State::Arriving,
        };
        self.enter(id, state, now);
    }

    /// Into a room that exists.
    fn call(&mut self, id: TicketId, room: RoomId, staff: StaffId, now: Instant) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.members.insert(id);
        }
        if let Some(visit) = self.visits.get_mut(&id) {
            visit.ticket.room = Some(room);
            visit.ticket.staff = Some(staff);
        }
        self.enter(id, State::Called, now);
    }

    /// The guests of a visit end with it.
    fn end_guests(&mut self, host: TicketId, by: EndedBy, now: Instant) {
        for guest in self.guests.get(&host).cloned().unwrap_or_default() {
            if self.ticket(guest).is_some_and(|guest| !guest.state.is_over()) {
                self.leave_room(guest, by, now);
                self.enter(guest, State::Ended, now);
            }
        }
    }

    /// Into another state. The only place that writes `state` and that erases a name, so that no way into a terminal state can forget to.
    fn enter(&mut self, id: TicketId, to: State, now: Instant) {
        let Some(visit) = self.visits.get_mut(&id) else { return };
        let from = mem::replace(&mut visit.ticket.state, to);
        if from == to {
            return;
        }
        if to.is_over() {
            visit.ticket.name.erase();
            visit.reached_elsewhere = false;
        }
        let unreachable = visit.unreachable_since;
        let away_grace = self.away_grace(id);
        let deadline = match to {
            State::Arriving | State::Waiting => None,
            State::Away => unreachable.and_then(|since| since.checked_add(away_grace)),
            State::Called | State::InCall | State::Held => {
                unreachable.and_then(|since| since.checked_add(self.limits.call_lost_max))
            }
            State::Ended | State::Removed | State::Expired => now.checked_add(self.limits.rejoin_within),
        };
        self.reschedule(id, deadline);
        self.pending.tickets.insert(id);
        self.relist(id, Some(from), Some(to));
        if to.is_over() {
            self.end_guests(id, EndedBy::Staff, now);
        }
    }

    /// For how long an unreachable patient keeps the place.
    fn away_grace(&self, id: TicketId) -> Duration {
        let is_reached = self.visits.get(&id).is_some_and(|visit| visit.reached_elsewhere);
        if is_reached { self.limits.away_grace_reached } else { self.limits.away_grace }
    }

    fn reschedule(&mut self, id: TicketId, deadline: Option<Instant>) {
        let Some(visit) = self.visits.get_mut(&id) else { return };
        if let Some(old) = mem::replace(&mut visit.ticket.deadline, deadline) {
            self.deadlines.remove(&(old, id));
        }
        if let Some(new) = deadline {
            self.deadlines.insert((new, id));
        }
    }

    /// Keeps the lists of the visit's area and the counters in step with a change of state; `None` means that the visit is not in this area.
    fn relist(&mut self, id: TicketId, from: Option<State>, to: Option<State>) {
        let Some(visit) = self.visits.get_mut(&id) else { return };
        let Some(area) = self.areas.get_mut(&visit.ticket.area) else { return };
        let touched = self.pending.areas.entry(visit.ticket.area).or_default();
        let place = (visit.ticket.checked_in_at, id);

        match (from.is_some_and(State::is_in_line), to.is_some_and(State::is_in_line)) {
            (false, true) => {
                area.line.insert(place);
                touched.line_moved_at(place);
            }
            (true, false) => {
                area.line.remove(place);
                touched.line_moved_at(place);
                visit.position = None;
            }
            (true, true) | (false, false) => {}
        }
        let is_present = |state: State| !state.is_over();
        match (from.is_some_and(is_present), to.is_some_and(is_present)) {
            (false, true) => area.present.insert(place),
            (true, false) => {
                area.present.remove(place);
                touched.upserted.remove(&id);
                touched.removed.insert(id);
            }
            (true, true) | (false, false) => {}
        }
        if to.is_some_and(is_present) {
            touched.upserted.insert(id);
        }
        if let Some(from) = from {
            self.stats.in_state[from as usize] -= 1;
        }
        if let Some(to) = to {
            self.stats.in_state[to as usize] += 1;
        }
        match (from.is_some_and(State::is_over), to.is_some_and(State::is_over)) {
            (false, true) => {
                area.finished.push_back(id);
                if self.limits.area_finished_max < area.finished.len()
                    && let Some(oldest) = area.finished.front().copied()
                {
                    self.stats.forgotten_early += 1;
                    self.forget(oldest);
                }
            }
            (true, false) => area.finished.retain(|finished| *finished != id),
            (true, true) | (false, false) => {}
        }
    }

    fn open_gate(&mut self, id: TicketId) {
        if let Some(room) = self.ticket(id).and_then(|ticket| ticket.room) {
            self.pending.changes.push(Change::GateOpened { room, ticket: id });
        }
    }

    fn shut_gate(&mut self, id: TicketId) {
        if let Some(room) = self.ticket(id).and_then(|ticket| ticket.room) {
            self.pending.changes.push(Change::GateShut { room, ticket: id });
        }
    }

    /// Takes the visit out of its room, if it has one, and its guests with it, back into the line; the room is over when nobody is left. The state
    /// follows in a second step, so that the order of changes is: gate, room, state.
    fn leave_room(&mut self, id: TicketId, by: EndedBy, now: Instant) {
        let Some(visit) = self.visits.get_mut(&id) else { return };
        let Some(room) = visit.ticket.room.take() else { return };
        visit.ticket.staff = None;
        visit.ticket.needs_a_minute = false;
        let since =
            |began: Option<Instant>| began.map_or_else(Default::default, |at| now.saturating_duration_since(at));
        let lasted = since(visit.went_in_at.take());
        if visit.ticket.state == State::InCall {
            self.pending.changes.push(Change::GateShut { room, ticket: id });
        }
        self.pending.changes.push(Change::Left { room, ticket: id, by, lasted });
        if let Some(left) = self.rooms.get_mut(&room) {
            left.members.remove(&id);
        }
        for guest in self.guests.get(&id).cloned().unwrap_or_default() {
            if self.ticket(guest).is_some_and(|guest| guest.room == Some(room)) {
                self.leave_room(guest, by, now);
                self.enter_line(guest, now);
            }
        }
        if self.rooms.get(&room).is_some_and(|room| room.members.is_empty())
            && let Some(Room { first, begun_at, .. }) = self.rooms.remove(&room)
        {
            self.pending.changes.push(Change::RoomClosed { room, ticket: first, by, lasted: since(begun_at) });
        }
    }

    /// Something changed that staff see and the patient does not.
    fn tell_staff(&mut self, id: TicketId) {
        if let Some(visit) = self.visits.get(&id) {
            self.pending.areas.entry(visit.ticket.area).or_default().upserted.insert(id);
        }
    }

    fn forget(&mut self, id: TicketId) {
        let Some(state) = self.ticket(id).map(|ticket| ticket.state) else { return };
        self.reschedule(id, None);
        self.relist(id, Some(state), None);
        if let Some(host) = self.visits.remove(&id).and_then(|visit| visit.ticket.guest_of)
            && let Some(guests) = self.guests.get_mut(&host)
        {
            guests.remove(&id);
            if guests.is_empty() {
                self.guests.remove(&host);
            }
        }
        self.pending.forgotten.push(id);
    }

    /// Turns what the input did into changes, with one delta for each queue.
    fn settle(&mut self) -> Changes {
        let Pending { mut changes, mut tickets, areas, forgotten } = mem::take(&mut self.pending);
        let mut queues = Vec::new();
        for (id, mut touched) in areas {
            let Some(area) = self.areas.get_mut(&id) else { continue };
            // Everybody behind a place that came or went has moved, perhaps; whoever has is told.
            for (index, place) in area.line.since(touched.line_moved_at) {
                let position = Some(count(index + 1));
                if let Some(visit) = self.visits.get_mut(&place.1)
                    && mem::replace(&mut visit.position, position) != position
                {
                    tickets.insert(place.1);
                    touched.upserted.insert(place.1);
                }
            }
            if !touched.upserted.is_empty() || !touched.removed.is_empty() {
                area.version += 1;
                queues.push(Change::Queue {
                    area: id,
                    version: area.version,
                    upserted: touched.upserted.into_iter().collect(),
                    removed: touched.removed.into_iter().collect(),
                });
            }
        }
        for id in tickets {
            if let Some(visit) = self.visits.get_mut(&id) {
                visit.ticket.version += 1;
                changes.push(Change::Ticket { ticket: id });
            }
        }
        changes.extend(queues);
        changes.extend(forgotten.into_iter().map(|ticket| Change::Forgotten { ticket }));
        Changes(changes)
    }
}

/// A consultation.
#[derive(Debug)]
struct Room {
    /// For whom it was opened; not necessarily still there.
    first: TicketId,
    staff: StaffId,
    /// Who is in it besides staff.
    members: BTreeSet<TicketId>,
    /// When the first went in.
    begun_at: Option<Instant>,
}

/// Who admitted takes a place as well.
const STAFF_IN_ROOM: usize = 1;

#[derive(Debug)]
struct Area {
    presence: Presence,
    tickets_max: Option<usize>,
    /// Counts up with each delta.
    version: u64,
    /// Who has a position.
    line: Places,
    /// Whose visit is not over: whom staff see.
    present: Places,
    /// Whose visit is over and not forgotten, in the order of the ends.
    finished: VecDeque<TicketId>,
}

impl Area {
    fn open() -> Self {
        Self {
            presence: Presence::Open,
            tickets_max: None,
            version: 0,
            line: Places::default(),
            present: Places::default(),
            finished: VecDeque::new(),
        }
    }
}

/// A place in time: the first check-in, and the ticket to tell apart those of the same instant.
type Place = (Instant, TicketId);

/// Places in order. A vector, since [`Limits::area_tickets_max`] bounds it and a place's rank must be cheap.
#[derive(Debug, Default)]
struct Places(Vec<Place>);

impl Places {
    fn insert(&mut self, place: Place) {
        if let Err(index) = self.0.binary_search(&place) {
            self.0.insert(index, place);
        }
    }

    fn remove(&mut self, place: Place) {
        if let Ok(index) = self.0.binary_search(&place) {
            self.0.remove(index);
        }
    }

    /// The places from `first` on, with their index; none if there is no `first`.
    fn since(&self, first: Option<Place>) -> impl Iterator<Item = (usize, &Place)> {
        let start = first.map_or(self.0.len(), |first| self.0.partition_point(|place| *place < first));
        self.0.iter().enumerate().skip(start)
    }
}

/// A visit: what the embedder may read, and what only the lobby needs.
#[derive(Debug)]
struct Visit {
    ticket: Ticket,
    /// As last told; written when changes settle.
    position: Option<u32>,
    /// Whether `Waiting` rather than `Arriving` is this patient's state in line.
    set_up_done: bool,
    unreachable_since: Option<Instant>,
    /// When the gate opened first in the present consultation.
    went_in_at: Option<Instant>,
    /// Whether the patient can be told elsewhere that it is their turn.
    reached_elsewhere: bool,
}

impl Visit {
    fn new(
        id: TicketId,
        area: AreaId,
        name: Private,
        language: String,
        now: Instant,
        guest_of: Option<TicketId>,
    ) -> Self {
        let ticket = Ticket {
            id,
            area,
            state: State::Arriving,
            name,
            language,
            checked_in_at: now,
            devices: Devices::UNKNOWN,
            connected: true,
            needs_a_minute: false,
            room: None,
            staff: None,
            guest_of,
            deadline: None,
            reason: Private::default(),
            version: 0,
        };
        Self {
            ticket,
            position: None,
            set_up_done: false,
            unreachable_since: None,
            went_in_at: None,
            reached_elsewhere: false,
        }
    }
}

/// What one input has done so far. Gathered, so that one input is one change for each who is told.
#[derive(Debug, Default)]
struct Pending {
    /// Check-ins, rooms and gates, in order.
    changes: Vec<Change>,
    /// Visits whose patient sees something new.
    tickets: BTreeSet<TicketId>,
    areas: BTreeMap<AreaId, Touched>,
    forgotten: Vec<TicketId>,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.tickets.is_empty() && self.areas.is_empty() && self.forgotten.is_empty()
    }
}

/// What one input has done to one queue.
#[derive(Debug, Default)]
struct Touched {
    /// The foremost place that came or went.
    line_moved_at: Option<Place>,
    upserted: BTreeSet<TicketId>,
    removed: BTreeSet<TicketId>,
}

impl Touched {
    fn line_moved_at(&mut self, place: Place) {
        self.line_moved_at = Some(self.line_moved_at.map_or(place, |foremost| foremost.min(place)));
    }
}

fn count(places: usize) -> u32 {
    u32::try_from(places).unwrap_or(u32::MAX)
}
