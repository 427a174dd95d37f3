//! Passkeys, as the page makes, shows and removes them. One that is shown is both factors at once: the device is there, and knows who touches it.

use axum::extract::Path;
use serde::Deserializer;
use serde::de::Error as _;

use super::*;
use crate::passkey::{Algorithm, Fault, Made, Shown, Site, check_made, check_shown};
use crate::store::{NotAdded, Passkey};

/// What a question is for: to sign in, whoever it is.
const TO_SIGN_IN: &str = "sign in with a passkey";

/// What a browser says of bytes (RFC 4648, section 5, without padding).
struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64URL_NOPAD.decode(text.as_bytes()).map(Self).map_err(|_| D::Error::custom("not base64url"))
    }
}

/// What the page asks the browser with.
#[derive(Serialize)]
pub(super) struct Question {
    challenge: String,
    /// The name for which passkeys are.
    site: String,
}

impl Question {
    fn new(app: &App, site: Site, purpose: &str) -> Result<Self, Not> {
        let challenge = app.challenges.ask(purpose).map_err(|_| Not::Busy)?;
        Ok(Self { challenge: BASE64URL_NOPAD.encode(&challenge), site: site.name })
    }
}

/// `POST /staff/passkey`: a question for whoever wants to sign in.
pub(crate) async fn ask(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match site_of(&app, &headers).and_then(|site| Question::new(&app, site, TO_SIGN_IN)) {
        Ok(question) => Json(question).into_response(),
        Err(not) => not.answer(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Showing {
    id: Base64,
    /// Of the account, as the device knows it.
    handle: Base64,
    client_data: Base64,
    authenticator_data: Base64,
    signature: Base64,
    #[serde(default)]
    label: String,
}

/// `POST /staff/passkey/sign-in`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(said): Json<Showing>,
) -> Response {
    attempted(&app, &peer, &headers, async || begin_session(&app, &headers, said).await.map(Session::from)).await
}

async fn begin_session(app: &App, headers: &HeaderMap, said: Showing) -> Result<Token, Not> {
    let site = site_of(app, headers)?;
    let Showing { id, handle, client_data, authenticator_data, signature, label } = said;
    let found = app.with_store(move |store| {
        let found = store.find_passkey(&id.0)?;
        // A device that says another account's name than the one whose passkey it is has mixed something up.
        Ok(found.filter(|found| handle_of(found.staff).0 == *handle.0))
    });
    let found = found.await.ok_or(Not::Busy)?.ok_or(refused(Other::Unknown))?;
    let shown =
        Shown { client_data: &client_data.0, authenticator_data: &authenticator_data.0, signature: &signature.0 };
    let mut challenge = Vec::new();
    let counter = check_shown(&site, &found.passkey.key, &shown, |said| {
        challenge = said.to_vec();
        app.challenges.is_ours(said, TO_SIGN_IN)
    });
    let counter = counter.map_err(of_fault)?;
    spend(app, &challenge, refused(Other::Late))?;
    let token = Token::random().map_err(|_| Not::Busy)?;
    let (staff, session, label) = (found.staff, TokenHash::of(token.expose()), short(&label));
    let signed_in = move |store: &Store| store.sign_in_with_passkey(found, counter, session, &label, now_ms());
    match app.with_store(signed_in).await {
        Some(true) => {
            tracing::info!(staff, "a browser was signed in with a passkey");
            Ok(token)
        }
        Some(false) => Err(refused(Other::Wrong)),
        None => Err(Not::Busy),
    }
}

/// What the page asks the browser to make one with.
#[derive(Serialize)]
struct ToMake {
    #[serde(flatten)]
    question: Question,
    /// What the device knows the account by.
    handle: String,
    login: String,
    name: String,
    algorithms: [i32; Algorithm::ALL.len()],
    /// Those that there are: no device needs two.
    known: Vec<String>,
}

/// `POST /staff/account/passkey`: a question for a new passkey, once it is certain who asks.
pub(crate) async fn ask_to_make(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(Proof { password }): Json<Proof>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        let site = site_of(&app, &headers)?;
        proved(&app, &session, &who, password).await?;
        let staff = who.staff;
        let passkeys = app.with_store(move |store| store.passkeys(staff)).await.ok_or(Not::Busy)?;
        Ok(Json(ToMake {
            question: Question::new(&app, site, &to_make(&session))?,
            handle: BASE64URL_NOPAD.encode(&handle_of(staff).0),
            login: who.login,
            name: who.name,
            algorithms: Algorithm::ALL.map(Algorithm::number),
            known: passkeys.iter().map(|(_, passkey)| BASE64URL_NOPAD.encode(&passkey.id)).collect(),
        }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Making {
    id: Base64,
    client_data: Base64,
    authenticator_data: Base64,
    public_key: Base64,
    algorithm: i32,
    label: String,
}

/// `POST /staff/account/passkey/add`. Its question was asked of this very session, after the proof.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(said): Json<Making>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        let site = site_of(&app, &headers)?;
        let made = Made {
            id: &said.id.0,
            client_data: &said.client_data.0,
            authenticator_data: &said.authenticator_data.0,
            public_key: &said.public_key.0,
            algorithm: said.algorithm,
        };
        let mut challenge = Vec::new();
        let key = check_made(&site, &made, |said| {
            challenge = said.to_vec();
            app.challenges.is_ours(said, &to_make(&session))
        });
        let key = key.map_err(of_fault)?;
        spend(&app, &challenge, refused(Other::Late))?;
        let now_ms = now_ms();
        let passkey = Passkey { id: said.id.0, key, label: short(&said.label), made_ms: now_ms };
        let added = app.with_store(move |store| store.add_passkey(who.staff, &passkey, now_ms));
        match added.await.ok_or(Not::Busy)? {
            Ok(()) => {
                tracing::info!(staff = who.staff, "somebody has made a passkey");
                Ok(Json(Recovery::default()))
            }
            Err(NotAdded::Full) => Err(refused(Other::Full)),
            Err(NotAdded::Known) => Err(refused(Other::Known)),
        }
    })
    .await
}

/// `POST /staff/account/passkey/{id}/remove`: takes one of the own passkeys away, and signs out all other browsers of the account.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(Proof { password }): Json<Proof>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        proved(&app, &session, &who, password).await?;
        let removed = app.with_store(move |store| store.remove_passkey(who.staff, &id, session.hash, now_ms()));
        // One that is gone already is what was wanted.
        removed.await.ok_or(Not::Busy)?;
        Ok(Json(Recovery::default()))
    })
    .await
}

