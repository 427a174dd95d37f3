//! Files through the real program: sockets, DTLS, SCTP and a disk.
//!
//! The figures of `docs/performance.md` come from the ignored ones:
//! `cargo nextest run --workspace -E 'binary(files)' --run-ignored only --no-capture`.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]
#![expect(clippy::print_stdout, reason = "figures are for people to read")]

#[path = "common/caller.rs"]
mod caller;
mod common;

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use caller::Person;
use common::program::Program;
use common::{Page, data_dir};
use serde_json::{Value, json};
use sfu_relay::{Frame, Keeping, Reason, TransferId};

const MIB: u64 = 1024 * 1024;

#[tokio::test]
async fn a_file_goes_both_ways_through_the_program_and_arrives_with_the_same_hash() {
    let mut visit = Visit::begin("both-ways", &[]).await;
    for size in [1, 300_000, 3 * MIB] {
        for keeping in [Keeping::Stored, Keeping::Passed] {
            let (ana, staff) = (&mut visit.ana, &mut visit.staff);
            let (from_ana, from_staff) = (ana.offer(size, keeping), staff.offer(size, keeping));
            visit
                .run_until(|ana, staff| {
                    ana.downloads.get(&from_staff).is_some_and(|file| file.is_whole())
                        && staff.downloads.get(&from_ana).is_some_and(|file| file.is_whole())
                })
                .await;
            assert!(visit.ana.downloads[&from_staff].hash_is_right(), "{size}, {keeping:?}");
            assert!(visit.staff.downloads[&from_ana].hash_is_right(), "{size}, {keeping:?}");
        }
    }
    assert_eq!(visit.limited().await, 0.0, "no message was too much for anybody");
    visit.end().await;
}

#[tokio::test]
async fn on_hold_files_stand_still_and_the_end_of_the_visit_ends_uploads() {
    let mut visit = Visit::begin("hold", &[]).await;
    let file = visit.ana.offer(12 * MIB, Keeping::Stored);
    visit.run_until(|_, staff| staff.downloads.get(&file).is_some_and(|file| 20 < file.next)).await;
    visit.command(json!({"action": "hold", "ticket": visit.ticket}));
    visit.ana.hear("patient").await;
    visit.rest(Duration::from_millis(500)).await; // What was on its way has come.
    let had = visit.staff.downloads[&file].next;
    visit.rest(Duration::from_secs(2)).await;
    assert_eq!(visit.staff.downloads[&file].next, had, "on hold");
    visit.command(json!({"action": "unhold", "ticket": visit.ticket}));
    visit.run_until(|_, staff| had + 20 < staff.downloads[&file].next).await;
    assert_eq!(visit.program.metric("anteroom_files{what=\"coming\"}").await, 1.0);
    visit.command(json!({"action": "end", "ticket": visit.ticket}));
    visit.staff.hear("call_ended").await;
    assert_eq!(visit.program.metric("anteroom_files{what=\"coming\"}").await, 0.0);
    assert_eq!(visit.program.metric("anteroom_files_bytes{what=\"reserved\"}").await, 0.0);
    assert!(!visit.ana.uploads[&file].is_done);
    visit.close();
}

#[tokio::test]
async fn connections_that_are_lost_and_made_again_cost_no_byte() {
    let mut visit = Visit::begin("cuts", &[]).await;
    let mut dice = fastrand::Rng::with_seed(11);
    for keeping in [Keeping::Stored, Keeping::Passed] {
        for (ana_is_cut, staff_is_cut) in [(true, false), (false, true), (true, true)] {
            let file = visit.ana.offer(2 * MIB, keeping);
            let cut_at = dice.u32(1..120);
            visit.run_until(|_, staff| staff.downloads.get(&file).is_some_and(|file| cut_at <= file.next)).await;
            if ana_is_cut {
                visit.ana.call_again().await;
            }
            if staff_is_cut {
                visit.staff.call_again().await;
            }
            visit.run_until(|_, staff| staff.downloads[&file].is_whole()).await;
            assert!(visit.staff.downloads[&file].hash_is_right(), "{keeping:?}, cut at {cut_at}");
        }
    }
    visit.end().await;
}

#[tokio::test]
async fn a_page_that_reads_nothing_costs_a_few_chunks() {
    let mut visit = Visit::begin("asleep", &[]).await;
    let file = visit.ana.offer(4 * MIB, Keeping::Stored);
    visit.run_until(|_, staff| staff.downloads.get(&file).is_some_and(|file| 3 < file.next)).await;
    visit.ana.run("all is stored while nobody reads", |ana| ana.uploads[&file].is_done).await;
    assert_eq!(visit.limited().await, 0.0, "what waits in SCTP's buffer stays within it");
    visit.run_until(|_, staff| staff.downloads[&file].is_whole()).await;
    assert!(visit.staff.downloads[&file].hash_is_right());
    visit.end().await;
}

