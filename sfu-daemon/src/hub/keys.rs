//! The keys of areas: what staff's browsers have made of them, and which browsers want to take part. The server keeps and shows what they say;
//! `docs/e2ee.md` has what it means, and why nobody need believe the server.

use std::collections::{BTreeMap, VecDeque};

use sfu_lobby::AreaId;
use sfu_signal::{ErrorCode, KeyOffer, Seal, SealedDevice, ServerMessage};
use tokio::time::Instant;

use super::{Answer, Hub, No, Save, SocketId};
use crate::limits::{
    AREA_TEXT_CHARS_MAX, KEY_OFFER_KEPT, KEY_OFFERS_MAX, SEAL_DEVICE_BLOBS_MAX, SEAL_DEVICE_CHARS_MAX,
    SEAL_DEVICES_MAX, SEAL_MOVED_MAX, SEAL_STATEMENT_CHARS_MAX,
};
use crate::statement::{self, Terms};
use crate::store::AreaSeal;
use crate::telemetry;

/// Of all areas.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<AreaId, AreaKeys>);

#[derive(Default)]
struct AreaKeys {
    kept: Option<(AreaSeal, Terms)>,
    /// The oldest first, each until its time is over.
    offers: VecDeque<(Instant, KeyOffer)>,
}

impl Keys {
    /// What the database had. Statements that do not hold are left out: a browser that has the root says them again.
    pub(super) fn restore(&mut self, area: AreaId, slug: &str, kept: AreaSeal) {
        match statement::terms(slug, &kept.seal, &kept.devices) {
            Ok(terms) => self.0.entry(area).or_default().kept = Some((kept, terms)),
            Err(why) => tracing::error!(area = area.0, why, "the stored keys of an area do not hold"),
        }
    }

    /// With their area.
    pub(super) fn forget(&mut self, area: AreaId) {
        self.0.remove(&area);
    }

    pub(super) fn seal(&self, area: AreaId) -> Option<&Seal> {
        self.0.get(&area)?.kept.as_ref().map(|(kept, _)| &kept.seal)
    }

    /// Whether names may come in clear, and devices, which seal for nobody: no key holder has said that all be sealed.
    pub(super) fn takes_clear(&self, area: AreaId) -> bool {
        self.0.get(&area).and_then(|keys| keys.kept.as_ref()).is_none_or(|(_, terms)| terms.takes_clear)
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.0.values().filter_map(|keys| keys.offers.front()).map(|(until, _)| *until).min()
    }
}

impl Hub {
    pub(super) fn offer_key(&mut self, area: AreaId, offer: KeyOffer) -> Answer {
        let label = offer.label.chars().count();
        if label == 0 || AREA_TEXT_CHARS_MAX < label || offer.label.chars().any(char::is_control) {
            return Err(No(ErrorCode::BadMessage, "a label has 1 to 100 characters"));
        }
        if [&offer.sign, &offer.kem].into_iter().any(|key| statement::key(key).is_none()) {
            return Err(No(ErrorCode::BadMessage, "a key is 32 bytes in base64url"));
        }
        let offers = &mut self.keys.0.entry(area).or_default().offers;
        // Said again, as after a reload, it counts from now.
        offers.retain(|(_, other)| other.sign != offer.sign);
        if KEY_OFFERS_MAX <= offers.len() {
            telemetry::limit_reached("key_offers");
            return Err(No(ErrorCode::TooMany, "too many browsers want to take part; accept some, or try again later"));
        }
        offers.push_back((Instant::now() + KEY_OFFER_KEPT, offer));
        self.tell_devices(area);
        Ok(())
    }

    pub(super) fn set_seal(&mut self, area: AreaId, seal: Seal, devices: Vec<SealedDevice>) -> Answer {
        check_size(&seal, &devices)?;
        let slug = self.areas.get(&area).map(|area| area.slug.as_str()).unwrap_or_default();
        let terms = statement::terms(slug, &seal, &devices).map_err(|why| No(ErrorCode::BadMessage, why))?;
        let keys = self.keys.0.entry(area).or_default();
        if keys.kept.as_ref().is_some_and(|(_, kept)| terms.serial <= kept.serial) {
            return Err(No(ErrorCode::WrongState, "the stored state has this serial or a higher one"));
        }
        let kept = AreaSeal { seal, devices };
        if self.save.try_send(Save::Seal(area, Box::new(kept.clone()))).is_err() {
            telemetry::limit_reached("save_queue");
            return Err(No(ErrorCode::TooMany, "the database does not keep up; try again"));
        }
        let taken: Vec<_> = kept.devices.iter().filter_map(|one| statement::key_certified(&one.certificate)).collect();
        keys.offers.retain(|(_, offer)| !taken.contains(&offer.sign));
        keys.kept = Some((kept, terms));
        self.areas_touched.insert(area);
        self.tell_devices(area);
        Ok(())
    }

    pub(super) fn keys_timeout(&mut self, now: Instant) {
        let is_over = |(until, _): &mut (Instant, KeyOffer)| *until <= now;
        let mut changed = Vec::new();
        for (area, keys) in &mut self.keys.0 {
            while keys.offers.pop_front_if(is_over).is_some() {
                changed.push(*area);
            }
        }
        for area in changed {
            self.tell_devices(area);
        }
    }

    pub(super) fn devices_view(&self, area: AreaId) -> Option<ServerMessage> {
        let slug = self.areas.get(&area)?.slug.clone();
        let keys = self.keys.0.get(&area);
        let offers = keys.into_iter().flat_map(|keys| &keys.offers).map(|(_, offer)| offer.clone()).collect();
        let kept = keys.and_then(|keys| keys.kept.as_ref());
        let devices = kept.map(|(kept, _)| kept.devices.clone()).unwrap_or_default();
        Some(ServerMessage::SealDevices { area: slug, offers, devices })
    }

    fn tell_devices(&mut self, area: AreaId) {
        let Some(view) = self.devices_view(area) else { return };
        self.tell_all(|who| who.watches(area), &view);
    }

    pub(super) fn tell_devices_to(&mut self, socket: SocketId, area: AreaId) {
        if let Some(view) = self.devices_view(area) {
            self.tell(socket, &view);
        }
    }
}

fn check_size(seal: &Seal, devices: &[SealedDevice]) -> Answer {
    let chars = |text: &str| text.chars().count();
    let is_large = |device: &SealedDevice| {
        let blobs: usize = device.blobs.iter().map(|blob| chars(blob)).sum();
        SEAL_DEVICE_BLOBS_MAX < device.blobs.len() || SEAL_DEVICE_CHARS_MAX < chars(&device.certificate) + blobs
    };
    let statements = seal.moved.iter().chain([&seal.state]);
    let fits = seal.moved.len() <= SEAL_MOVED_MAX
        && devices.len() <= SEAL_DEVICES_MAX
        && statements.into_iter().all(|statement| chars(statement) <= SEAL_STATEMENT_CHARS_MAX)
        && !devices.iter().any(is_large);
    if fits {
        return Ok(());
    }
    telemetry::limit_reached("seal");
    Err(No(
        ErrorCode::BadMessage,
        "at most 48 devices of 1,200 characters and 4 blobs, and 4 `moved`; statements of 1,200",
    ))
}
