//! What a shard costs on real sockets: rooms of people over loopback, CPU time of the shard's thread per forwarded
//! packet and how long packets take, beside a floor server that serves the same crowd at the same pace.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use benches::caller::Caller;
use benches::cores;
use benches::crowd::{Crowd, Guest, House, PACKETS_PER_SECOND, PICTURES_PER_SECOND};
use benches::door::{Door, Visit, with_hosts};
use benches::janus::Janus;
use benches::mode::Mode;
use benches::plain::{FloorServer, Plain};
use benches::server::Server;

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const OWN_TASKS: &str = "/proc/self/task";

fn main() -> io::Result<()> {
    let pace = match Mode::from_args() {
        Mode::List => return Ok(()),
        Mode::Check => Pace { warm_up: Duration::ZERO, span: Duration::from_millis(300) },
        Mode::Measure => Pace { warm_up: Duration::from_secs(6), span: Duration::from_secs(8) },
    };
    cores::call()?;
    let is_quick = pace.warm_up.is_zero();
    println!("| {} |", COLUMNS.join(" | "));
    println!("| --- |{}", " ---: |".repeat(COLUMNS.len() - 1));
    let houses = if is_quick {
        vec![House::of(1, 2), House::audience(2)]
    } else {
        vec![House::of(10, 2), House::of(60, 2), House::of(1, 8), House::audience(50)]
    };
    let named: Vec<House> = names().filter_map(|name| house(&name)).collect();
    if is_wanted("rooms") || !named.is_empty() {
        for house in if named.is_empty() { &houses } else { &named } {
            beside_floor(&house.to_string(), *house, pace)?;
        }
    }
    if is_wanted("most") {
        let most = House::of(if is_quick { 1 } else { most_rooms(pace)? }, 2);
        beside_floor(&format!("{most}: the most of which 99 % arrive"), most, pace)?;
    }
    if is_wanted("stacks") {
        for house in houses.iter().filter(|house| house.people == 2) {
            row(&format!("{house} by whole WebRTC stacks"), &browsers(*house, pace)?, None);
        }
    }
    if is_wanted("shards") {
        let [of_one, of_two] = if is_quick { [1, 2] } else { [60, 120] }.map(|rooms| House::of(rooms, 2));
        let (one, two) = (callers(of_one, 1, pace)?, callers(of_two, 2, pace)?);
        let times = 2.0 * one.micros() / two.micros();
        row(&format!("{of_one} through one shard"), &one, None);
        row(&format!("{of_two} through two, which carry {times:.2} times as much as one"), &two, None);
    }
    if is_wanted("janus") && !is_quick {
        for house in houses {
            match janus(house, pace) {
                Ok((version, cost)) => row(&format!("{house} through Janus {version}"), &cost, None),
                Err(error) => {
                    println!("\nThere is no Janus on this machine that could be measured: {error}.");
                    break;
                }
            }
        }
    }
    if is_wanted("overload") {
        println!("\n| {} |", OVERLOAD_COLUMNS.join(" | "));
        println!("| --- |{}", " ---: |".repeat(OVERLOAD_COLUMNS.len() - 1));
        overload(House::of(if is_quick { 1 } else { 60 }, 2), pace)?;
    }
    if is_wanted("join") {
        println!("\n| {} |", JOIN_COLUMNS.join(" | "));
        println!("| --- |{}", " ---: |".repeat(JOIN_COLUMNS.len() - 1));
        for (name, rooms) in [("those who are visited", 0), ("60 × 2", if is_quick { 1 } else { 60 })] {
            join_row(name, &joins(House::of(rooms, 2), pace)?);
        }
    }
    Ok(())
}

/// Whether these rows are asked for: all are, unless some are named.
fn is_wanted(rows: &str) -> bool {
    let mut names = names().peekable();
    names.peek().is_none() || names.any(|name| name == rows)
}

fn names() -> impl Iterator<Item = String> {
    env::args().skip(1).filter(|argument| !argument.starts_with("--"))
}

/// `120x2`: so many rooms, so many people in each. `1to50`: so many who watch one.
fn house(name: &str) -> Option<House> {
    if let Some(viewers) = name.strip_prefix("1to") {
        return Some(House::audience(viewers.parse().ok()?));
    }
    let (rooms, people) = name.split_once('x')?;
    Some(House::of(rooms.parse().ok()?, people.parse().ok()?))
}

const COLUMNS: [&str; 13] = [
    "rooms × people",
    "packets/s",
    "delivered",
    "ms, p50 (floor)",
    "p99 (floor)",
    "µs of CPU per packet",
    "floor",
    "ratio (least and most of three)",
    "of its core",
    "waits for one",
    "generator's",
    "wakes per packet",
    "send calls per packet",
];