#[tokio::test]
async fn kill_nine_in_the_middle_leaves_noise_that_the_next_start_removes() {
    const CANARY: &[u8] = b"Canary Nightingale, page 1 of 9\n";
    let spool = data_dir("killed-spool");
    let spool_dir = spool.to_str().unwrap().to_owned();
    let mut visit = Visit::begin("killed", &["--files-spool-dir", &spool_dir]).await;
    // A page would have sealed it. What the daemon adds must hide even this.
    let clear: Vec<u8> = CANARY.iter().copied().cycle().take(3_000_000).collect();
    let file = visit.ana.offer_bytes(clear);
    visit.run_until(|_, staff| staff.downloads.get(&file).is_some_and(|file| 100 < file.next)).await;
    assert!(!visit.ana.uploads[&file].is_done, "in the middle");
    visit.program.child.kill().unwrap();
    visit.program.child.wait().unwrap();

    let left = spooled(&spool);
    assert_eq!(left.len(), 1);
    let noise = std::fs::read(&left[0]).unwrap();
    assert!(1_000_000 < noise.len(), "{}", noise.len());
    for part in CANARY.windows(8) {
        assert!(!noise.windows(8).any(|window| window == part), "what pages sent is readable");
    }
    assert!(looks_like_noise(&noise));

    let again = Program::start(&visit.folder, &["--files-spool-dir", &spool_dir]);
    assert!(spooled(&spool).is_empty(), "the next start removes it");
    drop(again);
    std::fs::remove_dir_all(spool).unwrap();
    visit.close();
}

/// Needs the right to mount, as in CI.
#[tokio::test]
async fn a_disk_that_is_really_full_refuses_the_file_and_the_next_that_fits_is_taken() {
    let spool = data_dir("tiny-disk");
    std::fs::create_dir_all(&spool).unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&spool).status();
    if !mount.is_ok_and(|mount| mount.success()) {
        println!("left out: no right to mount");
        return;
    }
    let _unmounted_at_the_end = Mounted(spool.clone());
    let mut visit = Visit::begin("full", &["--files-spool-dir", spool.to_str().unwrap()]).await;
    let large = visit.ana.offer(3 * MIB, Keeping::Stored);
    visit.run_until(|ana, _| ana.refused.contains(&(large, Reason::SpoolFailed))).await;
    assert!(0.0 < visit.program.metric("anteroom_spool_failed_total{what=\"store\"}").await);
    visit.ana.uploads.remove(&large);
    visit.staff.downloads.remove(&large);
    let small = visit.ana.offer(MIB / 2, Keeping::Stored);
    visit.run_until(|_, staff| staff.downloads.get(&small).is_some_and(|file| file.is_whole())).await;
    assert!(visit.staff.downloads[&small].hash_is_right());
    visit.end().await;
}

struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn the_memory_of_the_program_has_no_key_and_no_content_of_a_file_or_a_message() {
    const CONTENT: &[u8] = b"Canary Chaffinch: the content of a file";
    const MESSAGE: &[u8] = b"Canary Bullfinch: what somebody wrote";
    let mut visit = Visit::begin("canaries", &[]).await;
    let key = pages_key();
    let clear: Vec<u8> = CONTENT.iter().copied().cycle().take(200_000).collect();
    let file = visit.ana.offer_bytes(seal(&key, &clear));
    let sealed = hex(&seal(&key, MESSAGE));
    visit.ana.send_text(&json!({"sealed": sealed}).to_string());
    visit
        .run_until(|ana, staff| {
            ana.uploads[&file].is_done
                && staff.downloads.get(&file).is_some_and(|file| file.is_whole())
                && !staff.texts.is_empty()
        })
        .await;
    assert!(visit.staff.texts[0].contains(&sealed), "the message came");
    let memory = Memory::of(visit.program.child.id());
    assert!(memory.contains(sealed_name().as_bytes()), "the name as it was sealed is found: the search works");
    for (what, canary) in
        [("key", &key[..16]), ("name", NAME), ("content", &CONTENT[..16]), ("message", &MESSAGE[..16])]
    {
        assert!(!memory.contains(canary), "the {what} is in the program's memory");
    }
    visit.end().await;
}

/// How Ana is called; only pages know.
const NAME: &[u8] = b"Ana Canary Goldfinch";

fn sealed_name() -> String {
    hex(&seal(&pages_key(), NAME))
}

fn pages_key() -> Vec<u8> {
    fastrand::Rng::with_seed(23).u128(..).to_be_bytes().repeat(2)
}

/// Hexadecimal digits are base64url as well.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As a page seals: AES-GCM with a key that no server has.
fn seal(key: &[u8], clear: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut sealed = clear.to_vec();
    let nonce = Nonce::assume_unique_for_key([sealed.len() as u8; 12]);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).unwrap();
    sealed
}

