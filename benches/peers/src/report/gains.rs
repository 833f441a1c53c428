//! Gains of fieldreel over peers: quotients of compression ratios, and their geometric means.

use std::fmt::Write;

use super::{is_fieldreel, published, speeds};
use crate::fields::FieldSource;
use crate::jobs::LOSSLESS;
use crate::measure::PeerRow;

/// The efforts of fieldreel: the name in sentences and the name of the peer.
const EFFORTS: [(&str, &str); 3] = [
    ("Best", "fieldreel-best"),
    ("Balanced", "fieldreel-balanced"),
    ("Fast", "fieldreel-fast"),
];

/// The gain of fieldreel over a peer on a field at a bound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gain {
    pub(super) field: String,
    pub(super) target: String,
    /// The name of the peer.
    pub(super) other: String,
    /// The compression ratio of fieldreel divided by that of the peer.
    pub(super) gain: f64,
}

/// Returns the row of the best peer that satisfies the bound.
pub(super) fn best_peer<'a>(rows: &'a [PeerRow], field: &str, target: &str) -> Option<&'a PeerRow> {
    rows.iter()
        .filter(|row| row.field == field && row.target == target && row.kept)
        .filter(|row| row.bound.is_some() && !is_fieldreel(&row.peer))
        .max_by(|a, b| a.ratio.total_cmp(&b.ratio))
}

/// Returns the gain of each row of fieldreel at an effort over the row that `other` returns for
/// it.
fn over<'a>(
    rows: &'a [PeerRow],
    effort: &str,
    other: impl Fn(&PeerRow) -> Option<&'a PeerRow>,
) -> Vec<Gain> {
    let reels = rows.iter().filter(|row| row.peer == effort && row.kept);
    let gain = |reel: &PeerRow| {
        let other = other(reel)?;
        Some(Gain {
            field: reel.field.clone(),
            target: reel.target.clone(),
            other: other.peer.clone(),
            gain: reel.ratio / other.ratio,
        })
    };
    reels.filter_map(gain).collect()
}

/// Returns the gains of fieldreel at an effort over the best peer.
pub(super) fn over_best(rows: &[PeerRow], effort: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        best_peer(rows, &reel.field, &reel.target)
    })
}

/// Returns the gains of fieldreel at an effort over the best of the peers and of the compressors
/// in [`published`], for the rows of the latter.
fn over_published(rows: &[PeerRow], effort: &str) -> Vec<Gain> {
    let mut gains = over_best(rows, effort);
    gains.retain_mut(|gain| {
        let Some((name, ratio)) = published::best(&gain.field, &gain.target) else {
            return false;
        };
        let key = (&*gain.field, &*gain.target, effort);
        let reel = rows.iter().find(|row| row.key() == key);
        let over = reel.map_or(gain.gain, |reel| reel.ratio / ratio);
        if over < gain.gain {
            (gain.gain, gain.other) = (over, name.to_owned());
        }
        true
    });
    gains
}

/// Returns the gains of fieldreel at an effort over one peer.
pub(super) fn over_peer(rows: &[PeerRow], effort: &str, peer: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        rows.iter()
            .find(|row| row.key() == (&reel.field, &reel.target, peer) && row.kept)
    })
}

/// Returns the gains of fieldreel at an effort over one peer with its default setting.
fn over_default(rows: &[PeerRow], effort: &str, peer: &str) -> Vec<Gain> {
    let mut gains = Vec::new();
    for row in rows.iter().filter(|row| row.peer == peer) {
        let key = (&*row.field, &*row.target, effort);
        let reel = rows.iter().find(|row| row.key() == key && row.kept);
        if let Some((reel, default)) = reel.zip(row.default_ratio) {
            gains.push(Gain {
                field: row.field.clone(),
                target: row.target.clone(),
                other: peer.to_owned(),
                gain: reel.ratio / default,
            });
        }
    }
    gains
}

/// Returns the gains of fieldreel at an effort over the modes, at their largest errors.
fn over_modes(rows: &[PeerRow], effort: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        rows.iter()
            .find(|row| row.field == reel.field && row.target == reel.target && row.bound.is_none())
    })
}

/// Returns the geometric mean, or `None` if there are no gains.
pub(super) fn geometric_mean(gains: &[Gain]) -> Option<f64> {
    let sum: f64 = gains.iter().map(|gain| gain.gain.ln()).sum();
    (!gains.is_empty()).then(|| (sum / gains.len() as f64).exp())
}

