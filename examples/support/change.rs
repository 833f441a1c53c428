//! The comparison of two sizes in words.

/// Says how much smaller or larger a number of bytes became.
pub(crate) fn change(before: u64, after: u64) -> String {
    let smaller = before as f64 / after.max(1) as f64;
    let larger = after as f64 / before.max(1) as f64;
    // What would be rounded to once.
    if smaller >= 1.05 {
        format!("{smaller:.1} times smaller")
    } else if larger >= 1.05 {
        format!("{larger:.1} times larger")
    } else {
        "about as large".to_owned()
    }
}
