//! The summary that `docs/benchmarks.md` holds.

use std::fs;
use std::path::Path;

use super::Report;
use super::gains::{self, Gain};
use super::tables::{distinct, ratio, sort_bounds, table};
use crate::Outcome;
use crate::measure::Row;

/// What is between these lines of a document is written by this program.
const MARKS: [&str; 2] = ["<!-- peers: begin -->", "<!-- peers: end -->"];

/// The summary as Markdown.
pub(super) fn summary(report: &Report) -> String {
    let rows = &report.rows;
    let machine = &report.machine;
    let mut text = format!(
        "Measured with `{}` on {} ({} cores, {}; fieldreel with {} threads, the peers with one).\n\n",
        report.command, machine.processor, machine.cores, machine.system, machine.threads
    );
    for line in gains::lines(rows) {
        text += &format!("- {line}\n");
    }
    text += "\n### Ratios\n\n";
    text += "Times smaller than the array in single precision, at a bound that is kept. † broke the \
             bound when asked for it, and was asked for less.\n\n";
    text += &ratios(rows);
    text += "\n### Bounds\n\n";
    text += "What each does when it is asked for the bound itself.\n\n";
    text += &bounds(rows);
    if rows.iter().any(|row| row.bound.is_none()) {
        text += "\n### The nine modes\n\n";
        text += "fieldreel at the largest error of each mode.\n\n";
        text += &modes(rows);
    }
    text += "\n### Speed\n\n";
    text += "MB of the array a second, geometric mean over all rows. The search for a peer's setting \
             is left out, fieldreel's own trials are in.\n\n";
    text += &speeds(rows);
    text += "\n### Versions\n\n";
    for peer in peers(rows) {
        text += &format!("- {peer}: {}\n", versions(rows, peer));
    }
    text
}

/// The version that a peer's rows were measured with; where they are several, how many rows each.
fn versions(rows: &[Row], peer: &str) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for row in rows.iter().filter(|row| row.peer == peer) {
        match counts.iter_mut().find(|(known, _)| *known == row.version) {
            Some((_, count)) => *count += 1,
            None => counts.push((&row.version, 1)),
        }
    }
    match &counts[..] {
        [(version, _)] => (*version).to_owned(),
        all => {
            let all = all
                .iter()
                .map(|(version, count)| format!("{version} ({count} rows)"));
            all.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Puts the summary between the marks of a document.
pub(super) fn splice(path: &Path, summary: &str) -> Outcome<()> {
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| place(&error))?;
    let [begin, end] = MARKS;
    let (before, rest) = text
        .split_once(begin)
        .ok_or_else(|| place(&format!("there is no {begin}")))?;
    let (_, after) = rest
        .split_once(end)
        .ok_or_else(|| place(&format!("there is no {end}")))?;
    let text = format!("{before}{begin}\n{summary}{end}{after}");
    fieldreel_core::files::write(path, text.as_bytes()).map_err(|error| place(&error))?;
    Ok(())
}

/// All but the modes.
fn peers(rows: &[Row]) -> Vec<&str> {
    distinct(rows, |row| row.bound.map(|_| row.peer.as_str()))
}

/// A row for each field and bound, a column for each peer.
fn ratios(rows: &[Row]) -> String {
    let modes = distinct(rows, |row| row.bound.is_none().then_some(&*row.target));
    let mut targets = distinct(rows, |row| Some(&row.target));
    targets.retain(|target| !modes.contains(target));
    sort_bounds(&mut targets);
    let peers = peers(rows);
    let mut lines = Vec::new();
    for field in distinct(rows, |row| Some(&row.field)) {
        for &target in &targets {
            let of = |peer: &str| rows.iter().find(|row| row.key() == (field, target, peer));
            if peers.iter().all(|peer| of(peer).is_none()) {
                continue;
            }
            let best = gains::best_peer(rows, field, target);
            let mut line = vec![field.to_owned(), target.to_owned()];
            for peer in &peers {
                line.push(of(peer).map_or("–".to_owned(), |row| cell(row, best)));
            }
            let reel = of("fieldreel-best").zip(best);
            line.push(reel.map_or(String::new(), |(reel, best)| {
                format!("{:.2}", reel.ratio / best.ratio)
            }));
            lines.push(line);
        }
    }
    let mut head = vec!["field", "bound"];
    head.extend(&peers);
    head.push("Best over the best peer");
    table(&head, &lines)
}

/// The ratio of a row, with its marks.
fn cell(row: &Row, best: Option<&Row>) -> String {
    if !row.kept {
        return "broken".to_owned();
    }
    let mut text = ratio(row.ratio);
    if best.is_some_and(|best| best.peer == row.peer) {
        text = format!("**{text}**");
    }
    let broken = row.as_asked.as_ref().is_some_and(|asked| !asked.kept);
    if broken { format!("{text} †") } else { text }
}

/// How many bounds each peer broke.
fn bounds(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for peer in peers(rows) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.peer == peer).collect();
        let asked: Vec<_> = rows
            .iter()
            .filter_map(|row| row.as_asked.as_ref())
            .collect();
        let broken = asked.iter().filter(|asked| !asked.kept).count();
        let worst = asked.iter().map(|asked| asked.error).fold(0.0, f64::max);
        let (rows_asked, broken, worst) = if asked.is_empty() {
            ["promises none", "", ""].map(str::to_owned).into()
        } else {
            (
                asked.len().to_string(),
                broken.to_string(),
                format!("{worst:.6}"),
            )
        };
        lines.push(vec![peer.to_owned(), rows_asked, broken, worst]);
    }
    table(&["peer", "rows", "broken", "largest error / bound"], &lines)
}

