//! fpzip: prediction from neighbors, and range coding of the residuals.

use std::ffi::CStr;

use fpzip_sys as fpzip;
use ndarray::{Array3, ArrayView3};

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;

/// The maximum number of bytes beyond twice the size of the values, which fpzip may need for
/// incompressible values.
const MAX_OVERHEAD: usize = 1024;
/// The precision in bits: all bits of a value, for lossless coding.
const PRECISION: i32 = 32;

/// fpzip (Lindstrom and Isenburg, "Fast and Efficient Compression of Floating-Point Data", IEEE
/// TVCG 12, 2006), lossless and in three dimensions.
pub(super) struct Fpzip;

impl Peer for Fpzip {
    fn name(&self) -> String {
        "fpzip".to_owned()
    }

    fn version(&self) -> String {
        // SAFETY: the string of fpzip is static and NUL-terminated.
        let text = unsafe { CStr::from_ptr(fpzip::fpzip_version_string) };
        // The string is of the form `fpzip version 1.3.0 (December 20, 2019)`.
        let text = text.to_string_lossy();
        let number = text.split_whitespace().find(|word| word.contains('.'));
        number.unwrap_or_default().to_owned()
    }

    fn supports(&self, target: RowTarget) -> bool {
        target == RowTarget::Lossless
    }

    fn supports_missing(&self) -> bool {
        true
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let setting = |order| -> Box<dyn PeerCodec> { Box::new(FpzipSetting(order)) };
        Ok(AxisPermutation::ALL[..3]
            .iter()
            .copied()
            .map(setting)
            .collect())
    }
}

/// An axis order.
struct FpzipSetting(AxisPermutation);

impl PeerCodec for FpzipSetting {
    fn setting(&self) -> String {
        self.0.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Result<Vec<u8>> {
        let [frames, height, width] = sides(self.0.shape(values.dim().into()))?;
        let values = self.0.apply(values);
        let mut bytes = vec![0_u8; 2 * size_of_val(&*values) + MAX_OVERHEAD];
        // SAFETY: the buffer has the length that is passed to fpzip; the buffer and the values
        // outlive the stream; the number of values is that of the shape; the stream is closed
        // once.
        let written = unsafe {
            let stream = fpzip::fpzip_write_to_buffer(bytes.as_mut_ptr().cast(), bytes.len());
            if stream.is_null() {
                return Err("fpzip could not start".into());
            }
            (*stream).type_ = fpzip::FPZIP_TYPE_FLOAT as i32;
            (*stream).prec = PRECISION;
            ((*stream).nx, (*stream).ny, (*stream).nz) = (width, height, frames);
            (*stream).nf = 1;
            let header = fpzip::fpzip_write_header(stream);
            let written = fpzip::fpzip_write(stream, values.as_ptr().cast());
            fpzip::fpzip_write_close(stream);
            if header == 0 { 0 } else { written }
        };
        if written == 0 {
            return Err("fpzip could not encode".into());
        }
        bytes.truncate(written);
        Ok(bytes)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let [frames, height, width] = sides(self.0.shape(shape))?;
        let mut values = vec![0.0_f32; shape.iter().product()];
        // fpzip reads complete words, so the buffer is padded.
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len() + size_of::<u64>(), 0);
        // SAFETY: the buffer outlives the stream; the values are written only if the header has
        // their type and shape; the stream is closed once.
        let read = unsafe {
            let stream = fpzip::fpzip_read_from_buffer(bytes.as_ptr().cast());
            if stream.is_null() {
                return Err("fpzip could not start".into());
            }
            let header = fpzip::fpzip_read_header(stream);
            let fits = header != 0
                && (*stream).type_ == fpzip::FPZIP_TYPE_FLOAT as i32
                && ((*stream).nx, (*stream).ny, (*stream).nz) == (width, height, frames)
                && (*stream).nf == 1;
            let read = if fits {
                fpzip::fpzip_read(stream, values.as_mut_ptr().cast())
            } else {
                0
            };
            fpzip::fpzip_read_close(stream);
            read
        };
        if read == 0 {
            return Err("fpzip could not decode".into());
        }
        self.0.undo(values, shape)
    }
}

/// Converts the lengths of the sides to the integer type of fpzip.
fn sides(shape: [usize; 3]) -> Result<[i32; 3]> {
    let mut sides = [0; 3];
    for (side, length) in sides.iter_mut().zip(shape) {
        *side = i32::try_from(length)?;
    }
    Ok(sides)
}
