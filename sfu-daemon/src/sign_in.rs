//! How staff sign in with a password and a second factor, with a passkey (`passkeys`), or at the practice's provider of identities (`provider`), and what they may change of it.
//!
//! A sign-in keeps nothing between its steps: the page says again what it said, with what was asked for, until all of it holds at once. Only then
//! is there a session. So no half-open session can be stolen or forgotten.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::header::{ORIGIN, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sfu_signal::StaffRole;
use tokio::time::Instant;

use crate::App;
use crate::auth::{Source, Token, TokenHash};
use crate::challenge::Spent;
use crate::http::{Peer, cookie, origin_is_allowed, session_of, source_of};
use crate::limits::{AREA_TEXT_CHARS_MAX, BLOCK_NOTED_EVERY, PASSWORD_CHARS_MAX, PROOF_LASTS};
use crate::lockout::Outcome;
use crate::password::{self, Unfit};
use crate::store::{Credentials, Deed, NewFactor, SignedIn, Store, Used};
use crate::{factor, now_ms, telemetry};

use provider::OfProvider;

pub(crate) mod passkeys;
pub(crate) mod provider;

/// What the page says, again and again with more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    login: String,
    password: String,
    /// In place of a temporary one.
    new_password: Option<String>,
    /// Of the app, or a word for the day when it is lost.
    code: Option<String>,
    /// A new second factor.
    factor: Option<Factor>,
    /// What the browser is, for the list of sessions.
    #[serde(default)]
    label: String,
}

/// A secret that the page has made, and a code that shows that the app has it now.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Factor {
    secret: String,
    code: String,
}

/// What is to be said next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Password,
    NewPassword,
    Code,
    Factor,
    Passkey,
    Provider,
}

/// What was wrong with what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Problem {
    Unfit(Unfit),
    Other(Other),
    OfProvider(OfProvider),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Other {
    Wrong,
    /// As the temporary one.
    Same,
    /// The app does not show this code: nothing that anybody could guess.
    Mistyped,
    /// There is no such passkey here, or no more.
    Unknown,
    /// The question was asked too long ago, or was answered already.
    Late,
    /// The passkey has counted back.
    Copied,
    /// The page was opened by a number, or by another name than the configured one.
    Address,
    /// The account has as many passkeys as it may.
    Full,
    /// It has this one already.
    Known,
    /// Who has no password to say must have signed in just now.
    Stale,
}

const WRONG: Option<Problem> = Some(Problem::Other(Other::Wrong));

#[derive(Serialize)]
struct Asked {
    step: Step,
    problem: Option<Problem>,
}

/// Shown once.
#[derive(Default, Serialize)]
struct Recovery {
    recovery_codes: Vec<String>,
}

/// Why there is no session yet.
enum Not {
    Asked(Step, Option<Problem>),
    /// Too many at once, or the database does not answer.
    Busy,
}

impl Not {
    /// Whether it could have been right, had somebody guessed better.
    fn is_a_guess(&self) -> bool {
        let guesses = [Other::Wrong, Other::Unknown, Other::Copied];
        match self {
            Self::Asked(_, Some(Problem::Other(why))) => guesses.contains(why),
            Self::Asked(_, Some(Problem::OfProvider(why))) => why.is_a_guess(),
            Self::Asked(_, Some(Problem::Unfit(_)) | None) | Self::Busy => false,
        }
    }

