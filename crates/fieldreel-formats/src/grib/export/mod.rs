//! A dataset as GRIB 2.

mod coordinates;
mod plan;

use std::io::{BufWriter, Write};
use std::path::Path;

use fieldreel_core::files::SequentialFile;
use ndarray::{ArrayD, IxDyn};

use self::plan::Plan;
use super::dataset::places;
use super::encode::Encoder;
use super::library::Library;
use super::write::{GribOptions, check_packable};
use crate::dataset::{DatasetSource, VariableRole, VariableSchema, VariableValues};
use crate::{FieldValues, FormatError, NumericArray, Result};

/// What became of the variables of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribSummary {
    /// How many messages were written.
    pub messages: usize,
    /// The variables that they are of, in order.
    pub written: Vec<String>,
    /// Variables that are on no grid of latitudes and longitudes, and are no coordinates either.
    pub left_out: Vec<String>,
}

/// Writes every variable on a regular or regular Gaussian grid as GRIB 2, variable by variable, one message for each place
/// of its dimensions before latitude and longitude, in row-major order.
///
/// The file appears whole or not at all; a FIFO or a device is written to. One frame is in memory at a time.
///
/// **Which variables.** Those of floating-point numbers whose last two dimensions have a latitude and a longitude, known by
/// their units. Coordinates are not written by themselves; what else is on no grid is listed in the summary.
///
/// **Where a message belongs.** The coordinates that [`GribDataset`](super::GribDataset) gives, as dimensions or as scalars
/// named in the attribute `coordinates`: `number`, `time`, `step`, `step_start` and the level, known by their
/// `standard_name`, else by their names. A variable with a time but without a start of the forecast is an analysis. The
/// parameter is in the `GRIB_*` attributes, as for [`write_grib`](super::write_grib), and so is the grid of a Gaussian
/// variable (`GRIB_gridType`, `GRIB_N`); `GRIB_centre` may be one of the file.
///
/// **Missing.** NaN, `_FillValue` and `missing_value` go into a bitmap. A frame without any value is a message too.
///
/// # Errors
///
/// - [`FormatError::UnsupportedInGrib`], which names the variable: integers, packed values and texts on a grid; spectral
///   coefficients; projected, reduced, unstructured and uneven grids (those can go out with [`GribGrid::Index`](super::GribGrid::Index) if they have rows and
///   columns); dimensions without a meaning; what GRIB 2 or ecCodes cannot say.
/// - [`FormatError::NoField`]: there is no floating-point variable. One that is on no grid, where none is, has the first error.
/// - [`FormatError::InvalidOption`]: bits outside 1 to 32. [`FormatError::Unpackable`]: infinite values, by their index in
///   the frame.
/// - [`FormatError::Io`]: the folder cannot be written.
/// - Those of [`DatasetSource::read`].
pub fn write_grib_dataset(
    path: impl AsRef<Path>,
    source: &dyn DatasetSource,
    options: &GribOptions,
) -> Result<GribSummary> {
    let path = path.as_ref();
    options.check()?;
    let schema = source.schema();
    let mut summary = GribSummary::default();
    let mut plans = Vec::new();
    let mut reason = None;
    let variables = schema.variables.iter().enumerate().zip(schema.roles());
    for ((index, variable), role) in variables {
        if is_helper(&role) || coordinates::is_axis(schema, variable) {
            continue;
        }
        match Plan::of(source, (index, variable), &role, options)? {
            Ok(plan) => plans.push(plan),
            Err(problem) => {
                let name = schema.full_name(variable);
                if variable.kind.is_float() && reason.is_none() {
                    reason = Some((name.clone(), problem));
                }
                summary.left_out.push(name);
            }
        }
    }
    if plans.is_empty() {
        return Err(match reason {
            Some((variable, problem)) => FormatError::UnsupportedInGrib {
                variable,
                problem,
                source: None,
            },
            None => FormatError::NoField {
                path: path.to_path_buf(),
                available: summary.left_out,
            },
        });
    }
    let io = |source| FormatError::io(path, "write", source);
    let mut file = BufWriter::new(SequentialFile::create(path).map_err(io)?);
    for plan in plans {
        summary.messages += write(&plan, source, options, path, &mut file)?;
        summary.written.push(plan.name);
    }
    let file = file.into_inner().map_err(|error| io(error.into_error()))?;
    file.commit().map_err(io)?;
    Ok(summary)
}

