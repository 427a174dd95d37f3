//! What a page's part is played by: a whole WebRTC stack, and what it has noticed.

use std::time::Instant;

use sfu_sim::{Client, ClientEvent, Packet};

use crate::media::frame;

pub(crate) struct Page {
    pub(crate) client: Client,
    pub(crate) connected: bool,
    /// Media packets.
    pub(crate) received: u64,
    keyframe_wanted: bool,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, connected: false, received: 0, keyframe_wanted: true }
    }

    /// Sends a frame, a keyframe if somebody asked for one.
    pub(crate) fn show(&mut self, packets: usize, now: Instant) {
        self.client.send_picture(frame(packets, std::mem::take(&mut self.keyframe_wanted)), now);
    }

    /// Lets time pass if that is due, gives out what is to be sent, and notes what has happened.
    pub(crate) fn poll(&mut self, now: Instant, send: impl FnMut(Packet)) {
        let Self { client, connected, received, keyframe_wanted } = self;
        if client.next_wake() <= now {
            client.timeout(now);
        }
        client.drain(send, |event| match event {
            ClientEvent::Connected => *connected = true,
            ClientEvent::Media { .. } => *received += 1,
            ClientEvent::KeyframeWanted { .. } => *keyframe_wanted = true,
            ClientEvent::Reachable
            | ClientEvent::Unreachable
            | ClientEvent::ChannelOpen
            | ClientEvent::Message(_)
            | ClientEvent::Closed => {}
        });
    }
}
