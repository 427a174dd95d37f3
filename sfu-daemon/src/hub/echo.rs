//! How a page tries its network before the consultation: an echo.
//!
//! Who sets up, and staff before a consultation, may open a room of their own in the forwarding unit, on the ports of consultations, and get back
//! there what they send. Nobody else is ever in that room: its number is none that the lobby gives, one participant joins it, whose audience is
//! itself, and nothing else here sends commands about either. It ends by itself, with the page, and as soon as a consultation begins or the visit
//! is over.

use std::collections::BTreeMap;

use sfu_core::{Audience, Command, Gate, ParticipantId, Permissions, RequestId, Sdp, Source};
use sfu_lobby::{StaffId, State, TicketId};
use sfu_signal::{ErrorCode, ServerMessage};
use tokio::time::Instant;

use super::call::BEHIND;
use super::{Answer, Hub, No, SocketId};
use crate::limits::{
    Bucket, ECHO_BURST, ECHO_BYTES_PER_SECOND, ECHO_LASTS, ECHO_PER_SECOND, ECHOES_MAX, ECHOES_PER_SOURCE_MAX,
    STAFF_ECHO_BYTES_PER_SECOND,
};
use crate::media::ShardIndex;
use crate::telemetry;

/// Rooms of echoes are those from here on; the lobby counts from 1.
const ECHO_ROOMS: u64 = 1 << 63;

/// All echoes.
#[derive(Default)]
pub(super) struct Echoes {
    of: BTreeMap<Tester, Echo>,
}

/// Who tries the network: each has one echo at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tester {
    Visit(TicketId),
    Staff(StaffId),
}

struct Echo {
    /// The page that asked; another page of theirs asks anew.
    page: SocketId,
    /// The page's number of it.
    request: u32,
    /// The offer that the shard has not answered.
    asked: Option<RequestId>,
    shard: ShardIndex,
    room: sfu_core::RoomId,
    ends_at: Instant,
}

impl Echoes {
    pub(super) fn has(&self, ticket: TicketId) -> bool {
        self.of.contains_key(&Tester::Visit(ticket))
    }

    /// When the first of them ends: all last equally long.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.of.values().map(|echo| echo.ends_at).min()
    }
}

impl Hub {
    /// A page asks for an echo in place of the one that it may have, or needs none any more. That there is none now is no fault of anybody's, and
    /// is said as that and not as an error.
    pub(super) fn echo(&mut self, page: SocketId, tester: Tester, request: u32, sdp: Option<String>) {
        self.end_echo(tester);
        let opened = sdp.map_or(Ok(()), |sdp| self.open_echo(page, tester, request, sdp));
        if let Err(No(code, why)) = opened {
            telemetry::refused(code);
            tracing::debug!(?tester, why, "no echo");
            self.tell(page, &ServerMessage::Echo { request, sdp: None });
        }
    }

    fn open_echo(&mut self, page: SocketId, tester: Tester, request: u32, sdp: String) -> Answer {
        if !self.may_try(tester) {
            return Err(No(
                ErrorCode::WrongState,
                "an echo is for those who set up or wait, and for staff between consultations",
            ));
        }
        let rate = match tester {
            Tester::Visit(ticket) => self.visits.get_mut(&ticket).map(|visit| &mut visit.echo_rate),
            Tester::Staff(_) => self.sockets.get_mut(&page).map(|socket| &mut socket.echo_rate),
        };
        let rate = rate.ok_or(No(ErrorCode::WrongState, "there is no visit"))?;
        if !rate.get_or_insert_with(|| Bucket::new(ECHO_BURST, ECHO_PER_SECOND)).take() {
            telemetry::limit_reached("echo_rate");
            return Err(No(ErrorCode::TooMany, "too many echoes; wait a second"));
        }
        let source = |page: SocketId| self.sockets.get(&page).map(|socket| socket.source);
        let own = source(page);
        let of_source = self.echoes.of.values().filter(|echo| source(echo.page) == own).count();
        if ECHOES_MAX <= self.echoes.of.len() || ECHOES_PER_SOURCE_MAX <= of_source {
            telemetry::limit_reached("echoes");
            return Err(No(ErrorCode::TooMany, "the server is busy with other checks; try again"));
        }
        if self.calls.commands.are_all_full() {
            return Err(BEHIND);
        }
        let shard = self.calls.next_shard();
        if self.calls.commands.sheds(shard) {
            return Err(BEHIND); // A picture that does not come back would be taken for the network's fault.
        }
        let (join, asked, participant) = (self.calls.request(), self.calls.request(), self.calls.participant());
        let room = sfu_core::RoomId(ECHO_ROOMS | participant.0);
        let bytes_per_second = match tester {
            Tester::Visit(_) => ECHO_BYTES_PER_SECOND,
            Tester::Staff(_) => STAFF_ECHO_BYTES_PER_SECOND,
        };
        for command in echo_commands(room, participant, bytes_per_second, join, asked, sdp.into()) {
            self.calls.commands.send(shard, command);
        }
        let ends_at = Instant::now() + ECHO_LASTS;
        self.echoes.of.insert(tester, Echo { page, request, asked: Some(asked), shard, room, ends_at });
        metrics::counter!("anteroom_echoes_total").increment(1);
        Ok(())
    }

