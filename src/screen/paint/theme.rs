//! Colours, modifiers and symbols: what each tone of the screen looks like. Which tone a thing
//! has is decided where it is drawn. Only the terminal's own sixteen colours are used.

use ratatui::style::{Color, Modifier, Style};

pub(crate) use crate::text::Charset;

/// Whether colours may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Palette {
    /// The terminal's own sixteen colours.
    #[default]
    Terminal,
    /// Modifiers and symbols alone (`NO_COLOR`, see <https://no-color.org>).
    Monochrome,
}

/// What a piece of the screen means; the theme turns it into a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
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
    Paused,
    /// [`Tone::Paused`] as a bar.
    PausedBar,
    /// Something counted, on its way.
    Progress,
    Frozen,
    Simulated,
    Key,
    Hit,
    Field,
    Chosen,
}

/// Declares the characters with a meaning: in Unicode, and in ASCII. All have width 1 but the arrow in ASCII.
macro_rules! symbols {
    ($($name:ident: $unicode:literal $ascii:literal,)*) => {
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Symbols {
            $(pub(crate) $name: &'static str,)*
        }
        const UNICODE: Symbols = Symbols { $($name: $unicode,)* };
        const ASCII: Symbols = Symbols { $($name: $ascii,)* };
    };
}

symbols! {
    dot: "●" "*",
    hollow: "○" "o",
    done: "✓" "+",
    current: "▶" ">",
    failed: "✗" "x",
    attention: "▲" "!",
    info: "•" "-",
    waiting: "◌" "?",
    rule: "━" "=",
    thin_rule: "─" "-",
    arrow: "→" "->",
    dash: "–" "-",
    ellipsis: "…" "~",
    separator: "·" "|",
    full: "█" "#",
    empty: "░" ".",
    thumb: "┃" "#",
    down: "↓" "v",
    marker: "◆" "*",
    gap: "┄" "-",
    bookmark: "■" "=",
    times: "×" "x",
    note: "¶" "n",
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) palette: Palette,
    pub(crate) charset: Charset,
}

impl Theme {
    /// The theme that the environment asks for: `NO_COLOR` and `TERM` for colours; `LC_ALL`,
    /// `LC_CTYPE` and `LANG`, in this order, for the characters (POSIX, "Environment Variables"); `TERM` too, as a
    /// console without a window system draws few of them.
    pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        // The terminals of the vt family have no colours.
        let dumb = term == "dumb" || term.starts_with("vt");
        let palette = if set("NO_COLOR").is_some() || dumb { Palette::Monochrome } else { Palette::Terminal };
        // The fonts of a console have 512 characters at most: no braille, no check marks.
        let is_console = dumb || term.split(['.', '-']).any(|part| part == "linux");
        let charset = if is_console { Charset::Ascii } else { Charset::of_locale(&variable) };
        Self { palette, charset }
    }

    pub(crate) const fn symbols(self) -> &'static Symbols {
        match self.charset {
            Charset::Unicode => &UNICODE,
            Charset::Ascii => &ASCII,
        }
    }

    pub(crate) fn style(self, tone: Tone) -> Style {
        let (colour, with_colour, without_colour) = look(tone);
        match self.palette {
            Palette::Terminal => Style { fg: colour, ..Style::new() }.add_modifier(with_colour),
            Palette::Monochrome => Style::new().add_modifier(without_colour),
        }
    }
}

/// The colour of a tone, its modifiers beside that colour, and its modifiers in monochrome.
const fn look(tone: Tone) -> (Option<Color>, Modifier, Modifier) {
    const PLAIN: Modifier = Modifier::empty();
    const DIM: Modifier = Modifier::DIM;
    const BOLD: Modifier = Modifier::BOLD;
    const UNDERLINED: Modifier = Modifier::UNDERLINED;
    const REVERSED: Modifier = Modifier::REVERSED;
    const BAR: Modifier = BOLD.union(REVERSED);
    match tone {
        Tone::Text => (None, PLAIN, PLAIN),
        Tone::Quiet => (None, DIM, DIM),
        Tone::Strong => (None, BOLD, BOLD),
        Tone::Good => (Some(Color::Green), PLAIN, PLAIN),
        Tone::Attention => (Some(Color::Yellow), PLAIN, BOLD),
        Tone::Danger => (Some(Color::Red), BOLD, BOLD.union(UNDERLINED)),
        Tone::DangerBar => (Some(Color::Red), BAR, BAR),
        Tone::Paused => (Some(Color::Yellow), BOLD, BOLD),
        Tone::PausedBar => (Some(Color::Yellow), BAR, BAR),
        Tone::Progress => (Some(Color::LightBlue), PLAIN, PLAIN),
        Tone::Frozen => (Some(Color::Cyan), BAR, BAR),
        Tone::Simulated => (Some(Color::Magenta), BOLD, BOLD),
        Tone::Key => (Some(Color::LightBlue), BOLD, BOLD),
        Tone::Hit => (Some(Color::Magenta), BAR, REVERSED),
        Tone::Field => (None, UNDERLINED, UNDERLINED),
        Tone::Chosen => (None, REVERSED, REVERSED),
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
        assert_eq!(theme(&[("LANG", "en_US.UTF-8")]).charset, Charset::Unicode);
        assert_eq!(theme(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")]).charset, Charset::Ascii);
        assert_eq!(theme(&[]).charset, Charset::Ascii);
    }

    #[test]
    fn a_console_gets_no_characters_that_its_fonts_lack() {
        let of = |term: &str| theme(&[("LANG", "en_US.UTF-8"), ("TERM", term)]).charset;
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
