//! The six promises of a waiting room, checked from outside: by tests, by the simulator, and by whoever embeds the lobby and wants to be sure.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::{AreaId, Change, Devices, Lobby, RoomId, StaffId, State, TicketId};

/// Carries out the changes of a lobby as pages and media would, and compares the outcome with what the lobby says. Sees only what an embedder
/// sees. Costs a walk over all visits for each input, so it is not for production. Expects a clock that does not go back.
#[derive(Debug, Default)]
pub struct Auditor {
    rooms: BTreeMap<RoomId, Room>,
    rooms_ever: Option<RoomId>,
    /// Visits that are not forgotten, by what their patient's page shows.
    pages: BTreeMap<TicketId, Page>,
    /// Queues as a staff page has them, by following deltas.
    queues: BTreeMap<AreaId, Queue>,
}

/// A promise that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{promise} (ticket {ticket:?})")]
pub struct Broken {
    /// Which.
    pub promise: &'static str,
    /// About whom, if it is about somebody.
    pub ticket: Option<TicketId>,
}

impl Auditor {
    /// Follows the changes of one input. `lobby` is as it was right after the input.
    ///
    /// # Errors
    /// Names the first promise that is broken.
    pub fn observe(&mut self, changes: &[Change], lobby: &Lobby) -> Result<(), Broken> {
        for change in changes {
            self.carry_out(change, lobby)?;
        }
        self.media_passes_in_a_call_only(lobby)?;
        self.each_consultation_has_one_room(lobby)?;
        self.staff_see_everybody_who_is_inside(lobby)?;
        self.the_line_is_in_order_of_first_check_in(lobby)?;
        self.whoever_is_done_has_no_name(lobby)?;
        self.the_page_shows_the_state_of_the_server(lobby)
    }

    fn carry_out(&mut self, change: &Change, lobby: &Lobby) -> Result<(), Broken> {
        match change {
            Change::CheckedIn { ticket } => {
                let is_new = self.pages.last_key_value().is_none_or(|(last, _)| last < ticket);
                ensure(is_new, "a ticket is never reused", *ticket)?;
                self.pages.insert(*ticket, Page::default());
            }
            Change::Ticket { ticket } => {
                let shown = self.pages.get_mut(ticket).ok_or(broken("who is told exists", *ticket))?;
                let now = Page::of(*ticket, lobby).ok_or(broken("who is told exists", *ticket))?;
                ensure(shown.version < now.version, "a view's version counts up", *ticket)?;
                *shown = now;
            }
            Change::Queue { area, version, upserted, removed } => {
                let queue = self.queues.entry(*area).or_default();
                ensure(*version == queue.version + 1, "a queue's version counts up by one", None)?;
                queue.version = *version;
                for ticket in upserted {
                    let row = Row::of(*ticket, lobby).ok_or(broken("who is in a queue exists", *ticket))?;
                    queue.rows.insert(*ticket, row);
                }
                for ticket in removed {
                    ensure(queue.rows.remove(ticket).is_some(), "who leaves a queue was in it", *ticket)?;
                }
            }
            Change::RoomOpened { room, ticket, staff: _ } => {
                ensure(self.rooms_ever < Some(*room), "a room is never reused", *ticket)?;
                self.rooms_ever = Some(*room);
                self.rooms.insert(*room, Room { first: *ticket, gates: BTreeMap::from([(*ticket, false)]) });
            }
            Change::Joined { room, ticket } => {
                let room = self.rooms.get_mut(room).ok_or(broken("who joins a room finds it open", *ticket))?;
                ensure(room.gates.insert(*ticket, false).is_none(), "who joins a room was not in it", *ticket)?;
            }
            Change::GateOpened { room, ticket } => self.turn_gate(*room, *ticket, true)?,
            Change::GateShut { room, ticket } => self.turn_gate(*room, *ticket, false)?,
            Change::Left { room, ticket, by: _, lasted: _ } => {
                let room = self.rooms.get_mut(room).ok_or(broken("who leaves a room was in it", *ticket))?;
                let gate = room.gates.remove(ticket).ok_or(broken("who leaves a room was in it", *ticket))?;
                ensure(!gate, "a gate is shut before who leaves has left", *ticket)?;
            }
            Change::RoomClosed { room, ticket, by: _, lasted: _ } => {
                let closed = self.rooms.remove(room).ok_or(broken("a room closes once", *ticket))?;
                ensure(closed.gates.is_empty(), "a room closes when nobody is left", *ticket)?;
                ensure(closed.first == *ticket, "a room closes for whom it opened", *ticket)?;
            }
            Change::Forgotten { ticket } => {
                ensure(self.pages.remove(ticket).is_some(), "who is forgotten was known", *ticket)?;
                ensure(lobby.ticket(*ticket).is_none(), "who is forgotten is gone", *ticket)?;
            }
        }
        Ok(())
    }

