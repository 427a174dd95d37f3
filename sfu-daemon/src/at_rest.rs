//! The clinic's key. What the database holds about staff is sealed with it, and it lies elsewhere: who gets hold of the data folder alone, as a copy
//! or a backup, reads no login, no name and no secret in it, and can change nothing of the audit log without being found out.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use crate::auth::{NoRandom, hex, random};
use crate::config::Settings;

const KEY_BYTES: usize = 32;
/// What is read of a command's answer: more than a key in digits and an end of the line.
const ANSWER_BYTES_MAX: usize = 256;
/// How long a command may take: a key service may be far away, or ask somebody.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// The name of a systemd credential that holds the key.
const CREDENTIAL: &str = "anteroom.key";

/// Why there is no key. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It lies where what it seals lies.
    #[error(
        "the key {0} lies in the data folder, beside what it seals; name a key_file elsewhere, best on another disk"
    )]
    Beside(PathBuf),
    /// Others may read it.
    #[error("others may read the key {path} (mode {mode:o}); `chmod 600 {path}` first", path = .0.display(), mode = .1)]
    Exposed(PathBuf, u32),
    /// It is no key.
    #[error("{0} is no key: it must hold 64 hexadecimal digits, as `anteroom key new` writes them")]
    Malformed(PathBuf),
    /// It is gone, or was never made.
    #[error(
        "the key {path} cannot be read: {error}. The database is sealed with it: bring it back from where you keep it (without it, move the data folder away and begin anew)"
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The command that prints it does not.
    #[error("key_command gives no key: {0}; it must print 64 hexadecimal digits and end with code 0")]
    Command(String),
    /// A new one cannot be written.
    #[error(
        "a new key cannot be written to {path}: {error}. Name a key_file that can, or (under systemd) hand it in as the credential anteroom.key"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system's random source failed")]
    Random,
}

/// What is derived from the key, each for one purpose (RFC 5869).
pub(crate) struct AtRest {
    sealing: RandomizedNonceKey,
    index: hmac::Key,
    chain: hmac::Key,
    place: Zeroizing<[u8; KEY_BYTES]>,
    check: [u8; KEY_BYTES],
}

impl AtRest {
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let from = hkdf::Salt::new(hkdf::HKDF_SHA256, b"anteroom at rest 1").extract(key);
        let derive = |purpose: &str| {
            let mut derived = Zeroizing::new([0; KEY_BYTES]);
            let info = [purpose.as_bytes()];
            let expanded = from.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut *derived));
            // RFC 5869, section 2.3: fails beyond 255 blocks, and this is one.
            debug_assert!(expanded.is_ok());
            derived
        };
        let signing = |purpose| hmac::Key::new(hmac::HMAC_SHA256, &*derive(purpose));
        let sealing = RandomizedNonceKey::new(&AES_256_GCM, &*derive("sealing"));
        Self {
            sealing: sealing.expect("32 bytes are a key of AES-256"),
            index: signing("index"),
            chain: signing("chain"),
            place: derive("place"),
            check: *derive("check"),
        }
    }

    /// Seals something for one place in the database: at another it cannot be opened.
    pub(crate) fn seal(&self, place: &str, clear: &[u8]) -> Result<Vec<u8>, NoRandom> {
        let mut sealed = clear.to_vec();
        let nonce = self.sealing.seal_in_place_append_tag(Aad::from(place), &mut sealed).map_err(|_| NoRandom)?;
        let nonce: &[u8; NONCE_LEN] = nonce.as_ref();
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for this place; `None` if it was not, or has been changed since.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut clear = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::from(nonce);
        let length = self.sealing.open_in_place(nonce, Aad::from(place), &mut clear).ok()?.len();
        clear.truncate(length);
        Some(clear)
    }

    /// By which a word is found without being written: the same for the same word, and nothing to who has not the key.
    pub(crate) fn index(&self, word: &str) -> [u8; 32] {
        bytes_of(&hmac::sign(&self.index, word.as_bytes()))
    }

    /// What follows in a chain from what was before.
    pub(crate) fn link(&self, before: &[u8; 32], entry: &[u8]) -> [u8; 32] {
        bytes_of(&hmac::sign(&self.chain, &[before, entry].concat()))
    }

    /// The key that signs tokens of places.
    pub(crate) fn place_key(&self) -> &[u8; KEY_BYTES] {
        &self.place
    }

    /// By which a database knows its key again. It tells nothing about it.
    pub(crate) fn check(&self) -> &[u8; KEY_BYTES] {
        &self.check
    }
}

