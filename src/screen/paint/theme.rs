//! Colours, modifiers and symbols: what each tone of the screen looks like. Which tone a thing
//! has is decided where it is drawn. Only the terminal's own sixteen colours are used.

use ratatui::style::{Color, Modifier, Style};

pub use crate::text::Charset;

/// Whether colours may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// The terminal's own sixteen colours.
    #[default]
    Terminal,
    /// Modifiers and symbols alone (`NO_COLOR`, see <https://no-color.org>).
    Monochrome,
}

/// What a piece of the screen means; the theme turns it into a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Plain text.
    Text,
    /// Of less weight.
    Quiet,
    /// Of more weight.
    Strong,
    /// As it should be.
    Good,
    /// To be settled.
    Attention,
    /// Endangers the test or production.
    Danger,
    /// [`Tone::Danger`] as a bar that cannot be overlooked.
    DangerBar,
    /// Replication is paused.
    Paused,
    /// [`Tone::Paused`] as a bar.
    PausedBar,
    /// Something counted, on its way.
    Progress,
    /// The display is frozen.
    Frozen,
    /// The appliances are simulated.
    Simulated,
    /// A key to press.
    Key,
    /// A search hit.
    Hit,
    /// A text field.
    Field,
    /// Chosen in a list.
    Chosen,
}

/// Characters with a meaning; all of width 1 but the arrow in ASCII.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbols {
    pub(crate) dot: &'static str,
    pub(crate) hollow: &'static str,
    pub(crate) done: &'static str,
    pub(crate) current: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) attention: &'static str,
    pub(crate) info: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) thin_rule: &'static str,
    pub(crate) arrow: &'static str,
    pub(crate) dash: &'static str,
    pub(crate) ellipsis: &'static str,
    pub(crate) separator: &'static str,
    pub(crate) full: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) thumb: &'static str,
    pub(crate) down: &'static str,
    pub(crate) marker: &'static str,
    pub(crate) gap: &'static str,
}

const UNICODE: Symbols = Symbols {
    dot: "●",
    hollow: "○",
    done: "✓",
    current: "▶",
    failed: "✗",
    attention: "▲",
    info: "•",
    waiting: "◌",
    rule: "━",
    thin_rule: "─",
    arrow: "→",
    dash: "–",
    ellipsis: "…",
    separator: "·",
    full: "█",
    empty: "░",
    thumb: "┃",
    down: "↓",
    marker: "◆",
    gap: "┄",
};

const ASCII: Symbols = Symbols {
    dot: "*",
    hollow: "o",
    done: "+",
    current: ">",
    failed: "x",
    attention: "!",
    info: "-",
    waiting: "?",
    rule: "=",
    thin_rule: "-",
    arrow: "->",
    dash: "-",
    ellipsis: "~",
    separator: "|",
    full: "#",
    empty: ".",
    thumb: "#",
    down: "v",
    marker: "*",
    gap: "-",
};

/// How the screen looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    palette: Palette,
    charset: Charset,
}

impl Theme {
    /// A theme of `palette` and `charset`.
    #[must_use]
    pub const fn new(palette: Palette, charset: Charset) -> Self {
        Self { palette, charset }
    }

    /// The theme that the environment asks for: `NO_COLOR` and `TERM` for colours; `LC_ALL`,
    /// `LC_CTYPE` and `LANG`, in this order, for the characters (POSIX, "Environment Variables"); `TERM` too, as a
    /// console without a window system draws few of them.
    #[must_use]
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let dumb = term == "dumb" || term.starts_with("vt");
        let palette = if set("NO_COLOR").is_some() || dumb { Palette::Monochrome } else { Palette::Terminal };
        // The fonts of a console have 512 characters at most: no braille, no check marks.
        let is_console = dumb || term.split(['.', '-']).any(|part| part == "linux");
        let charset = if is_console { Charset::Ascii } else { Charset::of_locale(&variable) };
        Self { palette, charset }
    }

    /// This theme with other characters, as a setting may ask for.
    #[must_use]
    pub const fn with_charset(self, charset: Charset) -> Self {
        Self { charset, ..self }
    }

    /// The characters in use.
    #[must_use]
    pub const fn charset(self) -> Charset {
        self.charset
    }

    pub(crate) const fn symbols(self) -> &'static Symbols {
        match self.charset {
            Charset::Unicode => &UNICODE,
            Charset::Ascii => &ASCII,
        }
    }

    pub(crate) fn style(self, tone: Tone) -> Style {
        match self.palette {
            Palette::Terminal => coloured(tone),
            Palette::Monochrome => monochrome(tone),
        }
    }
}

