//! The bound, of which exactly one is given.

use clap::Args;
use fieldreel::Bound;

#[path = "../support/bound.rs"]
mod bound;

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Chosen {
    /// Largest error, in the variable's unit
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = bound::unit)]
    abs: Option<f64>,
    /// Largest error, as a part of the range of the variable
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = bound::part)]
    rel: Option<f64>,
    /// Largest error, as a part of each value
    #[arg(long, value_name = "R", allow_hyphen_values = true, value_parser = bound::part)]
    pointwise: Option<f64>,
    /// Peak signal-to-noise ratio to reach, in dB
    #[arg(long, value_name = "DB", allow_hyphen_values = true, value_parser = bound::decibels)]
    psnr: Option<f64>,
    /// How many times smaller to become, at least
    #[arg(long, value_name = "X", allow_hyphen_values = true, value_parser = bound::ratio)]
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
