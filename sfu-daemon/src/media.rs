//! The media shards: one thread and one port each. A consultation stays on one shard.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};

use metrics::{counter, gauge};
use sfu_core::{Certificate, Command, Config, Event, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle, ShardStats};
use tokio::sync::mpsc;

use crate::auth::random;
use crate::telemetry::{self, float};

/// How long a participant's media path may be gone before its session is freed. The page offers anew after that, which costs a second.
const DISCONNECTED_MAX: std::time::Duration = std::time::Duration::from_secs(60);

/// Names a shard.
pub(crate) type ShardIndex = usize;

/// An event of a shard.
pub(crate) type MediaEvent = Event;

/// All shards of the process.
pub(crate) struct Media {
    shards: Vec<ShardHandle>,
    ports: Vec<u16>,
    next: AtomicUsize,
    #[cfg(test)]
    written: std::sync::Mutex<Vec<Command>>,
}

/// Where media is received.
pub(crate) struct MediaAddresses {
    pub(crate) local: Vec<IpAddr>,
    pub(crate) public: Vec<IpAddr>,
    /// The first shard's port; 0: any.
    pub(crate) port: u16,
    pub(crate) tcp: bool,
    pub(crate) shards: usize,
}

impl Media {
    /// Opens the ports and starts the threads. Events go to `events`; what does not fit is dropped and counted, since media cannot wait.
    pub(crate) fn start(addresses: &MediaAddresses, events: &mpsc::Sender<MediaEvent>) -> io::Result<Self> {
        let certificate = Certificate::generate();
        let announced = announced(addresses);
        let mut ports = Vec::new();
        let shards = (0..addresses.shards)
            .map(|index| {
                let port = match addresses.port {
                    0 => 0,
                    first => u16::try_from(index).ok().and_then(|index| first.checked_add(index)).ok_or_else(|| {
                        io::Error::new(io::ErrorKind::InvalidInput, "media_port and media_shards go beyond port 65535")
                    })?,
                };
                let bind = SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, port));
                let shard = Shard::bind(&ShardConfig { bind, addresses: announced.clone(), tcp: addresses.tcp })
                    .map_err(|error| io::Error::new(error.kind(), format!("port {port} for media: {error}")))?;
                ports.push(shard.port());
                let config = Config {
                    candidates: shard.candidates(),
                    certificate: certificate.clone(),
                    disconnected_max: DISCONNECTED_MAX,
                };
                let seed = random::<32>().map_err(io::Error::other)?;
                let events = events.clone();
                shard.spawn(Sfu::new(config, seed, std::time::Instant::now()), move |event| report(&events, event))
            })
            .collect::<io::Result<Vec<_>>>()?;
        Ok(Self {
            shards,
            ports,
            next: AtomicUsize::new(0),
            #[cfg(test)]
            written: std::sync::Mutex::default(),
        })
    }

    /// For tests of the hub: commands are written down instead of carried out.
    #[cfg(test)]
    pub(crate) fn written_down() -> Self {
        Self { shards: Vec::new(), ports: Vec::new(), next: AtomicUsize::new(0), written: std::sync::Mutex::default() }
    }

    #[cfg(test)]
    pub(crate) fn take_written(&self) -> Vec<Command> {
        std::mem::take(&mut self.written.lock().unwrap())
    }

    /// The ports of the shards.
    pub(crate) fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// Counts the rooms, so that shards which have equally much to do have their turns.
    pub(crate) fn next_in_turn(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether a shard has so much to do that it gives up pictures.
    pub(crate) fn sheds(&self, shard: ShardIndex) -> bool {
        self.shards.get(shard).is_some_and(|shard| 0 < shard.stats().load.level)
    }

    /// Whether the shard accepted the command. If not it is stuck or gone, which `/readyz` and the log tell.
    pub(crate) fn send(&self, shard: ShardIndex, command: Command) -> bool {
        #[cfg(test)]
        if self.shards.is_empty() {
            self.written.lock().unwrap().push(command);
            return true;
        }
        match self.shards.get(shard).map(|shard| shard.send(command)) {
            None | Some(Ok(())) => true,
            Some(Err(error)) => {
                telemetry::limit_reached("media_commands");
                tracing::debug!(shard, %error, "a shard takes no media command now");
                false
            }
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.shards.iter().all(ShardHandle::is_running)
    }

    /// Publishes the shards' counters.
    pub(crate) fn count(&self) {
        for (index, shard) in self.shards.iter().enumerate() {
            publish(&index.to_string(), &shard.stats());
        }
    }
}

/// Hands the hub an event, or drops and counts it: a shard never waits.
fn report(events: &mpsc::Sender<MediaEvent>, event: MediaEvent) {
    if events.try_send(event).is_err() {
        telemetry::limit_reached("media_queue");
    }
}

fn publish(shard: &str, stats: &ShardStats) {
    let label =
        |name, value: &'static str, count| counter!(name, "shard" => shard.to_owned(), "what" => value).absolute(count);
    let sfu = &stats.sfu;
    gauge!("anteroom_media_rooms", "shard" => shard.to_owned()).set(float(sfu.rooms));
    gauge!("anteroom_media_participants", "shard" => shard.to_owned()).set(float(sfu.participants));
    let busy = float(stats.load.busy_per_mille) / 1000.0;
    gauge!("anteroom_media_busy_ratio", "shard" => shard.to_owned()).set(busy);
    gauge!("anteroom_media_shed_level", "shard" => shard.to_owned()).set(float(stats.load.level));
    for (what, count) in [("small", sfu.rooms_small), ("hidden", sfu.rooms_hidden)] {
        gauge!("anteroom_media_shed_rooms", "shard" => shard.to_owned(), "what" => what).set(float(count));
    }
    for (what, count) in [("up", stats.load.steps_up), ("down", stats.load.steps_down)] {
        label("anteroom_media_shed_steps_total", what, count);
    }
    for (what, count) in [("unplaced", sfu.unplaced), ("paused", sfu.paused), ("layers_off", sfu.layers_off)] {
        gauge!("anteroom_media_spared", "shard" => shard.to_owned(), "what" => what).set(float(count));
    }
    for (what, count) in [
        ("received", sfu.received_packets),
        ("forwarded", sfu.forwarded_packets),
        ("skipped", sfu.skipped_packets),
        ("gated", sfu.gated_packets),
        ("limited", sfu.limited),
        ("forbidden", sfu.forbidden),
        ("unheard", sfu.unheard_packets),
        ("ingress_limited", sfu.ingress_limited),
    ] {
        label("anteroom_media_packets_total", what, count);
    }
    for (what, count) in [
        ("received", stats.received_datagrams),
        ("sent", stats.sent_datagrams),
        ("unknown", sfu.unknown_datagrams),
        ("bad_stun", sfu.bad_stun),
        ("misrouted", stats.misrouted_datagrams),
        ("backlog_dropped", stats.backlog_dropped_datagrams),
        ("tcp_dropped", stats.connections.dropped_datagrams),
        ("send_error", stats.send_errors),
    ] {
        label("anteroom_media_datagrams_total", what, count);
    }
    gauge!("anteroom_media_tcp_connections", "shard" => shard.to_owned()).set(float(stats.connections.open));
    for (what, count) in [
        ("accepted", stats.connections.accepted),
        ("refused", stats.connections.refused),
        ("accept_error", stats.connections.accept_errors),
        ("malformed", stats.connections.malformed),
        ("unproven", stats.connections.unproven),
        ("idle", stats.connections.idle),
    ] {
        label("anteroom_media_tcp_connections_total", what, count);
    }
    for (what, count) in [("panic", stats.panics), ("eviction", stats.evictions), ("stale_command", sfu.stale_commands)]
    {
        label("anteroom_media_faults_total", what, count);
    }
    for (what, count) in [
        ("datagrams", stats.wakes.datagrams),
        ("commands", stats.wakes.commands),
        ("writable", stats.wakes.writable),
        ("connections", stats.wakes.connections),
        ("flush", stats.wakes.flush),
        ("session", stats.wakes.session),
        ("keyframe", stats.wakes.keyframe),
        ("allocate", stats.wakes.allocate),
        ("pace", stats.wakes.pace),
        ("layers", stats.wakes.layers),
        ("disconnected", stats.wakes.disconnected),
        ("counters", stats.wakes.counters),
        ("load", stats.wakes.load),
        ("unexplained", stats.wakes.unexplained),
    ] {
        label("anteroom_media_wakes_total", what, count);
    }
}

/// Local addresses as they are; behind a NAT also the public ones, each standing for the first local address of its family.
fn announced(addresses: &MediaAddresses) -> Vec<Address> {
    let mut announced: Vec<Address> = addresses.local.iter().copied().map(Address::direct).collect();
    for public in &addresses.public {
        let same_family = |local: &&IpAddr| local.is_ipv4() == public.is_ipv4() && !local.is_loopback();
        if let Some(local) = addresses.local.iter().find(same_family) {
            announced.push(Address { local: *local, announced: *public });
        }
    }
    announced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MEDIA_QUEUE_MAX;

    #[test]
    fn a_shard_does_not_wait_for_a_hub_that_is_behind() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let dropped = || recorder.handle().render().contains(r#"anteroom_limit_reached_total{limit="media_queue"} 1"#);
        let (events, mut hub) = mpsc::channel(MEDIA_QUEUE_MAX);
        let connected = |participant| Event::Connected { participant: sfu_core::ParticipantId(participant) };
        metrics::with_local_recorder(&recorder, || {
            (0..MEDIA_QUEUE_MAX as u64).for_each(|participant| report(&events, connected(participant)));
            assert!(!dropped());
            report(&events, connected(u64::MAX));
            assert!(dropped());
        });
        let heard = std::iter::from_fn(|| hub.try_recv().ok());
        assert_eq!(heard.last(), Some(connected(MEDIA_QUEUE_MAX as u64 - 1)), "the newest is lost, nothing else");
    }

    #[test]
    fn a_public_address_stands_for_the_first_local_one_of_its_family_that_others_can_reach() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let announced_for = |local: &[&str], public: &[&str]| {
            let list = |texts: &[&str]| texts.iter().map(|text| ip(text)).collect();
            announced(&MediaAddresses { local: list(local), public: list(public), port: 0, tcp: true, shards: 1 })
        };
        let local = ["127.0.0.1", "10.0.0.2", "10.0.0.3", "::1", "2001:db8::2"];
        let direct: Vec<Address> = local.iter().map(|text| Address::direct(ip(text))).collect();
        assert_eq!(announced_for(&local, &[]), direct);
        let through_nat = [
            Address { local: ip("10.0.0.2"), announced: ip("203.0.113.7") },
            Address { local: ip("2001:db8::2"), announced: ip("2001:db8:1::7") },
        ];
        assert_eq!(announced_for(&local, &["203.0.113.7", "2001:db8:1::7"]), [direct, through_nat.to_vec()].concat());
        let loopback_only = ["127.0.0.1"].map(|text| Address::direct(ip(text)));
        assert_eq!(announced_for(&["127.0.0.1"], &["203.0.113.7", "2001:db8:1::7"]), loopback_only);
    }
}
