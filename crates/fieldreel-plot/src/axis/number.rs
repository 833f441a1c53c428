//! Formatting of numbers as in scientific publications.

const MINUS: char = '−';

/// Formats a number with three significant digits.
///
/// Examples are `0.0123`, `45.6`, `12 300`, `1.23×10⁻⁷` for very small and very large numbers,
/// `∞`, and `–` for NaN.
pub(crate) fn format_number(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return with_sign(value, "∞");
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return "0".into();
    }
    // Round before counting decimals: 9.999 rounds to 10.0, which has one decimal fewer.
    let rounded = format!("{magnitude:.2e}");
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = match exponent {
        -3..=2 => format!("{magnitude:.*}", usize::try_from(2 - exponent).unwrap_or(0)),
        3..=5 => {
            let step = 10_f64.powi(exponent - 2);
            format_integer(((magnitude / step).round() * step) as u64)
        }
        _ => format!("{mantissa}×{}", format_power_of_ten(exponent)),
    };
    with_sign(value, &text)
}

/// Formats an integer with thin spaces as thousands separators.
pub(crate) fn format_integer(value: u64) -> String {
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

/// Formats a number with a fixed number of decimals and a typographic minus sign.
pub(super) fn format_decimal(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    // Format −0.00 as 0.00.
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if zero { text } else { with_sign(value, &text) }
}

/// Formats a power of ten with a superscript exponent, such as `10⁻³`.
pub(super) fn format_power_of_ten(exponent: i32) -> String {
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
    fn numbers_have_three_significant_digits() {
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
            assert_eq!(format_number(value), text);
        }
    }

    #[test]
    fn decimals_powers_and_integers_use_typographic_characters() {
        assert_eq!(format_decimal(-1.5, 1), "−1.5");
        assert_eq!(format_decimal(-0.001, 2), "0.00");
        assert_eq!(format_power_of_ten(-12), "10⁻¹²");
        assert_eq!(format_integer(1_234_567), "1\u{2009}234\u{2009}567");
    }
}