fn bytes_of(tag: &hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

/// Where the key comes from.
pub(crate) enum Source {
    File(PathBuf),
    /// What this program prints, with its arguments.
    Command(Vec<String>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the key {}", path.display()),
            Self::Command(_) => f.write_str("the key that key_command prints"),
        }
    }
}

/// Where the settings say, else what systemd hands in, else beside the data folder.
pub(crate) fn source(settings: &Settings) -> Source {
    if !settings.key_command.is_empty() {
        return Source::Command(settings.key_command.clone());
    }
    if !settings.key_file.as_os_str().is_empty() {
        return Source::File(settings.key_file.clone());
    }
    let handed_in = std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(CREDENTIAL));
    Source::File(handed_in.filter(|path| path.exists()).unwrap_or_else(|| {
        let mut beside = settings.data_dir.clone().into_os_string();
        beside.push(".key");
        beside.into()
    }))
}

/// Reads the key; where nothing is sealed with one yet, a missing file is made.
pub(crate) fn load(settings: &Settings, may_make: bool) -> Result<AtRest, KeyError> {
    match source(settings) {
        Source::File(path) => load_from(path, settings, may_make),
        Source::Command(words) => ask(&words, PATIENCE).map(|key| AtRest::new(&key)),
    }
}

/// The same, from a file that the settings may not name yet.
pub(crate) fn load_from(path: PathBuf, settings: &Settings, may_make: bool) -> Result<AtRest, KeyError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let own_folder = path.parent().map(real).unwrap_or_default();
    if [real(&path), own_folder].iter().any(|path| path.starts_with(real(&settings.data_dir))) {
        return Err(KeyError::Beside(path));
    }
    match read(&path) {
        Err(KeyError::Missing { error, .. }) if may_make && error.kind() == io::ErrorKind::NotFound => {
            // Or another process was quicker.
            make(&path).or_else(|error| if path.exists() { read(&path) } else { Err(error) })
        }
        read => read,
    }
    .map(|key| AtRest::new(&key))
}

/// Writes a new key into a file that is not there yet.
///
/// # Errors
/// If there is one, or it cannot be written.
pub fn make_key(path: &Path) -> Result<(), KeyError> {
    make(path).map(|_| ())
}

fn make(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let key = Zeroizing::new(random::<KEY_BYTES>().map_err(|_| KeyError::Random)?);
    let text = Zeroizing::new(format!("{}\n", hex(&*key)));
    let write = || {
        // Whole or not at all: a crash must not leave half a key, nor two processes two halves.
        let temporary = path.with_extension(format!("new-{}", std::process::id()));
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        let made = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        let made = made.and_then(|()| std::fs::hard_link(&temporary, path));
        std::fs::remove_file(&temporary)?;
        made
    };
    write().map_err(|error| KeyError::Unwritable { path: path.to_owned(), error })?;
    Ok(key)
}

fn read(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let missing = |error| KeyError::Missing { path: path.to_owned(), error };
    let mode = std::fs::metadata(path).map_err(missing)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed(path.to_owned(), mode));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(missing)?);
    parse(text.as_bytes()).ok_or_else(|| KeyError::Malformed(path.to_owned()))
}

/// Has a program print the key. What it says of its own errors goes where ours go.
fn ask(words: &[String], patience: Duration) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let failed = |why: io::Error| KeyError::Command(why.to_string());
    let [program, arguments @ ..] = words else { return Err(KeyError::Command("it is empty".to_owned())) };
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let answer = answer(&mut child, patience);
    if !matches!(child.try_wait(), Ok(Some(_))) {
        let _is_gone = child.kill();
        let _code = child.wait();
    }
    parse(&*answer.map_err(failed)?).ok_or_else(|| KeyError::Command("what it prints is none".to_owned()))
}

/// What a program has printed, once it has ended. It fits into the pipe, or the program is stuck and out of time.
fn answer(child: &mut Child, patience: Duration) -> io::Result<Zeroizing<[u8; ANSWER_BYTES_MAX]>> {
    let over = Instant::now() + patience;
    let code = loop {
        match child.try_wait()? {
            Some(code) => break code,
            None if Instant::now() < over => std::thread::sleep(LOOK_EVERY),
            None => return Err(io::Error::other("it has not ended in time")),
        }
    };
    if !code.success() {
        return Err(io::Error::other(code.to_string()));
    }
    let mut text = Zeroizing::new([b' '; ANSWER_BYTES_MAX]);
    // Once: something that the program has started may hold the pipe open.
    let _bytes = child.stdout.as_mut().map(|pipe| pipe.read(&mut *text)).transpose()?;
    Ok(text)
}