    /// What is to be said next, under `asked`.
    fn answer(self, asked: StatusCode) -> Response {
        match self {
            Self::Asked(step, problem) => (asked, Json(Asked { step, problem })).into_response(),
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

struct Session {
    token: Token,
    recovery_codes: Vec<String>,
}

impl From<Token> for Session {
    fn from(token: Token) -> Self {
        Self { token, recovery_codes: Vec::new() }
    }
}

/// `POST /staff/sign-in`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(said): Json<SignIn>,
) -> Response {
    attempted(&app, &peer, &headers, async || begin_session(&app, said).await).await
}

/// A sign-in by whatever means, if it comes from our own page and its source is not blocked.
async fn attempted(
    app: &App,
    peer: &Peer,
    headers: &HeaderMap,
    begin: impl AsyncFnOnce() -> Result<Session, Not>,
) -> Response {
    if !origin_is_allowed(app, headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let attempt = match Attempt::begin(app, source_of(app, peer, headers)) {
        Ok(attempt) => attempt,
        Err(wait) => return blocked(wait),
    };
    match begin().await {
        Ok(Session { token, recovery_codes }) => attempt.succeed(&token, recovery_codes).await,
        Err(not) => attempt.fail(not, StatusCode::UNAUTHORIZED),
    }
}

/// Uses a question up that was answered rightly, or says `again` if it had been.
fn spend(app: &App, challenge: &[u8], again: Not) -> Result<(), Not> {
    match app.challenges.spend(challenge) {
        Spent::First => Ok(()),
        Spent::Again => Err(again),
        Spent::Full => Err(Not::Busy),
    }
}

async fn begin_session(app: &App, said: SignIn) -> Result<Session, Not> {
    let who = checked(app, said.login, said.password.clone()).await?;
    let new_password = match said.new_password.filter(|_| who.is_temporary) {
        None if who.is_temporary => return Err(Not::Asked(Step::NewPassword, None)),
        Some(new) if new == said.password => {
            return Err(Not::Asked(Step::NewPassword, Some(Problem::Other(Other::Same))));
        }
        Some(new) => Some(fit(app, &who, new).await?),
        None => None,
    };
    let (used, new_factor, recovery_codes) = match (&who.totp, said.code, said.factor) {
        (Some(_), None, _) => return Err(Not::Asked(Step::Code, None)),
        (Some(secret), Some(code), _) => (proof(secret, &code)?, None, Vec::new()),
        (None, _, None) if needs_factor(app, who.role) => return Err(Not::Asked(Step::Factor, None)),
        (None, _, None) => (Used::Nothing, None, Vec::new()),
        (None, _, Some(said)) => {
            let (factor, words) = new_factor(&said)?;
            (Used::Nothing, Some(factor), words)
        }
    };
    let token = Token::random().map_err(|_| Not::Busy)?;
    let signed_in = SignedIn {
        staff: who.staff,
        used,
        new_password,
        new_factor,
        session: TokenHash::of(token.expose()),
        label: short(&said.label),
        now_ms: now_ms(),
    };
    match app.with_store(move |store| store.sign_in(signed_in)).await {
        Some(true) => {
            tracing::info!(staff = who.staff, "a browser was signed in with a password");
            Ok(Session { token, recovery_codes })
        }
        Some(false) => Err(Not::Asked(if who.totp.is_some() { Step::Code } else { Step::Password }, WRONG)),
        None => Err(Not::Busy),
    }
}

/// Whose login and password these are. An unknown login takes as long as a wrong password, and gets the same answer.
async fn checked(app: &App, login: String, said: String) -> Result<Credentials, Not> {
    let login = login.trim().to_ascii_lowercase();
    let found = app.with_store(move |store| store.credentials(&login)).await.ok_or(Not::Busy)?;
    let stored = found.as_ref().and_then(|who| who.password.clone());
    let is_right = move || said.chars().count() <= PASSWORD_CHARS_MAX && password::is_right(&said, stored.as_deref());
    let is_right = app.hashing.run(is_right).await.ok_or(Not::Busy)?;
    found.filter(|_| is_right).ok_or(Not::Asked(Step::Password, WRONG))
}

/// The hash of a new password, if it is fit.
async fn fit(app: &App, who: &Credentials, new: String) -> Result<String, Not> {
    let about = [who.login.clone(), who.name.clone()];
    let hashed = app.hashing.run(move || {
        let about: Vec<&str> = about.iter().flat_map(|text| text.split(|sign: char| !sign.is_alphanumeric())).collect();
        password::judge(&new, &about).map(|()| password::hash(&new))
    });
    match hashed.await {
        Some(Ok(Ok(hash))) => Ok(hash),
        Some(Err(unfit)) => Err(Not::Asked(Step::NewPassword, Some(Problem::Unfit(unfit)))),
        Some(Ok(Err(_))) | None => Err(Not::Busy),
    }
}

/// What a code uses up, if it is right.
fn proof(secret: &[u8], code: &str) -> Result<Used, Not> {
    let step = factor::step_of(secret, code, now_ms() / 1_000).map(Used::Step);
    step.or_else(|| factor::recovery_hash(code).map(Used::Recovery)).ok_or(Not::Asked(Step::Code, WRONG))
}

/// A new second factor, and its words to show. A wrong code only means that the app is not set up yet.
fn new_factor(said: &Factor) -> Result<(NewFactor, Vec<String>), Not> {
    let problem = Some(Problem::Other(Other::Mistyped));
    let secret = factor::secret_from(&said.secret).ok_or(Not::Asked(Step::Factor, problem))?;
    let step = factor::step_of(&secret, &said.code, now_ms() / 1_000).ok_or(Not::Asked(Step::Factor, problem))?;
    let words = factor::recovery_codes().map_err(|_| Not::Busy)?;
    let recovery = words.iter().filter_map(|word| factor::recovery_hash(word)).collect();
    Ok((NewFactor { secret: secret.to_vec(), step, recovery }, words))
}

fn needs_factor(app: &App, role: StaffRole) -> bool {
    app.settings.staff_second_factor || role == StaffRole::Admin
}

/// For people who read a list.
fn short(label: &str) -> String {
    label.chars().filter(|sign| !sign.is_control()).take(AREA_TEXT_CHARS_MAX).collect()
}

fn blocked(wait: Duration) -> Response {
    let seconds = wait.as_secs().max(1).to_string();
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)]).into_response()
}

