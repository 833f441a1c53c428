//! Reading of hyperslabs.

use std::sync::PoisonError;

use super::GribDataset;
use super::content::{FileGrid, MessageArray, VariableContent};
use super::grid_layout::GridLayout;
use super::hyperslab::hyperslab_indices;
use crate::dataset::{VariableSchema, VariableValues};
use crate::grib::decode::{decode_values, file_changed};
use crate::grib::framing::MessageLocation;
use crate::grib::library::{GribMessage, Library, MessageReader};
use crate::grib::message::MessageKeys;
use crate::limits::checked_len;
use crate::{FormatError, NumericArray, Result};

/// A cache of the values read last, because consecutive hyperslabs are often parts of the same
/// frame.
#[derive(Debug, Default)]
pub(super) struct ReadCache {
    frame: Option<(MessageLocation, Vec<f64>)>,
    /// A grid coordinate, by the indices of grid and coordinate.
    grid_coordinate: Option<((usize, usize), Vec<f64>)>,
}

impl GribDataset {
    /// Reads a hyperslab, which must be within the variable.
    pub(super) fn read_hyperslab(
        &self,
        index: usize,
        variable: &VariableSchema,
        start: &[usize],
        count: &[usize],
    ) -> Result<VariableValues> {
        checked_len(&self.limits, "the hyperslab", count)?;
        let content = self
            .contents
            .get(index)
            .ok_or_else(|| file_changed(&self.path))?;
        let numbers = match content {
            VariableContent::Numbers(numbers) => slice_numbers(numbers, start, count),
            VariableContent::ValidTime { times, steps } => {
                // Axes of length 1 are not dimensions.
                let mut axes = start.iter().zip(count);
                let mut range = |len: usize| match axes.len() {
                    0 => (0, 1),
                    _ if len == 1 => (0, 1),
                    _ => axes
                        .next()
                        .map_or((0, 1), |(&start, &count)| (start, count)),
                };
                let (time, step) = (range(times.len()), range(steps.len()));
                let valid = times.iter().skip(time.0).take(time.1);
                let valid_times_of = |time: &i64| {
                    let time = *time;
                    let steps = steps.iter().skip(step.0).take(step.1);
                    steps.map(move |step| time + step)
                };
                NumericArray::I64(valid.flat_map(valid_times_of).collect())
            }
            VariableContent::GridCoordinate { grid, coordinate } => {
                let mut cache = self
                    .read_cache
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let shape = self.schema.shape(variable);
                let degrees = self.grid_coordinate(&mut cache, (*grid, *coordinate), &shape)?;
                let mut values = Vec::new();
                for_each_in_hyperslab(degrees, &shape, start, count, |degree| values.push(degree));
                NumericArray::F64(values)
            }
            VariableContent::Messages(data) if data.is_double => {
                NumericArray::F64(self.message_values(data, start, count, f64::NAN, |value| value)?)
            }
            VariableContent::Messages(data) => {
                NumericArray::F32(
                    self.message_values(data, start, count, f32::NAN, |value| value as f32)?,
                )
            }
        };
        Ok(VariableValues::Numbers(numbers))
    }

    fn grid(&self, index: usize) -> Result<&FileGrid> {
        self.grids
            .get(index)
            .ok_or_else(|| file_changed(&self.path))
    }

