//! Copies of variables that are not stored as segments.

use fieldreel_core::with_numeric_array;
use fieldreel_formats::VariableStorage;
use fieldreel_formats::dataset::{DatasetSource, Schema, VariableSchema, VariableValues};

use super::chunking::{Hyperslab, chunk_hyperslabs, chunk_shape};
use super::output::OutputFile;
use crate::Error;

/// The level of HDF5's deflate filter.
const DEFLATE_LEVEL: u8 = 6;

/// The largest size in bytes of a variable that is deflated on trial to choose its storage.
const MAX_TRIAL_BYTES: usize = 1 << 16;

/// The approximate number of bytes that the description of a filter takes in a file.
const FILTER_BYTES: usize = 64;

/// Returns the storage of a variable that is copied: deflate, or no compression if deflate saves
/// fewer bytes than the description of the filter and the index of chunks, of `index_bytes`, take.
///
/// A variable with an unlimited dimension is stored in chunks in any case. The shape of the chunks
/// is set, because the default chunks of netcdf-c have one record or 4 KiB.
pub(super) fn choose_storage(
    source: &dyn DatasetSource,
    number: usize,
    index_bytes: usize,
) -> Result<VariableStorage, Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(VariableStorage::Plain);
    };
    let shape = schema.shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    let chunk = chunk_shape(&shape, variable.kind.bytes());
    let is_unlimited = has_unlimited_dimension(schema, variable);
    let overhead = match is_unlimited {
        true => FILTER_BYTES,
        false => index_bytes + FILTER_BYTES,
    };
    // A variable of strings or variable-length values consists of pointers, which deflate does not
    // make smaller.
    let is_smaller = !schema.has_pointers(variable.kind)
        && (bytes > MAX_TRIAL_BYTES
            || bytes > overhead
                && deflated_len(source, number, &Hyperslab::entire(&shape))? + overhead < bytes);
    Ok(match (is_smaller, is_unlimited) {
        (true, _) => deflate_storage(chunk),
        (false, true) => VariableStorage::Chunks { chunk },
        (false, false) => VariableStorage::Plain,
    })
}

fn has_unlimited_dimension(schema: &Schema, variable: &VariableSchema) -> bool {
    let mut dimensions = variable.dimensions.iter();
    dimensions.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited))
}

/// Returns the number of bytes of a hyperslab of a variable after HDF5's shuffle and deflate.
pub(super) fn deflated_len(
    source: &dyn DatasetSource,
    number: usize,
    hyperslab: &Hyperslab,
) -> Result<usize, Error> {
    let values = source.read(number, &hyperslab.start, &hyperslab.count)?;
    let shuffled = shuffle_values(&values);
    Ok(miniz_oxide::deflate::compress_to_vec_zlib(&shuffled, DEFLATE_LEVEL).len())
}

/// Returns the bytes of values after HDF5's shuffle, and no bytes for strings.
fn shuffle_values(values: &VariableValues) -> Vec<u8> {
    match values {
        VariableValues::Numbers(numbers) => with_numeric_array!(numbers, values => {
            shuffle(bytemuck::cast_slice(values), width_of(values))
        }),
        VariableValues::Chars(bytes) => bytes.clone(),
        VariableValues::User(values) => values.as_bytes().to_vec(),
        _ => Vec::new(),
    }
}

fn width_of<T>(_: &[T]) -> usize {
    size_of::<T>()
}

/// Returns the first bytes of all values of `width` bytes, then their second bytes, and so on.
fn shuffle(bytes: &[u8], width: usize) -> Vec<u8> {
    let byte_plane = |at| bytes.iter().skip(at).step_by(width);
    (0..width).flat_map(byte_plane).copied().collect()
}

/// Returns the bytes of values of `width` bytes after HDF5's shuffle and deflate.
pub(super) fn shuffle_and_deflate(bytes: &[u8], width: usize) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(&shuffle(bytes, width), DEFLATE_LEVEL)
}

/// Returns the storage in chunks of this shape, compressed by shuffle and deflate.
pub(super) fn deflate_storage(chunk: Vec<usize>) -> VariableStorage {
    VariableStorage::Deflate {
        level: DEFLATE_LEVEL,
        chunk,
    }
}

/// Copies all values of a variable chunk by chunk. `on_copied` is called after each chunk.
pub(super) fn copy_values(
    source: &dyn DatasetSource,
    output: &OutputFile,
    number: usize,
    mut on_copied: impl FnMut(&Hyperslab),
) -> Result<(), Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(());
    };
    let shape = schema.shape(variable);
    let chunk = match output.chunk(number) {
        Some(chunk) => chunk.to_vec(),
        None => chunk_shape(&shape, variable.kind.bytes()),
    };
    for hyperslab in chunk_hyperslabs(&shape, &chunk) {
        let values = source.read(number, &hyperslab.start, &hyperslab.count)?;
        output.write(number, &hyperslab, &values)?;
        on_copied(&hyperslab);
    }
    Ok(())
}
