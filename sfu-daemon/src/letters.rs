//! What the server writes by itself, in the five languages of the page. To staff: that somebody waits, where to look, and how to get no more of it. To a
//! patient who has asked for it: that it is their turn. Nobody is named.

/// The page's languages, English first: it stands for those that we do not speak.
const CATALOGUES: [(&str, &str); 5] = [
    ("en", include_str!("../web/locales/en/mail.ftl")),
    ("de", include_str!("../web/locales/de/mail.ftl")),
    ("es", include_str!("../web/locales/es/mail.ftl")),
    ("fr", include_str!("../web/locales/fr/mail.ftl")),
    ("pt", include_str!("../web/locales/pt/mail.ftl")),
];

/// Why staff are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Somebody waits.
    Waiting,
    /// They have just asked for such mails, and see that they come.
    Set,
}

/// Subject and text.
pub(crate) fn to_staff(why: Why, language: &str, page: &str, off: &str) -> (&'static str, String) {
    let (subject, first) = match why {
        Why::Waiting => ("mail-waiting-subject", "mail-waiting"),
        Why::Set => ("mail-set-subject", "mail-set"),
    };
    let say = |key| said(language, key);
    (say(subject), format!("{}\n{page}\n\n{}\n{off}\n", say(first), say("mail-off")))
}

/// Subject and text of what a patient is written, as a mail or as a text message, which has no subject. `language`: a BCP 47 tag.
pub(crate) fn to_patient(language: &str, page: &str) -> (&'static str, String) {
    let language = language.split('-').next().unwrap_or(language);
    let say = |key| said(language, key);
    (say("mail-turn-subject"), format!("{}\n{page}\n\n{}\n", say("mail-turn"), say("mail-turn-once")))
}

/// Whether there are texts in this language.
pub(crate) fn speaks(language: &str) -> bool {
    CATALOGUES.iter().any(|(tag, _)| *tag == language)
}

/// A text of a catalogue. They have no variables, so that a line is all there is to it.
fn said(language: &str, key: &str) -> &'static str {
    let [english, ..] = CATALOGUES;
    let (_, text) = CATALOGUES.into_iter().find(|(tag, _)| *tag == language).unwrap_or(english);
    let mut lines = text.lines().filter_map(|line| line.split_once(" = "));
    lines.find_map(|(found, said)| (found == key).then_some(said)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_says_all_of_a_mail_to_staff_with_both_links_on_lines_of_their_own() {
        for (language, _) in CATALOGUES {
            for why in [Why::Waiting, Why::Set] {
                let (subject, text) = to_staff(why, language, "https://a.example/staff", "https://a.example/off");
                let lines: Vec<&str> = text.lines().collect();
                let [first, "https://a.example/staff", "", last, "https://a.example/off"] = lines[..] else {
                    panic!("{language}: {text}")
                };
                assert!(![subject, first, last].contains(&""), "{language}: {text}");
                let english = to_staff(why, "en", "", "").0;
                assert_eq!(subject == english, language == "en", "{language}: not translated");
            }
        }
        assert_eq!(said("xx", "mail-waiting-subject"), "Somebody is waiting");
    }

    #[test]
    fn each_language_tells_a_patient_that_it_is_their_turn_in_one_short_text_with_the_way_back() {
        let page = "https://a.example/a/reception";
        for (language, _) in CATALOGUES {
            let (subject, text) = to_patient(&format!("{language}-XX"), page);
            let lines: Vec<&str> = text.lines().collect();
            let [first, link, "", last] = lines[..] else { panic!("{language}: {text}") };
            assert!(link == page && ![subject, first, last].contains(&""), "{language}: {text}");
            assert!(text.chars().count() < 320, "{language}: more than two text messages would hold: {text}");
            assert_eq!(subject == to_patient("en", page).0, language == "en", "{language}: not translated");
        }
    }
}
