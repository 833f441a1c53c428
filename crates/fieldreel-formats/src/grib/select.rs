//! Which messages of a file are meant.

use std::ffi::CString;
use std::path::Path;

use super::header::Header;
use super::library::{Library, Messages};
use super::message::Keys;
use crate::{FormatError, Result};

/// Which messages of a file to read. Default: all, which must then be of one parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribSelection {
    /// A short name, CF name or parameter number.
    pub parameter: Option<String>,
    /// ecCodes keys and the texts that they must equal, such as `("typeOfLevel", "isobaricInhPa")`
    /// or `("level", "500")`.
    pub keys: Vec<(String, String)>,
}

impl GribSelection {
    /// The messages of one parameter.
    #[must_use]
    pub fn parameter(name: impl Into<String>) -> Self {
        Self {
            parameter: Some(name.into()),
            keys: Vec::new(),
        }
    }

    /// Of these, the messages whose `key` is `value`, as text.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.keys.push((key.into(), value.into()));
        self
    }
}

/// The headers of all messages that have the selection's keys, of any parameter.
pub(super) fn headers(
    library: &Library,
    path: &Path,
    selection: &GribSelection,
) -> Result<Vec<Header>> {
    let keys: Vec<(CString, &str)> = selection
        .keys
        .iter()
        .filter_map(|(key, value)| Some((CString::new(key.as_str()).ok()?, value.as_str())))
        .collect();
    let mut messages = Messages::open(library, path)?;
    let mut headers = Vec::new();
    let mut position = 0;
    while let Some(message) = messages.next()? {
        let has = |(key, value): &(CString, &str)| message.text(key).as_deref() == Some(*value);
        if keys.iter().all(has) {
            headers.push(Header::of(&message, position));
        }
        position += 1;
    }
    if position == 0 {
        return Err(FormatError::WrongFormat {
            path: path.to_path_buf(),
            format: "GRIB",
        });
    }
    Ok(headers)
}

/// The short names of some messages, each once, in file order.
pub(super) fn names(headers: &[Header]) -> Vec<String> {
    distinct(headers.iter().map(|header| header.short_name.clone()))
}

/// The messages of the one parameter that is meant: at least one.
pub(super) fn choose(
    headers: Vec<Header>,
    path: &Path,
    selection: &GribSelection,
) -> Result<Vec<Header>> {
    let available = names(&headers);
    let not_found = |variable: &str| FormatError::VariableNotFound {
        path: path.to_path_buf(),
        variable: variable.to_owned(),
        available: available.clone(),
    };
    let chosen: Vec<Header> = match &selection.parameter {
        Some(name) => {
            let chosen: Vec<Header> = headers.into_iter().filter(|h| h.is_named(name)).collect();
            if chosen.is_empty() {
                return Err(not_found(name));
            }
            chosen
        }
        None => headers,
    };
    let Some(first) = chosen.first() else {
        return Err(not_found("with these keys"));
    };
    if chosen
        .iter()
        .any(|header| header.param_id != first.param_id || header.short_name != first.short_name)
    {
        return Err(FormatError::AmbiguousVariable {
            path: path.to_path_buf(),
            available,
        });
    }
    Ok(chosen)
}

/// Each item once, in the order of first appearance.
pub(super) fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}
