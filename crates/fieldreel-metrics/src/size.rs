//! Size and speed: how many bits, how much smaller, how fast.

use std::time::Duration;

/// Bits that one value takes in the compressed form: `8 · bytes / values`.
///
/// `values` counts all values of the array, missing ones too. Elsewhere this is called "bpppb"
/// (bits per pixel per band) or the bit rate. NaN when both are 0.
#[must_use]
pub fn bits_per_value(bytes: u64, values: u64) -> f64 {
    8.0 * bytes as f64 / values as f64
}

/// How much smaller the compressed form is: `array_bytes / compressed_bytes`.
///
/// `array_bytes` is the size of the caller's array, so the same file has twice the ratio for `f64`
/// as for `f32`: a report should name the type. A ratio under 1 means that it grew.
#[must_use]
pub fn compression_ratio(array_bytes: u64, compressed_bytes: u64) -> f64 {
    array_bytes as f64 / compressed_bytes as f64
}

/// Throughput in MB/s (1 MB = 10⁶ bytes) of the caller's array: `array_bytes / 10⁶ / elapsed`.
///
/// Infinite when no time has passed.
#[must_use]
pub fn megabytes_per_second(array_bytes: u64, elapsed: Duration) -> f64 {
    array_bytes as f64 / 1e6 / elapsed.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_by_hand() {
        assert_eq!(bits_per_value(100, 400), 2.0);
        assert_eq!(compression_ratio(1600, 100), 16.0);
        assert_eq!(compression_ratio(100, 200), 0.5);
        assert_eq!(
            megabytes_per_second(3_000_000, Duration::from_millis(500)),
            6.0
        );
        assert_eq!(megabytes_per_second(1, Duration::ZERO), f64::INFINITY);
    }
}
