//! Draws a field beside its decoded values, their difference, and the histogram of the errors.
//!
//! `cargo run --release --example figure -- data/navy_winds_uwnd.nc UWND figure.png`

use fieldreel::formats::{FrameView, Frames};
use fieldreel::metrics::frame_errors;
use fieldreel::plot::{self, ComparisonLabels, CoordinateLabels, RowOrder};
use fieldreel::{ErrorBound, compress, decompress, read_field};
use ndarray::Axis;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, variable, figure] = arguments.as_slice() else {
        return Err("usage: figure INPUT VARIABLE FIGURE.png".into());
    };
    let field = read_field(input, Some(variable))?;
    let Frames::F32(frames) = field.as_frames(&FrameView::FoldLeading)? else {
        return Err("the variable is not in single precision".into());
    };
    let reel = compress(&frames, ErrorBound::RangeRelative(0.05))?;
    let decoded = decompress::<f32>(&reel)?;

    let worst = frame_errors(frames.view(), decoded.view())?.worst;
    let title = format!("{variable}, frame {worst}: original | decoded");
    let ends = |axis: &str| {
        let values = field.coordinate(axis)?.values.to_f64();
        Some((*values.first()?, *values.last()?))
    };
    let [.., y, x] = field.dimensions.as_slice() else {
        return Err("the variable has no rows and columns".into());
    };
    let (y_ends, x_ends) = (ends(&y.name), ends(&x.name));
    let labels = ComparisonLabels::default()
        .with_title(&title)
        .with_quantity(field.long_name().unwrap_or(variable))
        .with_unit(field.units().unwrap_or_default())
        .with_y(CoordinateLabels::new(&y.name).with_ends(y_ends))
        .with_x(CoordinateLabels::new(&x.name).with_ends(x_ends))
        .with_row_order(RowOrder::FirstAtBottom);
    plot::comparison(
        figure,
        frames.index_axis(Axis(0), worst),
        decoded.index_axis(Axis(0), worst),
        &labels,
    )?;
    println!("{figure}");
    Ok(())
}
