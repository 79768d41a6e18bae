//! How long parts take to make, for people who wait.
//!
//! Owns the rates. They were measured on two processors and are not used to decide anything.

/// The assumed speed of compiling, in bytes of WebAssembly a second.
const COMPILE_RATE: f64 = 1_700_000.0;

/// The assumed speed of a download, in bytes a second.
const DOWNLOAD_RATE: f64 = 8_000_000.0;

/// Seconds to compile so many bytes of WebAssembly.
pub(super) fn compile_seconds(bytes: u64) -> f64 {
    0.2 + precise(bytes) / COMPILE_RATE
}

/// Seconds to download so many bytes.
pub(super) fn download_seconds(bytes: u64) -> f64 {
    0.5 + precise(bytes) / DOWNLOAD_RATE
}

/// A size as people read it.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", precise(bytes) / 1e6)
}

/// A whole number as a floating one, exact below 2^42.
pub(super) fn precise(number: u64) -> f64 {
    u32::try_from(number / 1024)
        .map_or(f64::MAX, f64::from)
        .mul_add(1024.0, f64::from(u16::try_from(number % 1024).unwrap_or(0)))
}
