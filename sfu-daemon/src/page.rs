//! The page's files: embedded as they stand in `web/`, or read from a folder while somebody works on them.
//!
//! `index.html` names its assets below `/v/dev/`. Embedded, that becomes `/v/<hash of all files>/`, so that browsers may keep an asset
//! for ever and still never mix two versions; relative imports inside modules just work.

use std::path::{Component, Path, PathBuf};

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::auth::hex;

mod table;

/// Where `index.html` says its assets are, with the version that stands for "from the folder, as it is now".
const DEV_PREFIX: &str = "/v/dev/";
const DEV_VERSION: &str = "dev";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

pub(crate) struct Page {
    version: String,
    index: Bytes,
    folder: Option<PathBuf>,
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
        let index = embedded("index.html").map(String::from_utf8_lossy).unwrap_or_default();
        let index = Bytes::from(index.replace(DEV_PREFIX, &format!("/v/{version}/")));
        Self { version, index, folder: None }
    }

    /// The page as it lies in a folder, read anew for each request.
    pub(crate) fn folder(folder: PathBuf) -> Self {
        Self { version: DEV_VERSION.to_owned(), index: Bytes::new(), folder: Some(folder) }
    }

    /// The one document that all addresses for people show.
    pub(crate) fn index(&self, status: StatusCode) -> Response {
        let html = match &self.folder {
            None => self.index.clone(),
            Some(folder) => std::fs::read(folder.join("index.html")).unwrap_or_default().into(),
        };
        (status, [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html).into_response()
    }

    /// An asset of this version; another version's files are gone, and a page that asks for them must reload.
    pub(crate) fn asset(&self, version: &str, path: &str) -> Response {
        if version != self.version {
            return StatusCode::NOT_FOUND.into_response();
        }
        let (bytes, cache) = match &self.folder {
            None => (embedded(path).map(Bytes::from_static), IMMUTABLE),
            Some(folder) => (read_below(folder, path).map(Bytes::from), "no-store"),
        };
        let Some(bytes) = bytes else { return StatusCode::NOT_FOUND.into_response() };
        ([(CONTENT_TYPE, mime(path)), (CACHE_CONTROL, HeaderValue::from_static(cache))], bytes).into_response()
    }
}

fn embedded(path: &str) -> Option<&'static [u8]> {
    table::FILES.iter().find(|(name, _)| *name == path).map(|(_, bytes)| *bytes)
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
                || name.ends_with(".test.js")
                || name.ends_with(".md")
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
