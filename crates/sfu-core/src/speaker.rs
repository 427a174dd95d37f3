//! Who speaks: for the picture the dominant speaker, for the sound of a large room the loudest few. All of it from the
//! levels that senders put into a header extension (RFC 6464), which stay clear when payloads are encrypted.

use std::time::{Duration, Instant};

use crate::limits::{DECISION_INTERVAL, HEARD_HOLD};

/// The silent end of RFC 6464's scale, in -dBov.
const SILENCE: u8 = 127;

/// Follows whom a room listens to.
///
/// After I. Volfin and I. Cohen, "Dominant speaker identification for multipoint videoconferencing" (Computer Speech &
/// Language 27, 2013): how active somebody is now, over a tenth of a second, and over a whole second is scored by how
/// much likelier speech is than silence, and who challenges must beat the dominant speaker on each of the three scales.
/// Ours in addition: a noise floor for each voice; and on the longest scale the challenger has spoken for half a second,
/// the other for less than a third of one. So two who talk at once do not take turns on the screen.
#[derive(Debug, Default)]
pub(crate) struct Speakers {
    voices: Vec<Voice>,
    dominant: Option<usize>,
    decided_at: Option<Instant>,
}

impl Speakers {
    /// Takes the level of one packet of `who`. Returns whether the dominant speaker is another now.
    pub(crate) fn heard(&mut self, who: usize, level: u8, now: Instant) -> bool {
        match self.voices.iter_mut().find(|voice| voice.who == who) {
            Some(voice) => voice.heard(level, now),
            None => self.voices.push(Voice::new(who, level, now)),
        }
        if self.decided_at.is_some_and(|at| now.saturating_duration_since(at) < DECISION_INTERVAL) {
            return false;
        }
        self.decided_at = Some(now);
        self.decide(now)
    }

    /// Forgets whom `stays` does not name. Returns whether the dominant speaker was among them.
    pub(crate) fn retain(&mut self, stays: impl Fn(usize) -> bool) -> bool {
        self.voices.retain(|voice| stays(voice.who));
        let was = self.dominant;
        self.dominant = was.filter(|&who| stays(who));
        was != self.dominant
    }

    pub(crate) fn dominant(&self) -> Option<usize> {
        self.dominant
    }

    /// `who` is speaking just now.
    pub(crate) fn spoke(&mut self, who: usize, now: Instant) {
        if let Some(voice) = self.voices.iter_mut().find(|voice| voice.who == who) {
            voice.spoke_at = Some(now);
        }
    }

    /// When somebody was last heard speaking.
    pub(crate) fn spoke_at(&self, who: usize) -> Option<Instant> {
        self.voices.iter().find(|voice| voice.who == who)?.spoke_at
    }

    fn decide(&mut self, now: Instant) -> bool {
        for voice in &mut self.voices {
            voice.silent_until(now);
        }
        let scores: Vec<(usize, Scores)> = self.voices.iter().map(|voice| (voice.who, voice.scores())).collect();
        let throne = self.dominant.and_then(|who| scores.iter().find(|(of, _)| *of == who));
        let throne = throne.map_or_else(Scores::none, |(_, scores)| *scores);
        let challengers = scores.iter().filter(|(who, scores)| self.dominant != Some(*who) && scores.beat(&throne));
        let Some((winner, _)) = challengers.max_by(|(_, a), (_, b)| a.medium.total_cmp(&b.medium)) else {
            return false;
        };
        self.dominant = Some(*winner);
        true
    }
}

/// The last second of somebody's voice.
#[derive(Debug)]
struct Voice {
    who: usize,
    /// Activity of each 20 ms, the newest first: 0 for silence to [`Voice::BANDS`] for shouting.
    frames: [u8; Self::FRAMES],
    /// Up to when `frames` tell.
    until: Instant,
    /// What is always there, in -dBov: a fan, a street.
    floor: f32,
    spoke_at: Option<Instant>,
}

impl Voice {
    const FRAME: Duration = Duration::from_millis(20);
    const BANDS: u8 = 13; // The paper's N1.
    const BLOCK_FRAMES: usize = 5; // N2: a tenth of a second.
    const BLOCKS: usize = 10; // N3: a second.
    const FRAMES: usize = Self::BLOCKS * Self::BLOCK_FRAMES;

    const FRAME_SPEAKS: u8 = 4; // Bands that make a frame speech rather than breath.
    const BLOCK_SPEAKS: usize = 3; // Frames that make a block speech: syllables have gaps.
    const BLOCKS_SPEAK: usize = 5; // Blocks that make somebody a speaker: longer than a cough.
    const BLOCKS_QUIET: usize = 3; // Blocks up to which a speaker may be said to have stopped.

