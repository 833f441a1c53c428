//! The bound, of which exactly one is given.

use clap::Args;
use fieldreel::Bound;

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Chosen {
    /// Largest error, in the variable's unit
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = unit)]
    abs: Option<f64>,
    /// Largest error, as a part of the range of the variable
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = part)]
    rel: Option<f64>,
    /// Largest error, as a part of each value
    #[arg(long, value_name = "R", allow_hyphen_values = true, value_parser = part)]
    pointwise: Option<f64>,
    /// Peak signal-to-noise ratio to reach, in dB
    #[arg(long, value_name = "DB", allow_hyphen_values = true, value_parser = decibels)]
    psnr: Option<f64>,
    /// How many times smaller to become, at least
    #[arg(long, value_name = "X", allow_hyphen_values = true, value_parser = ratio)]
    ratio: Option<f64>,
    /// The same bits
    #[arg(long)]
    lossless: bool,
}

impl Chosen {
    /// The bound that is given.
    pub(super) fn bound(&self) -> Result<Bound, &'static str> {
        let given = [
            self.abs.map(Bound::Absolute),
            self.rel.map(Bound::Relative),
            self.pointwise.map(Bound::Pointwise),
            self.psnr.map(Bound::Psnr),
            self.ratio.map(Bound::Ratio),
            self.lossless.then_some(Bound::Lossless),
        ];
        given
            .into_iter()
            .flatten()
            .next()
            .ok_or("no bound is given")
    }
}

fn unit(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number >= 0.0 && number.is_finite()).ok_or("not a number of 0 or more")
}

fn part(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 0.0 && number < 1.0).ok_or("not a number between 0 and 1")
}

fn decibels(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 0.0 && number <= 300.0).ok_or("not a number from 0 to 300")
}

fn ratio(text: &str) -> Result<f64, &'static str> {
    within(text, |number| number > 1.0 && number.is_finite()).ok_or("not a number over 1")
}

fn within(text: &str, allowed: impl FnOnce(f64) -> bool) -> Option<f64> {
    text.parse().ok().filter(|&number| allowed(number))
}
