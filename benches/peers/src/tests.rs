//! Tests of every peer on a small field, and helpers of other tests.

use fieldreel::{Effort, Preset};
use ndarray::Array3;

use crate::fields::FieldData;
use crate::jobs::RowTarget;
use crate::measure::{self, NominalResult, PeerRow};
use crate::peers::{self, ModePeer};
use crate::timing::Seconds;

/// Returns a typical row.
pub(crate) fn row(field: &str, target: &str, peer: &str, ratio: f64) -> PeerRow {
    PeerRow {
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
        as_asked: Some(NominalResult {
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

/// Returns a small field of traveling waves with missing values.
fn small_field() -> FieldData {
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
fn every_peer_satisfies_its_bounds() {
    let field = small_field();
    let mut all = peers::fieldreel_peers(&[Effort::Fast]);
    all.extend(peers::other_peers());
    let optional = peers::FEATURES.iter().filter(|(_, is_built)| *is_built);
    let tuned = usize::from(cfg!(feature = "sperr"));
    assert_eq!(all.len(), 8 + optional.count() + tuned);
    let part = RowTarget::Relative(1e-2);
    let both = |peer| {
        [
            (peer, part, 1e-2 * field.range),
            (peer, RowTarget::Lossless, 0.0),
        ]
    };
    let cases = all.iter().flat_map(both);
    for (peer, target, bound) in cases.filter(|(peer, target, _)| peer.supports(*target)) {
        let row = measure::peer(peer.as_ref(), &field, target, bound).unwrap();
        let name = peer.name();
        assert!(row.kept && row.max_abs <= bound, "{name}");
        assert!(row.ratio > 1.0, "{name}: {}", row.ratio);
        assert_eq!(row.mask_bytes > 0, !peer.supports_missing(), "{name}");
        assert_eq!(
            row.bytes,
            (f64::from(4 * 12 * 36 * 40) / row.ratio).round() as u64
        );
        assert!(row.dssim.is_some_and(|dssim| dssim > 0.0), "{name}");
        assert!(row.version.contains('.'), "{name}: {}", row.version);
        // Lossless rows have no PSNR.
        assert_eq!(
            row.psnr_db.is_none(),
            target == RowTarget::Lossless,
            "{name}"
        );
        assert!(row.encode.cpu > 0.0 && row.decode.wall > 0.0, "{name}");
    }
}

#[test]
fn modes_have_no_bound_and_include_the_mask() {
    let field = small_field();
    let [max, exact] = [Preset::Max, Preset::LlJp2k]
        .map(|preset| measure::mode(ModePeer(preset), &field).unwrap());
    for row in [&max, &exact] {
        assert_eq!((row.bound, row.mask_bytes), (None, field.mask_bytes));
    }
    assert!(max.ratio > 10.0 * exact.ratio);
    assert!(exact.max_abs < field.range / 65_000.0 && max.max_abs > 100.0 * exact.max_abs);
}

/// Checks that FFmpeg uses the OpenJPEG that it was built with and not the one of EBCC.
#[test]
#[cfg(all(target_os = "linux", feature = "ebcc"))]
fn no_symbol_of_a_peer_is_visible_to_shared_libraries() {
    unsafe extern "C" {
        fn dlsym(handle: *mut std::ffi::c_void, name: *const i8) -> *mut std::ffi::c_void;
        fn dladdr(address: *const std::ffi::c_void, info: *mut [*const i8; 4]) -> i32;
    }
    // SAFETY: a null handle searches in the order of shared libraries, beginning with the program;
    // the name is NUL-terminated, and `info` has the four pointers of a `Dl_info`, whose first is
    // the name of a file.
    let (is_found, file) = unsafe {
        let address = dlsym(std::ptr::null_mut(), c"opj_version".as_ptr().cast());
        let mut info = [std::ptr::null(); 4];
        let is_found = !address.is_null() && dladdr(address, &raw mut info) != 0;
        (is_found, info[0])
    };
    assert!(is_found, "OpenJPEG is not loaded");
    // SAFETY: the name lives as long as the library.
    let file = unsafe { std::ffi::CStr::from_ptr(file.cast()) }.to_string_lossy();
    assert!(
        file.contains("openjp2"),
        "opj_version belongs to {file}, not to a shared OpenJPEG"
    );
}