    fn turn_gate(&mut self, room: RoomId, ticket: TicketId, is_open: bool) -> Result<(), Broken> {
        let room = self.rooms.get_mut(&room).ok_or(broken("a gate belongs to a room", ticket))?;
        let gate = room.gates.get_mut(&ticket).ok_or(broken("a gate belongs to who is in the room", ticket))?;
        ensure(*gate != is_open, "a gate turns", ticket)?;
        *gate = is_open;
        Ok(())
    }

    /// Promise 1.
    fn media_passes_in_a_call_only(&self, lobby: &Lobby) -> Result<(), Broken> {
        for (id, is_open) in self.rooms.values().flat_map(|room| &room.gates) {
            let in_call = lobby.ticket(*id).is_some_and(|ticket| ticket.state == State::InCall);
            ensure(*is_open == in_call, "media passes in a call, and only there", *id)?;
        }
        Ok(())
    }

    /// Promise 2, and that guests are with their hosts.
    fn each_consultation_has_one_room(&self, lobby: &Lobby) -> Result<(), Broken> {
        let mut in_rooms = 0;
        for id in self.pages.keys() {
            let ticket = lobby.ticket(*id).ok_or(broken("who is not forgotten is known", *id))?;
            let rooms = self.rooms.iter().filter(|(_, room)| room.gates.contains_key(id));
            let rooms: Vec<RoomId> = rooms.map(|(room, _)| *room).collect();
            let consults = ticket.state.is_consultation();
            ensure(rooms.len() == usize::from(consults), "a consultation has a room, and nobody else has", *id)?;
            ensure(ticket.room == rooms.first().copied(), "a room is named in a consultation only", *id)?;
            ensure(ticket.staff.is_some() == consults, "a consultation has its clinician", *id)?;
            in_rooms += rooms.len();
            if let Some(host) = ticket.guest_of {
                let host = lobby.ticket(host);
                let is_alone = host.is_none_or(|host| host.state.is_over());
                ensure(!is_alone || ticket.state.is_over(), "a guest's visit ends with the host's", *id)?;
                let together = host.is_some_and(|host| host.room == ticket.room);
                ensure(ticket.room.is_none() || together, "a guest is in the room of the host only", *id)?;
                let same_area = host.is_some_and(|host| host.area == ticket.area);
                ensure(same_area || ticket.state.is_over(), "a guest is in the area of the host", *id)?;
            }
        }
        for (room, Room { gates, .. }) in &self.rooms {
            ensure(lobby.members(*room).eq(gates.keys().copied()), "a room's members are who joined it", None)?;
            let staff = |id: &TicketId| lobby.ticket(*id).and_then(|ticket| ticket.staff);
            let first = gates.keys().next().and_then(staff);
            ensure(gates.keys().all(|id| staff(id) == first), "a room has one clinician who admits", None)?;
            ensure(!gates.is_empty(), "a room is somebody's", None)?;
        }
        ensure(in_rooms == self.rooms.values().map(|room| room.gates.len()).sum(), "who is in a room is known", None)
    }

