//! All variables whose chunks are segments, in the order of the file.

use std::panic::resume_unwind;
use std::thread::available_parallelism;

use fieldreel_formats::ChunkWriter;
use fieldreel_formats::dataset::DatasetSource;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::DatasetOptions;
use super::progress::ProgressCounter;
use super::shared_plans::SharedPlans;
use super::variable_encoder::{Encoding, Kind, Plans, VariableEncoder};
use crate::Error;

/// The most bytes of values of variables that are encoded at once, while as many are read.
const BATCH_BYTES: usize = 1 << 25;

/// Encodes and writes variables, several at once if they are small; `done` is told each variable's largest error. What is written
/// does not depend on the number of threads.
pub(super) fn run(
    tasks: &[VariableEncoder],
    source: &dyn DatasetSource,
    chunks: &mut ChunkWriter,
    options: &DatasetOptions,
    progress: &mut ProgressCounter<'_>,
    mut done: impl FnMut(&VariableEncoder, f64, &mut ChunkWriter) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut pool = None;
    let mut plans = Plans::new();
    let mut shared = SharedPlans::new(options);
    let mut rest = tasks;
    let mut read_ahead = None;
    while let Some((first, others)) = rest.split_first() {
        let (batch, after) = rest.split_at(batch_of(rest));
        if batch.len() < 2 {
            let max_abs = first.run(source, chunks, options, progress, &mut plans)?;
            done(first, max_abs, chunks)?;
            rest = others;
            continue;
        }
        let encodings = match read_ahead.take() {
            Some(encodings) => encodings,
            None => read(batch, source)?,
        };
        let pool = match &mut pool {
            Some(pool) => pool,
            none => none.insert(threads(options)?),
        };
        // HDF5 does one thing at a time: it reads the next variables while these are encoded side by side.
        let next = &after[..batch_of(after)];
        let (encoded, ahead) = std::thread::scope(|scope| {
            let encoding = scope.spawn(|| pool.install(|| shared.encode(encodings)));
            let ahead = (next.len() > 1).then(|| read(next, source)).transpose();
            (encoding.join(), ahead)
        });
        // A bug in an encoder is shown where it would be without threads.
        let encoded = encoded.unwrap_or_else(|panic| resume_unwind(panic))?;
        for (task, encoded) in batch.iter().zip(encoded) {
            chunks.write(task.number, &vec![0; task.chunk.len()], &encoded.bytes)?;
            progress.add(task.number, task.chunk.iter().product());
            done(task, encoded.max_abs, chunks)?;
        }
        read_ahead = ahead?;
        rest = after;
    }
    Ok(())
}

/// Reads variables of one chunk each.
fn read<'a>(
    batch: &'a [VariableEncoder],
    source: &dyn DatasetSource,
) -> Result<Vec<(Kind, Encoding<'a>)>, Error> {
    let encodings = batch
        .iter()
        .map(|task| Ok((task.kind(), task.read_one(source)?)));
    encodings.collect()
}

/// Returns how many of the first variables are of one chunk each, and together of at most [`BATCH_BYTES`].
fn batch_of(tasks: &[VariableEncoder]) -> usize {
    let mut bytes = 0;
    let small = tasks.iter().take_while(|task| {
        let of_one = task.bytes_of_one_chunk().unwrap_or(usize::MAX);
        bytes = of_one.saturating_add(bytes);
        bytes <= BATCH_BYTES
    });
    small.count()
}

/// Returns as many threads as the rules allow.
pub(super) fn threads(options: &DatasetOptions) -> Result<ThreadPool, Error> {
    let most = available_parallelism().map_or(1, usize::from);
    let count = options.threads.map_or(most, |threads| threads.min(most));
    let pool = ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_err(|source| Error::Threads {
        source: Box::new(source),
    })
}
