//! Encoding of one variable in chunks that are segments.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use fieldreel_core::{Dtype, Element, with_element_type};
use fieldreel_formats::dataset::{DatasetSource, Schema, VariableSchema, VariableValues};
use fieldreel_hdf5_filter::{ChunkType, FilterError, Parameters, WriteParameters};
use fieldreel_reel::{
    Criterion, ErrorBound, MinMax, Plan, ReelElement, ReelError, Scheduler, SegmentOptions,
    SharedPlan, Target, Validity, WriterOptions, segment,
};
use ndarray::Array3;

use super::DatasetOptions;
use super::chunking::{Hyperslab, chunk_hyperslabs, chunk_shape_with};
use super::output::ChunkOutput;
use super::packing::{ScaleOffset, logical_dtype};
use super::padding::chunk_array;
use super::progress::ProgressCounter;
use super::validity::add_validity;
use crate::Error;

/// An encoder of one variable of a file.
pub(super) struct VariableEncoder {
    pub(super) number: usize,
    /// The name of the variable; `/group/name` in a group.
    name: String,
    /// The criterion for unpacked values.
    pub(super) criterion: Criterion,
    /// The factor from errors of stored values to errors of unpacked values.
    scale: f64,
    /// Options with the criterion for stored values.
    options: SegmentOptions,
    /// The element type, unsigned if the attribute `_Unsigned` is true.
    dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
    /// The indices along the first dimension whose chunks are encoded.
    pub(super) slab: Range<usize>,
}

impl VariableEncoder {
    /// Returns an encoder of a variable with a criterion for its unpacked values. Reads the whole
    /// variable to find its range if the criterion refers to the range.
    pub(super) fn new(
        source: &dyn DatasetSource,
        number: usize,
        requested: Criterion,
        options: &DatasetOptions,
    ) -> Result<Self, Error> {
        let schema = source.schema();
        let variable = &schema.variables[number];
        let name = schema.full_name(variable);
        let Some(dtype) = logical_dtype(variable) else {
            return Err(Error::BoundNotApplicable { variable: name });
        };
        let shape = schema.shape(variable);
        let chunk = chunk_of(schema, variable, options);
        let packing = ScaleOffset::from_variable(variable);
        let scale = packing.map_or(1.0, |packing| packing.scale.abs());
        let mut segment = SegmentOptions::new(requested)
            .with_effort(options.effort)
            .with_base(options.base)
            .with_codec(options.codec)
            .with_idempotent(options.idempotent);
        add_validity(&mut segment, variable);
        if matches!(
            requested,
            Criterion::Bound(ErrorBound::RangeRelative(_)) | Criterion::Target(Target::Psnr(_))
        ) {
            let validity = (&segment.fill_values[..], segment.valid_range);
            segment.range = Some(match options.ranges.get(name.trim_start_matches('/')) {
                Some(&range) => range,
                None => with_element_type!(dtype, T => {
                    let validity = Validity::<T>::new(validity.0, validity.1);
                    valid_range(source, number, &validity, chunk_hyperslabs(&shape, &chunk))?
                }),
            });
        }
        let criterion = match (requested, segment.range) {
            (Criterion::Bound(ErrorBound::RangeRelative(relative)), Some(range)) => {
                ErrorBound::Absolute(relative * range * scale).into()
            }
            _ => requested,
        };
        let stored = packing.map_or(Some(criterion), |packing| packing.to_stored(criterion));
        let Some(stored) = stored else {
            return Err(Error::BoundNotApplicable { variable: name });
        };
        segment.criterion = stored;
        Ok(Self {
            number,
            name,
            criterion,
            scale,
            options: segment,
            dtype,
            slab: 0..shape.first().copied().unwrap_or(1),
            shape,
            chunk,
        })
    }

    /// Returns the name of the variable; `/group/name` in a group.
    #[cfg(feature = "zarr")]
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the range of the stored values, if the criterion refers to it.
    #[cfg(feature = "zarr")]
    pub(super) fn range(&self) -> Option<f64> {
        self.options.range
    }

