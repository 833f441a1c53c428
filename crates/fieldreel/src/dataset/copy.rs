//! Variables that are kept as they are.

use fieldreel_core::with_numeric_array;
use fieldreel_formats::dataset::{DatasetSource, Schema, VariableSchema, VariableValues};
use fieldreel_formats::{NetcdfWriter, VariableStorage};

use super::chunking::{Part, chunk_shape, parts};
use crate::Error;

/// Of HDF5's deflate.
const LEVEL: u8 = 6;

/// Bytes up to which deflate is tried before it is chosen.
const SMALL: usize = 1 << 16;

/// Bytes that the note of a filter takes in a file, about.
const NOTE: usize = 64;

/// Returns how a variable that is kept as it is is stored: through deflate, unless that saves less than the index of a chunk,
/// which takes `index` bytes.
///
/// A variable that may grow is in chunks anyway, which netcdf-c would make of a record or of 4 KiB.
pub(super) fn storage(
    source: &dyn DatasetSource,
    number: usize,
    index: usize,
) -> Result<VariableStorage, Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(VariableStorage::Plain);
    };
    let shape = schema.shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    let chunk = chunk_shape(&shape, variable.kind.bytes());
    let grows = grows(schema, variable);
    let cost = if grows { NOTE } else { index + NOTE };
    // Files hold pointers where texts and variable-length values are: nothing that deflate makes smaller.
    let pays = !schema.has_pointers(variable.kind)
        && (bytes > SMALL
            || bytes > cost && deflated(source, number, &Part::whole(&shape))? + cost < bytes);
    Ok(match (pays, grows) {
        (true, _) => deflate(chunk),
        (false, true) => VariableStorage::Chunks { chunk },
        (false, false) => VariableStorage::Plain,
    })
}

fn grows(schema: &Schema, variable: &VariableSchema) -> bool {
    let mut dimensions = variable.dimensions.iter();
    dimensions.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited))
}

/// Returns the bytes of a part of a variable after shuffle and deflate, as HDF5 would make them.
pub(super) fn deflated(
    source: &dyn DatasetSource,
    number: usize,
    part: &Part,
) -> Result<usize, Error> {
    let values = source.read(number, &part.start, &part.count)?;
    Ok(miniz_oxide::deflate::compress_to_vec_zlib(&shuffled(&values), LEVEL).len())
}

/// Returns the first bytes of all values, then the second ones, and so on.
fn shuffled(values: &VariableValues) -> Vec<u8> {
    match values {
        VariableValues::Numbers(numbers) => with_numeric_array!(numbers, values => {
            shuffled_bytes(bytemuck::cast_slice(values), width_of(values))
        }),
        VariableValues::Chars(bytes) => bytes.clone(),
        VariableValues::User(values) => values.as_bytes().to_vec(),
        _ => Vec::new(),
    }
}

fn width_of<T>(_: &[T]) -> usize {
    size_of::<T>()
}

/// Returns the first bytes of all values of so many bytes, then the second ones, and so on.
fn shuffled_bytes(bytes: &[u8], width: usize) -> Vec<u8> {
    let plane = |at| bytes.iter().skip(at).step_by(width);
    (0..width).flat_map(plane).copied().collect()
}

/// Returns values of so many bytes after shuffle and deflate, as HDF5 would make them.
pub(super) fn deflated_bytes(bytes: &[u8], width: usize) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(&shuffled_bytes(bytes, width), LEVEL)
}

/// Through deflate, in chunks of these lengths.
pub(super) fn deflate(chunk: Vec<usize>) -> VariableStorage {
    VariableStorage::Deflate {
        level: LEVEL,
        chunk,
    }
}

/// Copies all values of a variable, part by part; `done` is told of each.
pub(super) fn copy(
    source: &dyn DatasetSource,
    writer: &NetcdfWriter,
    number: usize,
    storage: &VariableStorage,
    mut done: impl FnMut(&Part),
) -> Result<(), Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(());
    };
    let shape = schema.shape(variable);
    let chunk = match storage.chunk() {
        Some(chunk) => chunk.to_vec(),
        None => chunk_shape(&shape, variable.kind.bytes()),
    };
    for part in parts(&shape, &chunk) {
        let values = source.read(number, &part.start, &part.count)?;
        writer.write(number, &part.start, &part.count, &values)?;
        done(&part);
    }
    Ok(())
}
