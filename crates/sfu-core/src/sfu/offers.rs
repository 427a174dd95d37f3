//! Offers: an answer, tracks, lines and slots, and who receives whom from then on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::Rng;

use super::{Bandwidth, Sfu};
use crate::demux::{Ufrag, random_token};
use crate::guard::IngressGuard;
use crate::limits::SESSION_LINES_MAX;
use crate::negotiate::{self, Answer, AnswerLine, LineKind, Offer};
use crate::outbox::Run;
use crate::participant::{Link, Live};
use crate::plane::Negotiated;
use crate::room::default_source;
use crate::subscription::Line;
use crate::track::Track;
use crate::transport::{Identity, Session};
use crate::{Certificate, Config, Error, Event, Output, RequestId, RoomId, Source};

impl Sfu {
    pub(super) fn on_offer(&mut self, index: usize, request: RequestId, sdp: &str, sources: &[(String, Source)]) {
        let Some(participant) = self.participants[index].as_ref().map(|participant| participant.id) else { return };
        match self.answer(index, sdp, sources) {
            Ok(sdp) => {
                self.emit(Event::Answer { request, participant, sdp: sdp.into() });
                self.negotiated(index, sources);
            }
            Err(error) => {
                self.stats.limited += u64::from(matches!(error, Error::Full(_)));
                self.emit(Event::Refused { request, participant, error });
            }
        }
    }

    fn answer(&mut self, index: usize, sdp: &str, sources: &[(String, Source)]) -> Result<String, Error> {
        let offer = Offer::parse(sdp)?;
        check_sources(&offer, sources)?;
        let live = self.participants[index].as_ref().and_then(|participant| participant.live.as_deref());
        let is_same = live.is_some_and(|live| live.origin == offer.origin && live.fingerprint == offer.fingerprint);
        if is_same {
            return self.renegotiate(index, offer);
        }
        // Another PeerConnection, as after a reload: another session, and only now the old one goes.
        let (live, answer) = self.connect(index, offer)?;
        self.drop_session(index);
        if let Some(participant) = &mut self.participants[index] {
            participant.closed_at = None;
            participant.live = Some(live);
        }
        Ok(answer)
    }

    fn connect(&mut self, index: usize, offer: Offer) -> Result<(Box<Live>, String), Error> {
        let identity = new_identity(index, &mut self.rng);
        let Config { candidates, certificate, .. } = &self.config;
        let session = Session::new(&certificate.0, candidates, &identity, &offer, self.now)?;
        self.sessions += 1;
        let mut guard = IngressGuard::new(self.now);
        if let Some(participant) = &self.participants[index] {
            guard.cap_media(participant.ingress_limit, self.now);
        }
        let answers = (session_id(&identity), 0);
        let mut live = Box::new(Live {
            session,
            number: self.sessions,
            identity,
            origin: offer.origin.clone(),
            fingerprint: offer.fingerprint.clone(),
            peer: offer.ice.clone(),
            former: None,
            extensions: Vec::new(),
            offered: Arc::default(),
            answers,
            guard,
            link: Link::Connecting { since: self.now },
            checked_at: self.now,
            addresses: Vec::new(),
            addresses_seen: 0,
            route: None,
            tracks: Vec::new(),
            lines: Vec::new(),
            slots: Vec::new(),
            waiting: 0,
            stalled: 0,
            turn: 0,
            pace_due: None,
            bandwidth: Bandwidth::new(self.now),
            run: Run::default(),
            stuck_since: None,
            ssrcs: BTreeSet::new(),
            session_due: None,
            active_at: self.now,
            sent_at: None,
        });
        accept(&mut live, index, offer, &mut self.rng, self.now)?;
        let answer = answer(&live, &self.config.certificate);
        Ok((live, answer))
    }

