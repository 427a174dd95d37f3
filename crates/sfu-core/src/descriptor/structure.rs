//! What a scalable stream is made of: its layers, the kinds of frames that it has, and who needs which.

use std::fmt;
use std::ops::Deref;

use super::bits::{BitReader, BitWriter};
use super::{Malformed, TEMPLATE_IDS};
use crate::limits::{
    DESCRIPTOR_CHAINS_MAX, DESCRIPTOR_REFERENCES_MAX, DESCRIPTOR_STRUCTURE_BITS_MAX, DESCRIPTOR_TARGETS_MAX,
    DESCRIPTOR_TEMPLATES_MAX, SPATIAL_LAYERS_MAX, TEMPORAL_LAYERS_MAX,
};

/// What a frame is to a decode target: a subset of the stream that gives a certain size and frame rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indication {
    /// The target does without it.
    NotPresent,
    /// Part of the target, but nothing else of the target needs it.
    Discardable,
    /// Part of the target, and whoever can decode it can decode the target from here on.
    Switch,
    /// Part of the target, and needed.
    Required,
}

/// What a frame is to each decode target.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Indications(u64);

const _: () = assert!(DESCRIPTOR_TARGETS_MAX * 2 <= u64::BITS as usize);

impl Indications {
    /// From one indication for each decode target, at most [`DESCRIPTOR_TARGETS_MAX`]; more are left out.
    pub fn new(indications: &[Indication]) -> Self {
        let bits = |indication: Indication| match indication {
            Indication::NotPresent => 0,
            Indication::Discardable => 1,
            Indication::Switch => 2,
            Indication::Required => 3,
        };
        let targets = indications.iter().take(DESCRIPTOR_TARGETS_MAX);
        Self(targets.enumerate().fold(0, |all, (target, indication)| all | bits(*indication) << (2 * target)))
    }

    /// What the frame is to the decode target `target`.
    pub fn of(self, target: u8) -> Indication {
        match self.bits(target) {
            0 => Indication::NotPresent,
            1 => Indication::Discardable,
            2 => Indication::Switch,
            _ => Indication::Required,
        }
    }

    /// Whether the decode target has this frame.
    pub fn is_present(self, target: u8) -> bool {
        self.bits(target) != 0
    }

    fn bits(self, target: u8) -> u64 {
        self.0.checked_shr(2 * u32::from(target)).unwrap_or(0) & 3
    }

    pub(super) fn read(targets: u8, reader: &mut BitReader<'_>) -> Result<Self, Malformed> {
        let mut all = 0;
        for target in 0..targets {
            all |= u64::from(reader.read(2)?) << (2 * target);
        }
        Ok(Self(all))
    }

    pub(super) fn write(self, targets: u8, writer: &mut BitWriter) {
        (0..targets).for_each(|target| writer.write(2, self.bits(target) as u32));
    }
}

impl fmt::Debug for Indications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..DESCRIPTOR_TARGETS_MAX as u8).try_for_each(|target| {
            f.write_str(match self.of(target) {
                Indication::NotPresent => "-",
                Indication::Discardable => "D",
                Indication::Switch => "S",
                Indication::Required => "R",
            })
        })
    }
}

/// How far back the frames are that a frame refers to: 1 is the one before it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Differences {
    values: [u16; DESCRIPTOR_REFERENCES_MAX],
    count: u8,
}

/// The largest difference of a template has 4 bits, of a single frame 12; zero means one.
const TEMPLATE_DIFFERENCE_MAX: u16 = 1 << 4;
const CUSTOM_DIFFERENCE_MAX: u16 = 1 << 12;

impl Differences {
    /// From differences of 1 to 4,096.
    ///
    /// # Errors
    /// [`Malformed::References`] if they are too many or outside of that.
    pub fn new(values: &[u16]) -> Result<Self, Malformed> {
        let mut all = Self::default();
        values.iter().try_for_each(|value| all.push(*value))?;
        Ok(all)
    }

    fn push(&mut self, value: u16) -> Result<(), Malformed> {
        let place = self.values.get_mut(usize::from(self.count)).ok_or(Malformed::References)?;
        if !(1..=CUSTOM_DIFFERENCE_MAX).contains(&value) {
            return Err(Malformed::References);
        }
        *place = value;
        self.count += 1;
        Ok(())
    }