    const LOUDEST: f32 = 10.0; // -dBov at the top of the bands: a voice close to a microphone peaks there.
    const QUIETEST: f32 = 62.0; // -dBov at the bottom, however quiet the room is.
    const ABOVE_FLOOR: f32 = 9.0; // dB that speech stands out from what is always there.
    const FLOOR_RISE: f32 = 0.03; // dB a frame: a noise that stays is ignored after some ten seconds, a sentence is not.
    const PACKET_MAX: Duration = Duration::from_millis(120); // The longest packet of Opus; more is a pause.

    fn new(who: usize, level: u8, now: Instant) -> Self {
        let mut voice = Self { who, frames: [0; Self::FRAMES], until: now, floor: level.into(), spoke_at: None };
        voice.push(level, 1);
        voice
    }

    fn heard(&mut self, level: u8, now: Instant) {
        let since = now.saturating_duration_since(self.until);
        if Self::PACKET_MAX < since {
            self.silent_until(now - Self::FRAME); // Discontinuous transmission.
        }
        let frames =
            (now.saturating_duration_since(self.until) + Self::FRAME / 2).div_duration_f32(Self::FRAME) as usize;
        self.push(level, frames);
        self.until += Self::FRAME * frames as u32;
    }

    /// What was not heard was not said.
    fn silent_until(&mut self, now: Instant) {
        let since = now.saturating_duration_since(self.until);
        if Self::PACKET_MAX < since {
            self.push(SILENCE, since.div_duration_f32(Self::FRAME) as usize);
            self.until = now;
        }
    }

    fn push(&mut self, level: u8, frames: usize) {
        let activity = self.activity(f32::from(level), frames);
        let new = frames.min(Self::FRAMES);
        self.frames.rotate_right(new);
        self.frames[..new].fill(activity);
    }

    /// How many of the bands between the floor and the loudest a level fills.
    fn activity(&mut self, level: f32, frames: usize) -> u8 {
        // The floor is louder when its number is smaller.
        self.floor = if level < self.floor { self.floor - Self::FLOOR_RISE * frames as f32 } else { level };
        let bottom = Self::QUIETEST.min(self.floor - Self::ABOVE_FLOOR);
        let filled = (bottom - level) / (bottom - Self::LOUDEST).max(1.0);
        (filled.clamp(0.0, 1.0) * f32::from(Self::BANDS)).ceil() as u8
    }

    fn scores(&self) -> Scores {
        let blocks = self.frames.chunks(Self::BLOCK_FRAMES);
        let speaking = blocks.map(|block| block.iter().filter(|&&frame| Self::FRAME_SPEAKS <= frame).count());
        let speaking: Vec<usize> = speaking.collect();
        let blocks = speaking.iter().filter(|&&frames| Self::BLOCK_SPEAKS <= frames).count();
        Scores {
            immediate: score(self.frames[0].into(), Self::BANDS.into(), 0.78),
            medium: score(speaking[0], Self::BLOCK_FRAMES, 24.0),
            long: score(blocks, Self::BLOCKS, 47.0),
            speaks: Self::BLOCKS_SPEAK <= blocks,
            is_quiet: blocks <= Self::BLOCKS_QUIET,
        }
    }
}

/// How much likelier speech is than silence, on three scales of time.
#[derive(Clone, Copy, Debug)]
struct Scores {
    immediate: f32,
    medium: f32,
    long: f32,
    speaks: bool,
    is_quiet: bool,
}

impl Scores {
    /// The least that a score can be; the paper divides by them.
    const LEAST: f32 = 1e-10;

    // Logarithms of the ratio by which a challenger must be ahead: the paper's C1, C2 and C3.
    const AHEAD_IMMEDIATE: f32 = 3.0;
    const AHEAD_MEDIUM: f32 = 2.0;
    const AHEAD_LONG: f32 = 0.0;

    fn none() -> Self {
        Self { immediate: Self::LEAST, medium: Self::LEAST, long: Self::LEAST, speaks: false, is_quiet: true }
    }

    fn beat(&self, other: &Self) -> bool {
        self.speaks
            && other.is_quiet
            && Self::AHEAD_IMMEDIATE < (self.immediate / other.immediate).ln()
            && Self::AHEAD_MEDIUM < (self.medium / other.medium).ln()
            && Self::AHEAD_LONG < (self.long / other.long).ln()
    }
}

