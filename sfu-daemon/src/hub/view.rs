//! What each side is shown, and the daemon's words for the lobby's.

use std::collections::BTreeMap;

use sfu_lobby::{AreaId, Network, Refused, StaffId, State, Ticket, TicketId, Way};
use sfu_signal::{
    AreaLook, AreaView, ConnectionView, DeviceCheck, ErrorCode, NetworkCheck, PatientView, Presence, QueueTicket,
    ServerMessage, TicketState,
};

use super::{Hub, No, Who, millis, now};

impl Hub {
    pub(super) fn area_by_slug(&self, slug: &str) -> Option<AreaId> {
        self.areas.iter().find(|(_, area)| area.slug == slug).map(|(id, _)| *id)
    }

    /// What anyone with the link may see. Numbers and the clinic's own words, no names.
    pub(super) fn area_view(&self, id: AreaId) -> Option<AreaView> {
        let area = self.areas.get(&id)?;
        let presence = self.presence_of(id);
        let is_busy = presence == Presence::Open && self.calls.is_busy(id);
        let (rules, closed_until) = (self.rules.of(id), self.rules.closed_until(id));
        Some(AreaView {
            slug: area.slug.clone(),
            practice: area.practice.clone(),
            title: area.title.clone(),
            help_phone: area.help_phone.clone(),
            presence: if is_busy { Presence::Busy } else { presence },
            presence_text: area.presence_text.clone(),
            waiting: self.lobby.waiting(id),
            full: self.lobby.is_full(id),
            hours: rules.hours,
            out_of_hours: closed_until.is_some(),
            opens_ms: closed_until.flatten(),
            closed_text: rules.closed_text,
            entry: rules.entry,
            look: Box::new(self.looks.get(&id).cloned().unwrap_or_default()),
            seal: self.keys.seal(id).cloned(),
        })
    }

    pub(super) fn set_looks(&mut self, looks: BTreeMap<u32, AreaLook>) {
        self.looks = looks.into_iter().map(|(area, look)| (AreaId(area.into()), look)).collect();
        self.areas_touched.extend(self.areas.keys());
    }

    /// Tells everybody who looks at an area what has changed in it during the event at hand.
    pub(super) fn tell_areas(&mut self) {
        for id in std::mem::take(&mut self.areas_touched) {
            let Some(area) = self.area_view(id) else { continue };
            if self.areas_shown.insert(id, area.clone()).as_ref() == Some(&area) {
                continue;
            }
            let staff_areas = self.staff_areas.clone();
            let looks = |who: &Who| match who {
                Who::Unknown => false,
                Who::Patient { area, .. } => *area == Some(id),
                Who::Staff { staff, .. } => staff_areas.get(staff).is_some_and(|areas| areas.contains(&id)),
            };
            self.tell_all(looks, &ServerMessage::Area { area });
        }
    }

    /// A patient's own visit. The only name in it is the clinician's.
    pub(super) fn patient_view(&self, id: TicketId) -> Option<PatientView> {
        let ticket = self.lobby.ticket(id)?;
        let is_over = ticket.state.is_over();
        Some(PatientView {
            version: ticket.version,
            state: state_view(ticket.state),
            position: self.lobby.position(id),
            waited_ms: waited_ms(ticket),
            rejoin_ms: ticket.deadline.filter(|_| is_over).map(|at| millis(at.saturating_duration_since(now()))),
            clinician: ticket.staff.and_then(|staff| self.clinician(staff, ticket.area)),
            reason: (ticket.state == State::Removed).then(|| ticket.reason.expose().to_owned()),
            guest: ticket.guest_of.is_some(),
            tell_by: self.turns.as_ref().map(|turns| turns.by.clone()).unwrap_or_default(),
            turn_message: self.visits.get(&id)?.wish.view(),
        })
    }

    pub(super) fn tell_patient(&mut self, id: TicketId) {
        let Some(socket) = self.visits.get(&id).and_then(|visit| visit.socket) else { return };
        if let Some(patient) = self.patient_view(id) {
            self.tell(socket, &ServerMessage::Patient { patient });
        }
    }

    /// One visit for staff of its area: the only view with a patient's name.
    pub(super) fn queue_ticket(&self, id: TicketId, viewer: StaffId) -> Option<QueueTicket> {
        let ticket = self.lobby.ticket(id)?;
        let kept = ticket.deadline.filter(|_| ticket.state == State::Away);
        let own = ticket.room.filter(|room| self.calls.of_staff(viewer) == Some(*room));
        let (sealed, name) = self.name_shown(id);
        Some(QueueTicket {
            ticket: self.visits.get(&id)?.name.clone(),
            sealed,
            name,
            language: ticket.language.clone(),
            state: state_view(ticket.state),
            position: self.lobby.position(id),
            waited_ms: waited_ms(ticket),
            connection: if ticket.connected { ConnectionView::Alive } else { ConnectionView::Lost },
            place_kept_ms: kept.map(|at| millis(at.saturating_duration_since(now()))),
            camera: device_view(ticket.devices.camera),
            microphone: device_view(ticket.devices.microphone),
            hears: ticket.devices.hears,
            network: ticket.devices.network.map(network_view),
            needs_a_minute: ticket.needs_a_minute,
            clinician: ticket.staff.and_then(|staff| self.clinician(staff, ticket.area)),
            mine: own.is_some(),
            joined: own.is_some_and(|room| !self.calls.is_led_by(room, viewer)),
            guest_of: ticket.guest_of.and_then(|host| self.visits.get(&host)).map(|host| host.name.clone()),
            turn_message: self.visits.get(&id)?.wish.view(),
        })
    }

