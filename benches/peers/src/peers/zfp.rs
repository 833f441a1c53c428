//! zfp: transformed blocks of 4×4×4 values, with bit planes truncated at a tolerance.

use std::ffi::CStr;
use std::ptr::null_mut;

use ndarray::{Array3, ArrayView3};
use zfp_sys as zfp;

use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// zfp (Lindstrom, "Fixed-Rate Compressed Floating-Point Arrays", IEEE TVCG 20, 2014) in the
/// fixed-accuracy mode, in three dimensions.
pub(super) struct Zfp;

impl Peer for Zfp {
    fn name(&self) -> String {
        "zfp".to_owned()
    }

    fn version(&self) -> String {
        // SAFETY: the string of zfp is static and NUL-terminated.
        let text = unsafe { CStr::from_ptr(zfp::zfp_version_string) };
        // The string is of the form `zfp version 1.0.1 (December 15, 2023)`.
        let text = text.to_string_lossy();
        let number = text.split_whitespace().find(|word| word.contains('.'));
        number.unwrap_or_default().to_owned()
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        // The errors of zfp are far below its tolerance, which it rounds down to a power of two.
        // Larger tolerances are tried, which may satisfy the bound too.
        let setting = |power| -> Box<dyn PeerCodec> {
            Box::new(ZfpTolerance {
                factor: f64::from(1 << power),
            })
        };
        Ok((0..6).map(setting).collect())
    }

    // A sample does not show which tolerance satisfies the bound on the complete field.
    fn trial_values(&self) -> usize {
        usize::MAX
    }
}

/// A tolerance as a multiple of the bound.
struct ZfpTolerance {
    factor: f64,
}

impl PeerCodec for ZfpTolerance {
    fn setting(&self) -> String {
        format!("tolerance {} ε", self.factor)
    }

    fn requests_looser_bound(&self) -> bool {
        self.factor > 1.0
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let (frames, height, width) = values.dim();
        let mut values: Vec<f32> = values.iter().copied().collect();
        // SAFETY: the array outlives the zfp field, which has its length; the buffer has the
        // maximum size that zfp returns and outlives the stream; each object is freed once.
        let (bytes, written) = unsafe {
            let field = zfp::zfp_field_3d(
                values.as_mut_ptr().cast(),
                zfp::zfp_type_zfp_type_float,
                width,
                height,
                frames,
            );
            let stream = zfp::zfp_stream_open(null_mut());
            zfp::zfp_stream_set_accuracy(stream, request * self.factor);
            let mut bytes = vec![0_u8; zfp::zfp_stream_maximum_size(stream, field)];
            let bits = zfp::stream_open(bytes.as_mut_ptr().cast(), bytes.len());
            zfp::zfp_stream_set_bit_stream(stream, bits);
            zfp::zfp_stream_rewind(stream);
            let header = zfp::zfp_write_header(stream, field, zfp::ZFP_HEADER_FULL);
            let written = zfp::zfp_compress(stream, field);
            zfp::zfp_field_free(field);
            zfp::zfp_stream_close(stream);
            zfp::stream_close(bits);
            (bytes, if header == 0 { 0 } else { written })
        };
        match bytes.get(..written) {
            Some(encoded) if written > 0 => Ok(encoded.to_vec()),
            _ => Err("zfp could not encode".into()),
        }
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let mut values = Array3::<f32>::zeros(shape);
        // zfp reads complete words, so the buffer is padded.
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(8), 0);
        // SAFETY: the buffer outlives the stream; the zfp field uses the array only if the header
        // has its type and shape; each object is freed once.
        let read = unsafe {
            let stream = zfp::zfp_stream_open(null_mut());
            let bits = zfp::stream_open(padded.as_mut_ptr().cast(), padded.len());
            zfp::zfp_stream_set_bit_stream(stream, bits);
            zfp::zfp_stream_rewind(stream);
            let field = zfp::zfp_field_alloc();
            let header = zfp::zfp_read_header(stream, field, zfp::ZFP_HEADER_FULL);
            let header_shape = [(*field).nz, (*field).ny, (*field).nx];
            let fits = header > 0
                && (*field).type_ == zfp::zfp_type_zfp_type_float
                && header_shape == shape;
            let read = if fits {
                zfp::zfp_field_set_pointer(field, values.as_mut_ptr().cast());
                zfp::zfp_decompress(stream, field)
            } else {
                0
            };
            zfp::zfp_field_free(field);
            zfp::zfp_stream_close(stream);
            zfp::stream_close(bits);
            read
        };
        if read == 0 {
            return Err("zfp could not decode".into());
        }
        Ok(values)
    }
}
