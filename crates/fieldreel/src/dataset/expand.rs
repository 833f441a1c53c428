//! Re-encoding of chunks from segments to the plain form of the output.

use fieldreel_core::{Dtype, Element, with_element_type};
use fieldreel_formats::dataset::{DatasetSource, VariableSchema};
use fieldreel_formats::{ChunkReader, DEFAULT_LIMITS, NetcdfDataset};
use fieldreel_hdf5_filter::{FILTER_ID, Parameters, decompress};
use rayon::prelude::*;

use super::DatasetOptions;
use super::chunking::{Hyperslab, chunk_hyperslabs};
use super::encode::thread_pool;
use super::open::InputFile;
use super::output::ChunkOutput;
use super::padding::chunk_array;
use super::progress::ProgressCounter;
use super::validity::add_validity;
use super::variable_encoder::read;
use crate::Error;
use fieldreel_reel::{ErrorBound, SegmentOptions};

/// The largest size in bytes of the values that are decoded in parallel, unless a single chunk is
/// larger.
const MAX_BATCH_BYTES: usize = 1 << 27;

/// A converter of the chunks of one variable from segments to the plain form of the output.
pub(super) struct SegmentExpander {
    pub(super) number: usize,
    /// The name of the variable; `/group/name` in a group.
    name: String,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
    /// The element type of the variable.
    dtype: Dtype,
    /// True if the bytes of a decoded chunk are in big-endian order.
    is_big_endian: bool,
}

/// The bytes of a chunk that was read.
enum StoredChunk {
    /// An encoded segment.
    Segment(Vec<u8>),
    /// Values in the byte order of the file.
    Values(Vec<u8>),
    /// The chunk is read when it is decoded: several threads may read from a Zarr store.
    #[cfg(feature = "zarr")]
    Unread,
}

/// The reader of the chunks of a NetCDF file, which is opened for the first variable.
pub(super) type StoredChunks = Option<ChunkReader>;

impl SegmentExpander {
    /// Returns a converter for a variable; `None` if its chunks are not segments.
    pub(super) fn for_variable(input: &InputFile, number: usize) -> Result<Option<Self>, Error> {
        let schema = input.source().schema();
        let variable = &schema.variables[number];
        let Some(dtype) = variable.kind.dtype() else {
            return Ok(None);
        };
        let found = match input {
            InputFile::Netcdf(file) => Self::netcdf_chunks(file, number)?,
            #[cfg(feature = "grib")]
            InputFile::Grib(_) => None,
            #[cfg(feature = "zarr")]
            InputFile::Zarr(file) => {
                let codec = file.codec(number).map(|(name, _)| name);
                let is_segment = codec == Some(fieldreel_zarr::FieldreelCodec::NAME);
                let chunk = file.chunk(number).filter(|_| is_segment);
                // Chunks of NetCDF-4 are no longer than a dimension.
                let shape = schema.shape(variable);
                let clip = |(&len, &max): (&usize, &usize)| len.min(max.max(1));
                let chunk = chunk.map(|chunk| chunk.iter().zip(&shape).map(clip).collect());
                chunk.map(|chunk| (chunk, variable.is_big_endian))
            }
        };
        Ok(found.map(|(chunk, is_big_endian)| Self {
            number,
            name: schema.full_name(variable),
            shape: schema.shape(variable),
            chunk,
            dtype,
            is_big_endian,
        }))
    }

    /// Returns the shape of the chunks of a variable of a NetCDF file, and true if their values are
    /// in big-endian order; `None` if the chunks are not segments.
    fn netcdf_chunks(
        file: &NetcdfDataset,
        number: usize,
    ) -> Result<Option<(Vec<usize>, bool)>, Error> {
        let Some(values) = file.filter_parameters(number, FILTER_ID as u32)? else {
            return Ok(None);
        };
        // Parameters in an unknown form were set by another program: HDF5 reads the values.
        let Ok(parameters) = Parameters::parse(&values) else {
            return Ok(None);
        };
        let is_big_endian = parameters.chunk_type.is_big_endian;
        Ok(file.chunk(number)?.map(|chunk| (chunk, is_big_endian)))
    }

