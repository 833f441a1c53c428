//! Choice of the criterion of each variable.

use fieldreel_formats::dataset::{DatasetSource, VariableRole, VariableSchema};
use fieldreel_reel::Criterion;

use super::chunking::Hyperslab;
use super::options::Override;
use super::packing::ScaleOffset;
use super::{DatasetOptions, ExactReason, copy};
use crate::Error;

/// The largest number of dimensions of a chunk that the filter supports.
const MAX_DIMENSIONS: usize = 8;

/// The largest size in bytes, after deflate, of a variable to which the default bound does not
/// apply. The attributes that record the loss, the parameters of the filter and the header of a
/// segment take about as many bytes.
const MAX_SMALL_BYTES: usize = 700;

/// The largest size in bytes of a variable that is deflated on trial to find out if it is small.
const MAX_TRIAL_BYTES: usize = 16 * MAX_SMALL_BYTES;

/// Returns the criterion of each variable, or the reason why it is stored losslessly.
pub(super) fn choose(
    source: &dyn DatasetSource,
    options: &DatasetOptions,
) -> Result<Vec<Result<Criterion, ExactReason>>, Error> {
    let schema = source.schema();
    let names: Vec<String> = schema
        .variables
        .iter()
        .map(|variable| schema.full_name(variable))
        .collect();
    let overrides = options.overrides.iter().map(|entry| entry.criterion);
    for criterion in overrides.chain([options.default]).flatten() {
        criterion.check()?;
    }
    for Override { pattern, .. } in &options.overrides {
        if !names.iter().any(|name| pattern.matches(strip_root(name))) {
            return Err(Error::NoSuchVariable {
                pattern: pattern.to_string(),
                available: names,
            });
        }
    }
    let dimensions = || schema.dimensions.iter().map(|dimension| &dimension.name);
    if let Some(name) = options
        .chunks
        .keys()
        .find(|&name| !dimensions().any(|other| other == name))
    {
        return Err(Error::NoSuchDimension {
            name: name.clone(),
            available: dimensions().cloned().collect(),
        });
    }
    let variables = schema.variables.iter().zip(&names).zip(schema.roles());
    variables
        .enumerate()
        .map(|(number, ((variable, name), role))| {
            let choice = choose_for_variable(variable, name, role, options)?;
            let (criterion, is_default) = match choice {
                Ok(chosen) => chosen,
                Err(reason) => return Ok(Err(reason)),
            };
            let is_small = is_default && is_small(source, number, variable)?;
            Ok(if is_small {
                Err(ExactReason::Small)
            } else {
                Ok(criterion)
            })
        })
        .collect()
}

/// Returns the criterion of a variable, and true if it is the default one; or the reason why the
/// variable is stored losslessly.
fn choose_for_variable(
    variable: &VariableSchema,
    name: &str,
    role: VariableRole,
    options: &DatasetOptions,
) -> Result<Result<(Criterion, bool), ExactReason>, Error> {
    let overrides = options.overrides.iter().rev();
    let last_match = overrides
        .filter(|entry| entry.pattern.matches(strip_root(name)))
        .map(|entry| (is_exact(entry, name), entry.criterion))
        .next();
    let packing = ScaleOffset::from_variable(variable);
    let obstacle = |criterion: Criterion| {
        if variable.kind.dtype().is_none() {
            Some(ExactReason::NotNumeric)
        } else if variable.dimensions.is_empty() {
            Some(ExactReason::Scalar)
        } else if variable.dimensions.len() > MAX_DIMENSIONS {
            Some(ExactReason::TooManyDimensions)
        } else if packing.is_some_and(|packing| packing.to_stored(criterion).is_none()) {
            Some(ExactReason::Offset)
        } else {
            None
        }
    };
    let (criterion, is_default) = match (last_match, options.default) {
        (Some((_, None)), _) => return Ok(Err(ExactReason::Requested)),
        // A bound that is set for the exact name has to apply. A variable that matches a pattern,
        // but cannot have the bound, is lossless without an error.
        (Some((true, Some(criterion))), _) => {
            return match obstacle(criterion) {
                None => Ok(Ok((criterion, false))),
                Some(_) => Err(Error::BoundNotApplicable {
                    variable: name.to_owned(),
                }),
            };
        }
        (Some((_, Some(criterion))), _) => (criterion, false),
        (None, None) => return Ok(Err(ExactReason::NotSelected)),
        (None, Some(criterion)) => (criterion, true),
    };
    let role = Some(role).filter(|role| *role != VariableRole::Data);
    let is_integer = !variable.kind.is_float();
    let integer_reason = match packing {
        None if is_integer => Some(ExactReason::Integer),
        Some(_) if is_integer && is_default && !options.packed => Some(ExactReason::Packed),
        _ => None,
    };
    let reason = role.map(ExactReason::Role);
    let reason = reason.or(obstacle(criterion)).or(integer_reason);
    Ok(reason.map_or(Ok((criterion, is_default)), Err))
}

/// Returns whether the bound of a variable has to apply, because it is set for its exact name.
fn is_exact(entry: &Override, name: &str) -> bool {
    !entry.is_optional && entry.pattern.as_str() == strip_root(name)
}

/// Returns whether a variable is so small after deflate that a bound would save less than its
/// attributes take.
fn is_small(
    source: &dyn DatasetSource,
    number: usize,
    variable: &VariableSchema,
) -> Result<bool, Error> {
    let shape = source.schema().shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    if bytes <= MAX_SMALL_BYTES || bytes > MAX_TRIAL_BYTES {
        return Ok(bytes <= MAX_SMALL_BYTES);
    }
    let deflated = copy::deflated_len(source, number, &Hyperslab::entire(&shape))?;
    Ok(deflated <= MAX_SMALL_BYTES)
}

/// Returns a name without its leading `/`, which is optional in patterns.
fn strip_root(name: &str) -> &str {
    name.trim_start_matches('/')
}
