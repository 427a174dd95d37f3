//! Stored files on a disk instead of in memory: a thread that appends, reads and deletes what the relay has sealed.
//!
//! The disk never sees a key: each file's is in the relay's memory only, so what a stopped or killed process leaves behind is noise, which the
//! next start deletes unseen. Nobody waits for the disk: work goes into a queue, reports come back through another, and what finds no place
//! in the queue has failed. Nothing is synced, because nothing is to outlast the process.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use metrics::counter;
use sfu_relay::{BlobId, Output, SpoolReport};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::auth::Token;
use crate::limits::{SPOOL_CHUNKS_MAX, SPOOL_FILES_MAX, SPOOL_REPORTS_MAX};
use crate::telemetry;

/// Held by the process whose spool it is, so that no second one deletes its files.
const LOCK: &str = "anteroom-spool.lock";
/// Every file is called this and a random number.
const PREFIX: &str = "anteroom-spool-";

/// Why a folder cannot be the spool.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// It cannot be made, read or written.
    #[error("cannot keep files in {folder}: {error}; correct files_spool_dir, or leave it empty")]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process has it.
    #[error("{0} is the spool of another server that runs now; each needs a files_spool_dir of its own")]
    Taken(PathBuf),
    /// Its thread cannot be started.
    #[error("cannot start the spool: {0}")]
    Thread(io::Error),
}

/// The hub's end of the spool.
pub(crate) struct Spool {
    work: mpsc::Sender<Work>,
    reports: mpsc::Receiver<Report>,
    waiting: usize,
}

/// What is to be done to one blob.
enum Work {
    Store { blob: BlobId, index: u32, bytes: Vec<u8> },
    Load { blob: BlobId, index: u32 },
    Delete { blob: BlobId },
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) blob: BlobId,
    pub(crate) done: Done,
}

#[derive(Debug)]
pub(crate) enum Done {
    Stored { index: u32 },
    StoreFailed,
    Loaded { index: u32, bytes: Vec<u8> },
    LoadFailed { index: u32 },
    Deleted,
    DeleteFailed,
}

impl Done {
    /// As the relay takes it.
    pub(crate) fn report(&self) -> SpoolReport<'_> {
        match self {
            Self::Stored { index } => SpoolReport::Stored { index: *index },
            Self::StoreFailed => SpoolReport::StoreFailed,
            Self::Loaded { index, bytes } => SpoolReport::Loaded { index: *index, bytes },
            Self::LoadFailed { index } => SpoolReport::LoadFailed { index: *index },
            Self::Deleted => SpoolReport::Deleted,
            Self::DeleteFailed => SpoolReport::DeleteFailed,
        }
    }
}

impl Spool {
    /// Takes the folder, deletes what an earlier process has left there, and starts the thread. It ends, and deletes everything, when the
    /// spool is dropped.
    pub(crate) fn open(folder: &Path) -> Result<(Self, JoinHandle<()>), SpoolError> {
        Self::over(Disk::open(folder)?)
    }

    fn over(disk: impl Blobs) -> Result<(Self, JoinHandle<()>), SpoolError> {
        let (work, to_do) = mpsc::channel(SPOOL_CHUNKS_MAX + SPOOL_FILES_MAX);
        let (report, reports) = mpsc::channel(SPOOL_REPORTS_MAX);
        let thread = std::thread::Builder::new().name("spool".to_owned());
        let thread = thread.spawn(move || run(disk, to_do, &report)).map_err(SpoolError::Thread)?;
        Ok((Self { work, reports, waiting: 0 }, thread))
    }

    /// Puts into the queue what the relay wants of a spool. Returns what has failed at once, because the queue is full or the thread is gone.
    pub(crate) fn work(&mut self, output: Output) -> Option<Report> {
        let work = match output {
            Output::Store { blob, index, bytes } => Work::Store { blob, index, bytes },
            Output::Load { blob, index } => Work::Load { blob, index },
            Output::Delete { blob } => Work::Delete { blob },
            Output::Send { .. } | Output::Deleted { .. } => return None,
        };
        // The last places are for deletions, of which there are never more than files.
        let has_room = matches!(work, Work::Delete { .. }) || SPOOL_FILES_MAX < self.work.capacity();
        let refused = match if has_room { self.work.try_send(work) } else { Err(TrySendError::Full(work)) } {
            Ok(()) => {
                self.waiting += 1;
                return None;
            }
            Err(refused) => refused.into_inner(),
        };
        telemetry::limit_reached("spool_queue");
        Some(refused.failed())
    }