    /// Reads the message at a location, and checks that it has the given grid.
    fn message<'l>(
        &self,
        library: &'l Library,
        location: MessageLocation,
        grid: &FileGrid,
    ) -> Result<GribMessage<'l>> {
        MessageReader::read_at(library, &self.file, &self.path, location)?
            .filter(|message| message.text(c"md5GridSection").unwrap_or_default() == grid.digest)
            .ok_or_else(|| file_changed(&self.path))
    }

    fn grid_coordinate<'k>(
        &self,
        cache: &'k mut ReadCache,
        (grid_index, coordinate_index): (usize, usize),
        shape: &[usize],
    ) -> Result<&'k [f64]> {
        if cache.grid_coordinate.as_ref().map(|(key, _)| *key)
            != Some((grid_index, coordinate_index))
        {
            let grid = self.grid(grid_index)?;
            let library = Library::lock();
            let message = self.message(&library, grid.location, grid)?;
            let coordinates =
                GridLayout::from_message(&message, &self.path, &self.limits)?.coordinates;
            let coordinate = coordinates.into_iter().nth(coordinate_index);
            let coordinate = coordinate.filter(|c| c.shape() == shape && c.is_consistent());
            let Some(NumericArray::F64(degrees)) = coordinate.map(|c| c.values) else {
                return Err(file_changed(&self.path));
            };
            cache.grid_coordinate = Some(((grid_index, coordinate_index), degrees));
        }
        match &cache.grid_coordinate {
            Some((_, degrees)) => Ok(degrees),
            None => Err(file_changed(&self.path)),
        }
    }

    /// Reads the values of messages, decoding one message at a time.
    fn message_values<T: Copy>(
        &self,
        data: &MessageArray,
        start: &[usize],
        count: &[usize],
        missing: T,
        convert: impl Fn(f64) -> T,
    ) -> Result<Vec<T>> {
        let grid = self.grid(data.grid)?;
        let shape: Vec<usize> = grid.layout.dimensions.iter().map(|(_, len)| *len).collect();
        let leading = start.len().saturating_sub(shape.len());
        let (start, grid_start) = start.split_at(leading);
        let (count, grid_count) = count.split_at(leading);
        let points: usize = grid_count.iter().product();
        let total = points * count.iter().product::<usize>();
        let mut values: Vec<T> = Vec::new();
        values.try_reserve_exact(total).map_err(|_| {
            let source = std::io::ErrorKind::OutOfMemory.into();
            FormatError::io(&self.path, "allocate memory for the values", source)
        })?;
        if total == 0 {
            return Ok(values);
        }
        let mut cache = self
            .read_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for index in hyperslab_indices(start, count) {
            // Axes of length 1 are not dimensions.
            let mut index = index.into_iter();
            let index = data.hypercube.shape().map(|len| match len {
                1 => 0,
                _ => index.next().unwrap_or(0),
            });
            let Some(location) = data.hypercube.location(index) else {
                values.resize(values.len() + points, missing);
                continue;
            };
            if cache.frame.as_ref().map(|(location, _)| *location) != Some(location) {
                let library = Library::lock();
                let mut message = self.message(&library, location, grid)?;
                let frame = decode_values(&mut message, &self.path, grid.layout.len())?;
                cache.frame = Some((location, grid.layout.to_dimension_order(frame)));
            }
            if let Some((_, frame)) = &cache.frame {
                for_each_in_hyperslab(frame, &shape, grid_start, grid_count, |value| {
                    values.push(convert(value));
                });
            }
        }
        if values.len() != total {
            return Err(file_changed(&self.path));
        }
        Ok(values)
    }
}

/// Calls `visit` with each value of a hyperslab of an array of at most two dimensions.
fn for_each_in_hyperslab(
    values: &[f64],
    shape: &[usize],
    start: &[usize],
    count: &[usize],
    mut visit: impl FnMut(f64),
) {
    let (row, column) = match (start, count) {
        ([row, column], [rows, columns]) => ((*row, *rows), (*column, *columns)),
        ([column], [columns]) => ((0, 1), (*column, *columns)),
        _ => ((0, 1), (0, 1)),
    };
    let width = shape.last().copied().unwrap_or(1);
    for row in row.0..row.0 + row.1 {
        let from = row * width + column.0;
        let line = values.get(from..from + column.1).unwrap_or_default();
        line.iter().for_each(|&value| visit(value));
    }
}

/// Returns a hyperslab of numbers of at most one dimension.
fn slice_numbers(numbers: &NumericArray, start: &[usize], count: &[usize]) -> NumericArray {
    let from = start.first().copied().unwrap_or(0);
    let range = from..from + count.first().copied().unwrap_or(1);
    match numbers {
        NumericArray::I32(values) => {
            NumericArray::I32(values.get(range).unwrap_or_default().to_vec())
        }
        NumericArray::I64(values) => {
            NumericArray::I64(values.get(range).unwrap_or_default().to_vec())
        }
        other => NumericArray::F64(other.to_f64().get(range).unwrap_or_default().to_vec()),
    }
}
