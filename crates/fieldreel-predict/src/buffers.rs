//! Memory of planes that is used again.
//!
//! A field takes hundreds of planes of a few sizes, and so does the next field of the same shape: to get each from the
//! system anew would take longer than to predict it.

use std::cell::RefCell;
use std::thread::LocalKey;

/// The most bytes that a thread keeps of each type.
const MOST_BYTES: usize = 1 << 28;

/// Vectors that a thread keeps.
#[derive(Debug)]
pub struct Buffers<T> {
    /// Vectors by their length.
    by_length: Vec<(usize, Vec<Vec<T>>)>,
    bytes: usize,
}

impl<T> Buffers<T> {
    pub(crate) const fn new() -> Self {
        Self {
            by_length: Vec::new(),
            bytes: 0,
        }
    }
}

/// A type of numbers whose vectors are used again.
pub trait Buffered: Copy + Default + 'static {
    /// Returns the vectors that this thread keeps.
    fn buffers() -> &'static LocalKey<RefCell<Buffers<Self>>>;
}

macro_rules! buffered {
    ($($number:ty),*) => {$(
        impl Buffered for $number {
            fn buffers() -> &'static LocalKey<RefCell<Buffers<Self>>> {
                thread_local! {
                    static BUFFERS: RefCell<Buffers<$number>> = const { RefCell::new(Buffers::new()) };
                }
                &BUFFERS
            }
        }
    )*};
}
buffered!(i16, i32, i64, i128);

/// Returns a vector of this length, whose elements may be anything.
pub(crate) fn take<T: Buffered>(length: usize) -> Vec<T> {
    let kept = T::buffers().with_borrow_mut(|buffers| {
        let of_length = buffers.by_length.iter_mut();
        let kept = of_length
            .filter(|(of, _)| *of == length)
            .find_map(|(_, kept)| kept.pop())?;
        buffers.bytes -= length * size_of::<T>();
        Some(kept)
    });
    kept.unwrap_or_else(|| vec![T::default(); length])
}

/// Returns a vector of zeros of this length.
pub(crate) fn take_zeros<T: Buffered>(length: usize) -> Vec<T> {
    let mut zeros = take(length);
    zeros.fill(T::default());
    zeros
}

/// Keeps a vector for the next that is taken.
pub(crate) fn give_back<T: Buffered>(vector: Vec<T>) {
    let bytes = vector.len() * size_of::<T>();
    if bytes == 0 || bytes > MOST_BYTES {
        return;
    }
    T::buffers().with_borrow_mut(|buffers| {
        if buffers.bytes + bytes > MOST_BYTES {
            // Those of other fields, most likely.
            *buffers = Buffers::new();
        }
        buffers.bytes += bytes;
        let found = buffers.by_length.iter_mut();
        match found.into_iter().find(|(of, _)| *of == vector.len()) {
            Some((_, kept)) => kept.push(vector),
            None => buffers.by_length.push((vector.len(), vec![vector])),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_used_again_for_its_length() {
        let mut vector = take::<i64>(100);
        vector.fill(7);
        let at = vector.as_ptr();
        give_back(vector);
        let other = take::<i64>(99);
        assert_ne!(other.as_ptr(), at);
        let again = take::<i64>(100);
        assert_eq!((again.as_ptr(), again[99]), (at, 7));
        give_back(again);
        assert_eq!(take_zeros::<i64>(100), vec![0; 100]);
    }

    #[test]
    fn a_thread_keeps_a_limited_number_of_bytes() {
        for _ in 0..3 {
            let all: Vec<Vec<i128>> = (0..5).map(|_| take(1 << 22)).collect();
            all.into_iter().for_each(give_back);
            let bytes = i128::buffers().with_borrow(|buffers| buffers.bytes);
            assert!(bytes <= MOST_BYTES);
        }
        // More than the limit is not kept at all.
        give_back(vec![0_i128; (1 << 24) + 1]);
        assert!(i128::buffers().with_borrow(|buffers| buffers.bytes) <= MOST_BYTES);
    }
}
