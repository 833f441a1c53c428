//! Drawing an axis on one side of the plot area.

use super::{AxisScale, Ticks};
use crate::picture::{Anchor, Picture, Point, Rect, Text, palette};

const TICK_LENGTH: f64 = 3.0;
const MINOR_TICK_LENGTH: f64 = 1.8;
const TICK_LABEL_GAP: f64 = 2.5;
const LABEL_GAP: f64 = 5.0;
const TICK_LABEL_SIZE: f64 = 7.5;
const LABEL_SIZE: f64 = 8.0;
/// The minimum length available to an axis label, which may be longer than a short axis.
const MIN_LABEL_ROOM: f64 = 200.0;
const HAIRLINE: f64 = 0.5;
/// The minimum distance between two horizontally adjacent tick labels.
const TICK_LABEL_SPACING: f64 = 6.0;
/// The minimum distance between two vertically adjacent tick labels.
const TICK_LABEL_LINE_SPACING: f64 = 5.0;

/// The side of the plot area on which an axis is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AxisSide {
    Left,
    Right,
    Bottom,
}

/// An axis: a scale, its ticks and its label.
#[derive(Debug, Clone)]
pub(crate) struct PlotAxis {
    pub(crate) scale: AxisScale,
    pub(crate) ticks: Ticks,
    pub(crate) label: String,
    pub(crate) grid: bool,
    /// True if values increase leftward or downward.
    pub(crate) reversed: bool,
}

impl PlotAxis {
    pub(crate) fn new(scale: AxisScale, ticks: Ticks, label: impl Into<String>) -> Self {
        Self {
            scale,
            ticks,
            label: label.into(),
            grid: false,
            reversed: false,
        }
    }

    pub(crate) fn with_grid(mut self) -> Self {
        self.grid = true;
        self
    }

    /// Returns an axis with as many ticks as fit along `length` points of `side`.
    ///
    /// Tries `ticks(count)` for decreasing counts until the labels do not overlap.
    pub(crate) fn with_fitting_ticks(
        picture: &Picture,
        scale: AxisScale,
        side: AxisSide,
        length: f64,
        label: impl Into<String>,
        ticks: impl Fn(usize) -> Ticks,
    ) -> Self {
        let fits = |ticks: &Ticks| {
            let labels: Vec<(f64, f64)> = ticks
                .major
                .iter()
                .map(|(value, label)| {
                    let extent = match side {
                        AxisSide::Bottom => {
                            picture.fonts.width(label, TICK_LABEL_SIZE, false) + TICK_LABEL_SPACING
                        }
                        AxisSide::Left | AxisSide::Right => {
                            TICK_LABEL_SIZE + TICK_LABEL_LINE_SPACING
                        }
                    };
                    (scale.fraction(*value) * length, extent)
                })
                .collect();
            labels
                .windows(2)
                .all(|pair| pair[1].0 - pair[0].0 >= (pair[0].1 + pair[1].1) / 2.0)
        };
        let fitting = (1..=8).rev().map(&ticks).find(fits);
        Self::new(scale, fitting.unwrap_or_default(), label)
    }

    /// Returns the label followed by the note on the tick labels.
    fn full_label(&self) -> String {
        match (&self.ticks.note, self.label.is_empty()) {
            (None, _) => self.label.clone(),
            (Some(note), true) => note.clone(),
            (Some(note), false) => format!("{}\u{2002}[{note}]", self.label),
        }
    }

    /// Returns the extent of the axis outside the plot area, in points.
    pub(crate) fn thickness(&self, picture: &Picture, side: AxisSide) -> f64 {
        let label = if self.full_label().is_empty() {
            0.0
        } else {
            LABEL_GAP + LABEL_SIZE
        };
        match side {
            AxisSide::Bottom => TICK_LENGTH + TICK_LABEL_GAP + TICK_LABEL_SIZE + label,
            AxisSide::Left | AxisSide::Right => {
                TICK_LENGTH + TICK_LABEL_GAP + self.max_tick_label_width(picture) + label
            }
        }
    }

    fn max_tick_label_width(&self, picture: &Picture) -> f64 {
        let widths = self
            .ticks
            .major
            .iter()
            .map(|(_, label)| picture.fonts.width(label, TICK_LABEL_SIZE, false));
        widths.fold(0.0, f64::max)
    }