/// A row for each mode on each field.
fn modes(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for mode in rows.iter().filter(|row| row.bound.is_none()) {
        let mut line = vec![
            mode.field.clone(),
            mode.target.clone(),
            format!("{:.2e}", mode.max_abs / mode.range),
            ratio(mode.ratio),
        ];
        for effort in ["fieldreel-fast", "fieldreel-balanced", "fieldreel-best"] {
            let key = (&*mode.field, &*mode.target, effort);
            let reel = rows.iter().find(|row| row.key() == key);
            line.push(reel.map_or("–".to_owned(), |reel| ratio(reel.ratio)));
            if effort == "fieldreel-best" {
                line.push(reel.map_or(String::new(), |reel| {
                    format!("{:.2}", reel.ratio / mode.ratio)
                }));
            }
        }
        lines.push(line);
    }
    let head = [
        "field",
        "mode",
        "max error / range",
        "mode",
        "Fast",
        "Balanced",
        "Best",
        "Best over the mode",
    ];
    table(&head, &lines)
}

/// A row for each peer.
fn speeds(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for peer in peers(rows) {
        let speed = |seconds: fn(&Row) -> f64| {
            let gains: Vec<Gain> = rows
                .iter()
                .filter(|row| row.peer == peer)
                .map(|row| Gain {
                    field: String::new(),
                    target: String::new(),
                    other: String::new(),
                    gain: megabytes(row) / seconds(row).max(1e-6),
                })
                .collect();
            let mean = gains::geometric_mean(&gains);
            mean.map_or(String::new(), speed_text)
        };
        let (encode, decode) = (speed(|row| row.encode_s), speed(|row| row.decode_s));
        lines.push(vec![peer.to_owned(), encode, decode]);
    }
    table(&["peer", "encode MB/s", "decode MB/s"], &lines)
}

/// A speed with two digits or more.
fn speed_text(value: f64) -> String {
    match value {
        10.0.. => format!("{value:.0}"),
        1.0.. => format!("{value:.1}"),
        0.1.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The size of the array.
fn megabytes(row: &Row) -> f64 {
    row.shape.iter().product::<usize>() as f64 * size_of::<f32>() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::AsAsked;
    use crate::tests::row;

    fn report() -> Report {
        let mut broken = row("wind", "1e-2", "ebcc", 30.0);
        broken.as_asked = Some(AsAsked {
            ratio: 40.0,
            error: 1.25,
            kept: false,
        });
        let mut mode = row("wind", "avg", "mode avg", 10.0);
        mode.bound = None;
        mode.as_asked = None;
        Report {
            rows: vec![
                row("wind", "1e-2", "fieldreel-best", 60.0),
                row("wind", "1e-2", "sz3", 20.0),
                broken,
                mode,
                row("wind", "avg", "fieldreel-best", 25.0),
            ],
            ..Report::default()
        }
    }

    #[test]
    fn the_summary_marks_the_best_peer_and_broken_bounds() {
        let text = summary(&report());
        assert!(text.contains("| wind | 1e-2 | 60.00 | 20.00 | **30.00** † | 2.00 |"));
        assert!(text.contains("| ebcc | 1 | 1 | 1.250000 |"));
        assert!(text.contains("| wind | avg | 2.50e-3 | 10.00 | – | – | 25.00 | 2.50 |"));
        assert!(text.contains("- sz3: version of sz3\n"));
        assert!(!text.contains("| wind | avg | 25.00"));
    }

    #[test]
    fn rows_of_several_versions_are_counted() {
        let mut report = report();
        report.rows[4].version = "another".to_owned();
        let text = summary(&report);
        assert!(
            text.contains(
                "- fieldreel-best: version of fieldreel-best (1 rows), another (1 rows)\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn slow_is_not_zero() {
        let texts = [158.6, 9.87, 0.62, 0.0152].map(speed_text);
        assert_eq!(texts, ["159", "9.9", "0.62", "0.015"]);
    }

    #[test]
    fn a_document_changes_between_its_marks_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("benchmarks.md");
        let [begin, end] = MARKS;
        fs::write(&path, format!("above\n{begin}\nold\n{end}\nbelow\n")).unwrap();
        splice(&path, "new\n").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("above\n{begin}\nnew\n{end}\nbelow\n"));
        fs::write(&path, "no marks").unwrap();
        assert!(splice(&path, "new\n").is_err());
    }
}
