//! Who may come into an area, and when: its hours, how many may wait, its passcode, and links for one visit.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use sfu_lobby::{AreaId, Input};
use sfu_signal::{AreaRules, Entry, ErrorCode, Presence, ServerMessage};
use tokio::time::Instant;

use super::staff::checked_text;
use super::{Answer, Hub, No, Save, SocketId, millis, view};
use crate::auth::{Token, TokenHash};
use crate::hours::{Moment, Schedule};
use crate::limits::{
    CHECK_INS_HELD_SHOWN, CLOCK_LOOKED_AT_EVERY, PASSCODE_CHARS_MIN, PASSCODE_WRONG_COSTS, TEXT_CHARS_MAX,
    VISIT_LINK_DAYS_MAX, VISIT_LINKS_MAX,
};
use crate::telemetry;

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Of all areas.
pub(super) struct Rules {
    by_area: BTreeMap<AreaId, InForce>,
    /// Links that nobody has used: where each leads, and until when, in milliseconds since the Unix epoch.
    pub(super) links: BTreeMap<TokenHash, (AreaId, i64)>,
    /// When the clock is next looked at, while there are hours.
    look_at: Option<Instant>,
    /// Areas whose staff were told that check-ins are held back, and until when they need not be told again.
    held_told: BTreeMap<AreaId, Instant>,
}

struct InForce {
    rules: AreaRules,
    schedule: Option<Schedule>,
    now: Moment,
}

/// What a page shows to come in where not everybody may.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) passcode: Option<String>,
    pub(super) visit_link: Option<String>,
}

impl Rules {
    pub(super) fn new(links: Vec<(TokenHash, u32, i64)>) -> Self {
        Self {
            by_area: BTreeMap::new(),
            links: links.into_iter().map(|(hash, area, ends_ms)| (hash, (AreaId(area.into()), ends_ms))).collect(),
            look_at: None,
            held_told: BTreeMap::new(),
        }
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.look_at
    }

    /// There is no such area any more.
    pub(super) fn forget(&mut self, area: AreaId) {
        self.by_area.remove(&area);
        self.links.retain(|_, (to, _)| *to != area);
    }

    pub(super) fn of(&self, area: AreaId) -> AreaRules {
        self.by_area.get(&area).map(|in_force| in_force.rules.clone()).unwrap_or_default()
    }

    /// Whether the hours of an area say that it is closed now, and when it opens again.
    pub(super) fn closed_until(&self, area: AreaId) -> Option<Option<u64>> {
        let in_force = self.by_area.get(&area).filter(|in_force| in_force.schedule.is_some())?;
        (!in_force.now.is_open).then(|| in_force.now.changes_ms.map(i64::unsigned_abs))
    }
}

/// What staff set.
impl Hub {
    pub(super) fn set_rules(&mut self, id: AreaId, rules: AreaRules) -> Answer {
        let schedule = read(&rules)?;
        checked_text(rules.closed_text.clone(), TEXT_CHARS_MAX)?;
        self.enforce(id, rules.clone(), schedule);
        self.tell_rules(id);
        self.save.try_send(Save::Rules(id, Box::new(rules))).map_err(|_| {
            telemetry::limit_reached("save_queue");
            No(ErrorCode::TooMany, "shown, but not saved: the database does not keep up")
        })
    }

    /// What was saved. What this version cannot read any more is as if nobody had set it.
    pub(super) fn restore_rules(&mut self, id: AreaId, rules: AreaRules) {
        if let Ok(schedule) = read(&rules) {
            self.enforce(id, rules, schedule);
        }
    }

    fn enforce(&mut self, id: AreaId, rules: AreaRules, schedule: Option<Schedule>) {
        let tickets_max = rules.waiting_max.map(|max| usize::try_from(max).unwrap_or(usize::MAX));
        self.apply_if_possible(Input::SetTicketsMax { area: id, tickets_max });
        self.rules.by_area.insert(id, InForce { rules, schedule, now: Moment::ALWAYS_OPEN });
        self.areas_touched.insert(id);
        self.follow_hours(crate::now_ms());
        self.follow_presence(id);
    }

    /// Opens and closes areas by the clock. It is looked at every minute, since it may be set meanwhile.
    pub(super) fn follow_hours(&mut self, now_ms: i64) {
        let mut wait = None;
        let mut changed = Vec::new();
        for (id, InForce { schedule, now, .. }) in &mut self.rules.by_area {
            let moment = schedule.as_ref().map_or(Moment::ALWAYS_OPEN, |schedule| schedule.at(now_ms));
            if std::mem::replace(now, moment) != moment {
                changed.push(*id);
            }
            if schedule.is_some() {
                let left = moment.changes_ms.and_then(|at| u64::try_from(at - now_ms).ok()).map(Duration::from_millis);
                wait = [wait, left, Some(CLOCK_LOOKED_AT_EVERY)].into_iter().flatten().min();
            }
        }
        self.rules.look_at = wait.map(|wait| Instant::now() + wait);
        for id in changed {
            self.areas_touched.insert(id);
            self.follow_presence(id);
        }
    }

    /// The lobby takes newcomers if staff are open and the hours are.
    pub(super) fn follow_presence(&mut self, id: AreaId) {
        let presence = self.presence_of(id);
        self.apply_if_possible(Input::SetPresence { area: id, presence: view::presence_in(presence) });
    }

    /// What staff have set, and closed outside the hours.
    pub(super) fn presence_of(&self, id: AreaId) -> Presence {
        let set = self.areas.get(&id).map_or(Presence::Closed, |area| area.presence);
        if self.rules.closed_until(id).is_some() { Presence::Closed } else { set }
    }

