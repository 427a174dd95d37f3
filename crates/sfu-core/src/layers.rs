//! What a viewer can be given of a track: one of its simulcast layers, and of that as much as its scalability allows.

/// A choice. Ordered by how much it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The place in the track's layers: one for each rid.
    pub(crate) layer: usize,
    /// The highest spatial layer of a scalable stream (dependency descriptor); 0 without.
    pub(crate) spatial: u8,
    /// The highest temporal layer; 0 is the fewest pictures.
    pub(crate) temporal: u8,
}

/// A choice with its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) target: Target,
    /// What it costs, as measured.
    pub(crate) bits_per_second: u64,
    /// How high its picture is, in pixels: told by the dependency descriptor, else assumed from the layer's place.
    pub(crate) height: u16,
}
