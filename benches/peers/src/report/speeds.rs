//! Speeds: a table of all peers, and the speed of fieldreel relative to SPERR and SZ3.

use super::gains::{self, Gain};
use super::tables::{self, distinct, speed};
use crate::fields::FieldSource;
use crate::measure::PeerRow;

/// The loosest bound at which speeds are compared.
const COARSEST: f64 = 1e-2;

/// A function that returns the encoding or the decoding speed of a row.
type Speed = fn(&PeerRow) -> f64;

/// Returns a table with the geometric means of each peer over its rows with a bound.
pub(super) fn table(rows: &[PeerRow]) -> String {
    let bounded = |row: &&PeerRow| row.target.parse::<f64>().is_ok();
    let mut lines = Vec::new();
    for peer in distinct(rows, |row| bounded(&row).then_some(&*row.peer)) {
        let mean = |speed_of: Speed| {
            let rows = rows.iter().filter(bounded).filter(|row| row.peer == peer);
            mean(rows.map(speed_of)).map_or(String::new(), speed)
        };
        lines.push(vec![
            peer.to_owned(),
            mean(PeerRow::encode_speed),
            mean(PeerRow::decode_speed),
        ]);
    }
    tables::table(&["peer", "encode MB/s", "decode MB/s"], &lines)
}

/// Returns the geometric mean, or `None` if there are no values.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| {
        (sum + value.ln(), count + 1)
    });
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

/// Returns the lines of the summary about the speed of `Fast` relative to peers.
pub(super) fn lines(rows: &[PeerRow]) -> Vec<String> {
    let comparisons: [(&str, &str, Speed); 4] = [
        (
            "Fast's encoding speed over SPERR's",
            "sperr",
            PeerRow::encode_speed,
        ),
        (
            "Fast's encoding speed over SZ3's",
            "sz3",
            PeerRow::encode_speed,
        ),
        (
            "Fast's decoding speed over SPERR's",
            "sperr",
            PeerRow::decode_speed,
        ),
        (
            "Fast's decoding speed over SZ3's",
            "sz3",
            PeerRow::decode_speed,
        ),
    ];
    let mut lines = Vec::new();
    for (name, peer, speed_of) in comparisons {
        let name = format!("{name}, at {COARSEST:e} and finer");
        let gains = over(rows, "fieldreel-fast", peer, speed_of);
        lines.extend(gains::line(&name, &gains));
    }
    lines
}

/// Returns the speed of an effort divided by that of a peer, on the fields that are in the means.
fn over(rows: &[PeerRow], effort: &str, peer: &str, speed_of: Speed) -> Vec<Gain> {
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
        fine(&gain.target) && FieldSource::is_in_means(&gain.field)
    });
    gains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    /// Returns a row whose encoding takes `seconds` and whose decoding takes a tenth of them.
    fn timed(field: &str, target: &str, peer: &str, seconds: f64) -> PeerRow {
        let mut row = row(field, target, peer, 20.0);
        row.encode.cpu = seconds;
        row.decode.cpu = seconds / 10.0;
        row
    }

    fn rows() -> Vec<PeerRow> {
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
    fn fast_is_compared_at_fine_bounds_on_fields_in_the_means() {
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
    fn the_table_has_speeds_in_cpu_time_at_bounds() {
        // The array has 24,000 bytes, and the geometric mean of 1, 1, 4 and 4 seconds is 2.
        let text = table(&rows());
        assert!(text.contains("| sz3 | 0.012 | 0.12 |"), "{text}");
        assert!(text.contains("| fieldreel-fast |"));
        assert_eq!(mean([2.0, 8.0].into_iter()), Some(4.0));
        assert_eq!(mean([].into_iter()), None);
    }
}
