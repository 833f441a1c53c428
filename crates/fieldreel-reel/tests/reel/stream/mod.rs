//! The `.reel` format, through the public interface.

mod damage;
mod frames;
mod limits;
mod metadata;
mod tiles;
mod writer;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use fieldreel_reel::{Effort, ErrorBound, Limits, Plan, ReelReader, SegmentOptions, WriterOptions};
use ndarray::{Array3, ArrayView3, s};

/// Returns a smooth, moving, slightly noisy field, axis order `(time, y, x)`.
fn field(frames: usize, height: usize, width: usize) -> Array3<f32> {
    Array3::from_shape_fn((frames, height, width), |(t, y, x)| {
        let noise = (t * 7919 + y * 104_729 + x * 1_299_709) % 1000;
        let wave = (0.3 * (y + t) as f32).sin() + (0.2 * x as f32).cos();
        10.0 * wave + 0.001 * noise as f32
    })
}

/// Returns options for lossless encoding by pco, without trials.
fn exact() -> WriterOptions {
    let mut options = SegmentOptions::new(ErrorBound::Lossless);
    options.plan = Some(Plan::Pco);
    WriterOptions::new(options).with_threads(2)
}

/// Returns options for encoding within an absolute bound, with trials.
fn bounded(epsilon: f64) -> WriterOptions {
    WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(epsilon)).with_effort(Effort::Fast))
}

fn open(bytes: &[u8]) -> ReelReader<io::Cursor<Arc<[u8]>>> {
    ReelReader::from_bytes(bytes, Limits::default()).unwrap()
}

/// Checks that every segment of a reader contains the right frames of the field or is an error.
/// Returns the numbers of the frames that are right.
fn check_available_segments(
    reader: &mut ReelReader<io::Cursor<Arc<[u8]>>>,
    field: ArrayView3<'_, f32>,
) -> Vec<usize> {
    let mut correct_frames = Vec::new();
    for entry in reader.segments().to_vec() {
        if let Ok(values) = reader.frames::<f32>(entry.frames.clone()) {
            let expected = field.slice(s![entry.frames.clone(), .., ..]);
            assert_eq!(values, expected, "{entry:?}");
            correct_frames.extend(entry.frames);
        }
    }
    correct_frames
}

/// A sink whose contents clones can read, and that fails when it is full.
#[derive(Clone, Debug)]
struct SharedSink {
    bytes: Arc<Mutex<Vec<u8>>>,
    capacity: usize,
}

impl SharedSink {
    fn new(capacity: usize) -> Self {
        let bytes = Arc::default();
        Self { bytes, capacity }
    }

    fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }
}

impl Write for SharedSink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut bytes = self.bytes.lock().unwrap();
        let count = buffer.len().min(self.capacity - bytes.len());
        bytes.extend(&buffer[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
