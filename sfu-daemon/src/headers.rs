//! Response headers that keep a page to itself (OWASP ASVS 5.0, sections 3.4 and 14.3.2).

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName, HeaderValue};

/// Nothing but our own files. `style-src` has no `unsafe-inline`; `media-src` is for the bell and for what a practice shows to those who wait: the video
/// of a call comes as `MediaStream`s.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     media-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const ON_EVERYTHING: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), speaker-selection=(self), autoplay=(self), \
         screen-wake-lock=(self), geolocation=(), payment=(), usb=()",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Which of those that every response carries are missing or others.
pub(crate) fn others(found: &HeaderMap) -> Vec<HeaderName> {
    let is_another = |(name, value): &(HeaderName, &str)| found.get_all(name).iter().ne([*value]);
    ON_EVERYTHING.into_iter().filter(is_another).map(|(name, _)| name).collect()
}

/// Two years, as browsers' preload lists ask for.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000";

/// Adds what every response carries. A file that patients look at has a stricter policy already. What is not marked as cacheable already is not to be stored.
pub(crate) fn add(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in ON_EVERYTHING {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
