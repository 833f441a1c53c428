//! Writing of datasets as GRIB 2.

mod coordinates;
mod plan;

use std::io::{BufWriter, Write};
use std::path::Path;

use fieldreel_core::files::SequentialFile;
use ndarray::{ArrayD, IxDyn};

use self::plan::GribExportPlan;
use super::dataset::hyperslab_indices;
use super::encode::MessageEncoder;
use super::library::Library;
use super::write::{GribOptions, check_packable};
use crate::dataset::{DatasetSource, VariableRole, VariableSchema, VariableValues};
use crate::{FieldValues, FormatError, NumericArray, Result};

/// A summary of the variables of a dataset that were written or left out.
///
/// See the example of [`write_grib_dataset`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribSummary {
    /// The number of messages written.
    pub messages: usize,
    /// The names of the written variables, in order.
    pub written: Vec<String>,
    /// The names of the variables that are neither on a grid nor coordinates.
    pub left_out: Vec<String>,
}

/// Writes every variable on a regular or regular Gaussian grid as GRIB 2. The variables follow one
/// another, with one message for each index of the dimensions before latitude and longitude, in
/// row-major order.
///
/// The file is written atomically: it appears complete or not at all. A FIFO or a device is
/// written to directly. Only one frame is in memory at a time.
///
/// **Variables.** Floating-point variables are written if their last two dimensions have a
/// latitude and a longitude, which are recognized by their units. With
/// [`GribGrid::Index`](super::GribGrid::Index), the last two dimensions may be any. Coordinates
/// are not written by themselves. Other variables without a grid are listed in the summary, and so
/// are variables without any recognized coordinate that cannot be written.
///
/// **Coordinates of messages.** The coordinates are those of [`GribDataset`](super::GribDataset),
/// as dimensions or as scalars named in the attribute `coordinates`: `number`, `time`, `step`,
/// `step_start` and the level. They are recognized by their `standard_name`, else by their names.
/// A variable with a valid time but without a reference time is an analysis. The `GRIB_*`
/// attributes define the parameter, as for [`write_grib`](super::write_grib), and the grid of a
/// Gaussian variable (`GRIB_gridType`, `GRIB_N`). `GRIB_centre` may also be an attribute of the
/// file.
///
/// **Missing values.** NaN, `_FillValue` and `missing_value` are stored in a bitmap. A frame
/// without any valid value is also written.
///
/// ```
/// use fieldreel_formats::{GribDataset, GribOptions, Limits, write_grib_dataset};
/// # use fieldreel_formats::{Field, write_grib};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("wind.grib2");
/// # let values = ndarray::Array3::from_shape_fn((2, 3, 4), |(t, y, x)| (t + y + x) as f32);
/// # let mut wind = Field::new("u", values.into_dyn(), &["time", "y", "x"])?;
/// # wind.attributes.insert("standard_name", "eastward_wind");
/// # write_grib(&path, &wind, &GribOptions::default())?;
/// // The file at `path` has two messages of wind.
/// let source = GribDataset::open(&path, &Limits::default())?;
/// let options = GribOptions::default().with_bits_per_value(20);
/// let summary = write_grib_dataset(folder.path().join("copy.grib2"), &source, &options)?;
/// assert_eq!(summary.messages, 2);
/// assert_eq!(summary.written, ["u"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::UnsupportedInGrib`], with the name of the variable: integers, packed values or
///   text on a grid; spectral coefficients; a projected, reduced, unstructured or unevenly spaced
///   grid (use [`GribGrid::Index`](super::GribGrid::Index) if it has rows and columns); dimensions
///   of unknown meaning; attributes or coordinates that GRIB 2 or ecCodes cannot represent.
/// - [`FormatError::NoField`]: there is no floating-point variable. If there is one, but no
///   variable has a grid, the error is that of the first such variable.
/// - [`FormatError::InvalidOption`]: the bits are outside 1 to 32.
/// - [`FormatError::Unpackable`]: there are infinite values; the index is that in the frame.
/// - [`FormatError::Io`]: the file cannot be written.
/// - The errors of [`DatasetSource::read`].
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
    let mut first_problem = None;
    let variables = schema.variables.iter().enumerate().zip(schema.roles());
    for ((index, variable), role) in variables {
        if is_auxiliary(&role) || coordinates::is_axis(schema, variable) {
            continue;
        }
        match GribExportPlan::new(source, (index, variable), &role, options)? {
            Ok(plan) => plans.push(plan),
            Err(problem) => {
                let name = schema.full_name(variable);
                if variable.kind.is_float() && first_problem.is_none() {
                    first_problem = Some((name.clone(), problem));
                }
                summary.left_out.push(name);
            }
        }
    }
    if plans.is_empty() {
        return Err(match first_problem {
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
        summary.messages += write_variable(&plan, source, options, path, &mut file)?;
        summary.written.push(plan.name);
    }
    let file = file.into_inner().map_err(|error| io(error.into_error()))?;
    file.commit().map_err(io)?;
    Ok(summary)
}

/// Returns true if a variable of this role only describes other variables.
fn is_auxiliary(role: &VariableRole) -> bool {
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

/// Writes the messages of a variable and returns their number.
fn write_variable(
    plan: &GribExportPlan,
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
    let encoder = MessageEncoder {
        attributes: &plan.attributes,
        options,
        grid: plan.grid.clone(),
        path,
    };
    let mut count = vec![1; leading.len()];
    count.extend([rows, columns]);
    let mut messages = 0;
    for leading_index in hyperslab_indices(&vec![0; leading.len()], &leading) {
        let mut start = leading_index.clone();
        start.extend([0, 0]);
        let values = source.read(plan.variable, &start, &count)?;
        let values = frame_values(values, schema.variables.get(plan.variable))
            .filter(|values| values.len() == rows * columns)
            .ok_or_else(|| not_for_grib(plan, None))?;
        let values = FieldValues::F64(
            ArrayD::from_shape_vec(IxDyn(&[values.len()]), values)
                .map_err(|_| not_for_grib(plan, None))?,
        );
        check_packable(&values)?;
        let FieldValues::F64(values) = values else {
            return Err(not_for_grib(plan, None));
        };
        // The lock is acquired only after reading, because the source may also need ecCodes.
        let library = Library::lock();
        let message = encoder
            .encode(
                &library,
                plan.frame_coordinates(&leading_index),
                values.into_iter().collect(),
            )
            .map_err(|error| not_for_grib(plan, Some(error)))?;
        let bytes = message
            .bytes()
            .map_err(|source| encoder.eccodes_error("encode a message", source))?;
        file.write_all(bytes)
            .map_err(|source| FormatError::io(path, "write", source))?;
        messages += 1;
    }
    Ok(messages)
}

fn not_for_grib(plan: &GribExportPlan, error: Option<FormatError>) -> FormatError {
    FormatError::UnsupportedInGrib {
        variable: plan.name.clone(),
        problem: match error {
            Some(_) => "GRIB 2 or ecCodes cannot represent its attributes or coordinates",
            None => "the number of its values differs from the product of its dimensions",
        },
        source: error.map(Box::new),
    }
}

/// Returns the values with NaN for missing ones, or `None` if they are not floating-point numbers.
fn frame_values(values: VariableValues, variable: Option<&VariableSchema>) -> Option<Vec<f64>> {
    let attributes = &variable?.attributes;
    let fill_values = ["_FillValue", "missing_value"].into_iter();
    let fill_values = fill_values.filter_map(|key| attributes.get(key));
    let mut fill_values: Vec<f64> = fill_values.flat_map(|value| value.to_numbers()).collect();
    let mut values = match values {
        VariableValues::Numbers(NumericArray::F32(values)) => {
            // Fill values are compared in the precision of the values.
            fill_values
                .iter_mut()
                .for_each(|fill_value| *fill_value = f64::from(*fill_value as f32));
            values.into_iter().map(f64::from).collect()
        }
        VariableValues::Numbers(NumericArray::F64(values)) => values,
        _ => return None,
    };
    for value in &mut values {
        if fill_values.contains(value) {
            *value = f64::NAN;
        }
    }
    Some(values)
}
