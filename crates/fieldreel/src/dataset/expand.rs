//! Chunks that are segments to chunks that every HDF5 reads, several at once.

use fieldreel_core::{Element, with_element_type};
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ChunkReader, ChunkWriter, DEFAULT_LIMITS, NetcdfDataset};
use fieldreel_hdf5_filter::{FILTER_ID, Parameters, decompress};
use rayon::prelude::*;

use super::DatasetOptions;
use super::chunking::{Part, parts};
use super::copy::deflated_bytes;
use super::encode::threads;
use super::padding::whole_chunk;
use super::progress::ProgressCounter;
use super::validity::add_validity;
use super::variable_encoder::read;
use crate::Error;
use fieldreel_reel::{ErrorBound, SegmentOptions};

/// The most bytes of values that are decoded at once, unless a chunk alone has more.
const BATCH_BYTES: usize = 1 << 27;

/// A variable whose chunks are segments, and are to be deflated.
pub(super) struct Expansion {
    pub(super) number: usize,
    /// Its name; `/group/name` in a group.
    name: String,
    shape: Vec<usize>,
    pub(super) chunk: Vec<usize>,
    parameters: Parameters,
}

/// A chunk as it was stored, or as values in the order of the file.
enum Chunk {
    Segment(Vec<u8>),
    Values(Vec<u8>),
}

impl Expansion {
    /// Returns a variable of a file whose chunks are segments; `None` if they are not.
    pub(super) fn of(file: &NetcdfDataset, number: usize) -> Result<Option<Self>, Error> {
        let Some(values) = file.filter_parameters(number, FILTER_ID as u32)? else {
            return Ok(None);
        };
        // What another program wrote is read as it reads it.
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
        part: &Part,
    ) -> Result<Chunk, Error> {
        if let Some(bytes) = chunks.read(self.number, &part.start)? {
            return Ok(Chunk::Segment(bytes));
        }
        // It was never written, or without the filter.
        let mut options = SegmentOptions::new(ErrorBound::Lossless);
        add_validity(&mut options, &file.schema().variables[self.number]);
        let chunk_type = self.parameters.chunk_type;
        let bytes = with_element_type!(chunk_type.dtype, T => {
            let values = read::<T>(file, self.number, part)?;
            let values = whole_chunk(&self.chunk, part, values, &options.fill_values)?;
            T::to_bytes(values.as_slice().unwrap_or_default(), chunk_type.is_big_endian)
        });
        Ok(Chunk::Values(bytes))
    }

    /// Returns a chunk as HDF5's shuffle and deflate would make it.
    fn expanded(&self, chunk: Chunk) -> Result<Vec<u8>, Error> {
        let chunk_type = self.parameters.chunk_type;
        let bytes = match chunk {
            Chunk::Values(bytes) => bytes,
            Chunk::Segment(bytes) => {
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
        Ok(deflated_bytes(&bytes, chunk_type.dtype.bytes()))
    }

    /// Decodes all chunks and writes them, in the order of the file.
    pub(super) fn run(
        &self,
        file: &NetcdfDataset,
        chunks: &mut ChunkReader,
        writer: &mut ChunkWriter,
        options: &DatasetOptions,
        progress: &mut ProgressCounter<'_>,
    ) -> Result<(), Error> {
        let pool = threads(options)?;
        let bytes = self.chunk.iter().product::<usize>() * self.parameters.chunk_type.dtype.bytes();
        let most = (BATCH_BYTES / bytes.max(1)).clamp(1, 4 * pool.current_num_threads());
        let all: Vec<Part> = parts(&self.shape, &self.chunk).collect();
        for batch in all.chunks(most) {
            let stored = batch.iter().map(|part| self.read(file, chunks, part));
            let stored = stored.collect::<Result<Vec<_>, _>>()?;
            let expanded: Vec<_> = pool.install(|| {
                let all = stored.into_par_iter().with_max_len(1);
                all.map(|chunk| self.expanded(chunk)).collect()
            });
            for (part, bytes) in batch.iter().zip(expanded) {
                writer.write(self.number, &part.start, &bytes?)?;
                progress.add(self.number, part.len());
            }
        }
        Ok(())
    }
}
