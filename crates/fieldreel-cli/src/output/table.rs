//! Tables of aligned columns.

/// The alignment of the cells of a column.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Returns rows as lines of text, with columns that are two spaces apart.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], columns: [Align; N]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, width), align) in row.iter().zip(widths).zip(columns) {
            line += &match align {
                Align::Left => format!("{cell:width$}  "),
                Align::Right => format!("{cell:>width$}  "),
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "10"], ["über", "9"]].map(|row| row.map(str::to_owned));
        let text = table(&rows, [Align::Left, Align::Right]);
        assert_eq!(text, "a     10\nüber   9\n");
    }
}