fn parse(text: &[u8]) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim_ascii()).ok().map(Zeroizing::new)?;
    Some(Zeroizing::new(<[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    #[test]
    fn what_is_sealed_opens_at_its_place_only_and_not_after_a_change() {
        let (key, other) = (AtRest::new(&[1; 32]), AtRest::new(&[2; 32]));
        let sealed = key.seal("staff 1", b"lena").unwrap();
        assert_eq!(key.open("staff 1", &sealed).unwrap().as_slice(), b"lena");
        assert_eq!((key.open("staff 2", &sealed), other.open("staff 1", &sealed)), (None, None));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open("staff 1", &changed), None, "byte {at}");
        }
        assert_eq!((key.open("staff 1", &[]), key.open("staff 1", &sealed[..12])), (None, None));
        assert_ne!(sealed, key.seal("staff 1", b"lena").unwrap(), "another nonce each time");
        assert_eq!(key.index("lena"), AtRest::new(&[1; 32]).index("lena"));
        assert_ne!(key.index("lena"), other.index("lena"));
    }

    /// A folder of its own, and settings whose data folder is in it.
    fn settings(name: &str) -> (PathBuf, Settings) {
        let folder = std::env::temp_dir().join(format!("anteroom-key-{name}-{}", std::process::id()));
        let _is_new = std::fs::remove_dir_all(&folder);
        let mut settings = Settings::load(Flags::default()).unwrap();
        settings.data_dir = folder.join("data");
        std::fs::create_dir_all(&settings.data_dir).unwrap();
        (folder, settings)
    }

    #[test]
    fn a_key_is_made_once_beside_the_data_folder_for_its_owner_only() {
        let (folder, settings) = settings("made");
        let first = load(&settings, true).unwrap();
        let file = folder.join("data.key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(load(&settings, false).unwrap().check(), first.check());
        assert!(matches!(make_key(&file), Err(KeyError::Unwritable { .. })), "none is ever overwritten");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_key_that_is_missing_readable_by_others_malformed_or_beside_the_data_is_refused() {
        let (folder, mut settings) = settings("refused");
        assert!(matches!(load(&settings, false), Err(KeyError::Missing { .. })), "what is sealed needs its own key");
        let file = folder.join("data.key");
        make_key(&file).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(&settings, true), Err(KeyError::Exposed(_, 0o640))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "5".repeat(63)).unwrap();
        assert!(matches!(load(&settings, true), Err(KeyError::Malformed(_))));
        settings.key_file = settings.data_dir.join("key");
        assert!(matches!(load(&settings, true), Err(KeyError::Beside(_))));
        settings.key_file = folder.join("nowhere/key");
        assert!(matches!(load(&settings, true), Err(KeyError::Unwritable { .. })));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_command_may_print_the_key_and_whatever_else_it_does_is_an_error() {
        let (folder, mut settings) = settings("command");
        let key = "0f".repeat(KEY_BYTES);
        let says = |script: &str| ["sh", "-c", script].map(str::to_owned).to_vec();
        settings.key_command = says(&format!("echo {key}"));
        assert_eq!(load(&settings, false).unwrap().check(), AtRest::new(&[0x0f; KEY_BYTES]).check());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no file is made");
        for bad in [
            format!("echo {key}; exit 3"),
            "true".to_owned(),
            format!("echo {key}{key}"),
            format!("echo {}", "g".repeat(2 * KEY_BYTES)),
        ] {
            settings.key_command = says(&bad);
            assert!(matches!(load(&settings, true), Err(KeyError::Command(_))), "{bad}");
        }
        settings.key_command = vec![folder.join("nowhere").display().to_string()];
        assert!(matches!(load(&settings, true), Err(KeyError::Command(_))));
        // Whoever prints without end waits for a reader, and is ended.
        for endless in ["yes", "exec sleep 600"] {
            assert!(matches!(ask(&says(endless), Duration::from_millis(50)), Err(KeyError::Command(_))), "{endless}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
