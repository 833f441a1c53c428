//! Shapes as text.

/// Returns the lengths of the axes, such as "60×73×144".
pub(crate) fn shape_text(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
    match lengths.is_empty() {
        true => "scalar".to_owned(),
        false => lengths.join("×"),
    }
}
