//! Re-encoding of chunks from segments to HDF5's deflate.

use fieldreel_core::{Element, with_element_type};
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ChunkReader, ChunkWriter, DEFAULT_LIMITS, NetcdfDataset};
use fieldreel_hdf5_filter::{FILTER_ID, Parameters, decompress};
use rayon::prelude::*;

use super::DatasetOptions;
use super::chunking::{Hyperslab, chunk_hyperslabs};
use super::copy::shuffle_and_deflate;
use super::encode::thread_pool;
use super::padding::chunk_array;
use super::progress::ProgressCounter;
use super::validity::add_validity;
use super::variable_encoder::read;
use crate::Error;
use fieldreel_reel::{ErrorBound, SegmentOptions};

/// The largest size in bytes of the values that are decoded in parallel, unless a single chunk is
/// larger.
const MAX_BATCH_BYTES: usize = 1 << 27;

/// A converter of the chunks of one variable from segments to deflate.
pub(super) struct SegmentExpander {
    pub(super) number: usize,
    /// The name of the variable; `/group/name` in a group.
    name: String,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
    parameters: Parameters,
}

/// The bytes of a chunk that was read.
enum StoredChunk {
    /// An encoded segment.
    Segment(Vec<u8>),
    /// Values in the byte order of the file.
    Values(Vec<u8>),
}

impl SegmentExpander {
    /// Returns a converter for a variable of a file; `None` if its chunks are not segments.
    pub(super) fn for_variable(file: &NetcdfDataset, number: usize) -> Result<Option<Self>, Error> {
        let Some(values) = file.filter_parameters(number, FILTER_ID as u32)? else {
            return Ok(None);
        };
        // Parameters in an unknown form were set by another program: HDF5 reads the values.
        let Ok(parameters) = Parameters::parse(&values) else {
            return Ok(None);
        };
        let variable = &file.schema().variables[number];
        let chunk = file.chunk(number)?;
        Ok(chunk.map(|chunk| Self {
            number,
            name: file.schema().full_name(variable),
            shape: file.schema().shape(variable),
            chunk,
            parameters,
        }))
    }

    /// Reads a chunk.
    fn read(
        &self,
        file: &NetcdfDataset,
        chunks: &mut ChunkReader,
        hyperslab: &Hyperslab,
    ) -> Result<StoredChunk, Error> {
        if let Some(bytes) = chunks.read(self.number, &hyperslab.start)? {
            return Ok(StoredChunk::Segment(bytes));
        }
        // The chunk was never written, or it was written without the filter.
        let mut options = SegmentOptions::new(ErrorBound::Lossless);
        add_validity(&mut options, &file.schema().variables[self.number]);
        let chunk_type = self.parameters.chunk_type;
        let bytes = with_element_type!(chunk_type.dtype, T => {
            let values = read::<T>(file, self.number, hyperslab)?;
            let values = chunk_array(&self.chunk, hyperslab, values, &options.fill_values)?;
            T::to_bytes(values.as_slice().unwrap_or_default(), chunk_type.is_big_endian)
        });
        Ok(StoredChunk::Values(bytes))
    }

    /// Returns the bytes of a chunk after HDF5's shuffle and deflate.
    fn expand_chunk(&self, chunk: StoredChunk) -> Result<Vec<u8>, Error> {
        let chunk_type = self.parameters.chunk_type;
        let bytes = match chunk {
            StoredChunk::Values(bytes) => bytes,
            StoredChunk::Segment(bytes) => {
                let limits = DEFAULT_LIMITS;
                decompress(&bytes, chunk_type.is_big_endian, &limits).map_err(|source| {
                    Error::Filter {
                        path: None,
                        variable: self.name.clone(),
                        source: Box::new(source),
                    }
                })?
            }
        };
        Ok(shuffle_and_deflate(&bytes, chunk_type.dtype.bytes()))
    }

    /// Decodes all chunks in parallel, and writes them in the order of the file.
    pub(super) fn expand(
        &self,
        file: &NetcdfDataset,
        chunks: &mut ChunkReader,
        writer: &mut ChunkWriter,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
    ) -> Result<(), Error> {
        let pool = thread_pool(options)?;
        let bytes = self.chunk.iter().product::<usize>() * self.parameters.chunk_type.dtype.bytes();
        let batch_len = MAX_BATCH_BYTES / bytes.max(1);
        let batch_len = batch_len.clamp(1, 4 * pool.current_num_threads());
        let hyperslabs: Vec<Hyperslab> = chunk_hyperslabs(&self.shape, &self.chunk).collect();
        for batch in hyperslabs.chunks(batch_len) {
            let stored = batch
                .iter()
                .map(|hyperslab| self.read(file, chunks, hyperslab));
            let stored = stored.collect::<Result<Vec<_>, _>>()?;
            let expanded: Vec<_> = pool.install(|| {
                let stored = stored.into_par_iter().with_max_len(1);
                stored.map(|chunk| self.expand_chunk(chunk)).collect()
            });
            for (hyperslab, bytes) in batch.iter().zip(expanded) {
                writer.write(self.number, &hyperslab.start, &bytes?)?;
                progress.add(self.number, hyperslab.len());
            }
        }
        Ok(())
    }
}
