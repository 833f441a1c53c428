//! Awkward frame sizes.

/// The frame sizes (height, width) at which encoders were seen to crash, to refuse, or to disagree
/// with their decoders.
pub(crate) const SIZES: [(usize, usize); 11] = [
    (1, 1),
    (8, 8),
    (15, 15),
    (16, 64),
    (33, 33),
    (33, 49),
    (40, 40),
    (47, 79),
    (48, 48),
    (64, 64),
    (65, 257),
];
