//! Blocks of arrays in row-major order.

use std::ops::Range;

/// A block of an array: the lengths of the array and the first index of the block.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) shape: &'a [usize],
    pub(super) start: &'a [usize],
}

/// Copies a block of `count` values from one array to another. Each value takes `width` elements.
/// Both arrays contain their block.
pub(super) fn copy_block<T: Clone>(
    (source, from): (&[T], Block<'_>),
    (target, to): (&mut [T], Block<'_>),
    count: &[usize],
    width: usize,
) {
    let row_len = count.last().copied().unwrap_or(1);
    let outer = &count[..count.len().saturating_sub(1)];
    let row_count: usize = outer.iter().product();
    let mut index = vec![0; count.len()];
    for row in 0..row_count {
        let mut quotient = row;
        for (at, &len) in index.iter_mut().zip(outer).rev() {
            *at = quotient % len.max(1);
            quotient /= len.max(1);
        }
        let range = |block: Block<'_>| {
            let position = block.shape.iter().zip(block.start).zip(&index);
            let first = position.fold(0, |sum, ((len, start), at)| sum * len + start + at);
            first * width..(first + row_len) * width
        };
        if let (Some(source), Some(target)) = (source.get(range(from)), target.get_mut(range(to))) {
            target.clone_from_slice(source);
        }
    }
}

/// The overlap of a chunk with a hyperslab of its array.
pub(super) struct Overlap {
    /// The index of the chunk in the grid.
    pub(super) index: Vec<usize>,
    /// The first index of the overlap in the chunk.
    pub(super) in_chunk: Vec<usize>,
    /// The first index of the overlap in the hyperslab.
    pub(super) in_hyperslab: Vec<usize>,
    /// The lengths of the overlap.
    pub(super) count: Vec<usize>,
}

/// Returns the overlaps of a hyperslab with the chunks of a regular grid, in row-major order. None
/// if the hyperslab is empty.
pub(super) fn overlaps<'a>(
    chunk: &'a [usize],
    start: &'a [usize],
    count: &'a [usize],
) -> impl Iterator<Item = Overlap> + 'a {
    let along = |((&chunk, &start), &count): ((&usize, &usize), &usize)| match count {
        0 => 0..0,
        _ => start / chunk..(start + count).div_ceil(chunk),
    };
    let ranges: Vec<Range<usize>> = chunk.iter().zip(start).zip(count).map(along).collect();
    let chunk_count: usize = ranges.iter().map(ExactSizeIterator::len).product();
    (0..chunk_count).map(move |number| {
        let mut quotient = number;
        let mut index = vec![0; ranges.len()];
        for (at, range) in index.iter_mut().zip(&ranges).rev() {
            *at = range.start + quotient % range.len();
            quotient /= range.len();
        }
        let mut overlap = Overlap {
            in_chunk: Vec::new(),
            in_hyperslab: Vec::new(),
            count: Vec::new(),
            index,
        };
        for (axis, &at) in overlap.index.iter().enumerate() {
            let first = start[axis].max(at * chunk[axis]);
            let end = (start[axis] + count[axis]).min((at + 1).saturating_mul(chunk[axis]));
            overlap.in_chunk.push(first - at * chunk[axis]);
            overlap.in_hyperslab.push(first - start[axis]);
            overlap.count.push(end - first);
        }
        overlap
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn overlaps_cover_a_hyperslab_once(
            axes in prop::collection::vec((1_usize..4, 0_usize..5, 0_usize..6), 0..4),
        ) {
            let chunk: Vec<_> = axes.iter().map(|axis| axis.0).collect();
            let start: Vec<_> = axes.iter().map(|axis| axis.1).collect();
            let count: Vec<_> = axes.iter().map(|axis| axis.2).collect();
            let mut visits = vec![0; count.iter().product()];
            for overlap in overlaps(&chunk, &start, &count) {
                let zeros = vec![0; chunk.len()];
                let ones = vec![1; overlap.count.iter().product()];
                let from = Block { shape: &overlap.count, start: &zeros };
                let to = Block { shape: &count, start: &overlap.in_hyperslab };
                let mut part = vec![0; visits.len()];
                copy_block((&ones, from), (&mut part, to), &overlap.count, 1);
                for (visits, part) in visits.iter_mut().zip(part) {
                    *visits += part;
                }
                for axis in 0..chunk.len() {
                    prop_assert!(overlap.in_chunk[axis] + overlap.count[axis] <= chunk[axis]);
                    let first = overlap.index[axis] * chunk[axis] + overlap.in_chunk[axis];
                    prop_assert_eq!(first, start[axis] + overlap.in_hyperslab[axis]);
                }
            }
            prop_assert!(visits.iter().all(|&count| count == 1));
        }
    }

    #[test]
    fn a_block_of_wide_values_is_copied() {
        let source: Vec<u8> = (0..24).collect();
        let mut target = vec![0; 8];
        let from = Block {
            shape: &[3, 4],
            start: &[1, 2],
        };
        let to = Block {
            shape: &[2, 2],
            start: &[0, 0],
        };
        copy_block((&source, from), (&mut target, to), &[2, 2], 2);
        assert_eq!(target, [12, 13, 14, 15, 20, 21, 22, 23]);
        let mut scalar = [0];
        let block = Block {
            shape: &[],
            start: &[],
        };
        copy_block((&[7], block), (&mut scalar, block), &[], 1);
        assert_eq!(scalar, [7]);
    }
}
