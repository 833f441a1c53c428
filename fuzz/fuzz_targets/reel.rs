//! Arbitrary bytes as a reel and as a segment: decoding either fails or returns values, within the
//! limits.
#![no_main]

use fieldreel_core::{Dtype, with_element_type};
use fieldreel_reel::{Limits, ReelElement, ReelReader, segment};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits::new(1 << 22);

fuzz_target!(|bytes: &[u8]| {
    for dtype in Dtype::ALL {
        with_element_type!(dtype, T => as_segment::<T>(bytes));
    }
    let Ok(mut reader) = ReelReader::from_bytes(bytes, LIMITS) else {
        return;
    };
    with_element_type!(reader.dtype(), T => read::<T>(&mut reader));
});

fn as_segment<T: ReelElement>(bytes: &[u8]) {
    if let Ok(values) = segment::decode::<T>(bytes, &LIMITS) {
        let info = segment::inspect(bytes).expect("a segment that decodes can be inspected");
        assert_eq!(info.shape, <[usize; 3]>::from(values.dim()));
        assert_eq!(info.dtype, T::DTYPE);
    }
}

fn read<T: ReelElement>(reader: &mut ReelReader<std::io::Cursor<std::sync::Arc<[u8]>>>) {
    let [frames, height, width] = reader.shape();
    let mut end = 0;
    for entry in reader.segments() {
        assert!(entry.frames.start >= end && entry.frames.end > entry.frames.start);
        end = entry.frames.end;
    }
    assert_eq!(end, frames);
    let slabs = reader.slabs::<T>().expect("the reel has this element type");
    // Damaged slabs are among the 64, because detecting the damage takes as long as decoding.
    let decoded: Vec<_> = slabs.take(64).flatten().collect();
    for slab in &decoded {
        let (count, y, x) = slab.values.dim();
        assert_eq!([y, x], [height, width]);
        assert!(slab.first + count <= frames);
    }
    if let Some(slab) = decoded.first() {
        let again = slab.first..slab.first + slab.values.dim().0;
        let again = reader
            .frames::<T>(again)
            .expect("frames that were read can be read again");
        let bits = |value: &T| value.bits();
        assert!(again.iter().map(bits).eq(slab.values.iter().map(bits)));
    }
    if frames < 1 << 12 && reader.segments().len() < 64 {
        let _ = reader.read_all::<T>();
        let report = reader.verify();
        assert_eq!(report.segments.len(), reader.segments().len());
    }
}
