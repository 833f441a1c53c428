//! Typesetting of units for figures.

/// Typesets powers as superscripts, and a quotient as a negative power: `m s**-1` and `M/S` become
/// m s⁻¹.
pub(crate) fn typeset(unit: &str) -> String {
    let is_upper_case = unit.len() > 1 && !unit.chars().any(char::is_lowercase);
    let unit = if is_upper_case {
        unit.to_lowercase()
    } else {
        unit.to_owned()
    };
    let unit = match unit.split_once('/') {
        Some((numerator, denominator)) if !denominator.contains(['/', ' ', '-']) => {
            format!("{numerator} {denominator}-1")
        }
        _ => unit.replace("**", "").replace('^', ""),
    };
    let mut typeset = String::new();
    let mut after_letter = false;
    for c in unit.chars() {
        let superscript = match c {
            '-' if after_letter => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            other => other,
        };
        let in_power = after_letter || typeset.ends_with('⁻');
        typeset.push(if in_power { superscript } else { c });
        after_letter = c.is_alphabetic();
    }
    typeset
}

#[cfg(test)]
mod tests {
    #[test]
    fn units_are_typeset() {
        for (unit, typeset) in [
            ("M/S", "m s⁻¹"),
            ("m s**-1", "m s⁻¹"),
            ("kg m-2 s-1", "kg m⁻² s⁻¹"),
            ("m^2", "m²"),
            ("K", "K"),
            ("degC", "degC"),
            ("1", "1"),
            ("", ""),
        ] {
            assert_eq!(super::typeset(unit), typeset);
        }
    }
}
