//! The page's files: embedded as they stand in `web/`, or read from a folder while somebody works on them.
//!
//! `index.html` names its assets below `/v/dev/`. Embedded, that becomes `/v/<hash of all files>/`, so that browsers may keep an asset
//! for ever and still never mix two versions; relative imports inside modules just work.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::auth::hex;

mod table;

/// Where `index.html` says its assets are, with the version that stands for "from the folder, as it is now".
const DEV_PREFIX: &str = "/v/dev/";
const DEV_VERSION: &str = "dev";
/// The document itself.
pub(crate) const INDEX: &str = "index.html";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The SHA-256 of every file of the embedded page as it stands in `web/`, in the format of `sha256sum` and ordered by path. `index.html` is
/// served with `/v/dev/` replaced by the version.
#[must_use]
pub fn hashes() -> String {
    table::FILES.iter().map(|(path, bytes)| format!("{}  {path}\n", hash(bytes))).collect()
}

/// As [`hashes`] prints it.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref())
}

/// Below which version a document that was served names its assets.
pub(crate) fn version_in(document: &str) -> Option<&str> {
    let (version, _) = document.split_once("/v/")?.1.split_once('/')?;
    let is_version =
        version == DEV_VERSION || version.len() == 16 && version.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_version.then_some(version)
}

/// A document that was served, as it stands in `web/`.
pub(crate) fn as_it_stands(document: &str, version: &str) -> String {
    document.replace(&prefix(version), DEV_PREFIX)
}

fn prefix(version: &str) -> String {
    format!("/v/{version}/")
}

pub(crate) struct Page {
    version: String,
    index: File,
    files: BTreeMap<&'static str, File>,
    folder: Option<PathBuf>,
}

/// A file as it stands, and compressed if that helps. Nothing secret is ever in one, so that its compressed length tells nothing (BREACH).
struct File {
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Page {
    /// The embedded page.
    pub(crate) fn embedded() -> Self {
        let mut all = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for (path, bytes) in table::FILES {
            all.update(path.as_bytes());
            all.update(bytes);
        }
        let version = hex(&all.finish().as_ref()[..8]);
        let mut files: BTreeMap<_, _> =
            table::FILES.iter().map(|(path, bytes)| (*path, File::new(Bytes::from_static(bytes)))).collect();
        let index =
            files.remove(INDEX).map(|file| String::from_utf8_lossy(&file.plain).into_owned()).unwrap_or_default();
        let index = File::new(index.replace(DEV_PREFIX, &prefix(&version)).into());
        Self { version, index, files, folder: None }
    }

    /// The page as it lies in a folder, read anew for each request.
    pub(crate) fn folder(folder: PathBuf) -> Self {
        Self {
            version: DEV_VERSION.to_owned(),
            index: File::new(Bytes::new()),
            files: BTreeMap::new(),
            folder: Some(folder),
        }
    }

    /// The one document that all addresses for people show.
    pub(crate) fn index(&self, status: StatusCode, request: &HeaderMap) -> Response {
        let mut response = match &self.folder {
            None => self.index.answer(INDEX, request),
            Some(folder) => from_folder(folder, INDEX),
        };
        *response.status_mut() = status;
        response
    }

    /// An asset of this version; another version's files are gone, and a page that asks for them must reload.
    pub(crate) fn asset(&self, version: &str, path: &str, request: &HeaderMap) -> Response {
        if version != self.version {
            return StatusCode::NOT_FOUND.into_response();
        }
        if let Some(folder) = &self.folder {
            return from_folder(folder, path);
        }
        let Some(file) = self.files.get(path) else { return StatusCode::NOT_FOUND.into_response() };
        let mut response = file.answer(path, request);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
        response
    }
}

impl File {
    fn new(plain: Bytes) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        let gzip = gzip.write_all(&plain).and_then(|()| gzip.finish()).ok();
        Self { gzip: gzip.filter(|gzip| gzip.len() < plain.len()).map(Bytes::from), plain }
    }

    fn answer(&self, path: &str, request: &HeaderMap) -> Response {
        let kind = [(CONTENT_TYPE, mime(path)), (VARY, HeaderValue::from_static("accept-encoding"))];
        match self.gzip.as_ref().filter(|_| accepts_gzip(request)) {
            Some(gzip) => (kind, [(CONTENT_ENCODING, "gzip")], gzip.clone()).into_response(),
            None => (kind, self.plain.clone()).into_response(),
        }
    }
}

/// RFC 9110, section 12.5.3, as far as browsers use it.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let accepted = request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("gzip"))
}

fn from_folder(folder: &Path, path: &str) -> Response {
    match read_below(folder, path) {
        Some(bytes) => ([(CONTENT_TYPE, mime(path))], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn read_below(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let path = Path::new(path);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    std::fs::read(folder.join(path)).ok().filter(|_| inside)
}

fn mime(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("ogg" | "opus") => "audio/ogg",
        Some("mp3") => "audio/mpeg",
        Some("wav") => "audio/wav",
        Some("ftl" | "txt" | "md") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What a browser may ask for. Tests, types and package files stay out of the program.
    fn files_for_browsers(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let skipped = ["node_modules", "test", "e2e"].contains(&name.as_str())
                || name.ends_with(".d.ts")
                || name.ends_with(".d.mts")
                || name.ends_with(".test.js")
                || name == "README.md"
                || ["package.json", "package-lock.json", "tsconfig.json", "vendor.json"].contains(&name.as_str())
                || name.rsplit('/').next().unwrap().starts_with('.');
            if skipped {
                continue;
            }
            if path.is_dir() {
                files_for_browsers(&path, root, found);
            } else {
                found.insert(name);
            }
        }
    }

    #[test]
    fn the_table_and_the_folder_agree() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
        let mut folder = BTreeSet::new();
        files_for_browsers(&root, &root, &mut folder);
        let table: BTreeSet<String> = table::FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        let line = |path: &String| format!("    file!(\"{path}\"),\n");
        assert!(folder == table, "src/page/table.rs should list:\n{}", folder.iter().map(line).collect::<String>());
        assert!(
            table::FILES.is_sorted_by_key(|(path, _)| *path),
            "sorted, so that the version does not depend on the order"
        );
    }

    #[test]
    fn every_file_has_a_type_that_browsers_accept() {
        for (path, _) in table::FILES {
            assert!(
                mime(path) != "application/octet-stream" || path.contains("LICEN"),
                "{path} would be refused under nosniff: add its type"
            );
        }
    }

    #[test]
    fn a_path_cannot_leave_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(read_below(&folder, "main.rs").is_some());
        for path in ["../Cargo.toml", "/etc/passwd", "page/../main.rs"] {
            assert!(read_below(&folder, path).is_none(), "{path}");
        }
    }
}