/// What devices know an account by. It says nothing of a person, and is the same under another key of the clinic.
fn handle_of(staff: u32) -> TokenHash {
    TokenHash::of(&format!("anteroom account {staff}"))
}

fn to_make(session: &crate::store::Session) -> String {
    format!("make a passkey in {}", session.id())
}

/// The name and the page for which passkeys are: the configured one, or the one by which this browser came; a browser makes none for an address.
/// This machine's own browser can always try them.
fn site_of(app: &App, headers: &HeaderMap) -> Result<Site, Not> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    site(app.settings.public_url.trim_end_matches('/'), origin).ok_or(refused(Other::Address))
}

/// `origin`: whose page it is, which is one of ours.
fn site(public: &str, origin: &str) -> Option<Site> {
    let uri: axum::http::Uri = origin.parse().ok()?;
    uri.scheme()?; // A page without an origin says "null".
    let name = uri.host()?.to_ascii_lowercase();
    let is_address = name.parse::<std::net::Ipv4Addr>().is_ok() || name.starts_with('[');
    let is_named = public.is_empty() || origin.eq_ignore_ascii_case(public) || name == "localhost";
    (is_named && !is_address).then(|| Site { name, origin: origin.to_owned() })
}

fn refused(why: Other) -> Not {
    Not::Asked(Step::Passkey, Some(Problem::Other(why)))
}

fn of_fault(fault: Fault) -> Not {
    tracing::warn!(?fault, "a passkey was refused");
    refused(match fault {
        Fault::Challenge => Other::Late,
        Fault::Copied => Other::Copied,
        Fault::Malformed
        | Fault::Kind
        | Fault::Origin
        | Fault::Framed
        | Fault::Site
        | Fault::Absent
        | Fault::Unverified
        | Fault::Backup
        | Fault::Algorithm
        | Fault::Key
        | Fault::Id
        | Fault::Signature => Other::Wrong,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_the_configured_name_or_the_one_that_was_used_and_for_no_address() {
        let name = |public, origin| site(public, origin).map(|site| site.name);
        let public = "https://visit.example.org";
        assert_eq!(name(public, public).as_deref(), Some("visit.example.org"));
        assert_eq!(name(public, "https://www.example.org"), None, "a page of elsewhere that may connect");
        assert_eq!(name(public, "http://localhost:8080").as_deref(), Some("localhost"));
        assert_eq!(name("", "https://clinic.local:8443").as_deref(), Some("clinic.local"));
        for address in ["http://127.0.0.1:8080", "https://192.0.2.1", "https://[2001:db8::1]:8443", "", "null"] {
            assert_eq!(name("", address), None, "{address}");
        }
        let site = site("", "https://clinic.local:8443").unwrap();
        assert_eq!(site.origin, "https://clinic.local:8443", "the port belongs to the page and not to the name");
    }
}