/// The row of a shard and its floor: each is measured so many times in turn, and the pair with the middle ratio is shown, since what else a
/// machine does spoils now one of them and now the other.
fn beside_floor(name: &str, house: House, pace: Pace) -> io::Result<()> {
    const PAIRS: usize = 3;
    let pairs = if pace.warm_up.is_zero() { 1 } else { PAIRS };
    let ratio = |(cost, floor): &(Cost, Cost)| cost.micros() / floor.micros();
    let pairs = (0..pairs).map(|_| Ok((callers(house, 1, pace)?, floor(house, pace)?)));
    let mut pairs = pairs.collect::<io::Result<Vec<_>>>()?;
    pairs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let ratios = [0, pairs.len() / 2, pairs.len() - 1].map(|at| ratio(&pairs[at]));
    let (cost, floor) = &pairs[pairs.len() / 2];
    row(name, cost, Some((floor, ratios)));
    Ok(())
}

/// Beside a floor with the least, the middle and the largest ratio to it.
fn row(name: &str, cost: &Cost, floor: Option<(&Cost, [f64; 3])>) {
    let beside = |text: Option<String>| text.map_or(String::new(), |text| format!(" ({text})"));
    let both = |of: f64| {
        let floor = floor.and_then(|(floor, _)| age(&floor.ages, of));
        let own = age(&cost.ages, of).unwrap_or("–".into());
        own + &beside(floor)
    };
    let dash = || "–".to_owned();
    let cells = [
        name.to_owned(),
        format!("{:.0}", cost.packets / cost.span.as_secs_f64()),
        format!("{:.2} %", 100.0 * cost.delivered),
        both(0.5),
        both(0.99),
        format!("{:.1}", cost.micros()),
        floor.map_or_else(dash, |(floor, _)| format!("{:.1}", floor.micros())),
        floor.map_or_else(dash, |(_, [least, middle, most])| format!("{middle:.1} ({least:.1}, {most:.1})")),
        share(cost.cpu.ran, cost.span),
        share(cost.cpu.waited, cost.span),
        share(cost.generator.ran, cost.span),
        cost.wakes.map_or_else(dash, |wakes| format!("{:.2}", wakes / cost.packets)),
        cost.send_calls.map_or_else(dash, |calls| format!("{:.2}", calls / cost.packets)),
    ];
    println!("| {} |", cells.join(" | "));
}

const JOIN_COLUMNS: [&str; 10] = [
    "joins beside",
    "joins",
    "ms to the answer, p50",
    "to the keys, p50, p95, p99",
    "of that the joiner's own work, p50",
    "to the first packet, p50, p95, p99",
    "of that for its sender to speak, p50",
    "to their own at the other, p50, p95, p99",
    "server's ms of CPU per join (quartiles)",
    "datagrams in and out per join",
];

fn join_row(name: &str, joins: &Joins) {
    let at = |shares: &[f64], of: &dyn Fn(&Visit) -> Duration| {
        let mut times: Vec<Duration> = joins.visits.iter().map(of).collect();
        times.sort_unstable();
        let at = |share: &f64| at_share(&times, *share).unwrap_or_default();
        shares.iter().map(|share| format!("{:.1}", 1e3 * at(share).as_secs_f64())).collect::<Vec<_>>().join(", ")
    };
    let [middle, tail] = [&[0.5][..], &[0.5, 0.95, 0.99]];
    let quartiles = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        [1, 2, 3].map(|quarter| values[quarter * (values.len() - 1) / 4])
    };
    let [less, cpu, more] = quartiles(&joins.cpu_ms);
    let cells = [
        name.to_owned(),
        joins.visits.len().to_string(),
        at(middle, &|visit| visit.answered),
        at(tail, &|visit| visit.keyed),
        at(middle, &|visit| visit.worked),
        at(tail, &|visit| visit.heard),
        at(middle, &|visit| visit.said.saturating_sub(visit.keyed)),
        at(tail, &|visit| visit.noticed),
        format!("{cpu:.2} ({less:.2} to {more:.2})"),
        format!("{:.0}", quartiles(&joins.datagrams)[1]),
    ];
    println!("| {} |", cells.join(" | "));
}

fn share(cpu: Duration, span: Duration) -> String {
    format!("{:.0} %", 100.0 * cpu.as_secs_f64() / span.as_secs_f64())
}

#[derive(Clone, Copy)]
struct Pace {
    warm_up: Duration,
    span: Duration,
}

