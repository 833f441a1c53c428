//! Errors of the commands, their exit codes, and their form as one line.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use fieldreel_core::one_line_message;

use crate::run::USAGE;

/// The result of a command or of a part of it.
pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The exit code if a file is damaged or a value exceeds its bound.
const VERIFICATION_FAILED: u8 = 3;

/// Arguments that exclude each other or do not apply to the files.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// A file that is damaged, or a value that exceeds its bound.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct VerificationError(pub(crate) String);

/// Returns the error for arguments that exclude each other or do not apply to the files.
pub(crate) fn usage(message: impl Into<String>) -> Box<dyn Error> {
    Box::new(UsageError(message.into()))
}

/// Returns the error for a feature that this build lacks.
pub(crate) fn missing_feature(subject: &str, feature: &str) -> Box<dyn Error> {
    format!(
        "{subject}: this build of fieldreel lacks the feature {feature:?}; install it with `cargo \
         install fieldreel-cli --features {feature}`"
    )
    .into()
}

/// Returns an error with the path of the file that it concerns.
pub(crate) fn with_path(path: &Path) -> impl Fn(std::io::Error) -> Box<dyn Error> {
    move |error| format!("{}: {error}", path.display()).into()
}

/// Returns an error with the file that it concerns, unless its message names the file already.
pub(crate) fn about(path: &Path, error: &(dyn Error + 'static)) -> Box<dyn Error> {
    let (path, message) = (path.display().to_string(), one_line(error));
    match message.contains(&path) {
        true => message.into(),
        false => format!("{path}: {message}").into(),
    }
}

/// Returns an error of the conversion of a file, with the input unless its message names one of the
/// files.
#[cfg(feature = "dataset")]
pub(crate) fn about_file(
    input: &Path,
    output: &Path,
    error: &(dyn Error + 'static),
) -> Box<dyn Error> {
    let message = one_line(error);
    match message.contains(&output.display().to_string()) {
        true => message.into(),
        false => about(input, error),
    }
}

/// Returns an error with the file and the variable that it concerns.
pub(crate) fn about_variable(
    path: &Path,
    variable: &str,
    error: &(dyn Error + 'static),
) -> Box<dyn Error> {
    format!("{}: {variable}: {}", path.display(), one_line(error)).into()
}

/// Returns the exit code for an error.
pub(crate) fn exit_code(error: &(dyn Error + 'static)) -> ExitCode {
    if error.is::<UsageError>() {
        ExitCode::from(USAGE)
    } else if error.is::<VerificationError>() {
        ExitCode::from(VERIFICATION_FAILED)
    } else {
        ExitCode::FAILURE
    }
}

/// Returns the message of an error and of its causes as one line.
pub(crate) fn one_line(error: &(dyn Error + 'static)) -> String {
    if let Some(fieldreel::Error::FeatureMissing { path, feature }) = error.downcast_ref() {
        return missing_feature(&path.display().to_string(), feature).to_string();
    }
    one_line_message(error)
}
