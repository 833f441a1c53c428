//! Frame sizes that are difficult for encoders.

/// The frame sizes `(height, width)` at which encoders crashed, refused to open, or disagreed with
/// their decoders.
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
