//! Error metrics between two scientific fields
