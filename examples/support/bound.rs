//! Numbers of bounds, as they are typed.

#[path = "part.rs"]
mod part;

pub(crate) use part::part;

pub(crate) fn unit(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number >= 0.0 && number.is_finite())
        .ok_or("a bound must be 0 or positive, and finite")
}

pub(crate) fn decibels(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 0.0 && number <= 300.0)
        .ok_or("a signal-to-noise ratio must be positive and at most 300 dB")
}

pub(crate) fn ratio(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 1.0 && number.is_finite())
        .ok_or("a ratio must be over 1 and finite")
}

fn within(text: &str, allowed: impl FnOnce(f64) -> bool) -> Option<f64> {
    text.parse().ok().filter(|&number| allowed(number))
}
