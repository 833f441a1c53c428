//! A file to a smaller one.

use std::path::Path;

use fieldreel_formats::{NetcdfWriter, VariableStorage};
use fieldreel_hdf5_filter::FILTER_ID;
use fieldreel_reel::ErrorBound;

use super::open::{Input, bytes_of};
use super::progress::ProgressCounter;
use super::variable_encoder::VariableEncoder;
use super::{DatasetOptions, DatasetSummary, Fidelity};
use super::{copy, encode, lossless, provenance, select, summary};
use crate::Error;
use crate::error::check_apart;

/// Compresses a NetCDF or GRIB file into a NetCDF-4 file, which appears whole or not at all.
///
/// Groups, dimensions, variables, attributes and their order and types are kept; the file's `history` gets a line, and
/// each variable with a bound attributes that state it and the largest error. Memory: a few chunks of 16 MiB for each thread.
///
/// # Errors
/// [`Error::SameFile`], before anything is read: the output is the input; [`Error::Reel`]: a bound is invalid;
/// [`Error::NoSuchDimension`]: chunks have a length along a dimension that is not there;
/// [`Error::NoSuchVariable`], [`Error::BoundNotApplicable`]: a rule is for no variable, or names one that is not of numbers, has no or
/// more than eight dimensions, or is packed with an offset while the bound is [`ErrorBound::PointwiseRelative`]; [`Error::Format`]: a file
/// cannot be read or written, or has values of types that NetCDF has not; [`Error::Variable`]: a variable cannot be encoded within
/// its bound.
pub fn compress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DatasetOptions,
) -> Result<DatasetSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    check_apart(path, output)?;
    let input = Input::open(path)?;
    let source = input.source();
    let bounds = select::bounds(source, options)?;

    let mut schema = source.schema().clone();
    let mut storage = vec![VariableStorage::Plain; bounds.len()];
    let mut tasks = Vec::new();
    for (number, asked) in bounds.iter().enumerate() {
        let variable = &source.schema().variables[number];
        let task = match asked {
            &Ok(asked) => VariableEncoder::new(source, number, asked, options),
            Err(_) if options.portable || !lossless::are_segments_smaller(source, number)? => {
                continue;
            }
            Err(_) => VariableEncoder::new(source, number, ErrorBound::Lossless.into(), options),
        };
        let task = task.map_err(|error| error.with_path(path))?;
        if let &Ok(asked) = asked {
            provenance::add_bound(
                &mut schema.variables[number].attributes,
                task.criterion,
                asked,
            );
        }
        storage[number] = VariableStorage::Filter {
            id: FILTER_ID as u32,
            parameters: task
                .parameters(variable)
                .map_err(|error| error.with_path(path))?,
            chunk: task.chunk.clone(),
        };
        tasks.push(task);
    }
    if let Some(root) = schema.groups.first_mut() {
        provenance::add_history(&mut root.attributes, options, "compressed");
    }
    let index = NetcdfWriter::index_bytes(&schema);
    let is_copied = |storage: &VariableStorage| !matches!(storage, VariableStorage::Filter { .. });
    for (number, storage) in storage.iter_mut().enumerate() {
        if is_copied(storage) {
            *storage = copy::storage(source, number, index)?;
        }
    }

    let writer = NetcdfWriter::create(output, &schema, &storage, input.netcdf())?;
    let mut progress = ProgressCounter::new(source, options);
    for (number, storage) in storage.iter().enumerate() {
        if is_copied(storage) {
            copy::copy(source, &writer, number, storage, |part| {
                progress.add(number, part.len());
            })?;
        }
    }
    let mut chunks = writer.into_chunks()?;
    let mut errors = vec![0.0; bounds.len()];
    let written = encode::run(
        &tasks,
        source,
        &mut chunks,
        options,
        &mut progress,
        |task, max_abs, chunks| {
            errors[task.number] = max_abs;
            if bounds[task.number].is_ok() {
                chunks.set_attribute(task.number, provenance::MAX_ERROR, max_abs)?;
            }
            Ok(())
        },
    );
    written.map_err(|error| error.with_path(path))?;
    let fidelity = |number: usize| match &bounds[number] {
        &Ok(criterion) => Fidelity::Bounded {
            criterion,
            max_abs: errors[number],
        },
        Err(reason) => Fidelity::Exact {
            reason: reason.clone(),
        },
    };
    let variables = summary::of_variables(source, &mut chunks, &storage, fidelity)?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: bytes_of(path)?,
        output_bytes: bytes_of(output)?,
    })
}