    fn renegotiate(&mut self, index: usize, offer: Offer) -> Result<String, Error> {
        let live = self.participants[index].as_mut().and_then(|participant| participant.live.as_deref_mut());
        let live = live.ok_or(Error::Misuse("nobody offers"))?;
        accept(live, index, offer, &mut self.rng, self.now)?;
        Ok(answer(live, &self.config.certificate))
    }

    /// Brings tracks and slots in line with the last offer.
    fn negotiated(&mut self, index: usize, sources: &[(String, Source)]) {
        let Some(participant) = &mut self.participants[index] else { return };
        let (id, room) = (participant.id, participant.room);
        let Some(live) = participant.live.as_deref_mut() else { return };
        let mut former = std::mem::take(&mut live.tracks);
        let mut begun = Vec::new();
        for line in live.offered.iter().filter(|line| line.sends) {
            let is_video = line.kind == LineKind::Video;
            let named = sources.iter().find(|(name, _)| *name == line.name).map(|(_, source)| *source);
            let kept = former.iter().position(|track| track.mid == line.mid);
            let fits = |track: &Track| named.is_none_or(|named| named == track.source) && track.has_rids(&line.rids);
            let kept = kept.filter(|&at| fits(&former[at])).map(|at| former.remove(at));
            let source = named.unwrap_or_else(|| default_source(is_video));
            if is_video && kept.is_none() {
                begun.push(live.tracks.len());
            }
            let mut track = kept.unwrap_or_else(|| Track::new(line.mid, source, is_video, &line.rids));
            track.muted = participant.muted.contains(&track.source);
            live.tracks.push(track);
        }
        live.form_slots();
        for track in former {
            self.unpublish(id, &track);
        }
        self.arrange(room);
        for track in begun {
            self.tell_wanted(index, track); // Its m-line may have been told to rest when it last carried something.
        }
        self.mark_dirty(index);
        self.update_wake(index);
    }

    /// Decides anew who receives whom, and tells.
    pub(super) fn arrange(&mut self, room: RoomId) {
        let Some(found) = self.rooms.get_mut(&room).filter(|room| !room.closing) else { return };
        let arranged = found.arrange(&mut self.participants);
        if arranged.lost_speaker {
            self.outputs.push_back(Output::Event(Event::DominantSpeaker { room, participant: None }));
        }
        let mut told = Vec::new();
        for change in arranged.slots {
            if told.contains(&change) {
                continue; // Freed and taken at once: one change for the viewer.
            }
            let Some(participant) = &self.participants[change.viewer] else { continue };
            let Some(live) = participant.live.as_deref() else { continue };
            let Some(slot) = live.slots.get(change.slot) else { continue };
            let name = |line: Option<usize>| line.and_then(|line| live.lines.get(line)).map(|line| line.name.clone());
            self.outputs.push_back(Output::Event(Event::SlotAssigned {
                viewer: participant.id,
                slot: change.slot,
                audio_mid: name(slot.audio),
                video_mid: name(slot.video),
                publisher: slot.occupant.map(|occupant| occupant.id),
                source: slot.picture(),
            }));
            told.push(change);
        }
        self.allocate_room(room);
        for (publisher, track) in arranged.wanted {
            self.want_keyframe(publisher, track);
        }
    }
}

/// For `o=` of answers: of the dice, as the first ufrag is, and no count of sessions, which would tell how many there are.
fn session_id(identity: &Identity) -> u64 {
    identity.ufrag.bytes().fold(0, |id: u64, byte| (id << 5 ^ id >> 59) ^ u64::from(byte)) >> 1
}

fn new_identity(index: usize, rng: &mut ChaCha12Rng) -> Identity {
    let index = u32::try_from(index).expect("there are at most PARTICIPANTS_MAX");
    Identity { ufrag: Ufrag::encode(index, rng), password: random_token(24, rng) } // 144 bits.
}

