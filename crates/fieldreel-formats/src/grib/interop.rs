//! Fields from messages of the `eccodes` crate.

use std::ffi::CStr;
use std::fmt::Debug;
use std::path::Path;

use eccodes::codes_message::CodesMessage;
use eccodes::{BufMessage, CodesError, KeyRead, KeyWrite};

use super::header::MessageHeader;
use super::library::Library;
use super::message::{MessageCollection, MessageKeys};
use super::{GribSelection, read, select};
use crate::{DEFAULT_LIMITS, Field, FormatError, LibraryError, Limits, Result};

/// Conversions from messages of the [`eccodes`](https://docs.rs/eccodes/0.14) crate, with the
/// feature `eccodes-crate`.
impl Field {
    /// Makes a field from messages of one parameter on one grid, under [`DEFAULT_LIMITS`].
    ///
    /// The field equals the one that [`read_grib`](crate::read_grib) makes of the same messages;
    /// see there for axes, types, missing values and keys. The messages may be in any order. From
    /// a message with several fields, the `eccodes` crate returns only the first.
    ///
    /// Each message is copied while it is decoded, because only a copy accepts a marker for
    /// missing values. Messages are accessed under this crate's lock. From the first call on,
    /// ecCodes writes no log.
    ///
    /// ```no_run
    /// use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
    /// use fieldreel_formats::Field;
    ///
    /// let mut file = CodesFile::new_from_file("era5.grib", ProductKind::GRIB)?;
    /// let messages: Vec<_> = file
    ///     .ref_message_iter()
    ///     .filter(|message| {
    ///         let name: String = message.read_key("shortName")?;
    ///         Ok(name == "2t")
    ///     })
    ///     .collect()?;
    /// let temperature = Field::from_eccodes(&messages)?;
    /// println!("{:?} {:?}", temperature.shape(), temperature.units());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Errors do not name the file, whose path is unknown here.
    ///
    /// - [`FormatError::InvalidOption`]: there is no message.
    /// - [`FormatError::AmbiguousVariable`]: the messages are of several parameters.
    /// - [`FormatError::MixedMessages`], [`FormatError::DuplicateMessages`],
    ///   [`FormatError::MissingMessages`]: the messages do not form an array.
    /// - [`FormatError::UnsupportedGrid`]: the grid is reduced, spectral, a satellite view or
    ///   unstructured.
    /// - [`FormatError::Damaged`], [`FormatError::UndecodablePacking`]: a message is damaged, or
    ///   ecCodes cannot decode its values.
    /// - [`FormatError::TooLarge`]: the field exceeds the limits.
    /// - [`FormatError::Io`]: there is not enough memory for the values.
    pub fn from_eccodes<'m, P: Debug + 'm>(
        messages: impl IntoIterator<Item = &'m CodesMessage<P>>,
    ) -> Result<Self> {
        Self::from_eccodes_with(messages, &DEFAULT_LIMITS)
    }

    /// Makes a field from messages as [`from_eccodes`](Self::from_eccodes) does, under the given
    /// limits.
    ///
    /// # Errors
    ///
    /// The errors of [`from_eccodes`](Self::from_eccodes).
    pub fn from_eccodes_with<'m, P: Debug + 'm>(
        messages: impl IntoIterator<Item = &'m CodesMessage<P>>,
        limits: &Limits,
    ) -> Result<Self> {
        let messages = CodesMessages(messages.into_iter().collect());
        let _library = Library::lock();
        let path = Path::new("(ecCodes messages)");
        let mut headers = Vec::new();
        messages.for_each(&mut |index, message| {
            headers.push(MessageHeader::from_message(message, index));
            Ok(())
        })?;
        if headers.is_empty() {
            return Err(FormatError::InvalidOption {
                option: "the number of messages",
                value: "0".to_owned(),
                allowed: "at least 1",
            });
        }
        let selected = select::select_parameter(headers, path, &GribSelection::default())?;
        read::read_field(&messages, path, &selected, limits)
    }
}

struct CodesMessages<'m, P: Debug>(Vec<&'m CodesMessage<P>>);

impl<P: Debug> MessageCollection for CodesMessages<'_, P> {
    fn for_each(
        &self,
        visit: &mut dyn FnMut(usize, &mut dyn MessageKeys) -> Result<()>,
    ) -> Result<()> {
        let mut messages = self.0.iter().enumerate();
        messages.try_for_each(|(index, message)| {
            let copy = None;
            visit(index, &mut CodesMessageKeys { message, copy })
        })
    }
}

/// A message, and its copy once a marker for missing values is set.
struct CodesMessageKeys<'m, P: Debug> {
    message: &'m CodesMessage<P>,
    copy: Option<BufMessage>,
}

impl<P: Debug> CodesMessageKeys<'_, P> {
    fn read<T>(&self, key: &CStr) -> std::result::Result<T, CodesError>
    where
        CodesMessage<P>: KeyRead<T>,
        BufMessage: KeyRead<T>,
    {
        let key = key.to_str()?;
        match &self.copy {
            Some(copy) => copy.read_key_unchecked(key),
            None => self.message.read_key_unchecked(key),
        }
    }
}

/// The number by which ecCodes marks a missing integer.
const MISSING_INTEGER: i64 = eccodes_sys::CODES_MISSING_LONG as i64;

impl<P: Debug> MessageKeys for CodesMessageKeys<'_, P> {
    fn long(&self, key: &CStr) -> Option<i64> {
        self.read(key)
            .ok()
            .filter(|&number| number != MISSING_INTEGER)
    }

    fn double(&self, key: &CStr) -> Option<f64> {
        self.read(key).ok()
    }

    fn text(&self, key: &CStr) -> Option<String> {
        self.read(key).ok()
    }

    fn value_count(&self) -> Option<usize> {
        usize::try_from(self.long(c"getNumberOfValues")?).ok()
    }

    fn doubles(&self, key: &CStr, len: usize) -> std::result::Result<Vec<f64>, LibraryError> {
        let values: Vec<f64> = self.read(key).map_err(eccodes_error)?;
        if values.len() > len {
            return Err(eccodes_error(CodesError::WrongRequestedKeySize));
        }
        Ok(values)
    }

    fn set_missing_value(&mut self, value: f64) -> std::result::Result<(), LibraryError> {
        let mut copy = self.message.try_clone().map_err(eccodes_error)?;
        let written = copy.write_key_unchecked("missingValue", value);
        written.map_err(eccodes_error)?;
        self.copy = Some(copy);
        Ok(())
    }
}

/// Converts an error of the `eccodes` crate.
fn eccodes_error(error: CodesError) -> LibraryError {
    let (library, code) = match error {
        CodesError::Internal(code) => ("ecCodes", code as i32),
        CodesError::UnrecognizedErrorCode(code) => ("ecCodes", code),
        _ => ("eccodes", 0),
    };
    LibraryError {
        library,
        code,
        message: error.to_string(),
    }
}
