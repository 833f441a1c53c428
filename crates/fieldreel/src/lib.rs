//! Scientific float fields stored as real video, with an error bound