    /// The next report.
    pub(crate) async fn report(&mut self) -> Option<Report> {
        let report = self.reports.recv().await?;
        self.waiting -= 1;
        Some(report)
    }

    /// How much was asked of it that it has not reported.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }
}

impl Work {
    fn failed(self) -> Report {
        match self {
            Self::Store { blob, .. } => Report { blob, done: Done::StoreFailed },
            Self::Load { blob, index } => Report { blob, done: Done::LoadFailed { index } },
            Self::Delete { blob } => Report { blob, done: Done::DeleteFailed },
        }
    }
}

/// The thread: one piece of work after another.
fn run(mut blobs: impl Blobs, mut to_do: mpsc::Receiver<Work>, reports: &mpsc::Sender<Report>) {
    while let Some(work) = to_do.blocking_recv() {
        // Whoever waits for the hub here is a thread that has nothing else to do.
        if reports.blocking_send(do_one(&mut blobs, work)).is_err() {
            break;
        }
    }
    blobs.delete_all();
}

fn do_one(blobs: &mut impl Blobs, work: Work) -> Report {
    let (blob, what, result) = match &work {
        Work::Store { blob, index, bytes } => {
            (*blob, "store", blobs.append(*blob, bytes).map(|()| Done::Stored { index: *index }))
        }
        Work::Load { blob, index } => {
            (*blob, "load", blobs.read(*blob, *index).map(|bytes| Done::Loaded { index: *index, bytes }))
        }
        Work::Delete { blob } => (*blob, "delete", blobs.delete(*blob).map(|()| Done::Deleted)),
    };
    match result {
        Ok(done) => Report { blob, done },
        Err(error) => {
            // The kind and not the text: it could name the folder, which is the operator's.
            counter!("anteroom_spool_failed_total", "what" => what).increment(1);
            tracing::warn!(what, error = ?error.kind(), "the disk for files fails");
            work.failed()
        }
    }
}

/// What keeps blobs. There is one, the disk; tests have one that breaks when told to.
trait Blobs: Send + 'static {
    fn append(&mut self, blob: BlobId, chunk: &[u8]) -> io::Result<()>;
    fn read(&mut self, blob: BlobId, index: u32) -> io::Result<Vec<u8>>;
    fn delete(&mut self, blob: BlobId) -> io::Result<()>;
    fn delete_all(&mut self);
}

struct Disk {
    folder: PathBuf,
    blobs: BTreeMap<BlobId, Blob>,
    _lock: File,
}

/// One file. Opened for each piece of work: thousands of them would need as many descriptors.
struct Blob {
    path: PathBuf,
    /// Bytes of every chunk but the last.
    chunk_bytes: u64,
    bytes: u64,
}

impl Disk {
    fn open(folder: &Path) -> Result<Self, SpoolError> {
        let unusable = |error| SpoolError::Unusable { folder: folder.to_owned(), error };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
        let lock = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join(LOCK));
        let lock = lock.map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SpoolError::Taken(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let left = delete_left_overs(folder).map_err(unusable)?;
        if 0 < left {
            tracing::info!(files = left, "deleted what an earlier process has left in the spool; nobody could read it");
        }
        Ok(Self { folder: folder.to_owned(), blobs: BTreeMap::new(), _lock: lock })
    }

    fn create(&self) -> io::Result<PathBuf> {
        let number = Token::random().map_err(io::Error::other)?;
        let path = self.folder.join(format!("{PREFIX}{}", number.expose()));
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(path)
    }
}

impl Blobs for Disk {
    fn append(&mut self, id: BlobId, chunk: &[u8]) -> io::Result<()> {
        if !self.blobs.contains_key(&id) {
            let blob = Blob { path: self.create()?, chunk_bytes: chunk.len() as u64, bytes: 0 };
            self.blobs.insert(id, blob);
        }
        let blob = self.blobs.get_mut(&id).ok_or(ErrorKind::NotFound)?;
        OpenOptions::new().write(true).open(&blob.path)?.write_all_at(chunk, blob.bytes)?;
        blob.bytes += chunk.len() as u64;
        Ok(())
    }

