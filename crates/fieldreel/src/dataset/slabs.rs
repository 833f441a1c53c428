//! Slabs of large variables: parts of a Zarr store that are encoded apart.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fieldreel_formats::FormatError;

use super::compress::compress_with;
use super::open::InputFile;
use super::output::{ChunkOutput, Content, OutputFile, OutputFormat};
use super::progress::ProgressCounter;
use super::variable_encoder::{VariableEncoder, chunk_of};
use super::{DatasetOptions, DatasetSummary, Fidelity, VariableSummary};
use super::{encode, provenance, select};
use crate::Error;
use crate::error::check_distinct;

/// A variable that can be encoded as several slabs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LargeVariable {
    /// The name; `/group/name` in a group.
    pub name: String,
    /// The lengths of the dimensions.
    pub shape: Vec<usize>,
    /// The shape of the chunks of the output. Slabs begin and end at chunks along the first
    /// dimension.
    pub chunk: Vec<usize>,
    /// The size of a value in bytes.
    pub value_bytes: usize,
    /// The range, max − min of the valid values as they are stored, if the bound refers to it. All
    /// slabs need it, through [`DatasetOptions::with_range`].
    pub range: Option<f64>,
}

/// The values of a variable in a range of indices along the first dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Slab {
    /// The name of the variable; `/group/name` in a group.
    pub variable: String,
    /// The indices along the first dimension.
    pub indices: Range<usize>,
}

impl Slab {
    /// Returns the slab of a variable with a range of indices along the first dimension.
    #[must_use]
    pub fn new(variable: impl Into<String>, indices: Range<usize>) -> Self {
        Self {
            variable: variable.into(),
            indices,
        }
    }

    /// Returns an error that describes a mistake.
    fn invalid(&self, problem: &'static str) -> Error {
        Error::InvalidSlab {
            variable: self.variable.clone(),
            start: self.indices.start,
            end: self.indices.end,
            problem,
        }
    }

    /// Returns whether a variable of this name is meant. The `/` before a name is optional.
    fn is_of(&self, name: &str) -> bool {
        self.variable.trim_start_matches('/') == name.trim_start_matches('/')
    }
}

/// A slab that [`compress_slab`] has written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EncodedSlab {
    /// The slab.
    pub slab: Slab,
    /// The store that holds the chunks of the slab.
    pub store: PathBuf,
    /// The largest error of a value, in the unit of the variable.
    pub max_abs: f64,
}

impl EncodedSlab {
    /// Returns a slab with the store that holds its chunks, and its largest error.
    #[must_use]
    pub fn new(slab: Slab, store: impl Into<PathBuf>, max_abs: f64) -> Self {
        Self {
            slab,
            store: store.into(),
            max_abs,
        }
    }
}

/// Returns the variables of a file that have a bound, more than `min_bytes` bytes of values, and
/// more than one chunk along the first dimension. Reads a variable as a whole if its bound refers
/// to its range.
///
/// # Errors
/// Those of [`compress_dataset`](super::compress_dataset) for the input and the options.
pub fn large_variables(
    input: impl AsRef<Path>,
    options: &DatasetOptions,
    min_bytes: u64,
) -> Result<Vec<LargeVariable>, Error> {
    let path = input.as_ref();
    let input = InputFile::open(path)?;
    let source = input.source();
    let schema = source.schema();
    let mut large = Vec::new();
    for (number, criterion) in select::choose(source, options)?.into_iter().enumerate() {
        let variable = &schema.variables[number];
        let (shape, value_bytes) = (schema.shape(variable), variable.kind.bytes());
        let bytes = shape.iter().fold(value_bytes as u64, |bytes, &length| {
            bytes.saturating_mul(length as u64)
        });
        let chunk = chunk_of(schema, variable, options);
        let is_large = bytes > min_bytes && chunk.first() < shape.first();
        let Ok(requested) = OutputFormat::Zarr.allow(source, number, criterion) else {
            continue;
        };
        if is_large {
            let encoder = VariableEncoder::new(source, number, requested, options);
            large.push(LargeVariable {
                name: schema.full_name(variable),
                range: encoder.map_err(|error| error.with_path(path))?.range(),
                shape,
                chunk,
                value_bytes,
            });
        }
    }
    Ok(large)
}