/// The log-likelihood ratio of `active` of `all` parts being active under speech (binomial with p = 1/2) against silence
/// (exponential with `rate`): equations 3 to 6 of the paper.
fn score(active: usize, all: usize, rate: f32) -> f32 {
    let choose: f32 = (0..active).map(|n| ((all - n) as f32 / (n + 1) as f32).ln()).sum();
    let score = choose - all as f32 * std::f32::consts::LN_2 - rate.ln() + rate * active as f32;
    score.max(Scores::LEAST)
}

/// Turns levels into "speaks" and "stopped", with hysteresis so that a breath is not the end of a sentence.
#[derive(Debug)]
pub(crate) struct Loudness {
    /// Smoothed, in -dBov.
    level: f32,
    speaking: bool,
    /// Since when it has been quiet while "speaking".
    quiet_since: Option<Instant>,
}

impl Default for Loudness {
    fn default() -> Self {
        Self { level: SILENCE.into(), speaking: false, quiet_since: None }
    }
}

impl Loudness {
    const SPEAKS: f32 = 45.0; // Speech is about -20 to -40 dBov, a quiet room -60 and below.
    const QUIET: f32 = 55.0;
    const HOLD: Duration = Duration::from_millis(600);
    const SMOOTHING: f32 = 0.3; // Three packets (60 ms) of speech: a click is shorter.

    /// Takes the level of one packet. Returns a change.
    pub(crate) fn heard(&mut self, level: u8, now: Instant) -> Option<bool> {
        self.level += (f32::from(level) - self.level) * Self::SMOOTHING;
        if self.level < Self::SPEAKS {
            self.quiet_since = None;
            return (!std::mem::replace(&mut self.speaking, true)).then_some(true);
        }
        if self.level < Self::QUIET {
            self.quiet_since = None;
            return None;
        }
        let since = *self.quiet_since.get_or_insert(now);
        if Self::HOLD <= now.saturating_duration_since(since) { self.silenced() } else { None }
    }

    pub(crate) fn speaks(&self) -> bool {
        self.speaking
    }

    /// Nothing is heard any more. Returns a change.
    pub(crate) fn silenced(&mut self) -> Option<bool> {
        let was = std::mem::take(self).speaking;
        was.then_some(false)
    }
}

/// The microphones of a large room that are passed on now: the loudest few, each for a while so that no word is cut.
#[derive(Debug, Default)]
pub(crate) struct Loudest {
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    who: usize,
    /// Smoothed, in -dBov.
    level: f32,
    /// When it was last loud enough to be speech.
    loud_at: Option<Instant>,
    since: Instant,
}

impl Loudest {
    const SMOOTHING: f32 = 0.3;
    const LOUDER: f32 = 6.0; // dB by which somebody must be louder to take the place of one who speaks: twice the pressure.

    /// Whether a packet of `who` is passed on, when at most `places` people are. A packet without a level counts as
    /// speech of moderate loudness.
    pub(crate) fn admits(&mut self, who: usize, level: Option<u8>, places: usize, now: Instant) -> bool {
        let level = level.map_or(Loudness::SPEAKS - 1.0, f32::from);
        self.places.truncate(places);
        if let Some(place) = self.places.iter_mut().find(|place| place.who == who) {
            place.level += (level - place.level) * Self::SMOOTHING;
            if level < Loudness::QUIET {
                place.loud_at = Some(now);
            }
            return true;
        }
        let loud_at = (level < Loudness::QUIET).then_some(now);
        let new = Place { who, level, loud_at, since: now };
        if self.places.len() < places {
            self.places.push(new);
            return true;
        }
        if Loudness::SPEAKS <= level {
            return false;
        }
        let is_recent = |at: Instant| now.saturating_duration_since(at) < HEARD_HOLD;
        // Whoever has been silent for a while goes first, then whoever is much quieter.
        let (silent, speaking): (Vec<_>, Vec<_>) =
            self.places.iter_mut().partition(|place| !place.loud_at.is_some_and(is_recent));
        let longest_silent = silent.into_iter().min_by_key(|place| place.loud_at);
        let quietest = || {
            let quieter =
                speaking.into_iter().filter(|place| level + Self::LOUDER < place.level && !is_recent(place.since));
            quieter.max_by(|a, b| a.level.total_cmp(&b.level))
        };
        let Some(place) = longest_silent.or_else(quietest) else { return false };
        *place = new;
        true
    }

