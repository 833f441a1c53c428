//! Units as a figure shows them.

/// Powers as superscripts, and a quotient as a negative power: `m s**-1`, `M/S` as m s⁻¹.
pub(crate) fn typeset(unit: &str) -> String {
    let shouted = unit.len() > 1 && !unit.chars().any(char::is_lowercase);
    let unit = if shouted {
        unit.to_lowercase()
    } else {
        unit.to_owned()
    };
    let unit = match unit.split_once('/') {
        Some((over, under)) if !under.contains(['/', ' ', '-']) => format!("{over} {under}-1"),
        _ => unit.replace("**", "").replace('^', ""),
    };
    let mut typeset = String::new();
    let mut after_letter = false;
    for c in unit.chars() {
        let raised = match c {
            '-' if after_letter => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            other => other,
        };
        let in_power = after_letter || typeset.ends_with('⁻');
        typeset.push(if in_power { raised } else { c });
        after_letter = c.is_alphabetic();
    }
    typeset
}
