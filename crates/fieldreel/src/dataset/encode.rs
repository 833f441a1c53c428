//! Encoding of all variables that are stored as segments.

use std::panic::resume_unwind;
use std::thread::available_parallelism;

use fieldreel_formats::dataset::DatasetSource;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::DatasetOptions;
use super::output::ChunkOutput;
use super::progress::ProgressCounter;
use super::shared_plans::SharedPlans;
use super::variable_encoder::{EncodeFn, PlanCache, PlanKey, VariableEncoder};
use crate::Error;

/// The largest total size in bytes of small variables that are encoded in parallel. Meanwhile, up
/// to as many bytes of the next variables are read.
const MAX_BATCH_BYTES: usize = 1 << 25;

/// Encodes and writes variables in the order of the file, small ones in parallel. `on_written` is
/// called with the largest error of each variable. The output does not depend on the number of
/// threads.
pub(super) fn encode_variables(
    encoders: &[VariableEncoder],
    source: &dyn DatasetSource,
    chunks: &mut ChunkOutput,
    options: &DatasetOptions,
    progress: &mut ProgressCounter<'_>,
    mut on_written: impl FnMut(&VariableEncoder, f64, &mut ChunkOutput) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut pool = None;
    let mut plans = PlanCache::new();
    let mut shared_plans = SharedPlans::new(options);
    let mut remaining = encoders;
    let mut prefetched = None;
    while let Some((first, after_first)) = remaining.split_first() {
        let (batch, after_batch) = remaining.split_at(batch_len(remaining));
        if batch.len() < 2 {
            let max_abs = first.encode(source, chunks, options, progress, &mut plans)?;
            on_written(first, max_abs, chunks)?;
            remaining = after_first;
            continue;
        }
        let jobs = match prefetched.take() {
            Some(jobs) => jobs,
            None => read_batch(batch, source)?,
        };
        let pool = match &mut pool {
            Some(pool) => pool,
            none => none.insert(thread_pool(options)?),
        };
        // HDF5 cannot be used by several threads: one thread reads the next batch while this batch
        // is encoded in parallel.
        let next_batch = &after_batch[..batch_len(after_batch)];
        let (encoded, next_jobs) = std::thread::scope(|scope| {
            let encoding = scope.spawn(|| pool.install(|| shared_plans.encode(jobs)));
            let next_jobs = (next_batch.len() > 1).then(|| read_batch(next_batch, source));
            (encoding.join(), next_jobs.transpose())
        });
        // A panic of an encoder continues in the calling thread.
        let encoded = encoded.unwrap_or_else(|panic| resume_unwind(panic))?;
        for (encoder, encoded) in batch.iter().zip(encoded) {
            let start = vec![0; encoder.chunk.len()];
            chunks.write(encoder.number, &start, &encoded.bytes)?;
            progress.add(encoder.number, encoder.chunk.iter().product());
            on_written(encoder, encoded.max_abs, chunks)?;
        }
        prefetched = next_jobs?;
        remaining = after_batch;
    }
    Ok(())
}

/// Reads the values of variables of one chunk each, and returns functions that encode them.
fn read_batch<'a>(
    batch: &'a [VariableEncoder],
    source: &dyn DatasetSource,
) -> Result<Vec<(PlanKey, EncodeFn<'a>)>, Error> {
    let jobs = batch.iter().map(|encoder| {
        let job = encoder.read_single_chunk(source)?;
        Ok((encoder.plan_key(), job))
    });
    jobs.collect()
}

/// Returns the number of variables at the beginning that have one chunk each, and together at most
/// [`MAX_BATCH_BYTES`].
fn batch_len(encoders: &[VariableEncoder]) -> usize {
    let mut total = 0;
    let small = encoders.iter().take_while(|encoder| {
        let bytes = encoder.single_chunk_bytes().unwrap_or(usize::MAX);
        total = bytes.saturating_add(total);
        total <= MAX_BATCH_BYTES
    });
    small.count()
}

/// Returns a pool of as many threads as the options and the machine allow.
pub(super) fn thread_pool(options: &DatasetOptions) -> Result<ThreadPool, Error> {
    let max = available_parallelism().map_or(1, usize::from);
    let count = options.threads.map_or(max, |threads| threads.min(max));
    let pool = ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_err(|source| Error::Threads {
        source: Box::new(source),
    })
}
