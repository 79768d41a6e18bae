//! The time for which a certificate is good.
//!
//! Owns reading it, and when its end is near. Whose certificate it is, and whether clients trust it, is not looked at.

use runcell_wire::{now_ms, rfc3339};
use std::time::Duration;
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// The time for which a certificate is good, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    from_ms: i64,
    until_ms: i64,
}

/// How a certificate is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateState {
    /// It is good for long enough.
    Good,
    /// Its end is near.
    Ending,
    /// It has ended: clients refuse it.
    Ended,
}

impl Validity {
    /// The validity of a certificate.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Result<Self, String> {
        let read = Certificate::from_der(certificate).map_err(|error| error.to_string())?;
        let ms = |since_epoch: Duration| i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        let validity = read.tbs_certificate().validity();
        Ok(Self {
            from_ms: ms(validity.not_before.to_unix_duration()),
            until_ms: ms(validity.not_after.to_unix_duration()),
        })
    }

    /// How it is now, where the last `warn_days` are near its end: of a certificate for a short time, its last third.
    #[must_use]
    pub fn state(self, warn_days: u32) -> CertificateState {
        self.state_at(now_ms(), warn_days)
    }

    fn state_at(self, now_ms: i64, warn_days: u32) -> CertificateState {
        let whole = self.until_ms.saturating_sub(self.from_ms);
        let near = (i64::from(warn_days) * DAY_MS).min(whole / 3);
        match self.until_ms.saturating_sub(now_ms) {
            ..=0 => CertificateState::Ended,
            left if left <= near => CertificateState::Ending,
            _ => CertificateState::Good,
        }
    }

    /// When it ends, as a text.
    #[must_use]
    pub fn until(self) -> String {
        rfc3339(self.until_ms)
    }

    /// Its end in a sentence, where it is near or over.
    pub(crate) fn warning(self, warn_days: u32) -> Option<String> {
        match self.state(warn_days) {
            CertificateState::Good => None,
            CertificateState::Ending => {
                let days = self.until_ms.saturating_sub(now_ms()) / DAY_MS;
                Some(format!("the certificate ends on {}, in {days} days: renew it", self.until()))
            }
            CertificateState::Ended => {
                Some(format!("the certificate ended on {}, and clients refuse it: renew it", self.until()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_near_in_the_last_days_and_in_the_last_third() {
        let days = |from: i64, until: i64| Validity { from_ms: from * DAY_MS, until_ms: until * DAY_MS };
        for (validity, now, warn_days, expected) in [
            (days(0, 90), 75, 14, CertificateState::Good),
            (days(0, 90), 76, 14, CertificateState::Ending),
            (days(0, 90), 90, 14, CertificateState::Ended),
            (days(0, 6), 3, 14, CertificateState::Good),
            (days(0, 6), 4, 14, CertificateState::Ending),
            (days(0, 90), 89, 0, CertificateState::Good),
            (days(0, 90), 91, 0, CertificateState::Ended),
        ] {
            assert_eq!(validity.state_at(now * DAY_MS, warn_days), expected, "{validity:?} {now}");
        }
    }
}
