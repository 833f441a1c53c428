//! A variable with a bound, from the file that is read to chunks.

use std::collections::VecDeque;

use fieldreel_formats::dataset::{Kind, Source, Values, Variable};
use fieldreel_formats::{ChunkWriter, Numbers};
use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
use fieldreel_reel::{
    Bound, Extremes, Options, ReelError, Scheduler, Validity, Value, WriterOptions,
};

use super::Rules;
use super::chunking::{Part, chunk_shape, parts};
use super::pad::whole_chunk;
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
                base: rules.base,
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
        progress: &mut Progress<'_>,
    ) -> Result<f64, Error> {
        let mut options = Options::new(self.bound)
            .with_effort(rules.effort)
            .with_base(rules.base)
            .with_codecs(rules.codecs);
        options.on_grid = rules.on_grid;
        options.range = self.range;
        add_validity(&mut options, &source.schema().variables[self.number]);
        let mut options = WriterOptions::new(options);
        options.threads = rules.threads;
        let mut scheduler = Scheduler::<T>::new(&options);
        let mut encoded = VecDeque::new();
        let mut max_abs = 0.0_f64;
        let mut write_done = |scheduler: &mut Scheduler<T>, encoded: &mut VecDeque<Part>| {
            while let Some(segment) = scheduler.next_done() {
                let segment = segment.map_err(|source| self.error(source))?;
                if let Some(part) = encoded.pop_front() {
                    chunks.write(self.number, &part.start, &segment.bytes)?;
                    max_abs = max_abs.max(segment.info.certificate.max_abs);
                    progress.add(self.number, &part);
                }
            }
            Ok::<_, Error>(())
        };
        for part in parts(&self.shape, &self.chunk) {
            while scheduler.is_full() {
                scheduler.wait().map_err(|source| self.error(source))?;
                write_done(&mut scheduler, &mut encoded)?;
            }
            let values = read(source, self.number, &part)?;
            let values = whole_chunk(&self.chunk, &part, values);
            let values = values.map_err(|source| self.error(source))?;
            encoded.push_back(part);
            let submitted = scheduler.submit(values);
            submitted.map_err(|source| self.error(source))?;
        }
        while !scheduler.is_idle() {
            scheduler.wait().map_err(|source| self.error(source))?;
            write_done(&mut scheduler, &mut encoded)?;
        }
        Ok(max_abs)
    }

    fn error(&self, source: ReelError) -> Error {
        Error::Variable {
            path: None,
            variable: self.name.clone(),
            bound: self.bound,
            source: Box::new(source),
        }
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
