//! Grouping, on made-up headers.
