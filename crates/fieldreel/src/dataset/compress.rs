//! A file to a smaller one.

use std::path::Path;

use fieldreel_formats::dataset::{Kind, Source, Values, Variable};
use fieldreel_formats::{ChunkWriter, NetcdfWriter, Numbers, Storage};
use fieldreel_hdf5_filter::{ChunkType, FILTER_ID, Parameters, WriteParameters};
use fieldreel_reel::{Bound, Options, Plan, Value};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::chunking::{Part, chunk_shape, parts};
use super::encode::{Encoded, Encoder};
use super::open::{Input, bytes_of};
use super::sentinels::Sentinels;
use super::{DatasetProgress, DatasetSummary, Kept, Rules, VariableSummary};
use super::{copy, describe, select};
use crate::Error;

/// Compresses a NetCDF or GRIB file into a NetCDF-4 file, which appears whole or not at all.
///
/// Groups, dimensions, variables, attributes and their order and types are kept; the file's `history` gets a line, and
/// each variable with a bound attributes that state it and the largest error. Memory: a few chunks of 16 MiB for each thread.
///
/// # Errors
/// [`Error::NothingMatches`], [`Error::NoBoundFor`]: a rule is for no variable, or for one that is not of numbers in single
/// or double precision with two to five dimensions; [`Error::Format`]: a file cannot be read or written, or has variables
/// of types that it defines itself; [`Error::Reel`]: a variable cannot be encoded within its bound; [`Error::Threads`].
pub fn compress_dataset(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    rules: &Rules,
) -> Result<DatasetSummary, Error> {
    let (path, output) = (input.as_ref(), output.as_ref());
    let input = Input::open(path)?;
    let bounds = select::bounds(input.source().schema(), rules)?;
    let source = input.source();

    let mut schema = source.schema().clone();
    let mut storage = Vec::new();
    let mut lossy = Vec::new();
    for (number, &asked) in bounds.iter().enumerate() {
        let variable = &source.schema().variables[number];
        let Some(asked) = asked else {
            storage.push(copy::storage(source.schema(), variable));
            continue;
        };
        let task = Task::new(source, number, asked)?;
        describe::add_bound(&mut schema.variables[number].attributes, task.bound, asked);
        storage.push(Storage::Filter {
            id: FILTER_ID as u32,
            parameters: task.parameters(variable, rules)?,
            chunk: task.chunk.clone(),
        });
        lossy.push(task);
    }
    if let Some(root) = schema.groups.first_mut() {
        describe::add_history(&mut root.attributes, rules, "compressed");
    }

    let writer = NetcdfWriter::create(output, &schema, &storage, input.netcdf())?;
    let mut progress = Progress::new(source, rules);
    for (number, storage) in storage.iter().enumerate() {
        if bounds[number].is_none() {
            copy::copy(source, &writer, number, storage, |part| {
                progress.add(number, part);
            })?;
        }
    }
    let mut chunks = writer.into_chunks()?;
    let pool = threads(rules)?;
    let mut errors = vec![None; bounds.len()];
    for task in &lossy {
        let max_abs = match source.schema().variables[task.number].kind {
            Kind::F32 => task.run::<f32>(source, &mut chunks, rules, &pool, &mut progress)?,
            _ => task.run::<f64>(source, &mut chunks, rules, &pool, &mut progress)?,
        };
        chunks.set_attribute(task.number, describe::MAX_ERROR, max_abs)?;
        errors[task.number] = Some(max_abs);
    }
    let mut variables = Vec::new();
    for (number, (&bound, max_abs)) in bounds.iter().zip(errors).enumerate() {
        let variable = &source.schema().variables[number];
        let shape = source.schema().shape(variable);
        let kept = bound.zip(max_abs);
        variables.push(VariableSummary {
            name: source.schema().full_name(variable),
            kind: variable.kind,
            kept: kept.map_or(Kept::Exactly, |(bound, max_abs)| Kept::Within {
                bound,
                max_abs,
            }),
            bytes: shape.iter().product::<usize>() as u64 * variable.kind.bytes() as u64,
            stored_bytes: chunks.stored_bytes(number)?,
            shape,
        });
    }
    chunks.finish()?;
    Ok(DatasetSummary {
        variables,
        input_bytes: bytes_of(path)?,
        output_bytes: bytes_of(output)?,
    })
}

/// Threads for chunks.
fn threads(rules: &Rules) -> Result<ThreadPool, Error> {
    let builder = ThreadPoolBuilder::new().num_threads(rules.threads.unwrap_or(0));
    builder.build().map_err(|source| Error::Threads { source })
}

/// A variable with a bound.
struct Task {
    number: usize,
    /// As it is for the encoder: of the whole variable.
    bound: Bound,
    /// The range of its valid values in the whole file, where the bound refers to it.
    range: Option<f64>,
    shape: Vec<usize>,
    chunk: Vec<usize>,
}

impl Task {
    fn new(source: &dyn Source, number: usize, asked: Bound) -> Result<Self, Error> {
        let variable = &source.schema().variables[number];
        let shape = source.schema().shape(variable);
        let chunk = chunk_shape(&shape, variable.kind.bytes());
        let range = match asked {
            Bound::Relative(_) | Bound::Psnr(_) => Some(match variable.kind {
                Kind::F32 => range::<f32>(source, number, &shape, &chunk)?,
                _ => range::<f64>(source, number, &shape, &chunk)?,
            }),
            _ => None,
        };
        let bound = match (asked, range) {
            (Bound::Relative(part), Some(range)) => Bound::Absolute(part * range),
            _ => asked,
        };
        Ok(Self {
            number,
            bound,
            range,
            shape,
            chunk,
        })
    }

