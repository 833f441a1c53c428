//! The summary that `docs/benchmarks.md` holds.

use std::fs;
use std::path::Path;

use super::tables::{distinct, ratio, sort_bounds, speed, table};
use super::{Report, gains, speeds};
use crate::Outcome;
use crate::jobs::LOSSLESS;
use crate::measure::Row;

/// The lines of a document between which the summary is written.
pub(super) const MARKS: [&str; 2] = ["<!-- peers: begin -->", "<!-- peers: end -->"];

/// The summary as Markdown.
pub(super) fn summary(report: &Report) -> String {
    let rows = &report.rows;
    let mut text = String::new();
    for run in &report.runs {
        text += &format!("{}\n\n", run.text());
    }
    for line in gains::lines(rows).into_iter().chain(speeds::lines(rows)) {
        text += &format!("- {line}\n");
    }
    text += "\n### Ratios and speeds\n\n";
    text += "Ratio · encoding speed · decoding speed: times smaller than the array in single precision, at a \
             bound that is kept, and MB of the array a second of CPU time. **Bold** is the best peer. † broke \
             the bound when asked for it, and was asked for less.\n\n";
    text += &ratios(rows, &bounded(rows));
    if rows.iter().any(|row| row.target == LOSSLESS) {
        text += "\n### Lossless\n\n";
        text += "The same, where every value comes back with the same bits.\n\n";
        text += &ratios(rows, &[LOSSLESS]);
    }
    text += "\n### Bounds\n\n";
    text += "What each does when it is asked for the bound itself.\n\n";
    text += &bounds(rows);
    if rows.iter().any(|row| row.bound.is_none()) {
        text += "\n### The nine modes\n\n";
        text += "fieldreel at the largest error of each mode.\n\n";
        text += &modes(rows);
    }
    text += "\n### Speed\n\n";
    text += "MB of the array a second of CPU time, geometric mean over all rows with a bound. The search for a \
             peer's setting is left out, fieldreel's own trials are in.\n\n";
    text += &speeds::table(rows);
    text += "\n### Versions\n\n";
    for peer in distinct(rows, |row| row.bound.map(|_| row.peer.as_str())) {
        text += &format!("- {peer}: {}\n", versions(rows, peer));
    }
    text
}

/// The bounds that are parts of a range, the loosest first.
fn bounded(rows: &[Row]) -> Vec<&str> {
    let part = |row: &Row| row.target.parse::<f64>().is_ok();
    let mut targets = distinct(rows, |row| part(row).then_some(&*row.target));
    sort_bounds(&mut targets);
    targets
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

/// Puts a text between two marks of a document.
pub(crate) fn splice(path: &Path, [begin, end]: [&str; 2], text: &str) -> Outcome<()> {
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let whole = fs::read_to_string(path).map_err(|error| place(&error))?;
    let (before, rest) = whole
        .split_once(begin)
        .ok_or_else(|| place(&format!("there is no {begin}")))?;
    let (_, after) = rest
        .split_once(end)
        .ok_or_else(|| place(&format!("there is no {end}")))?;
    let whole = format!("{before}{begin}\n{text}{end}{after}");
    fieldreel_core::files::write(path, whole.as_bytes()).map_err(|error| place(&error))?;
    Ok(())
}

/// A row for each field and target, a column for each peer that was measured at one of these.
fn ratios(rows: &[Row], targets: &[&str]) -> String {
    let there = |row: &Row| row.bound.is_some() && targets.contains(&&*row.target);
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

/// The ratio of a row, with its marks, and its speeds.
fn cell(row: &Row, best: Option<&Row>) -> String {
    if !row.kept {
        return "broken".to_owned();
    }
    let mut text = ratio(row.ratio);
    if best.is_some_and(|best| best.peer == row.peer) {
        text = format!("**{text}**");
    }
    if row.as_asked.as_ref().is_some_and(|asked| !asked.kept) {
        text += " †";
    }
    let (encode, decode) = (speed(row.encode_speed()), speed(row.decode_speed()));
    format!("{text} · {encode} · {decode}")
}

/// How many bounds each peer broke.
fn bounds(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    let part = |row: &Row| row.target.parse::<f64>().is_ok();
    for peer in distinct(rows, |row| part(row).then_some(&*row.peer)) {
        let rows = rows.iter().filter(|row| part(row) && row.peer == peer);
        let rows: Vec<&Row> = rows.collect();
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
                row("wind", "lossless", "fieldreel-best", 3.0),
                row("wind", "lossless", "pco", 2.0),
            ],
            ..Report::default()
        }
    }

    #[test]
    fn the_summary_marks_the_best_peer_and_broken_bounds() {
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
    fn a_document_changes_between_its_marks_only() {
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
