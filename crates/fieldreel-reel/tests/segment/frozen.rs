//! Segments of each format version, written when it was frozen, read now.