/// All that a process could write to.
struct Memory(Vec<Vec<u8>>);

impl Memory {
    fn of(process: u32) -> Self {
        let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
        let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).unwrap();
        let regions = maps.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let (range, rights) = (words.next()?, words.next()?);
            let (from, to) = range.split_once('-').filter(|_| rights.starts_with("rw"))?;
            let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
            memory.seek(SeekFrom::Start(from)).ok()?;
            memory.read_exact(&mut bytes).ok().map(|()| bytes) // Of the kernel's own pages some cannot be read.
        });
        let regions: Vec<_> = regions.collect();
        assert!(MIB < regions.iter().map(|region| region.len() as u64).sum(), "the memory can be read");
        Self(regions)
    }

    fn contains(&self, canary: &[u8]) -> bool {
        let first = canary[0];
        self.0.iter().any(|region| region.windows(canary.len()).any(|window| window[0] == first && window == canary))
    }
}

#[tokio::test]
async fn sixty_four_megabytes_pass_through_eight() {
    pass_through("8", 64 * MIB, &mut Vec::new()).await;
}

#[tokio::test]
#[ignore = "takes five minutes: for the figures"]
async fn figure_a_gigabyte_passes_through_sixty_four_megabytes() {
    pass_through("64", 1024 * MIB, &mut Vec::new()).await;
}

/// Passes a file that is far larger than the memory for files, and watches what the program takes.
async fn pass_through(memory_mib: &str, size: u64, speeds: &mut Vec<f64>) {
    let mut visit = Visit::begin(&format!("through-{memory_mib}"), &["--files-memory-max", memory_mib]).await;
    let small = visit.ana.offer(MIB, Keeping::Passed); // What the program takes for files at all is there by then.
    visit.run_until(|_, staff| staff.downloads.get(&small).is_some_and(|file| file.is_whole())).await;
    let (process, began) = (visit.program.child.id(), Instant::now());
    let before = peak_kib(process);
    let file = visit.ana.offer(size, Keeping::Passed);
    let (ana, staff) = (&mut visit.ana, &mut visit.staff);
    let patience = Duration::from_secs(1_800);
    tokio::join!(
        ana.run_for("the receipt", patience, |ana| ana.receipts.iter().any(|(id, _)| *id == file)),
        staff.run_for("all of it", patience, |staff| {
            staff.downloads.get(&file).is_some_and(|download| download.is_whole())
                && staff.receipts.iter().any(|(id, _)| *id == file)
        }),
    );
    assert!(visit.staff.downloads[&file].hash_is_right(), "the hashes are equal");
    let (after, seconds) = (peak_kib(process), began.elapsed().as_secs_f64());
    let more = after.saturating_sub(before); // The kernel counts in steps, and may say a little less than it has said.
    speeds.push(size as f64 / MIB as f64 / seconds);
    println!(
        "{} MiB through files_memory_max = {memory_mib} MiB: peak RSS of the daemon {:.1} MiB, {:.1} MiB of them since before; {:.2} MiB/s",
        size / MIB,
        after as f64 / 1024.0,
        more as f64 / 1024.0,
        speeds[speeds.len() - 1],
    );
    let allowed: u64 = memory_mib.parse().unwrap();
    assert!(more < allowed * 1024, "{before} KiB, then {after} KiB");
    visit.end().await;
}

#[tokio::test]
#[ignore = "for the figures"]
async fn figure_throughput_beside_a_plain_copy_by_tcp() {
    const SIZE: u64 = 48 * MIB;
    let mut visit = Visit::begin("speed", &[]).await;
    let warm = visit.ana.offer(MIB, Keeping::Stored);
    visit.run_until(|_, staff| staff.downloads.get(&warm).is_some_and(|file| file.is_whole())).await;
    let (process, began) = (visit.program.child.id(), Instant::now());
    let cpu_before = cpu_seconds(process);
    let file = visit.ana.offer(SIZE, Keeping::Stored);
    let (ana, staff) = (&mut visit.ana, &mut visit.staff);
    tokio::join!(
        ana.run("all is stored", |ana| ana.uploads[&file].is_done),
        staff.run("all has come", |staff| staff.downloads.get(&file).is_some_and(|file| file.is_whole())),
    );
    let relay = SIZE as f64 / MIB as f64 / began.elapsed().as_secs_f64();
    let cpu = cpu_seconds(process) - cpu_before;
    assert!(visit.staff.downloads[&file].hash_is_right());
    let (tcp, tcp_cpu) = copy_by_tcp(SIZE);
    println!("relay: {relay:.2} MiB/s, {:.1} ms of the daemon's CPU a MiB", 1e3 * cpu / (SIZE / MIB) as f64);
    println!("plain TCP: {tcp:.0} MiB/s, {:.2} ms of CPU a MiB for both ends", 1e3 * tcp_cpu / (SIZE / MIB) as f64);
    println!("ratio: speed {:.4}, CPU {:.0}", relay / tcp, cpu / tcp_cpu.max(0.01));
    visit.end().await;
}

