//! MP4 files of AV1 streams.
//!
//! Layout: ISO/IEC 14496-12; AV1 Codec ISO Media File Format Binding, version 1.2. The tags are
//! stored as FFmpeg stores them, in the boxes `keys` and `ilst` of `QuickTime`.

use mp4_atom::{
    Atom, Av01, Av1c, Colr, Dinf, Dref, Encode, FourCC, Ftyp, Hdlr, Header, Ilst, IlstData,
    IlstDataValue, KeyEntry, Keys, Mdat, Mdhd, Mdia, Meta, Minf, Moov, Mvhd, Stbl, Stco, Stsc,
    StscEntry, Stsd, Stss, Stsz, StszSamples, Stts, SttsEntry, Tkhd, Trak, Udta, Url, Visual, Vmhd,
};

use super::EmbeddedError;
use super::sequence_header::SequenceHeader;
use crate::error::CodecError;
use crate::stream::{ContainerStream, StreamFormat, without_temporal_delimiters};
use crate::video::{Container, VideoOptions, VideoShape, check_frame_rate, container_tags};

/// Writes the packets of an AV1 stream, whose codes are shifted up by `shift`, into an MP4 file in
/// memory.
///
/// # Errors
/// [`CodecError::FeatureMissing`] if the container is not MP4; [`CodecError::InvalidOption`] or
/// [`CodecError::TagUnsupported`] if an option is invalid; [`CodecError::InvalidStream`] or
/// [`CodecError::Embedded`] if the stream is damaged, or longer than 4 GiB.
pub(crate) fn mux_packets(
    stream: &ContainerStream<'_>,
    container: Container,
    shape: VideoShape,
    shift: u8,
    options: &VideoOptions,
) -> Result<Vec<u8>, CodecError> {
    if container != Container::Mp4 {
        return Err(CodecError::FeatureMissing {
            what: "MKV",
            feature: "ffmpeg",
        });
    }
    let frame_rate = check_frame_rate("mp4", options.frame_rate)?;
    let tags = container_tags(shape, shift, options)?;
    let header = SequenceHeader::parse(&stream.extradata)?;
    let mut data = Vec::new();
    let mut sizes = Vec::with_capacity(stream.packets.len());
    for (index, packet) in stream.packets.iter().enumerate() {
        if stream.format != StreamFormat::Av1 || packet.display_index != index {
            return Err(CodecError::InvalidStream {
                format: stream.format,
                offset: 0,
                reason: "the frames are not in the order of display",
            });
        }
        let start = data.len();
        without_temporal_delimiters(&packet.bytes, &mut data)?;
        sizes.push(u32::try_from(data.len() - start).map_err(|_| too_long())?);
    }
    let mut file = Vec::new();
    let ftyp = Ftyp {
        major_brand: FourCC::new(b"isom"),
        minor_version: 512,
        compatible_brands: [b"isom", b"av01", b"iso2", b"mp41"].map(FourCC::new).into(),
    };
    ftyp.encode(&mut file).map_err(|_| too_long())?;
    let mdat = Header {
        kind: Mdat::KIND,
        size: Some(data.len()),
    };
    mdat.encode(&mut file).map_err(|_| too_long())?;
    let offset = u32::try_from(file.len()).map_err(|_| too_long())?;
    file.append(&mut data);
    let samples = sample_table(stream, &header, sizes, offset)?;
    let moov = movie(stream, samples, frame_rate.into(), tags);
    moov.encode(&mut file).map_err(|_| too_long())?;
    Ok(file)
}

