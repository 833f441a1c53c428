//! fpzip: values predicted from neighbors, residuals range coded.

use std::ffi::CStr;

use fpzip_sys as fpzip;
use ndarray::{Array3, ArrayView3};

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;

/// Bytes beside the values at most, where nothing can be made smaller.
const ROOM: usize = 1024;
/// All bits are kept.
const PRECISION: i32 = 32;

/// Lindstrom and Isenburg, "Fast and Efficient Compression of Floating-Point Data" (IEEE TVCG 12, 2006).
/// All bits, in three dimensions.
pub(super) struct Fpzip;

impl Peer for Fpzip {
    fn name(&self) -> String {
        "fpzip".to_owned()
    }

    fn version(&self) -> String {
        // SAFETY: fpzip gives a static NUL-terminated string.
        let text = unsafe { CStr::from_ptr(fpzip::fpzip_version_string) };
        // Such as `fpzip version 1.3.0 (December 20, 2019)`.
        let text = text.to_string_lossy();
        let number = text.split_whitespace().find(|word| word.contains('.'));
        number.unwrap_or_default().to_owned()
    }

    fn takes(&self, target: Target) -> bool {
        target == Target::Lossless
    }

    fn takes_missing(&self) -> bool {
        true
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let setting = |order| -> Box<dyn Codec> { Box::new(Setting(order)) };
        Ok(Order::ALL[..3].iter().copied().map(setting).collect())
    }
}

/// An order of the axes.
struct Setting(Order);

impl Codec for Setting {
    fn setting(&self) -> String {
        self.0.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Outcome<Vec<u8>> {
        let [frames, height, width] = sides(self.0.shape(values.dim().into()))?;
        let values = self.0.apply(values);
        let mut bytes = vec![0_u8; 2 * size_of_val(&*values) + ROOM];
        // SAFETY: the buffer has the length that fpzip is told, and outlives the stream, as do the values,
        // of which there are as many as the shape says; the stream is closed once.
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

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let [frames, height, width] = sides(self.0.shape(shape))?;
        let mut values = vec![0.0_f32; shape.iter().product()];
        // fpzip reads whole words.
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len() + size_of::<u64>(), 0);
        // SAFETY: the buffer outlives the stream; the values are written only if the header says their type
        // and shape; the stream is closed once.
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

/// Sides as fpzip takes them.
fn sides(shape: [usize; 3]) -> Outcome<[i32; 3]> {
    let mut sides = [0; 3];
    for (side, length) in sides.iter_mut().zip(shape) {
        *side = i32::try_from(length)?;
    }
    Ok(sides)
}
