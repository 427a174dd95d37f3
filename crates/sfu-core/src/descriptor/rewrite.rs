//! Makes the frames that one viewer gets one continuous stream, wherever they come from.

use std::sync::Arc;

use super::{Descriptor, Head, Structure, TEMPLATE_IDS, Written};

/// Rewrites the descriptors of whatever streams a viewer gets one after the other.
///
/// Frame numbers go on where the last stream stopped. Frames that are left out leave a gap, because frames refer to each
/// other by distance. Template ids of a new structure begin where those of the old one end, so that a packet which comes
/// late is not taken for something else.
#[derive(Debug)]
pub struct Rewriter {
    /// The highest number sent.
    last: u16,
    /// The first frame of the stream that goes on now, and its number on this side.
    base: Option<(u64, u16)>,
    /// The newest frame of it.
    newest: u64,
    shown: Option<Shown>,
}

/// Frame numbers have 16 bits: a viewer takes a leap of half of them for a step back.
const LEAP: u64 = 1 << 15;

/// The structure that the viewer knows.
#[derive(Debug)]
struct Shown {
    structure: Arc<Structure>,
    offset: u8,
    /// The frame with which it came.
    since: u64,
    /// The viewer was told of fewer decode targets than the structure has. From then on every packet tells which are
    /// active, until a keyframe tells anew: any packet may be lost.
    tells_active: bool,
    /// The newest frame that told it.
    told: u64,
}

impl Rewriter {
    /// One whose first frame is numbered `start`.
    pub fn new(start: u16) -> Self {
        Self { last: start.wrapping_sub(1), base: None, newest: 0, shown: None }
    }

    /// The next packet begins another stream, or the same after a pause. It should be the first of a keyframe.
    pub fn restart(&mut self) {
        self.base = None;
    }

    /// The descriptor as the viewer gets it, with the decode targets `active` of [`super::Selected::active`]. `None` if
    /// the packet must not go: it is older than the viewer's stream, or than its structure.
    pub fn rewrite(&mut self, descriptor: &Descriptor, active: u32) -> Option<Written> {
        let number = descriptor.number;
        if self.newest + LEAP <= number {
            self.restart();
        }
        let is_first = self.base.is_none();
        let (first, first_out) = self.base.unwrap_or((number, self.last.wrapping_add(1)));
        let distance = number.checked_sub(first)?;
        let known = self.shown.as_ref().filter(|shown| {
            Arc::ptr_eq(&shown.structure, &descriptor.structure) || shown.structure.is_like(&descriptor.structure)
        });
        if known.is_none() && self.shown.as_ref().is_some_and(|shown| !is_first && number < shown.since) {
            return None;
        }
        let is_attached = descriptor.is_attached || known.is_none();
        let offset = match (known, &self.shown) {
            (Some(known), _) => known.offset,
            (None, Some(old)) => {
                ((u32::from(old.offset) + old.structure.templates().len() as u32) % TEMPLATE_IDS) as u8
            }
            (None, None) => descriptor.structure.offset(),
        };
        let is_partial = active != descriptor.structure.all_targets();
        let tell_active = is_partial || (!is_attached && known.is_some_and(|known| known.tells_active));
        let out = first_out.wrapping_add(distance as u16);
        let written = descriptor.encode(Head { number: out, offset, is_attached, tell_active }, active)?;

        self.base = Some((first, first_out));
        if is_first || self.newest <= number {
            self.newest = number;
            self.last = out;
        }
        match &mut self.shown {
            Some(shown) if !is_attached => {
                shown.tells_active = tell_active;
                shown.told = if tell_active { shown.told.max(number) } else { shown.told };
            }
            // A keyframe that comes late does not undo what newer packets told.
            Some(shown) if known_is_newer(shown, number, is_first) => {}
            shown => {
                let structure = Arc::clone(&descriptor.structure);
                let later = shown.as_ref().filter(|shown| !is_first && shown.tells_active && number < shown.told);
                let (tells_active, told) = later.map_or((tell_active, number), |later| (true, later.told));
                *shown = Some(Shown { structure, offset, since: number, tells_active, told });
            }
        }
        Some(written)
    }
}

fn known_is_newer(shown: &Shown, number: u64, is_first: bool) -> bool {
    !is_first && number < shown.since
}
