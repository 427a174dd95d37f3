//! Text that names a person: hidden unless asked for, and gone when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// Text that names a person, such as the name typed at check-in. It hides itself in `Debug` and `Display`, is overwritten when dropped, and is
/// neither `Clone` nor comparable, so that it cannot spread by accident. A name that the page has sealed is carried as the text it was sent as.
#[derive(Default)]
pub struct Private(Zeroizing<String>);

impl Private {
    /// The text itself. Each call is a place to check that it goes to the person's own clinic and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing, or nothing any more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Overwrites and forgets the text.
    pub fn erase(&mut self) {
        *self = Self::default(); // Dropping the old value zeroes all of its memory, spare capacity included.
    }
}

impl From<String> for Private {
    /// Takes the memory over, so that no copy stays behind.
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Private {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The same for every content, so that not even the length shows.
const HIDDEN: &str = "<private>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_text_shows_only_when_exposed() {
        let name = Private::from("Canary Kowalski");
        assert_eq!(
            format!("{name} {name:?} {name:#?} {:?}", Some(&name)),
            "<private> <private> <private> Some(<private>)"
        );
        assert_eq!(name.expose(), "Canary Kowalski");
    }

    #[test]
    fn an_erased_text_is_empty() {
        let mut name = Private::from("Canary Kowalski");
        name.erase();
        assert!(name.is_empty());
        assert_eq!((name.len(), name.expose()), (0, ""));
    }
}
