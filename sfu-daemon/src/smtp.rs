//! Mails, by the mail server that the operator names. Neither addresses nor what the mail server says of them reach a log: it repeats addresses.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Address;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use zeroize::Zeroizing;

use crate::alerts::AlertError;
use crate::auth::{hex, random};
use crate::config::{Settings, SmtpTls};
use crate::limits::ADDRESS_CHARS_MAX;
use crate::outbound::Outcome;

/// For each step with the mail server.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name of a systemd credential that holds the password.
const CREDENTIAL: &str = "anteroom.smtp";

/// A way to the mail server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What is written.
pub(crate) struct Letter<'a> {
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    /// Where a mail program finds that no more such mails are wanted (RFC 8058).
    pub(crate) unsubscribe: Option<&'a str>,
}

impl Smtp {
    /// As the settings say; `None` if they name no mail server. Nobody is asked yet.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, AlertError> {
        let host = settings.smtp_host.as_str();
        if host.is_empty() {
            return Ok(None);
        }
        let from = settings.smtp_from.parse().map_err(|_| AlertError::From)?;
        let (tls, port) = match settings.smtp_tls {
            SmtpTls::Required => (Tls::Required(trusting(host, &settings.smtp_roots)?), 587),
            SmtpTls::Wrapper => (Tls::Wrapper(trusting(host, &settings.smtp_roots)?), 465),
            SmtpTls::None => (Tls::None, 25),
        };
        let own_name = settings.public_url.parse::<axum::http::Uri>().ok().and_then(|url| Some(url.host()?.to_owned()));
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(if settings.smtp_port == 0 { port } else { settings.smtp_port })
            .tls(tls)
            .hello_name(own_name.map_or_else(ClientId::default, ClientId::Domain))
            .timeout(Some(PATIENCE));
        if !settings.smtp_user.is_empty() {
            let password = password(settings)?;
            transport = transport.credentials(Credentials::new(settings.smtp_user.clone(), password));
        }
        Ok(Some(Self { transport: transport.build(), from }))
    }

    /// Tries once.
    pub(crate) async fn send(&self, to: &str, letter: &Letter<'_>) -> Outcome {
        let Some(message) = self.message(to, letter) else { return Outcome::Refused };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Taken,
            Err(error) => {
                // The number alone: the text may name an address.
                let code = error.status().map(|code| code.to_string()).unwrap_or_default();
                tracing::warn!(code, tls = error.is_tls(), "the mail server did not take a mail");
                if error.is_permanent() { Outcome::Refused } else { Outcome::Later }
            }
        }
    }

    fn message(&self, to: &str, Letter { subject, text, unsubscribe }: &Letter) -> Option<Message> {
        let domain = self.from.email.domain();
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(to)?))
            .subject(*subject)
            .message_id(Some(format!("<{}@{domain}>", hex(&random::<16>().ok()?))))
            .header(ContentType::TEXT_PLAIN)
            .body((*text).to_owned())
            .ok()?;
        // RFC 3834: no answer is wanted from programs.
        let mut set = |name: &'static str, value: &str| {
            let name = HeaderName::new_from_ascii_str(name);
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        };
        set("Auto-Submitted", "auto-generated");
        if let Some(url) = unsubscribe {
            set("List-Unsubscribe", &format!("<{url}>"));
            set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        Some(message)
    }
}

/// What a person has typed, if mail can go there.
pub(crate) fn address(typed: &str) -> Option<Address> {
    (typed.chars().count() <= ADDRESS_CHARS_MAX).then(|| typed.parse().ok()).flatten()
}

/// Trusts the certificates of that file, or those that the system trusts.
fn trusting(host: &str, roots: &Path) -> Result<TlsParameters, AlertError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if !roots.as_os_str().is_empty() {
        let wrong = |error: String| AlertError::Roots(roots.to_owned(), error);
        let pem = std::fs::read(roots).map_err(|error| wrong(error.to_string()))?;
        let certificates = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(certificates);
    }
    tls.build_rustls().map_err(|error| AlertError::Roots(roots.to_owned(), error.to_string()))
}

fn password(settings: &Settings) -> Result<String, AlertError> {
    let handed_in = || std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(CREDENTIAL));
    let named = Some(settings.smtp_password_file.clone()).filter(|path| !path.as_os_str().is_empty());
    let Some(path) = named.or_else(handed_in) else {
        return Err(AlertError::Secret(PathBuf::new(), "smtp_user needs an smtp_password_file".to_owned()));
    };
    let text = std::fs::read_to_string(&path).map(Zeroizing::new);
    let text = text.map_err(|error| AlertError::Secret(path, error.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    #[test]
    fn what_is_typed_as_an_address_cannot_become_another_header_or_recipient() {
        for good in ["lena@clinic.example", "o'neil+desk@sub.clinic.example"] {
            assert!(address(good).is_some(), "{good}");
        }
        let long = format!("{}@clinic.example", "a".repeat(ADDRESS_CHARS_MAX));
        for bad in
            ["", "lena", "a@b@c", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", &long]
        {
            assert!(address(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_mail_carries_its_text_in_any_script_and_how_to_end_such_mails() {
        let mut settings = Settings::load(Flags::default()).unwrap();
        settings.smtp_host = "localhost".to_owned();
        settings.smtp_tls = SmtpTls::None;
        settings.smtp_from = "Praxis Öz <video@clinic.example>".to_owned();
        let smtp = Smtp::new(&settings).unwrap().unwrap();
        let letter = Letter {
            subject: "Es wartet jemand\r\nBcc: x@y.example",
            text: "Grüße\n",
            unsubscribe: Some("https://clinic.example/off"),
        };
        let text = String::from_utf8(smtp.message("lena@clinic.example", &letter).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("List-Unsubscribe: <https://clinic.example/off>"), "{head}");
        assert!(head.lines().all(|line| !line.starts_with("Bcc")), "{head}");
        assert!(head.contains("@clinic.example>"), "{head}");
    }
}
