//! A variable with a bound, from the file that is read to chunks.

use fieldreel_formats::dataset::{Kind, Source, Values, Variable};
use fieldreel_formats::{ChunkWriter, Numbers};
use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
use fieldreel_reel::{Bound, Extremes, Options, Plan, Validity, Value};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::Rules;
use super::chunking::{Part, chunk_shape, parts};
use super::encode::{Encoded, Encoder};
use super::progress::Progress;
use super::sentinels::add_validity;
use crate::Error;

/// A variable with a bound.
pub(super) struct Task {
    pub(super) number: usize,
    /// Its name; `/group/name` in a group.
    name: String,
    /// As it is for the encoder: of the whole variable.
    pub(super) bound: Bound,
    /// The range of its valid values in the whole file, where the bound refers to it.
    range: Option<f64>,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
}

impl Task {
    pub(super) fn new(source: &dyn Source, number: usize, asked: Bound) -> Result<Self, Error> {
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
            name: source.schema().full_name(variable),
            bound,
            range,
            shape,
            chunk,
        })
    }

    /// What HDF5 keeps with the variable.
    pub(super) fn parameters(&self, variable: &Variable, rules: &Rules) -> Result<Vec<u32>, Error> {
        let parameters = Parameters {
            write: WriteParameters {
                bound: self.bound,
                effort: rules.effort,
                codecs: rules.codecs,
                fill: variable.attributes.number("_FillValue"),
            },
            chunk_type: ChunkType {
                bytes: variable.kind.bytes(),
                is_big_endian: variable.is_big_endian,
            },
            dimensions: self.chunk.clone(),
        };
        let values = parameters.to_values();
        let values = values.map_err(|source| Error::Filter {
            path: None,
            variable: self.name.clone(),
            source: Box::new(source),
        })?;
        Ok(values.to_vec())
    }

    /// Encodes and writes all chunks; the largest error.
    pub(super) fn run<T: Value + Stored>(
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
        add_validity(&mut options, variable);
        let encoder = Encoder {
            options,
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
                        let encoded = encoded.map(|encoded| (part, encoded));
                        encoded.map_err(|source| Error::Variable {
                            path: None,
                            variable: self.name.clone(),
                            bound: self.bound,
                            source: Box::new(source),
                        })
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

/// Returns the maximum minus the minimum of the valid values of a variable; 0 if there are none.
fn range<T: Value + Stored>(
    source: &dyn Source,
    number: usize,
    shape: &[usize],
    chunk: &[usize],
) -> Result<f64, Error> {
    let mut options = Options::new(Bound::Lossless);
    add_validity(&mut options, &source.schema().variables[number]);
    let validity = Validity::<T>::new(&options.fills, options.valid_range);
    let mut extremes = Extremes::default();
    for part in parts(shape, chunk) {
        extremes = extremes.and(validity.extremes(read::<T>(source, number, &part)?));
    }
    Ok(extremes.range().unwrap_or(0.0))
}

/// A type of values that is stored so.
pub(super) trait Stored: Sized {
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
