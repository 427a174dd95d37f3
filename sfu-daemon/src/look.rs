//! What an area looks like to patients: a logo, a colour, a few words, and something to look at while they wait. Admins set it, on the page or at
//! the command line; the database keeps it, and this process has all of it in memory.
//!
//! Nothing is ever fetched from elsewhere: a picture is its bytes, a colour is six digits, and words are read as Markdown by the page, which knows
//! neither links nor pictures there. No SVG: it is a document that may hold scripts, styles and addresses, and a logo needs none of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sfu_signal::{AreaLook, LookFile, LookKind, StaffRole};

use crate::App;
use crate::http::{origin_is_allowed, session_of};
use crate::hub::{Event, hand_over};
use crate::limits::{
    LOGO_BYTES_MAX, LOOK_IMAGE_BYTES_MAX, LOOK_PDF_BYTES_MAX, LOOK_PIXELS_MAX, LOOK_TEXTS_BYTES_MAX,
    LOOK_VIDEO_BYTES_MAX, WELCOME_CHARS_MAX,
};
use crate::page::hash;
use crate::store::{Deed, Standing};
use crate::telemetry;

/// WCAG 2.2, 1.4.3.
const CONTRAST_MIN: f64 = 4.5;
/// Not even its own picture may be loaded by what a browser shows of a file by itself.
const FILE_POLICY: &str = "default-src 'none'; sandbox";
/// The address is the hash of what is there.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Why something of a look is not taken. It is told to who set it, and says nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unfit {
    /// Not a colour.
    #[error("a colour is # and six digits or letters from a to f, such as #0b5a4c")]
    Colour,
    /// White text on it could not be read.
    #[error("white text on this colour has a contrast of {ratio}:1; people need 4.5:1. Take a darker colour")]
    Pale {
        /// To one, rounded down.
        ratio: f64,
    },
    /// Too long, or with control characters.
    #[error("the welcome has at most {max} characters, and no control characters but line breaks")]
    Text {
        /// Characters.
        max: usize,
    },
    /// Another kind of file.
    #[error("a logo is a PNG, JPEG or WebP; what people see while they wait is one of these, an MP4, a WebM or a PDF")]
    Kind,
    /// A file of too many bytes.
    #[error("the file has more than {max} bytes")]
    Large {
        /// Bytes.
        max: usize,
    },
    /// A picture of too many pixels, or one that does not say how many.
    #[error("the picture has more than {max} pixels on one side, or is broken")]
    Pixels {
        /// On each side.
        max: usize,
    },
    /// All areas together have too much.
    #[error("the files of all areas together are too large; remove one first")]
    Full,
}

/// Which file of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Logo,
    /// For those who wait.
    Show,
}

impl Part {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Logo => "logo",
            Self::Show => "show",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Logo, Self::Show].into_iter().find(|part| part.word() == word)
    }

    fn bytes_max(self) -> usize {
        match self {
            Self::Logo => LOGO_BYTES_MAX,
            Self::Show => LOOK_VIDEO_BYTES_MAX,
        }
    }
}

/// What a file is by its first bytes, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Jpeg,
    WebP,
    Mp4,
    WebM,
    Pdf,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Png, Self::Jpeg, Self::WebP, Self::Mp4, Self::WebM, Self::Pdf];

    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
            Self::Pdf => "application/pdf",
        }
    }

    pub(crate) fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let is = |kind: Self| match kind {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::WebP => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Mp4 => bytes.get(4..8) == Some(b"ftyp"),
            Self::WebM => bytes.starts_with(b"\x1a\x45\xdf\xa3"),
            Self::Pdf => bytes.starts_with(b"%PDF-"),
        };
        Self::ALL.into_iter().find(|kind| is(*kind))
    }

    pub(crate) fn shown(self) -> LookKind {
        match self {
            Self::Png | Self::Jpeg | Self::WebP => LookKind::Image,
            Self::Mp4 | Self::WebM => LookKind::Video,
            Self::Pdf => LookKind::Pdf,
        }
    }
}

/// Whether a file may be this part of a look.
pub(crate) fn checked_file(part: Part, bytes: &[u8]) -> Result<Kind, Unfit> {
    let kind = Kind::of(bytes).ok_or(Unfit::Kind)?;
    let max = match (part, kind.shown()) {
        (Part::Logo, LookKind::Image) => LOGO_BYTES_MAX,
        (Part::Logo, LookKind::Video | LookKind::Pdf) => return Err(Unfit::Kind),
        (Part::Show, LookKind::Image) => LOOK_IMAGE_BYTES_MAX,
        (Part::Show, LookKind::Video) => LOOK_VIDEO_BYTES_MAX,
        (Part::Show, LookKind::Pdf) => LOOK_PDF_BYTES_MAX,
    };
    if max < bytes.len() {
        return Err(Unfit::Large { max });
    }
    if kind.shown() == LookKind::Image {
        // A small file can unfold to a picture that no phone holds.
        let fits = |side: usize| (1..=LOOK_PIXELS_MAX).contains(&side);
        let size = imagesize::blob_size(bytes).ok().filter(|size| fits(size.width) && fits(size.height));
        size.ok_or(Unfit::Pixels { max: LOOK_PIXELS_MAX })?;
    }
    Ok(kind)
}

