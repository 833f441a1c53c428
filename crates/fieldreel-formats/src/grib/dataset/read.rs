//! Values of a box.

use std::sync::PoisonError;

use super::GribDataset;
use super::area::places;
use super::content::{Content, Data, GridOfFile};
use super::layout::Layout;
use crate::dataset::{VariableSchema, VariableValues};
use crate::grib::decode::{changed, decode};
use crate::grib::framing::Location;
use crate::grib::library::{Library, Message, Messages};
use crate::grib::message::Keys;
use crate::limits::checked_len;
use crate::{FormatError, NumericArray, Result};

/// What was read last: boxes that are parts of one frame come one after another.
#[derive(Debug, Default)]
pub(super) struct Kept {
    frame: Option<(Location, Vec<f64>)>,
    /// A coordinate of a grid.
    position: Option<((usize, usize), Vec<f64>)>,
}

impl GribDataset {
    /// The values of a box that is in the variable.
    pub(super) fn values(
        &self,
        index: usize,
        variable: &VariableSchema,
        start: &[usize],
        count: &[usize],
    ) -> Result<VariableValues> {
        checked_len(&self.limits, "the box", count)?;
        let content = self
            .contents
            .get(index)
            .ok_or_else(|| changed(&self.path))?;
        let numbers = match content {
            Content::Numbers(numbers) => part(numbers, start, count),
            Content::ValidTime { times, steps } => {
                // Those of them that are dimensions have more than one.
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
                let of_time = |time: &i64| {
                    let time = *time;
                    let steps = steps.iter().skip(step.0).take(step.1);
                    steps.map(move |step| time + step)
                };
                NumericArray::I64(valid.flat_map(of_time).collect())
            }
            Content::Position { grid, which } => {
                let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                let shape = self.schema.shape(variable);
                let degrees = self.position(&mut kept, (*grid, *which), &shape)?;
                let mut part = Vec::new();
                copy(degrees, &shape, start, count, |degree| part.push(degree));
                NumericArray::F64(part)
            }
            Content::Data(data) if data.is_double => {
                NumericArray::F64(self.data(data, start, count, f64::NAN, |value| value)?)
            }
            Content::Data(data) => {
                NumericArray::F32(self.data(data, start, count, f32::NAN, |value| value as f32)?)
            }
        };
        Ok(VariableValues::Numbers(numbers))
    }

    fn grid(&self, index: usize) -> Result<&GridOfFile> {
        self.grids.get(index).ok_or_else(|| changed(&self.path))
    }

    /// The message at a location, which must have a grid.
    fn message<'l>(
        &self,
        library: &'l Library,
        location: Location,
        grid: &GridOfFile,
    ) -> Result<Message<'l>> {
        Messages::at(library, &self.file, &self.path, location)?
            .filter(|message| message.text(c"md5GridSection").unwrap_or_default() == grid.digest)
            .ok_or_else(|| changed(&self.path))
    }

    fn position<'k>(
        &self,
        kept: &'k mut Kept,
        (index, which): (usize, usize),
        shape: &[usize],
    ) -> Result<&'k [f64]> {
        if kept.position.as_ref().map(|(key, _)| *key) != Some((index, which)) {
            let grid = self.grid(index)?;
            let library = Library::lock();
            let message = self.message(&library, grid.location, grid)?;
            let coordinates = Layout::of(&message, &self.path, &self.limits)?.coordinates;
            let coordinate = coordinates.into_iter().nth(which);
            let coordinate = coordinate.filter(|c| c.shape() == shape && c.is_consistent());
            let Some(NumericArray::F64(degrees)) = coordinate.map(|c| c.values) else {
                return Err(changed(&self.path));
            };
            kept.position = Some(((index, which), degrees));
        }
        match &kept.position {
            Some((_, degrees)) => Ok(degrees),
            None => Err(changed(&self.path)),
        }
    }

    /// The values of messages: one is decoded at a time.
    fn data<T: Copy>(
        &self,
        data: &Data,
        start: &[usize],
        count: &[usize],
        missing: T,
        convert: impl Fn(f64) -> T,
    ) -> Result<Vec<T>> {
        let grid = self.grid(data.grid)?;
        let shape: Vec<usize> = grid.layout.dimensions.iter().map(|(_, len)| *len).collect();
        let leading = start.len().saturating_sub(shape.len());
        let (start, tail_start) = start.split_at(leading);
        let (count, tail_count) = count.split_at(leading);
        let points: usize = tail_count.iter().product();
        let total = points * count.iter().product::<usize>();
        let mut values: Vec<T> = Vec::new();
        values.try_reserve_exact(total).map_err(|_| {
            let source = std::io::ErrorKind::OutOfMemory.into();
            FormatError::io(&self.path, "hold the values", source)
        })?;
        if total == 0 {
            return Ok(values);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for place in places(start, count) {
            // An axis of one place is no dimension.
            let mut place = place.into_iter();
            let place = data.cube.shape().map(|len| match len {
                1 => 0,
                _ => place.next().unwrap_or(0),
            });
            let Some(location) = data.cube.message(place) else {
                values.resize(values.len() + points, missing);
                continue;
            };
            if kept.frame.as_ref().map(|(location, _)| *location) != Some(location) {
                let library = Library::lock();
                let mut message = self.message(&library, location, grid)?;
                let frame = decode(&mut message, &self.path, grid.layout.len())?;
                kept.frame = Some((location, grid.layout.ordered(frame)));
            }
            if let Some((_, frame)) = &kept.frame {
                copy(frame, &shape, tail_start, tail_count, |value| {
                    values.push(convert(value));
                });
            }
        }
        if values.len() != total {
            return Err(changed(&self.path));
        }
        Ok(values)
    }
}

/// Gives the values of a box of an array of one or two dimensions.
fn copy(
    values: &[f64],
    shape: &[usize],
    start: &[usize],
    count: &[usize],
    mut give: impl FnMut(f64),
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
        line.iter().for_each(|&value| give(value));
    }
}

/// Numbers of a box of one dimension or none.
fn part(numbers: &NumericArray, start: &[usize], count: &[usize]) -> NumericArray {
    let from = start.first().copied().unwrap_or(0);
    let range = from..from + count.first().copied().unwrap_or(1);
    match numbers {
        NumericArray::I32(all) => NumericArray::I32(all.get(range).unwrap_or_default().to_vec()),
        NumericArray::I64(all) => NumericArray::I64(all.get(range).unwrap_or_default().to_vec()),
        other => NumericArray::F64(other.to_f64().get(range).unwrap_or_default().to_vec()),
    }
}
