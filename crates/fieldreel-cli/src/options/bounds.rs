//! Arguments of the form `[NAME=]VALUE`: bounds and lengths of chunks.

use std::str::FromStr;

use fieldreel::Criterion;

/// A bound, and the variable or the pattern that it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundArgument {
    /// The variable or the pattern; `None` for all data variables.
    pub(crate) variable: Option<String>,
    /// The error bound or the target.
    pub(crate) criterion: Criterion,
}

impl FromStr for BoundArgument {
    type Err = String;

    /// Parses `BOUND` or `VAR=BOUND`, such as `TEMP=abs:0.01`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (variable, criterion) = match text.rsplit_once('=') {
            Some((variable, criterion)) => (Some(variable.to_owned()), criterion),
            None => (None, text),
        };
        let criterion = criterion.parse::<Criterion>();
        Ok(Self {
            variable,
            criterion: criterion.map_err(|error| error.to_string())?,
        })
    }
}

/// Parses `DIMENSION=LENGTH`, such as `latitude=256`.
pub(crate) fn chunk_length(text: &str) -> Result<(String, usize), &'static str> {
    const FORM: &str = "use DIMENSION=LENGTH with a length of 1 or more, such as latitude=256";

    let (dimension, length) = text.rsplit_once('=').ok_or(FORM)?;
    let length = length.parse().ok().filter(|&length| length > 0);
    Ok((dimension.to_owned(), length.ok_or(FORM)?))
}

#[cfg(test)]
mod tests {
    use fieldreel::ErrorBound;

    use super::*;

    #[test]
    fn a_bound_is_for_a_variable_or_for_all() {
        let all: BoundArgument = "abs:0.5".parse().unwrap();
        assert_eq!(
            (all.variable, all.criterion),
            (None, ErrorBound::Absolute(0.5).into())
        );
        let one: BoundArgument = "/a/T*=lossless".parse().unwrap();
        assert_eq!(
            (one.variable.as_deref(), one.criterion),
            (Some("/a/T*"), ErrorBound::Lossless.into())
        );
        for wrong in ["", "T", "T=", "T:abs:1", "T=abs:-1"] {
            assert!(wrong.parse::<BoundArgument>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn lengths_of_chunks_are_positive() {
        assert_eq!(chunk_length("y=8"), Ok(("y".to_owned(), 8)));
        assert!(chunk_length("y=0").is_err() && chunk_length("8").is_err());
    }
}