/// A colour on which white text can be read. Empty: the page's own.
pub(crate) fn checked_accent(text: &str) -> Result<String, Unfit> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(Unfit::Colour)?;
    let colour = u32::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let ratio = contrast_with_white(colour.ok_or(Unfit::Colour)?);
    if ratio < CONTRAST_MIN {
        return Err(Unfit::Pale { ratio: (ratio * 100.0).floor() / 100.0 });
    }
    Ok(text.to_ascii_lowercase())
}

/// WCAG 2.2: contrast ratio and relative luminance.
fn contrast_with_white(colour: u32) -> f64 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

pub(crate) fn checked_welcome(text: &str) -> Result<String, Unfit> {
    let text = text.trim().replace("\r\n", "\n");
    let is_odd = |sign: char| sign.is_control() && sign != '\n';
    if WELCOME_CHARS_MAX < text.chars().count() || text.chars().any(is_odd) {
        return Err(Unfit::Text { max: WELCOME_CHARS_MAX });
    }
    Ok(text)
}

/// A look as it is stored: the files by their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) area: u32,
    pub(crate) accent: String,
    pub(crate) welcome: String,
    pub(crate) files: Vec<(Part, Kind, String)>,
}

impl Stored {
    fn view(&self) -> AreaLook {
        let file = |part: Part| {
            let found = self.files.iter().find(|(of, ..)| *of == part);
            found.map(|(_, kind, hash)| LookFile { hash: hash.clone(), kind: kind.shown() })
        };
        AreaLook {
            accent: self.accent.clone(),
            welcome: self.welcome.clone(),
            logo: file(Part::Logo),
            show: file(Part::Show),
        }
    }
}

#[derive(Clone)]
struct File {
    kind: Kind,
    bytes: Bytes,
}

/// The files of all areas, by hash: bounded by what the database takes.
#[derive(Default)]
pub(crate) struct Looks {
    files: RwLock<BTreeMap<String, File>>,
    /// One after the other, so that the last word is the newest.
    turn: tokio::sync::Mutex<()>,
}

/// Reads what is set, and tells the hub.
pub(crate) async fn reload(app: &App) {
    let _turn = app.looks.turn.lock().await;
    let known: BTreeSet<String> =
        app.looks.files.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
    let read = app.with_store(move |store| {
        let looks = store.looks()?;
        let mut files = Vec::new();
        for (_, kind, hash) in looks.iter().flat_map(|look| &look.files).filter(|(.., hash)| !known.contains(hash)) {
            files.push((hash.clone(), File { kind: *kind, bytes: store.look_bytes(hash)?.into() }));
        }
        Ok((looks, files))
    });
    let Some((looks, files)) = read.await else { return };
    let used: BTreeSet<&String> = looks.iter().flat_map(|look| &look.files).map(|(.., hash)| hash).collect();
    {
        let mut all = app.looks.files.write().unwrap_or_else(PoisonError::into_inner);
        all.extend(files);
        all.retain(|hash, _| used.contains(hash));
    }
    let looks = looks.iter().map(|look| (look.area, look.view())).collect();
    let _hub_is_gone = hand_over(&app.hub, Event::Looks(looks)).await;
}

/// `GET /look/{hash}`: a file of some area's look. Whoever knows the hash has been shown it.
pub(crate) async fn file(State(app): State<Arc<App>>, Path(hash): Path<String>, headers: HeaderMap) -> Response {
    let found = app.looks.files.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
    let Some(File { kind, bytes }) = found else { return StatusCode::NOT_FOUND.into_response() };
    let disposition = match kind.shown() {
        LookKind::Pdf => "attachment; filename=\"sheet.pdf\"", // Our page draws it; no viewer of a browser opens it here.
        LookKind::Image | LookKind::Video => "inline",
    };
    let own = [
        (CONTENT_TYPE, kind.mime()),
        (CONTENT_SECURITY_POLICY, FILE_POLICY),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, IMMUTABLE),
        (ACCEPT_RANGES, "bytes"),
    ];
    match range(&headers, bytes.len()) {
        None => (own, bytes).into_response(),
        Some(part) => {
            let said = format!("bytes {}-{}/{}", part.start, part.end - 1, bytes.len());
            (StatusCode::PARTIAL_CONTENT, own, [(CONTENT_RANGE, said)], bytes.slice(part)).into_response()
        }
    }
}

