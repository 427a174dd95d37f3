//! How a page tries its network before the consultation: an echo.
//!
//! Who sets up may open a room of its own in the forwarding unit, on the ports of consultations, and gets back there what it sends. Nobody else is
//! ever in that room: its number is none that the lobby gives, one participant joins it, whose audience is itself, and nothing else here sends
//! commands about either. It ends by itself, with the page, and as soon as the visit is called or over.

use std::collections::BTreeMap;

use sfu_core::{Audience, Command, Gate, ParticipantId, Permissions, RequestId, Sdp, Source};
use sfu_lobby::{State, TicketId};
use sfu_signal::{ErrorCode, ServerMessage};
use tokio::time::Instant;

use super::call::BEHIND;
use super::{Answer, Hub, No, SocketId};
use crate::limits::{
    Bucket, ECHO_BURST, ECHO_BYTES_PER_SECOND, ECHO_LASTS, ECHO_PER_SECOND, ECHOES_MAX, ECHOES_PER_SOURCE_MAX,
};
use crate::media::ShardIndex;
use crate::telemetry;

/// Rooms of echoes are those from here on; the lobby counts from 1.
const ECHO_ROOMS: u64 = 1 << 63;

/// All echoes.
#[derive(Default)]
pub(super) struct Echoes {
    of: BTreeMap<TicketId, Echo>,
}

struct Echo {
    /// The page that asked; another page of the visit asks anew.
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
        self.of.contains_key(&ticket)
    }

    /// When the first of them ends: all last equally long.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.of.values().map(|echo| echo.ends_at).min()
    }
}

impl Hub {
    /// A page asks for an echo in place of the one that it may have, or needs none any more. That there is none now is no fault of anybody's, and
    /// is said as that and not as an error.
    pub(super) fn echo(&mut self, page: SocketId, ticket: TicketId, request: u32, sdp: Option<String>) {
        self.end_echo(ticket);
        let opened = sdp.map_or(Ok(()), |sdp| self.open_echo(page, ticket, request, sdp));
        if let Err(No(code, why)) = opened {
            telemetry::refused(code);
            tracing::debug!(ticket = ticket.0, why, "no echo");
            self.tell(page, &ServerMessage::Echo { request, sdp: None });
        }
    }

    fn open_echo(&mut self, page: SocketId, ticket: TicketId, request: u32, sdp: String) -> Answer {
        let state = self.lobby.ticket(ticket).map(|ticket| ticket.state);
        if !matches!(state, Some(State::Arriving | State::Waiting)) {
            return Err(No(ErrorCode::WrongState, "an echo is for those who set up or wait"));
        }
        let visit = self.visits.get_mut(&ticket).ok_or(No(ErrorCode::WrongState, "there is no visit"))?;
        if !visit.echo_rate.get_or_insert_with(|| Bucket::new(ECHO_BURST, ECHO_PER_SECOND)).take() {
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
        let shard = self.calls.commands.next_shard();
        let (join, asked, participant) = (self.calls.request(), self.calls.request(), self.calls.participant());
        let room = sfu_core::RoomId(ECHO_ROOMS | participant.0);
        for command in echo_commands(room, participant, join, asked, sdp.into()) {
            self.calls.commands.send(shard, command);
        }
        let ends_at = Instant::now() + ECHO_LASTS;
        self.echoes.of.insert(ticket, Echo { page, request, asked: Some(asked), shard, room, ends_at });
        metrics::counter!("anteroom_echoes_total").increment(1);
        Ok(())
    }

    /// The shard's answer, if it is one to an echo; without `sdp` it was refused.
    pub(super) fn echo_answered(&mut self, request: RequestId, sdp: Option<&Sdp>) -> bool {
        let found = self.echoes.of.iter_mut().find(|(_, echo)| echo.asked == Some(request));
        let Some((&ticket, echo)) = found else { return false };
        echo.asked = None;
        let (page, request) = (echo.page, echo.request);
        if sdp.is_none() {
            self.end_echo(ticket);
        }
        self.tell(page, &ServerMessage::Echo { request, sdp: sdp.map(|sdp| sdp.0.clone()) });
        true
    }

    /// From here on the visit has the room of its consultation, or needs none.
    pub(super) fn end_echo_if_called(&mut self, ticket: TicketId) {
        let state = self.lobby.ticket(ticket).map(|ticket| ticket.state);
        if !matches!(state, Some(State::Arriving | State::Waiting)) {
            self.end_echo(ticket);
        }
    }

    /// The page is gone, or has another visit.
    pub(super) fn end_echo_of(&mut self, page: SocketId) {
        let found = self.echoes.of.iter().find(|(_, echo)| echo.page == page).map(|(ticket, _)| *ticket);
        if let Some(ticket) = found {
            self.end_echo(ticket);
        }
    }

    pub(super) fn echoes_timeout(&mut self, now: Instant) {
        let over: Vec<TicketId> =
            self.echoes.of.iter().filter(|(_, echo)| echo.ends_at <= now).map(|(ticket, _)| *ticket).collect();
        for ticket in over {
            if let Some((page, request)) = self.end_echo(ticket) {
                self.tell(page, &ServerMessage::Echo { request, sdp: None });
            }
        }
    }

    pub(super) fn end_echo(&mut self, ticket: TicketId) -> Option<(SocketId, u32)> {
        let Echo { page, request, asked: _, shard, room, ends_at: _ } = self.echoes.of.remove(&ticket)?;
        self.calls.commands.send(shard, Command::CloseRoom { room });
        Some((page, request))
    }
}

/// A room, one participant who hears themself and says nothing to anybody, and their offer.
fn echo_commands(
    room: sfu_core::RoomId,
    participant: ParticipantId,
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
        Command::SetIngressLimit { participant, bytes_per_second: ECHO_BYTES_PER_SECOND },
        Command::Offer { request: asked, participant, sdp, sources: Vec::new() },
    ]
}