/// The same bytes from one socket to another, in pieces of the same size. Returns MiB a second and seconds of CPU.
fn copy_by_tcp(size: u64) -> (f64, f64) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (began, cpu) = (Instant::now(), cpu_seconds(std::process::id()));
    let writer = std::thread::spawn(move || {
        let (mut stream, piece) = (std::net::TcpStream::connect(address).unwrap(), vec![7; 15 * 1024]);
        (0..size / (15 * 1024)).for_each(|_| stream.write_all(&piece).unwrap());
    });
    let (mut reader, mut buffer) = (listener.accept().unwrap().0, vec![0; 16 * 1024]);
    while reader.read(&mut buffer).unwrap() != 0 {}
    writer.join().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    (size as f64 / MIB as f64 / seconds, cpu_seconds(std::process::id()) - cpu)
}

/// The most memory that a process had at a time.
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// What a process has used of processors, all of its threads together.
fn cpu_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

fn spooled(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.extension().is_none_or(|extension| extension != "lock")).collect()
}

/// Whether each byte comes as often as among random ones: chi-squared with 255 degrees of freedom.
fn looks_like_noise(bytes: &[u8]) -> bool {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let expected = bytes.len() as f64 / 256.0;
    let chi_squared: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    (155.0..375.0).contains(&chi_squared)
}

/// A visit in the program: Ana and staff are in the call, both with an open channel.
struct Visit {
    program: Program,
    folder: PathBuf,
    ticket: Value,
    ana: Person,
    staff: Person,
}

impl Visit {
    async fn begin(name: &str, arguments: &[&str]) -> Self {
        let folder = data_dir(name);
        let arguments = [&["--media-addresses", "127.0.0.1"], arguments].concat();
        let program = Program::start(&folder, &arguments);
        let (mut staff, mut ana): (Page, Page) = (program.staff().await, program.patient().await);
        ana.say(json!({"kind": "check_in", "sealed": sealed_name(), "language": "en"})).await;
        let works = json!({"camera": "works", "microphone": "works"});
        ana.say(json!({"kind": "set_up", "devices": works, "done": true})).await;
        let ticket = staff.hear("queue_delta").await["upserted"][0]["ticket"].clone();
        staff.say(json!({"kind": "staff", "command": {"action": "admit", "ticket": ticket}})).await;
        ana.hear_where(|message| message["patient"]["state"] == "called").await;
        ana.say(json!({"kind": "go_in"})).await;
        ana.hear_where(|message| message["patient"]["state"] == "in_call").await;
        let (ana, staff) = (Person::call(ana).await, Person::call(staff).await);
        let mut visit = Self { program, folder, ticket, ana, staff };
        visit.run_until(|ana, staff| ana.is_open() && staff.is_open()).await;
        visit
    }

    /// Lets both go on, in turns, until `reached`.
    async fn run_until(&mut self, reached: impl Fn(&Person, &Person) -> bool) {
        let started = Instant::now();
        while !reached(&self.ana, &self.staff) {
            assert!(started.elapsed() < Duration::from_secs(60), "never reached: {:?}; {:?}", self.ana, self.staff);
            tokio::join!(self.ana.step(), self.staff.step());
        }
    }

    async fn rest(&mut self, time: Duration) {
        let end = Instant::now() + time;
        self.run_until(|_, _| end <= Instant::now()).await;
    }

    fn command(&mut self, command: Value) {
        self.staff.say(json!({"kind": "staff", "command": command}));
    }

    /// Messages that the shard has refused.
    async fn limited(&self) -> f64 {
        self.program.metric("anteroom_media_packets_total{shard=\"0\",what=\"limited\"}").await
    }

    /// Takes everything back, and sees that nothing is left.
    async fn end(mut self) {
        let files: Vec<TransferId> = self.ana.uploads.keys().copied().collect();
        for transfer in files {
            self.ana.push(&Frame::Cancel { transfer });
        }
        let files: Vec<TransferId> = self.staff.uploads.keys().copied().collect();
        for transfer in files {
            self.staff.push(&Frame::Cancel { transfer });
        }
        self.rest(Duration::from_millis(200)).await;
        assert_eq!(self.program.metric("anteroom_files{what=\"here\"}").await, 0.0);
        assert_eq!(self.program.metric("anteroom_files_bytes{what=\"held\"}").await, 0.0);
        self.close();
    }

    fn close(self) {
        drop(self.program);
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}