/// Returns the table of the frames, which are in one chunk at `offset`.
///
/// # Errors
/// [`CodecError::Embedded`] if there are 2³² frames or more.
fn sample_table(
    stream: &ContainerStream<'_>,
    header: &SequenceHeader,
    sizes: Vec<u32>,
    offset: u32,
) -> Result<Stbl, CodecError> {
    let count = u32::try_from(sizes.len()).map_err(|_| too_long())?;
    let keys = (1..).zip(&stream.packets);
    let keys = keys.filter(|(_, packet)| packet.is_random_access);
    let av01 = Av01 {
        visual: Visual {
            data_reference_index: 1,
            // Sides are at most MAX_SIDE.
            width: stream.size.width as u16,
            height: stream.size.height as u16,
            depth: 24,
            ..Visual::default()
        },
        av1c: Av1c {
            seq_profile: header.profile,
            seq_level_idx_0: header.level,
            seq_tier_0: header.is_high_tier,
            high_bitdepth: header.pixel_bits > 8,
            twelve_bit: header.pixel_bits > 10,
            monochrome: header.is_monochrome,
            // Monochrome streams are subsampled by definition.
            chroma_subsampling_x: true,
            chroma_subsampling_y: true,
            chroma_sample_position: 0,
            initial_presentation_delay: None,
            config_obus: stream.extradata.clone(),
        },
        colr: Some(Colr::Nclx {
            // Unspecified, as in the streams.
            colour_primaries: 2,
            transfer_characteristics: 2,
            matrix_coefficients: 2,
            full_range_flag: true,
        }),
        ..Av01::default()
    };
    Ok(Stbl {
        stsd: Stsd {
            codecs: vec![av01.into()],
        },
        stts: Stts {
            entries: vec![SttsEntry {
                sample_count: count,
                sample_delta: 1,
            }],
        },
        stss: Some(Stss {
            entries: keys.map(|(number, _)| number).collect(),
        }),
        stsc: Stsc {
            entries: vec![StscEntry {
                first_chunk: 1,
                samples_per_chunk: count,
                sample_description_index: 1,
            }],
        },
        stsz: Stsz {
            samples: StszSamples::Different { sizes },
        },
        stco: Some(Stco {
            entries: vec![offset],
        }),
        ..Stbl::default()
    })
}

/// Returns the description of a file with one track, which counts time in frames.
fn movie(
    stream: &ContainerStream<'_>,
    stbl: Stbl,
    frame_rate: u32,
    tags: Vec<(String, String)>,
) -> Moov {
    let duration = stream.packets.len() as u64;
    let size = stream.size;
    let track = Trak {
        tkhd: Tkhd {
            track_id: 1,
            duration,
            enabled: true,
            in_movie: true,
            width: (size.width as u16).into(),
            height: (size.height as u16).into(),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd {
                timescale: frame_rate,
                duration,
                language: "und".to_owned(),
                ..Mdhd::default()
            },
            hdlr: Hdlr {
                handler: FourCC::new(b"vide"),
                name: "VideoHandler".to_owned(),
            },
            minf: Minf {
                vmhd: Some(Vmhd::default()),
                dinf: Dinf {
                    dref: Dref {
                        entries: vec![Url::default().into()],
                    },
                },
                stbl,
                ..Minf::default()
            },
        },
        ..Trak::default()
    };
    Moov {
        mvhd: Mvhd {
            timescale: frame_rate,
            duration,
            rate: 1.into(),
            volume: 1.into(),
            next_track_id: 2,
            ..Mvhd::default()
        },
        trak: vec![track],
        udta: Some(Udta {
            meta: Some(metadata(tags)),
            ..Udta::default()
        }),
        ..Moov::default()
    }
}

/// Returns the box of the tags.
fn metadata(tags: Vec<(String, String)>) -> Meta {
    let mdta = FourCC::new(b"mdta");
    let (mut keys, mut items) = (Keys::default(), Ilst::default());
    for (number, (key, value)) in (1..).zip(tags) {
        keys.entries.push(KeyEntry {
            key_namespace: mdta,
            key_value: key,
        });
        let value = IlstData {
            country_indicator: 0,
            language_indicator: 0,
            value: IlstDataValue::Utf8(value),
        };
        items.mdta.push((number, value));
    }
    Meta {
        hdlr: Hdlr {
            handler: mdta,
            name: String::new(),
        },
        items: vec![keys.into(), items.into()],
    }
}

/// Returns the error for a video that an MP4 file with 32-bit sizes cannot hold.
const fn too_long() -> CodecError {
    CodecError::Embedded {
        operation: "write the container",
        source: EmbeddedError::Refused,
    }
}
