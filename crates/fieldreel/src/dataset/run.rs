//! All variables whose chunks are segments, in the order of the file.

use std::thread::available_parallelism;

use fieldreel_formats::ChunkWriter;
use fieldreel_formats::dataset::Source;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Rules;
use super::progress::Progress;
use super::task::{Encoding, Plans, Task};
use crate::Error;

/// The most bytes of values of variables that are encoded at once.
const BATCH_BYTES: usize = 1 << 26;

/// Encodes and writes variables, several at once if they are small; `done` is told each variable's largest error. What is written
/// does not depend on the number of threads.
pub(super) fn run(
    tasks: &[Task],
    source: &dyn Source,
    chunks: &mut ChunkWriter,
    rules: &Rules,
    progress: &mut Progress<'_>,
    mut done: impl FnMut(&Task, f64, &mut ChunkWriter) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut pool = None;
    let mut plans = Plans::new();
    let mut rest = tasks;
    while let Some((first, others)) = rest.split_first() {
        let (batch, after) = rest.split_at(batch_of(rest));
        if batch.len() < 2 {
            let max_abs = first.run(source, chunks, rules, progress, &mut plans)?;
            done(first, max_abs, chunks)?;
            rest = others;
            continue;
        }
        // HDF5 does one thing at a time, so only encoding is done side by side.
        let encodings = batch.iter().map(|task| task.read_one(source));
        let encodings: Vec<Encoding<'_>> = encodings.collect::<Result<_, _>>()?;
        let pool = match &mut pool {
            Some(pool) => pool,
            none => none.insert(threads(rules)?),
        };
        let encoded: Vec<_> = pool.install(|| {
            let all = encodings.into_par_iter().with_max_len(1);
            all.map(|encode| encode()).collect()
        });
        for (task, encoded) in batch.iter().zip(encoded) {
            let (bytes, max_abs) = encoded?;
            chunks.write(task.number, &vec![0; task.chunk.len()], &bytes)?;
            progress.add(task.number, task.chunk.iter().product());
            done(task, max_abs, chunks)?;
        }
        rest = after;
    }
    Ok(())
}

/// Returns how many of the first variables are of one chunk each, and together of at most [`BATCH_BYTES`].
fn batch_of(tasks: &[Task]) -> usize {
    let mut bytes = 0;
    let small = tasks.iter().take_while(|task| {
        let of_one = task.bytes_of_one_chunk().unwrap_or(usize::MAX);
        bytes = of_one.saturating_add(bytes);
        bytes <= BATCH_BYTES
    });
    small.count()
}

/// Returns as many threads as the rules allow.
pub(super) fn threads(rules: &Rules) -> Result<ThreadPool, Error> {
    let most = available_parallelism().map_or(1, usize::from);
    let count = rules.threads.map_or(most, |threads| threads.min(most));
    let pool = ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_err(|source| Error::Threads { source })
}