    pub(crate) fn retain(&mut self, stays: impl Fn(usize) -> bool) {
        self.places.retain(|place| stays(place.who));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: Duration = Duration::from_millis(20);
    const QUIET_ROOM: u8 = 68;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    /// What somebody does.
    #[derive(Clone, Copy)]
    enum Does {
        Silent,
        /// Syllables of some 200 ms with gaps between them, of changing loudness.
        Speaks,
        Coughs,
        /// Sends nothing at all.
        Gone,
        Fan,
    }

    struct Talk {
        speakers: Speakers,
        now: Instant,
        dice: u32,
        /// Packets until each one's syllable or gap is over, and whether it is a syllable.
        syllables: Vec<(u32, bool)>,
        switches: Vec<(Duration, Option<usize>)>,
        began: Instant,
    }

    impl Talk {
        fn new(seed: u32) -> Self {
            let now = start();
            let speakers = Speakers::default();
            Self { speakers, now, dice: seed, syllables: Vec::new(), switches: Vec::new(), began: now }
        }

        fn roll(&mut self, below: u32) -> u32 {
            self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.dice >> 16) % below
        }

        fn level(&mut self, who: usize, does: Does) -> Option<u8> {
            Some(match does {
                Does::Gone => return None,
                Does::Silent => QUIET_ROOM + self.roll(5) as u8,
                Does::Fan => 47 + self.roll(3) as u8,
                Does::Coughs => 18,
                Does::Speaks => {
                    self.syllables.resize(self.syllables.len().max(who + 1), (0, false));
                    if self.syllables[who].0 == 0 {
                        let sounds = !self.syllables[who].1;
                        let length = if sounds { 6 + self.roll(10) } else { 2 + self.roll(6) };
                        self.syllables[who] = (length, sounds);
                    }
                    self.syllables[who].0 -= 1;
                    if self.syllables[who].1 { 24 + self.roll(14) as u8 } else { 58 + self.roll(8) as u8 }
                }
            })
        }

        fn go_on(&mut self, millis: u64, all: &[Does]) {
            for _ in 0..millis / 20 {
                self.now += PACKET;
                for (who, &does) in all.iter().enumerate() {
                    let Some(level) = self.level(who, does) else { continue };
                    if self.speakers.heard(who, level, self.now) {
                        self.switches.push((self.now - self.began, self.speakers.dominant()));
                    }
                    if let Does::Speaks = does {
                        self.speakers.spoke(who, self.now);
                    }
                }
            }
        }
    }

    const SEEDS: std::ops::Range<u32> = 0..200;

    #[test]
    fn who_speaks_is_dominant_within_a_second_or_so() {
        use Does::{Silent, Speaks};
        for seed in SEEDS {
            let mut talk = Talk::new(seed);
            talk.go_on(1000, &[Silent, Silent, Silent]);
            assert_eq!(talk.speakers.dominant(), None, "silence has no speaker");
            talk.go_on(1300, &[Silent, Speaks, Silent]);
            assert_eq!(talk.speakers.dominant(), Some(1), "seed {seed}");
            talk.go_on(5000, &[Silent, Speaks, Silent]);
            talk.go_on(1500, &[Silent, Silent, Speaks]);
            assert_eq!(talk.speakers.dominant(), Some(2), "seed {seed}");
            talk.go_on(5000, &[Silent, Silent, Silent]);
            assert_eq!(talk.switches.len(), 2, "seed {seed}: who spoke last stays");
        }
    }

    #[test]
    fn a_cough_does_not_switch() {
        use Does::{Coughs, Silent, Speaks};
        for seed in SEEDS {
            let mut talk = Talk::new(seed);
            talk.go_on(400, &[Silent, Coughs]);
            talk.go_on(2000, &[Silent, Silent]);
            assert_eq!(talk.speakers.dominant(), None);
            talk.go_on(2000, &[Speaks, Silent]);
            talk.go_on(400, &[Speaks, Coughs]);
            talk.go_on(3000, &[Silent, Silent]);
            talk.go_on(400, &[Silent, Coughs]);
            talk.go_on(2000, &[Silent, Silent]);
            assert_eq!(talk.switches.len(), 1, "seed {seed}");
            assert_eq!(talk.speakers.dominant(), Some(0));
        }
    }

    #[test]
    fn two_who_talk_at_once_do_not_take_turns() {
        use Does::{Silent, Speaks};
        let mut switches = 0;
        for seed in SEEDS {
            let mut talk = Talk::new(seed);
            talk.go_on(3000, &[Speaks, Silent]);
            talk.go_on(10_000, &[Speaks, Speaks]);
            switches += talk.switches.len() - 1;
        }
        assert_eq!(switches, 0, "in {} s", SEEDS.len() * 10);
    }

