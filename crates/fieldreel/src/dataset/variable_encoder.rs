//! A variable in chunks that are segments, from the file that is read.

use std::collections::{HashMap, VecDeque};

use fieldreel_core::{Dtype, Element, with_element_type};
use fieldreel_formats::ChunkWriter;
use fieldreel_formats::dataset::{DatasetSource, VariableSchema, VariableValues};
use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
use fieldreel_reel::{
    Criterion, ErrorBound, MinMax, Plan, ReelElement, ReelError, Scheduler, SegmentOptions,
    SharedPlan, Target, Validity, WriterOptions, segment,
};
use ndarray::Array3;

use super::DatasetOptions;
use super::chunking::{Part, chunk_shape_with, parts};
use super::packing::{Packing, meant_type};
use super::padding::whole_chunk;
use super::progress::ProgressCounter;
use super::validity::add_validity;
use crate::Error;

/// A variable whose chunks are segments.
pub(super) struct VariableEncoder {
    pub(super) number: usize,
    /// Its name; `/group/name` in a group.
    name: String,
    /// Of the whole variable, in the unit of unpacked numbers.
    pub(super) criterion: Criterion,
    /// The unit of stored numbers, in that of unpacked ones.
    unit: f64,
    options: SegmentOptions,
    /// The type of its numbers as they are meant.
    dtype: Dtype,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
}

impl VariableEncoder {
    /// A variable within a bound of its unpacked numbers.
    pub(super) fn new(
        source: &dyn DatasetSource,
        number: usize,
        asked: Criterion,
        options: &DatasetOptions,
    ) -> Result<Self, Error> {
        let schema = source.schema();
        let variable = &schema.variables[number];
        let name = schema.full_name(variable);
        let Some(dtype) = meant_type(variable) else {
            return Err(Error::BoundNotApplicable { variable: name });
        };
        let shape = schema.shape(variable);
        let chunk = chunk_shape_with(&shape, variable.kind.bytes(), |axis| {
            let dimension = schema.dimensions.get(*variable.dimensions.get(axis)?)?;
            options.chunks.get(&dimension.name).copied()
        });
        let packing = Packing::of(variable);
        let unit = packing.map_or(1.0, |packing| packing.scale.abs());
        let mut segment = SegmentOptions::new(asked)
            .with_effort(options.effort)
            .with_base(options.base)
            .with_codec(options.codec)
            .with_idempotent(options.idempotent);
        add_validity(&mut segment, variable);
        if matches!(
            asked,
            Criterion::Bound(ErrorBound::RangeRelative(_)) | Criterion::Target(Target::Psnr(_))
        ) {
            let validity = (&segment.fill_values[..], segment.valid_range);
            segment.range = Some(with_element_type!(dtype, T => {
                let validity = Validity::<T>::new(validity.0, validity.1);
                range(source, number, &validity, parts(&shape, &chunk))?
            }));
        }
        let criterion = match (asked, segment.range) {
            (Criterion::Bound(ErrorBound::RangeRelative(part)), Some(range)) => {
                ErrorBound::Absolute(part * range * unit).into()
            }
            _ => asked,
        };
        let stored = packing.map_or(Some(criterion), |packing| packing.stored(criterion));
        let Some(stored) = stored else {
            return Err(Error::BoundNotApplicable { variable: name });
        };
        segment.criterion = stored;
        Ok(Self {
            number,
            name,
            criterion,
            unit,
            options: segment,
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
                criterion: options.criterion,
                effort: options.effort,
                base: options.base,
                codec: options.codec,
                fill: fill.and(options.fill_values.first().copied()),
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
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
        plans: &mut Plans,
    ) -> Result<f64, Error> {
        with_element_type!(self.dtype, T => {
            self.run_as::<T>(source, chunks, options, progress, plans)
        })
    }

    fn run_as<T: ReelElement>(
        &self,
        source: &dyn DatasetSource,
        chunks: &mut ChunkWriter,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
        plans: &mut Plans,
    ) -> Result<f64, Error> {
        let mut writer_options = WriterOptions::new(self.options.clone());
        writer_options.threads = options.threads;
        let alike = self.kind();
        let mut scheduler = Scheduler::<T>::new(&writer_options).with_plan(plans.remove(&alike));
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
    fn chunk_of<T: ReelElement>(
        &self,
        source: &dyn DatasetSource,
        part: &Part,
    ) -> Result<Array3<T>, Error> {
        let values = read(source, self.number, part)?;
        let values = whole_chunk(&self.chunk, part, values, &self.options.fill_values);
        values.map_err(|source| self.error(source))
    }

    fn error(&self, source: ReelError) -> Error {
        Error::Variable {
            path: None,
            variable: self.name.clone(),
            criterion: self.criterion,
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
fn range<T: ReelElement>(
    source: &dyn DatasetSource,
    number: usize,
    validity: &Validity<T>,
    parts: impl Iterator<Item = Part>,
) -> Result<f64, Error> {
    let mut extremes = MinMax::default();
    for part in parts {
        extremes = extremes.merge(validity.min_max(&read::<T>(source, number, &part)?));
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
        (VariableValues::Numbers(numbers), Some(stored)) => match T::from_numeric_array(numbers) {
            Ok(values) => Some(values),
            Err(numbers) => with_element_type!(stored, S => {
                let values = S::from_numeric_array(numbers).ok();
                values.map(|values| values.iter().map(|value| T::from_bit_pattern(value.bits())).collect())
            }),
        },
        _ => None,
    };
    numbers.ok_or_else(|| Error::BoundNotApplicable {
        variable: source.schema().full_name(variable),
    })
}
