//! Worker threads, started as they are needed.

use std::io;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::ReelError;

/// Pools of one thread that encode a segment each, and a shared pool that searches plans.
///
/// Each encoder has a pool of its own for the parallel parts of its segment. In a larger pool, a
/// thread that waits for a part of its segment would start another segment meanwhile, and complete
/// its own segment last.
#[derive(Debug, Default)]
pub(super) struct WorkerPools {
    idle: Vec<ThreadPool>,
    shared: Option<Arc<ThreadPool>>,
}

impl WorkerPools {
    /// Returns an idle pool of one thread.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the thread cannot be started.
    pub(super) fn acquire(&mut self) -> Result<ThreadPool, ReelError> {
        self.idle.pop().map_or_else(|| pool(1), Ok)
    }

    /// Takes back an idle pool.
    pub(super) fn release(&mut self, worker: ThreadPool) {
        self.idle.push(worker);
    }

    /// Returns the shared pool, which has `count` threads if this is the first call.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the threads cannot be started.
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
