//! Compression of NetCDF and GRIB files and Zarr stores.

use std::path::Path;

use fieldreel_reel::ErrorBound;

use super::open::{InputFile, stored_bytes};
use super::output::{ChunkOutput, Content, OutputFile, OutputFormat};
use super::progress::ProgressCounter;
use super::variable_encoder::VariableEncoder;
use super::{DatasetOptions, DatasetSummary, Fidelity};
use super::{copy, encode, lossless, provenance, select, summary};
use crate::Error;
use crate::error::check_distinct;

/// Compresses a NetCDF or GRIB file or a Zarr store into a NetCDF-4 file or, if the extension of the
/// output is `.zarr`, into a Zarr store. The output appears when it is complete.
///
/// Groups, dimensions, variables and attributes keep their order and types. A line is added to the
/// `history` of the file, and attributes with the bound and the largest error to each variable
/// that has a bound. Each thread needs memory for a few chunks of 16 MiB.
///
/// ```
/// use fieldreel::ErrorBound;
/// use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset};
/// use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let [input, output] = ["wind.nc", "compressed.nc"].map(|name| folder.path().join(name));
/// let wind = Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// let field = Field::new("wind", wind.into_dyn(), &["time", "y", "x"])?;
/// write_netcdf(&input, &field, &NetcdfOptions::uncompressed())?;
///
/// let options = DatasetOptions::new(ErrorBound::Absolute(0.01));
/// let summary = compress_dataset(&input, &output, &options)?;
/// assert!(summary.output_bytes < summary.input_bytes);
/// let wind = &summary.variables[0];
/// assert_eq!(wind.shape, [12, 30, 40]);
/// match &wind.fidelity {
///     Fidelity::Bounded { max_abs, .. } => assert!(*max_abs <= 0.01),
///     Fidelity::Exact { reason } => panic!("wind is lossless: {reason}"),
///     _ => {}
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// - [`Error::SameFile`] if the output is the input, or [`Error::Overlap`] if one contains the
///   other; nothing is read in these cases.
/// - [`Error::FeatureMissing`] if a path is that of a Zarr store, and the feature `zarr` is missing.
/// - [`Error::Reel`] if a criterion is invalid.
/// - [`Error::NoSuchDimension`] if the length of chunks is set along a dimension that is missing.
/// - [`Error::NoSuchVariable`] if a name or a pattern matches no variable.
/// - [`Error::BoundNotApplicable`] if a bound is set for a name whose variable is not numeric, has
///   no dimension or more than eight, or is packed with an offset while the bound is
///   [`ErrorBound::PointwiseRelative`].
/// - [`Error::Format`] if a file cannot be read or written, or has types that the
///   format of the output lacks.
/// - [`Error::Variable`] if a variable cannot be encoded within its bound.
/// - [`Error::Filter`] if the HDF5 filter does not support a variable.
/// - [`Error::Threads`] if threads cannot be started.
pub fn compress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DatasetOptions,
) -> Result<DatasetSummary, Error> {
    compress_with(input.as_ref(), output.as_ref(), options, |_, _| Ok(None))
}

/// Compresses a file as [`compress_dataset`] does. `adopt` is called with each variable that is
/// stored as segments; it returns `None`, or writes all chunks of the variable and returns the
/// largest error.
pub(super) fn compress_with(
    path: &Path,
    output: &Path,
    options: &DatasetOptions,
    mut adopt: impl FnMut(&VariableEncoder, &mut ChunkOutput) -> Result<Option<f64>, Error>,
) -> Result<DatasetSummary, Error> {
    check_distinct(path, output)?;
    let input = InputFile::open(path)?;
    let source = input.source();
    let criteria = select::choose(source, options)?;

    let format = OutputFormat::of(output)?;
    let criteria = criteria.into_iter().enumerate();
    let criteria: Vec<_> = criteria
        .map(|(number, criterion)| format.allow(source, number, criterion))
        .collect();

    let mut schema = source.schema().clone();
    let mut encoders = Vec::new();
    for (number, requested) in criteria.iter().enumerate() {
        let encoder = match requested {
            &Ok(requested) => VariableEncoder::new(source, number, requested, options),
            Err(_)
                if options.portable
                    || !format.has_segments(source, number)
                    || !lossless::are_segments_smaller(source, number)? =>
            {
                continue;
            }
            Err(_) => VariableEncoder::new(source, number, ErrorBound::Lossless.into(), options),
        };
        let encoder = encoder.map_err(|error| error.with_path(path))?;
        if let &Ok(requested) = requested {
            provenance::add_bound(
                &mut schema.variables[number].attributes,
                encoder.criterion,
                requested,
            );
        }
        encoders.push(encoder);
    }
    if let Some(root) = schema.groups.first_mut() {
        provenance::add_history(&mut root.attributes, options, "compressed");
    }
    let mut contents = vec![Content::Copied; criteria.len()];
    for encoder in &encoders {
        contents[encoder.number] = Content::Segments(encoder);
    }
    let file = OutputFile::create((output, format), &schema, &input, &contents);
    let file = file.map_err(|error| error.with_path(path))?;
    let mut progress = ProgressCounter::new(source, options);
    for (number, content) in contents.iter().enumerate() {
        if matches!(content, Content::Copied) {
            copy::copy_values(source, &file, number, |hyperslab| {
                progress.add(number, hyperslab.len());
            })?;
        }
    }
    let mut chunks = file.into_chunks()?;
    let mut max_errors = vec![0.0; criteria.len()];
    let mut on_written = |encoder: &VariableEncoder, max_abs, chunks: &mut ChunkOutput| {
        max_errors[encoder.number] = max_abs;
        if criteria[encoder.number].is_ok() {
            chunks.set_attribute(encoder.number, provenance::MAX_ERROR, max_abs)?;
        }
        Ok(())
    };
    let mut remaining = Vec::with_capacity(encoders.len());
    for encoder in encoders {
        match adopt(&encoder, &mut chunks)? {
            Some(max_abs) => on_written(&encoder, max_abs, &mut chunks)?,
            None => remaining.push(encoder),
        }
    }
    let written = encode::encode_variables(
        &remaining,
        source,
        &mut chunks,
        options,
        &mut progress,
        on_written,
    );
    written.map_err(|error| error.with_path(path))?;
    let fidelity = |number: usize| match &criteria[number] {
        &Ok(criterion) => Fidelity::Bounded {
            criterion,
            max_abs: max_errors[number],
        },
        Err(reason) => Fidelity::Exact {
            reason: reason.clone(),
        },
    };
    let variables = summary::summarize_variables(source, &mut chunks, fidelity)?;
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: stored_bytes(path)?,
        output_bytes: stored_bytes(output)?,
    })
}
