//! ICE connectivity checks, as far as the demultiplexer must read them itself (RFC 8445, section 7.3; RFC 8489).

use std::net::SocketAddr;

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

    /// The answer to whoever knows `password`: that the request was seen to come from `remote`.
    pub(crate) fn answer(&self, remote: SocketAddr, password: &str) -> Vec<u8> {
        const BYTES_MAX: usize = 128; // 20 of header, 24 of address, 24 of integrity, 8 of fingerprint.
        let mut bytes = vec![0; BYTES_MAX];
        let answer = StunMessage::binding_reply(self.0.trans_id(), remote);
        let hmac = |key: &[u8], parts: &[&[u8]]| CRYPTO.sha1_hmac_provider.sha1_hmac(key, parts);
        let length = answer.to_bytes(Some(password.as_bytes()), &mut bytes, hmac).unwrap_or(0);
        bytes.truncate(length);
        bytes
    }
}
