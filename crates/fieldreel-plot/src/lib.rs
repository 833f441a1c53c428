//! Figures of a field, its reconstruction and their difference
