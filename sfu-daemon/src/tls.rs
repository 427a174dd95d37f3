//! HTTPS for other devices: the clinic's own certificate, or a generated one that is kept in the data folder.
//!
//! Browsers warn about a generated certificate once per device; behind the warning they treat the page as a secure context, which camera and
//! microphone need. Its names are this machine's addresses, so it is made anew when they change or when it is about to end.

use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Browsers refuse certificates that live longer than 398 days.
const LIFETIME: Duration = Duration::from_secs(397 * 24 * 3_600);
/// A certificate this close to its end is replaced at start.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Holds the generated certificate, its key, and on its first line what it was made for.
const FILE: &str = "tls.pem";

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is not PEM, or lacks the certificate or the key.
    #[error("{path} does not hold a PEM {what}")]
    Pem {
        /// Which.
        path: PathBuf,
        /// What is missing.
        what: &'static str,
    },
    /// The certificate and the key do not fit together.
    #[error("certificate and key: {0}")]
    Rustls(#[from] rustls::Error),
    /// No certificate could be made.
    #[error("making a certificate: {0}")]
    Generate(#[from] rcgen::Error),
}

/// The clinic's own certificate.
pub(crate) fn from_files(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    server_config(certificate, &read(certificate)?, key, &read(key)?)
}

/// The generated certificate for these addresses, made anew if need be.
pub(crate) fn generated(data_dir: &Path, addresses: &[IpAddr]) -> Result<Arc<ServerConfig>, TlsError> {
    let path = data_dir.join(FILE);
    let mut names: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    names.push("localhost".to_owned());
    names.sort();
    names.dedup();
    let names = names.join(",");
    let kept = std::fs::read_to_string(&path).ok().filter(|pem| is_current(pem, &names));
    let pem = match kept {
        Some(pem) => pem,
        None => {
            let pem = generate(&names)?;
            write_private(&path, &pem).map_err(|error| TlsError::File { path: path.clone(), error })?;
            pem
        }
    };
    server_config(&path, pem.as_bytes(), &path, pem.as_bytes())
}

fn generate(names: &str) -> Result<String, TlsError> {
    let mut params = rcgen::CertificateParams::new(names.split(',').map(str::to_owned).collect::<Vec<_>>())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, "Anteroom");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let (now, ends) = (SystemTime::now(), SystemTime::now() + LIFETIME);
    // A device whose clock is a little behind should not refuse it.
    params.not_before = (now - Duration::from_secs(24 * 3_600)).into();
    params.not_after = ends.into();
    let key = rcgen::KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let ends = ends.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ok(format!("{}\n{}{}", header(names, ends), certificate.pem(), key.serialize_pem()))
}

fn header(names: &str, ends: u64) -> String {
    format!("made by anteroom, until {ends}, for {names}")
}

fn is_current(pem: &str, names: &str) -> bool {
    let line = pem.lines().next().unwrap_or_default();
    let ends = line.split([' ', ',']).find_map(|word| word.parse::<u64>().ok()).unwrap_or(0);
    let renew_at = UNIX_EPOCH + Duration::from_secs(ends);
    line == header(names, ends) && SystemTime::now() + RENEW_BEFORE < renew_at
}

fn server_config(
    certificate_path: &Path,
    certificate: &[u8],
    key_path: &Path,
    key: &[u8],
) -> Result<Arc<ServerConfig>, TlsError> {
    let pem = |path: &Path, what| TlsError::Pem { path: path.to_owned(), what };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|_| pem(certificate_path, "certificate"))?;
    if chain.is_empty() {
        return Err(pem(certificate_path, "certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| pem(key_path, "private key"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::File { path: path.to_owned(), error })
}

/// Writes beside and renames, so that a crash leaves the old file or the new one, readable by its owner only.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("pem.new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_certificate_is_kept_private_and_made_anew_for_new_addresses() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = std::env::temp_dir().join(format!("anteroom-tls-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let read = || std::fs::read_to_string(folder.join(FILE)).unwrap();
        let one: [IpAddr; 1] = ["127.0.0.1".parse().unwrap()];
        generated(&folder, &one).unwrap();
        let first = read();
        generated(&folder, &one).unwrap();
        assert_eq!(first, read(), "the same addresses keep the certificate that people have accepted");
        generated(&folder, &["127.0.0.1".parse().unwrap(), "192.0.2.7".parse().unwrap()]).unwrap();
        assert_ne!(first, read());
        let mode = std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(folder.join(FILE), "not a certificate").unwrap();
        generated(&folder, &one).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_certificate_file_that_is_none_is_named() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let error = from_files(&path, &path).unwrap_err().to_string();
        assert!(error.contains("Cargo.toml") && error.contains("certificate"), "{error}");
    }
}
