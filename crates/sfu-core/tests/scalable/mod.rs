//! A sender of scalable video without any video: frames with their descriptors.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use sfu_core::descriptor::{Descriptor, Differences, Frame, Indication, Indications, Structure};
use sfu_core::limits::DESCRIPTOR_CHAINS_MAX;

/// How spatial layers depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In every picture: `L3T3`.
    Full,
    /// In keyframes only: `L3T3_KEY`.
    Key,
    /// Never: `S3T3`.
    Apart,
}

/// Makes pictures of up to three spatial and three temporal layers.
pub(crate) struct Encoder {
    mode: Mode,
    spatial: u8,
    temporal: u8,
    structure: Arc<Structure>,
    state: State,
    /// The decode targets that it says it produces.
    pub(crate) active: u32,
}

#[derive(Clone, Default)]
struct State {
    number: u64,
    /// Pictures since the keyframe.
    since_key: usize,
    /// The last frame of each spatial layer with at most that temporal layer.
    last: [[u64; 3]; 3],
    /// The last frame of each chain.
    chains: [u64; 3],
}

impl Encoder {
    pub(crate) fn new(mode: Mode, spatial: u8, temporal: u8) -> Self {
        let mut state = State { number: 100, ..State::default() };
        let mut templates: Vec<Frame> = Vec::new();
        for _ in 0..9 {
            for frame in state.picture(mode, spatial, temporal) {
                if !templates.contains(&frame) {
                    templates.push(frame);
                }
            }
        }
        templates.sort_by_key(|frame| (frame.spatial, frame.temporal));
        let targets = spatial * temporal;
        let protected_by: Vec<u8> = (0..targets).map(|target| target / temporal).collect();
        let structure = Structure::new(0, targets, templates, &protected_by, &[]).expect("well formed");
        let active = structure.all_targets();
        let state = State { number: 100, ..State::default() };
        Self { mode, spatial, temporal, structure: Arc::new(structure), state, active }
    }

    /// The next picture is a keyframe.
    pub(crate) fn key(&mut self) {
        self.state.since_key = 0;
    }

    /// The frames of the next picture, each in one packet.
    pub(crate) fn picture(&mut self) -> Vec<Descriptor> {
        let mut is_attached = self.state.since_key == 0;
        let first = self.state.number;
        let frames = self.state.picture(self.mode, self.spatial, self.temporal);
        let mut descriptors = Vec::new();
        for (number, frame) in (first..).zip(frames) {
            let template = self.structure.templates().iter().position(|template| *template == frame);
            // Keyframes in other places than those of the sample have other distances: as custom ones.
            let alike = |template: &Frame| (template.spatial, template.temporal) == (frame.spatial, frame.temporal);
            let template =
                template.or_else(|| self.structure.templates().iter().position(alike)).expect("one for each layer");
            descriptors.push(Descriptor {
                is_start: true,
                is_end: true,
                number,
                template: template as u8,
                frame,
                structure: Arc::clone(&self.structure),
                is_attached: std::mem::take(&mut is_attached),
                active: self.active,
            });
        }
        descriptors
    }
}

impl State {
    fn picture(&mut self, mode: Mode, spatial: u8, temporal: u8) -> Vec<Frame> {
        let is_key = self.since_key == 0;
        // 0 2 1 2, as browsers do.
        let layer = match temporal {
            _ if is_key => 0,
            1 => 0,
            2 => (self.since_key % 2) as u8,
            _ => [0, 2, 1, 2][self.since_key % 4],
        };
        self.since_key += 1;
        let mut frames = Vec::new();
        for s in 0..spatial {
            let is_linked = s > 0 && (mode == Mode::Full || (mode == Mode::Key && is_key));
            let mut references = Vec::new();
            if !is_key {
                let last = &self.last[usize::from(s)];
                let newest = last[..=usize::from(layer.saturating_sub(1))].iter().max().expect("some");
                references.push((self.number - newest) as u16);
            }
            if is_linked {
                references.push(1);
            }
            let mut chains = [0; DESCRIPTOR_CHAINS_MAX];
            for (chain, last) in chains.iter_mut().zip(&self.chains).take(usize::from(spatial)) {
                *chain = if is_key && (*last < self.number - u64::from(s)) { 0 } else { (self.number - last) as u8 };
            }
            let targets = (0..spatial).flat_map(|ts| (0..temporal).map(move |tt| (ts, tt)));
            let indications = targets.map(|(ts, tt)| {
                let has_size = match mode {
                    Mode::Full => s <= ts,
                    Mode::Key => s == ts || (is_key && s <= ts),
                    Mode::Apart => s == ts,
                };
                match () {
                    () if !has_size || tt < layer => Indication::NotPresent,
                    () if is_key || (s == ts && (layer == 0 || layer < tt)) => Indication::Switch,
                    () if s == ts => Indication::Discardable,
                    () => Indication::Required,
                }
            });
            let indications: Vec<Indication> = indications.collect();
            for chain in 0..spatial {
                let is_in = match mode {
                    Mode::Full => s <= chain,
                    Mode::Key => s == chain || (is_key && s <= chain),
                    Mode::Apart => s == chain,
                };
                if is_in && layer == 0 {
                    self.chains[usize::from(chain)] = self.number;
                }
            }
            let newest = &mut self.last[usize::from(s)];
            if is_key {
                *newest = [self.number; 3];
            }
            newest[usize::from(layer)] = self.number;
            frames.push(Frame {
                spatial: s,
                temporal: layer,
                indications: Indications::new(&indications),
                references: Differences::new(&references).expect("few"),
                chains,
            });
            self.number += 1;
        }
        frames
    }
}

/// A structure with the templates of [`table`].
pub(crate) fn structure(
    offset: u8,
    templates: &str,
    protected_by: &[u8],
    resolutions: &[(u16, u16)],
) -> Arc<Structure> {
    let templates = table(templates);
    let targets = protected_by.len() as u8;
    Arc::new(Structure::new(offset, targets, templates, protected_by, resolutions).expect("well formed"))
}

/// Templates as the tables of the specification have them: `spatial temporal differences/chains indications`, parted by
/// semicolons.
pub(crate) fn table(templates: &str) -> Vec<Frame> {
    let numbers =
        |list: &str| -> Vec<u16> { list.split(',').filter_map(|number| number.trim().parse().ok()).collect() };
    let frames = templates.split(';').map(|row| {
        let (head, letters) = row.trim().rsplit_once(' ').expect("letters");
        let (layers, chains) = head.split_once('/').expect("chains");
        let mut words = layers.splitn(3, ' ');
        let mut layer = || words.next().and_then(|word| word.parse().ok()).expect("a layer");
        let (spatial, temporal) = (layer(), layer());
        let differences = numbers(words.next().unwrap_or(""));
        let mut frame = Frame {
            spatial,
            temporal,
            indications: Indications::new(&letters.chars().map(indication).collect::<Vec<_>>()),
            references: Differences::new(&differences).expect("few"),
            chains: [0; DESCRIPTOR_CHAINS_MAX],
        };
        frame.chains.iter_mut().zip(numbers(chains)).for_each(|(chain, diff)| *chain = diff as u8);
        frame
    });
    frames.collect()
}

fn indication(letter: char) -> Indication {
    match letter {
        '-' => Indication::NotPresent,
        'D' => Indication::Discardable,
        'S' => Indication::Switch,
        'R' => Indication::Required,
        other => panic!("{other} is no indication"),
    }
}
