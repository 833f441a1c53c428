//! Arguments of the form `NAME=VALUE`.

use fieldreel::Criterion;

/// Parses `VAR=BOUND`, such as `TEMP=abs:0.01`.
pub(crate) fn bound(text: &str) -> Result<(String, Criterion), String> {
    let (name, criterion) = text
        .rsplit_once('=')
        .ok_or_else(|| "use VAR=BOUND, such as TEMP=abs:0.01".to_owned())?;
    let criterion = criterion.parse::<Criterion>();
    Ok((
        name.to_owned(),
        criterion.map_err(|error| error.to_string())?,
    ))
}

/// Parses `DIMENSION=LENGTH`, such as `latitude=256`.
pub(crate) fn chunk(text: &str) -> Result<(String, usize), &'static str> {
    const FORM: &str = "use DIMENSION=LENGTH with a length of 1 or more, such as latitude=256";

    let (dimension, length) = text.rsplit_once('=').ok_or(FORM)?;
    let length = length.parse().ok().filter(|&length| length > 0);
    Ok((dimension.to_owned(), length.ok_or(FORM)?))
}
