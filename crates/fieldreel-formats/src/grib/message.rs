//! Access to the keys of GRIB messages, independent of the library that holds them.

use std::ffi::CStr;

use crate::{LibraryError, Result};

/// Access to the keys of a message, by ecCodes' names.
pub(super) trait MessageKeys {
    /// Returns an integer key, or `None` if it is absent, missing or not a number.
    fn long(&self, key: &CStr) -> Option<i64>;

    /// Returns a floating-point key, or `None` if it is absent.
    fn double(&self, key: &CStr) -> Option<f64>;

    /// Returns a key as text, or `None` if it is absent.
    fn text(&self, key: &CStr) -> Option<String>;

    /// Returns the number of values in the message, without decoding them.
    fn value_count(&self) -> Option<usize>;

    /// Returns an array key of at most `len` values.
    fn doubles(&self, key: &CStr, len: usize) -> std::result::Result<Vec<f64>, LibraryError>;

    /// Sets the number that marks points without a value in decoded values.
    fn set_missing_value(&mut self, value: f64) -> std::result::Result<(), LibraryError>;
}

/// Messages that can be iterated more than once.
pub(super) trait MessageCollection {
    /// Calls `visit` with the index, counted from 0, and the keys of each message, in order.
    fn for_each(
        &self,
        visit: &mut dyn FnMut(usize, &mut dyn MessageKeys) -> Result<()>,
    ) -> Result<()>;
}