    /// The shard's answer, if it is one to an echo; without `sdp` it was refused.
    pub(super) fn echo_answered(&mut self, request: RequestId, sdp: Option<&Sdp>) -> bool {
        let found = self.echoes.of.iter_mut().find(|(_, echo)| echo.asked == Some(request));
        let Some((&tester, echo)) = found else { return false };
        echo.asked = None;
        let (page, request) = (echo.page, echo.request);
        if sdp.is_none() {
            self.end_echo(tester);
        }
        self.tell(page, &ServerMessage::Echo { request, sdp: sdp.map(|sdp| sdp.0.clone()) });
        true
    }

    fn may_try(&self, tester: Tester) -> bool {
        match tester {
            Tester::Visit(ticket) => {
                self.lobby.ticket(ticket).is_some_and(|ticket| matches!(ticket.state, State::Arriving | State::Waiting))
            }
            Tester::Staff(staff) => self.calls.of_staff(staff).is_none(),
        }
    }

    /// From here on they have the room of a consultation, or need none.
    pub(super) fn end_echo_if_called(&mut self, tester: Tester) {
        if !self.may_try(tester) {
            self.end_echo(tester);
        }
    }

    /// The page is gone, or has another visit.
    pub(super) fn end_echo_of(&mut self, page: SocketId) {
        let found = self.echoes.of.iter().find(|(_, echo)| echo.page == page).map(|(tester, _)| *tester);
        if let Some(tester) = found {
            self.end_echo(tester);
        }
    }

    pub(super) fn echoes_timeout(&mut self, now: Instant) {
        let over: Vec<Tester> =
            self.echoes.of.iter().filter(|(_, echo)| echo.ends_at <= now).map(|(tester, _)| *tester).collect();
        for tester in over {
            if let Some((page, request)) = self.end_echo(tester) {
                self.tell(page, &ServerMessage::Echo { request, sdp: None });
            }
        }
    }

    pub(super) fn end_echo(&mut self, tester: Tester) -> Option<(SocketId, u32)> {
        let Echo { page, request, asked: _, shard, room, ends_at: _ } = self.echoes.of.remove(&tester)?;
        self.calls.commands.send(shard, Command::CloseRoom { room });
        Some((page, request))
    }
}

/// A room, one participant who hears themself and says nothing to anybody, and their offer.
fn echo_commands(
    room: sfu_core::RoomId,
    participant: ParticipantId,
    bytes_per_second: u32,
    join: RequestId,
    asked: RequestId,
    sdp: Sdp,
) -> [Command; 5] {
    let permissions = Permissions {
        publish: vec![Source::Microphone, Source::Camera],
        receive: Audience::Only(vec![participant]),
        send_messages: false,
    };
    [
        Command::OpenRoom { room },
        Command::Join { request: join, room, participant, gate: Gate::Open },
        Command::SetPermissions { participant, permissions },
        Command::SetIngressLimit { participant, bytes_per_second },
        Command::Offer { request: asked, participant, sdp, sources: Vec::new() },
    ]
}