    fn read_template(reader: &mut BitReader<'_>) -> Result<Self, Malformed> {
        let mut all = Self::default();
        while reader.flag()? {
            all.push(reader.read(4)? as u16 + 1)?;
        }
        Ok(all)
    }

    fn write_template(&self, writer: &mut BitWriter) {
        for value in self.iter() {
            writer.flag(true);
            writer.write(4, u32::from(*value) - 1);
        }
        writer.flag(false);
    }

    pub(super) fn read_custom(reader: &mut BitReader<'_>) -> Result<Self, Malformed> {
        let mut all = Self::default();
        loop {
            let size = reader.read(2)?;
            if size == 0 {
                return Ok(all);
            }
            all.push(reader.read(4 * size)? as u16 + 1)?;
        }
    }

    pub(super) fn write_custom(&self, writer: &mut BitWriter) {
        for value in self.iter() {
            let value = u32::from(*value) - 1;
            let size = [1, 2, 3].into_iter().find(|size| value < 1 << (4 * size)).unwrap_or(3);
            writer.write(2, size);
            writer.write(4 * size, value);
        }
        writer.write(2, 0);
    }
}

impl Deref for Differences {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        &self.values[..usize::from(self.count)]
    }
}

impl fmt::Debug for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A frame, or a template that frames resemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its spatial layer; 0 is the smallest.
    pub spatial: u8,
    /// Its temporal layer; 0 has the fewest frames.
    pub temporal: u8,
    /// What it is to each decode target.
    pub indications: Indications,
    /// The frames that it refers to.
    pub references: Differences,
    /// For each chain how far back its last frame is; 0 if the chain begins here. Those beyond the structure's
    /// [`Structure::chains`] are 0.
    pub chains: [u8; DESCRIPTOR_CHAINS_MAX],
}

/// Everything that stays alike from one keyframe to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    offset: u8,
    targets: u8,
    chains: u8,
    templates: Vec<Frame>,
    /// The chain of each decode target.
    protected_by: [u8; DESCRIPTOR_TARGETS_MAX],
    /// The highest spatial and temporal layer of each decode target.
    layers: [(u8, u8); DESCRIPTOR_TARGETS_MAX],
    /// Width and height in pixels of each spatial layer, less one as on the wire; none if they are not told.
    resolutions: Vec<(u16, u16)>,
}

impl Structure {
    /// A structure whose template ids begin at `offset` (below 64). There is one chain in `protected_by` for each decode
    /// target, or none at all, and a width and height from 1 in `resolutions` for each spatial layer, or none at all.
    ///
    /// # Errors
    /// [`Malformed::Structure`] if that is not so, if the templates are not ordered by layer without a gap, if a number
    /// is too large for its field, or if there is more than fits into a descriptor.
    pub fn new(
        offset: u8,
        targets: u8,
        templates: Vec<Frame>,
        protected_by: &[u8],
        resolutions: &[(u16, u16)],
    ) -> Result<Self, Malformed> {
        let chains = protected_by.iter().max().map_or(0, |highest| highest.saturating_add(1));
        let mut structure = Self {
            offset,
            targets,
            chains,
            templates,
            protected_by: [0; DESCRIPTOR_TARGETS_MAX],
            layers: [(0, 0); DESCRIPTOR_TARGETS_MAX],
            resolutions: resolutions.iter().map(|(wide, high)| (wide.wrapping_sub(1), high.wrapping_sub(1))).collect(),
        };
        let is_whole = u32::from(offset) < TEMPLATE_IDS
            && (1..=DESCRIPTOR_TARGETS_MAX).contains(&usize::from(targets))
            && (protected_by.is_empty() || protected_by.len() == usize::from(targets))
            && chains <= targets
            && resolutions.iter().all(|(wide, high)| *wide > 0 && *high > 0)
            && structure.templates.len() <= DESCRIPTOR_TEMPLATES_MAX
            && structure.templates.first().is_some_and(|first| (first.spatial, first.temporal) == (0, 0))
            && structure.templates.iter().all(|template| structure.holds(template))
            && structure.templates.windows(2).all(|pair| step(&pair[0], &pair[1]).is_some());
        let highest = structure.templates.last().map_or(0, |last| usize::from(last.spatial));
        if !is_whole || !(resolutions.is_empty() || resolutions.len() == highest + 1) {
            return Err(Malformed::Structure);
        }
        structure.protected_by[..protected_by.len()].copy_from_slice(protected_by);
        structure.settle_layers();
        let mut writer = BitWriter::new();
        structure.write(offset, &mut writer);
        if DESCRIPTOR_STRUCTURE_BITS_MAX < writer.position() {
            return Err(Malformed::Structure);
        }
        Ok(structure)
    }

