//! Numbers of criteria, read from text.

use crate::ReelError;

/// Reads the number of a criterion whose whole text is `text`.
pub(super) fn parse_number(text: &str, number: &str) -> Result<f64, ReelError> {
    number.parse().map_err(|_| ReelError::UnknownCriterion {
        text: text.to_owned(),
    })
}
