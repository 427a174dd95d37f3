//! What pages say to each other about keys. The server hands it on between those who have a seat in the same room, and understands none of it:
//! `docs/e2ee.md`.

use sfu_lobby::RoomId;
use sfu_signal::{ErrorCode, SealHelloView, SealedBox, ServerMessage};

use super::call::Chair;
use super::{Answer, Hub, No, SocketId};
use crate::limits::{
    Bucket, KEYS_TAKEN_BURST, KEYS_TAKEN_PER_SECOND, SEAL_BOX_CHARS_MAX, SEAL_BOXES_BURST, SEAL_BOXES_MAX,
    SEAL_BOXES_PER_SECOND, SEAL_HELLO_CHARS_MAX, SEAL_HELLOS_BURST, SEAL_HELLOS_PER_SECOND,
};
use crate::telemetry;

/// Of a seat.
#[derive(Default)]
pub(super) struct Seal {
    /// For whoever comes later. It goes with the seat.
    hello: Option<String>,
    hellos: Option<Bucket>,
    boxes: Option<Bucket>,
    taken: Option<Bucket>,
}

impl Seal {
    /// What is held: bytes of the hello, and how many rates are counted.
    pub(super) fn known(&self) -> (usize, usize) {
        let Self { hello, hellos, boxes, taken } = self;
        (hello.as_ref().map_or(0, String::len), [hellos, boxes, taken].into_iter().flatten().count())
    }
}

impl Hub {
    pub(super) fn seal_hello(&mut self, room: RoomId, chair: Chair, socket: SocketId, hello: String) -> Answer {
        let seal = self.seal_of(room, chair, socket)?;
        let rate = seal.hellos.get_or_insert_with(|| Bucket::new(SEAL_HELLOS_BURST, SEAL_HELLOS_PER_SECOND));
        pass(rate, "seal_hello_rate")?;
        if is_too_long(&hello, SEAL_HELLO_CHARS_MAX) {
            telemetry::limit_reached("seal_hello");
            return Err(No(ErrorCode::BadMessage, "a hello for keys has 1 to 6,000 characters"));
        }
        seal.hello = Some(hello);
        for receiver in self.calls.chairs(room) {
            self.tell_hellos(room, receiver);
        }
        Ok(())
    }

    /// Each box goes to whom it is for. For nobody who is there, it is dropped: its sender was told who is.
    pub(super) fn seal_boxes(&mut self, room: RoomId, chair: Chair, socket: SocketId, boxes: Vec<SealedBox>) -> Answer {
        let seal = self.seal_of(room, chair, socket)?;
        let rate = seal.boxes.get_or_insert_with(|| Bucket::new(SEAL_BOXES_BURST, SEAL_BOXES_PER_SECOND));
        pass(rate, "seal_boxes_rate")?;
        if SEAL_BOXES_MAX < boxes.len() || boxes.iter().any(|one| is_too_long(&one.sealed, SEAL_BOX_CHARS_MAX)) {
            telemetry::limit_reached("seal_boxes");
            return Err(No(ErrorCode::BadMessage, "at most 32 boxes of 1 to 1,900 characters"));
        }
        for SealedBox { to, sealed } in boxes {
            if let Some(page) = self.page_of_peer(room, chair, to) {
                self.tell(page, &ServerMessage::SealBox { from: chair.0, sealed });
            }
        }
        Ok(())
    }

    pub(super) fn key_taken(
        &mut self,
        room: RoomId,
        chair: Chair,
        socket: SocketId,
        of: u32,
        generation: u32,
    ) -> Answer {
        let seal = self.seal_of(room, chair, socket)?;
        let rate = seal.taken.get_or_insert_with(|| Bucket::new(KEYS_TAKEN_BURST, KEYS_TAKEN_PER_SECOND));
        pass(rate, "key_taken_rate")?;
        if let Some(page) = self.page_of_peer(room, chair, of) {
            self.tell(page, &ServerMessage::KeyTaken { by: chair.0, generation });
        }
        Ok(())
    }

    /// Only the page that has the seat speaks for it.
    fn seal_of(&mut self, room: RoomId, chair: Chair, socket: SocketId) -> Result<&mut Seal, No> {
        match self.calls.seat_mut(room, chair) {
            Some((_, seat)) if seat.page == Some(socket) => Ok(&mut seat.seal),
            _ => Err(No(ErrorCode::WrongState, "this page has no seat in a consultation")),
        }
    }

    fn page_of_peer(&mut self, room: RoomId, from: Chair, to: u32) -> Option<SocketId> {
        self.calls.seat_mut(room, Chair(to)).filter(|_| from.0 != to)?.1.page
    }

    /// What all others say of themselves.
    pub(super) fn tell_hellos(&mut self, room: RoomId, receiver: Chair) {
        let Some(page) = self.calls.seat_mut(room, receiver).and_then(|(_, seat)| seat.page) else { return };
        let others = self.calls.chairs(room).into_iter().filter(|chair| *chair != receiver);
        let hellos = others.filter_map(|chair| {
            let hello = self.calls.seat_mut(room, chair)?.1.seal.hello.clone()?;
            Some(SealHelloView { peer: chair.0, hello })
        });
        let hellos = hellos.collect();
        self.tell(page, &ServerMessage::SealHellos { hellos });
    }
}

fn pass(rate: &mut Bucket, limit: &'static str) -> Answer {
    if rate.take() {
        return Ok(());
    }
    telemetry::limit_reached(limit);
    Err(No(ErrorCode::TooMany, "too many messages about keys; wait a second"))
}

fn is_too_long(text: &str, chars_max: usize) -> bool {
    text.is_empty() || chars_max < text.chars().count()
}
