//! A compressed file back to a plain one.

use std::path::Path;

use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ChunkReader, DEFAULT_LIMITS, NetcdfWriter};

use super::expand::Expansion;
use super::open::{Input, bytes_of};
use super::progress::ProgressCounter;
use super::{DatasetOptions, DatasetSummary, ExactReason, Fidelity};
use super::{copy, provenance, summary};
use crate::Error;
use crate::error::check_apart;

/// Writes what [`compress_dataset`](super::compress_dataset) made as a NetCDF-4 file that every program reads without a
/// plugin, through HDF5's deflate. The file appears whole or not at all.
///
/// The values are those that readers of the compressed file see. The file's `history` gets a line; attributes that say
/// what was lost remain. Of `rules`, the threads, the progress and the history count.
///
/// # Errors
/// [`Error::SameFile`], before anything is read: the output is the input; [`Error::Format`]: a file cannot be read or written.
pub fn decompress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DatasetOptions,
) -> Result<DatasetSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    check_apart(path, output)?;
    let input = Input::open(path)?;
    let source = input.source();
    let mut schema = source.schema().clone();
    if let Some(root) = schema.groups.first_mut() {
        provenance::add_history(&mut root.attributes, options, "decompressed");
    }
    let index = NetcdfWriter::index_bytes(&schema);
    let mut storage = Vec::new();
    let mut expansions = Vec::new();
    for number in 0..schema.variables.len() {
        let expansion = match input.netcdf() {
            Some(file) => Expansion::of(file, number)?,
            None => None,
        };
        storage.push(match &expansion {
            Some(expansion) => copy::deflate(expansion.chunk.clone()),
            None => copy::storage(source, number, index)?,
        });
        expansions.extend(expansion);
    }
    let writer = NetcdfWriter::create(output, &schema, &storage, input.netcdf())?;
    let mut progress = ProgressCounter::new(source, options);
    for (number, storage) in storage.iter().enumerate() {
        if !expansions
            .iter()
            .any(|expansion| expansion.number == number)
        {
            copy::copy(source, &writer, number, storage, |part| {
                progress.add(number, part.len());
            })?;
        }
    }
    let mut chunks = writer.into_chunks()?;
    if let (Some(file), [_, ..]) = (input.netcdf(), &expansions[..]) {
        let mut stored = ChunkReader::open(path, file.schema(), &DEFAULT_LIMITS)?;
        for expansion in &expansions {
            let done = expansion.run(file, &mut stored, &mut chunks, options, &mut progress);
            done.map_err(|error| error.with_path(path))?;
        }
    }
    let variables = summary::of_variables(source, &mut chunks, &storage, |_| Fidelity::Exact {
        reason: ExactReason::Decompressed,
    })?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: bytes_of(path)?,
        output_bytes: bytes_of(output)?,
    })
}