    /// Reads a chunk, or leaves it to the thread that decodes it.
    fn read(
        &self,
        input: &InputFile,
        stored: &mut StoredChunks,
        hyperslab: &Hyperslab,
    ) -> Result<StoredChunk, Error> {
        match input {
            InputFile::Netcdf(file) => {
                let chunks = match stored {
                    Some(chunks) => chunks,
                    none => none.insert(ChunkReader::open(
                        file.path(),
                        file.schema(),
                        &DEFAULT_LIMITS,
                    )?),
                };
                if let Some(bytes) = chunks.read(self.number, &hyperslab.start)? {
                    return Ok(StoredChunk::Segment(bytes));
                }
                // The chunk was never written, or it was written without the filter.
                let bytes = self.read_values(&**file, hyperslab)?;
                Ok(StoredChunk::Values(bytes))
            }
            #[cfg(feature = "zarr")]
            InputFile::Zarr(_) => Ok(StoredChunk::Unread),
            #[cfg(feature = "grib")]
            InputFile::Grib(file) => {
                let bytes = self.read_values(&**file, hyperslab)?;
                Ok(StoredChunk::Values(bytes))
            }
        }
    }

    /// Returns the bytes of the values of a chunk.
    fn read_values(
        &self,
        source: &dyn DatasetSource,
        hyperslab: &Hyperslab,
    ) -> Result<Vec<u8>, Error> {
        let mut options = SegmentOptions::new(ErrorBound::Lossless);
        let variable: &VariableSchema = &source.schema().variables[self.number];
        add_validity(&mut options, variable);
        with_element_type!(self.dtype, T => {
            let values = read::<T>(source, self.number, hyperslab)?;
            let values = chunk_array(&self.chunk, hyperslab, values, &options.fill_values)?;
            Ok(T::to_bytes(values.as_slice().unwrap_or_default(), self.is_big_endian))
        })
    }

    /// Returns the bytes of the values of a chunk that was read.
    fn decode(
        &self,
        chunk: StoredChunk,
        _zarr: Option<&(dyn DatasetSource + Sync)>,
        _hyperslab: &Hyperslab,
    ) -> Result<Vec<u8>, Error> {
        match chunk {
            StoredChunk::Values(bytes) => Ok(bytes),
            StoredChunk::Segment(bytes) => {
                let decoded = decompress(&bytes, self.is_big_endian, &DEFAULT_LIMITS);
                decoded.map_err(|source| Error::Filter {
                    path: None,
                    variable: self.name.clone(),
                    source: Box::new(source),
                })
            }
            #[cfg(feature = "zarr")]
            StoredChunk::Unread => match _zarr {
                Some(zarr) => self.read_values(zarr, _hyperslab),
                None => Err(Error::BoundNotApplicable {
                    variable: self.name.clone(),
                }),
            },
        }
    }

    /// Decodes all chunks in parallel, and writes them in the order of the file.
    pub(super) fn expand(
        &self,
        input: &InputFile,
        stored: &mut StoredChunks,
        output: &mut ChunkOutput,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
    ) -> Result<(), Error> {
        let pool = thread_pool(options)?;
        let bytes = self.chunk.iter().product::<usize>() * self.dtype.bytes();
        let batch_len = MAX_BATCH_BYTES / bytes.max(1);
        let batch_len = batch_len.clamp(1, 4 * pool.current_num_threads());
        let zarr = input.threaded_source();
        let hyperslabs: Vec<Hyperslab> = chunk_hyperslabs(&self.shape, &self.chunk).collect();
        for batch in hyperslabs.chunks(batch_len) {
            let read = batch
                .iter()
                .map(|hyperslab| Ok((hyperslab, self.read(input, stored, hyperslab)?)));
            let read = read.collect::<Result<Vec<_>, Error>>()?;
            let encode = output.encoder(self.number)?;
            let expanded: Vec<_> = pool.install(|| {
                let read = read.into_par_iter().with_max_len(1);
                let expanded = read.map(|(hyperslab, chunk)| {
                    let bytes = self.decode(chunk, zarr, hyperslab)?;
                    encode(bytes, self.dtype, self.is_big_endian)
                });
                expanded.collect()
            });
            drop(encode);
            for (hyperslab, bytes) in batch.iter().zip(expanded) {
                output.write(self.number, &hyperslab.start, &bytes?)?;
                progress.add(self.number, hyperslab.len());
            }
        }
        Ok(())
    }
}
