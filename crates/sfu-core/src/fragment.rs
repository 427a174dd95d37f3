//! SDP fragments (RFC 8840), in which WHIP and WHEP clients bring candidates and ask for ICE restarts (RFC 9725, section 4.3).
//!
//! An embedder that speaks WHIP keeps the last offer of each session. A fragment of the same ICE session brings candidates only, which this
//! end does not need: it is ICE-lite and learns addresses from checks. One with other credentials asks for a restart: offer
//! [`IceFragment::restart`] to the participant and send [`IceFragment::of_answer`] back.

use crate::Error;

/// Bytes of a fragment: the forty candidates that an offer may have, and their m-line.
pub const FRAGMENT_BYTES_MAX: usize = 8 * 1024;

/// The ICE credentials of a fragment. Its `Debug` tells nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct IceFragment {
    ufrag: String,
    password: String,
}

impl IceFragment {
    /// Reads a fragment.
    ///
    /// # Errors
    /// [`Error::Full`] beyond [`FRAGMENT_BYTES_MAX`], [`Error::Peer`] if it has no credentials or none that ICE allows (RFC 8839, section 5.4).
    pub fn parse(text: &str) -> Result<Self, Error> {
        if FRAGMENT_BYTES_MAX < text.len() {
            return Err(Error::Full("bytes of a fragment"));
        }
        let found = |prefix| lines(text).find_map(|line| line.strip_prefix(prefix)).unwrap_or_default().to_owned();
        let (ufrag, password) = (found(UFRAG), found(PASSWORD));
        let is_ice = |text: &str| {
            text.bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' | b'='))
        };
        let fits = (4..=256).contains(&ufrag.len()) && (22..=256).contains(&password.len());
        if fits && is_ice(&ufrag) && is_ice(&password) {
            Ok(Self { ufrag, password })
        } else {
            Err(Error::Peer("a fragment needs ice-ufrag and ice-pwd"))
        }
    }

    /// Whether it belongs to the ICE session that `offer` began. If not, it asks for a restart.
    #[must_use]
    pub fn belongs_to(&self, offer: &str) -> bool {
        lines(offer).any(|line| line.strip_prefix(UFRAG) == Some(&self.ufrag))
            && lines(offer).any(|line| line.strip_prefix(PASSWORD) == Some(&self.password))
    }

    /// `offer` once more, in its next version and with these credentials: what the client would have offered if WHIP had offers for this.
    #[must_use]
    pub fn restart(&self, offer: &str) -> String {
        let mut restarted = String::with_capacity(offer.len() + self.ufrag.len() + self.password.len());
        for line in lines(offer) {
            match line {
                _ if line.starts_with(UFRAG) => restarted.extend([UFRAG, &self.ufrag]),
                _ if line.starts_with(PASSWORD) => restarted.extend([PASSWORD, &self.password]),
                _ if line.starts_with("o=") => restarted.push_str(&next_version(line)),
                _ => restarted.push_str(line),
            }
            restarted.push_str("\r\n");
        }
        restarted
    }

    /// The fragment of an answer: this end's credentials and candidates, with the m-line that carries the bundle.
    #[must_use]
    pub fn of_answer(answer: &str) -> String {
        let kept = |text: &str, names: &[&str]| -> String {
            let is_kept = |line: &&str| names.iter().any(|name| line.starts_with(name));
            lines(text).filter(is_kept).flat_map(|line| [line, "\r\n"]).collect()
        };
        let mut sections = answer.split("\nm=");
        let session = kept(sections.next().unwrap_or(""), &["a=ice-lite", "a=ice-options:", "a=group:"]);
        // The first that is not rejected (RFC 8843, section 7.3).
        let Some(bundle) = sections.find(|section| lines(section).any(|line| line.starts_with(UFRAG))) else {
            return session;
        };
        let media = lines(bundle).next().unwrap_or("");
        let names = ["a=mid:", UFRAG, PASSWORD, "a=candidate:", "a=end-of-candidates"];
        format!("{session}m={media}\r\n{}", kept(bundle, &names))
    }
}

const UFRAG: &str = "a=ice-ufrag:";
const PASSWORD: &str = "a=ice-pwd:";

fn lines(sdp: &str) -> impl Iterator<Item = &str> {
    sdp.lines().map(|line| line.trim_end_matches('\r'))
}

/// RFC 8866, section 5.2: the third word of `o=` counts up.
fn next_version(origin: &str) -> String {
    let mut words: Vec<String> = origin.split(' ').map(str::to_owned).collect();
    if let Some(version) = words.get_mut(2) {
        *version = version.parse::<u64>().unwrap_or_default().saturating_add(1).to_string();
    }
    words.join(" ")
}

impl std::fmt::Debug for IceFragment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceFragment").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\na=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\na=mid:1\r\n";

    #[test]
    fn candidates_of_the_session_are_told_from_a_restart() {
        let trickle = "a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\n";
        assert!(IceFragment::parse(trickle).unwrap().belongs_to(OFFER));
        let restart = IceFragment::parse("a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n").unwrap();
        assert!(!restart.belongs_to(OFFER));
        let again = restart.restart(OFFER);
        assert!(restart.belongs_to(&again));
        assert!(
            again.contains("o=- 46117 3 IN IP4 127.0.0.1\r\n") && !again.contains("EsAw") && !again.contains("P2uY")
        );
        assert_eq!(again.lines().count(), OFFER.lines().count());
    }

    #[test]
    fn an_answers_fragment_has_what_a_restart_needs_and_nothing_else() {
        let answer = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\na=fingerprint:sha-256 AA\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:000001abc\r\na=ice-pwd:0b66f472495ef0ccac7bda65\r\na=candidate:1 1 udp 1 127.0.0.1 3478 typ host\r\na=setup:passive\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=ice-ufrag:000001abc\r\n";
        assert_eq!(
            IceFragment::of_answer(answer),
            "a=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:000001abc\r\na=ice-pwd:0b66f472495ef0ccac7bda65\r\na=candidate:1 1 udp 1 127.0.0.1 3478 typ host\r\n"
        );
        let rejected =
            answer.replacen("m=audio", "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:9\r\na=inactive\r\nm=audio", 1);
        assert_eq!(IceFragment::of_answer(&rejected), IceFragment::of_answer(answer));
        assert_eq!(IceFragment::of_answer(""), "");
    }

    #[test]
    fn what_is_no_fragment_is_refused() {
        for text in [
            "",
            "a=ice-ufrag:EsAw",
            "a=ice-ufrag:abc\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1",
            "a=ice-ufrag:EsAw\r\na=ice-pwd:short",
            "a=ice-ufrag:Es Aw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1",
        ] {
            assert!(matches!(IceFragment::parse(text), Err(Error::Peer(_))), "{text}");
        }
        let long = "a".repeat(FRAGMENT_BYTES_MAX + 1);
        assert!(matches!(IceFragment::parse(&long), Err(Error::Full(_))));
    }
}
