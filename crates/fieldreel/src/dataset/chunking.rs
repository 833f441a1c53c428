//! Where the chunks of a variable begin and end.

/// Bytes of the values of a chunk, at most: what netcdf-c keeps of a variable's chunks in memory by default, so that
/// a reader that goes frame by frame decodes each once.
const CHUNK_BYTES: usize = 1 << 24;

/// Lengths of a chunk that is one good segment, slowest first: whole frames where they fit, as many steps of the first
/// dimension (time, mostly) as then fit, and after it of those between. Chunks are of nearly equal size.
pub(super) fn chunk_shape(shape: &[usize], value_bytes: usize) -> Vec<usize> {
    chunk_shape_with(shape, value_bytes, |_| None)
}

/// Lengths of a chunk, as [`chunk_shape`] chooses them where `asked` does not give the length along an axis. Those that it gives
/// are at most the length of the variable.
pub(super) fn chunk_shape_with(
    shape: &[usize],
    value_bytes: usize,
    asked: impl Fn(usize) -> Option<usize>,
) -> Vec<usize> {
    let rank = shape.len();
    let mut chunk = vec![1; rank];
    let mut room = (CHUNK_BYTES / value_bytes.max(1)).max(1);
    let (mut free, mut given) = (Vec::new(), Vec::new());
    let frame = rank.saturating_sub(2);
    for axis in (frame..rank).rev().chain(0..frame) {
        match asked(axis) {
            Some(length) => given.push((axis, length.clamp(1, shape[axis].max(1)))),
            None => free.push(axis),
        }
    }
    for (axis, length) in given {
        chunk[axis] = length;
        room = (room / length).max(1);
    }
    for axis in free {
        let len = shape.get(axis).copied().unwrap_or(1).max(1);
        let pieces = len.div_ceil(room);
        let own = len.div_ceil(pieces);
        if let Some(place) = chunk.get_mut(axis) {
            *place = own;
        }
        room /= own;
        if pieces > 1 || room <= 1 {
            break;
        }
    }
    chunk
}

/// A box of a variable: where it starts and how long it is, along each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: Vec<usize>,
    pub(super) count: Vec<usize>,
}

impl Part {
    /// Returns the part of a variable that is all of it.
    pub(super) fn whole(shape: &[usize]) -> Self {
        Self {
            start: vec![0; shape.len()],
            count: shape.to_vec(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count.iter().product()
    }
}

/// The parts of a variable that its chunks cover, in the order of the file; one of a scalar, none where a length is 0.
pub(super) fn parts(shape: &[usize], chunk: &[usize]) -> impl Iterator<Item = Part> {
    let (shape, chunk) = (shape.to_vec(), chunk.to_vec());
    let pieces: Vec<usize> = shape
        .iter()
        .zip(&chunk)
        .map(|(&len, &own)| len.div_ceil(own.max(1)))
        .collect();
    let count = pieces.iter().product::<usize>();
    (0..count).map(move |number| {
        let mut left = number;
        let mut start = vec![0; shape.len()];
        for ((start, &pieces), &own) in start.iter_mut().zip(&pieces).zip(&chunk).rev() {
            *start = left % pieces * own;
            left /= pieces;
        }
        let ends = shape.iter().zip(&chunk).zip(&start);
        let count = ends.map(|((&len, &own), &start)| own.min(len - start));
        Part {
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
    fn lengths_that_are_asked_for_are_kept_and_the_others_fill_the_room() {
        let asked = |asked: [Option<usize>; 3]| {
            chunk_shape_with(&[240, 721, 1440], 4, move |axis| asked[axis])
        };
        assert_eq!(asked([None; 3]), chunk_shape(&[240, 721, 1440], 4));
        assert_eq!(asked([Some(24), Some(256), Some(256)]), [24, 256, 256]);
        assert_eq!(asked([None, Some(256), Some(256)]), [60, 256, 256]);
        assert_eq!(asked([Some(1), None, None]), [1, 721, 1440]);
        assert_eq!(asked([Some(0), None, Some(9999)]), [1, 721, 1440]);
        // More than fits is the caller's choice.
        assert_eq!(asked([Some(240), None, Some(1440)]), [240, 12, 1440]);
        assert_eq!(asked([Some(240), Some(721), Some(1440)]), [240, 721, 1440]);
    }

    #[test]
    fn chunks_are_frames_over_time_first() {
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
        fn parts_cover_every_place_once(
            sides in prop::collection::vec((0_usize..7, 1_usize..5), 0..4),
        ) {
            let (shape, chunk): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
            let places = shape.iter().product::<usize>();
            let mut seen = vec![0; places];
            for part in parts(&shape, &chunk) {
                prop_assert!(part.start.iter().zip(&chunk).all(|(start, own)| start % own == 0));
                for place in parts(&part.count, &vec![1; shape.len()]) {
                    let at = place.start.iter().zip(&part.start).zip(&shape);
                    let index = at.fold(0, |sum, ((a, b), len)| sum * len + a + b);
                    seen[index] += 1;
                }
            }
            prop_assert!(seen.iter().all(|&count| count == 1));
        }
    }
}
