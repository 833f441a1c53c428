//! The table of fields and coders.

use super::measure::IntegerRow;

/// Formats rows as lines for the terminal.
pub(super) fn lines(rows: &[IntegerRow]) -> String {
    let line = |row: &IntegerRow| {
        format!(
            "{:<14} {:>10} {:<20} {}\n",
            row.field,
            bound(row),
            row.coder,
            cell(row)
        )
    };
    rows.iter().map(line).collect()
}

/// Returns a Markdown table with a line for each field and bound and a column for each coder.
pub(super) fn table(rows: &[IntegerRow]) -> String {
    let mut coders: Vec<&str> = Vec::new();
    for row in rows {
        if !coders.contains(&&*row.coder) {
            coders.push(&row.coder);
        }
    }
    // Existing files have no column.
    coders.retain(|coder| {
        let times = rows.iter().find(|row| row.coder == *coder);
        times.is_some_and(|row| row.times.is_some())
    });
    let mut text = String::from(
        "Each cell contains the compression ratio, relative to the array in its own type, and the \
         speeds of encoding and of decoding, in MB of the array per second of CPU time. With a \
         bound, the other coders encode multiples of the largest step that satisfies the bound.\
         \n\n",
    );
    text += &format!("| field | array | bound | {} |\n", coders.join(" | "));
    text += &format!("|---|---|---:|{}\n", "---:|".repeat(coders.len()));
    let mut done: Vec<(&str, f64)> = Vec::new();
    for row in rows {
        let key = (row.field, row.bound);
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let of = |coder: &str| {
            let found = rows
                .iter()
                .find(|row| (row.field, row.bound) == key && row.coder == coder);
            found.map_or("–".to_owned(), cell)
        };
        let cells: Vec<String> = coders.iter().map(|coder| of(coder)).collect();
        let line = [row.field, &row.array, &bound(row)].join(" | ");
        text += &format!("| {line} | {} |\n", cells.join(" | "));
    }
    let files = rows.iter().filter(|row| row.times.is_none());
    for row in files {
        text += &format!(
            "\nThe {} of `{}` has {} bytes, a compression ratio of {:.2}.\n",
            row.coder,
            row.field,
            row.bytes,
            ratio(row)
        );
    }
    text
}

fn ratio(row: &IntegerRow) -> f64 {
    row.array_bytes as f64 / row.bytes as f64
}

fn bound(row: &IntegerRow) -> String {
    match row.bound {
        0.0 => "lossless".to_owned(),
        bound => format!("{bound:.3}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
    }
}

fn cell(row: &IntegerRow) -> String {
    let ratio = ratio(row);
    let ratio = match ratio {
        100.0.. => format!("{ratio:.0}"),
        10.0.. => format!("{ratio:.1}"),
        _ => format!("{ratio:.3}"),
    };
    let speed = |seconds: f64| row.array_bytes as f64 / 1e6 / seconds.max(1e-6);
    match row.times {
        Some(times) => {
            let [encode, decode] = times.map(|times| speed(times.cpu));
            format!("{ratio} · {encode:.0} · {decode:.0}")
        }
        None => ratio,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timing::Seconds;

    #[test]
    fn there_is_a_line_for_each_field_and_bound() {
        let seconds = Seconds {
            wall: 1.0,
            cpu: 0.5,
        };
        let row = |bound, coder: &str, times| IntegerRow {
            field: "counts",
            array: "u16, [1, 2, 3]".to_owned(),
            bound,
            coder: coder.to_owned(),
            array_bytes: 12_000_000,
            bytes: 3_000_000,
            times,
        };
        let rows = [
            row(0.0, "GRIB file", None),
            row(0.0, "pco 12", Some([seconds; 2])),
            row(1.5, "pco 12", Some([seconds; 2])),
        ];
        let text = table(&rows);
        assert!(text.contains("| field | array | bound | pco 12 |\n"));
        assert!(text.contains("| counts | u16, [1, 2, 3] | lossless | 4.000 · 24 · 24 |\n"));
        assert!(text.contains("| counts | u16, [1, 2, 3] | 1.5 | 4.000 · 24 · 24 |\n"));
        assert!(text.ends_with(
            "The GRIB file of `counts` has 3000000 bytes, a compression ratio of 4.00.\n"
        ));
        assert_eq!(lines(&rows).lines().count(), 3);
    }
}
