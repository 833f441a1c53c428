//! Variables that are kept as they are.

use fieldreel_formats::dataset::{Schema, Source, Values, Variable};
use fieldreel_formats::{NetcdfWriter, Numbers, Storage};

use super::chunking::{Part, chunk_shape, parts};
use crate::Error;

/// Of HDF5's deflate.
const LEVEL: u8 = 6;

/// Bytes up to which deflate is tried before it is chosen.
const SMALL: usize = 1 << 16;

/// Bytes that a note of the filter takes in a file, about.
const NOTE: usize = 64;

/// How a variable that is kept as it is is stored: through deflate, unless that does not pay.
///
/// What may grow is in chunks anyway, which netcdf-c would make of a record or of 4 KiB.
pub(super) fn storage(source: &dyn Source, number: usize) -> Result<Storage, Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(Storage::Plain);
    };
    let shape = schema.shape(variable);
    let bytes = shape.iter().product::<usize>() * variable.kind.bytes();
    let chunk = chunk_shape(&shape, variable.kind.bytes());
    let grows = grows(schema, variable);
    let index = if grows {
        0
    } else {
        NetcdfWriter::index_bytes(schema)
    };
    let cost = index + NOTE;
    // Files hold pointers where texts and variable-length values are: nothing that deflate makes smaller.
    let pays = !schema.has_pointers(variable.kind)
        && (bytes > SMALL || bytes > cost && deflated(source, number)? + cost < bytes);
    Ok(match (pays, grows) {
        (true, _) => deflate(chunk),
        (false, true) => Storage::Chunks { chunk },
        (false, false) => Storage::Plain,
    })
}

fn grows(schema: &Schema, variable: &Variable) -> bool {
    let mut dimensions = variable.dimensions.iter();
    dimensions.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited))
}

/// Bytes of a small variable after shuffle and deflate, as HDF5 would make them.
pub(super) fn deflated(source: &dyn Source, number: usize) -> Result<usize, Error> {
    let schema = source.schema();
    let Some(variable) = schema.variables.get(number) else {
        return Ok(0);
    };
    let shape = schema.shape(variable);
    let values = source.read(number, &vec![0; shape.len()], &shape)?;
    Ok(miniz_oxide::deflate::compress_to_vec_zlib(&shuffled(&values), LEVEL).len())
}

/// The first bytes of all values, then the second ones, and so on.
fn shuffled(values: &Values) -> Vec<u8> {
    fn planes<const N: usize>(values: impl Iterator<Item = [u8; N]> + Clone) -> Vec<u8> {
        (0..N)
            .flat_map(|plane| values.clone().map(move |bytes| bytes[plane]))
            .collect()
    }
    macro_rules! of {
        ($numbers:expr) => {
            planes($numbers.iter().map(|value| value.to_ne_bytes()))
        };
    }
    match values {
        Values::Numbers(numbers) => match numbers {
            Numbers::I8(values) => of!(values),
            Numbers::U8(values) => of!(values),
            Numbers::I16(values) => of!(values),
            Numbers::U16(values) => of!(values),
            Numbers::I32(values) => of!(values),
            Numbers::U32(values) => of!(values),
            Numbers::I64(values) => of!(values),
            Numbers::U64(values) => of!(values),
            Numbers::F32(values) => of!(values),
            Numbers::F64(values) => of!(values),
        },
        Values::Chars(bytes) => bytes.clone(),
        Values::User(values) => values.as_bytes().to_vec(),
        _ => Vec::new(),
    }
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
