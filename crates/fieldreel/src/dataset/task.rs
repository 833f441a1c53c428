//! A variable in chunks that are segments, from the file that is read.

use std::collections::{HashMap, VecDeque};

use fieldreel_core::{Dtype, Element, with_element_type};
use fieldreel_formats::ChunkWriter;
use fieldreel_formats::dataset::{DatasetSource, VariableSchema, VariableValues};
use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
use fieldreel_reel::{
    Bound, Extremes, Options, Plan, ReelError, Scheduler, SharedPlan, Validity, Value,
    WriterOptions, segment,
};
use ndarray::Array3;

use super::Rules;
use super::chunking::{Part, chunk_shape_with, parts};
use super::packing::{Packing, meant_type};
use super::pad::whole_chunk;
use super::progress::Progress;
use super::sentinels::add_validity;
use crate::Error;

/// A variable whose chunks are segments.
pub(super) struct Task {
    pub(super) number: usize,
    /// Its name; `/group/name` in a group.
    name: String,
    /// Of the whole variable, in the unit of unpacked numbers.
    pub(super) bound: Bound,
    /// The unit of stored numbers, in that of unpacked ones.
    unit: f64,
    options: Options,
    /// The type of its numbers as they are meant.
    dtype: Dtype,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
}

impl Task {
    /// A variable within a bound of its unpacked numbers.
    pub(super) fn new(
        source: &dyn DatasetSource,
        number: usize,
        asked: Bound,
        rules: &Rules,
    ) -> Result<Self, Error> {
        let schema = source.schema();
        let variable = &schema.variables[number];
        let name = schema.full_name(variable);
        let Some(dtype) = meant_type(variable) else {
            return Err(Error::NoBoundFor { variable: name });
        };
        let shape = schema.shape(variable);
        let chunk = chunk_shape_with(&shape, variable.kind.bytes(), |axis| {
            let dimension = schema.dimensions.get(*variable.dimensions.get(axis)?)?;
            rules.chunks.get(&dimension.name).copied()
        });
        let packing = Packing::of(variable);
        let unit = packing.map_or(1.0, |packing| packing.scale.abs());
        let mut options = Options::new(asked)
            .with_effort(rules.effort)
            .with_base(rules.base)
            .with_codecs(rules.codecs);
        options.on_grid = rules.on_grid;
        add_validity(&mut options, variable);
        if matches!(asked, Bound::Relative(_) | Bound::Psnr(_)) {
            let validity = (&options.fills[..], options.valid_range);
            options.range = Some(with_element_type!(dtype, T => {
                let validity = Validity::<T>::new(validity.0, validity.1);
                range(source, number, &validity, parts(&shape, &chunk))?
            }));
        }
        let bound = match (asked, options.range) {
            (Bound::Relative(part), Some(range)) => Bound::Absolute(part * range * unit),
            _ => asked,
        };
        let stored = packing.map_or(Some(bound), |packing| packing.stored(bound));
        let Some(stored) = stored else {
            return Err(Error::NoBoundFor { variable: name });
        };
        options.bound = stored;
        Ok(Self {
            number,
            name,
            bound,
            unit,
            options,
            dtype,
            shape,
            chunk,
        })
    }

