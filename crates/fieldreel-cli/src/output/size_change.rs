//! Descriptions of changes of size.

/// Describes the ratio of two sizes, such as "8.1 times smaller".
pub(crate) fn describe_change(before: u64, after: u64) -> String {
    let smaller = before as f64 / after.max(1) as f64;
    let larger = after as f64 / before.max(1) as f64;
    // Smaller factors would be rounded to 1.0.
    if smaller >= 1.05 {
        format!("{smaller:.1} times smaller")
    } else if larger >= 1.05 {
        format!("{larger:.1} times larger")
    } else {
        "about as large".to_owned()
    }
}
