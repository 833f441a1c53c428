//! Metrics of the errors taken point by point.

mod frame;
mod partial;
mod summary;

pub use frame::{FrameErrors, frame_errors};
pub use summary::{ErrorMetrics, RELATIVE_THRESHOLD};
