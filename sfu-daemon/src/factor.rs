//! The second factor: codes of an app that go with the time (RFC 6238), and words on paper for the day when the app is lost.
//!
//! Twenty lines over the HMAC that is here anyway; a library would bring a second implementation of SHA-1 and base32.

use aws_lc_rs::hmac;

use crate::auth::{NoRandom, TokenHash, random};

/// Bytes of a secret (RFC 4226, section 4: 160 bits are recommended).
pub(crate) const SECRET_BYTES: usize = 20;
/// Words for the day when the app is lost.
pub(crate) const RECOVERY_CODES: usize = 10;
const STEP_S: i64 = 30;
/// Every app can do six.
const DIGITS: usize = 6;

/// The time step to which a code belongs: now, or one before or after, for clocks that are a little off. `None`: to none.
pub(crate) fn step_of(secret: &[u8], said: &str, now_s: i64) -> Option<i64> {
    let said: String = said.chars().filter(|sign| !sign.is_whitespace()).collect();
    let now = now_s / STEP_S;
    (now - 1..=now + 1).find(|step| code(secret, *step) == said)
}

/// RFC 4226, section 5.3.
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag.last().map_or(0, |last| last & 15));
    let word = tag.iter().skip(at).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:0DIGITS$}", word % 10_u32.pow(DIGITS as u32))
}

/// What an app and a page write it as: base32 (RFC 4648), with or without spaces, in either case.
pub(crate) fn secret_from(text: &str) -> Option<[u8; SECRET_BYTES]> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    data_encoding::BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?.try_into().ok()
}

/// New words, 80 random bits each, so that a plain hash is enough to keep.
pub(crate) fn recovery_codes() -> Result<Vec<String>, NoRandom> {
    let word = |_| {
        let letters = data_encoding::BASE32_NOPAD.encode(&random::<10>()?).to_ascii_lowercase();
        let groups: Vec<&str> =
            letters.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        Ok(groups.join("-"))
    };
    (0..RECOVERY_CODES).map(word).collect()
}

/// As it is kept, however it is typed. `None`: it is no such word.
pub(crate) fn recovery_hash(said: &str) -> Option<TokenHash> {
    let letters: String = said.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    (letters.len() == 16).then(|| TokenHash::of(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B (eight digits there; the last six are the same).
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (at_s, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, at_s / STEP_S), expected);
            assert_eq!(step_of(secret, expected, at_s), Some(at_s / STEP_S));
        }
    }

    #[test]
    fn a_code_is_good_for_a_clock_that_is_half_a_minute_off_and_no_more() {
        let secret = [7; SECRET_BYTES];
        let said = code(&secret, 1_000);
        let (begins, ends) = (1_000 * STEP_S, 1_001 * STEP_S);
        assert_eq!(step_of(&secret, &said, begins - 1), Some(1_000));
        assert_eq!(step_of(&secret, &format!(" {} {}", &said[..3], &said[3..]), ends + STEP_S - 1), Some(1_000));
        assert_eq!(step_of(&secret, &said, begins - STEP_S - 1), None);
        assert_eq!(step_of(&secret, &said, ends + STEP_S), None);
        assert_eq!(step_of(&secret, "", begins), None);
    }

    #[test]
    fn secrets_and_words_are_read_as_people_type_them() {
        let secret = [0xa5; SECRET_BYTES];
        let text = data_encoding::BASE32_NOPAD.encode(&secret).to_ascii_lowercase();
        assert_eq!(secret_from(&format!("{} {}", &text[..4], &text[4..])), Some(secret));
        for wrong in ["", "a", "1", &text[..30], "ä".repeat(32).as_str()] {
            assert_eq!(secret_from(wrong), None, "{wrong}");
        }
        let words = recovery_codes().unwrap();
        assert_eq!(words.len(), RECOVERY_CODES);
        let typed = words[0].to_ascii_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(&typed), recovery_hash(&words[0]));
        assert!(recovery_hash(&words[0]).is_some() && recovery_hash(&words[1]) != recovery_hash(&words[0]));
        assert_eq!(recovery_hash("123456"), None);
    }
}
