//! Chunk shapes of variables.

/// The target size of a chunk in bytes: a few chunks fit HDF5's chunk cache, and deflate has
/// enough data to compress well.
const CHUNK_BYTES: usize = 1 << 22;

/// Returns the chunk lengths for a variable of shape `(…, y, x)`, slowest first. A chunk is a
/// whole frame if that fits the target size, and several frames if `group_frames` is true. Chunks
/// have nearly equal sizes.
pub(super) fn chunk_shape(shape: &[usize], value_bytes: usize, group_frames: bool) -> Vec<usize> {
    let mut budget = (CHUNK_BYTES / value_bytes).max(1);
    let mut chunk = vec![1; shape.len()];
    let frame_axes = shape.len().saturating_sub(2);
    for axis in (0..shape.len()).rev() {
        if axis < frame_axes && !group_frames {
            break;
        }
        let len = shape[axis].max(1);
        let pieces = len.div_ceil(budget);
        chunk[axis] = len.div_ceil(pieces);
        budget /= chunk[axis];
        if pieces > 1 || budget == 0 {
            break;
        }
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::chunk_shape;

    #[test]
    fn chunks_fit_and_have_nearly_equal_sizes() {
        assert_eq!(chunk_shape(&[132, 73, 144], 4, true), [66, 73, 144]);
        assert_eq!(chunk_shape(&[132, 73, 144], 4, false), [1, 73, 144]);
        assert_eq!(chunk_shape(&[0, 3], 8, true), [1, 3]);
        assert_eq!(
            chunk_shape(&[5, 100_000, 100_000], 4, true),
            [1, 10, 100_000]
        );
        assert_eq!(chunk_shape(&[3_000_000], 4, true), [1_000_000]);
        assert_eq!(chunk_shape(&[], 4, true), [0usize; 0]);
    }
}
