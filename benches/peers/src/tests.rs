//! Every peer on a small field, and what the tests share.

use fieldreel::{Effort, Preset};
use ndarray::Array3;

use crate::fields::FieldData;
use crate::jobs::Target;
use crate::measure::{self, AsAsked, Row};
use crate::peers::{self, Mode};
use crate::timing::Seconds;

/// A row with nothing special about it.
pub(crate) fn row(field: &str, target: &str, peer: &str, ratio: f64) -> Row {
    Row {
        field: field.to_owned(),
        shape: [10, 20, 30],
        range: 20.0,
        target: target.to_owned(),
        bound: Some(0.1),
        peer: peer.to_owned(),
        version: format!("version of {peer}"),
        setting: String::new(),
        request: 1.0,
        bytes: (24_000.0 / ratio) as u64,
        mask_bytes: 0,
        ratio,
        bits_per_value: 32.0 / ratio,
        max_abs: 0.05,
        kept: true,
        default_ratio: Some(ratio),
        as_asked: Some(AsAsked {
            ratio,
            error: 0.5,
            kept: true,
        }),
        rmse: 0.02,
        psnr_db: Some(60.0),
        dssim: Some(0.99),
        encode: Seconds {
            wall: 0.2,
            cpu: 0.1,
        },
        decode: Seconds {
            wall: 0.02,
            cpu: 0.01,
        },
    }
}

/// Waves that travel, and land.
fn small() -> FieldData {
    let values = Array3::from_shape_fn((12, 36, 40), |(t, y, x)| {
        if x > 30 && y < 12 {
            return f32::NAN;
        }
        let (t, y, x) = (t as f32, y as f32, x as f32);
        280.0 + 9.0 * ((x + t) / 6.0).sin() * (y / 7.0).cos() + 0.3 * (x * y / 3.0).sin()
    });
    FieldData::new("small", values).unwrap()
}

#[test]
fn every_peer_keeps_its_bounds_in_the_end() {
    let field = small();
    let mut all = peers::fieldreel(&[Effort::Fast]);
    all.extend(peers::others());
    let optional = peers::FEATURES.iter().filter(|(_, is_built)| *is_built);
    let tuned = usize::from(cfg!(feature = "sperr"));
    assert_eq!(all.len(), 8 + optional.count() + tuned);
    let part = Target::Relative(1e-2);
    let both = |peer| {
        [
            (peer, part, 1e-2 * field.range),
            (peer, Target::Lossless, 0.0),
        ]
    };
    let taken = all.iter().flat_map(both);
    for (peer, target, bound) in taken.filter(|(peer, target, _)| peer.takes(*target)) {
        let row = measure::peer(peer.as_ref(), &field, target, bound).unwrap();
        let name = peer.name();
        assert!(row.kept && row.max_abs <= bound, "{name}");
        assert!(row.ratio > 1.0, "{name}: {}", row.ratio);
        assert_eq!(row.mask_bytes > 0, !peer.takes_missing(), "{name}");
        assert_eq!(
            row.bytes,
            (f64::from(4 * 12 * 36 * 40) / row.ratio).round() as u64
        );
        assert!(row.dssim.is_some_and(|dssim| dssim > 0.0), "{name}");
        assert!(row.version.contains('.'), "{name}: {}", row.version);
        // What is lossless has no distortion.
        assert_eq!(row.psnr_db.is_none(), target == Target::Lossless, "{name}");
        assert!(row.encode.cpu > 0.0 && row.decode.wall > 0.0, "{name}");
    }
}

#[test]
fn modes_have_no_bound_and_are_charged_the_mask() {
    let field = small();
    let [max, exact] =
        [Preset::Max, Preset::LlJp2k].map(|preset| measure::mode(Mode(preset), &field).unwrap());
    for row in [&max, &exact] {
        assert_eq!((row.bound, row.mask_bytes), (None, field.mask_bytes));
    }
    assert!(max.ratio > 10.0 * exact.ratio);
    assert!(exact.max_abs < field.range / 65_000.0 && max.max_abs > 100.0 * exact.max_abs);
}

/// FFmpeg encodes JPEG 2000 with the OpenJPEG that it was built with, not with EBCC's.
#[test]
#[cfg(all(target_os = "linux", feature = "ebcc"))]
fn no_symbol_of_a_peer_is_visible_to_shared_libraries() {
    unsafe extern "C" {
        fn dlsym(handle: *mut std::ffi::c_void, name: *const i8) -> *mut std::ffi::c_void;
        fn dladdr(address: *const std::ffi::c_void, info: *mut [*const i8; 4]) -> i32;
    }
    // SAFETY: a null handle searches as shared libraries do, from the program on; the name is
    // NUL-terminated, and `info` has the four pointers of a `Dl_info`, whose first is a file's name.
    let (found, file) = unsafe {
        let address = dlsym(std::ptr::null_mut(), c"opj_version".as_ptr().cast());
        let mut info = [std::ptr::null(); 4];
        let found = !address.is_null() && dladdr(address, &raw mut info) != 0;
        (found, info[0])
    };
    assert!(found, "no OpenJPEG is loaded");
    // SAFETY: the name lives as long as the library.
    let file = unsafe { std::ffi::CStr::from_ptr(file.cast()) }.to_string_lossy();
    assert!(file.contains("openjp2"), "opj_version is that of {file}");
}
