//! WorkerPools that encode, started as they are needed.

use std::io;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::ReelError;

/// WorkerPools that encode one segment each, and some that look for plans.
///
/// Each of the first is a pool of its own, for what a segment does in parallel within itself: a thread of a larger pool
/// that waits for a part of its segment would begin another one meanwhile, and be done with its own last.
#[derive(Debug, Default)]
pub(super) struct WorkerPools {
    idle: Vec<ThreadPool>,
    shared: Option<Arc<ThreadPool>>,
}

impl WorkerPools {
    /// A thread that does nothing yet.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no thread.
    pub(super) fn acquire(&mut self) -> Result<ThreadPool, ReelError> {
        self.idle.pop().map_or_else(|| pool(1), Ok)
    }

    /// Takes a thread back.
    pub(super) fn release(&mut self, worker: ThreadPool) {
        self.idle.push(worker);
    }

    /// Returns `count` threads for one thing in parallel.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no threads.
    pub(super) fn shared(&mut self, count: usize) -> Result<Arc<ThreadPool>, ReelError> {
        if let Some(pool) = &self.shared {
            return Ok(Arc::clone(pool));
        }
        let pool = Arc::new(pool(count)?);
        self.shared = Some(Arc::clone(&pool));
        Ok(pool)
    }
}

fn pool(threads: usize) -> Result<ThreadPool, ReelError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.thread_name(|_| "fieldreel".to_owned());
    Ok(pool.build().map_err(io::Error::other)?)
}
