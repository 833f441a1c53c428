//! The names of the modes below their bars.

use super::{ReportBar, bar_center};
use crate::picture::{Anchor, Picture, Rect, Text};

const SIZE: f64 = 7.5;
const MIN_SIZE: f64 = 6.0;
const GAP: f64 = 5.0;
const LINE_HEIGHT: f64 = 1.25;

/// The names of the modes, laid out without overlaps.
///
/// Names are broken into lines between words. If this does not suffice, all names are made
/// smaller, down to [`MIN_SIZE`], and otherwise rotated.
pub(super) struct ModeNames {
    lines: Vec<Vec<String>>,
    size: f64,
    rotated_length: Option<f64>,
}

impl ModeNames {
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
        if size >= MIN_SIZE {
            return Self {
                lines,
                size,
                rotated_length: None,
            };
        }
        let names = bars.iter().map(|bar| bar.name.as_str());
        let longest = names.map(width).fold(0.0, f64::max);
        Self {
            lines: bars.iter().map(|bar| vec![bar.name.clone()]).collect(),
            size: SIZE,
            rotated_length: Some(longest),
        }
    }

    pub(super) fn height(&self) -> f64 {
        let lines = self.lines.iter().map(Vec::len).max().unwrap_or(0);
        GAP + self
            .rotated_length
            .unwrap_or(lines as f64 * self.size * LINE_HEIGHT)
    }

    pub(super) fn draw(&self, picture: &mut Picture, area: &Rect) {
        for (i, lines) in self.lines.iter().enumerate() {
            let x = bar_center(area, i, self.lines.len());
            for (j, line) in lines.iter().enumerate() {
                let text = Text::new(line.as_str()).size(self.size);
                let y = area.bottom + GAP;
                picture.text(if self.rotated_length.is_some() {
                    let mut text = text.rotated_at(x - self.size * 0.36, y);
                    text.anchor = Anchor::End;
                    text
                } else {
                    text.anchor(Anchor::Middle)
                        .top_at(x, y + j as f64 * self.size * LINE_HEIGHT)
                });
            }
        }
    }
}

/// Breaks a name into lines between words, each as long as fits into `room`.
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
