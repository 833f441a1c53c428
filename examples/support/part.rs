//! A bound that is a part of something, as it is typed.

pub(crate) fn part(text: &str) -> Result<f64, &'static str> {
    let part = text.parse().ok().filter(|&part| part > 0.0 && part < 1.0);
    part.ok_or("a bound must be positive and less than 1")
}
