//! Messages of errors.

use std::error::Error;

/// Returns the message of an error and of its causes as one line.
///
/// A cause is left out if the line already includes its message.
///
/// ```
/// use std::io;
///
/// use fieldreel_core::one_line_message;
///
/// let cause = io::Error::other("no space\nleft");
/// assert_eq!(one_line_message(&cause), "no space left");
/// ```
#[must_use]
pub fn one_line_message(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[derive(Debug)]
    struct Nested(&'static str, Option<Box<Nested>>);

    impl fmt::Display for Nested {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Nested {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }

    #[test]
    fn causes_follow_unless_the_line_includes_them() {
        let cause = |text| Some(Box::new(Nested(text, None)));
        let line = |text, cause| one_line_message(&Nested(text, cause));
        assert_eq!(
            line("cannot write", cause("disk full")),
            "cannot write: disk full"
        );
        assert_eq!(
            line("cannot write: disk full", cause("disk full")),
            "cannot write: disk full"
        );
        assert_eq!(line("first\nsecond", None), "first second");
    }
}
