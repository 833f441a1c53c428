//! Ratios of compressors that are not part of this benchmark.
//!
//! HPEZ, QP and FAZ were built once from their sources and run on the same fields at the same bounds, each
//! with the best of its settings. They are constants here: no run of the benchmark measures them.

/// A compressor's ratios.
struct Published {
    name: &'static str,
    /// In the order of [`FIELDS`], and of [`TARGETS`].
    ratios: [[f64; 5]; 3],
}

/// The fields that they were run on, and the bounds.
const FIELDS: [&str; 3] = ["wind", "t2m", "a1b"];
const TARGETS: [&str; 5] = ["1e-1", "3e-2", "1e-2", "1e-3", "1e-4"];

const ALL: [Published; 3] = [
    Published {
        name: "HPEZ",
        ratios: [
            [219.4, 53.0, 23.59, 7.95, 4.32],
            [816.0, 114.7, 35.8, 9.95, 4.91],
            [907.0, 90.8, 31.1, 9.05, 4.86],
        ],
    },
    Published {
        name: "QP",
        ratios: [
            [218.2, 52.2, 23.5, 7.97, 4.32],
            [772.0, 111.1, 35.9, 9.92, 5.14],
            [828.0, 84.4, 32.2, 9.56, 4.86],
        ],
    },
    Published {
        name: "FAZ",
        ratios: [
            [235.4, 64.8, 22.2, 7.73, 4.31],
            [474.0, 134.2, 47.7, 9.98, 4.96],
            [628.0, 204.6, 65.7, 10.35, 4.98],
        ],
    },
];

/// The largest of their ratios of a field at a bound, and whose it is; `None` where they were not run.
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
    fn the_best_of_a_row_is_named() {
        assert_eq!(best("wind", "1e-1"), Some(("FAZ", 235.4)));
        assert_eq!(best("wind", "1e-3"), Some(("QP", 7.97)));
        assert_eq!(best("t2m", "1e-1"), Some(("HPEZ", 816.0)));
        assert_eq!(best("a1b", "1e-4"), Some(("FAZ", 4.98)));
        assert_eq!(best("ocean", "1e-1"), None);
        assert_eq!(best("wind", "lossless"), None);
    }
}