    /// Where the ids of the templates begin.
    pub fn offset(&self) -> u8 {
        self.offset
    }

    /// How many decode targets there are.
    pub fn targets(&self) -> u8 {
        self.targets
    }

    /// All decode targets as bits.
    pub fn all_targets(&self) -> u32 {
        u32::MAX >> (u32::BITS - u32::from(self.targets))
    }

    /// The highest spatial and temporal layer of a decode target.
    pub fn layers(&self, target: u8) -> (u8, u8) {
        self.layers[usize::from(target) % DESCRIPTOR_TARGETS_MAX]
    }

    /// How many chains there are. A chain is what a decode target cannot do without.
    pub fn chains(&self) -> u8 {
        self.chains
    }

    /// The chain of a decode target, if there are chains.
    pub fn chain(&self, target: u8) -> Option<u8> {
        (self.chains > 0).then_some(self.protected_by[usize::from(target) % DESCRIPTOR_TARGETS_MAX])
    }

    /// The kinds of frames, ordered by layer.
    pub fn templates(&self) -> &[Frame] {
        &self.templates
    }

    /// Width and height of a spatial layer in pixels, if they are told.
    pub fn resolution(&self, spatial: u8) -> Option<(u16, u16)> {
        let (wide, high) = self.resolutions.get(usize::from(spatial))?;
        Some((wide.saturating_add(1), high.saturating_add(1)))
    }

    /// The highest spatial and temporal layer that any frame has.
    pub fn highest(&self) -> (u8, u8) {
        let spatial = self.templates.iter().map(|template| template.spatial).max().unwrap_or(0);
        let temporal = self.templates.iter().map(|template| template.temporal).max().unwrap_or(0);
        (spatial, temporal)
    }

    /// The decode targets, as bits, that lose nothing if only the frames of `target` are passed on.
    pub fn covered_by(&self, target: u8) -> u32 {
        let covers = |other: &u8| {
            let mut frames = self.templates.iter().map(|template| template.indications);
            frames.all(|frame| !frame.is_present(*other) || frame.is_present(target))
        };
        (0..self.targets).filter(covers).fold(0, |all, other| all | 1 << other)
    }

