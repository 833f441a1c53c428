//! Tables in Markdown.

use crate::measure::PeerRow;
use crate::search::error_to_bound_ratio;

/// Returns a Markdown table. The first column is left-aligned, the others are right-aligned.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.to_vec());
    let rule = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" });
    text += &line(rule.collect());
    for row in rows {
        text += &line(row.iter().map(String::as_str).collect());
    }
    text
}

/// Returns the table of all rows.
pub(super) fn every_row(rows: &[PeerRow]) -> String {
    let head = [
        "field",
        "bound",
        "peer",
        "bytes",
        "ratio",
        "bits/value",
        "max error / bound",
        "within the bound",
        "max error / bound when given the bound",
        "RMSE",
        "PSNR dB",
        "DSSIM",
        "encode s",
        "encode CPU s",
        "decode s",
        "decode CPU s",
        "setting",
    ];
    let cells = |row: &PeerRow| {
        let of_bound = |error: f64| {
            row.bound.map_or(String::new(), |b| {
                format!("{:.6}", error_to_bound_ratio(error, b))
            })
        };
        let option = |value: Option<f64>, digits| {
            value.map_or(String::new(), |value| format!("{value:.digits$}"))
        };
        let setting = if row.request < 1.0 {
            format!("{}, at {:.4} ε", row.setting, row.request)
        } else {
            row.setting.clone()
        };
        vec![
            row.field.clone(),
            row.target.clone(),
            row.peer.clone(),
            row.bytes.to_string(),
            ratio(row.ratio),
            format!("{:.4}", row.bits_per_value),
            of_bound(row.max_abs),
            match (row.bound, row.kept) {
                (None, _) => String::new(),
                (_, true) => "yes".to_owned(),
                (_, false) => "**no**".to_owned(),
            },
            row.as_asked
                .as_ref()
                .map_or(String::new(), |nominal| format!("{:.6}", nominal.error)),
            format!("{:.3e}", row.rmse),
            option(row.psnr_db, 2),
            option(row.dssim, 5),
            format!("{:.3}", row.encode.wall),
            format!("{:.3}", row.encode.cpu),
            format!("{:.3}", row.decode.wall),
            format!("{:.3}", row.decode.cpu),
            setting,
        ]
    };
    table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
}

/// Formats a ratio with a suitable number of decimals.
pub(super) fn ratio(value: f64) -> String {
    match value {
        1000.0.. => format!("{value:.0}"),
        100.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Formats a speed with at least two significant digits.
pub(super) fn speed(value: f64) -> String {
    match value {
        10.0.. => format!("{value:.0}"),
        1.0.. => format!("{value:.1}"),
        0.1.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// Returns the distinct values of a key in the order of the rows.
pub(super) fn distinct<'a>(
    rows: &'a [PeerRow],
    key: impl Fn(&'a PeerRow) -> Option<&'a str>,
) -> Vec<&'a str> {
    let mut values = Vec::new();
    for value in rows.iter().filter_map(key) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Sorts bounds in the order of the tables: the loosest first.
pub(super) fn sort_bounds(targets: &mut [&str]) {
    let bound = |target: &str| target.parse().unwrap_or(f64::INFINITY);
    targets.sort_by(|a, b| bound(b).total_cmp(&bound(a)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    #[test]
    fn every_row_shows_if_the_bound_was_satisfied() {
        let mut broken = row("wind", "1e-2", "zfp", 1234.5);
        broken.kept = false;
        let text = every_row(&[row("wind", "1e-2", "sz3", 22.4), broken]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[2].contains("| sz3 |") && lines[2].contains("| yes |"));
        assert!(lines[3].contains("| 1234 |") && lines[3].contains("| **no** |"));
        let columns = |line: &str| line.matches('|').count();
        assert!(lines.iter().all(|line| columns(line) == columns(lines[0])));
    }

    #[test]
    fn low_speeds_have_two_significant_digits() {
        let texts = [158.6, 9.87, 0.62, 0.0152].map(speed);
        assert_eq!(texts, ["159", "9.9", "0.62", "0.015"]);
    }

    #[test]
    fn loose_bounds_come_first() {
        let mut targets = ["1e-3", "3e-2", "1e-1", "1e-4"];
        sort_bounds(&mut targets);
        assert_eq!(targets, ["1e-1", "3e-2", "1e-3", "1e-4"]);
    }
}