/// Takes an offer: from now on its m-lines hold.
fn accept(live: &mut Live, index: usize, offer: Offer, rng: &mut ChaCha12Rng, now: Instant) -> Result<(), Error> {
    offer.check_follows(&live.offered, &live.extensions)?;
    let is_new = |line: &&negotiate::Line| line.receives && live.line(line.mid).is_none();
    if SESSION_LINES_MAX < live.ssrcs.len() + offer.lines.iter().filter(is_new).count() {
        return Err(Error::Full("receiving m-lines of a session"));
    }
    if offer.ice != live.peer {
        let identity = new_identity(index, rng);
        live.session.restart(&identity, &offer)?;
        let former = std::mem::replace(&mut live.identity, identity);
        live.former.get_or_insert((former, live.peer.clone())); // A second restart: the first was never used.
    }
    live.session.accept(&offer);
    live.guard.negotiated(offer.declared_ssrcs());
    live.session.plane.negotiate(Negotiated::of(&offer), now);
    let mut lines: Vec<Line> = Vec::with_capacity(offer.lines.iter().filter(|line| line.receives).count());
    for line in offer.lines.iter().filter(|line| line.kind != LineKind::Data) {
        if let Some(known) = live.lines.iter().position(|known| known.mid == line.mid) {
            lines.push(live.lines.swap_remove(known));
        } else if line.receives {
            let ssrc = loop {
                let ssrc = rng.next_u32() | 1; // Zero means a probe.
                // Of former lines, too: the same key must not seal one number of an SSRC twice.
                if live.ssrcs.insert(ssrc | 0x8000_0000) {
                    break ssrc;
                }
            };
            let repair_payload_type = line.repair_payload_type();
            let repair = repair_payload_type.map(|_| ssrc ^ 0x8000_0000);
            let padding = repair_payload_type.map(|payload_type| (payload_type, line.ids));
            live.session.plane.open(line.mid, (ssrc, repair), padding, rng);
            let (is_video, start) = (line.kind == LineKind::Video, rng.next_u32() as u16);
            lines.push(Line::new(line.mid, line.name.clone(), is_video, ssrc, start));
        }
    }
    for line in &mut lines {
        line.delivery = None;
        line.feed = None; // The indices are new; `Room::arrange` ties them again.
        line.queue.clear();
    }
    (live.waiting, live.stalled) = (0, 0);
    live.session.plane.keep_open(|ssrc| lines.iter().any(|line| line.ssrc == ssrc));
    live.lines = lines;
    live.extensions = offer.extensions;
    live.peer = offer.ice;
    live.offered = offer.lines;
    live.form_slots();
    live.answers.1 += 1;
    Ok(())
}

/// What the last offer is told.
fn answer(live: &Live, certificate: &Certificate) -> String {
    let lines = live.offered.iter().map(|offered| {
        let line = live.line(offered.mid);
        let slot =
            line.and_then(|line| live.slots.iter().position(|slot| [slot.audio, slot.video].contains(&Some(line))));
        let ssrc = line.map(|line| live.lines[line].ssrc);
        AnswerLine { offered, slot, ssrcs: ssrc.map(|ssrc| (ssrc, live.session.plane.repair_of(ssrc))) }
    });
    let lines: Vec<_> = lines.collect();
    Answer {
        origin: live.answers,
        ice: &live.identity,
        fingerprint: certificate.0.fingerprint(),
        candidates: live.session.candidates(),
        lines: &lines,
    }
    .write()
}

fn check_sources(offer: &Offer, sources: &[(String, Source)]) -> Result<(), Error> {
    for (name, source) in sources {
        let line = offer.lines.iter().find(|line| line.name == *name);
        let kind = line.ok_or(Error::Misuse("a source names an m-line that the offer does not have"))?.kind;
        let fits = match source {
            Source::Microphone => kind == LineKind::Audio,
            Source::Camera => kind == LineKind::Video,
            Source::Screen => kind != LineKind::Data,
        };
        if !fits {
            return Err(Error::Misuse("a source names an m-line of another kind"));
        }
    }
    Ok(())
}