    /// Whether both say the same, wherever their template ids begin.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.targets == other.targets
            && self.chains == other.chains
            && self.protected_by == other.protected_by
            && self.templates == other.templates
            && self.resolutions == other.resolutions
    }

    pub(super) fn read(reader: &mut BitReader<'_>) -> Result<Self, Malformed> {
        let began = reader.position();
        let offset = reader.small(6)?;
        let targets = reader.small(5)? + 1;
        let mut templates = read_layers(reader)?;
        for template in &mut templates {
            template.indications = Indications::read(targets, reader)?;
        }
        for template in &mut templates {
            template.references = Differences::read_template(reader)?;
        }
        let chains = reader.non_symmetric(u32::from(targets) + 1)? as u8;
        let mut protected_by = [0; DESCRIPTOR_TARGETS_MAX];
        if chains > 0 {
            for chain in protected_by.iter_mut().take(usize::from(targets)) {
                *chain = reader.non_symmetric(u32::from(chains))? as u8;
            }
            for template in &mut templates {
                for diff in template.chains.iter_mut().take(usize::from(chains)) {
                    *diff = reader.small(4)?;
                }
            }
        }
        let mut resolutions = Vec::new();
        if reader.flag()? {
            for _ in 0..=templates.last().map_or(0, |last| last.spatial) {
                resolutions.push((reader.read(16)? as u16, reader.read(16)? as u16));
            }
        }
        if DESCRIPTOR_STRUCTURE_BITS_MAX < reader.position() - began {
            return Err(Malformed::TooLong);
        }
        let layers = [(0, 0); DESCRIPTOR_TARGETS_MAX];
        let mut structure = Self { offset, targets, chains, templates, protected_by, layers, resolutions };
        structure.settle_layers();
        Ok(structure)
    }

    pub(super) fn write(&self, offset: u8, writer: &mut BitWriter) {
        writer.write(6, u32::from(offset));
        writer.write(5, u32::from(self.targets) - 1);
        for pair in self.templates.windows(2) {
            writer.write(2, step(&pair[0], &pair[1]).unwrap_or(LAYERS_END));
        }
        writer.write(2, LAYERS_END);
        self.templates.iter().for_each(|template| template.indications.write(self.targets, writer));
        self.templates.iter().for_each(|template| template.references.write_template(writer));
        writer.non_symmetric(u32::from(self.targets) + 1, u32::from(self.chains));
        if self.chains > 0 {
            for chain in &self.protected_by[..usize::from(self.targets)] {
                writer.non_symmetric(u32::from(self.chains), u32::from(*chain));
            }
            for template in &self.templates {
                template.chains[..usize::from(self.chains)].iter().for_each(|diff| writer.write(4, u32::from(*diff)));
            }
        }
        writer.flag(!self.resolutions.is_empty());
        for (wide, high) in &self.resolutions {
            writer.write(16, u32::from(*wide));
            writer.write(16, u32::from(*high));
        }
    }

    /// Whether a template's numbers fit their fields.
    fn holds(&self, template: &Frame) -> bool {
        let (chains, beyond) = template.chains.split_at(usize::from(self.chains).min(DESCRIPTOR_CHAINS_MAX));
        usize::from(template.spatial) < SPATIAL_LAYERS_MAX
            && usize::from(template.temporal) < TEMPORAL_LAYERS_MAX
            && template.references.iter().all(|difference| *difference <= TEMPLATE_DIFFERENCE_MAX)
            && chains.iter().all(|diff| *diff < 16)
            && beyond.iter().all(|diff| *diff == 0)
            && (self.targets..DESCRIPTOR_TARGETS_MAX as u8).all(|target| !template.indications.is_present(target))
    }

    fn settle_layers(&mut self) {
        for (target, layers) in (0..self.targets).zip(&mut self.layers) {
            for template in self.templates.iter().filter(|template| template.indications.is_present(target)) {
                layers.0 = layers.0.max(template.spatial);
                layers.1 = layers.1.max(template.temporal);
            }
        }
    }
}

const LAYERS_END: u32 = 3;

/// How the layer of a template follows from that of the one before it; `None` if it does not.
fn step(before: &Frame, after: &Frame) -> Option<u32> {
    match (after.spatial.checked_sub(before.spatial)?, after.temporal.checked_sub(before.temporal)) {
        (0, Some(0)) => Some(0),
        (0, Some(1)) => Some(1),
        (1, _) if after.temporal == 0 => Some(2),
        _ => None,
    }
}

/// As many templates as there are, with their layers; all else follows.
fn read_layers(reader: &mut BitReader<'_>) -> Result<Vec<Frame>, Malformed> {
    let mut templates = Vec::new();
    let mut template = Frame {
        spatial: 0,
        temporal: 0,
        indications: Indications::default(),
        references: Differences::default(),
        chains: [0; DESCRIPTOR_CHAINS_MAX],
    };
    loop {
        let fits = usize::from(template.spatial) < SPATIAL_LAYERS_MAX
            && usize::from(template.temporal) < TEMPORAL_LAYERS_MAX
            && templates.len() < DESCRIPTOR_TEMPLATES_MAX;
        if !fits {
            return Err(Malformed::Structure);
        }
        templates.push(template);
        match reader.read(2)? {
            0 => {}
            1 => template.temporal += 1,
            2 => (template.spatial, template.temporal) = (template.spatial + 1, 0),
            _ => return Ok(templates),
        }
    }
}
