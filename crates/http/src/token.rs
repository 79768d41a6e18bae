//! The token of the operator: who has it may do everything.
//!
//! Owns its form and the comparison, whose time tells nothing. It is never written to a log.

use std::fmt;

/// What a token of ours begins with, so that people and scanners know it.
const PREFIX: &str = "rc_";
/// The shortest token that an operator may choose, in bytes.
const SHORTEST: usize = 16;

/// The token of the operator.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorToken(String);

/// A token that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It can be guessed, or cannot stand in a header.
    #[error("the operator's token has {0} characters: at least {SHORTEST} plain ones without spaces are needed")]
    Form(usize),
    /// The system has no randomness.
    #[error("the system gives no randomness for a token")]
    NoRandom,
}

impl OperatorToken {
    /// A token that the operator chose.
    ///
    /// # Errors
    /// [`TokenError::Form`] where it is short, or cannot stand in a header.
    pub fn chosen(text: &str) -> Result<Self, TokenError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if plain && text.len() >= SHORTEST {
            Ok(Self(text.to_owned()))
        } else {
            Err(TokenError::Form(text.chars().count()))
        }
    }

    /// A new token of 32 random bytes.
    ///
    /// # Errors
    /// [`TokenError::NoRandom`] where the system has none.
    pub fn generated() -> Result<Self, TokenError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| TokenError::NoRandom)?;
        Ok(Self(bytes.iter().fold(PREFIX.to_owned(), |text, byte| text + &format!("{byte:02x}"))))
    }

    /// The text, to be shown to the operator once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether a text is this token. Looks at every byte, whatever the first of them says.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        let differing =
            self.0.bytes().zip(text.bytes().chain(std::iter::repeat(0))).fold(0, |all, (a, b)| all | (a ^ b));
        std::hint::black_box(differing) == 0 && self.0.len() == text.len()
    }
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_the_token() {
        let token = OperatorToken::generated().expect("there is randomness");
        let text = token.reveal().to_owned();
        assert!(text.len() == 67 && token.is(&text) && format!("{token:?}") == "OperatorToken(..)");
        for other in ["", "rc_", &text[..66], &format!("{text}0"), &text.to_uppercase()] {
            assert!(!token.is(other), "{other}");
        }
        assert_ne!(token, OperatorToken::generated().expect("there is randomness"));
        for bad in ["short", "has a space in it!!", "has\nlines in it!!!!"] {
            assert!(OperatorToken::chosen(bad).is_err(), "{bad}");
        }
    }
}
