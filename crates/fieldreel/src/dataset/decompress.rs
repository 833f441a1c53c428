//! Decompression of files that [`compress_dataset`](super::compress_dataset) wrote.

use std::path::Path;

use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ChunkReader, DEFAULT_LIMITS, NetcdfWriter};

use super::expand::SegmentExpander;
use super::open::{InputFile, file_len};
use super::progress::ProgressCounter;
use super::{DatasetOptions, DatasetSummary, ExactReason, Fidelity};
use super::{copy, provenance, summary};
use crate::Error;
use crate::error::check_distinct;

/// Writes a file of [`compress_dataset`](super::compress_dataset) as a NetCDF-4 file that is
/// readable without a plugin. The file appears when it is complete.
///
/// Variables are stored with HDF5's deflate. Their values are those that a reader of the
/// compressed file gets. A line is added to the `history` of the file; the attributes that record
/// the loss remain. Only the threads, the progress function and the history line of `options` are
/// used.
///
/// ```
/// use fieldreel::ErrorBound;
/// use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
/// use fieldreel::formats::{Field, NetcdfOptions, read_netcdf, write_netcdf};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = |name: &str| folder.path().join(name);
/// let [input, compressed, output] = ["a.nc", "b.nc", "c.nc"].map(path);
/// let wind = Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// let field = Field::new("wind", wind.into_dyn(), &["time", "y", "x"])?;
/// write_netcdf(&input, &field, &NetcdfOptions::uncompressed())?;
///
/// let options = DatasetOptions::new(ErrorBound::Absolute(0.01));
/// compress_dataset(&input, &compressed, &options)?;
/// decompress_dataset(&compressed, &output, &DatasetOptions::lossless())?;
/// assert_eq!(read_netcdf(&output, Some("wind"))?.shape(), [12, 30, 40]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::SameFile`] if the output is the input, and nothing is read in this case;
/// [`Error::Format`] if a file cannot be read or written; [`Error::Filter`] if a chunk is damaged;
/// [`Error::Threads`] if threads cannot be started.
pub fn decompress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DatasetOptions,
) -> Result<DatasetSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    check_distinct(path, output)?;
    let input = InputFile::open(path)?;
    let source = input.source();
    let mut schema = source.schema().clone();
    if let Some(root) = schema.groups.first_mut() {
        provenance::add_history(&mut root.attributes, options, "decompressed");
    }
    let index_bytes = NetcdfWriter::index_bytes(&schema);
    let mut storage = Vec::new();
    let mut expanders = Vec::new();
    for number in 0..schema.variables.len() {
        let expander = match input.netcdf() {
            Some(file) => SegmentExpander::for_variable(file, number)?,
            None => None,
        };
        storage.push(match &expander {
            Some(expander) => copy::deflate_storage(expander.chunk.clone()),
            None => copy::choose_storage(source, number, index_bytes)?,
        });
        expanders.extend(expander);
    }
    let writer = NetcdfWriter::create(output, &schema, &storage, input.netcdf())?;
    let mut progress = ProgressCounter::new(source, options);
    for (number, storage) in storage.iter().enumerate() {
        if !expanders.iter().any(|expander| expander.number == number) {
            copy::copy_values(source, &writer, number, storage, |hyperslab| {
                progress.add(number, hyperslab.len());
            })?;
        }
    }
    let mut chunks = writer.into_chunks()?;
    if let (Some(file), [_, ..]) = (input.netcdf(), &expanders[..]) {
        let mut stored = ChunkReader::open(path, file.schema(), &DEFAULT_LIMITS)?;
        for expander in &expanders {
            let expanded = expander.expand(file, &mut stored, &mut chunks, options, &mut progress);
            expanded.map_err(|error| error.with_path(path))?;
        }
    }
    let variables =
        summary::summarize_variables(source, &mut chunks, &storage, |_| Fidelity::Exact {
            reason: ExactReason::Decompressed,
        })?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: file_len(path)?,
        output_bytes: file_len(output)?,
    })
}