/// Compresses a slab of a variable into a Zarr store that has the structure of the whole file, and
/// of which only the chunks of the slab exist. [`compress_with_slabs`] combines such stores.
///
/// The options are those of the whole file, with the range of the variable if its bound refers to
/// it. The shape and the sizes of the summary are those of the slab. The output appears when it is
/// complete.
///
/// # Errors
/// - [`Error::InvalidSlab`] if the slab is empty, outside of the variable, or does not begin and end
///   at chunks.
/// - [`Error::BoundNotApplicable`] if the variable has no bound or is missing.
/// - [`Error::Format`] if the output has another extension than `.zarr`.
/// - Those of [`compress_dataset`](super::compress_dataset).
pub fn compress_slab(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    slab: &Slab,
    options: &DatasetOptions,
) -> Result<VariableSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    check_format(output)?;
    check_distinct(path, output)?;
    let input = InputFile::open(path)?;
    let source = input.source();
    let mut schema = source.schema().clone();
    let mut criteria = select::choose(source, options)?;
    let mut variables = schema.variables.iter();
    let number = variables.position(|variable| slab.is_of(&schema.full_name(variable)));
    let bounded = number.and_then(|number| {
        let criterion = OutputFormat::Zarr.allow(source, number, criteria.swap_remove(number));
        Some((number, criterion.ok()?))
    });
    let Some((number, requested)) = bounded else {
        return Err(Error::BoundNotApplicable {
            variable: slab.variable.clone(),
        });
    };
    let variable = &schema.variables[number];
    let (mut shape, chunk) = (schema.shape(variable), chunk_of(&schema, variable, options));
    check(slab, &shape, &chunk)?;
    let encoder = VariableEncoder::new(source, number, requested, options);
    let mut encoder = encoder.map_err(|error| error.with_path(path))?;
    encoder.slab = slab.indices.clone();
    provenance::add_bound(
        &mut schema.variables[number].attributes,
        encoder.criterion,
        requested,
    );
    let mut contents = vec![Content::Copied; schema.variables.len()];
    contents[number] = Content::Segments(&encoder);
    let file = OutputFile::create((output, OutputFormat::Zarr), &schema, &input, &contents);
    let mut chunks = file.map_err(|error| error.with_path(path))?.into_chunks()?;
    let mut max_abs = 0.0;
    let written = encode::encode_variables(
        std::slice::from_ref(&encoder),
        source,
        &mut chunks,
        options,
        &mut ProgressCounter::new(source, options),
        |encoder, error, chunks| {
            max_abs = error;
            chunks.set_attribute(encoder.number, provenance::MAX_ERROR, error)
        },
    );
    written.map_err(|error| error.with_path(path))?;
    let variable = &schema.variables[number];
    shape[0] = slab.indices.len();
    let summary = VariableSummary {
        name: schema.full_name(variable),
        kind: variable.kind,
        fidelity: Fidelity::Bounded {
            criterion: requested,
            max_abs,
        },
        storage: chunks.storage(number),
        bytes: (shape.iter().product::<usize>() * variable.kind.bytes()) as u64,
        stored_bytes: chunks.stored_bytes(number)?,
        shape,
    };
    chunks.finish()?;
    Ok(summary)
}

