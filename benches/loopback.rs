//! What a shard costs on real sockets: rooms of people over loopback, CPU time of the shard's thread per forwarded packet, beside a
//! floor server that serves the same crowd at the same pace.

use std::time::{Duration, Instant};
use std::{fs, io};

use benches::crowd::{Crowd, FloorServer, Guest, House, Measured, Plain};
use benches::mode::Mode;

fn main() -> io::Result<()> {
    let (houses, warm_up, span): (&[House], _, _) = match Mode::from_args() {
        Mode::List => return Ok(()),
        Mode::Check => (&[House { rooms: 1, people: 2 }], Duration::ZERO, Duration::from_millis(300)),
        Mode::Measure => (
            &[House { rooms: 10, people: 2 }, House { rooms: 60, people: 2 }, House { rooms: 1, people: 8 }],
            Duration::from_secs(6),
            Duration::from_secs(8),
        ),
    };
    println!(
        "| rooms × people | packets/s | delivered | packets per CPU second | µs per packet | floor | ratio | wakes per packet | send calls per packet |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for house in houses {
        let sfu = sfu(*house, warm_up, span)?;
        let floor = floor(*house, warm_up, span)?;
        println!(
            "| {} × {} | {:.0} | {:.2} % | {:.0} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} |",
            house.rooms,
            house.people,
            sfu.packets / span.as_secs_f64(),
            100.0 * sfu.delivered,
            sfu.packets / sfu.cpu.as_secs_f64(),
            sfu.micros_per_packet(),
            floor.micros_per_packet(),
            sfu.micros_per_packet() / floor.micros_per_packet(),
            sfu.wakes / sfu.packets,
            sfu.send_calls / sfu.packets,
        );
    }
    Ok(())
}

struct Cost {
    packets: f64,
    delivered: f64,
    cpu: Duration,
    wakes: f64,
    send_calls: f64,
}

impl Cost {
    fn micros_per_packet(&self) -> f64 {
        1e6 * self.cpu.as_secs_f64() / self.packets
    }
}

fn sfu(house: House, warm_up: Duration, span: Duration) -> io::Result<Cost> {
    let server = Measured::open(house)?;
    let mut crowd = Crowd::seat(house.rooms * house.people, |index, address| server.enter(house, index, address))?;
    let mut before = server.shard.stats();
    let mut cost = measure(&mut crowd, house, &server.thread, warm_up, span, || before = server.shard.stats())?;
    let after = server.shard.stats();
    cost.wakes = (after.wakes.total() - before.wakes.total()) as f64;
    cost.send_calls = (after.send_calls - before.send_calls) as f64;
    Ok(cost)
}

fn floor(house: House, warm_up: Duration, span: Duration) -> io::Result<Cost> {
    let server = FloorServer::open()?;
    let address = server.address();
    let mut crowd = Crowd::seat(house.rooms * house.people, |_, _| Plain::new(address))?;
    let server = server.spawn(house, &crowd.addresses())?;
    measure(&mut crowd, house, &server.thread, warm_up, span, || {})
}

/// Lets the crowd warm up, and then measures what `thread` spends in `span`. `begin` is told when that starts.
fn measure<G: Guest>(
    crowd: &mut Crowd<G>,
    house: House,
    thread: &str,
    warm_up: Duration,
    span: Duration,
    begin: impl FnOnce(),
) -> io::Result<Cost> {
    crowd.run(Crowd::all_receive)?;
    let warm = Instant::now() + warm_up;
    crowd.run(|_| warm <= Instant::now())?;
    begin();
    let (sent, received) = crowd.counts();
    let cpu = thread_cpu(thread)?;
    let end = Instant::now() + span;
    crowd.run(|_| end <= Instant::now())?;
    let cpu = thread_cpu(thread)? - cpu;
    let (sent_after, received_after) = crowd.counts();
    let packets = (received_after - received) as f64;
    let expected = (sent_after - sent) as f64 * (house.people - 1) as f64;
    Ok(Cost { packets, delivered: packets / expected, cpu, wakes: 0.0, send_calls: 0.0 })
}

/// The CPU time of the thread of this process that has this name, user and kernel (`proc(5)`, `schedstat`).
fn thread_cpu(name: &str) -> io::Result<Duration> {
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        if fs::read_to_string(task.join("comm"))?.trim() == name {
            let nanos = fs::read_to_string(task.join("schedstat"))?;
            let nanos = nanos.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
            return nanos.map(Duration::from_nanos).ok_or_else(|| io::Error::other("no scheduler statistics"));
        }
    }
    Err(io::Error::other("no such thread"))
}
