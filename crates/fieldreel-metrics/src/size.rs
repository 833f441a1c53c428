//! Metrics of size and speed.

use std::time::Duration;

/// Returns the bits of the compressed form per value, `8 · bytes / values`.
///
/// `values` is the number of all values of the array, including missing ones. The metric is also
/// known as bit rate or "bpppb" (bits per pixel per band). The result is NaN if both arguments are
/// 0.
///
/// ```
/// use fieldreel_metrics::bits_per_value;
///
/// assert_eq!(bits_per_value(500, 2000), 2.0);
/// ```
#[must_use]
pub fn bits_per_value(bytes: u64, values: u64) -> f64 {
    8.0 * bytes as f64 / values as f64
}

/// Returns the compression ratio, `array_bytes / compressed_bytes`.
///
/// `array_bytes` is the size of the caller's array. The ratio of the same file is therefore twice
/// as large for `f64` as for `f32`, and a report should name the type. A ratio below 1 means that
/// the compressed form is larger than the array.
///
/// ```
/// use fieldreel_metrics::compression_ratio;
///
/// // The array has 2000 values of 4 bytes.
/// assert_eq!(compression_ratio(2000 * 4, 500), 16.0);
/// ```
#[must_use]
pub fn compression_ratio(array_bytes: u64, compressed_bytes: u64) -> f64 {
    array_bytes as f64 / compressed_bytes as f64
}

/// Returns the throughput in MB/s (1 MB = 10⁶ bytes), `array_bytes / 10⁶ / elapsed`.
///
/// `array_bytes` is the size of the caller's array. The result is infinite if `elapsed` is 0.
///
/// ```
/// use fieldreel_metrics::megabytes_per_second;
/// use std::time::Duration;
///
/// assert_eq!(megabytes_per_second(80_000_000, Duration::from_millis(500)), 160.0);
/// ```
#[must_use]
pub fn megabytes_per_second(array_bytes: u64, elapsed: Duration) -> f64 {
    array_bytes as f64 / 1e6 / elapsed.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_speeds_match_values_computed_by_hand() {
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
