//! The files of `web/` that browsers may ask for. A test compares this list with the folder.

macro_rules! file {
    ($path:literal) => {
        ($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/", $path)))
    };
}

pub(super) const FILES: &[(&str, &[u8])] = &[
];