    /// What HDF5 keeps with the variable.
    fn parameters(&self, variable: &Variable, rules: &Rules) -> Result<Vec<u32>, Error> {
        let parameters = Parameters {
            write: WriteParameters {
                bound: self.bound,
                effort: rules.effort,
                codecs: rules.codecs,
                fill: variable.attributes.number("_FillValue"),
            },
            chunk_type: ChunkType {
                bytes: variable.kind.bytes(),
                is_big_endian: false,
            },
            dimensions: self.chunk.clone(),
        };
        let values = parameters.to_values();
        let values = values.map_err(|source| Error::Filter { source })?;
        Ok(values.to_vec())
    }

    /// Encodes and writes all chunks; the largest error.
    fn run<T: Value + Stored>(
        &self,
        source: &dyn Source,
        chunks: &mut ChunkWriter,
        rules: &Rules,
        pool: &ThreadPool,
        progress: &mut Progress<'_>,
    ) -> Result<f64, Error> {
        let variable = &source.schema().variables[self.number];
        let mut options = Options::new(self.bound)
            .with_effort(rules.effort)
            .with_codecs(rules.codecs);
        options.range = self.range;
        let encoder = Encoder::<T> {
            options,
            sentinels: Sentinels::of(variable),
            chunk: self.chunk.clone(),
        };
        // A target is met by another plan in each chunk.
        let can_share = !matches!(self.bound, Bound::Psnr(_) | Bound::Ratio(_));
        let (mut plan, mut max_abs): (Option<Plan>, f64) = (None, 0.0);
        let mut parts = parts(&self.shape, &self.chunk).peekable();
        while parts.peek().is_some() {
            // To find a plan takes all threads.
            let at_once = if can_share && plan.is_none() {
                1
            } else {
                pool.current_num_threads()
            };
            let batch = parts.by_ref().take(at_once);
            let batch: Vec<(Part, Vec<T>)> = batch
                .map(|part| Ok((read(source, self.number, &part)?, part)))
                .map(|read: Result<_, Error>| read.map(|(values, part)| (part, values)))
                .collect::<Result<_, Error>>()?;
            let encoded: Vec<(Part, Encoded)> = pool.install(|| {
                batch
                    .into_par_iter()
                    .map(|(part, values)| {
                        let encoded = encoder.encode(&part, values, plan.as_ref());
                        encoded.map(|encoded| (part, encoded)).map_err(reel)
                    })
                    .collect::<Result<_, Error>>()
            })?;
            for (part, encoded) in encoded {
                chunks.write(self.number, &part.start, &encoded.bytes)?;
                max_abs = max_abs.max(encoded.max_abs);
                progress.add(self.number, &part);
                if can_share && plan.is_none() {
                    plan = encoded.plan;
                }
            }
        }
        Ok(max_abs)
    }
}

fn reel(source: fieldreel_reel::ReelError) -> Error {
    Error::Reel { path: None, source }
}

/// Maximum minus minimum of the valid values of a variable; 0 if there are none.
fn range<T: Value + Stored>(
    source: &dyn Source,
    number: usize,
    shape: &[usize],
    chunk: &[usize],
) -> Result<f64, Error> {
    let sentinels = Sentinels::<T>::of(&source.schema().variables[number]);
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    for part in parts(shape, chunk) {
        for value in read::<T>(source, number, &part)? {
            if sentinels.is_value(value) {
                min = min.min(value.to_f64());
                max = max.max(value.to_f64());
            }
        }
    }
    Ok(if max >= min { max - min } else { 0.0 })
}

/// A type of values that is stored so.
trait Stored: Sized {
    fn of(numbers: Numbers) -> Option<Vec<Self>>;
}

impl Stored for f32 {
    fn of(numbers: Numbers) -> Option<Vec<Self>> {
        match numbers {
            Numbers::F32(values) => Some(values),
            _ => None,
        }
    }
}

impl Stored for f64 {
    fn of(numbers: Numbers) -> Option<Vec<Self>> {
        match numbers {
            Numbers::F64(values) => Some(values),
            _ => None,
        }
    }
}

fn read<T: Stored>(source: &dyn Source, number: usize, part: &Part) -> Result<Vec<T>, Error> {
    let values = source.read(number, &part.start, &part.count)?;
    let numbers = match values {
        Values::Numbers(numbers) => T::of(numbers),
        _ => None,
    };
    numbers.ok_or_else(|| Error::NoBoundFor {
        variable: source
            .schema()
            .full_name(&source.schema().variables[number]),
    })
}

/// How far a file has come.
pub(super) struct Progress<'a> {
    source: &'a dyn Source,
    names: Vec<String>,
    done: u64,
    total: u64,
    rules: &'a Rules,
}

impl<'a> Progress<'a> {
    pub(super) fn new(source: &'a dyn Source, rules: &'a Rules) -> Self {
        let schema = source.schema();
        let bytes = |variable: &Variable| {
            let places = schema.shape(variable).iter().product::<usize>();
            (places * variable.kind.bytes()) as u64
        };
        let names = schema.variables.iter().map(|v| schema.full_name(v));
        Self {
            source,
            names: names.collect(),
            done: 0,
            total: schema.variables.iter().map(bytes).sum(),
            rules,
        }
    }

    pub(super) fn add(&mut self, number: usize, part: &Part) {
        let Some(variable) = self.source.schema().variables.get(number) else {
            return;
        };
        self.done += (part.len() * variable.kind.bytes()) as u64;
        if let (Some(progress), Some(name)) = (&self.rules.progress, self.names.get(number)) {
            progress(DatasetProgress {
                variable: name,
                done: self.done,
                total: self.total,
            });
        }
    }
}