    /// Returns the position of a value along `area`: x for a bottom axis, y for a left or right
    /// axis.
    pub(crate) fn position(&self, area: &Rect, side: AxisSide, value: f64) -> f64 {
        let fraction = self.scale.fraction(value);
        let fraction = if self.reversed {
            1.0 - fraction
        } else {
            fraction
        };
        match side {
            AxisSide::Bottom => area.left + fraction * area.width(),
            AxisSide::Left | AxisSide::Right => area.bottom - fraction * area.height(),
        }
    }

    /// Draws the grid lines. Call this before drawing the data.
    pub(crate) fn draw_grid(&self, picture: &mut Picture, area: &Rect, side: AxisSide) {
        if !self.grid {
            return;
        }
        for (value, _) in &self.ticks.major {
            let position = self.position(area, side, *value);
            let (from, to) = match side {
                AxisSide::Bottom => (
                    Point {
                        x: position,
                        y: area.top,
                    },
                    Point {
                        x: position,
                        y: area.bottom,
                    },
                ),
                AxisSide::Left | AxisSide::Right => (
                    Point {
                        x: area.left,
                        y: position,
                    },
                    Point {
                        x: area.right,
                        y: position,
                    },
                ),
            };
            picture.line(&[from, to], HAIRLINE, palette::GRID);
        }
    }

    /// Draws the ticks, their labels and the axis label.
    pub(crate) fn draw(&self, picture: &mut Picture, area: &Rect, side: AxisSide) {
        for value in &self.ticks.minor {
            self.draw_tick(picture, area, side, *value, MINOR_TICK_LENGTH);
        }
        for (value, label) in &self.ticks.major {
            let position = self.draw_tick(picture, area, side, *value, TICK_LENGTH);
            let text = Text::new(label.as_str()).size(TICK_LABEL_SIZE);
            picture.text(match side {
                AxisSide::Bottom => text
                    .anchor(Anchor::Middle)
                    .top_at(position, area.bottom + TICK_LENGTH + TICK_LABEL_GAP),
                AxisSide::Left => text
                    .anchor(Anchor::End)
                    .centered_at(area.left - TICK_LENGTH - TICK_LABEL_GAP, position),
                AxisSide::Right => {
                    text.centered_at(area.right + TICK_LENGTH + TICK_LABEL_GAP, position)
                }
            });
        }
        let center = area.center();
        let offset = TICK_LENGTH + TICK_LABEL_GAP + LABEL_GAP;
        let max_tick_label_width = self.max_tick_label_width(picture);
        let room = match side {
            AxisSide::Bottom => area.width().max(MIN_LABEL_ROOM),
            AxisSide::Left | AxisSide::Right => area.height().max(MIN_LABEL_ROOM / 3.0),
        };
        let label = self.full_label();
        let size = picture.fonts.size_to_fit(&label, LABEL_SIZE, room);
        let text = Text::new(label).size(size);
        picture.text(match side {
            AxisSide::Bottom => text
                .anchor(Anchor::Middle)
                .top_at(center.x, area.bottom + offset + TICK_LABEL_SIZE * 0.75),
            AxisSide::Left => text.rotated_at(
                area.left - offset - max_tick_label_width - LABEL_SIZE,
                center.y,
            ),
            AxisSide::Right => {
                text.rotated_at(area.right + offset + max_tick_label_width, center.y)
            }
        });
    }

    /// Draws one tick of the given length, and returns its position along `area`.
    fn draw_tick(
        &self,
        picture: &mut Picture,
        area: &Rect,
        side: AxisSide,
        value: f64,
        length: f64,
    ) -> f64 {
        let position = self.position(area, side, value);
        let (from, to) = match side {
            AxisSide::Bottom => ((position, area.bottom), (position, area.bottom + length)),
            AxisSide::Left => ((area.left, position), (area.left - length, position)),
            AxisSide::Right => ((area.right, position), (area.right + length, position)),
        };
        let ends = [from, to].map(|(x, y)| Point { x, y });
        picture.line(&ends, HAIRLINE, palette::INK);
        position
    }
}
