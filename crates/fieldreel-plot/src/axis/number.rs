//! Numbers as one writes them in a paper.

const MINUS: char = '−';

/// Three significant digits: `0.0123`, `45.6`, `12 300`, else `1.23×10⁻⁷`; `∞`, and `–` for NaN.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return with_sign(value, "∞");
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".into();
    }
    // Rounding first: 9.999 is 10.0 to three digits, and has one decimal less.
    let rounded = format!("{size:.2e}");
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = match exponent {
        -3..=2 => format!("{size:.*}", usize::try_from(2 - exponent).unwrap_or(0)),
        3..=5 => {
            let step = 10_f64.powi(exponent - 2);
            integer(((size / step).round() * step) as u64)
        }
        _ => format!("{mantissa}×{}", power_of_ten(exponent)),
    };
    with_sign(value, &text)
}

/// An integer with thin spaces between its thousands.
pub(crate) fn integer(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A number with a fixed count of decimals, and a proper minus sign.
pub(super) fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    // −0.00 is 0.00.
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if zero { text } else { with_sign(value, &text) }
}

/// `10⁻³`.
pub(super) fn power_of_ten(exponent: i32) -> String {
    let superscript = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    };
    let digits = exponent.to_string();
    std::iter::once("10".to_owned())
        .chain(digits.chars().map(|c| superscript(c).to_string()))
        .collect()
}

fn with_sign(value: f64, text: &str) -> String {
    if value < 0.0 {
        format!("{MINUS}{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (2157.0, "2160"),
            (647.4, "647"),
            (16.24, "16.2"),
            (9.999, "10.0"),
            (0.873, "0.873"),
            (0.01234, "0.0123"),
            (-0.5, "−0.500"),
            (4.3e-4, "4.30×10⁻⁴"),
            (1.5e-15, "1.50×10⁻¹⁵"),
            (99_999.0, "100\u{2009}000"),
            (12_345.0, "12\u{2009}300"),
            (-3e38, "−3.00×10³⁸"),
            (f64::INFINITY, "∞"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn decimals_and_powers() {
        assert_eq!(decimal(-1.5, 1), "−1.5");
        assert_eq!(decimal(-0.001, 2), "0.00");
        assert_eq!(power_of_ten(-12), "10⁻¹²");
        assert_eq!(integer(1_234_567), "1\u{2009}234\u{2009}567");
    }
}