fn coloured(tone: Tone) -> Style {
    let plain = Style::new();
    match tone {
        Tone::Text => plain,
        Tone::Quiet => plain.add_modifier(Modifier::DIM),
        Tone::Strong => plain.add_modifier(Modifier::BOLD),
        Tone::Good => plain.fg(Color::Green),
        Tone::Attention => plain.fg(Color::Yellow),
        Tone::Danger => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
        Tone::DangerBar => plain.fg(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Tone::Paused => plain.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        Tone::PausedBar => plain.fg(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Tone::Progress => plain.fg(Color::LightBlue),
        Tone::Frozen => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Tone::Simulated => plain.fg(Color::Magenta).add_modifier(Modifier::BOLD),
        Tone::Key => plain.fg(Color::LightBlue).add_modifier(Modifier::BOLD),
        Tone::Hit => plain.fg(Color::Magenta).add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Tone::Field => plain.add_modifier(Modifier::UNDERLINED),
        Tone::Chosen => plain.add_modifier(Modifier::REVERSED),
    }
}

fn monochrome(tone: Tone) -> Style {
    let plain = Style::new();
    match tone {
        Tone::Text | Tone::Good | Tone::Progress => plain,
        Tone::Quiet => plain.add_modifier(Modifier::DIM),
        Tone::Strong | Tone::Attention | Tone::Paused | Tone::Key | Tone::Simulated => {
            plain.add_modifier(Modifier::BOLD)
        }
        Tone::Danger => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Tone::DangerBar | Tone::PausedBar | Tone::Frozen => {
            plain.add_modifier(Modifier::BOLD | Modifier::REVERSED)
        }
        Tone::Hit | Tone::Chosen => plain.add_modifier(Modifier::REVERSED),
        Tone::Field => plain.add_modifier(Modifier::UNDERLINED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(pairs: &[(&str, &str)]) -> Theme {
        Theme::from_environment(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_locale_decides_on_the_characters_and_lc_all_wins() {
        assert_eq!(theme(&[("LANG", "en_US.UTF-8")]).charset(), Charset::Unicode);
        assert_eq!(theme(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")]).charset(), Charset::Ascii);
        assert_eq!(theme(&[]).charset(), Charset::Ascii);
    }

    #[test]
    fn a_console_gets_no_characters_that_its_fonts_lack() {
        let of = |term: &str| theme(&[("LANG", "en_US.UTF-8"), ("TERM", term)]).charset();
        for term in ["linux", "linux-16color", "screen.linux", "dumb", "vt100", "vt220"] {
            assert_eq!(of(term), Charset::Ascii, "{term}");
        }
        for term in ["xterm-256color", "tmux-256color", "screen", ""] {
            assert_eq!(of(term), Charset::Unicode, "{term}");
        }
    }

    #[test]
    fn no_color_leaves_no_colour_in_any_tone() {
        let theme = theme(&[("NO_COLOR", "1"), ("LANG", "C.UTF-8")]);
        for tone in [Tone::Good, Tone::Danger, Tone::Paused, Tone::Frozen, Tone::Progress, Tone::Hit] {
            let style = theme.style(tone);
            assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
        }
        assert_eq!(self::theme(&[("NO_COLOR", "")]).palette, Palette::Terminal);
    }

    #[test]
    fn freeze_and_pause_never_share_a_colour() {
        let theme = Theme::default();
        for paused in [Tone::Paused, Tone::PausedBar] {
            assert_ne!(theme.style(paused).fg, theme.style(Tone::Frozen).fg);
        }
    }
}
