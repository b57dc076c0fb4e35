//! Colours, modifiers and symbols: what each tone of the screen looks like. Which tone a thing
//! has is decided where it is drawn.

use ratatui::style::{Color, Modifier, Style};

use super::{
    scheme::{Depth, Rgb, Scheme},
    tone::Tone,
};
pub(crate) use crate::text::Charset;

/// Where the colours come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Palette {
    /// The terminal's own sixteen colours.
    #[default]
    Terminal,
    /// As [`Palette::Terminal`], until the terminal has said what its background is.
    Auto(Depth),
    /// Modifiers and symbols alone (`NO_COLOR`, see <https://no-color.org>).
    Monochrome,
    Own {
        scheme: Scheme,
        depth: Depth,
        /// Whether the background is the scheme's, and not the terminal's.
        is_painted: bool,
    },
}

/// The theme that the engineer asks for in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThemeChoice {
    /// Dark or light, as the terminal's background is.
    Auto,
    Scheme(Scheme),
    Monochrome,
    /// The terminal's own sixteen colours.
    Terminal,
}

/// Declares the characters with a meaning: in Unicode, and in ASCII. All have width 1 but the arrow and the marks of a
/// check list in ASCII.
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
    unchecked: "☐" "[ ]",
    checked: "☑" "[x]",
    look: "!" "[!]",
    stopped: "■" "#",
    waiting: "◌" "?",
    rule: "━" "=",
    thin_rule: "─" "-",
    arrow: "→" "->",
    dash: "–" "-",
    ellipsis: "…" "~",
    separator: "·" "|",
    full: "█" "#",
    empty: "░" ".",
    zero: "▁" "_",
    thumb: "┃" "#",
    down: "↓" "v",
    marker: "◆" "*",
    gap: "┄" "-",
    past: "▓" "=",
    past_beside: "▒" "+",
    boundary: "│" "|",
    dotted_boundary: "┊" ":",
    axis: "┤" "|",
    begins: "└" "`",
    ends: "┘" "'",
    bookmark: "■" "=",
    times: "×" "x",
    note: "¶" "n",
    cursor: "┃" "^",
}

/// How the terminal takes text for its clipboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clipboard {
    /// It would show what hands it the text.
    None,
    #[default]
    Direct,
    /// By GNU screen, which passes on only what it is asked to (screen(1), "String escapes": `ESC P`).
    ThroughScreen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) palette: Palette,
    pub(crate) charset: Charset,
    /// A console, or a terminal of the vt family: it has no mouse.
    pub(crate) is_console: bool,
    pub(crate) clipboard: Clipboard,
    /// The background that the environment states: black or white.
    pub(crate) stated_background: Option<Rgb>,
}

/// Terminals of many colours whose `TERM` does not say so.
const MANY_COLOURS: [&str; 5] = ["kitty", "alacritty", "foot", "ghostty", "wezterm"];

