//! HEVC in containers: a configuration record (`hvcC`), and NAL units preceded by their lengths.
//!
//! FFmpeg's muxers would convert a byte stream themselves, but they trust the parameter sets, and
//! the parameter sets of a malicious stream can keep them busy forever.
//!
//! Layout: ISO/IEC 14496-15:2019, section 8.3.3.1 (the record); ITU-T H.265, sections 7.3.1.1
//! (emulation prevention bytes), 7.3.2.2 and 7.3.3 (the start of a sequence parameter set).

/// The number of bytes of the header of a NAL unit.
const NAL_HEADER_BYTES: usize = 2;

/// The number of bytes of the profile, the tier and the level in a sequence parameter set. One
/// byte comes between them and the header of the NAL unit.
const PROFILE_TIER_LEVEL_BYTES: usize = 12;

const SPS_TYPE: u8 = 33;

/// Returns the configuration record of a gray stream of `pixel_bits` bits with these parameter
/// sets, each given with its type.
///
/// # Errors
/// A description of the error in the sets.
pub(super) fn configuration_record(
    sets: &[(u8, &[u8])],
    pixel_bits: u8,
) -> Result<Vec<u8>, &'static str> {
    let sps = sets.iter().find(|set| set.0 == SPS_TYPE);
    let (_, sps) = sps.ok_or("there is no sequence parameter set")?;
    let start = strip_emulation_prevention(sps, NAL_HEADER_BYTES + 1 + PROFILE_TIER_LEVEL_BYTES);
    let (layer_bits, profile_tier_level) = start
        .get(NAL_HEADER_BYTES..)
        .and_then(<[u8]>::split_first)
        .filter(|(_, rest)| rest.len() == PROFILE_TIER_LEVEL_BYTES)
        .ok_or("a sequence parameter set is cut short")?;
    let temporal_layers = (layer_bits >> 1 & 7) + 1;
    let temporal_id_nested = layer_bits & 1;

    let mut record = vec![1];
    record.extend(profile_tier_level);
    // Reserved bits are 1. The segmentation, the parallelism and the frame rate are unspecified.
    // The chroma format is 0, which is gray.
    record.extend([0xF0, 0, 0xFC, 0xFC]);
    let depth = 0xF8 | pixel_bits.saturating_sub(8);
    record.extend([depth, depth, 0, 0]);
    let length_bytes = 4;
    record.push(temporal_layers << 3 | temporal_id_nested << 2 | (length_bytes - 1));

    // There is one array for each type; further sets may follow among the frames.
    let arrays: Vec<&[(u8, &[u8])]> = sets.chunk_by(|one, next| one.0 == next.0).collect();
    record.push(u8::try_from(arrays.len()).map_err(|_| "there are too many parameter sets")?);
    for array in arrays {
        let count = u16::try_from(array.len()).map_err(|_| "there are too many parameter sets")?;
        record.push(array[0].0);
        record.extend(count.to_be_bytes());
        for (_, set) in array {
            let length = u16::try_from(set.len()).map_err(|_| "a parameter set is too long")?;
            record.extend(length.to_be_bytes());
            record.extend(*set);
        }
    }
    Ok(record)
}

/// Appends a NAL unit, preceded by its length.
///
/// # Errors
/// A description of the error if the unit is too long.
pub(super) fn append_nal_unit(unit: &[u8], out: &mut Vec<u8>) -> Result<(), &'static str> {
    let length = u32::try_from(unit.len()).map_err(|_| "a NAL unit is longer than 4 GiB")?;
    out.extend(length.to_be_bytes());
    out.extend(unit);
    Ok(())
}

/// Returns the first bytes of a NAL unit, at most `length`, without emulation prevention bytes.
fn strip_emulation_prevention(unit: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    let mut zeros = 0;
    for &byte in unit {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        bytes.push(byte);
        if bytes.len() == length {
            break;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start of a set that x265 writes, with the format range extensions profile and level 4.
    const SPS: &[u8] = &[
        0x42, 0x01, 0x01, 0x04, 0x08, 0, 0, 0x03, 0, 0x9D, 0x28, 0, 0, 0x03, 0, 0, 0x78, 0xAA,
    ];

    #[test]
    fn the_record_holds_the_profile_and_the_parameter_sets() {
        let sets: [(u8, &[u8]); 4] = [(32, b"@v"), (33, SPS), (34, b"Dp"), (34, b"Dq")];
        let expected = [
            &[1, 0x04, 0x08, 0, 0, 0, 0x9D, 0x28, 0, 0, 0, 0, 0x78][..],
            &[0xF0, 0, 0xFC, 0xFC, 0xFC, 0xFC, 0, 0, 0b0000_1111, 3],
            &[32, 0, 1, 0, 2, b'@', b'v', 33, 0, 1, 0, 18],
            SPS,
            &[34, 0, 2, 0, 2, b'D', b'p', 0, 2, b'D', b'q'],
        ];
        assert_eq!(configuration_record(&sets, 12).unwrap(), expected.concat());
    }

    #[test]
    fn a_truncated_parameter_set_is_an_error() {
        for end in 0..SPS.len() {
            let found = configuration_record(&[(33, &SPS[..end])], 12);
            // The last byte comes after the level and is not read.
            assert_eq!(found.is_ok(), end == SPS.len() - 1, "{end}");
        }
        assert!(configuration_record(&[(32, b"@v")], 12).is_err());
    }
}