/// The one range that a player asks for (RFC 9110, section 14.1.2). What we do not understand gets the whole, as it may.
fn range(headers: &HeaderMap, length: usize) -> Option<Range<usize>> {
    let (from, to) = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let last = length.checked_sub(1)?;
    let (from, to) = match (from, to) {
        ("", to) => (length.saturating_sub(to.parse().ok()?), last),
        (from, "") => (from.parse().ok()?, last),
        (from, to) => (from.parse().ok()?, to.parse::<usize>().ok()?.min(last)),
    };
    (from <= to).then(|| from..to + 1)
}

/// The words of a look.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    accent: String,
    welcome: String,
}

/// Where uploads go: they may take longer than other requests.
pub(crate) const SET: &str = "/staff/look/";

/// `POST /staff/look/{area}/{part}`: an admin sets the `texts`, the `logo` or what to `show`. An empty file takes it away.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    Path((slug, part)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (admin, area) = match area_of_admin(&app, &headers, slug).await {
        Ok(found) => found,
        Err(status) => return status.into_response(), // Before a byte of the body is read.
    };
    let outcome = match (part.as_str(), Part::from_word(&part)) {
        ("texts", _) => set_texts(&app, area, body).await,
        (_, Some(part)) => set_file(&app, area, part, body).await,
        (_, None) => return StatusCode::NOT_FOUND.into_response(),
    };
    match outcome {
        Ok(true) => {
            reload(&app).await;
            let _failure_is_logged =
                app.with_store(move |store| store.note(crate::now_ms(), Some(admin), &Deed::AreaChanged(area))).await;
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(false) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(unfit) => {
            if matches!(unfit, Unfit::Large { .. } | Unfit::Full) {
                telemetry::limit_reached("look_bytes");
            }
            (StatusCode::UNPROCESSABLE_ENTITY, Json(unfit)).into_response()
        }
    }
}

/// Who asks, and the area, if they may change it.
async fn area_of_admin(app: &App, headers: &HeaderMap, slug: String) -> Result<(u32, u32), StatusCode> {
    let session = session_of(app, headers).await.ok_or(StatusCode::UNAUTHORIZED)?;
    let asked = app.with_store(move |store| {
        let area = store.areas()?.into_iter().find(|area| area.slug == slug).map(|area| area.id);
        let account = store
            .accounts()?
            .into_iter()
            .find(|account| account.id == session.staff && account.standing == Standing::Active);
        let may = |account: &crate::store::Account, area: &u32| {
            account.role == StaffRole::Admin && account.areas.contains(area)
        };
        Ok(account.zip(area).filter(|(account, area)| may(account, area)).map(|(account, area)| (account.id, area)))
    });
    asked.await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?.ok_or(StatusCode::FORBIDDEN)
}

/// False if the database failed.
async fn set_texts(app: &App, area: u32, body: Body) -> Result<bool, Unfit> {
    let too_long = Unfit::Text { max: WELCOME_CHARS_MAX };
    let bytes = to_bytes(body, LOOK_TEXTS_BYTES_MAX).await.map_err(|_| too_long)?;
    let Texts { accent, welcome } = serde_json::from_slice(&bytes).map_err(|_| too_long)?;
    let (accent, welcome) = (checked_accent(accent.trim())?, checked_welcome(&welcome)?);
    Ok(app.with_store(move |store| store.set_look_texts(area, &accent, &welcome)).await.is_some())
}

/// False if the database failed.
async fn set_file(app: &App, area: u32, part: Part, body: Body) -> Result<bool, Unfit> {
    let max = part.bytes_max();
    let bytes = to_bytes(body, max).await.map_err(|_| Unfit::Large { max })?;
    let file = new_file(part, &bytes)?;
    match app.with_store(move |store| store.set_look_file(area, part, file.as_ref(), &bytes)).await {
        Some(true) => Ok(true),
        Some(false) => Err(Unfit::Full),
        None => Ok(false),
    }
}