/// What was measured in a span.
struct Cost {
    span: Duration,
    packets: f64,
    delivered: f64,
    /// Of what everybody would have got if nobody had been late to send.
    fulfilled: f64,
    cpu: Cpu,
    generator: Cpu,
    ages: Vec<Duration>,
    wakes: Option<f64>,
    send_calls: Option<f64>,
}

impl Cost {
    fn micros(&self) -> f64 {
        1e6 * self.cpu.ran.as_secs_f64() / self.packets
    }
}

/// An age in milliseconds, which this share of all does not exceed.
fn age(ages: &[Duration], share: f64) -> Option<String> {
    at_share(ages, share).map(|age| format!("{:.2}", 1e3 * age.as_secs_f64()))
}

/// Of times in ascending order, the one that this share does not exceed.
fn at_share(times: &[Duration], share: f64) -> Option<Duration> {
    times.get((share * times.len() as f64) as usize).copied()
}

/// What joins took.
struct Joins {
    visits: Vec<Visit>,
    /// For each pair of spans, with joins and without: the shard's CPU for a join, in milliseconds.
    cpu_ms: Vec<f64>,
    /// Beside the handshake, what the two say until they hear each other, and what is sent to try out a network.
    datagrams: Vec<f64>,
}

/// What threads have had of the system's cores, user and kernel, and how long they have been ready to run and did not.
#[derive(Clone, Copy, Default)]
struct Cpu {
    ran: Duration,
    waited: Duration,
}

impl Cpu {
    /// Of threads with these names, or of all.
    fn of(tasks: &Path, names: &[String]) -> io::Result<Self> {
        let mut sum = Self::default();
        for task in fs::read_dir(tasks)? {
            let task = task?.path();
            let is_named = |comm: String| names.iter().any(|name| comm.trim() == name);
            if !names.is_empty() && !fs::read_to_string(task.join("comm")).is_ok_and(is_named) {
                continue;
            }
            if let Ok(text) = fs::read_to_string(task.join("schedstat")) {
                let Self { ran, waited } = Self::read(&text)?; // Otherwise it has just ended.
                sum = Self { ran: sum.ran + ran, waited: sum.waited + waited };
            }
        }
        if sum.ran.is_zero() { Err(io::Error::other("no such thread")) } else { Ok(sum) }
    }

    fn of_this_thread() -> io::Result<Self> {
        Self::read(&fs::read_to_string("/proc/thread-self/schedstat")?)
    }

    /// `proc(5)`, `schedstat`.
    fn read(text: &str) -> io::Result<Self> {
        let mut nanos = text.split_whitespace().map_while(|nanos| nanos.parse().ok()).map(Duration::from_nanos);
        let both = nanos.next().zip(nanos.next());
        let (ran, waited) = both.ok_or_else(|| io::Error::other("no scheduler statistics"))?;
        Ok(Self { ran, waited })
    }

    fn since(self, before: Self) -> Self {
        Self { ran: self.ran.saturating_sub(before.ran), waited: self.waited.saturating_sub(before.waited) }
    }
}

/// The shards, called by those who cost little.
fn callers(house: House, shards: usize, pace: Pace) -> io::Result<Cost> {
    let server = Server::open(house, shards)?;
    let crowd = Crowd::seat(LOCALHOST, house.roles(), |person, address| Ok(server.caller(person, address)))?;
    serve(&server, crowd, house, pace)
}

/// A shard, called by whole WebRTC stacks.
fn browsers(house: House, pace: Pace) -> io::Result<Cost> {
    let server = Server::open(house, 1)?;
    let crowd = Crowd::seat(LOCALHOST, house.roles(), |person, address| Ok(server.browser(person, address)))?;
    serve(&server, crowd, house, pace)
}

fn serve<G: Guest>(server: &Server, mut crowd: Crowd<G>, house: House, pace: Pace) -> io::Result<Cost> {
    let mut before = (0, 0);
    let cpu = || Cpu::of(Path::new(OWN_TASKS), server.threads());
    let mut cost = measure(&mut crowd, house, cpu, pace, || before = server.wakes_and_sends())?;
    let after = server.wakes_and_sends();
    cost.wakes = Some((after.0 - before.0) as f64);
    cost.send_calls = Some((after.1 - before.1) as f64);
    Ok(cost)
}

fn floor(house: House, pace: Pace) -> io::Result<Cost> {
    let server = FloorServer::open()?;
    let address = server.address();
    let mut crowd = Crowd::seat(LOCALHOST, house.roles(), |_, _| Ok(Plain::new(address)))?;
    let addresses = crowd.addresses()?;
    let server = cores::serve(0, || server.spawn(house, &addresses))?;
    let cpu = || Cpu::of(Path::new(OWN_TASKS), std::slice::from_ref(&server.thread));
    measure(&mut crowd, house, cpu, pace, || {})
}

