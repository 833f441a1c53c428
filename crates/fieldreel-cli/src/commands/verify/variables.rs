//! Verification of the variables of a file, a part at a time.

use std::ops::Range;

use fieldreel::formats::dataset::{VariableSchema, VariableValues};
use fieldreel::formats::{FormatError, NumericArray};
use fieldreel::reel::{MinMax, Validity};
use fieldreel::{Criterion, ErrorBound, Scalar};
use fieldreel_core::{Element, with_numeric_array};
use indicatif::ProgressBar;

use super::check::Check;
use super::outcome::VariableOutcome;
use super::tally::Tally;
use crate::error::Result;
use crate::input::{DatasetFile, recorded_error};
use crate::options::BoundArgument;
use crate::output::shape::shape_text;

/// The largest number of values that are read together, unless one index along the first dimension
/// has more.
const MAX_VALUES: usize = 1 << 24;

/// The file with the originals, and the bounds to check instead of those that are recorded.
pub(super) struct Originals<'a> {
    file: &'a DatasetFile,
    bounds: &'a [BoundArgument],
}

impl<'a> Originals<'a> {
    /// Returns the originals of a file.
    pub(super) const fn new(file: &'a DatasetFile, bounds: &'a [BoundArgument]) -> Self {
        Self { file, bounds }
    }

    /// Returns the number of the variable of this name; `None` if there is none.
    fn find(&self, name: &str) -> Option<usize> {
        let schema = self.file.schema();
        let mut variables = schema.variables.iter();
        variables.position(|variable| schema.full_name(variable) == name)
    }

    /// Returns the bound that the options set for a variable; `None` if they set none.
    fn bound(&self, name: &str, is_lossy: bool) -> Option<Criterion> {
        let mut bounds = self.bounds.iter().rev();
        let named = bounds
            .clone()
            .find(|bound| bound.variable.as_deref() == Some(name));
        let all = || bounds.find(|bound| bound.variable.is_none() && is_lossy);
        named.or_else(all).map(|bound| bound.criterion)
    }
}

/// Verifies all variables of a file, and shows the progress on a bar.
pub(super) fn verify_variables(
    file: &DatasetFile,
    originals: Option<&Originals<'_>>,
    bar: &ProgressBar,
) -> Result<Vec<VariableOutcome>> {
    let schema = file.schema();
    let variables = schema.variables.iter().enumerate();
    variables
        .map(|(number, variable)| {
            bar.set_message(schema.full_name(variable));
            let outcome = verify_variable(file, number, originals)?;
            bar.inc(1);
            Ok(outcome)
        })
        .collect()
}

/// Decodes all values of a variable, and compares them with their originals if there are any.
fn verify_variable(
    file: &DatasetFile,
    number: usize,
    originals: Option<&Originals<'_>>,
) -> Result<VariableOutcome> {
    let schema = file.schema();
    let variable = &schema.variables[number];
    let (name, shape) = (schema.full_name(variable), schema.shape(variable));
    let recorded = file.recorded_bound(number);
    let set = originals.and_then(|originals| originals.bound(&name, recorded.is_some()));
    let criterion = set.or(recorded).unwrap_or(ErrorBound::Lossless.into());
    if let Some(key) = file.first_missing_segment(number)? {
        let mut outcome = VariableOutcome::new(&name, criterion);
        outcome.damage = Some(format!("the chunk {key} is missing"));
        return Ok(outcome);
    }
    let Some(originals) = originals else {
        let mut outcome = VariableOutcome::new(&name, criterion);
        for (start, count) in parts(&shape) {
            match file.source().read(number, &start, &count) {
                Ok(values) => outcome.values += values.len() as u64,
                Err(error) => return damaged(outcome, &error),
            }
        }
        return Ok(outcome);
    };

    let mut outcome = VariableOutcome::new(&name, criterion);
    let Some(original_number) = originals.find(&name) else {
        outcome.damage = Some("the original has no such variable".to_owned());
        return Ok(outcome);
    };
    let original_schema = originals.file.schema();
    let original = &original_schema.variables[original_number];
    let original_shape = original_schema.shape(original);
    if original_shape != shape {
        let [found, expected] = [&shape, &original_shape].map(|shape| shape_text(shape));
        outcome.damage = Some(format!("the shape is {found} instead of {expected}"));
        return Ok(outcome);
    }
    let fill_values = fill_values(original);
    let needs_range = matches!(criterion, Criterion::Bound(ErrorBound::RangeRelative(_)));
    let range = match needs_range {
        true => range(originals.file, original_number, &shape, &fill_values)?,
        false => 0.0,
    };
    let scale = variable.attributes.number("scale_factor").unwrap_or(1.0);
    if matches!(criterion, Criterion::Target(_)) && recorded_error(variable).is_none() {
        let reason = "the file records a target but no bound; state one with --bound";
        return Err(format!("{name}: {reason}").into());
    }
    // Values are stored, and the range is computed, before unpacking.
    let check = Check::new(criterion, range * scale.abs(), recorded_error(variable));
    let mut tally = Tally::new(&name, &shape, criterion, check)
        .with_fill_values(fill_values)
        .with_scale(scale);
    for (start, count) in parts(&shape) {
        let expected = originals
            .file
            .source()
            .read(original_number, &start, &count)?;
        match file.source().read(number, &start, &count) {
            Ok(values) if is_unsigned(variable) => {
                add(&mut tally, &unsigned(expected), &unsigned(values));
            }
            Ok(values) => add(&mut tally, &expected, &values),
            Err(error) => return damaged(tally.outcome, &error),
        }
    }
    Ok(tally.outcome)
}

