//! Fields from messages of the `eccodes` crate.

use std::ffi::CStr;
use std::fmt::Debug;
use std::path::Path;

use eccodes::codes_message::CodesMessage;
use eccodes::{BufMessage, CodesError, KeyRead, KeyWrite};

use super::header::Header;
use super::library::Library;
use super::message::{Keys, Messages};
use super::{GribSelection, read, select};
use crate::{DEFAULT_LIMITS, Field, FormatError, LibraryError, Limits, Result};

/// Conversions from messages of the [`eccodes`](https://docs.rs/eccodes/0.14) crate, with the feature `eccodes-crate`.
impl Field {
    /// Makes a field of messages of one parameter on one grid, under [`DEFAULT_LIMITS`].
    ///
    /// The field is the one that [`read_grib`](crate::read_grib) makes of them, which says how they are stacked along members,
    /// times and levels, and what becomes of types, missing points and keys. The messages may be in any order. Of a message
    /// with several fields, the `eccodes` crate gives the first.
    ///
    /// Each message is copied while it is decoded, as only a copy can be told how to mark missing points. Messages are used
    /// under this crate's lock, and ecCodes writes no log from then on.
    ///
    /// ```no_run
    /// use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
    /// use fieldreel_formats::Field;
    ///
    /// let mut file = CodesFile::new_from_file("era5.grib", ProductKind::GRIB)?;
    /// let messages: Vec<_> = file
    ///     .ref_message_iter()
    ///     .filter(|message| Ok(message.read_key("shortName").is_ok_and(|name: String| name == "2t")))
    ///     .collect()?;
    /// let temperature = Field::from_eccodes(&messages)?;
    /// println!("{:?} {:?}", temperature.shape(), temperature.units());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Errors cannot tell the file's path.
    ///
    /// - [`FormatError::InvalidOption`]: there is no message.
    /// - [`FormatError::AmbiguousVariable`]: the messages are of several parameters.
    /// - [`FormatError::MixedMessages`], [`FormatError::DuplicateMessages`], [`FormatError::MissingMessages`]: they make no
    ///   array.
    /// - [`FormatError::UnsupportedGrid`]: reduced grids, spectral fields, satellite views and unstructured points.
    /// - [`FormatError::Damaged`], [`FormatError::UndecodablePacking`].
    /// - [`FormatError::TooLarge`]: over the limits.
    /// - [`FormatError::Io`]: there is no memory for the values.
    pub fn from_eccodes<'m, P: Debug + 'm>(
        messages: impl IntoIterator<Item = &'m CodesMessage<P>>,
    ) -> Result<Self> {
        Self::from_eccodes_with(messages, &DEFAULT_LIMITS)
    }

    /// Makes a field of messages as [`from_eccodes`](Self::from_eccodes) does, under other limits.
    ///
    /// # Errors
    ///
    /// As [`from_eccodes`](Self::from_eccodes).
    pub fn from_eccodes_with<'m, P: Debug + 'm>(
        messages: impl IntoIterator<Item = &'m CodesMessage<P>>,
        limits: &Limits,
    ) -> Result<Self> {
        let messages = Given(messages.into_iter().collect());
        let _library = Library::lock();
        let path = Path::new("(ecCodes messages)");
        let mut headers = Vec::new();
        messages.each(&mut |position, message| {
            headers.push(Header::of(message, position));
            Ok(())
        })?;
        if headers.is_empty() {
            return Err(FormatError::InvalidOption {
                option: "the number of messages",
                value: "0".to_owned(),
                allowed: "1 or more",
            });
        }
        let chosen = select::choose(headers, path, &GribSelection::default())?;
        read::field(&messages, path, &chosen, limits)
    }
}

struct Given<'m, P: Debug>(Vec<&'m CodesMessage<P>>);

impl<P: Debug> Messages for Given<'_, P> {
    fn each(&self, visit: &mut dyn FnMut(usize, &mut dyn Keys) -> Result<()>) -> Result<()> {
        let mut messages = self.0.iter().enumerate();
        messages.try_for_each(|(position, message)| {
            let copy = None;
            visit(position, &mut Message { message, copy })
        })
    }
}

/// A message, and the copy of it that is decoded.
struct Message<'m, P: Debug> {
    message: &'m CodesMessage<P>,
    copy: Option<BufMessage>,
}

impl<P: Debug> Message<'_, P> {
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

/// The number that ecCodes gives for an integer that is missing.
const MISSING: i64 = eccodes_sys::CODES_MISSING_LONG as i64;

impl<P: Debug> Keys for Message<'_, P> {
    fn long(&self, key: &CStr) -> Option<i64> {
        self.read(key).ok().filter(|&number| number != MISSING)
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
        let values: Vec<f64> = self.read(key).map_err(refused)?;
        if values.len() > len {
            return Err(refused(CodesError::WrongRequestedKeySize));
        }
        Ok(values)
    }

    fn set_absent(&mut self, absent: f64) -> std::result::Result<(), LibraryError> {
        let mut copy = self.message.try_clone().map_err(refused)?;
        let set = copy.write_key_unchecked("missingValue", absent);
        set.map_err(refused)?;
        self.copy = Some(copy);
        Ok(())
    }
}

/// An error of the `eccodes` crate as a library's.
fn refused(error: CodesError) -> LibraryError {
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
