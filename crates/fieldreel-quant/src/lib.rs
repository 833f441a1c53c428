//! Float fields to N-bit codes and back, with a proven error bound
