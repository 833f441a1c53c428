//! The speeds: a table, and fieldreel beside the peers that its speed is compared with.

use super::gains::{self, Gain};
use super::tables::{self, distinct, speed};
use crate::fields::Source;
use crate::measure::Row;

/// Bounds at which speeds are compared: this one and finer ones.
const COARSEST: f64 = 1e-2;

/// The direction that MB of the array a second are measured in.
type Speed = fn(&Row) -> f64;

/// A row for each peer: geometric means over its rows with a bound.
pub(super) fn table(rows: &[Row]) -> String {
    let bounded = |row: &&Row| row.target.parse::<f64>().is_ok();
    let mut lines = Vec::new();
    for peer in distinct(rows, |row| bounded(&row).then_some(&*row.peer)) {
        let mean = |speed_of: Speed| {
            let rows = rows.iter().filter(bounded).filter(|row| row.peer == peer);
            mean(rows.map(speed_of)).map_or(String::new(), speed)
        };
        lines.push(vec![
            peer.to_owned(),
            mean(Row::encode_speed),
            mean(Row::decode_speed),
        ]);
    }
    tables::table(&["peer", "encode MB/s", "decode MB/s"], &lines)
}

/// The geometric mean; `None` of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| {
        (sum + value.ln(), count + 1)
    });
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

/// The lines that say how fast `Fast` is beside the peers.
pub(super) fn lines(rows: &[Row]) -> Vec<String> {
    let comparisons: [(&str, &str, Speed); 4] = [
        (
            "Fast's encoding speed over SPERR's",
            "sperr",
            Row::encode_speed,
        ),
        ("Fast's encoding speed over SZ3's", "sz3", Row::encode_speed),
        (
            "Fast's decoding speed over SPERR's",
            "sperr",
            Row::decode_speed,
        ),
        ("Fast's decoding speed over SZ3's", "sz3", Row::decode_speed),
    ];
    let mut lines = Vec::new();
    for (name, peer, speed_of) in comparisons {
        let name = format!("{name}, at {COARSEST:e} and finer");
        let gains = over(rows, "fieldreel-fast", peer, speed_of);
        lines.extend(gains::line(&name, &gains));
    }
    lines
}

/// The ratio of the speed of an effort to that of a peer, on the fields that count.
fn over(rows: &[Row], effort: &str, peer: &str, speed_of: Speed) -> Vec<Gain> {
    let mut gains = gains::over_peer(rows, effort, peer);
    let fine = |target: &str| target.parse::<f64>().is_ok_and(|part| part <= COARSEST);
    gains.retain_mut(|gain| {
        let of = |peer| {
            let key = (&*gain.field, &*gain.target, peer);
            rows.iter().find(|row| row.key() == key).map(speed_of)
        };
        let Some((reel, other)) = of(effort).zip(of(peer)) else {
            return false;
        };
        gain.gain = reel / other;
        fine(&gain.target) && Source::counts(&gain.field)
    });
    gains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    /// A row of which encoding takes so many seconds, and decoding a tenth of them.
    fn timed(field: &str, target: &str, peer: &str, seconds: f64) -> Row {
        let mut row = row(field, target, peer, 20.0);
        row.encode.cpu = seconds;
        row.decode.cpu = seconds / 10.0;
        row
    }

    fn rows() -> Vec<Row> {
        vec![
            timed("wind", "1e-1", "fieldreel-fast", 9.0),
            timed("wind", "1e-1", "sz3", 1.0),
            timed("wind", "1e-2", "fieldreel-fast", 0.5),
            timed("wind", "1e-2", "sz3", 1.0),
            timed("t2m", "1e-3", "fieldreel-fast", 0.5),
            timed("t2m", "1e-3", "sz3", 4.0),
            timed("u", "1e-3", "fieldreel-fast", 1e-5),
            timed("u", "1e-3", "sz3", 4.0),
            timed("t2m", "lossless", "fieldreel-fast", 1e-6),
        ]
    }

    #[test]
    fn fast_is_compared_at_fine_bounds_on_fields_that_count() {
        assert_eq!(
            lines(&rows()),
            [
                "Fast's encoding speed over SZ3's, at 1e-2 and finer: 4.000 (geometric mean of 2 rows; least \
                 2.000: wind at 1e-2, sz3)",
                "Fast's decoding speed over SZ3's, at 1e-2 and finer: 4.000 (geometric mean of 2 rows; least \
                 2.000: wind at 1e-2, sz3)"
            ]
        );
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn speeds_are_of_cpu_time_at_bounds() {
        // 24,000 bytes; of four seconds, the geometric mean of 1, 1, 4 and 4 seconds is 2.
        let text = table(&rows());
        assert!(text.contains("| sz3 | 0.012 | 0.12 |"), "{text}");
        assert!(text.contains("| fieldreel-fast |"));
        assert_eq!(mean([2.0, 8.0].into_iter()), Some(4.0));
        assert_eq!(mean([].into_iter()), None);
    }
}
