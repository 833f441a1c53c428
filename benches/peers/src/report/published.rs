//! Ratios of compressors that this benchmark does not run.
//!
//! HPEZ, QP and FAZ were built once from their sources and run on the same fields at the same
//! bounds, each with the best of its settings. Their ratios are constants.

/// The ratios of a compressor.
struct PublishedRatios {
    name: &'static str,
    /// The ratios in the order of [`FIELDS`] and of [`TARGETS`].
    ratios: [[f64; 5]; 3],
}

/// The fields on which the compressors were run.
const FIELDS: [&str; 3] = ["wind", "t2m", "a1b"];
/// The bounds at which the compressors were run.
const TARGETS: [&str; 5] = ["1e-1", "3e-2", "1e-2", "1e-3", "1e-4"];

const ALL: [PublishedRatios; 3] = [
    PublishedRatios {
        name: "HPEZ",
        ratios: [
            [219.4, 53.0, 23.59, 7.95, 4.32],
            [816.0, 114.7, 35.8, 9.95, 4.91],
            [907.0, 90.8, 31.1, 9.05, 4.86],
        ],
    },
    PublishedRatios {
        name: "QP",
        ratios: [
            [218.2, 52.2, 23.5, 7.97, 4.32],
            [772.0, 111.1, 35.9, 9.92, 5.14],
            [828.0, 84.4, 32.2, 9.56, 4.86],
        ],
    },
    PublishedRatios {
        name: "FAZ",
        ratios: [
            [235.4, 64.8, 22.2, 7.73, 4.31],
            [474.0, 134.2, 47.7, 9.98, 4.96],
            [628.0, 204.6, 65.7, 10.35, 4.98],
        ],
    },
];

/// Returns the compressor with the largest ratio on a field at a bound, and the ratio; `None` if
/// the compressors were not run on it.
pub(super) fn best(field: &str, target: &str) -> Option<(&'static str, f64)> {
    let field = FIELDS.iter().position(|known| *known == field)?;
    let target = TARGETS.iter().position(|known| *known == target)?;
    ALL.iter()
        .map(|peer| (peer.name, peer.ratios[field][target]))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_ratio_is_returned_with_its_compressor() {
        assert_eq!(best("wind", "1e-1"), Some(("FAZ", 235.4)));
        assert_eq!(best("wind", "1e-3"), Some(("QP", 7.97)));
        assert_eq!(best("t2m", "1e-1"), Some(("HPEZ", 816.0)));
        assert_eq!(best("a1b", "1e-4"), Some(("FAZ", 4.98)));
        assert_eq!(best("ocean", "1e-1"), None);
        assert_eq!(best("wind", "lossless"), None);
    }
}
