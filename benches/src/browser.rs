//! Somebody played by a whole WebRTC stack: dearer than the server that is measured, and the measure of whether a
//! [`crate::caller::Caller`] is a fair load.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sfu_sim::Client;

use crate::crowd::Guest;
use crate::media::AUDIO_BYTES;
use crate::outbox::{Arrived, Outbox};
use crate::page::Page;

/// A page's part.
pub struct Browser {
    page: Page,
    local: SocketAddr,
    sent: u64,
    out: Outbox,
}

impl Browser {
    /// Somebody who sends a voice and a camera, and receives so many of each; and their offer.
    #[must_use]
    pub fn offer(local: SocketAddr, slots: usize, now: Instant) -> (Self, String) {
        let (client, offer) = Client::new(local, slots, now);
        (Self { page: Page::new(client), local, sent: 0, out: Outbox::default() }, offer)
    }

    /// Takes the server's answer.
    ///
    /// # Panics
    /// If it does not fit the offer.
    pub fn accept(&mut self, answer: &str, now: Instant) {
        self.page.client.accept(answer, now).expect("the answer fits the offer");
    }
}

impl Guest for Browser {
    fn receive(&mut self, arrived: &Arrived<'_>, now: Instant) -> Option<Duration> {
        self.page.client.receive(arrived.from, self.local, arrived.bytes, now);
        self.go_on(now); // A WebRTC stack wants its outputs taken before the next input.
        None
    }

    fn show(&mut self, packets: usize, now: Instant) {
        self.page.show(packets, now);
        self.sent += packets as u64;
    }

    fn speak(&mut self, now: Instant) {
        self.page.client.send_sound(vec![0; AUDIO_BYTES], now);
        self.sent += 1;
    }

    fn go_on(&mut self, now: Instant) -> &mut Outbox {
        self.page.poll(now, |packet| self.out.push(packet.to, &packet.bytes));
        &mut self.out
    }

    fn due(&self) -> Option<Instant> {
        Some(self.page.client.next_wake())
    }

    fn is_connected(&self) -> bool {
        self.page.connected
    }

    fn counts(&self) -> (u64, u64) {
        (self.sent, self.page.received)
    }
}
