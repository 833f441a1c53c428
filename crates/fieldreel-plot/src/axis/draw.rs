//! An axis on a side of a frame.

use super::{Scale, Ticks};
use crate::picture::{Anchor, Picture, Point, Rect, Text, palette};

const TICK: f64 = 3.0;
const MINOR_TICK: f64 = 1.8;
const GAP: f64 = 2.5;
const LABEL_GAP: f64 = 5.0;
const TICK_SIZE: f64 = 7.5;
const LABEL_SIZE: f64 = 8.0;
/// Room for the label of a short axis, which may be longer than the axis.
const LEAST_LABEL_ROOM: f64 = 200.0;
const HAIR: f64 = 0.5;
/// Least distance between two tick labels that stand side by side.
const BETWEEN: f64 = 6.0;
/// The same for labels that stand below each other.
const BELOW: f64 = 5.0;

/// Which side of its frame an axis is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
    Bottom,
}

/// A scale with its ticks and what it measures.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub(crate) scale: Scale,
    pub(crate) ticks: Ticks,
    pub(crate) label: String,
    pub(crate) grid: bool,
    /// Runs from the right or from the top: a latitude that falls from row to row.
    pub(crate) reversed: bool,
}

impl Axis {
    pub(crate) fn new(scale: Scale, ticks: Ticks, label: impl Into<String>) -> Self {
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

    /// With the most ticks, of those that `ticks(count)` gives, whose labels fit beside each other
    /// along `length` points of `side`.
    pub(crate) fn fitted(
        picture: &Picture,
        scale: Scale,
        side: Side,
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
                        Side::Bottom => picture.fonts.width(label, TICK_SIZE, false) + BETWEEN,
                        Side::Left | Side::Right => TICK_SIZE + BELOW,
                    };
                    (scale.share(*value) * length, extent)
                })
                .collect();
            labels
                .windows(2)
                .all(|pair| pair[1].0 - pair[0].0 >= (pair[0].1 + pair[1].1) / 2.0)
        };
        let best = (1..=8).rev().map(&ticks).find(fits);
        Self::new(scale, best.unwrap_or_default(), label)
    }

    /// The label, with what the tick labels leave out.
    fn full_label(&self) -> String {
        match (&self.ticks.note, self.label.is_empty()) {
            (None, _) => self.label.clone(),
            (Some(note), true) => note.clone(),
            (Some(note), false) => format!("{}\u{2002}[{note}]", self.label),
        }
    }

    /// Points that the axis takes beside its frame.
    pub(crate) fn thickness(&self, picture: &Picture, side: Side) -> f64 {
        let label = if self.full_label().is_empty() {
            0.0
        } else {
            LABEL_GAP + LABEL_SIZE
        };
        match side {
            Side::Bottom => TICK + GAP + TICK_SIZE + label,
            Side::Left | Side::Right => TICK + GAP + self.widest(picture) + label,
        }
    }

    fn widest(&self, picture: &Picture) -> f64 {
        let widths = self
            .ticks
            .major
            .iter()
            .map(|(_, label)| picture.fonts.width(label, TICK_SIZE, false));
        widths.fold(0.0, f64::max)
    }

    /// Where a value is along `frame`: its x for a bottom axis, its y for the others.
    pub(crate) fn place(&self, frame: &Rect, side: Side, value: f64) -> f64 {
        let share = self.scale.share(value);
        let share = if self.reversed { 1.0 - share } else { share };
        match side {
            Side::Bottom => frame.left + share * frame.width(),
            Side::Left | Side::Right => frame.bottom - share * frame.height(),
        }
    }

    /// The grid lines: to be drawn before the data.
    pub(crate) fn draw_grid(&self, picture: &mut Picture, frame: &Rect, side: Side) {
        if !self.grid {
            return;
        }
        for (value, _) in &self.ticks.major {
            let at = self.place(frame, side, *value);
            let (from, to) = match side {
                Side::Bottom => (
                    Point {
                        x: at,
                        y: frame.top,
                    },
                    Point {
                        x: at,
                        y: frame.bottom,
                    },
                ),
                Side::Left | Side::Right => (
                    Point {
                        x: frame.left,
                        y: at,
                    },
                    Point {
                        x: frame.right,
                        y: at,
                    },
                ),
            };
            picture.line(&[from, to], HAIR, palette::GRID);
        }
    }

    /// Ticks and labels.
    pub(crate) fn draw(&self, picture: &mut Picture, frame: &Rect, side: Side) {
        for value in &self.ticks.minor {
            self.draw_tick(picture, frame, side, *value, MINOR_TICK);
        }
        for (value, label) in &self.ticks.major {
            let at = self.draw_tick(picture, frame, side, *value, TICK);
            let text = Text::new(label.as_str()).size(TICK_SIZE);
            picture.text(match side {
                Side::Bottom => text
                    .anchor(Anchor::Middle)
                    .below(at, frame.bottom + TICK + GAP),
                Side::Left => text
                    .anchor(Anchor::End)
                    .centered_on(frame.left - TICK - GAP, at),
                Side::Right => text.centered_on(frame.right + TICK + GAP, at),
            });
        }
        let center = frame.center();
        let beyond = TICK + GAP + LABEL_GAP;
        let widest = self.widest(picture);
        let room = match side {
            Side::Bottom => frame.width().max(LEAST_LABEL_ROOM),
            Side::Left | Side::Right => frame.height().max(LEAST_LABEL_ROOM / 3.0),
        };
        let label = self.full_label();
        let size = picture.fonts.size_for(&label, LABEL_SIZE, room);
        let text = Text::new(label).size(size);
        picture.text(match side {
            Side::Bottom => text
                .anchor(Anchor::Middle)
                .below(center.x, frame.bottom + beyond + TICK_SIZE * 0.75),
            Side::Left => text.upward(frame.left - beyond - widest - LABEL_SIZE, center.y),
            Side::Right => text.upward(frame.right + beyond + widest, center.y),
        });
    }

    fn draw_tick(
        &self,
        picture: &mut Picture,
        frame: &Rect,
        side: Side,
        value: f64,
        length: f64,
    ) -> f64 {
        let at = self.place(frame, side, value);
        let (from, to) = match side {
            Side::Bottom => ((at, frame.bottom), (at, frame.bottom + length)),
            Side::Left => ((frame.left, at), (frame.left - length, at)),
            Side::Right => ((frame.right, at), (frame.right + length, at)),
        };
        let ends = [from, to].map(|(x, y)| Point { x, y });
        picture.line(&ends, HAIR, palette::INK);
        at
    }
}
