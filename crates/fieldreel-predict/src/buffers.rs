//! Reuse of the memory of planes.
//!
//! A field takes hundreds of planes of a few sizes, and so does the next field of the same shape.
//! Allocating each plane from the system would take longer than predicting it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The largest number of bytes that the process keeps for each type and each field that is being
/// coded, and for each type if no field is being coded.
const MAX_BYTES: usize = 1 << 28;

/// The number of fields that are being coded.
static CODED_FIELDS: AtomicUsize = AtomicUsize::new(0);

/// Returns the number of bytes that the process may keep for each type.
fn max_bytes() -> usize {
    MAX_BYTES.saturating_mul(CODED_FIELDS.load(Ordering::Relaxed).max(1))
}

/// A field that is being coded, which allows the process to keep more memory.
#[derive(Debug)]
pub(crate) struct CodedField(());

impl CodedField {
    pub(crate) fn begin() -> Self {
        CODED_FIELDS.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for CodedField {
    /// Releases memory that exceeds the limit for the remaining fields.
    fn drop(&mut self) {
        CODED_FIELDS.fetch_sub(1, Ordering::Relaxed);
        trim::<i16>();
        trim::<i32>();
        trim::<i64>();
        trim::<i128>();
    }
}

/// Releases the memory of a type if it exceeds the limit.
fn trim<T: Buffered>() {
    let mut buffers = lock::<T>();
    if buffers.bytes > max_bytes() {
        let released = std::mem::replace(&mut *buffers, BufferPool::new());
        // Memory is released without the lock.
        drop(buffers);
        drop(released);
    }
}

/// The vectors that the process keeps for reuse.
///
/// All threads share them, because the threads that encode a field may end before the next field
/// comes.
#[derive(Debug)]
pub struct BufferPool<T> {
    /// The vectors, by their length.
    by_length: Vec<(usize, Vec<Vec<T>>)>,
    bytes: usize,
}

impl<T> BufferPool<T> {
    const fn new() -> Self {
        Self {
            by_length: Vec::new(),
            bytes: 0,
        }
    }
}

/// A type of integers whose vectors are reused.
pub trait Buffered: Copy + Default + 'static {
    /// Returns the pool of the process.
    fn buffers() -> &'static Mutex<BufferPool<Self>>;
}

macro_rules! buffered {
    ($($number:ty),*) => {$(
        impl Buffered for $number {
            fn buffers() -> &'static Mutex<BufferPool<Self>> {
                static BUFFERS: Mutex<BufferPool<$number>> = Mutex::new(BufferPool::new());
                &BUFFERS
            }
        }
    )*};
}
buffered!(i16, i32, i64, i128);

/// Locks the pool. A panic of another thread leaves it intact.
fn lock<T: Buffered>() -> MutexGuard<'static, BufferPool<T>> {
    T::buffers().lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns a vector of this length with unspecified elements.
pub(crate) fn take<T: Buffered>(length: usize) -> Vec<T> {
    let mut buffers = lock::<T>();
    let entries = buffers.by_length.iter_mut();
    let pooled = entries
        .filter(|(found, _)| *found == length)
        .find_map(|(_, vectors)| vectors.pop());
    if let Some(vector) = pooled {
        buffers.bytes -= length * size_of::<T>();
        return vector;
    }
    drop(buffers);
    vec![T::default(); length]
}

/// Returns a vector of zeros of this length.
pub(crate) fn take_zeros<T: Buffered>(length: usize) -> Vec<T> {
    let mut zeros = take(length);
    zeros.fill(T::default());
    zeros
}

/// Puts a vector into the pool.
pub(crate) fn recycle<T: Buffered>(vector: Vec<T>) {
    let bytes = vector.len() * size_of::<T>();
    if bytes == 0 || bytes > MAX_BYTES {
        return;
    }
    let mut buffers = lock::<T>();
    let dropped = if buffers.bytes + bytes > max_bytes() {
        // The pool is full, most likely of vectors for other fields.
        Some(std::mem::replace(&mut *buffers, BufferPool::new()))
    } else {
        None
    };
    buffers.bytes += bytes;
    let entries = buffers.by_length.iter_mut();
    match entries
        .into_iter()
        .find(|(found, _)| *found == vector.len())
    {
        Some((_, vectors)) => vectors.push(vector),
        None => buffers.by_length.push((vector.len(), vec![vector])),
    }
    drop(buffers);
    drop(dropped);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tests share the pools of the process, so each has a type that no other test uses.
    #[test]
    fn a_vector_is_reused_for_its_length() {
        let mut vector = take::<i64>(12_345);
        vector.fill(7);
        let at = vector.as_ptr();
        recycle(vector);
        let other = take::<i64>(12_344);
        assert_ne!(other.as_ptr(), at);
        let again = std::thread::spawn(|| take::<i64>(12_345)).join().unwrap();
        assert_eq!((again.as_ptr(), again[99]), (at, 7));
        recycle(again);
        assert_eq!(take_zeros::<i64>(12_345), vec![0; 12_345]);
    }

    #[test]
    fn the_process_keeps_a_limited_number_of_bytes() {
        for _ in 0..3 {
            let vectors: Vec<Vec<i128>> = (0..5).map(|_| take(1 << 22)).collect();
            vectors.into_iter().for_each(recycle);
            assert!(lock::<i128>().bytes <= max_bytes());
        }
        let field = CodedField::begin();
        let vectors: Vec<Vec<i128>> = (0..7).map(|_| take(1 << 22)).collect();
        vectors.into_iter().for_each(recycle);
        drop(field);
        // A vector larger than the limit is dropped.
        recycle(vec![0_i128; (1 << 24) + 1]);
        trim::<i128>();
        assert!(lock::<i128>().bytes <= max_bytes());
    }
}
