//! Numbers of bounds, as they are typed.

pub(crate) fn unit(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number >= 0.0 && number.is_finite()).ok_or("not a number of 0 or more")
}

pub(crate) fn part(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 0.0 && number < 1.0).ok_or("not a number between 0 and 1")
}

pub(crate) fn decibels(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 0.0 && number <= 300.0).ok_or("not a number from 0 to 300")
}

pub(crate) fn ratio(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 1.0 && number.is_finite()).ok_or("not a number over 1")
}

fn within(text: &str, allowed: impl FnOnce(f64) -> bool) -> Option<f64> {
    text.parse().ok().filter(|&number| allowed(number))
}