/// Returns the lines of the summary about gains in compression ratio.
pub(super) fn lines(rows: &[PeerRow]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |name: &str, mut gains: Vec<Gain>| {
        gains.retain(|gain| FieldSource::is_in_means(&gain.field));
        lines.extend(line(name, &gains));
    };
    for (name, effort) in EFFORTS {
        let (lossless, bounded) = over_best(rows, effort)
            .into_iter()
            .partition(|gain| gain.target == LOSSLESS);
        add(&format!("{name} over the best peer"), bounded);
        let all = over_published(rows, effort);
        add(&format!("{name} over the best peer, HPEZ, QP and FAZ"), all);
        add(
            &format!("{name} over the best peer, without loss"),
            lossless,
        );
    }
    add("Fast over SZ3", over_peer(rows, "fieldreel-fast", "sz3"));
    let default = over_default(rows, "fieldreel-fast", "sz3");
    add("Fast over SZ3 with its default setting", default);
    let modes = over_modes(rows, "fieldreel-best");
    lines.extend(line("Best over the modes, at their largest errors", &modes));
    lines
}

/// Formats a geometric mean and the row of the smallest gain; returns `None` if there are no
/// gains.
pub(super) fn line(name: &str, gains: &[Gain]) -> Option<String> {
    let mean = geometric_mean(gains)?;
    let smallest = gains.iter().min_by(|a, b| a.gain.total_cmp(&b.gain))?;
    Some(format!(
        "{name}: {mean:.3} (geometric mean of {} rows; least {:.3}: {} at {}, {})",
        gains.len(),
        smallest.gain,
        smallest.field,
        smallest.target,
        smallest.other
    ))
}

/// Returns all lines as text for the terminal.
pub(super) fn text(rows: &[PeerRow]) -> String {
    let mut text = String::new();
    for line in lines(rows).into_iter().chain(speeds::lines(rows)) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    fn rows() -> Vec<PeerRow> {
        let mut broken = row("wind", "1e-2", "sperr", 1000.0);
        broken.kept = false;
        let mut mode = row("wind", "avg", "mode avg", 10.0);
        mode.bound = None;
        let mut sz3 = row("wind", "1e-2", "sz3", 20.0);
        sz3.default_ratio = Some(16.0);
        vec![
            row("wind", "1e-2", "fieldreel-best", 30.0),
            row("wind", "1e-2", "fieldreel-fast", 20.0),
            sz3,
            row("wind", "1e-2", "zfp", 5.0),
            broken,
            row("t2m", "1e-2", "fieldreel-best", 60.0),
            row("t2m", "1e-2", "sz3", 10.0),
            row("u", "1e-2", "fieldreel-best", 1e6),
            row("u", "1e-2", "sz3", 1.0),
            mode,
            row("wind", "avg", "fieldreel-best", 25.0),
            row("wind", "lossless", "fieldreel-best", 3.0),
            row("wind", "lossless", "pco", 2.0),
        ]
    }

    #[test]
    fn the_best_peer_is_the_smallest_that_satisfies_the_bound() {
        let gains = over_best(&rows(), "fieldreel-best");
        let found: Vec<_> = gains
            .iter()
            .map(|g| (&*g.field, &*g.other, g.gain))
            .collect();
        assert_eq!(
            found,
            [
                ("wind", "sz3", 1.5),
                ("t2m", "sz3", 6.0),
                ("u", "sz3", 1e6),
                ("wind", "pco", 1.5)
            ]
        );
    }

    #[test]
    fn a_decoded_video_is_not_in_the_means() {
        let lines = lines(&rows());
        assert!(lines[0].starts_with("Best over the best peer: 3.000 (geometric mean of 2 rows"));
        assert!(lines[0].ends_with("least 1.500: wind at 1e-2, sz3)"));
        // The best ratios are 23.59 of HPEZ on wind and 47.7 of FAZ on t2m.
        assert!(lines[1].starts_with("Best over the best peer, HPEZ, QP and FAZ: 1.265"));
        assert!(
            lines[1].ends_with("least 1.258: t2m at 1e-2, FAZ)"),
            "{}",
            lines[1]
        );
        assert_eq!(
            lines[2],
            "Best over the best peer, without loss: 1.500 (geometric mean of 1 rows; least 1.500: wind at lossless, pco)"
        );
        assert!(lines[3].starts_with("Fast over the best peer: 1.000"));
        assert!(lines[4].starts_with("Fast over the best peer, HPEZ, QP and FAZ: 0.848"));
        assert!(lines[5].starts_with("Fast over SZ3: 1.000"));
        assert!(lines[6].starts_with("Fast over SZ3 with its default setting: 1.250"));
        assert!(lines[7].starts_with("Best over the modes, at their largest errors: 2.500"));
        assert_eq!(lines.len(), 8);
        assert_eq!(geometric_mean(&[]), None);
    }
}