    /// Returns the hyperslabs of the chunks to encode, in the order of the file.
    pub(super) fn hyperslabs(&self) -> impl Iterator<Item = Hyperslab> {
        let slab = self.slab.clone();
        let hyperslabs = chunk_hyperslabs(&self.shape, &self.chunk);
        hyperslabs.filter(move |hyperslab| {
            let first = hyperslab.start.first();
            first.is_none_or(|start| slab.contains(start))
        })
    }

    /// Returns the parameters of the HDF5 filter, which are stored with the variable.
    pub(super) fn parameters(&self, variable: &VariableSchema) -> Result<Vec<u32>, Error> {
        let options = &self.options;
        let fill = variable.attributes.get("_FillValue");
        let write = WriteParameters::new(options.criterion)
            .with_effort(options.effort)
            .with_base(options.base)
            .with_codec(options.codec)
            .with_fill_value(fill.and(options.fill_values.first().copied()));
        let chunk_type = ChunkType::new(self.dtype).with_big_endian(variable.is_big_endian);
        let parameters = Parameters::new(write, chunk_type, &self.chunk);
        let values = parameters.check().and_then(|()| parameters.to_values());
        let values = values.map_err(|error| match error {
            FilterError::Reel(source) => self.error(source),
            source => Error::Filter {
                path: None,
                variable: self.name.clone(),
                source: Box::new(source),
            },
        })?;
        Ok(values.to_vec())
    }

    /// Returns the metadata of the Zarr codec, which are stored with the variable.
    #[cfg(feature = "zarr")]
    pub(super) fn zarr_codec(&self) -> String {
        use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};

