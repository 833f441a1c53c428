//! The summary in `docs/benchmarks.md`.

use std::fs;
use std::path::Path;

use super::tables::{distinct, ratio, sort_bounds, speed, table};
use super::{PeerReport, gains, speeds};
use crate::Result;
use crate::jobs::LOSSLESS;
use crate::measure::PeerRow;

/// The lines that enclose the summary in a document.
pub(super) const MARKS: [&str; 2] = ["<!-- peers: begin -->", "<!-- peers: end -->"];

/// Returns the summary as Markdown.
pub(super) fn summary(report: &PeerReport) -> String {
    let rows = &report.rows;
    let mut text = String::new();
    for run in &report.runs {
        text += &format!("{}\n\n", run.text());
    }
    for line in gains::lines(rows).into_iter().chain(speeds::lines(rows)) {
        text += &format!("- {line}\n");
    }
    text += "\n### Ratios and speeds\n\n";
    text += "Each cell contains the compression ratio, relative to the array in single precision, \
             at a bound that is satisfied, and the speeds of encoding and of decoding, in MB of \
             the array per second of CPU time. The ratio of the best peer is **bold**. † marks a \
             peer that exceeded the bound when it was given the bound itself, and was then given \
             a smaller one.\n\n";
    text += &ratios(rows, &bounded(rows));
    if rows.iter().any(|row| row.target == LOSSLESS) {
        text += "\n### Lossless\n\n";
        text += "The cells are as above. Every decoded value is identical to the original in all \
                 bits.\n\n";
        text += &ratios(rows, &[LOSSLESS]);
    }
    text += "\n### Bounds\n\n";
    text += "The table states how often and by how much each peer exceeds the bound when it is \
             given the bound itself.\n\n";
    text += &bounds(rows);
    if rows.iter().any(|row| row.bound.is_none()) {
        text += "\n### The nine modes\n\n";
        text += "The bound of fieldreel is the largest error of the mode.\n\n";
        text += &modes(rows);
    }
    text += "\n### Speed\n\n";
    text += "Speeds are in MB of the array per second of CPU time, as geometric means over all \
             rows with a bound. The times exclude the search for the setting of a peer and \
             include the trials of fieldreel.\n\n";
    text += &speeds::table(rows);
    text += "\n### Versions\n\n";
    for peer in distinct(rows, |row| row.bound.map(|_| row.peer.as_str())) {
        text += &format!("- {peer}: {}\n", versions(rows, peer));
    }
    text
}

/// Returns the range-relative bounds, the loosest first.
fn bounded(rows: &[PeerRow]) -> Vec<&str> {
    let part = |row: &PeerRow| row.target.parse::<f64>().is_ok();
    let mut targets = distinct(rows, |row| part(row).then_some(&*row.target));
    sort_bounds(&mut targets);
    targets
}