    /// What staff of its area are told of who somebody is: sealed, or in clear.
    pub(super) fn name_shown(&self, id: TicketId) -> (Option<String>, Option<String>) {
        let (Some(ticket), Some(visit)) = (self.lobby.ticket(id), self.visits.get(&id)) else { return (None, None) };
        let name = Some(ticket.name.expose().to_owned());
        if visit.is_sealed { (name, None) } else { (None, name) }
    }

    /// Tells those who watch an area what has changed in its queue.
    pub(super) fn tell_queue(&mut self, area: AreaId, version: u64, upserted: &[TicketId], removed: &[TicketId]) {
        let Some(slug) = self.areas.get(&area).map(|area| area.slug.clone()) else { return };
        let names =
            removed.iter().filter_map(|id| self.visits.get(id)).map(|visit| visit.name.clone()).collect::<Vec<_>>();
        for id in self.sockets_where(|socket| socket.who.watches(area)) {
            let Some(Who::Staff { staff, .. }) = self.sockets.get(&id).map(|socket| &socket.who) else { continue };
            let upserted = upserted.iter().filter_map(|ticket| self.queue_ticket(*ticket, *staff)).collect();
            let delta = ServerMessage::QueueDelta { area: slug.clone(), version, upserted, removed: names.clone() };
            self.tell(id, &delta);
        }
    }

    /// What patients and colleagues call somebody of staff: by the name of the account, or as the area is called.
    pub(super) fn clinician(&self, staff: StaffId, area: AreaId) -> Option<String> {
        let own = self.people.get(&staff).map(|person| &person.name).filter(|name| !name.is_empty());
        own.or_else(|| self.areas.get(&area).map(|area| &area.title)).cloned()
    }
}

fn waited_ms(ticket: &Ticket) -> u64 {
    millis(now().saturating_duration_since(ticket.checked_in_at))
}

pub(super) fn refusal(refused: Refused) -> No {
    match refused {
        Refused::AreaUnknown => No(ErrorCode::AreaUnknown, "no such area"),
        Refused::AreaClosed => No(ErrorCode::AreaClosed, "the area takes no new check-ins"),
        Refused::AreaFull => No(ErrorCode::AreaFull, "the waiting room is full"),
        Refused::AreasFull => No(ErrorCode::TooMany, "too many areas"),
        Refused::TicketUnknown => No(ErrorCode::TicketUnknown, "no such visit"),
        Refused::WrongState => No(ErrorCode::WrongState, "the visit's state does not allow this"),
        Refused::BadName => No(ErrorCode::BadName, "a name has 1 to 200 characters"),
        Refused::RoomFull => No(ErrorCode::RoomFull, "a consultation has at most nine people, staff included"),
        Refused::HostOver => No(ErrorCode::GuestLinkOver, "the visit to which this guest would come is over"),
        Refused::TooLong => No(ErrorCode::BadMessage, "a text is too long"),
    }
}

pub(super) fn state_view(state: State) -> TicketState {
    match state {
        State::Arriving => TicketState::Arriving,
        State::Waiting => TicketState::Waiting,
        State::Away => TicketState::Away,
        State::Called => TicketState::Called,
        State::InCall => TicketState::InCall,
        State::Held => TicketState::Held,
        State::Ended => TicketState::Ended,
        State::Removed => TicketState::Removed,
        State::Expired => TicketState::Expired,
    }
}

pub(super) fn presence_in(presence: Presence) -> sfu_lobby::Presence {
    match presence {
        Presence::Open => sfu_lobby::Presence::Open,
        Presence::Busy => sfu_lobby::Presence::Busy,
        Presence::Away => sfu_lobby::Presence::Away,
        Presence::Closed => sfu_lobby::Presence::Closed,
    }
}

pub(super) fn devices_in(devices: DeviceCheck) -> sfu_lobby::Devices {
    let network = devices.network.map(|network| Network {
        way: way_in(network.way),
        loss_percent: network.loss_percent.min(100),
        round_trip_ms: network.round_trip_ms,
        kbit_s: network.kbit_s,
    });
    let (camera, microphone) = (device_in(devices.camera), device_in(devices.microphone));
    sfu_lobby::Devices { camera, microphone, hears: devices.hears, network }
}

/// The same for the person whose network it is, in numbers that need no translation.
pub(super) fn network_text(network: &Network) -> String {
    let way = match network.way {
        Way::Udp => "UDP",
        Way::Tcp => "TCP",
        Way::Blocked => return "-".to_owned(),
    };
    format!("{way}, {} %, {} ms, {} kbit/s", network.loss_percent, network.round_trip_ms, network.kbit_s)
}

fn network_view(network: Network) -> NetworkCheck {
    let Network { way, loss_percent, round_trip_ms, kbit_s } = network;
    NetworkCheck { way: way_view(way), loss_percent, round_trip_ms, kbit_s }
}

/// Both directions of a mapping between the page's words and the lobby's, so that neither can miss one.
macro_rules! same_words {
    ($out:ident, $in:ident, $lobby:ty, $signal:ty: $($word:ident),+) => {
        pub(super) fn $out(word: $lobby) -> $signal { match word { $(<$lobby>::$word => <$signal>::$word,)+ } }
        fn $in(word: $signal) -> $lobby { match word { $(<$signal>::$word => <$lobby>::$word,)+ } }
    };
}
same_words!(device_view, device_in, sfu_lobby::DeviceState, sfu_signal::DeviceState: Unknown, Works, Denied, Absent, Busy, Silent, Skipped);
same_words!(way_view, way_in, sfu_lobby::Way, sfu_signal::NetworkWay: Udp, Tcp, Blocked);
