//! How far fieldreel is ahead: ratios of ratios, and their geometric means.

use std::fmt::Write;

use super::{is_fieldreel, published, speeds};
use crate::fields::Source;
use crate::jobs::LOSSLESS;
use crate::measure::Row;

/// fieldreel's efforts, as sentences and as rows name them.
const EFFORTS: [(&str, &str); 3] = [
    ("Best", "fieldreel-best"),
    ("Balanced", "fieldreel-balanced"),
    ("Fast", "fieldreel-fast"),
];

/// fieldreel beside something at the same bound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gain {
    pub(super) field: String,
    pub(super) target: String,
    /// What it is compared with.
    pub(super) other: String,
    /// How many times smaller fieldreel is.
    pub(super) gain: f64,
}

/// The best peer of a field at a bound that it keeps.
pub(super) fn best_peer<'a>(rows: &'a [Row], field: &str, target: &str) -> Option<&'a Row> {
    rows.iter()
        .filter(|row| row.field == field && row.target == target && row.kept)
        .filter(|row| row.bound.is_some() && !is_fieldreel(&row.peer))
        .max_by(|a, b| a.ratio.total_cmp(&b.ratio))
}

/// Of each row of fieldreel at this effort: over what `other` finds for its field and bound.
fn over<'a>(rows: &'a [Row], effort: &str, other: impl Fn(&Row) -> Option<&'a Row>) -> Vec<Gain> {
    let reels = rows.iter().filter(|row| row.peer == effort && row.kept);
    let gain = |reel: &Row| {
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

/// fieldreel at an effort over the best peer, wherever both were measured.
pub(super) fn over_best(rows: &[Row], effort: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        best_peer(rows, &reel.field, &reel.target)
    })
}

/// fieldreel at an effort over the best of peers and of those whose ratios are published, wherever the latter
/// are.
fn over_published(rows: &[Row], effort: &str) -> Vec<Gain> {
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

/// fieldreel at an effort over one peer.
pub(super) fn over_peer(rows: &[Row], effort: &str, peer: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        rows.iter()
            .find(|row| row.key() == (&reel.field, &reel.target, peer) && row.kept)
    })
}

/// fieldreel at an effort over one peer with its default setting.
fn over_default(rows: &[Row], effort: &str, peer: &str) -> Vec<Gain> {
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

/// fieldreel at an effort over the modes, at their largest errors.
fn over_modes(rows: &[Row], effort: &str) -> Vec<Gain> {
    over(rows, effort, |reel| {
        rows.iter()
            .find(|row| row.field == reel.field && row.target == reel.target && row.bound.is_none())
    })
}

/// The geometric mean; `None` of nothing.
pub(super) fn geometric_mean(gains: &[Gain]) -> Option<f64> {
    let sum: f64 = gains.iter().map(|gain| gain.gain.ln()).sum();
    (!gains.is_empty()).then(|| (sum / gains.len() as f64).exp())
}

/// The lines that say how far fieldreel is ahead.
pub(super) fn lines(rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |name: &str, mut gains: Vec<Gain>| {
        gains.retain(|gain| Source::counts(&gain.field));
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

/// A mean in words, and the row that gained least; `None` of nothing.
pub(super) fn line(name: &str, gains: &[Gain]) -> Option<String> {
    let mean = geometric_mean(gains)?;
    let least = gains.iter().min_by(|a, b| a.gain.total_cmp(&b.gain))?;
    Some(format!(
        "{name}: {mean:.3} (geometric mean of {} rows; least {:.3}: {} at {}, {})",
        gains.len(),
        least.gain,
        least.field,
        least.target,
        least.other
    ))
}

/// The lines as text.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    for line in lines(rows).into_iter().chain(speeds::lines(rows)) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    fn rows() -> Vec<Row> {
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
    fn the_best_peer_is_the_smallest_that_keeps_the_bound() {
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
        // HPEZ has 23.59 times on wind, FAZ 47.7 on t2m.
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
