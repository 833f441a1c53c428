//! Encoding and decoding through fieldreel, as multiples of what libavcodec alone needs for the same
//! frames with the same options.
//!
//! fieldreel's time is that of [`array_to_video`] and [`video_to_array`]: quantizing, the codec, the
//! container, the file and its renaming. libavcodec's is from filled frames to packets, and from
//! packets to frames, in the same process and with as many threads.

use std::error::Error;
use std::path::Path;
use std::thread::available_parallelism;

use criterion::{Criterion, criterion_group, criterion_main};
use ffmpeg_next as ff;
use fieldreel::codec::FrameSize;
use fieldreel::{Preset, array_to_video, read_field, video_to_array};
use ndarray::{Array3, Axis, Ix3};

mod support;

use support::{Contender, Outcome, compare, or_exit};

fn video(c: &mut Criterion) {
    or_exit(
        [Preset::High, Preset::C4Jp2k]
            .into_iter()
            .try_for_each(|preset| bench(c, preset)),
    );
}

fn bench(c: &mut Criterion, preset: Preset) -> Outcome {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let fieldreel::formats::FieldValues::F32(values) = read_field(sample, None)?.values else {
        return Err("the sample is not of single precision".into());
    };
    let field = values.into_dimensionality::<Ix3>()?;
    let bytes = (field.len() * size_of::<f32>()) as u64;
    let folder = tempfile::tempdir()?;
    let path = array_to_video(&field, folder.path(), preset)?;
    let alone = Alone::new(&field, preset)?;
    let packets = alone.encode()?;

    let encode: Vec<Contender<'_>> = vec![
        (
            "libavcodec alone".to_owned(),
            Box::new(|| alone.encode().map(drop)),
        ),
        (
            "array_to_video".to_owned(),
            Box::new(|| Ok(array_to_video(&field, folder.path(), preset).map(drop)?)),
        ),
    ];
    compare(c, &format!("encode, {preset}"), bytes, encode)?;
    let decode: Vec<Contender<'_>> = vec![
        (
            "libavcodec alone".to_owned(),
            Box::new(|| alone.decode(&packets)),
        ),
        (
            "video_to_array".to_owned(),
            Box::new(|| Ok(video_to_array::<f32>(&path).map(drop)?)),
        ),
    ];
    compare(c, &format!("decode, {preset}"), bytes, decode)
}

/// libavcodec with a preset's options, on frames that are filled before the clock starts.
struct Alone {
    frames: Vec<ff::frame::Video>,
    encoder: &'static str,
    options: Vec<(&'static str, String)>,
    threads: usize,
}

impl Alone {
    fn new(field: &Array3<f32>, preset: Preset) -> Result<Self, Box<dyn Error>> {
        use fieldreel::quant::{Quantizer, ValueRange};

        let quantizer = Quantizer::new(ValueRange::from_values(field.view())?, preset.bit_depth());
        let codes = quantizer.quantize(field.view())?;
        let (_, height, width) = codes.dim();
        let size = FrameSize::new(height, width)?;
        let threads = available_parallelism()?.get();
        let config = preset
            .codec()
            .configure(preset.bit_depth().bits(), size, threads)?;
        let pixel = match config.pixel_bits {
            12 => ff::format::Pixel::GRAY12LE,
            _ => ff::format::Pixel::GRAY16LE,
        };
        let frames = codes.axis_iter(Axis(0)).enumerate().map(|(index, codes)| {
            let mut frame = ff::frame::Video::new(pixel, width as u32, height as u32);
            let stride = frame.stride(0);
            for ((y, x), code) in codes.indexed_iter() {
                let at = y * stride + 2 * x;
                frame.data_mut(0)[at..at + 2].copy_from_slice(&code.to_le_bytes());
            }
            frame.set_pts(Some(index as i64));
            frame
        });
        let frames = frames.collect();
        Ok(Self {
            frames,
            encoder: config.encoder,
            options: config.options,
            threads: config.threads,
        })
    }

    fn encode(&self) -> Result<Packets, Box<dyn Error>> {
        let codec = ff::encoder::find_by_name(self.encoder).ok_or("the encoder is missing")?;
        let first = self.frames.first().ok_or("no frames")?;
        let mut context = ff::codec::Context::new_with_codec(codec)
            .encoder()
            .video()?;
        context.set_width(first.width());
        context.set_height(first.height());
        context.set_format(first.format());
        context.set_time_base(ff::Rational(1, 10));
        context.set_flags(ff::codec::Flags::GLOBAL_HEADER);
        context.set_threading(threading(self.threads));
        let options = self
            .options
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let mut encoder = context.open_with(options)?;
        let mut packets = Vec::new();
        for frame in &self.frames {
            encoder.send_frame(frame)?;
            take_packets(&mut encoder, &mut packets);
        }
        encoder.send_eof()?;
        take_packets(&mut encoder, &mut packets);
        Ok(Packets {
            packets,
            parameters: ff::codec::Parameters::from(&encoder),
        })
    }

    fn decode(&self, stream: &Packets) -> Outcome {
        let mut context = ff::codec::Context::from_parameters(stream.parameters.clone())?;
        context.set_threading(threading(0));
        let mut decoder = context.decoder().video()?;
        let mut frame = ff::frame::Video::empty();
        let mut count = 0;
        for packet in &stream.packets {
            decoder.send_packet(packet)?;
            while decoder.receive_frame(&mut frame).is_ok() {
                count += 1;
            }
        }
        decoder.send_eof()?;
        while decoder.receive_frame(&mut frame).is_ok() {
            count += 1;
        }
        if count == self.frames.len() {
            Ok(())
        } else {
            Err("frames are missing".into())
        }
    }
}

struct Packets {
    packets: Vec<ff::Packet>,
    parameters: ff::codec::Parameters,
}

fn take_packets(encoder: &mut ff::encoder::Video, packets: &mut Vec<ff::Packet>) {
    let mut packet = ff::Packet::empty();
    while encoder.receive_packet(&mut packet).is_ok() {
        packets.push(std::mem::replace(&mut packet, ff::Packet::empty()));
    }
}

fn threading(count: usize) -> ff::codec::threading::Config {
    let mut config = ff::codec::threading::Config::count(count);
    config.kind = ff::codec::threading::Type::Frame;
    config
}

criterion_group!(benches, video);
criterion_main!(benches);
