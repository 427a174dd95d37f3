//! Offers: an answer, tracks, lines and slots, and who receives whom from then on.

use std::collections::BTreeSet;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::Rng;

use super::{Bandwidth, Sfu};
use crate::demux::{Ufrag, random_token};
use crate::guard::IngressGuard;
use crate::negotiate::{AnswerEdits, LineKind, Offer};
use crate::outbox::Run;
use crate::participant::{Link, Live};
use crate::room::default_source;
use crate::subscription::Line;
use crate::track::Track;
use crate::transport::{Identity, Mid, Session};
use crate::{Config, Error, Event, Output, RequestId, RoomId, Source};

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
        let mut live = Box::new(Live {
            session,
            number: self.sessions,
            identity,
            origin: offer.origin.clone(),
            fingerprint: offer.fingerprint.clone(),
            peer: offer.ice.clone(),
            former: None,
            extensions: Vec::new(),
            offered: Vec::new(),
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
        let answer = accept(&mut live, index, offer, &mut self.rng, self.now)?;
        Ok((live, answer))
    }

    fn renegotiate(&mut self, index: usize, offer: Offer) -> Result<String, Error> {
        let live = self.participants[index].as_mut().and_then(|participant| participant.live.as_deref_mut());
        let live = live.ok_or(Error::Misuse("nobody offers"))?;
        accept(live, index, offer, &mut self.rng, self.now)
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

fn new_identity(index: usize, rng: &mut ChaCha12Rng) -> Identity {
    let index = u32::try_from(index).expect("there are at most PARTICIPANTS_MAX");
    Identity { ufrag: Ufrag::encode(index, rng), password: random_token(24, rng) } // 144 bits.
}

/// Gives an offer to the engine, and makes of its answer ours: SSRCs and credentials from our dice, slots as streams.
fn accept(live: &mut Live, index: usize, offer: Offer, rng: &mut ChaCha12Rng, now: Instant) -> Result<String, Error> {
    if !offer.agrees(&live.extensions) {
        return Err(Error::Peer("the header extensions differ from an earlier offer's"));
    }
    let answer = live.session.accept(&offer.sdp, &live.identity, &live.peer)?;
    let restarted = live.session.local_ufrag() != live.identity.ufrag;
    if restarted {
        let former = std::mem::replace(&mut live.identity, new_identity(index, rng));
        live.former.get_or_insert((former, live.peer.clone())); // A second restart: the first was never used.
        live.session.set_identity(&live.identity);
    }
    live.guard.negotiated(offer.declared_ssrcs());
    live.session.negotiated(&offer, now);
    let mut ssrcs = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for line in offer.lines.iter().filter(|line| line.kind != LineKind::Data) {
        if let Some(known) = live.lines.iter().position(|known| known.mid == line.mid) {
            lines.push(live.lines.swap_remove(known));
        } else if let Some((ssrc, repair)) = live.session.sending(line.mid) {
            let new = loop {
                let new = rng.next_u32() | 1; // Zero means a probe.
                // Of former lines, too: the same key must not seal one number of an SSRC twice.
                if live.ssrcs.insert(new | 0x8000_0000) {
                    break new;
                }
            };
            let new_repair = repair.map(|_| new ^ 0x8000_0000);
            live.session.name_sending(line.mid, ssrc, new, new_repair, rng);
            ssrcs.push((ssrc, new));
            ssrcs.extend(repair.zip(new_repair));
            let (is_video, start) = (line.kind == LineKind::Video, rng.next_u32() as u16);
            lines.push(Line::new(line.mid, line.name.clone(), is_video, new, start));
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
    let slot_lines = live.slots.iter().enumerate().flat_map(|(n, slot)| {
        [slot.audio, slot.video].into_iter().flatten().map(move |line| (line, format!("slot{n}")))
    });
    let streams: Vec<(Mid, String)> = slot_lines.map(|(line, stream)| (live.lines[line].mid, stream)).collect();
    let Identity { ufrag, password } = &live.identity;
    let ice = restarted.then_some((ufrag.as_str(), password.as_str()));
    Ok(AnswerEdits { streams: &streams, ssrcs: &ssrcs, ice }.apply(&answer))
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
