//! Decompression of files that [`compress_dataset`](super::compress_dataset) wrote.

use std::path::Path;

use super::expand::SegmentExpander;
use super::open::{InputFile, stored_bytes};
use super::output::{Content, OutputFile, OutputFormat};
use super::progress::ProgressCounter;
use super::{DatasetOptions, DatasetSummary, ExactReason, Fidelity};
use super::{copy, provenance, summary};
use crate::Error;
use crate::error::check_distinct;

/// Writes a file or a Zarr store of [`compress_dataset`](super::compress_dataset) as a NetCDF-4 file
/// that is readable without a plugin or, if the extension of the output is `.zarr`, as a Zarr store
/// that is readable without our codec. The output appears when it is complete.
///
/// Variables are stored with HDF5's deflate, in Zarr with zstd. Their values are those that a reader of the
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
/// [`Error::SameFile`] if the output is the input, and [`Error::Overlap`] if one contains the other;
/// nothing is read in these cases;
/// [`Error::FeatureMissing`] if a path is that of a Zarr store, and the feature `zarr` is missing;
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
    let format = OutputFormat::of(output)?;
    let numbers = 0..schema.variables.len();
    let expanders = numbers.map(|number| SegmentExpander::for_variable(&input, number));
    let expanders: Vec<Option<SegmentExpander>> = expanders.collect::<Result<_, _>>()?;
    let contents = expanders.iter().map(|expander| match expander {
        Some(expander) => Content::Expanded(&expander.chunk),
        None => Content::Copied,
    });
    let contents: Vec<_> = contents.collect();
    let file = OutputFile::create((output, format), &schema, &input, &contents)?;
    let mut progress = ProgressCounter::new(source, options);
    for (number, expander) in expanders.iter().enumerate() {
        if expander.is_none() {
            copy::copy_values(source, &file, number, |hyperslab| {
                progress.add(number, hyperslab.len());
            })?;
        }
    }
    let mut chunks = file.into_chunks()?;
    let mut stored = None;
    for expander in expanders.iter().flatten() {
        let expanded = expander.expand(&input, &mut stored, &mut chunks, options, &mut progress);
        expanded.map_err(|error| error.with_path(path))?;
    }
    let variables = summary::summarize_variables(source, &mut chunks, |_| Fidelity::Exact {
        reason: ExactReason::Decompressed,
    })?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: stored_bytes(path)?,
        output_bytes: stored_bytes(output)?,
    })
}
