//! The shapes of chunks, and the hyperslabs that they cover.

/// The largest size of the values of a chunk in bytes. It is the default size of netcdf-c's chunk
/// cache per variable, so that a program that reads frame by frame decodes each chunk once.
const MAX_CHUNK_BYTES: usize = 1 << 24;

/// Returns the shape of a chunk that makes one efficient segment, slowest dimension first.
///
/// A chunk has whole frames of the last two dimensions if they fit into [`MAX_CHUNK_BYTES`]. It is
/// then extended along the first dimension, which is usually time, and last along the dimensions
/// between, as far as the size allows. Chunks have nearly equal sizes.
pub(super) fn chunk_shape(shape: &[usize], value_bytes: usize) -> Vec<usize> {
    chunk_shape_with(shape, value_bytes, |_| None)
}

/// Returns the shape of a chunk with the lengths that `requested` returns for some axes, limited
/// to the lengths of the variable. The other lengths are chosen as by [`chunk_shape`].
pub(super) fn chunk_shape_with(
    shape: &[usize],
    value_bytes: usize,
    requested: impl Fn(usize) -> Option<usize>,
) -> Vec<usize> {
    let rank = shape.len();
    let mut chunk = vec![1; rank];
    let mut capacity = (MAX_CHUNK_BYTES / value_bytes.max(1)).max(1);
    let (mut free, mut fixed) = (Vec::new(), Vec::new());
    let frame = rank.saturating_sub(2);
    for axis in (frame..rank).rev().chain(0..frame) {
        match requested(axis) {
            Some(length) => fixed.push((axis, length.clamp(1, shape[axis].max(1)))),
            None => free.push(axis),
        }
    }
    for (axis, length) in fixed {
        chunk[axis] = length;
        capacity = (capacity / length).max(1);
    }
    for axis in free {
        let len = shape.get(axis).copied().unwrap_or(1).max(1);
        let chunks = len.div_ceil(capacity);
        let chunk_len = len.div_ceil(chunks);
        if let Some(length) = chunk.get_mut(axis) {
            *length = chunk_len;
        }
        capacity /= chunk_len;
        if chunks > 1 || capacity <= 1 {
            break;
        }
    }
    chunk
}

/// A contiguous block of a variable: its start and its length along each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hyperslab {
    pub(super) start: Vec<usize>,
    pub(super) count: Vec<usize>,
}

impl Hyperslab {
    /// Returns the hyperslab of all values of a variable.
    pub(super) fn entire(shape: &[usize]) -> Self {
        Self {
            start: vec![0; shape.len()],
            count: shape.to_vec(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count.iter().product()
    }
}

/// Returns the hyperslabs that the chunks of a variable cover, in the order of the file: one for a
/// scalar, none if a length is 0.
pub(super) fn chunk_hyperslabs(
    shape: &[usize],
    chunk: &[usize],
) -> impl Iterator<Item = Hyperslab> {
    let (shape, chunk) = (shape.to_vec(), chunk.to_vec());
    let chunks_along: Vec<usize> = shape
        .iter()
        .zip(&chunk)
        .map(|(&len, &chunk_len)| len.div_ceil(chunk_len.max(1)))
        .collect();
    let chunk_count = chunks_along.iter().product::<usize>();
    (0..chunk_count).map(move |number| {
        let mut quotient = number;
        let mut start = vec![0; shape.len()];
        let axes = start.iter_mut().zip(&chunks_along).zip(&chunk);
        for ((start, &chunks), &chunk_len) in axes.rev() {
            *start = quotient % chunks * chunk_len;
            quotient /= chunks;
        }
        let axes = shape.iter().zip(&chunk).zip(&start);
        let count = axes.map(|((&len, &chunk_len), &start)| chunk_len.min(len - start));
        Hyperslab {
            count: count.collect(),
            start: start.clone(),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn requested_lengths_are_used_and_other_lengths_fill_the_capacity() {
        let requested = |lengths: [Option<usize>; 3]| {
            chunk_shape_with(&[240, 721, 1440], 4, move |axis| lengths[axis])
        };
        assert_eq!(requested([None; 3]), chunk_shape(&[240, 721, 1440], 4));
        assert_eq!(requested([Some(24), Some(256), Some(256)]), [24, 256, 256]);
        assert_eq!(requested([None, Some(256), Some(256)]), [60, 256, 256]);
        assert_eq!(requested([Some(1), None, None]), [1, 721, 1440]);
        assert_eq!(requested([Some(0), None, Some(9999)]), [1, 721, 1440]);
        // Requested lengths may exceed the capacity.
        assert_eq!(requested([Some(240), None, Some(1440)]), [240, 12, 1440]);
        assert_eq!(
            requested([Some(240), Some(721), Some(1440)]),
            [240, 721, 1440]
        );
    }

    #[test]
    fn chunks_are_whole_frames_extended_along_time_first() {
        assert_eq!(chunk_shape(&[132, 73, 144], 4), [132, 73, 144]);
        assert_eq!(chunk_shape(&[8760, 361, 720], 4), [16, 361, 720]);
        assert_eq!(chunk_shape(&[12, 57, 180, 360], 4), [12, 5, 180, 360]);
        assert_eq!(chunk_shape(&[10_000, 19, 90, 180], 4), [257, 1, 90, 180]);
        assert_eq!(chunk_shape(&[5, 10_000, 10_000], 4), [1, 417, 10_000]);
        assert_eq!(chunk_shape(&[0, 3, 4], 8), [1, 3, 4]);
        assert_eq!(chunk_shape(&[], 4), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn chunks_cover_every_position_once(
            sides in prop::collection::vec((0_usize..7, 1_usize..5), 0..4),
        ) {
            let (shape, chunk): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
            let mut visits = vec![0; shape.iter().product::<usize>()];
            for hyperslab in chunk_hyperslabs(&shape, &chunk) {
                let mut axes = hyperslab.start.iter().zip(&chunk);
                prop_assert!(axes.all(|(start, chunk_len)| start % chunk_len == 0));
                for value in chunk_hyperslabs(&hyperslab.count, &vec![1; shape.len()]) {
                    let axes = value.start.iter().zip(&hyperslab.start).zip(&shape);
                    let index = axes.fold(0, |sum, ((a, b), len)| sum * len + a + b);
                    visits[index] += 1;
                }
            }
            prop_assert!(visits.iter().all(|&count| count == 1));
        }
    }
}