        let options = &self.options;
        let criterion = match options.criterion.check() {
            Ok(()) => options.criterion,
            // A bound that is less than the step of packed integers.
            Err(_) => ErrorBound::Lossless.into(),
        };
        let mut configuration = FieldreelCodecConfiguration::new(criterion)
            .with_effort(options.effort)
            .with_base(options.base)
            .with_codec(options.codec);
        let fill_values = options.fill_values.iter().copied();
        configuration.fill_values = fill_values
            .filter(|fill| fill.to_f64().is_finite())
            .collect();
        configuration.range = options.range.filter(|&range| range > 0.0);
        let configuration = serde_json::json!({
            "name": FieldreelCodec::NAME,
            "configuration": configuration,
        });
        configuration.to_string()
    }

    /// Returns the size of the values in bytes if they are one chunk, or else `None`.
    pub(super) fn single_chunk_bytes(&self) -> Option<usize> {
        let is_single = self.chunk == self.shape;
        is_single.then(|| self.shape.iter().product::<usize>() * self.dtype.bytes())
    }

    /// Reads a variable of one chunk, and returns the function that encodes it.
    pub(super) fn read_single_chunk(
        &self,
        source: &dyn DatasetSource,
    ) -> Result<EncodeFn<'_>, Error> {
        let hyperslab = Hyperslab::entire(&self.shape);
        with_element_type!(self.dtype, T => {
            let values = self.read_chunk::<T>(source, &hyperslab)?;
            Ok(Box::new(move |plan| {
                let mut options = self.options.clone();
                options.plan = plan;
                let segment = segment::encode(values.view(), &options);
                let segment = segment.map_err(|source| self.error(source))?;
                Ok(EncodedChunk {
                    max_abs: segment.info.certificate.max_abs * self.scale,
                    plan: segment.info.plan,
                    bytes: segment.bytes,
                })
            }))
        })
    }

    /// Returns the key of the plans that are suitable for the variable.
    pub(super) fn plan_key(&self) -> PlanKey {
        (self.dtype, self.chunk.clone())
    }

    /// Encodes and writes all chunks, and returns the largest error of an unpacked value.
    pub(super) fn encode(
        &self,
        source: &dyn DatasetSource,
        chunks: &mut ChunkOutput,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
        plans: &mut PlanCache,
    ) -> Result<f64, Error> {
        with_element_type!(self.dtype, T => {
            self.encode_as::<T>(source, chunks, options, progress, plans)
        })
    }

    fn encode_as<T: ReelElement>(
        &self,
        source: &dyn DatasetSource,
        chunks: &mut ChunkOutput,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
        plans: &mut PlanCache,
    ) -> Result<f64, Error> {
        let mut writer_options = WriterOptions::new(self.options.clone());
        writer_options.threads = options.threads;
        let key = self.plan_key();
        let mut scheduler = Scheduler::<T>::new(&writer_options).with_plan(plans.remove(&key));
        let mut submitted = VecDeque::new();
        let mut max_abs = 0.0_f64;
        let mut write_done = |scheduler: &mut Scheduler<T>, submitted: &mut VecDeque<Hyperslab>| {
            while let Some(segment) = scheduler.next_done() {
                let segment = segment.map_err(|source| self.error(source))?;
                if let Some(hyperslab) = submitted.pop_front() {
                    chunks.write(self.number, &hyperslab.start, &segment.bytes)?;
                    max_abs = max_abs.max(segment.info.certificate.max_abs);
                    progress.add(self.number, hyperslab.len());
                }
            }
            Ok::<_, Error>(())
        };
        for hyperslab in self.hyperslabs() {
            while scheduler.is_full() {
                scheduler.wait().map_err(|source| self.error(source))?;
                write_done(&mut scheduler, &mut submitted)?;
            }
            let values = self.read_chunk::<T>(source, &hyperslab)?;
            submitted.push_back(hyperslab);
            let result = scheduler.submit(values);
            result.map_err(|source| self.error(source))?;
        }
        while !scheduler.is_idle() {
            scheduler.wait().map_err(|source| self.error(source))?;
            write_done(&mut scheduler, &mut submitted)?;
        }
        plans.extend(scheduler.plan().map(|plan| (key, plan)));
        Ok(max_abs * self.scale)
    }

    /// Reads the hyperslab of a chunk, and pads it to the shape of a whole chunk.
    fn read_chunk<T: ReelElement>(
        &self,
        source: &dyn DatasetSource,
        hyperslab: &Hyperslab,
    ) -> Result<Array3<T>, Error> {
        let values = read(source, self.number, hyperslab)?;
        let values = chunk_array(&self.chunk, hyperslab, values, &self.options.fill_values);
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

/// Returns the shape of the chunks of a variable that is stored as segments.
pub(super) fn chunk_of(
    schema: &Schema,
    variable: &VariableSchema,
    options: &DatasetOptions,
) -> Vec<usize> {
    let shape = schema.shape(variable);
    chunk_shape_with(&shape, variable.kind.bytes(), |axis| {
        let dimension = schema.dimensions.get(*variable.dimensions.get(axis)?)?;
        options.chunks.get(&dimension.name).copied()
    })
}

/// The element type and the shape of chunks, by which variables share plans.
pub(super) type PlanKey = (Dtype, Vec<usize>);

/// The plans of the last variables by key. A variable with the same key starts from the plan, and
/// uses it as long as it remains good.
pub(super) type PlanCache = HashMap<PlanKey, SharedPlan>;

/// A function that encodes a chunk by the given plan or, without one, by a plan that it finds.
pub(super) type EncodeFn<'a> =
    Box<dyn FnOnce(Option<Plan>) -> Result<EncodedChunk, Error> + Send + 'a>;

/// An encoded chunk.
pub(super) struct EncodedChunk {
    pub(super) bytes: Vec<u8>,
    /// The largest error of an unpacked value.
    pub(super) max_abs: f64,
    /// The plan that the chunk is encoded by.
    pub(super) plan: Option<Plan>,
}

/// Returns the range, max − min, of the valid values of a variable; 0 if it has none.
fn valid_range<T: ReelElement>(
    source: &dyn DatasetSource,
    number: usize,
    validity: &Validity<T>,
    hyperslabs: impl Iterator<Item = Hyperslab>,
) -> Result<f64, Error> {
    let mut min_max = MinMax::default();
    for hyperslab in hyperslabs {
        let values = read::<T>(source, number, &hyperslab)?;
        min_max = min_max.merge(validity.min_max(&values));
    }
    Ok(min_max.range().unwrap_or(0.0))
}

/// Reads a hyperslab of a numeric variable that is stored with the bits of `T`.
pub(super) fn read<T: Element>(
    source: &dyn DatasetSource,
    number: usize,
    hyperslab: &Hyperslab,
) -> Result<Vec<T>, Error> {
    let variable = &source.schema().variables[number];
    let values = source.read(number, &hyperslab.start, &hyperslab.count)?;
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