    /// What HDF5 keeps with the variable.
    pub(super) fn parameters(&self, variable: &VariableSchema) -> Result<Vec<u32>, Error> {
        let options = &self.options;
        let fill = variable.attributes.get("_FillValue");
        let parameters = Parameters {
            write: WriteParameters {
                bound: options.bound,
                effort: options.effort,
                base: options.base,
                codecs: options.codecs,
                fill: fill.and(options.fills.first().copied()),
            },
            chunk_type: ChunkType {
                dtype: self.dtype,
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

    /// Returns the bytes of its values, if they are one chunk.
    pub(super) fn bytes_of_one_chunk(&self) -> Option<usize> {
        let is_one = self.chunk == self.shape;
        is_one.then(|| self.shape.iter().product::<usize>() * self.dtype.bytes())
    }

    /// Reads the only chunk. The result encodes it, by a plan if it is given one.
    pub(super) fn read_one(&self, source: &dyn DatasetSource) -> Result<Encoding<'_>, Error> {
        let part = Part::whole(&self.shape);
        with_element_type!(self.dtype, T => {
            let values = self.chunk_of::<T>(source, &part)?;
            Ok(Box::new(move |plan| {
                let mut options = self.options.clone();
                options.plan = plan;
                let segment = segment::encode(values.view(), &options);
                let segment = segment.map_err(|source| self.error(source))?;
                Ok(Encoded {
                    max_abs: segment.info.certificate.max_abs * self.unit,
                    plan: segment.info.plan,
                    bytes: segment.bytes,
                })
            }))
        })
    }

    /// Returns the type and the chunks, by which variables may be alike.
    pub(super) fn kind(&self) -> Kind {
        (self.dtype, self.chunk.clone())
    }

    /// Encodes and writes all chunks; returns the largest error.
    pub(super) fn run(
        &self,
        source: &dyn DatasetSource,
        chunks: &mut ChunkWriter,
        rules: &Rules,
        progress: &mut Progress<'_>,
        plans: &mut Plans,
    ) -> Result<f64, Error> {
        with_element_type!(self.dtype, T => {
            self.run_as::<T>(source, chunks, rules, progress, plans)
        })
    }

    fn run_as<T: Value>(
        &self,
        source: &dyn DatasetSource,
        chunks: &mut ChunkWriter,
        rules: &Rules,
        progress: &mut Progress<'_>,
        plans: &mut Plans,
    ) -> Result<f64, Error> {
        let mut options = WriterOptions::new(self.options.clone());
        options.threads = rules.threads;
        let alike = self.kind();
        let mut scheduler = Scheduler::<T>::new(&options).with_plan(plans.remove(&alike));
        let mut encoded = VecDeque::new();
        let mut max_abs = 0.0_f64;
        let mut write_done = |scheduler: &mut Scheduler<T>, encoded: &mut VecDeque<Part>| {
            while let Some(segment) = scheduler.next_done() {
                let segment = segment.map_err(|source| self.error(source))?;
                if let Some(part) = encoded.pop_front() {
                    chunks.write(self.number, &part.start, &segment.bytes)?;
                    max_abs = max_abs.max(segment.info.certificate.max_abs);
                    progress.add(self.number, part.len());
                }
            }
            Ok::<_, Error>(())
        };
        for part in parts(&self.shape, &self.chunk) {
            while scheduler.is_full() {
                scheduler.wait().map_err(|source| self.error(source))?;
                write_done(&mut scheduler, &mut encoded)?;
            }
            let values = self.chunk_of::<T>(source, &part)?;
            encoded.push_back(part);
            let submitted = scheduler.submit(values);
            submitted.map_err(|source| self.error(source))?;
        }
        while !scheduler.is_idle() {
            scheduler.wait().map_err(|source| self.error(source))?;
            write_done(&mut scheduler, &mut encoded)?;
        }
        plans.extend(scheduler.plan().map(|plan| (alike, plan)));
        Ok(max_abs * self.unit)
    }

    /// Reads a part, as a whole chunk.
    fn chunk_of<T: Value>(
        &self,
        source: &dyn DatasetSource,
        part: &Part,
    ) -> Result<Array3<T>, Error> {
        let values = read(source, self.number, part)?;
        let values = whole_chunk(&self.chunk, part, values, &self.options.fills);
        values.map_err(|source| self.error(source))
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

/// A type, and the lengths of chunks.
pub(super) type Kind = (Dtype, Vec<usize>);

/// The plans of the last variables of a type and chunks. A variable of the same type and chunks keeps one as long as it is good.
pub(super) type Plans = HashMap<Kind, SharedPlan>;

/// Encodes a chunk, by a plan if there is one, else by one that is found by trial.
pub(super) type Encoding<'a> = Box<dyn FnOnce(Option<Plan>) -> Result<Encoded, Error> + Send + 'a>;

/// A chunk that was encoded.
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// The largest error, in the unit of unpacked numbers.
    pub(super) max_abs: f64,
    /// The plan that it was encoded by.
    pub(super) plan: Option<Plan>,
}

/// Returns the maximum minus the minimum of the valid values of a variable; 0 if there are none.
fn range<T: Value>(
    source: &dyn DatasetSource,
    number: usize,
    validity: &Validity<T>,
    parts: impl Iterator<Item = Part>,
) -> Result<f64, Error> {
    let mut extremes = Extremes::default();
    for part in parts {
        extremes = extremes.and(validity.extremes(&read::<T>(source, number, &part)?));
    }
    Ok(extremes.range().unwrap_or(0.0))
}

/// Reads a part of a variable of numbers that are stored with the bits of `T`.
pub(super) fn read<T: Element>(
    source: &dyn DatasetSource,
    number: usize,
    part: &Part,
) -> Result<Vec<T>, Error> {
    let variable = &source.schema().variables[number];
    let values = source.read(number, &part.start, &part.count)?;
    let numbers = match (values, variable.kind.dtype()) {
        (VariableValues::Numbers(numbers), Some(stored)) => match T::of_numbers(numbers) {
            Ok(values) => Some(values),
            Err(numbers) => with_element_type!(stored, S => {
                let values = S::of_numbers(numbers).ok();
                values.map(|values| values.iter().map(|value| T::of_bits(value.bits())).collect())
            }),
        },
        _ => None,
    };
    numbers.ok_or_else(|| Error::NoBoundFor {
        variable: source.schema().full_name(variable),
    })
}