/// One attempt of a source. Who goes away before it is over has failed.
struct Attempt<'a> {
    app: &'a App,
    source: Source,
    outcome: Option<Outcome>,
}

impl<'a> Attempt<'a> {
    fn begin(app: &'a App, source: Source) -> Result<Self, Duration> {
        app.lockout.lock().unwrap_or_else(PoisonError::into_inner).begin(source)?;
        Ok(Self { app, source, outcome: None })
    }

    /// Returns how long the source has to wait from now on, if it must.
    fn end(mut self, outcome: Outcome) -> Option<Duration> {
        self.outcome = Some(outcome);
        if outcome == Outcome::Failed {
            telemetry::limit_reached("sign_in_refused");
        }
        let wait = self.app.lockout.lock().unwrap_or_else(PoisonError::into_inner).end(self.source, outcome);
        if wait.is_some() && self.is_to_be_noted() {
            let store = Arc::clone(&self.app.store);
            tokio::task::spawn_blocking(move || {
                if let Err(error) = store.note(now_ms(), None, &Deed::SignInsBlocked) {
                    tracing::error!(%error, "database");
                }
            });
        }
        wait
    }

    /// Whether no block was noted for a while.
    fn is_to_be_noted(&self) -> bool {
        let mut noted = self.app.block_noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.is_some_and(|at| at.elapsed() < BLOCK_NOTED_EVERY) {
            telemetry::limit_reached("blocks_noted");
            return false;
        }
        *noted = Some(Instant::now());
        true
    }

    /// Ends it with a session for any computer.
    async fn succeed(self, token: &Token, recovery_codes: Vec<String>) -> Response {
        let app = self.app;
        self.end(Outcome::Succeeded);
        crate::follow::catch_up(app).await;
        metrics::counter!("anteroom_staff_sign_ins_total").increment(1);
        let cookie = cookie(token.expose(), app.settings.staff_password_session_max);
        ([(SET_COOKIE, cookie)], Json(Recovery { recovery_codes })).into_response()
    }

    /// Ends it without what was wanted, and answers with what is to be said next, under `asked`.
    fn fail(self, not: Not, asked: StatusCode) -> Response {
        let outcome = if not.is_a_guess() { Outcome::Failed } else { Outcome::Halfway };
        self.end(outcome).map_or_else(|| not.answer(asked), blocked)
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.outcome.is_none() {
            let _wait =
                self.app.lockout.lock().unwrap_or_else(PoisonError::into_inner).end(self.source, Outcome::Failed);
        }
    }
}

/// What somebody sees of their own account.
#[derive(Serialize)]
struct OwnAccount {
    login: String,
    name: String,
    role: StaffRole,
    has_password: bool,
    has_factor: bool,
    /// Where mails go that somebody waits.
    mail: Option<String>,
    passkeys: Vec<OwnPasskey>,
    /// Whether the account is linked with the provider.
    provider: bool,
    sessions: Vec<OwnSession>,
}

#[derive(Serialize)]
struct OwnPasskey {
    id: String,
    label: String,
    made_ms: i64,
}

#[derive(Serialize)]
struct OwnSession {
    id: String,
    label: String,
    means: &'static str,
    began_ms: i64,
    seen_ms: i64,
    /// This very one.
    own: bool,
}

/// `GET /staff/account`.
pub(crate) async fn account(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    let limits = app.session_limits();
    let found = app.with_store(move |store| {
        let who = store.credentials_of(session.staff)?;
        let others = (store.passkeys(session.staff)?, store.identity_of(session.staff)?.is_some());
        Ok(who.zip(Some((others, store.open_sessions(now_ms(), limits, Some(session.staff))?))))
    });
    let Some(Some((who, ((passkeys, provider), sessions)))) = found.await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let sessions = sessions.into_iter().map(|one| OwnSession {
        own: one.id == session.id(),
        means: one.means.word(),
        id: one.id,
        label: one.label,
        began_ms: one.began_ms,
        seen_ms: one.seen_ms,
    });
    let passkeys =
        passkeys.into_iter().map(|(id, one)| OwnPasskey { id, label: one.label, made_ms: one.made_ms }).collect();
    let (has_password, has_factor) = (who.password.is_some(), who.totp.is_some());
    let Credentials { login, name, role, mail, .. } = who;
    let mail = mail.map(|mail| mail.address);
    let sessions = sessions.collect();
    Json(OwnAccount { login, name, role, has_password, has_factor, mail, passkeys, provider, sessions }).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// Needed if there is one.
    old: Option<String>,
    new: String,
}