/// Returns the version of a peer, or its versions with the number of rows of each.
fn versions(rows: &[PeerRow], peer: &str) -> String {
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

/// Replaces the text between two marks of a document.
pub(crate) fn splice(path: &Path, [begin, end]: [&str; 2], text: &str) -> Result<()> {
    let with_path = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let document = fs::read_to_string(path).map_err(|error| with_path(&error))?;
    let (before, rest) = document
        .split_once(begin)
        .ok_or_else(|| with_path(&format!("the mark {begin} is missing")))?;
    let (_, after) = rest
        .split_once(end)
        .ok_or_else(|| with_path(&format!("the mark {end} is missing after {begin}")))?;
    let document = format!("{before}{begin}\n{text}{end}{after}");
    fieldreel_core::files::write(path, document.as_bytes()).map_err(|error| with_path(&error))?;
    Ok(())
}

/// Returns a table with a row for each field and target and a column for each peer measured at any
/// of the targets.
fn ratios(rows: &[PeerRow], targets: &[&str]) -> String {
    let there = |row: &PeerRow| row.bound.is_some() && targets.contains(&&*row.target);
    let peers = distinct(rows, |row| there(row).then_some(&*row.peer));
    let efforts = ["fieldreel-fast", "fieldreel-balanced", "fieldreel-best"];
    let mut lines = Vec::new();
    for field in distinct(rows, |row| Some(&row.field)) {
        for &target in targets {
            let of = |peer: &str| rows.iter().find(|row| row.key() == (field, target, peer));
            if peers.iter().all(|peer| of(peer).is_none()) {
                continue;
            }
            let best = gains::best_peer(rows, field, target);
            let mut line = vec![field.to_owned(), target.to_owned()];
            for peer in &peers {
                line.push(of(peer).map_or("–".to_owned(), |row| cell(row, best)));
            }
            let ahead = |effort: &str| {
                of(effort).zip(best).map_or("–".to_owned(), |(reel, best)| {
                    format!("{:.2}", reel.ratio / best.ratio)
                })
            };
            line.push(efforts.map(ahead).join(" · "));
            lines.push(line);
        }
    }
    let mut head = vec!["field", "bound"];
    head.extend(&peers);
    head.push("Fast · Balanced · Best over the best peer");
    table(&head, &lines)
}

/// Formats the ratio of a row, with its marks, and its speeds.
fn cell(row: &PeerRow, best: Option<&PeerRow>) -> String {
    if !row.kept {
        return "exceeded".to_owned();
    }
    let mut text = ratio(row.ratio);
    if best.is_some_and(|best| best.peer == row.peer) {
        text = format!("**{text}**");
    }
    if row.as_asked.as_ref().is_some_and(|nominal| !nominal.kept) {
        text += " †";
    }
    let (encode, decode) = (speed(row.encode_speed()), speed(row.decode_speed()));
    format!("{text} · {encode} · {decode}")
}

/// Returns a table of the number of bounds that each peer exceeded.
fn bounds(rows: &[PeerRow]) -> String {
    let mut lines = Vec::new();
    let part = |row: &PeerRow| row.target.parse::<f64>().is_ok();
    for peer in distinct(rows, |row| part(row).then_some(&*row.peer)) {
        let rows = rows.iter().filter(|row| part(row) && row.peer == peer);
        let rows: Vec<&PeerRow> = rows.collect();
        let nominal: Vec<_> = rows
            .iter()
            .filter_map(|row| row.as_asked.as_ref())
            .collect();
        let exceeded = nominal.iter().filter(|nominal| !nominal.kept).count();
        let worst = nominal
            .iter()
            .map(|nominal| nominal.error)
            .fold(0.0, f64::max);
        let (row_count, exceeded, worst) = if nominal.is_empty() {
            ["no bound", "", ""].map(str::to_owned).into()
        } else {
            (
                nominal.len().to_string(),
                exceeded.to_string(),
                format!("{worst:.6}"),
            )
        };
        lines.push(vec![peer.to_owned(), row_count, exceeded, worst]);
    }
    table(
        &["peer", "rows", "exceeded", "largest error / bound"],
        &lines,
    )
}

/// Returns a table with a row for each mode on each field.
fn modes(rows: &[PeerRow]) -> String {
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
        "ratio of the mode",
        "Fast",
        "Balanced",
        "Best",
        "Best over the mode",
    ];
    table(&head, &lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::NominalResult;
    use crate::tests::row;

    fn report() -> PeerReport {
        let mut exceeded = row("wind", "1e-2", "ebcc", 30.0);
        exceeded.as_asked = Some(NominalResult {
            ratio: 40.0,
            error: 1.25,
            kept: false,
        });
        let mut mode = row("wind", "avg", "mode avg", 10.0);
        mode.bound = None;
        mode.as_asked = None;
        PeerReport {
            rows: vec![
                row("wind", "1e-2", "fieldreel-best", 60.0),
                row("wind", "1e-2", "sz3", 20.0),
                exceeded,
                mode,
                row("wind", "avg", "fieldreel-best", 25.0),
                row("wind", "lossless", "fieldreel-best", 3.0),
                row("wind", "lossless", "pco", 2.0),
            ],
            ..PeerReport::default()
        }
    }

    #[test]
    fn the_summary_marks_the_best_peer_and_exceeded_bounds() {
        let text = summary(&report());
        let cells = "60.00 · 0.24 · 2.4 | 20.00 · 0.24 · 2.4 | **30.00** † · 0.24 · 2.4";
        let ahead = format!("| wind | 1e-2 | {cells} | – · – · 2.00 |");
        assert!(text.contains(&ahead), "{text}");
        let lossless =
            "| wind | lossless | 3.00 · 0.24 · 2.4 | **2.00** · 0.24 · 2.4 | – · – · 1.50 |";
        assert!(text.contains(lossless), "{text}");
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
                "- fieldreel-best: version of fieldreel-best (2 rows), another (1 rows)\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_document_changes_only_between_its_marks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("benchmarks.md");
        let [begin, end] = MARKS;
        fs::write(&path, format!("above\n{begin}\nold\n{end}\nbelow\n")).unwrap();
        splice(&path, MARKS, "new\n").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("above\n{begin}\nnew\n{end}\nbelow\n"));
        fs::write(&path, "no marks").unwrap();
        assert!(splice(&path, MARKS, "new\n").is_err());
    }
}
