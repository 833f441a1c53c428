//! The keys of GRIB messages, whichever library has the message.

use std::ffi::CStr;

use crate::{LibraryError, Result};

/// Keys of a message, by ecCodes' names.
pub(super) trait MessageKeys {
    /// Returns an integer key; `None` when it is absent, missing or no number.
    fn long(&self, key: &CStr) -> Option<i64>;

    /// Returns a floating key; `None` when it is absent.
    fn double(&self, key: &CStr) -> Option<f64>;

    /// Returns a key as text; `None` when it is absent.
    fn text(&self, key: &CStr) -> Option<String>;

    /// Returns the number of the message's values, which is known without decoding them.
    fn value_count(&self) -> Option<usize>;

    /// Returns an array key of at most this length.
    fn doubles(&self, key: &CStr, len: usize) -> std::result::Result<Vec<f64>, LibraryError>;

    /// Sets the number that values are decoded as where there is none.
    fn set_missing_value(&mut self, value: f64) -> std::result::Result<(), LibraryError>;
}

/// MessageCollection that can be gone through more than once.
pub(super) trait MessageCollection {
    /// Calls a function with each message and its position, from 0, in order.
    fn for_each(
        &self,
        visit: &mut dyn FnMut(usize, &mut dyn MessageKeys) -> Result<()>,
    ) -> Result<()>;
}