/// A Janus, called by the same.
fn janus(house: House, pace: Pace) -> io::Result<(String, Cost)> {
    let mut janus = cores::serve(0, || Janus::start(house))?;
    let mut crowd = janus.crowd(house)?;
    let tasks = janus.tasks();
    let cost = measure(&mut crowd, house, || Cpu::of(&tasks, &[]), pace, || {})?;
    Ok((janus.version()?, cost))
}

const OVERLOAD_COLUMNS: [&str; 8] = [
    "one shard",
    "of its core",
    "waits for one",
    "sound that arrives",
    "pictures that arrive, of all that there could be",
    "ms, p99",
    "rooms with the smallest pictures",
    "rooms without",
];

/// A shard whose core others use as well, so that it cannot do all that it has to: what it gives up, and when.
fn overload(house: House, pace: Pace) -> io::Result<()> {
    /// What is left to the shard of what it needs for all: more than sound takes.
    const LEFT: f64 = 0.5;
    /// Until all steps have been taken that are of use.
    const SETTLED: u32 = 6;
    let server = Server::open(house, 1)?;
    let mut crowd = Crowd::seat(LOCALHOST, house.roles(), |person, address| Ok(server.caller(person, address)))?;
    crowd.run(Crowd::all_receive)?;
    let mut look = |name: &str, warm_up: Duration| -> io::Result<f64> {
        crowd.run_for(warm_up)?;
        overload_row(&format!("{house}, {name}"), &mut crowd, &server, house, pace.span)
    };
    let needed = look("by itself", pace.warm_up)?;
    let count = (1.0 / (LEFT * needed) - 1.0).clamp(1.0, 30.0).round() as usize; // Each gets as much as the shard.
    let others = cores::serve(0, || Ok(Busy::start(count)))?;
    look(&format!("when {count} others begin to take all they get"), Duration::ZERO)?;
    look("when pictures have been given up", SETTLED * pace.warm_up)?;
    drop(others);
    look("when the others have gone again", 2 * SETTLED * pace.warm_up)?;
    Ok(())
}

/// Returns the share of its core that the shard had.
fn overload_row(
    name: &str,
    crowd: &mut Crowd<Caller>,
    server: &Server,
    house: House,
    span: Duration,
) -> io::Result<f64> {
    let seats = 0..house.everybody();
    let count = |crowd: &Crowd<Caller>| {
        seats.clone().map(|seat| crowd.seated(seat)).fold([0; 3], |[sent, heard, seen], guest| {
            let received = guest.received();
            [sent + guest.sent().sounds, heard + received.sounds, seen + received.pictures]
        })
    };
    let cpu = || Cpu::of(Path::new(OWN_TASKS), server.threads());
    let (before, counts, began) = (cpu()?, count(crowd), Instant::now());
    crowd.take_ages();
    crowd.run_for(span)?;
    let (span, spent, counts_after) = (began.elapsed(), cpu()?.since(before), count(crowd));
    let [sent, heard, seen] = [0, 1, 2].map(|n| (counts_after[n] - counts[n]) as f64);
    let all_pictures = house.everybody() as f64 * PICTURES_PER_SECOND * span.as_secs_f64();
    let mut ages = crowd.take_ages();
    ages.sort_unstable();
    let (small, hidden) = server.rooms_small_and_hidden();
    let cells = [
        name.to_owned(),
        share(spent.ran, span),
        share(spent.waited, span),
        format!("{:.1} %", 100.0 * heard / sent),
        format!("{:.0} %", 100.0 * seen / all_pictures),
        age(&ages, 0.99).unwrap_or("–".into()),
        small.to_string(),
        hidden.to_string(),
    ];
    println!("| {} |", cells.join(" | "));
    Ok(spent.ran.as_secs_f64() / span.as_secs_f64())
}

