//! The modes' names below their bars.

use super::{ReportBar, group_center};
use crate::picture::{Anchor, Picture, Rect, Text};

const SIZE: f64 = 7.5;
const LEAST_SIZE: f64 = 6.0;
const GAP: f64 = 5.0;
const LINE: f64 = 1.25;

/// Names set so that none runs into the next: in one line or in several words below each other, smaller
/// where that suffices, or else turned upward.
pub(super) struct Names {
    lines: Vec<Vec<String>>,
    size: f64,
    upward_length: Option<f64>,
}

impl Names {
    pub(super) fn fit(picture: &Picture, bars: &[ReportBar], group_width: f64) -> Self {
        let room = group_width - 4.0;
        let width = |line: &str| picture.fonts.width(line, SIZE, false);
        let lines: Vec<Vec<String>> = bars
            .iter()
            .map(|bar| wrap(&bar.name, room, width))
            .collect();
        let widest = lines
            .iter()
            .flatten()
            .map(|line| width(line))
            .fold(0.0, f64::max);
        let size = (SIZE * room / widest.max(room)).min(SIZE);
        if size >= LEAST_SIZE {
            return Self {
                lines,
                size,
                upward_length: None,
            };
        }
        let names = bars.iter().map(|bar| bar.name.as_str());
        let longest = names.map(width).fold(0.0, f64::max);
        Self {
            lines: bars.iter().map(|bar| vec![bar.name.clone()]).collect(),
            size: SIZE,
            upward_length: Some(longest),
        }
    }

    pub(super) fn height(&self) -> f64 {
        let lines = self.lines.iter().map(Vec::len).max().unwrap_or(0);
        GAP + self
            .upward_length
            .unwrap_or(lines as f64 * self.size * LINE)
    }

    pub(super) fn draw(&self, picture: &mut Picture, frame: &Rect) {
        for (i, lines) in self.lines.iter().enumerate() {
            let x = group_center(frame, i, self.lines.len());
            for (j, line) in lines.iter().enumerate() {
                let text = Text::new(line.as_str()).size(self.size);
                let y = frame.bottom + GAP;
                picture.text(if self.upward_length.is_some() {
                    let mut text = text.upward(x - self.size * 0.36, y);
                    text.anchor = Anchor::End;
                    text
                } else {
                    text.anchor(Anchor::Middle)
                        .below(x, y + j as f64 * self.size * LINE)
                });
            }
        }
    }
}

/// The words of a name, as many to a line as `room` has space for.
fn wrap(name: &str, room: f64, width: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}")) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
