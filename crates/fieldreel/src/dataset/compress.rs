//! A file to a smaller one.

use std::path::Path;

use fieldreel_formats::dataset::Kind;
use fieldreel_formats::{NetcdfWriter, Storage};
use fieldreel_hdf5_filter::FILTER_ID;

use super::open::{Input, bytes_of};
use super::progress::Progress;
use super::task::Task;
use super::{DatasetSummary, Kept, Reason, Rules};
use super::{copy, describe, select, summary};
use crate::Error;
use crate::error::check_apart;

/// Compresses a NetCDF or GRIB file into a NetCDF-4 file, which appears whole or not at all.
///
/// Groups, dimensions, variables, attributes and their order and types are kept; the file's `history` gets a line, and
/// each variable with a bound attributes that state it and the largest error. Memory: a few chunks of 16 MiB for each thread.
///
/// # Errors
/// [`Error::SameFile`], before anything is read: the output is the input; [`Error::Reel`]: a bound is invalid;
/// [`Error::NothingMatches`], [`Error::NoBoundFor`]: a rule is for no variable, or for one that is not of numbers in single
/// or double precision with two to five dimensions; [`Error::Format`]: a file cannot be read or written, or has values
/// of types that NetCDF has not; [`Error::Variable`]: a variable cannot be encoded within its bound.
pub fn compress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    rules: &Rules,
) -> Result<DatasetSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    check_apart(path, output)?;
    let input = Input::open(path)?;
    let bounds = select::bounds(input.source(), rules)?;
    let source = input.source();

    let mut schema = source.schema().clone();
    let mut storage = vec![Storage::Plain; bounds.len()];
    let mut lossy = Vec::new();
    for (number, asked) in bounds.iter().enumerate() {
        let variable = &source.schema().variables[number];
        let &Ok(asked) = asked else {
            continue;
        };
        let task = Task::new(source, number, asked)?;
        describe::add_bound(&mut schema.variables[number].attributes, task.bound, asked);
        storage[number] = Storage::Filter {
            id: FILTER_ID as u32,
            parameters: task
                .parameters(variable, rules)
                .map_err(|error| error.with_path(path))?,
            chunk: task.chunk.clone(),
        };
        lossy.push(task);
    }
    if let Some(root) = schema.groups.first_mut() {
        describe::add_history(&mut root.attributes, rules, "compressed");
    }
    let index = NetcdfWriter::index_bytes(&schema);
    for (number, storage) in storage.iter_mut().enumerate() {
        if bounds[number].is_err() {
            *storage = copy::storage(source, number, index)?;
        }
    }

    let writer = NetcdfWriter::create(output, &schema, &storage, input.netcdf())?;
    let mut progress = Progress::new(source, rules);
    for (number, storage) in storage.iter().enumerate() {
        if bounds[number].is_err() {
            copy::copy(source, &writer, number, storage, |part| {
                progress.add(number, part);
            })?;
        }
    }
    let mut chunks = writer.into_chunks()?;
    let mut errors = vec![None; bounds.len()];
    for task in &lossy {
        let max_abs = match source.schema().variables[task.number].kind {
            Kind::F32 => task.run::<f32>(source, &mut chunks, rules, &mut progress),
            _ => task.run::<f64>(source, &mut chunks, rules, &mut progress),
        };
        let max_abs = max_abs.map_err(|error| error.with_path(path))?;
        chunks.set_attribute(task.number, describe::MAX_ERROR, max_abs)?;
        errors[task.number] = Some(max_abs);
    }
    let kept = |number: usize| match (&bounds[number], errors[number]) {
        (&Ok(bound), Some(max_abs)) => Kept::Within { bound, max_abs },
        (bound, _) => Kept::Exactly {
            reason: bound.clone().err().unwrap_or(Reason::NoRule),
        },
    };
    let variables = summary::of_variables(source, &mut chunks, kept)?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: bytes_of(path)?,
        output_bytes: bytes_of(output)?,
    })
}
