//! Signing in at the practice's provider of identities, as the page does it: it goes there with a question, and comes back with an answer that it hands
//! over. Accounts are never made by that: whoever wants to come in this way has linked their own account before, signed in another way.

use super::*;
use crate::id_token;
use crate::oidc::{Back, Fault, Provider};
use crate::store::{Identity, NotIn, Taken};

/// What a state is for: to sign in, whoever it is.
const TO_SIGN_IN: &str = "sign in at the provider";
/// Where the provider sends people back to. The page hands on what it was given there.
pub(crate) const CALLBACK: &str = "/staff/provider/callback";

/// How one can sign in here besides a password.
#[derive(Serialize)]
struct Ways<'a> {
    /// What staff call the provider, if there is one.
    provider: Option<&'a str>,
}

/// `GET /staff/ways`.
pub(crate) async fn ways(State(app): State<Arc<App>>) -> Response {
    Json(Ways { provider: app.provider.as_ref().map(|provider| provider.label.as_str()) }).into_response()
}

/// `POST /staff/provider`: where to go to sign in.
pub(crate) async fn begin(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match begun(&app, &headers, TO_SIGN_IN).await {
        Ok(begun) => begun.into_response(),
        Err(not) => not.answer(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// `POST /staff/provider/sign-in`: what the page was given there.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(back): Json<Back>,
) -> Response {
    attempted(&app, &peer, &headers, async || begin_session(&app, back).await.map(Session::from)).await
}

async fn begin_session(app: &App, back: Back) -> Result<Token, Not> {
    let label = short(&back.label);
    let identity = identity(app, back, TO_SIGN_IN).await?;
    let token = Token::random().map_err(|_| Not::Busy)?;
    let session = TokenHash::of(token.expose());
    let takes_admins = provider(app)?.asks_for_a_manner();
    let signed_in =
        app.with_store(move |store| store.sign_in_with_identity(&identity, session, &label, takes_admins, now_ms()));
    match signed_in.await {
        Some(Ok(staff)) => {
            tracing::info!(staff, "a browser was signed in at the provider of identities");
            Ok(token)
        }
        Some(Err(NotIn::Stranger)) => Err(refused(OfProvider::Stranger)),
        Some(Err(NotIn::Admin)) => Err(refused(OfProvider::Admin)),
        None => Err(Not::Busy),
    }
}

/// `POST /staff/account/provider`: where to go to link the own account, once it is certain who asks.
pub(crate) async fn begin_link(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(Proof { password }): Json<Proof>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        proved(&app, &session, &who, password).await?;
        begun(&app, &headers, &to_link(&session)).await
    })
    .await
}

/// `POST /staff/account/provider/link`: what the page was given there. Its question was asked of this very session, after the proof.
pub(crate) async fn link(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(back): Json<Back>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        let identity = identity(&app, back, &to_link(&session)).await?;
        let linked = app.with_store(move |store| store.link_identity(who.staff, &identity, now_ms()));
        match linked.await.ok_or(Not::Busy)? {
            Ok(()) => {
                tracing::info!(staff = who.staff, "somebody has linked their account at the provider of identities");
                Ok(Json(Recovery::default()))
            }
            Err(Taken) => Err(refused(OfProvider::Taken)),
        }
    })
    .await
}

/// `POST /staff/account/provider/remove`: the account is linked no more, and all of its other browsers are signed out.
pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(Proof { password }): Json<Proof>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        proved(&app, &session, &who, password).await?;
        let removed = app.with_store(move |store| {
            store.unlink_identity(who.staff, Some(session.hash))?;
            store.note(now_ms(), Some(who.staff), &Deed::IdentityRemoved)
        });
        removed.await.ok_or(Not::Busy)?;
        Ok(Json(Recovery::default()))
    })
    .await
}

fn to_link(session: &crate::store::Session) -> String {
    format!("link an account in {}", session.id())
}

fn provider(app: &App) -> Result<&Provider, Not> {
    app.provider.as_ref().ok_or(refused(OfProvider::None))
}

async fn begun(app: &App, headers: &HeaderMap, purpose: &str) -> Result<Json<crate::oidc::Begun>, Not> {
    let provider = provider(app)?;
    // Back to the page that waits for the answer, whichever of this server's names it has.
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let state = app.challenges.ask(purpose).map_err(|_| Not::Busy)?;
    let begun = provider.begin(format!("{origin}{CALLBACK}"), BASE64URL_NOPAD.encode(&state)).await;
    begun.map(Json).map_err(of_fault)
}

/// Whom the provider means, if this is the answer to a question for that purpose, and the first one.
async fn identity(app: &App, back: Back, purpose: &str) -> Result<Identity, Not> {
    let provider = provider(app)?;
    let mut asked = Vec::new();
    let subject = provider.finish(back, |state| {
        asked = BASE64URL_NOPAD.decode(state.as_bytes()).unwrap_or_default();
        app.challenges.is_ours(&asked, purpose)
    });
    let subject = subject.await.map_err(of_fault)?;
    spend(app, &asked, refused(OfProvider::Replayed))?;
    Ok(Identity { issuer: provider.issuer.clone(), subject })
}

/// What was wrong, each in words of its own: whoever set the provider up can tell from it what to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OfProvider {
    /// There is none.
    None,
    Silent,
    Garbled,
    Unlisted,
    Refused,
    Browser,
    Replayed,
    Malformed,
    Algorithm,
    Signature,
    Issuer,
    Audience,
    Time,
    Nonce,
    Manner,
    /// It is nobody's account.
    Stranger,
    /// It is an admin's, who needs a second factor that the provider does not prove.
    Admin,
    /// It is another one's account.
    Taken,
}

impl OfProvider {
    /// Whether it looks like somebody who tries to get in, and not like a provider that is out of order.
    pub(super) fn is_a_guess(self) -> bool {
        !matches!(
            self,
            Self::None | Self::Silent | Self::Garbled | Self::Unlisted | Self::Refused | Self::Admin | Self::Taken
        )
    }
}

fn refused(why: OfProvider) -> Not {
    Not::Asked(Step::Provider, Some(Problem::OfProvider(why)))
}

fn of_fault(fault: Fault) -> Not {
    tracing::warn!(?fault, "a sign-in at the provider of identities came to nothing");
    refused(match fault {
        Fault::Busy => return Not::Busy,
        Fault::Silent => OfProvider::Silent,
        Fault::Garbled => OfProvider::Garbled,
        Fault::Unlisted => OfProvider::Unlisted,
        Fault::Refused => OfProvider::Refused,
        Fault::Browser => OfProvider::Browser,
        Fault::Replayed => OfProvider::Replayed,
        Fault::Token(id_token::Fault::Malformed) => OfProvider::Malformed,
        Fault::Token(id_token::Fault::Algorithm) => OfProvider::Algorithm,
        Fault::Token(id_token::Fault::Key | id_token::Fault::Signature) => OfProvider::Signature,
        Fault::Token(id_token::Fault::Issuer) => OfProvider::Issuer,
        Fault::Token(id_token::Fault::Audience) => OfProvider::Audience,
        Fault::Token(id_token::Fault::Time) => OfProvider::Time,
        Fault::Token(id_token::Fault::Nonce) => OfProvider::Nonce,
        Fault::Token(id_token::Fault::Manner) => OfProvider::Manner,
    })
}
