//! Whether a server serves the very page that this program holds, or one whose hashes were published: asked as a browser asks.

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, Request, StatusCode, Uri};

use crate::client::{ClientError, Server};
use crate::headers;
use crate::http::before_fingerprint;
use crate::page::{self, INDEX};

/// More than any file of the page has: what is larger is another.
const FILE_BYTES_MAX: usize = 8 << 20;

/// By these a server leads a browser elsewhere, or gives it more than the page's text says.
const LEADS_ELSEWHERE: [HeaderName; 2] = [header::REFRESH, header::LINK];

/// Why a page was not compared, or what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The server cannot be asked, or a file of this machine cannot be read.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The list of hashes is none.
    #[error("line {0} of the list is not a SHA-256 and a file, as `anteroom page-hashes` prints them")]
    Malformed(usize),
    /// The server did not answer, or not with a file.
    #[error("{path}: {error}")]
    NoAnswer {
        /// What was asked for.
        path: String,
        /// What went wrong.
        error: String,
    },
    /// The document is another, so that it says nothing of its files.
    #[error("NOT the same page: the document is another, and names no version of its files")]
    NoVersion,
    /// Some of it is another.
    #[error("NOT the same page: {}", .0.join(", "))]
    Different(Vec<String>),
}

/// A page that is the same.
#[derive(Debug, PartialEq, Eq)]
pub struct SamePage {
    /// How many files were compared.
    pub files: usize,
}

/// Compares the page behind `address` with the one in this program, or with the list `hashes`. `roots` are certificates to trust instead
/// of the system's. Nothing of the address behind a `#`, or what mail scanners make of one, leaves this machine.
///
/// # Errors
/// If anything of it is another, or could not be compared.
pub async fn verify_page(address: &str, hashes: Option<&Path>, roots: Option<&Path>) -> Result<SamePage, PageError> {
    let list =
        hashes.map_or_else(|| Ok(page::hashes()), |path| std::fs::read_to_string(path).map_err(unreadable(path)))?;
    let expected = parse(&list)?;
    let uri: Uri = before_fingerprint(address).parse().map_err(|_| ClientError::BadAddress)?;
    let mut server = Server::new(&uri, roots)?;
    let (document, answered) = get(&mut server, uri.path()).await?;
    let document = String::from_utf8_lossy(&document);
    let version = page::version_in(&document).ok_or(PageError::NoVersion)?.to_owned();
    let mut different: Vec<String> =
        LEADS_ELSEWHERE.iter().filter(|name| answered.contains_key(*name)).map(header_is_another).collect();
    different.extend(headers::others(&answered).iter().map(header_is_another));
    for (path, hash) in &expected {
        let found = if *path == INDEX {
            page::hash(page::as_it_stands(&document, &version).as_bytes())
        } else {
            match get(&mut server, &format!("/v/{version}/{path}")).await {
                Ok((bytes, _)) => page::hash(&bytes),
                Err(error) => error.to_string(),
            }
        };
        if found != *hash {
            different.push((*path).to_owned());
        }
    }
    if different.is_empty() { Ok(SamePage { files: expected.len() }) } else { Err(PageError::Different(different)) }
}

/// Files and their hashes, of what `sha256sum` prints.
fn parse(list: &str) -> Result<Vec<(&str, &str)>, PageError> {
    let entry = |(at, line)| entry(line).ok_or(PageError::Malformed(at + 1));
    list.lines().enumerate().map(entry).collect()
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (hash, path) = line.split_once("  ")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_path = !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_graphic());
    (is_hash && is_path).then_some((path, hash))
}

fn header_is_another(name: &HeaderName) -> String {
    format!("the header {name}")
}

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> ClientError {
    move |error| ClientError::Unreadable { path: path.to_owned(), error: error.to_string() }
}

/// The file there, and the headers with which it came.
async fn get(server: &mut Server, path: &str) -> Result<(Bytes, HeaderMap), PageError> {
    let no_answer = |error: String| PageError::NoAnswer { path: path.to_owned(), error };
    let request = Request::get(path).body(Body::empty()).map_err(|error| no_answer(error.to_string()))?;
    let answer = server.ask(request, FILE_BYTES_MAX).await.map_err(|error| no_answer(error.to_string()))?;
    match answer.status {
        StatusCode::OK => Ok((answer.body, answer.headers)),
        status => Err(no_answer(format!("answered with {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_list_of_hashes_is_what_page_hashes_prints_and_nothing_else() {
        let hashes = page::hashes();
        assert_eq!(parse(&hashes).unwrap().len(), hashes.lines().count());
        let hash = "0".repeat(64);
        for (list, line) in [
            ("no", 1),
            (&format!("{hash}  a.js\n{hash} b.js"), 2),
            (&format!("{hash}  "), 1),
            (&format!("{}g  a.js", &hash[1..]), 1),
        ] {
            assert!(matches!(parse(list), Err(PageError::Malformed(at)) if at == line), "{list}");
        }
    }

    #[tokio::test]
    async fn nothing_behind_the_hash_of_a_link_leaves_this_machine() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        for mark in ["#", "%23", "%2523"] {
            let asking = tokio::spawn(async move {
                verify_page(&format!("http://{address}/a/reception{mark}k=KEY"), None, None).await
            });
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 1024];
            let length = connection.read(&mut asked).await.unwrap();
            let asked = String::from_utf8_lossy(&asked[..length]);
            assert!(asked.starts_with("GET /a/reception HTTP/1.1\r\n") && !asked.contains("KEY"), "{asked}");
            drop(connection);
            assert!(matches!(asking.await.unwrap(), Err(PageError::NoAnswer { .. })));
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_said_to_be_so() {
        for address in ["", "clinic.example", "ftp://clinic.example", "/a/x", "https://", "http://a b/"] {
            assert!(
                matches!(verify_page(address, None, None).await, Err(PageError::Client(ClientError::BadAddress))),
                "{address}"
            );
        }
    }
}