    fn read(&mut self, id: BlobId, index: u32) -> io::Result<Vec<u8>> {
        let blob = self.blobs.get(&id).ok_or(ErrorKind::NotFound)?;
        let from = u64::from(index) * blob.chunk_bytes;
        let length = blob.chunk_bytes.min(blob.bytes.saturating_sub(from));
        let mut chunk = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        File::open(&blob.path)?.read_exact_at(&mut chunk, from)?;
        Ok(chunk)
    }

    fn delete(&mut self, id: BlobId) -> io::Result<()> {
        // Of whose file not even the first chunk was stored there is nothing to delete.
        let Some(blob) = self.blobs.remove(&id) else { return Ok(()) };
        match std::fs::remove_file(&blob.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn delete_all(&mut self) {
        for blob in std::mem::take(&mut self.blobs).into_values() {
            let _noise_for_the_next_start = std::fs::remove_file(blob.path);
        }
    }
}

/// Deletes every file that has a name like ours. Returns how many there were.
fn delete_left_overs(folder: &Path) -> io::Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_ours) && entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
            count += 1;
        }
    }
    Ok(count)
}

fn is_ours(name: &str) -> bool {
    let number = name.strip_prefix(PREFIX).unwrap_or_default();
    number.len() == 32 && number.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// A disk that is full when told so.
    struct Filling(Disk, Arc<AtomicBool>);

    impl Blobs for Filling {
        fn append(&mut self, blob: BlobId, chunk: &[u8]) -> io::Result<()> {
            if self.1.load(Ordering::SeqCst) { Err(ErrorKind::StorageFull.into()) } else { self.0.append(blob, chunk) }
        }

        fn read(&mut self, blob: BlobId, index: u32) -> io::Result<Vec<u8>> {
            self.0.read(blob, index)
        }

        fn delete(&mut self, blob: BlobId) -> io::Result<()> {
            self.0.delete(blob)
        }

        fn delete_all(&mut self) {
            self.0.delete_all();
        }
    }

    /// A spool whose disk is full as soon as the value says so.
    pub(crate) fn filling(folder: &Path) -> (Spool, Arc<AtomicBool>) {
        let is_full = Arc::new(AtomicBool::new(false));
        let (spool, _thread) = Spool::over(Filling(Disk::open(folder).unwrap(), Arc::clone(&is_full))).unwrap();
        (spool, is_full)
    }

    pub(crate) fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("anteroom-spool-{name}-{}", std::process::id()));
        let _is_new = std::fs::remove_dir_all(&folder);
        folder
    }

    /// The files of the spool, without its lock.
    pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
        let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.file_name().is_some_and(|name| name != LOCK)).collect()
    }

    /// Whether each byte comes as often as among random ones: chi-squared with 255 degrees of freedom, at odds of one in a million.
    pub(crate) fn looks_like_noise(bytes: &[u8]) -> bool {
        let mut counts = [0_u32; 256];
        for byte in bytes {
            counts[usize::from(*byte)] += 1;
        }
        let expected = bytes.len() as f64 / 256.0;
        let chi_squared: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        (155.0..375.0).contains(&chi_squared)
    }

    fn store(blob: u64, index: u32, bytes: &[u8]) -> Output {
        Output::Store { blob: BlobId(blob), index, bytes: bytes.to_vec() }
    }

    #[tokio::test]
    async fn what_was_stored_is_read_again_and_deleted_for_good() {
        let folder = folder("round");
        let (mut spool, thread) = Spool::open(&folder).unwrap();
        for (index, chunk) in [(0, &b"four"[..]), (1, b"more"), (2, b"end")] {
            assert!(spool.work(store(7, index, chunk)).is_none());
            let done = spool.report().await.unwrap().done;
            assert!(matches!(done, Done::Stored { index: stored } if stored == index), "{done:?}");
        }
        for (index, chunk) in [(2, &b"end"[..]), (0, b"four"), (1, b"more")] {
            assert!(spool.work(Output::Load { blob: BlobId(7), index }).is_none());
            let done = spool.report().await.unwrap().done;
            assert!(matches!(&done, Done::Loaded { bytes, .. } if bytes == chunk), "{done:?}");
        }
        let [file] = &files(&folder)[..] else { panic!("one file for one blob") };
        assert!(is_ours(file.file_name().unwrap().to_str().unwrap()), "its name says nothing");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        for blob in [7, 8] {
            assert!(spool.work(Output::Delete { blob: BlobId(blob) }).is_none());
            assert!(matches!(spool.report().await.unwrap().done, Done::Deleted));
        }
        assert!(files(&folder).is_empty());
        for index in [0, u32::MAX] {
            assert!(spool.work(Output::Load { blob: BlobId(7), index }).is_none());
            assert!(matches!(spool.report().await.unwrap().done, Done::LoadFailed { .. }), "gone");
        }
        assert!(spool.work(store(9, 0, b"stays")).is_none());
        spool.report().await.unwrap();
        assert_eq!(files(&folder).len(), 1);
        drop(spool);
        thread.join().unwrap();
        assert!(files(&folder).is_empty(), "the end of the process leaves nothing");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_start_deletes_what_an_earlier_process_left_and_nothing_else() {
        let folder = folder("left");
        std::fs::create_dir_all(folder.join(format!("{PREFIX}{:032x}", 1))).unwrap();
        let ours = folder.join(format!("{PREFIX}{:032x}", 2));
        let others = ["notes.txt", "anteroom-spool-", "anteroom-spool-0123", "lost+found"];
        for name in others {
            std::fs::write(folder.join(name), "of somebody else").unwrap();
        }
        std::fs::write(&ours, "noise").unwrap();
        let (spool, thread) = Spool::open(&folder).unwrap();
        assert!(!ours.exists());
        assert_eq!(files(&folder).len(), others.len() + 1);
        let again = Spool::open(&folder).map(|_| ()).unwrap_err();
        assert!(matches!(again, SpoolError::Taken(_)), "{again}");
        drop(spool);
        thread.join().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::write(&folder, "a file").unwrap();
        let error = Spool::open(&folder).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("files_spool_dir") && error.contains(folder.to_str().unwrap()), "{error}");
        std::fs::remove_file(folder).unwrap();
    }

    /// Says that it has begun and waits until it is let go, as a disk does that does not answer.
    struct Stuck(std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>);

    impl Stuck {
        fn wait(&self) -> io::Result<()> {
            let _nobody_asks = self.0.send(());
            self.1.recv().map_err(io::Error::other)
        }
    }

    impl Blobs for Stuck {
        fn append(&mut self, _: BlobId, _: &[u8]) -> io::Result<()> {
            self.wait()
        }

        fn read(&mut self, _: BlobId, _: u32) -> io::Result<Vec<u8>> {
            self.wait().map(|()| Vec::new())
        }

        fn delete(&mut self, _: BlobId) -> io::Result<()> {
            self.wait()
        }

        fn delete_all(&mut self) {}
    }

    #[test]
    fn a_disk_that_does_not_answer_fails_what_finds_no_place_and_blocks_nobody() {
        let (begins, begun) = std::sync::mpsc::channel();
        let (let_go, wait) = std::sync::mpsc::channel();
        let (mut spool, thread) = Spool::over(Stuck(begins, wait)).unwrap();
        assert!(spool.work(store(1, 0, b"")).is_none());
        // From here on the thread takes nothing more out of the queue.
        begun.recv().unwrap();
        let chunks = (1..).take_while(|index| spool.work(store(1, *index, b"")).is_none()).count();
        assert_eq!(chunks, SPOOL_CHUNKS_MAX);
        let load = spool.work(Output::Load { blob: BlobId(1), index: 5 });
        assert!(matches!(load, Some(Report { done: Done::LoadFailed { index: 5 }, .. })), "{load:?}");
        let deletions = (0..).take_while(|blob| spool.work(Output::Delete { blob: BlobId(*blob) }).is_none()).count();
        assert_eq!(deletions, SPOOL_FILES_MAX, "every file can be deleted");
        drop((spool, let_go));
        thread.join().unwrap();
    }
}