/// Returns the outcome for values that cannot be decoded. An error of the operating system says
/// nothing about the file, and is returned.
fn damaged(mut outcome: VariableOutcome, error: &FormatError) -> Result<VariableOutcome> {
    if error.kind() == fieldreel::ErrorKind::Io {
        return Err(error.to_string().into());
    }
    outcome.damage = Some(error.to_string());
    Ok(outcome)
}

/// Compares values of any type.
fn add(tally: &mut Tally, originals: &VariableValues, decoded: &VariableValues) {
    match (originals, decoded) {
        (VariableValues::Numbers(x), VariableValues::Numbers(y)) if add_numbers(tally, x, y) => {}
        (x, y) => {
            tally.outcome.values += y.len() as u64;
            if x != y {
                tally.outcome.damage =
                    Some("the values differ from those of the original".to_owned());
            }
        }
    }
}

/// Compares numbers of the same type; returns false if their types differ.
fn add_numbers(tally: &mut Tally, originals: &NumericArray, decoded: &NumericArray) -> bool {
    fn add<T: Element>(tally: &mut Tally, originals: &[T], decoded: &NumericArray) -> bool {
        match T::from_numeric_array(decoded.clone()) {
            Ok(decoded) => {
                tally.add(originals, &decoded);
                true
            }
            Err(_) => false,
        }
    }
    with_numeric_array!(originals, values => add(tally, values, decoded))
}

/// Returns whether signed integers stand for unsigned ones (NetCDF Users Guide, appendix A).
fn is_unsigned(variable: &VariableSchema) -> bool {
    let attribute = variable.attributes.text("_Unsigned");
    attribute.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Returns signed integers as the unsigned ones that they stand for.
fn unsigned(values: VariableValues) -> VariableValues {
    let VariableValues::Numbers(numbers) = values else {
        return values;
    };
    VariableValues::Numbers(match numbers {
        NumericArray::I8(values) => values.into_iter().map(i8::cast_unsigned).collect(),
        NumericArray::I16(values) => values.into_iter().map(i16::cast_unsigned).collect(),
        NumericArray::I32(values) => values.into_iter().map(i32::cast_unsigned).collect(),
        NumericArray::I64(values) => values.into_iter().map(i64::cast_unsigned).collect(),
        other => other,
    })
}

/// Returns the numbers that mark missing values, as they are stored.
fn fill_values(variable: &VariableSchema) -> Vec<Scalar> {
    let attributes = ["_FillValue", "missing_value"].map(|name| variable.attributes.get(name));
    let values = attributes.into_iter().flatten();
    values.flat_map(|value| value.to_scalars()).collect()
}

/// Returns the range of the valid stored values of a variable.
fn range(
    file: &DatasetFile,
    number: usize,
    shape: &[usize],
    fill_values: &[Scalar],
) -> Result<f64> {
    let mut limits = MinMax::<f64>::default();
    let validity = Validity::<f64>::new(fill_values, None);
    for (start, count) in parts(shape) {
        if let VariableValues::Numbers(numbers) = file.source().read(number, &start, &count)? {
            limits = limits.merge(validity.min_max(&numbers.to_f64()));
        }
    }
    Ok(limits.range().unwrap_or(0.0))
}

/// Returns the starts and the lengths of the parts of a variable that are read one after the other:
/// ranges of the first dimension.
fn parts(shape: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let [first, rest @ ..] = shape else {
        return vec![(Vec::new(), Vec::new())];
    };
    let step = (MAX_VALUES / rest.iter().product::<usize>().max(1)).max(1);
    let ranges = (0..*first)
        .step_by(step)
        .map(|start| start..(start + step).min(*first));
    let part = |range: Range<usize>| {
        let mut starts = vec![0; shape.len()];
        starts[0] = range.start;
        let counts = [&[range.len()], rest].concat();
        (starts, counts)
    };
    ranges.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_a_variable() {
        assert_eq!(parts(&[]), [(vec![], vec![])]);
        assert_eq!(parts(&[3, 4]), [(vec![0, 0], vec![3, 4])]);
        let large = parts(&[5, MAX_VALUES / 2]);
        assert_eq!(large.len(), 3);
        assert_eq!(large[2], (vec![4, 0], vec![1, MAX_VALUES / 2]));
        assert!(parts(&[0, 3]).is_empty());
    }
}