impl Theme {
    /// The theme that the environment asks for: `NO_COLOR` and `TERM` for colours; `LC_ALL`,
    /// `LC_CTYPE` and `LANG`, in this order, for the characters (POSIX, "Environment Variables"); `TERM` too, as a
    /// console without a window system draws few of them. `COLORTERM` and `TERM` say how many colours there are.
    pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        // The terminals of the vt family have no colours.
        let dumb = term == "dumb" || term.starts_with("vt");
        let is_true =
            matches!(set("COLORTERM").as_deref(), Some("truecolor" | "24bit")) || term.ends_with("-direct");
        // The fonts of a console have 512 characters at most: no braille, no check marks.
        let is_console = dumb || term.split(['.', '-']).any(|part| part == "linux");
        let has_many = term.contains("256color") || term.split('-').any(|part| MANY_COLOURS.contains(&part));
        let depth = match (is_console, is_true, has_many) {
            (true, ..) => Depth::Sixteen,
            (_, true, _) => Depth::True,
            (.., true) => Depth::Indexed,
            _ => Depth::Sixteen,
        };
        let palette =
            if set("NO_COLOR").is_some() || dumb { Palette::Monochrome } else { Palette::Auto(depth) };
        let charset = if is_console { Charset::Ascii } else { Charset::of_locale(&variable) };
        let stated_background = set("COLORFGBG").and_then(|colours| background_of(&colours));
        // tmux names itself like screen, but sets no STY and passes nothing on this way.
        let clipboard = match (is_console, term.starts_with("screen") && set("STY").is_some()) {
            (true, _) => Clipboard::None,
            (_, true) => Clipboard::ThroughScreen,
            _ => Clipboard::Direct,
        };
        Self { palette, charset, is_console, clipboard, stated_background }
    }

    /// This theme until the terminal has said what its background is.
    pub(crate) fn on_stated_background(self) -> Self {
        let stated = self.stated_background.filter(|_| self.asks_for_background());
        stated.map_or(self, |background| self.on_background(background))
    }

    /// This theme with the engineer's choice; no choice brings back colours that the environment rules out.
    pub(crate) fn chosen(self, choice: ThemeChoice) -> Self {
        let Palette::Auto(depth) = self.palette else { return self };
        let palette = match choice {
            ThemeChoice::Auto => self.palette,
            ThemeChoice::Monochrome => Palette::Monochrome,
            // Sixteen colours are the terminal's, and made for its background.
            ThemeChoice::Scheme(Scheme::Dark | Scheme::Light) if depth == Depth::Sixteen => Palette::Terminal,
            ThemeChoice::Scheme(scheme) => Palette::Own { scheme, depth, is_painted: true },
            ThemeChoice::Terminal => Palette::Terminal,
        };
        Self { palette, ..self }
    }

    /// Whether the terminal's background decides on the colours.
    pub(crate) const fn asks_for_background(self) -> bool {
        matches!(self.palette, Palette::Auto(Depth::Indexed | Depth::True))
    }

    /// This theme on a terminal with that background, which is painted over where nothing could be read on it.
    pub(crate) fn on_background(self, background: Rgb) -> Self {
        let Palette::Auto(depth) = self.palette else { return self };
        let (scheme, is_readable) = Scheme::on(background);
        Self { palette: Palette::Own { scheme, depth, is_painted: !is_readable }, ..self }
    }

    /// The colours of text and background where both are the scheme's.
    pub(crate) fn ground(self) -> Option<(Color, Color)> {
        match self.palette {
            Palette::Own { scheme, depth, is_painted: true } => {
                let colours = scheme.colours(depth);
                Some((depth.colour(colours.text), depth.colour(colours.background)))
            }
            _ => None,
        }
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
            Palette::Terminal | Palette::Auto(_) => {
                Style { fg: colour, ..Style::new() }.add_modifier(with_colour)
            }
            Palette::Monochrome => Style::new().add_modifier(without_colour),
            Palette::Own { scheme, depth, .. } => {
                let fg = scheme.colours(depth).of(tone).map(|rgb| depth.colour(rgb));
                // Less weight is a colour here, and dimmed it could not be read.
                Style { fg, ..Style::new() }.add_modifier(with_colour.difference(Modifier::DIM))
            }
        }
    }
}

