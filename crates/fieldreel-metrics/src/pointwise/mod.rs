//! Metrics of the error at each position.

mod error_sums;
mod frame;
mod summary;

pub use frame::{FrameErrors, frame_errors};
pub use summary::{ErrorMetrics, RELATIVE_THRESHOLD};
