//! Bounds of variables and lengths of chunks, as they are typed.

use fieldreel::Bound;

#[path = "../support/bound.rs"]
mod bound;

pub(crate) use bound::part;

/// `VAR=KIND:NUMBER`.
pub(crate) fn rule(text: &str) -> Result<(String, Bound), &'static str> {
    const FORM: &str =
        "not VAR=KIND:NUMBER, where KIND is abs, rel, pointwise, psnr, ratio or lossless";

    let (name, bound) = text.rsplit_once('=').ok_or(FORM)?;
    let bound = match bound.split_once(':').unwrap_or((bound, "")) {
        ("abs", number) => Bound::Absolute(bound::unit(number)?),
        ("rel", number) => Bound::Relative(bound::part(number)?),
        ("pointwise", number) => Bound::Pointwise(bound::part(number)?),
        ("psnr", number) => Bound::Psnr(bound::decibels(number)?),
        ("ratio", number) => Bound::Ratio(bound::ratio(number)?),
        ("lossless", "") => Bound::Lossless,
        _ => return Err(FORM),
    };
    Ok((name.to_owned(), bound))
}

/// `DIMENSION=LENGTH`.
pub(crate) fn chunk(text: &str) -> Result<(String, usize), &'static str> {
    const FORM: &str = "not DIMENSION=LENGTH, with a length of 1 or more";

    let (dimension, length) = text.rsplit_once('=').ok_or(FORM)?;
    let length = length.parse().ok().filter(|&length| length > 0);
    Ok((dimension.to_owned(), length.ok_or(FORM)?))
}
