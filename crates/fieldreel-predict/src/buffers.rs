//! Reuse of the memory of planes.
//!
//! A field takes hundreds of planes of a few sizes, and so does the next field of the same shape.
//! Allocating each plane from the system would take longer than predicting it.

use std::cell::RefCell;
use std::thread::LocalKey;

/// The largest number of bytes that a thread keeps for each type.
const MAX_BYTES: usize = 1 << 28;

/// The vectors that a thread keeps for reuse.
#[derive(Debug)]
pub struct BufferPool<T> {
    /// The vectors, by their length.
    by_length: Vec<(usize, Vec<Vec<T>>)>,
    bytes: usize,
}

impl<T> BufferPool<T> {
    pub(crate) const fn new() -> Self {
        Self {
            by_length: Vec::new(),
            bytes: 0,
        }
    }
}

/// A type of integers whose vectors are reused.
pub trait Buffered: Copy + Default + 'static {
    /// Returns the pool of the current thread.
    fn buffers() -> &'static LocalKey<RefCell<BufferPool<Self>>>;
}

macro_rules! buffered {
    ($($number:ty),*) => {$(
        impl Buffered for $number {
            fn buffers() -> &'static LocalKey<RefCell<BufferPool<Self>>> {
                thread_local! {
                    static BUFFERS: RefCell<BufferPool<$number>> = const { RefCell::new(BufferPool::new()) };
                }
                &BUFFERS
            }
        }
    )*};
}
buffered!(i16, i32, i64, i128);

/// Returns a vector of this length with unspecified elements.
pub(crate) fn take<T: Buffered>(length: usize) -> Vec<T> {
    let pooled = T::buffers().with_borrow_mut(|buffers| {
        let entries = buffers.by_length.iter_mut();
        let pooled = entries
            .filter(|(found, _)| *found == length)
            .find_map(|(_, vectors)| vectors.pop())?;
        buffers.bytes -= length * size_of::<T>();
        Some(pooled)
    });
    pooled.unwrap_or_else(|| vec![T::default(); length])
}

/// Returns a vector of zeros of this length.
pub(crate) fn take_zeros<T: Buffered>(length: usize) -> Vec<T> {
    let mut zeros = take(length);
    zeros.fill(T::default());
    zeros
}

/// Puts a vector into the pool of the current thread.
pub(crate) fn recycle<T: Buffered>(vector: Vec<T>) {
    let bytes = vector.len() * size_of::<T>();
    if bytes == 0 || bytes > MAX_BYTES {
        return;
    }
    T::buffers().with_borrow_mut(|buffers| {
        if buffers.bytes + bytes > MAX_BYTES {
            // The pool is full, most likely of vectors for other fields.
            *buffers = BufferPool::new();
        }
        buffers.bytes += bytes;
        let entries = buffers.by_length.iter_mut();
        match entries
            .into_iter()
            .find(|(found, _)| *found == vector.len())
        {
            Some((_, vectors)) => vectors.push(vector),
            None => buffers.by_length.push((vector.len(), vec![vector])),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_reused_for_its_length() {
        let mut vector = take::<i64>(100);
        vector.fill(7);
        let at = vector.as_ptr();
        recycle(vector);
        let other = take::<i64>(99);
        assert_ne!(other.as_ptr(), at);
        let again = take::<i64>(100);
        assert_eq!((again.as_ptr(), again[99]), (at, 7));
        recycle(again);
        assert_eq!(take_zeros::<i64>(100), vec![0; 100]);
    }

    #[test]
    fn a_thread_keeps_a_limited_number_of_bytes() {
        for _ in 0..3 {
            let vectors: Vec<Vec<i128>> = (0..5).map(|_| take(1 << 22)).collect();
            vectors.into_iter().for_each(recycle);
            let bytes = i128::buffers().with_borrow(|buffers| buffers.bytes);
            assert!(bytes <= MAX_BYTES);
        }
        // A vector larger than the limit is dropped.
        recycle(vec![0_i128; (1 << 24) + 1]);
        assert!(i128::buffers().with_borrow(|buffers| buffers.bytes) <= MAX_BYTES);
    }
}
