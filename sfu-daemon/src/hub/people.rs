//! Who staff are, as the operator has it; and what follows at once when that changes.

use std::collections::BTreeSet;

use sfu_lobby::{AreaId, EndedBy, Input, Private, StaffId, State};
use sfu_signal::{ErrorCode, StaffRole};

use super::{Hub, No, SocketId, Who};
use crate::store::{Account, Area, Standing};

/// An active account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// As patients and colleagues read it. Empty: as the area is called.
    pub(super) name: String,
    pub(super) role: StaffRole,
}

impl Hub {
    /// Those who are not among them are nobody from now on.
    pub(super) fn set_accounts(&mut self, accounts: Vec<Account>) {
        (self.people, self.staff_areas) = accounts
            .into_iter()
            .filter(|account| account.standing == Standing::Active)
            .map(|Account { id, name, role, areas, .. }| {
                let areas = areas.into_iter().map(|area| AreaId(area.into())).collect::<BTreeSet<_>>();
                ((StaffId(id.into()), Person { name, role }), (StaffId(id.into()), areas))
            })
            .unzip();
    }

    /// Pages of people who are somebody else now begin anew; those of people who are nobody any more end, and their consultations with them.
    pub(super) fn practice_changed(&mut self, accounts: Vec<Account>, areas: Vec<Area>, gone: &[u32]) {
        for area in areas {
            self.area_changed(area);
        }
        for area in gone {
            self.area_gone(AreaId((*area).into()));
        }
        let (people, staff_areas) = (self.people.clone(), self.staff_areas.clone());
        self.set_accounts(accounts);
        let is_changed = |staff: &StaffId, hub: &Self| {
            people.get(staff) != hub.people.get(staff) || staff_areas.get(staff) != hub.staff_areas.get(staff)
        };
        let changed: Vec<StaffId> = people.keys().filter(|staff| is_changed(staff, self)).copied().collect();
        for staff in changed {
            if !self.may_consult(staff) {
                self.staff_lost.remove(&staff);
                self.lose_staff(staff);
            }
            let is_theirs = |who: &Who| matches!(who, Who::Staff { staff: other, .. } if *other == staff);
            for socket in self.sockets_where(|socket| is_theirs(&socket.who)) {
                match self.people.contains_key(&staff) {
                    true => self.close(socket),
                    false => self.sign_out(socket),
                }
            }
        }
    }

    /// Whether somebody may go on with the consultation that they are in.
    fn may_consult(&self, staff: StaffId) -> bool {
        let is_own = |area: AreaId| self.staff_areas.get(&staff).is_some_and(|areas| areas.contains(&area));
        let area = self.calls.of_staff(staff).and_then(|room| self.calls.area(room));
        self.people.get(&staff).is_some_and(|person| StaffRole::Provider <= person.role) && area.is_none_or(is_own)
    }

    /// Tells a page that its session is over. A consultation without any other page of the same person is over too: whoever was signed out from
    /// elsewhere must not be seen and heard for two more minutes.
    pub(super) fn sign_out(&mut self, id: SocketId) {
        let who = self.sockets.get_mut(&id).map(|socket| std::mem::replace(&mut socket.who, Who::Unknown));
        self.refuse(id, No(ErrorCode::NotAllowed, "signed out"), None);
        self.close(id);
        let Some(Who::Staff { staff, .. }) = who else { return };
        let has_other =
            self.sockets.values().any(|socket| matches!(socket.who, Who::Staff { staff: other, .. } if other == staff));
        if !has_other {
            self.staff_lost.remove(&staff);
            self.lose_staff(staff);
        }
    }

    /// Refused beyond the lobby's limit of areas; those then answer `area_unknown`.
    pub(super) fn open_area(&mut self, id: AreaId) {
        self.apply_if_possible(Input::OpenArea { area: id });
        self.follow_presence(id);
    }

    fn area_changed(&mut self, area: Area) {
        let id = AreaId(area.id.into());
        let before = self.areas.insert(id, area);
        let presence = |area: &Area| area.presence;
        if before.as_ref().map(presence) != self.areas.get(&id).map(presence) {
            self.open_area(id);
        }
        self.areas_touched.insert(id);
    }

    /// Nobody can call those who wait there any more: they are told, and need not wait.
    fn area_gone(&mut self, id: AreaId) {
        self.apply_if_possible(Input::SetPresence { area: id, presence: sfu_lobby::Presence::Closed });
        let tickets = self.lobby.snapshot(id).map(|snapshot| snapshot.tickets).unwrap_or_default();
        for ticket in tickets {
            let state = self.lobby.ticket(ticket).map(|ticket| ticket.state);
            self.apply_if_possible(match matches!(state, Some(State::InCall | State::Held)) {
                true => Input::End { ticket, by: EndedBy::Staff },
                false => Input::Remove { ticket, reason: Private::from(String::new()) },
            });
        }
        self.keys.forget(id);
        self.rules.forget(id);
        self.areas.remove(&id);
        self.areas_shown.remove(&id);
    }
}