    /// Promise 3, and that deltas tell all of it.
    fn staff_see_everybody_who_is_inside(&self, lobby: &Lobby) -> Result<(), Broken> {
        for id in self.pages.keys() {
            let ticket = lobby.ticket(*id).ok_or(broken("who is not forgotten is known", *id))?;
            let seen_in = self.queues.iter().filter(|(_, queue)| queue.rows.contains_key(id));
            let areas: Vec<AreaId> = seen_in.map(|(area, _)| *area).collect();
            let expected: &[AreaId] = if ticket.state.is_over() { &[] } else { &[ticket.area] };
            ensure(areas == expected, "staff of the area, and no others, see who is inside", *id)?;
        }
        for (area, queue) in &self.queues {
            let snapshot = lobby.snapshot(*area).ok_or(broken("a queue belongs to an area", None))?;
            ensure(snapshot.version == queue.version, "deltas lead to the snapshot's version", None)?;
            ensure(snapshot.tickets.len() == queue.rows.len(), "deltas lead to the snapshot", None)?;
            for id in snapshot.tickets {
                ensure(queue.rows.get(&id) == Row::of(id, lobby).as_ref(), "deltas lead to the snapshot", id)?;
            }
        }
        Ok(())
    }

    /// Promise 4. Tickets count up with check-ins, so their order is the order of first check-ins.
    fn the_line_is_in_order_of_first_check_in(&self, lobby: &Lobby) -> Result<(), Broken> {
        for (area, queue) in &self.queues {
            let mut position = 0;
            // A place that was restored is older than its ticket.
            let mut rows: Vec<_> = queue.rows.iter().collect();
            rows.sort_by_key(|(id, _)| (lobby.ticket(**id).map(|ticket| ticket.checked_in_at), **id));
            for (id, row) in rows {
                let expected = row.state.is_in_line().then(|| {
                    position += 1;
                    position
                });
                ensure(lobby.position(*id) == expected, "the line is in order of first check-in", *id)?;
            }
            ensure(lobby.waiting(*area) == position, "the count of the line is the line's length", None)?;
        }
        Ok(())
    }

    /// Promise 5.
    fn whoever_is_done_has_no_name(&self, lobby: &Lobby) -> Result<(), Broken> {
        for id in self.pages.keys() {
            let ticket = lobby.ticket(*id).ok_or(broken("who is not forgotten is known", *id))?;
            let is_over = ticket.state.is_over();
            ensure(ticket.name.is_empty() == is_over, "a name lasts as long as the visit", *id)?;
            ensure(
                ticket.reason.is_empty() || ticket.state == State::Removed,
                "a reason is for the removed only",
                *id,
            )?;
        }
        Ok(())
    }

    /// Promise 6, as far as the lobby can keep it: whoever obeys `Change::Ticket` shows what the server knows.
    fn the_page_shows_the_state_of_the_server(&self, lobby: &Lobby) -> Result<(), Broken> {
        for (id, page) in &self.pages {
            ensure(Page::of(*id, lobby).as_ref() == Some(page), "the page shows the state of the server", *id)?;
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Room {
    first: TicketId,
    /// Of who is in it: whether the gate is open.
    gates: BTreeMap<TicketId, bool>,
}

/// What a patient's page shows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    version: u64,
    state: Option<State>,
    position: Option<u32>,
    staff: Option<StaffId>,
}

impl Page {
    fn of(id: TicketId, lobby: &Lobby) -> Option<Self> {
        let ticket = lobby.ticket(id)?;
        let position = lobby.position(id);
        Some(Self { version: ticket.version, state: Some(ticket.state), position, staff: ticket.staff })
    }
}

#[derive(Debug, Default)]
struct Queue {
    version: u64,
    rows: BTreeMap<TicketId, Row>,
}

/// What a staff page shows of a visit.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    state: State,
    position: Option<u32>,
    connected: bool,
    devices: Devices,
    needs_a_minute: bool,
    staff: Option<StaffId>,
    deadline: Option<Instant>,
}

impl Row {
    fn of(id: TicketId, lobby: &Lobby) -> Option<Self> {
        let ticket = lobby.ticket(id)?;
        Some(Self {
            state: ticket.state,
            position: lobby.position(id),
            connected: ticket.connected,
            devices: ticket.devices,
            needs_a_minute: ticket.needs_a_minute,
            staff: ticket.staff,
            deadline: ticket.deadline,
        })
    }
}

fn ensure(holds: bool, promise: &'static str, ticket: impl Into<Option<TicketId>>) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken(promise, ticket)) }
}

fn broken(promise: &'static str, ticket: impl Into<Option<TicketId>>) -> Broken {
    Broken { promise, ticket: ticket.into() }
}
