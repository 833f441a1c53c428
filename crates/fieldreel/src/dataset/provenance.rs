//! What a file says of its compression.

use std::time::SystemTime;

use fieldreel_formats::Attributes;
use fieldreel_reel::Criterion;

use super::DatasetOptions;

/// The attribute for the largest error, which is set when all chunks are written.
pub(super) const MAX_ERROR: &str = "lossy_compression_max_absolute_error";

/// Puts a line before the file's history.
pub(super) fn add_history(attributes: &mut Attributes, options: &DatasetOptions, what: &str) {
    let line = options.history.clone().unwrap_or_else(|| {
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        format!("{now}: fieldreel {}: {what}", env!("CARGO_PKG_VERSION"))
    });
    let history = match attributes.text("history") {
        Some(before) if !before.is_empty() => format!("{line}\n{before}"),
        _ => line,
    };
    attributes.insert("history", history);
}

/// Says of a variable what was lost. CF has terms for quantization that rounds single numbers (1.12, section 8.4),
/// and none that this is.
pub(super) fn add_bound(attributes: &mut Attributes, criterion: Criterion, requested: Criterion) {
    attributes.insert(
        "lossy_compression",
        format!("fieldreel {}", env!("CARGO_PKG_VERSION")),
    );
    attributes.insert("lossy_compression_bound", criterion.to_string());
    if requested != criterion {
        attributes.insert("lossy_compression_requested", requested.to_string());
    }
    attributes.insert(MAX_ERROR, vec![f64::NAN]);
}