/// The background in `COLORFGBG`, as rxvt, Konsole and iTerm2 set it: the numbers of two of the sixteen colours, the text's
/// first and the background's last.
fn background_of(colours: &str) -> Option<Rgb> {
    match colours.rsplit(';').next()?.parse().ok()? {
        7_u8 | 9..=15 => Some(Rgb(0xff, 0xff, 0xff)),
        0..=6 | 8 => Some(Rgb(0, 0, 0)),
        _ => None,
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
    fn the_clipboard_is_reached_through_screen_and_from_a_console_not_at_all() {
        let of = |pairs: &[(&str, &str)]| theme(pairs).clipboard;
        let screen = ("STY", "4711.pts-0.ops1");
        assert_eq!(of(&[("TERM", "screen.xterm-256color"), screen]), Clipboard::ThroughScreen);
        assert_eq!(of(&[("TERM", "screen-256color")]), Clipboard::Direct, "tmux names itself like that");
        assert_eq!(
            of(&[("TERM", "xterm-256color"), screen]),
            Clipboard::Direct,
            "a terminal started from screen"
        );
        assert_eq!(of(&[("TERM", "screen.linux"), screen]), Clipboard::None);
    }

    #[test]
    fn no_color_leaves_no_colour_in_any_tone() {
        let theme = theme(&[("NO_COLOR", "1"), ("LANG", "C.UTF-8")]);
        for tone in [Tone::Good, Tone::Danger, Tone::Paused, Tone::Frozen, Tone::Progress, Tone::Hit] {
            let style = theme.style(tone);
            assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
        }
        assert_eq!(self::theme(&[("NO_COLOR", "")]).palette, Palette::Auto(Depth::Sixteen));
    }

    #[test]
    fn no_choice_brings_colours_back_where_the_environment_rules_them_out() {
        for pairs in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("TERM", "vt100")]] {
            for choice in [ThemeChoice::Auto, ThemeChoice::Scheme(Scheme::Dark), ThemeChoice::Terminal] {
                let theme = theme(&pairs).chosen(choice).on_background(Rgb(0, 0, 0));
                assert_eq!(theme.palette, Palette::Monochrome, "{pairs:?} {choice:?}");
            }
        }
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        let depth = |pairs: &[(&str, &str)]| match theme(pairs).palette {
            Palette::Auto(depth) => depth,
            other => panic!("{other:?}"),
        };
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth(&[("TERM", "xterm-direct")]), Depth::True);
        for term in ["tmux-256color", "xterm-kitty", "alacritty", "foot", "xterm-ghostty"] {
            assert_eq!(depth(&[("TERM", term)]), Depth::Indexed, "{term}");
        }
        assert_eq!(depth(&[("TERM", "xterm")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "linux"), ("COLORTERM", "truecolor")]), Depth::Sixteen);
    }

    #[test]
    fn the_background_that_the_environment_states_holds_until_the_terminal_answers() {
        let of = |stated: &str| theme(&[("TERM", "xterm-256color"), ("COLORFGBG", stated)]);
        let scheme = |theme: Theme| match theme.palette {
            Palette::Own { scheme, .. } => Some(scheme),
            _ => None,
        };
        let expected = [
            ("0;15", Some(Scheme::Light)),
            ("0;default;15", Some(Scheme::Light)),
            ("15;0", Some(Scheme::Dark)),
            ("7;8", Some(Scheme::Dark)),
            ("15;default", None),
            ("0;300", None),
            ("", None),
        ];
        for (stated, expected) in expected {
            assert_eq!(scheme(of(stated).on_stated_background()), expected, "{stated}");
            assert!(of(stated).asks_for_background());
        }
        let sixteen = theme(&[("TERM", "xterm"), ("COLORFGBG", "0;15")]).on_stated_background();
        assert_eq!(sixteen.palette, Palette::Auto(Depth::Sixteen), "the terminal's colours are made for it");
    }

    #[test]
    fn the_background_decides_between_dark_and_light_and_is_painted_over_only_where_it_must() {
        let auto = theme(&[("TERM", "xterm-256color")]);
        assert!(auto.asks_for_background() && auto.ground().is_none());
        let of = |background| auto.on_background(background).palette;
        let depth = Depth::Indexed;
        assert_eq!(of(Rgb(0, 0, 0)), Palette::Own { scheme: Scheme::Dark, depth, is_painted: false });
        assert_eq!(of(Rgb(255, 255, 255)), Palette::Own { scheme: Scheme::Light, depth, is_painted: false });
        assert!(auto.on_background(Rgb(0x80, 0x80, 0x80)).ground().is_some());
        assert!(!theme(&[("TERM", "xterm")]).asks_for_background(), "sixteen colours are the terminal's");
        let chosen = auto.chosen(ThemeChoice::Scheme(Scheme::HighContrast));
        assert!(!chosen.asks_for_background() && chosen.ground().is_some());
    }

    #[test]
    fn freeze_and_pause_never_share_a_colour() {
        let own = [Scheme::Dark, Scheme::Light, Scheme::HighContrast, Scheme::ColourBlind]
            .into_iter()
            .flat_map(|scheme| {
                let depths = [Depth::Sixteen, Depth::Indexed, Depth::True].into_iter();
                depths.map(move |depth| Palette::Own { scheme, depth, is_painted: true })
            });
        for palette in own.chain([Palette::Terminal]) {
            let theme = Theme { palette, ..Theme::default() };
            for paused in [Tone::Paused, Tone::PausedBar] {
                assert_ne!(theme.style(paused).fg, theme.style(Tone::Frozen).fg, "{palette:?}");
            }
        }
    }
}