    #[test]
    fn a_fan_is_not_a_speaker_and_does_not_hide_one() {
        use Does::{Fan, Silent, Speaks};
        for seed in SEEDS {
            let mut talk = Talk::new(seed);
            talk.go_on(20_000, &[Fan, Silent]);
            assert_eq!(talk.speakers.dominant(), None);
            talk.go_on(1500, &[Fan, Speaks]);
            assert_eq!(talk.speakers.dominant(), Some(1));
            talk.go_on(1500, &[Speaks, Silent]);
            assert_eq!(talk.speakers.dominant(), Some(0));
        }
    }

    #[test]
    fn who_sends_nothing_is_silent_and_who_left_is_forgotten() {
        use Does::{Gone, Silent, Speaks};
        let mut talk = Talk::new(1);
        talk.go_on(3000, &[Speaks, Silent]);
        talk.go_on(2000, &[Gone, Speaks]);
        assert_eq!(talk.speakers.dominant(), Some(1));
        assert!(talk.speakers.spoke_at(0) < talk.speakers.spoke_at(1));
        assert!(!talk.speakers.retain(|who| who == 1));
        assert_eq!((talk.speakers.spoke_at(0), talk.speakers.voices.len()), (None, 1));
        assert!(talk.speakers.retain(|_| false));
        assert_eq!((talk.speakers.dominant(), talk.speakers.voices.len()), (None, 0));
    }

    #[test]
    fn packets_of_any_length_are_the_same_voice() {
        for millis in [10, 20, 40, 60, 120] {
            let (mut speakers, mut now) = (Speakers::default(), start());
            for n in 0..2000 / millis {
                now += Duration::from_millis(millis);
                let level = if n * millis % 300 < 60 { 70 } else { 30 };
                speakers.heard(7, level, now);
            }
            assert_eq!(speakers.dominant(), Some(7), "{millis} ms");
        }
    }

    #[test]
    fn a_breath_is_not_the_end_of_a_sentence() {
        let mut now = start();
        let mut loudness = Loudness::default();
        let mut changes = Vec::new();
        for (level, packets) in [(127, 50), (30, 1), (127, 20), (30, 50), (127, 10), (30, 50), (127, 100)] {
            for _ in 0..packets {
                now += PACKET;
                changes.extend(loudness.heard(level, now));
            }
        }
        assert_eq!(changes, [true, false]);
    }

    /// Who is passed on once everybody has sent a packet at such a level?
    fn passed(loudest: &mut Loudest, levels: &[u8], now: Instant) -> Vec<usize> {
        for (who, &level) in levels.iter().enumerate() {
            loudest.admits(who, Some(level), 2, now);
        }
        let mut passed: Vec<_> = loudest.places.iter().map(|place| place.who).collect();
        passed.sort_unstable();
        passed
    }

    #[test]
    fn the_loudest_few_are_heard_and_nobody_is_cut_off_in_a_word() {
        let (mut loudest, mut now) = (Loudest::default(), start());
        assert_eq!(passed(&mut loudest, &[80, 80, 80], now), [0, 1], "silence needs no choice");
        assert_eq!(passed(&mut loudest, &[80, 80, 30], now), [1, 2], "a voice takes the place of a silence at once");
        assert_eq!(passed(&mut loudest, &[30, 80, 80], now), [0, 2]);
        now += HEARD_HOLD / 2;
        assert_eq!(passed(&mut loudest, &[80, 30, 80], now), [0, 2], "between two words they keep their places");
        for _ in 0..50 {
            passed(&mut loudest, &[30, 80, 25], now);
            now += PACKET;
        }
        assert_eq!(passed(&mut loudest, &[30, 30, 25], now), [0, 2], "a little louder is not enough");
        assert_eq!(passed(&mut loudest, &[40, 15, 25], now), [1, 2], "much louder is");
        loudest.retain(|who| who != 1);
        assert_eq!(passed(&mut loudest, &[30, 80, 25], now), [0, 2]);
        assert!(loudest.places.len() <= 2);
    }

    #[test]
    fn who_tells_no_level_is_heard_too() {
        let (mut loudest, now) = (Loudest::default(), start());
        assert_eq!(passed(&mut loudest, &[90, 90], now), [0, 1]);
        assert!(loudest.admits(2, None, 2, now + HEARD_HOLD));
    }
}
