//! Variables that are kept as they are.

use fieldreel_formats::dataset::{Kind, Schema, Source, Variable};
use fieldreel_formats::{NetcdfWriter, Storage};

use super::chunking::{Part, chunk_shape, parts};
use crate::Error;

/// Smaller variables are not worth a filter: an index of chunks takes two thousand bytes.
const WORTH_CHUNKS: usize = 1 << 13;
/// Of HDF5's deflate.
const LEVEL: u8 = 6;

/// How a variable that is kept as it is is stored.
pub(super) fn storage(schema: &Schema, variable: &Variable) -> Storage {
    let shape = schema.shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    let mut dimensions = variable.dimensions.iter();
    // What may grow is in chunks anyway, which netcdf-c would make of 4 KiB.
    let grows = dimensions.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited));
    if variable.kind == Kind::Text || bytes < WORTH_CHUNKS && !grows {
        return Storage::Plain;
    }
    deflate(chunk_shape(&shape, variable.kind.bytes()))
}

/// Through deflate, in chunks of these lengths.
pub(super) fn deflate(chunk: Vec<usize>) -> Storage {
    Storage::Deflate {
        level: LEVEL,
        chunk,
    }
}

/// Copies all values of a variable, part by part; `done` is told of each.
pub(super) fn copy(
    source: &dyn Source,
    writer: &NetcdfWriter,
    number: usize,
    storage: &Storage,
    mut done: impl FnMut(&Part),
) -> Result<(), Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(());
    };
    let shape = schema.shape(variable);
    let chunk = match storage {
        Storage::Deflate { chunk, .. } => chunk.clone(),
        _ => chunk_shape(&shape, variable.kind.bytes()),
    };
    for part in parts(&shape, &chunk) {
        let values = source.read(number, &part.start, &part.count)?;
        writer.write(number, &part.start, &part.count, &values)?;
        done(&part);
    }
    Ok(())
}
