//! Selection of messages of a file.

use std::ffi::CString;
use std::path::Path;

use super::header::MessageHeader;
use super::library::{Library, MessageReader};
use super::message::MessageKeys;
use crate::{FormatError, Result};

/// A selection of messages of a file. The default selects all messages, which must then be of one
/// parameter.
///
/// See the example of [`read_grib_with`](super::read_grib_with).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribSelection {
    /// The short name, CF name or number of the parameter.
    pub parameter: Option<String>,
    /// ecCodes keys and the text that each must equal, such as `("typeOfLevel", "isobaricInhPa")`
    /// or `("level", "500")`.
    pub keys: Vec<(String, String)>,
}

impl GribSelection {
    /// Selects the messages of one parameter.
    #[must_use]
    pub fn parameter(name: impl Into<String>) -> Self {
        Self {
            parameter: Some(name.into()),
            keys: Vec::new(),
        }
    }

    /// Restricts the selection to messages whose `key`, as text, is `value`.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.keys.push((key.into(), value.into()));
        self
    }
}

/// Returns the headers of all messages whose keys match the selection, of any parameter.
pub(super) fn read_headers(
    library: &Library,
    path: &Path,
    selection: &GribSelection,
) -> Result<Vec<MessageHeader>> {
    let keys: Vec<(CString, &str)> = selection
        .keys
        .iter()
        .filter_map(|(key, value)| Some((CString::new(key.as_str()).ok()?, value.as_str())))
        .collect();
    let mut messages = MessageReader::open(library, path)?;
    let mut headers = Vec::new();
    let mut index = 0;
    while let Some(message) = messages.next()? {
        let matches = |(key, value): &(CString, &str)| message.text(key).as_deref() == Some(*value);
        if keys.iter().all(matches) {
            headers.push(MessageHeader::from_message(&message, index));
        }
        index += 1;
    }
    if index == 0 {
        return Err(FormatError::WrongFormat {
            path: path.to_path_buf(),
            format: "GRIB",
        });
    }
    Ok(headers)
}

/// Returns the distinct short names of messages, in file order.
pub(super) fn short_names(headers: &[MessageHeader]) -> Vec<String> {
    distinct(headers.iter().map(|header| header.short_name.clone()))
}

/// Returns the headers of the selected parameter, at least one. `headers` are those of the
/// messages that match the keys of the selection.
pub(super) fn select_parameter(
    headers: Vec<MessageHeader>,
    path: &Path,
    selection: &GribSelection,
) -> Result<Vec<MessageHeader>> {
    // A file without messages is refused before, so only the keys can exclude all of them.
    if headers.is_empty() {
        let keys = selection.keys.iter();
        return Err(FormatError::NoMatchingMessage {
            path: path.to_path_buf(),
            keys: keys.map(|(key, value)| format!("{key}={value}")).collect(),
        });
    }
    let available = short_names(&headers);
    let is_selected = |header: &MessageHeader| {
        let parameter = selection.parameter.as_deref();
        parameter.is_none_or(|name| header.is_named(name))
    };
    let selected: Vec<MessageHeader> = headers.into_iter().filter(is_selected).collect();
    let Some(first) = selected.first() else {
        return Err(FormatError::VariableNotFound {
            path: path.to_path_buf(),
            variable: selection.parameter.clone().unwrap_or_default(),
            available,
        });
    };
    if selected
        .iter()
        .any(|header| header.param_id != first.param_id || header.short_name != first.short_name)
    {
        return Err(FormatError::AmbiguousVariable {
            path: path.to_path_buf(),
            available,
        });
    }
    Ok(selected)
}

/// Returns the distinct items in the order of first appearance.
pub(super) fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}