/// Returns whether a variable of this role only says where others are.
fn is_helper(role: &VariableRole) -> bool {
    match role {
        VariableRole::Coordinate
        | VariableRole::GridMapping
        | VariableRole::BoundsOf { .. }
        | VariableRole::Topology => true,
        VariableRole::Named { attribute, .. } => {
            ["coordinates", "bounds", "climatology", "grid_mapping"].contains(&attribute.as_str())
        }
        _ => false,
    }
}

/// Writes the messages of a variable. Gives their number.
fn write(
    plan: &Plan,
    source: &dyn DatasetSource,
    options: &GribOptions,
    path: &Path,
    file: &mut impl Write,
) -> Result<usize> {
    let schema = source.schema();
    let len = |id: &usize| {
        schema
            .dimensions
            .get(*id)
            .map_or(0, |dimension| dimension.len)
    };
    let leading: Vec<usize> = plan.leading.iter().map(len).collect();
    let (rows, columns) = (plan.grid.latitudes.count, plan.grid.longitudes.count);
    let encoder = Encoder {
        attributes: &plan.attributes,
        options,
        grid: plan.grid.clone(),
        path,
    };
    let mut count = vec![1; leading.len()];
    count.extend([rows, columns]);
    let mut messages = 0;
    for place in places(&vec![0; leading.len()], &leading) {
        let mut start = place.clone();
        start.extend([0, 0]);
        let values = source.read(plan.variable, &start, &count)?;
        let values = frame(values, schema.variables.get(plan.variable))
            .filter(|values| values.len() == rows * columns)
            .ok_or_else(|| refused(plan, None))?;
        let values = FieldValues::F64(
            ArrayD::from_shape_vec(IxDyn(&[values.len()]), values)
                .map_err(|_| refused(plan, None))?,
        );
        check_packable(&values)?;
        let FieldValues::F64(values) = values else {
            return Err(refused(plan, None));
        };
        // Only now: the source may need ecCodes too.
        let library = Library::lock();
        let message = encoder
            .message(&library, plan.place(&place), values.into_iter().collect())
            .map_err(|error| refused(plan, Some(error)))?;
        let bytes = message
            .bytes()
            .map_err(|source| encoder.refused("encode a message", source))?;
        file.write_all(bytes)
            .map_err(|source| FormatError::io(path, "write", source))?;
        messages += 1;
    }
    Ok(messages)
}

fn refused(plan: &Plan, error: Option<FormatError>) -> FormatError {
    FormatError::UnsupportedInGrib {
        variable: plan.name.clone(),
        problem: match error {
            Some(_) => "GRIB 2 or ecCodes has no room for what it says",
            None => "it has not as many values as its dimensions make",
        },
        source: error.map(Box::new),
    }
}

/// Values with NaN where they are missing; `None` for what are no floats.
fn frame(values: VariableValues, variable: Option<&VariableSchema>) -> Option<Vec<f64>> {
    let attributes = &variable?.attributes;
    let fills = ["_FillValue", "missing_value"].into_iter();
    let fills = fills.filter_map(|key| attributes.get(key));
    let mut fills: Vec<f64> = fills.flat_map(|value| value.to_numbers()).collect();
    let mut values = match values {
        VariableValues::Numbers(NumericArray::F32(values)) => {
            // In the precision of the values.
            fills
                .iter_mut()
                .for_each(|fill| *fill = f64::from(*fill as f32));
            values.into_iter().map(f64::from).collect()
        }
        VariableValues::Numbers(NumericArray::F64(values)) => values,
        _ => return None,
    };
    for value in &mut values {
        if fills.contains(value) {
            *value = f64::NAN;
        }
    }
    Some(values)
}