/// What a file is and its hash; `None` for an empty one, which takes the part away.
pub(crate) fn new_file(part: Part, bytes: &[u8]) -> Result<Option<(Kind, String)>, Unfit> {
    if bytes.is_empty() { Ok(None) } else { Ok(Some((checked_file(part, bytes)?, hash(bytes)))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG's header that says this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_colour_is_six_digits_on_which_white_text_can_be_read() {
        assert_eq!(checked_accent(""), Ok(String::new()));
        assert_eq!(checked_accent("#0B5A4C"), Ok("#0b5a4c".to_owned()));
        assert_eq!(checked_accent("#767676"), Ok("#767676".to_owned()), "4.54:1");
        assert_eq!(checked_accent("#777777"), Err(Unfit::Pale { ratio: 4.47 }));
        assert_eq!(checked_accent("#ffffff"), Err(Unfit::Pale { ratio: 1.0 }));
        let said = Unfit::Pale { ratio: 4.47 }.to_string();
        assert!(said.contains("4.47:1") && said.contains("4.5:1"), "{said}");
        for bad in ["red", "#fff", "0b5a4c", "#0b5a4c ", "#+12345", "#0b5a4g", "url(https://evil.example/x)", "#é1234"]
        {
            assert_eq!(checked_accent(bad), Err(Unfit::Colour), "{bad}");
        }
    }

    #[test]
    fn a_welcome_is_short_and_has_no_control_characters() {
        assert_eq!(checked_welcome(" # Hello\r\n\r\nDear **all** "), Ok("# Hello\n\nDear **all**".to_owned()));
        let text = Err(Unfit::Text { max: WELCOME_CHARS_MAX });
        assert!(checked_welcome(&"ü".repeat(WELCOME_CHARS_MAX)).is_ok());
        assert_eq!(checked_welcome(&"ü".repeat(WELCOME_CHARS_MAX + 1)), text);
        assert_eq!(checked_welcome("a\u{0}b"), text);
        assert_eq!(checked_welcome("a\u{1b}b"), text);
    }

    #[test]
    fn a_file_is_what_its_bytes_say_and_everything_else_is_refused() {
        assert_eq!(checked_file(Part::Logo, &png(400, 100)), Ok(Kind::Png));
        for document in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..],
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html><script src=https://evil.example/x.js></script>",
            b"GIF89a\x01\0\x01\0",
            b"MZ\x90\0",
            b"\x89PN",
            b"RIFF....WAVE",
            b"x",
        ] {
            for part in [Part::Logo, Part::Show] {
                assert_eq!(checked_file(part, document), Err(Unfit::Kind), "{document:?}");
            }
        }
        for (bytes, kind) in
            [(&b"%PDF-1.7 x"[..], Kind::Pdf), (b"\0\0\0\x18ftypisom", Kind::Mp4), (b"\x1a\x45\xdf\xa3\x01", Kind::WebM)]
        {
            assert_eq!(checked_file(Part::Show, bytes), Ok(kind));
            assert_eq!(checked_file(Part::Logo, bytes), Err(Unfit::Kind), "a logo is a picture");
        }
    }

    #[test]
    fn a_file_is_neither_too_large_nor_a_picture_that_no_phone_holds() {
        let padded = |mut bytes: Vec<u8>, length| {
            bytes.resize(length, 0);
            bytes
        };
        for (part, bytes, max) in [
            (Part::Logo, png(9, 9), LOGO_BYTES_MAX),
            (Part::Show, png(9, 9), LOOK_IMAGE_BYTES_MAX),
            (Part::Show, b"%PDF-".to_vec(), LOOK_PDF_BYTES_MAX),
            (Part::Show, b"\x1a\x45\xdf\xa3".to_vec(), LOOK_VIDEO_BYTES_MAX),
        ] {
            assert!(checked_file(part, &padded(bytes.clone(), max)).is_ok());
            assert_eq!(checked_file(part, &padded(bytes, max + 1)), Err(Unfit::Large { max }));
        }
        let side = u32::try_from(LOOK_PIXELS_MAX).unwrap();
        let many = Err(Unfit::Pixels { max: LOOK_PIXELS_MAX });
        assert!(checked_file(Part::Logo, &png(side, side)).is_ok());
        assert_eq!(checked_file(Part::Logo, &png(side + 1, 1)), many);
        assert_eq!(checked_file(Part::Logo, &png(1, u32::MAX)), many);
        assert_eq!(checked_file(Part::Logo, &png(0, 1)), many);
        assert_eq!(checked_file(Part::Logo, b"\x89PNG\r\n\x1a\n"), many, "it is cut");
        assert_eq!(checked_file(Part::Logo, b"\xff\xd8\xff\xe0\0"), many);
    }

    #[test]
    fn a_player_gets_the_range_that_it_asks_for() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, text.parse().unwrap());
            range(&headers, 10)
        };
        assert_eq!(asked("bytes=0-1"), Some(0..2));
        assert_eq!(asked("bytes=4-"), Some(4..10));
        assert_eq!(asked("bytes=-3"), Some(7..10));
        assert_eq!(asked("bytes=-30"), Some(0..10));
        assert_eq!(asked("bytes=2-99"), Some(2..10));
        for odd in [
            "bytes=10-",
            "bytes=3-2",
            "bytes=a-b",
            "bytes=0-1,4-5",
            "bytes=-",
            "lines=0-1",
            "bytes=-0",
            "bytes=18446744073709551615-",
        ] {
            assert_eq!(asked(odd), None, "{odd}");
        }
        assert_eq!(range(&HeaderMap::new(), 10), None);
        assert_eq!(range(&HeaderMap::new(), 0), None);
    }
}