/// Threads that do nothing, as fast as they can, until this is dropped.
struct Busy {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Busy {
    fn start(threads: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let spin = |stop: Arc<AtomicBool>| {
            move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let threads = (0..threads).map(|_| thread::spawn(spin(Arc::clone(&stop)))).collect();
        Self { stop, threads }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| thread.join().expect("there is nothing in it that could panic"));
    }
}

/// Joins beside a house, in spans with and without, whose difference is what the server pays for them.
fn joins(house: House, pace: Pace) -> io::Result<Joins> {
    const PAIRS: u32 = 10;
    let pairs = if pace.warm_up.is_zero() { 1 } else { PAIRS };
    let span = 5 * pace.span / (2 * PAIRS);
    let server = Server::open(with_hosts(house), 1)?;
    let mut door = Door::open(&server, LOCALHOST, house)?;
    door.crowd().run(|crowd| crowd.all_connected() && crowd.all_receive())?;
    door.crowd().run_for(pace.warm_up)?;
    let mut joins = Joins { visits: Vec::new(), cpu_ms: Vec::new(), datagrams: Vec::new() };
    for pair in 0..pairs {
        let mut spend = |has_joins| Spent::during(&server, || spend(&mut door, has_joins, span));
        // Each comes first as often as second: what drifts cancels out.
        let ((with, visits), (without, _)) = if pair % 2 == 0 {
            (spend(true)?, spend(false)?)
        } else {
            let without = spend(false)?;
            (spend(true)?, without)
        };
        let scale = with.took / without.took;
        let each = |with: f64, without: f64| (with - scale * without) / visits.len() as f64;
        joins.cpu_ms.push(each(1e3 * with.ran, 1e3 * without.ran));
        joins.datagrams.push(each(with.datagrams, without.datagrams));
        joins.visits.extend(visits);
    }
    Ok(joins)
}

fn spend(door: &mut Door<'_>, has_joins: bool, span: Duration) -> io::Result<Vec<Visit>> {
    let (mut visits, began) = (Vec::new(), Instant::now());
    if has_joins {
        while began.elapsed() < span {
            visits.push(door.visit()?);
        }
    } else {
        door.crowd().run_for(span)?;
    }
    Ok(visits)
}

/// What a server's threads have done, in seconds and in number.
struct Spent {
    took: f64,
    ran: f64,
    datagrams: f64,
}

impl Spent {
    fn during<T>(server: &Server, run: impl FnOnce() -> io::Result<T>) -> io::Result<(Self, T)> {
        let count = || Ok::<_, io::Error>((Cpu::of(Path::new(OWN_TASKS), server.threads())?, server.datagrams()));
        let (began, (cpu, datagrams)) = (Instant::now(), count()?);
        let result = run()?;
        let (took, (cpu_after, datagrams_after)) = (began.elapsed().as_secs_f64(), count()?);
        let ran = cpu_after.since(cpu).ran.as_secs_f64();
        Ok((Self { took, ran, datagrams: (datagrams_after - datagrams) as f64 }, result))
    }
}

/// The most rooms of two of whom one shard delivers 99 % of what everybody is to get: doubled until it fails, and then
/// narrowed down to a tenth. It has failed if it did so twice: a program that gets in between may spoil one try.
fn most_rooms(pace: Pace) -> io::Result<usize> {
    const START: usize = 60;
    let tries = |rooms| Ok::<_, io::Error>(0.99 <= callers(House::of(rooms, 2), 1, pace)?.fulfilled);
    let carries = |rooms| Ok::<_, io::Error>(tries(rooms)? || tries(rooms)?);
    let (mut good, mut bad) = (START, 2 * START);
    while carries(bad)? {
        (good, bad) = (bad, 2 * bad);
    }
    while good / 10 < bad - good {
        let middle = good.midpoint(bad);
        *(if carries(middle)? { &mut good } else { &mut bad }) = middle;
    }
    Ok(good)
}

/// Lets the crowd warm up, and then measures a span, of which `cpu` counts what the server takes. `begin` is told when
/// it starts.
fn measure<G: Guest>(
    crowd: &mut Crowd<G>,
    house: House,
    cpu: impl Fn() -> io::Result<Cpu>,
    pace: Pace,
    begin: impl FnOnce(),
) -> io::Result<Cost> {
    crowd.run(Crowd::all_receive)?;
    crowd.run_for(pace.warm_up)?;
    begin();
    crowd.take_ages();
    let (sent, received) = crowd.counts();
    let (before, generator, began) = (cpu()?, Cpu::of_this_thread()?, Instant::now());
    crowd.run_for(pace.span)?;
    let span = began.elapsed();
    let (cpu, generator) = (cpu()?.since(before), Cpu::of_this_thread()?.since(generator));
    let (sent_after, received_after) = crowd.counts();
    let mut ages = crowd.take_ages();
    ages.sort_unstable();
    let packets = (received_after - received) as f64;
    let others = (house.people - 1) as f64;
    let nominal = (house.rooms * house.speakers) as f64 * PACKETS_PER_SECOND * span.as_secs_f64();
    Ok(Cost {
        span,
        packets,
        delivered: packets / ((sent_after - sent) as f64 * others),
        fulfilled: packets / (nominal * others),
        cpu,
        generator,
        ages,
        wakes: None,
        send_calls: None,
    })
}