    pub(super) fn rules_timeout(&mut self, now: Instant) {
        self.rules.held_told.retain(|_, until| now < *until);
        if self.rules.look_at.is_some_and(|at| at <= now) {
            self.follow_hours(crate::now_ms());
        }
    }

    /// To all who watch the area.
    fn tell_rules(&mut self, id: AreaId) {
        for socket in self.sockets_where(|socket| socket.who.watches(id)) {
            self.tell_rules_to(socket, id);
        }
    }

    pub(super) fn tell_rules_to(&mut self, socket: SocketId, id: AreaId) {
        let Some(area) = self.areas.get(&id).map(|area| area.slug.clone()) else { return };
        let rules = self.rules.of(id);
        self.tell(socket, &ServerMessage::Rules { area, rules });
    }
}

/// Who comes in.
impl Hub {
    /// Whether somebody may check in with what they have. A link for one visit is not used up by this: see [`Self::use_link`].
    pub(super) fn check_entry(&mut self, socket: SocketId, area: AreaId, shown: &Shown) -> Answer {
        let (entry, passcode) = match self.rules.by_area.get(&area) {
            Some(InForce { rules, .. }) => (rules.entry, rules.passcode.clone()),
            None => return Ok(()),
        };
        if entry == Entry::Anyone {
            return Ok(());
        }
        let has_link = shown.visit_link.as_deref().is_some_and(|token| self.link_leads_to(token, area));
        let has_code =
            entry == Entry::Passcode && shown.passcode.as_deref().is_some_and(|code| is_same(code, &passcode));
        if has_link || has_code {
            return Ok(());
        }
        if let Some(source) = self.sockets.get(&socket).map(|socket| socket.source) {
            self.check_ins.charge(source, PASSCODE_WRONG_COSTS);
        }
        Err(No(ErrorCode::PassWrong, "this area wants a passcode, or a link for one visit that nobody has used"))
    }

    fn link_leads_to(&self, token: &str, area: AreaId) -> bool {
        let link = self.rules.links.get(&TokenHash::of(token));
        link.is_some_and(|(to, ends_ms)| *to == area && crate::now_ms() < *ends_ms)
    }

    /// Somebody has come in by this link: nobody else does.
    pub(super) fn use_link(&mut self, token: &str) {
        let hash = TokenHash::of(token);
        if self.rules.links.remove(&hash).is_some() && self.save.try_send(Save::VisitLinkUsed(hash)).is_err() {
            telemetry::limit_reached("save_queue");
        }
    }

    /// A link for one visit, told to the page that asked; the server keeps a hash of what is in it.
    pub(super) fn make_link(&mut self, socket: SocketId, id: AreaId, days: u32) -> Answer {
        if days == 0 || VISIT_LINK_DAYS_MAX < days {
            return Err(No(ErrorCode::BadMessage, "a link lasts from 1 to 90 days"));
        }
        let now_ms = crate::now_ms();
        self.rules.links.retain(|_, (_, ends_ms)| now_ms < *ends_ms);
        if VISIT_LINKS_MAX <= self.rules.links.values().filter(|(area, _)| *area == id).count() {
            telemetry::limit_reached("visit_links");
            return Err(No(ErrorCode::TooMany, "the area has too many links that nobody has used"));
        }
        let Some(area) = self.areas.get(&id).map(|area| (area.id, area.slug.clone())) else { return Ok(()) };
        let token = Token::random()?;
        let (hash, ends_ms) = (TokenHash::of(token.expose()), now_ms + i64::from(days) * DAY_MS);
        self.save.try_send(Save::VisitLink(hash, area.0, ends_ms)).map_err(|_| {
            telemetry::limit_reached("save_queue");
            No(ErrorCode::TooMany, "the database does not keep up")
        })?;
        self.rules.links.insert(hash, (id, ends_ms));
        let token = token.expose().to_owned();
        self.tell(socket, &ServerMessage::VisitLink { area: area.1, token, ends_ms: ends_ms.unsigned_abs() });
        Ok(())
    }

    /// Staff of an area learn that a source has to wait with its check-ins: it may be a school, or somebody who wants to be in the way.
    pub(super) fn tell_held_back(&mut self, id: AreaId) {
        let now = Instant::now();
        if self.rules.held_told.get(&id).is_some_and(|until| now < *until) {
            return;
        }
        self.rules.held_told.insert(id, now + CHECK_INS_HELD_SHOWN / 2);
        let Some(area) = self.areas.get(&id).map(|area| area.slug.clone()) else { return };
        let held = ServerMessage::CheckInsHeld { area, shown_ms: millis(CHECK_INS_HELD_SHOWN) };
        self.tell_all(|who| who.watches(id), &held);
    }
}

/// The hours of rules that make sense.
fn read(rules: &AreaRules) -> Result<Option<Schedule>, No> {
    if rules.waiting_max.is_some_and(|max| max == 0) {
        return Err(No(ErrorCode::BadMessage, "`waiting_max` is at least 1"));
    }
    let chars = rules.passcode.chars().count();
    let is_word = rules.passcode.chars().all(char::is_alphanumeric);
    if !is_word || TEXT_CHARS_MAX < chars || (rules.entry == Entry::Passcode && chars < PASSCODE_CHARS_MIN) {
        return Err(No(ErrorCode::BadMessage, "a passcode has at least 6 letters and digits"));
    }
    rules.hours.as_ref().map(Schedule::read).transpose().map_err(|why| No(ErrorCode::BadMessage, why))
}

/// As people type it: without regard to case and what separates. Compared by hashes and in constant time, so that no answer is sooner than another.
fn is_same(typed: &str, passcode: &str) -> bool {
    let hash = |text: &str| {
        let plain: String =
            text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        TokenHash::of(&plain).0
    };
    verify_slices_are_equal(&hash(typed), &hash(passcode)).is_ok()
}