/// `POST /staff/account/password`: sets the own password, and signs out all other browsers of the account.
pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(said): Json<NewPassword>,
) -> Response {
    change(&app, &peer, &headers, async |session, who| {
        proved(&app, &session, &who, said.old).await?;
        let hash = fit(&app, &who, said.new).await?;
        let set = app.with_store(move |store| {
            store.set_password(who.staff, Some(&hash), false, Some(session.hash))?;
            store.note(now_ms(), Some(who.staff), &Deed::PasswordSet(who.staff))
        });
        set.await.ok_or(Not::Busy)?;
        tracing::info!(staff = who.staff, "somebody has set their password");
        Ok(Json(Recovery::default()))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnFactor {
    password: String,
    secret: String,
    code: String,
}

/// `POST /staff/account/factor`: sets the own second factor, in place of any there was.
pub(crate) async fn set_factor(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(OwnFactor { password, secret, code }): Json<OwnFactor>,
) -> Response {
    change(&app, &peer, &headers, async |_, who| {
        checked(&app, who.login.clone(), password).await?;
        let (factor, words) = new_factor(&Factor { secret, code })?;
        let set = app.with_store(move |store| {
            store.set_factor(who.staff, factor)?;
            store.note(now_ms(), Some(who.staff), &Deed::FactorSet)
        });
        set.await.ok_or(Not::Busy)?;
        tracing::info!(staff = who.staff, "somebody has set their second factor");
        Ok(Json(Recovery { recovery_codes: words }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// Needed if there is one.
    password: Option<String>,
}

/// Whether it is the owner who asks, and not somebody who has found an open page: by the password, or, where there is none but another way to sign in,
/// by having done so just now.
async fn proved(
    app: &App,
    session: &crate::store::Session,
    who: &Credentials,
    password: Option<String>,
) -> Result<(), Not> {
    if who.password.is_some() {
        return checked(app, who.login.clone(), password.unwrap_or_default()).await.map(|_| ());
    }
    let staff = who.staff;
    let other_way =
        app.with_store(move |store| Ok(!store.passkeys(staff)?.is_empty() || store.identity_of(staff)?.is_some()));
    let has_other_way = other_way.await.ok_or(Not::Busy)?;
    if !has_other_way || is_recent(session.began_ms, now_ms()) {
        return Ok(());
    }
    Err(Not::Asked(Step::Passkey, Some(Problem::Other(Other::Stale))))
}

/// Whether a sign-in is so recent that it proves who is there.
fn is_recent(began_ms: i64, now_ms: i64) -> bool {
    now_ms - began_ms < i64::try_from(PROOF_LASTS.as_millis()).unwrap_or(i64::MAX)
}

/// Changes something of the own account. Whoever has found an open page is to know the password, and may not try it without end.
async fn change<T: IntoResponse>(
    app: &App,
    peer: &Peer,
    headers: &HeaderMap,
    act: impl AsyncFnOnce(crate::store::Session, Credentials) -> Result<T, Not>,
) -> Response {
    if !origin_is_allowed(app, headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(session) = session_of(app, headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    let staff = session.staff;
    let Some(Some(who)) = app.with_store(move |store| store.credentials_of(staff)).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let attempt = match Attempt::begin(app, source_of(app, peer, headers)) {
        Ok(attempt) => attempt,
        Err(wait) => return blocked(wait),
    };
    match act(session, who).await {
        Ok(done) => {
            attempt.end(Outcome::Halfway);
            done.into_response()
        }
        Err(not) => attempt.fail(not, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOut {
    /// As the list has it. Without it: all.
    id: Option<String>,
}

/// `POST /staff/account/sign-out`: ends one of the own sessions, or all. Their pages are closed within a second.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap, Json(said): Json<SignOut>) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    let ended = app.with_store(move |store| {
        let count = store.revoke(said.id.as_deref(), Some(session.staff))?;
        store.note(now_ms(), Some(session.staff), &Deed::SessionsEnded(count))
    });
    match ended.await {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_proves_who_is_there_for_some_minutes() {
        let lasts_ms = i64::try_from(PROOF_LASTS.as_millis()).unwrap();
        assert!(is_recent(1_000, 1_000) && is_recent(1_000, 999 + lasts_ms));
        assert!(!is_recent(1_000, 1_000 + lasts_ms));
    }
}
