//! Which variables a bound is for.

use fieldreel_formats::dataset::{Schema, Variable};
use fieldreel_reel::Bound;

use super::Rules;
use crate::Error;

/// Dimensions of a chunk that the filter takes.
const RANKS: std::ops::RangeInclusive<usize> = 2..=5;

/// The bound of each variable; `None` for those that are kept as they are.
pub(super) fn bounds(schema: &Schema, rules: &Rules) -> Result<Vec<Option<Bound>>, Error> {
    let names: Vec<String> = schema
        .variables
        .iter()
        .map(|variable| schema.full_name(variable))
        .collect();
    for (pattern, _) in &rules.rules {
        if !names.iter().any(|name| pattern.matches(plain(name))) {
            return Err(Error::NothingMatches {
                pattern: pattern.to_string(),
                available: names,
            });
        }
    }
    let all = schema.variables.iter().zip(&names);
    all.map(|(variable, name)| bound(schema, variable, name, rules))
        .collect()
}

fn bound(
    schema: &Schema,
    variable: &Variable,
    name: &str,
    rules: &Rules,
) -> Result<Option<Bound>, Error> {
    let rule = rules.rules.iter().rev();
    let rule = rule
        .filter(|(pattern, _)| pattern.matches(plain(name)))
        .map(|(pattern, bound)| (pattern, *bound))
        .next();
    let fits = variable.kind.is_float() && RANKS.contains(&variable.dimensions.len());
    match rule {
        Some((_, None)) => Ok(None),
        Some((_, Some(bound))) if fits => Ok(Some(bound)),
        // Named by hand, it must do what is asked; caught by a pattern, it is none of those that were meant.
        Some((pattern, Some(_))) if pattern.as_str() == plain(name) => Err(Error::NoBoundFor {
            variable: name.to_owned(),
        }),
        Some(_) => Ok(None),
        None => {
            let is_field = fits && !schema.is_coordinate(variable);
            Ok(rules.default.filter(|_| is_field))
        }
    }
}

/// A leading `/` may be given or not.
fn plain(name: &str) -> &str {
    name.trim_start_matches('/')
}
