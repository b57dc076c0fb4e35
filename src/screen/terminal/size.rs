//! The size of the screen that is drawn, always a usable one: some terminals report none, and an absurd one must not
//! exhaust the memory.

use std::{env, io};

use ratatui::layout::{Rect, Size};

/// The size assumed where the terminal reports none: a serial console, a container without a terminal size.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };

/// The largest screen that is drawn on.
const MAX_SIZE: Size = Size { width: 1000, height: 400 };

/// The area to draw on.
pub(crate) fn drawn_area() -> io::Result<Rect> {
    // Not by crossterm, which opens the terminal anew for each question.
    let reported = rustix::termios::tcgetwinsize(io::stdout())?;
    let reported = Size { width: reported.ws_col, height: reported.ws_row };
    let size = usable(reported, |name| env::var(name).ok());
    Ok(Rect::new(0, 0, size.width, size.height))
}

/// The size to draw at: the one reported; in place of a 0 the one in `COLUMNS` and `LINES`, else the default.
fn usable(reported: Size, variable: impl Fn(&str) -> Option<String>) -> Size {
    let of = |reported: u16, name: &str, default: u16, max: u16| {
        let variable_size =
            || variable(name)?.trim().parse().ok().filter(|variable_size: &u16| *variable_size > 0);
        let size = if reported > 0 { reported } else { variable_size().unwrap_or(default) };
        size.min(max)
    };
    Size {
        width: of(reported.width, "COLUMNS", DEFAULT_SIZE.width, MAX_SIZE.width),
        height: of(reported.height, "LINES", DEFAULT_SIZE.height, MAX_SIZE.height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_size_is_taken_from_the_environment_else_the_default() {
        let size = |width, height| Size { width, height };
        let variable_size = |name: &str| Some(if name == "LINES" { "30" } else { "100" }.to_owned());
        assert_eq!(usable(size(0, 0), |_| None), DEFAULT_SIZE);
        assert_eq!(usable(size(0, 0), variable_size), size(100, 30));
        assert_eq!(usable(size(120, 0), variable_size), size(120, 30));
        assert_eq!(usable(size(120, 40), variable_size), size(120, 40));
        for nonsense in ["", "0", "-1", "99999999", "many"] {
            assert_eq!(usable(size(0, 0), |_| Some(nonsense.to_owned())), DEFAULT_SIZE, "{nonsense}");
        }
    }

    #[test]
    fn an_enormous_size_is_bounded() {
        assert_eq!(usable(Size { width: u16::MAX, height: u16::MAX }, |_| None), MAX_SIZE);
    }
}