/// Compresses a file into a Zarr store as [`compress_dataset`](super::compress_dataset) does, and
/// takes the chunks of large variables from slabs that [`compress_slab`] has written with the same
/// options. The slabs of a variable have to contain all its chunks.
///
/// ```
/// use fieldreel::ErrorBound;
/// use fieldreel::dataset::{DatasetOptions, EncodedSlab, Fidelity, Slab};
/// use fieldreel::dataset::{compress_slab, compress_with_slabs};
/// # use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let [input, output] = ["wind.nc", "wind.zarr"].map(|name| folder.path().join(name));
/// # let wind = ndarray::Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t * y + x) as f32 / 7.0);
/// # let field = Field::new("wind", wind.into_dyn(), &["time", "y", "x"])?;
/// # write_netcdf(&input, &field, &NetcdfOptions::uncompressed())?;
/// // The file `input` has a variable of 12×30×40 values. Two processes could do a slab each.
/// let options = DatasetOptions::new(ErrorBound::Absolute(0.01)).with_chunk("time", 4);
/// let mut slabs = Vec::new();
/// for (number, indices) in [0..8, 8..12].into_iter().enumerate() {
///     let slab = Slab::new("wind", indices);
///     let store = folder.path().join(format!("{number}.zarr"));
///     let summary = compress_slab(&input, &store, &slab, &options)?;
///     if let Fidelity::Bounded { max_abs, .. } = summary.fidelity {
///         slabs.push(EncodedSlab::new(slab, store, max_abs));
///     }
/// }
/// let summary = compress_with_slabs(&input, &output, &options, &slabs)?;
/// assert_eq!(summary.variables[0].shape, [12, 30, 40]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// - [`Error::InvalidSlab`] if a slab is not one of whole chunks, or chunks are in no slab.
/// - [`Error::Io`] if a chunk of a slab cannot be read.
/// - [`Error::Format`] if the output has another extension than `.zarr`.
/// - Those of [`compress_dataset`](super::compress_dataset).
pub fn compress_with_slabs(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DatasetOptions,
    slabs: &[EncodedSlab],
) -> Result<DatasetSummary, Error> {
    let (input, output) = (input.as_ref(), output.as_ref());
    check_format(output)?;
    compress_with(input, output, options, |encoder, chunks| {
        let of_variable = slabs
            .iter()
            .filter(|encoded| encoded.slab.is_of(encoder.name()));
        let of_variable: Vec<&EncodedSlab> = of_variable.collect();
        match of_variable.as_slice() {
            [] => Ok(None),
            slabs => adopt(encoder, slabs, chunks).map(Some),
        }
    })
}

/// Checks that a path is that of a Zarr store.
fn check_format(path: &Path) -> Result<(), Error> {
    match OutputFormat::of(path)? {
        OutputFormat::Zarr => Ok(()),
        OutputFormat::Netcdf => Err(FormatError::InvalidOption {
            option: "the path of a store of slabs",
            value: path.display().to_string(),
            allowed: "a path with the extension .zarr",
        }
        .into()),
    }
}

/// Takes all chunks of a variable from slabs, and returns the largest error.
fn adopt(
    encoder: &VariableEncoder,
    slabs: &[&EncodedSlab],
    chunks: &mut ChunkOutput,
) -> Result<f64, Error> {
    let mut max_abs = 0.0_f64;
    for encoded in slabs {
        check(&encoded.slab, &encoder.shape, &encoder.chunk)?;
        max_abs = max_abs.max(encoded.max_abs);
    }
    for hyperslab in encoder.hyperslabs() {
        let first = hyperslab.start[0];
        let mut slabs = slabs.iter();
        let found = slabs.find(|encoded| encoded.slab.indices.contains(&first));
        let Some(found) = found else {
            let missing = Slab::new(encoder.name(), first..first + hyperslab.count[0]);
            return Err(missing.invalid("no slab contains these chunks of the variable"));
        };
        let path = found.store.join(chunk_key(encoder, &hyperslab.start));
        let bytes = fs::read(&path).map_err(|source| Error::Io {
            path: Some(path),
            source,
        })?;
        chunks.write(encoder.number, &hyperslab.start, &bytes)?;
    }
    Ok(max_abs)
}

/// Returns the path within a store of the chunk that begins at `start` (Zarr v3, "default" chunk key
/// encoding).
fn chunk_key(encoder: &VariableEncoder, start: &[usize]) -> String {
    let array = encoder.name().trim_start_matches('/');
    let index = start
        .iter()
        .zip(&encoder.chunk)
        .map(|(start, len)| start / len);
    index.fold(format!("{array}/c"), |key, at| format!("{key}/{at}"))
}

/// Checks that a slab consists of whole chunks of its variable.
fn check(slab: &Slab, shape: &[usize], chunk: &[usize]) -> Result<(), Error> {
    let Range { start, end } = slab.indices;
    let (Some(&length), Some(&step)) = (shape.first(), chunk.first()) else {
        return Err(slab.invalid("the variable has no dimension"));
    };
    if start >= end || end > length {
        return Err(slab.invalid("the slab is empty or outside of the variable"));
    }
    if !start.is_multiple_of(step) || !(end.is_multiple_of(step) || end == length) {
        return Err(slab.invalid("a slab begins and ends at chunks along the first dimension"));
    }
    Ok(())
}
