//! ICE connectivity checks, as far as the demultiplexer must read them itself (RFC 8445, section 7.3; RFC 8489).

use str0m::ice::StunMessage;

use super::dtls::CRYPTO;

/// A well-formed Binding request. Nothing in it is to be believed before [`BindingRequest::is_authentic`].
pub(crate) struct BindingRequest<'a>(StunMessage<'a>);

impl<'a> BindingRequest<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let message = StunMessage::parse(bytes).ok()?;
        message.is_binding_request().then_some(Self(message))
    }

    /// The ufrag of ours that it names, and the sender's own.
    pub(crate) fn ufrags(&self) -> Option<(&str, &str)> {
        self.0.split_username()
    }

    /// Whether its MESSAGE-INTEGRITY was made with `password`.
    pub(crate) fn is_authentic(&self, password: &str) -> bool {
        self.0.verify(password.as_bytes(), |key, parts| CRYPTO.sha1_hmac_provider.sha1_hmac(key, parts))
    }
}
