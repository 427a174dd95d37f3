//! When there is too much to do: which rooms give up what, so that everybody is heard.
//!
//! All it does is to make the views of some rooms smaller. What follows from that, such as layers that are not asked of
//! their publishers any more, is what follows from a page that shows less.

use super::Sfu;
use crate::room::Room;
use crate::{RoomId, Shedding, View};

/// The smallest size that there is: nothing larger is needed to fill one pixel.
pub(super) const SMALL: View = View::Height(1);
pub(super) const HIDDEN: View = View::Hidden;

/// The first rooms that give up something, by their numbers; all that were opened after them do as well. So a room that
/// opens or closes meanwhile takes no picture from another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shed {
    small_from: u64,
    hidden_from: u64,
}

impl Default for Shed {
    fn default() -> Self {
        Self { small_from: u64::MAX, hidden_from: u64::MAX }
    }
}

impl Shed {
    /// The most that anybody in a room is shown of a picture.
    pub(super) fn most(&self, room: &Room) -> View {
        match room.number {
            number if self.hidden_from <= number => HIDDEN,
            number if self.small_from <= number => SMALL,
            _ => View::Full,
        }
    }
}

impl Sfu {
    pub(super) fn shed_load(&mut self, shedding: Shedding) {
        let mut opened: Vec<(u64, RoomId)> = self.rooms.iter().map(|(id, room)| (room.number, *id)).collect();
        opened.sort_unstable();
        let from = |per_mille: u16| {
            let giving = (opened.len() * usize::from(per_mille.min(1000))).div_ceil(1000);
            let first = opened.get(opened.len() - giving).map_or(self.rooms_opened, |(number, _)| *number);
            if per_mille == 0 { u64::MAX } else { first }
        };
        let shed = Shed { small_from: from(shedding.small_per_mille), hidden_from: from(shedding.hidden_per_mille) };
        let former = std::mem::replace(&mut self.shed, shed);
        for (_, id) in opened {
            let Some(room) = self.rooms.get(&id).filter(|room| former.most(room) != shed.most(room)) else { continue };
            for member in room.members.clone() {
                if let Some(live) = self.live_mut(member) {
                    // As for a page that shows it larger or smaller: nobody waits for what their network carries.
                    live.lines.iter_mut().for_each(|line| line.is_fresh = true);
                }
            }
            self.allocate_room(id);
        }
    }
}
