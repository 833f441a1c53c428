//! Attributes that record the compression of a file.

use std::time::SystemTime;

use fieldreel_formats::Attributes;
use fieldreel_reel::Criterion;

use super::DatasetOptions;

/// The name of the attribute with the largest error, which is set after all chunks are written.
pub(super) const MAX_ERROR: &str = "lossy_compression_max_absolute_error";

/// Puts a line at the beginning of the `history` of a file.
pub(super) fn add_history(attributes: &mut Attributes, options: &DatasetOptions, operation: &str) {
    let line = options.history.clone().unwrap_or_else(|| {
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        format!(
            "{now}: fieldreel {}: {operation}",
            env!("CARGO_PKG_VERSION")
        )
    });
    let history = match attributes.text("history") {
        Some(history) if !history.is_empty() => format!("{line}\n{history}"),
        _ => line,
    };
    attributes.insert("history", history);
}

/// Adds the attributes that record the criterion of a variable. CF defines attributes only for
/// quantization that rounds each value by itself (1.12, section 8.4), which does not apply here.
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
