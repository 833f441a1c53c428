//! Metrics of the errors taken point by point.

mod error_sums;
mod frame;
mod summary;

pub use frame::{FrameErrors, frame_errors};
pub use summary::{ErrorMetrics, RELATIVE_THRESHOLD};
