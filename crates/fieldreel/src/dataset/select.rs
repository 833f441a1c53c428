//! Which variables a bound is for.

use fieldreel_formats::dataset::{DatasetSource, VariableRole, VariableSchema};
use fieldreel_reel::Criterion;

use super::chunking::Part;
use super::packing::Packing;
use super::{DatasetOptions, ExactReason, copy};
use crate::Error;

/// The most dimensions of a chunk that the filter takes.
const MOST_DIMENSIONS: usize = 8;

/// The bytes that deflate leaves of a variable without loss must be more than this for a default bound to be worth it: the attributes that
/// record the loss, the filter's parameters and the header of a segment alone take as many bytes.
const WORTH_A_BOUND: usize = 700;

/// Bytes of values up to which deflate is tried for that.
const TRIED: usize = 16 * WORTH_A_BOUND;

/// The bound of each variable, or the reason why it is kept as it is.
pub(super) fn bounds(
    source: &dyn DatasetSource,
    options: &DatasetOptions,
) -> Result<Vec<Result<Criterion, ExactReason>>, Error> {
    let schema = source.schema();
    let names: Vec<String> = schema
        .variables
        .iter()
        .map(|variable| schema.full_name(variable))
        .collect();
    let all = options.overrides.iter().map(|(_, bound)| *bound);
    for bound in all.chain([options.default]).flatten() {
        bound.check()?;
    }
    for (pattern, _) in &options.overrides {
        if !names.iter().any(|name| pattern.matches(plain(name))) {
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
    let all = schema.variables.iter().zip(&names).zip(schema.roles());
    all.enumerate()
        .map(|(number, ((variable, name), role))| {
            let (bound, is_default) = match bound(variable, name, role, options)? {
                Ok(chosen) => chosen,
                Err(reason) => return Ok(Err(reason)),
            };
            let is_small = is_default && is_small(source, number, variable)?;
            Ok(if is_small {
                Err(ExactReason::Small)
            } else {
                Ok(bound)
            })
        })
        .collect()
}

/// The bound of a variable and whether it is the default one, or the reason why there is none.
fn bound(
    variable: &VariableSchema,
    name: &str,
    role: VariableRole,
    options: &DatasetOptions,
) -> Result<Result<(Criterion, bool), ExactReason>, Error> {
    let rule = options.overrides.iter().rev();
    let rule = rule
        .filter(|(pattern, _)| pattern.matches(plain(name)))
        .map(|(pattern, bound)| (pattern, *bound))
        .next();
    let packing = Packing::of(variable);
    let unfit = |bound: Criterion| {
        if variable.kind.dtype().is_none() {
            Some(ExactReason::NotNumeric)
        } else if variable.dimensions.is_empty() {
            Some(ExactReason::Scalar)
        } else if variable.dimensions.len() > MOST_DIMENSIONS {
            Some(ExactReason::TooManyDimensions)
        } else if packing.is_some_and(|packing| packing.stored(bound).is_none()) {
            Some(ExactReason::Offset)
        } else {
            None
        }
    };
    let (bound, is_default) = match (rule, options.default) {
        (Some((_, None)), _) => return Ok(Err(ExactReason::Requested)),
        // Named by hand, it must do what is asked; caught by a pattern, it is none of those that were meant.
        (Some((pattern, Some(bound))), _) if pattern.as_str() == plain(name) => {
            return match unfit(bound) {
                None => Ok(Ok((bound, false))),
                Some(_) => Err(Error::BoundNotApplicable {
                    variable: name.to_owned(),
                }),
            };
        }
        (Some((_, Some(bound))), _) => (bound, false),
        (None, None) => return Ok(Err(ExactReason::NotSelected)),
        (None, Some(bound)) => (bound, true),
    };
    let role = Some(role).filter(|role| *role != VariableRole::Data);
    let is_integer = !variable.kind.is_float();
    let not_meant = match packing {
        None if is_integer => Some(ExactReason::Integer),
        Some(_) if is_integer && is_default && !options.packed => Some(ExactReason::Packed),
        _ => None,
    };
    let reason = role.map(ExactReason::Role);
    let reason = reason.or(unfit(bound)).or(not_meant);
    Ok(reason.map_or(Ok((bound, is_default)), Err))
}

fn is_small(
    source: &dyn DatasetSource,
    number: usize,
    variable: &VariableSchema,
) -> Result<bool, Error> {
    let shape = source.schema().shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    Ok(bytes <= WORTH_A_BOUND
        || bytes <= TRIED && copy::deflated(source, number, &Part::whole(&shape))? <= WORTH_A_BOUND)
}

/// A leading `/` may be given or not.
fn plain(name: &str) -> &str {
    name.trim_start_matches('/')
}
