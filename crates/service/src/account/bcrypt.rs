//! Passwords that gorun hashed with bcrypt, until their users have logged in once.
//!
//! Owns which hashes are taken and what a comparison costs. New passwords are never hashed so.

use super::error::InvalidAccount;
use bcrypt::HashParts;

/// The cost that gorun has; a user that there is not costs as much.
const COST: u32 = 10;
/// The highest cost that is taken: one step more takes twice as long, and a login may not take for ever.
const MAX_COST: u32 = 14;

/// Whether a hash is of this kind.
pub(super) fn is_one(hash: &str) -> bool {
    hash.starts_with("$2")
}

/// Refuses what is no hash of this kind, or takes too long to compare.
pub(crate) fn check_form(hash: &str) -> Result<(), InvalidAccount> {
    let parts = hash.parse::<HashParts>().ok().filter(|_| is_one(hash));
    let fits = parts.is_some_and(|parts| (4..=MAX_COST).contains(&parts.get_cost()));
    if fits { Ok(()) } else { Err(InvalidAccount::ForeignHash(MAX_COST)) }
}

/// Whether a password has this hash; a hash of another kind it has not, which takes as long to find out.
pub(super) fn verify(password: &str, hash: &str) -> bool {
    if is_one(hash) {
        return bcrypt::verify(password, hash).unwrap_or(false);
    }
    let _nobodys = bcrypt::bcrypt(COST, *b"nobody's salt 16", password.as_bytes());
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by another implementation.
    const HASH: &str = "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

    #[test]
    fn hashes_of_others_are_compared() {
        assert!(verify("abc123xyz", HASH) && !verify("abc123xyy", HASH));
        assert!(!verify("abc123xyz", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"));
        check_form(HASH).expect("one");
        for wrong in ["", "$2", "$2a$12$short", &HASH.replace("$12$", "$31$"), &HASH.replace("$2a", "$5"), "$argon2id$"]
        {
            check_form(wrong).expect_err(wrong);
        }
    }
}
