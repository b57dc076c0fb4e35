//! Colours of drwatch's own, as schemes: each with the background that it is made for, and as many colours as the terminal
//! has.

use ratatui::style::Color;

use super::tone::{SIXTEEN, Tone};

/// A colour as the terminal and the eye have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// What text needs on its background, by WCAG 2.2, success criterion 1.4.3.
pub(crate) const MIN_CONTRAST: f64 = 4.5;

impl Rgb {
    /// Relative luminance as WCAG 2.2 defines it, from 0 for black to 1 for white.
    pub(crate) fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The contrast ratio of two colours, from 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn distance(self, other: Self) -> u32 {
        let square = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
        square(self.0, other.0) + square(self.1, other.1) + square(self.2, other.2)
    }
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Its own sixteen.
    #[default]
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    True,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Dark,
    Light,
    HighContrast,
    /// Told apart with any colour vision: blue, yellow and vermilion, after Okabe and Ito (2008).
    ColourBlind,
}

/// The colours of a scheme.
pub(super) struct Colours {
    pub(super) background: Rgb,
    pub(super) text: Rgb,
    quiet: Rgb,
    good: Rgb,
    attention: Rgb,
    danger: Rgb,
    paused: Rgb,
    accent: Rgb,
    frozen: Rgb,
    special: Rgb,
}

const DARK: Colours = Colours {
    background: Rgb(0x12, 0x16, 0x1c),
    text: Rgb(0xd8, 0xde, 0xe9),
    quiet: Rgb(0x8b, 0x95, 0xa5),
    good: Rgb(0x7e, 0xcb, 0x8f),
    attention: Rgb(0xf2, 0xd0, 0x6b),
    danger: Rgb(0xff, 0x7b, 0x72),
    paused: Rgb(0xf0, 0xa0, 0x4b),
    accent: Rgb(0x79, 0xb8, 0xff),
    frozen: Rgb(0x56, 0xd4, 0xdd),
    special: Rgb(0xd2, 0xa8, 0xff),
};

const LIGHT: Colours = Colours {
    background: Rgb(0xfb, 0xfb, 0xf8),
    text: Rgb(0x1f, 0x23, 0x28),
    quiet: Rgb(0x55, 0x5f, 0x6a),
    good: Rgb(0x14, 0x66, 0x2f),
    attention: Rgb(0x7a, 0x55, 0x00),
    danger: Rgb(0xb3, 0x14, 0x1f),
    paused: Rgb(0x96, 0x3c, 0x00),
    accent: Rgb(0x0a, 0x54, 0xc4),
    frozen: Rgb(0x00, 0x5f, 0x6b),
    special: Rgb(0x7a, 0x2f, 0xb8),
};

const HIGH_CONTRAST: Colours = Colours {
    background: Rgb(0x00, 0x00, 0x00),
    text: Rgb(0xff, 0xff, 0xff),
    quiet: Rgb(0xd0, 0xd0, 0xd0),
    good: Rgb(0x5d, 0xff, 0x7a),
    attention: Rgb(0xff, 0xf0, 0x5a),
    danger: Rgb(0xff, 0x8c, 0x84),
    paused: Rgb(0xff, 0xb4, 0x30),
    accent: Rgb(0x8f, 0xc7, 0xff),
    frozen: Rgb(0x4d, 0xf3, 0xff),
    special: Rgb(0xff, 0x9d, 0xff),
};

const COLOUR_BLIND: Colours = Colours {
    background: Rgb(0x10, 0x14, 0x18),
    text: Rgb(0xe6, 0xe6, 0xe6),
    quiet: Rgb(0x9a, 0xa3, 0xad),
    good: Rgb(0x56, 0xb4, 0xe9),
    attention: Rgb(0xf5, 0xeb, 0x6e),
    danger: Rgb(0xee, 0x6a, 0x22),
    paused: Rgb(0xf0, 0xe4, 0x42),
    accent: Rgb(0x9f, 0xd3, 0xf5),
    frozen: Rgb(0xb0, 0x7a, 0xff),
    special: Rgb(0xe3, 0x9a, 0xc6),
};

/// Of the sixteen, those that stand out most from black. The nearest to the colours above would give good and secondary
/// text the same grey.
const HIGH_CONTRAST_OF_SIXTEEN: Colours = Colours {
    background: Rgb(0, 0, 0),
    text: Rgb(255, 255, 255),
    quiet: Rgb(205, 205, 205),
    good: Rgb(0, 255, 0),
    attention: Rgb(255, 255, 0),
    danger: Rgb(255, 0, 0),
    paused: Rgb(255, 255, 0),
    accent: Rgb(0, 255, 255),
    frozen: Rgb(0, 255, 255),
    special: Rgb(255, 0, 255),
};

/// The same, with good in the blue of the sixteen that can be read on black.
const COLOUR_BLIND_OF_SIXTEEN: Colours =
    Colours { good: Rgb(0, 255, 255), frozen: Rgb(255, 0, 255), ..HIGH_CONTRAST_OF_SIXTEEN };

impl Scheme {
    pub(super) const fn colours(self, depth: Depth) -> &'static Colours {
        match (self, depth) {
            (Self::Dark, _) => &DARK,
            (Self::Light, _) => &LIGHT,
            (Self::HighContrast, Depth::Sixteen) => &HIGH_CONTRAST_OF_SIXTEEN,
            (Self::HighContrast, _) => &HIGH_CONTRAST,
            (Self::ColourBlind, Depth::Sixteen) => &COLOUR_BLIND_OF_SIXTEEN,
            (Self::ColourBlind, _) => &COLOUR_BLIND,
        }
    }

    /// The scheme for a background, and whether all of its text can be read on it.
    pub(crate) fn on(background: Rgb) -> (Self, bool) {
        let worst = |scheme: Self| {
            let colours = scheme.colours(Depth::True);
            let all = Self::TEXTS.iter().filter_map(|tone| colours.of(*tone)).chain([colours.text]);
            all.map(|colour| colour.contrast(background)).fold(f64::INFINITY, f64::min)
        };
        let scheme = if worst(Self::Dark) >= worst(Self::Light) { Self::Dark } else { Self::Light };
        (scheme, worst(scheme) >= MIN_CONTRAST)
    }

    /// A tone of each colour.
    const TEXTS: [Tone; 8] = [
        Tone::Quiet,
        Tone::Good,
        Tone::Attention,
        Tone::Danger,
        Tone::Paused,
        Tone::Progress,
        Tone::Frozen,
        Tone::Simulated,
    ];
}

impl Colours {
    /// The colour of a tone; `None`: that of the text.
    pub(super) const fn of(&self, tone: Tone) -> Option<Rgb> {
        match tone {
            Tone::Text | Tone::Strong | Tone::Field | Tone::Chosen => None,
            Tone::Quiet => Some(self.quiet),
            Tone::Good => Some(self.good),
            Tone::Attention => Some(self.attention),
            Tone::Danger | Tone::DangerBar => Some(self.danger),
            Tone::Paused | Tone::PausedBar => Some(self.paused),
            Tone::Progress | Tone::Key => Some(self.accent),
            Tone::Frozen => Some(self.frozen),
            Tone::Simulated | Tone::Hit => Some(self.special),
        }
    }
}

impl Depth {
    /// The colour as a terminal of that depth can show it.
    pub(super) fn colour(self, rgb: Rgb) -> Color {
        match self {
            Self::True => Color::Rgb(rgb.0, rgb.1, rgb.2),
            // Not the sixteen, which terminals change.
            Self::Indexed => Color::Indexed(nearest([cube(rgb), grey(rgb)], rgb)),
            // By name: a terminal of sixteen need not know the numbers of 256.
            Self::Sixteen => {
                let nearest =
                    SIXTEEN.into_iter().zip(0..).min_by_key(|(_, index)| indexed(*index).distance(rgb));
                nearest.map_or(Color::Gray, |(colour, _)| colour)
            }
        }
    }
}

/// The levels of each part of a colour in xterm's cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The number of the nearest of the levels, without a search: each style of a frame asks for three.
const fn level(part: u8) -> u8 {
    match part {
        0..48 => 0,
        48..116 => 1,
        // From here on they are 40 apart.
        116.. => 1 + (part - 76) / 40,
    }
}

/// The nearest colour of the cube.
fn cube(rgb: Rgb) -> u8 {
    16 + 36 * level(rgb.0) + 6 * level(rgb.1) + level(rgb.2)
}

/// The nearest of the 24 greys.
fn grey(rgb: Rgb) -> u8 {
    let sum = u16::from(rgb.0) + u16::from(rgb.1) + u16::from(rgb.2);
    // Grey number n is 8 + 10 n: with 3 taken off in place of 8 the division rounds to the nearest.
    232 + u8::try_from((sum / 3).saturating_sub(3) / 10).unwrap_or(0).min(23)
}

fn nearest(among: impl IntoIterator<Item = u8>, rgb: Rgb) -> u8 {
    among.into_iter().min_by_key(|index| indexed(*index).distance(rgb)).unwrap_or(7)
}

/// The colours of xterm's table: its sixteen, a cube of 6 × 6 × 6, and greys. Terminals change the sixteen alone.
fn indexed(index: u8) -> Rgb {
    let level = |index: u8| LEVELS.get(usize::from(index % 6)).copied().unwrap_or(0);
    match index {
        0..8 => {
            let part = |bit: u8| if index & bit > 0 { 205 } else { 0 };
            Rgb(part(1), part(2), part(4))
        }
        8 => Rgb(127, 127, 127),
        9..16 => {
            let part = |bit: u8| if index & bit > 0 { 255 } else { 0 };
            Rgb(part(1), part(2), part(4))
        }
        16..232 => Rgb(level((index - 16) / 36), level((index - 16) / 6), level(index - 16)),
        232.. => {
            let grey = 8 + 10 * (index - 232);
            Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Scheme; 4] = [Scheme::Dark, Scheme::Light, Scheme::HighContrast, Scheme::ColourBlind];

    fn texts(scheme: Scheme) -> impl Iterator<Item = Rgb> {
        let colours = scheme.colours(Depth::True);
        Scheme::TEXTS.into_iter().filter_map(|tone| colours.of(tone)).chain([colours.text])
    }

    #[test]
    fn the_level_of_a_part_is_the_nearest_one() {
        for part in 0..=255_u8 {
            let nearest = (0..6).zip(LEVELS).min_by_key(|(_, level)| level.abs_diff(part)).unwrap().0;
            assert_eq!(level(part), nearest, "{part}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 0.01);
        // The grey that is quoted as just enough on white.
        assert!((Rgb(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_text_can_be_read_on_the_background_of_its_scheme() {
        for scheme in ALL {
            let background = scheme.colours(Depth::True).background;
            let least = if scheme == Scheme::HighContrast { 7.0 } else { MIN_CONTRAST };
            for colour in texts(scheme) {
                let ratio = colour.contrast(background);
                assert!(ratio >= least, "{scheme:?} {colour:?}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn so_it_can_with_256_colours() {
        let shown = |rgb: Rgb| match Depth::Indexed.colour(rgb) {
            Color::Indexed(index) => indexed(index),
            other => panic!("{other:?}"),
        };
        for scheme in ALL {
            let background = shown(scheme.colours(Depth::Indexed).background);
            for colour in texts(scheme).map(shown) {
                let ratio = colour.contrast(background);
                assert!(ratio >= MIN_CONTRAST, "{scheme:?} {colour:?}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn so_it_can_with_sixteen_and_good_danger_and_secondary_text_are_told_apart() {
        for scheme in [Scheme::HighContrast, Scheme::ColourBlind] {
            let colours = scheme.colours(Depth::Sixteen);
            for tone in Scheme::TEXTS {
                let rgb = colours.of(tone).unwrap();
                assert!(rgb.contrast(colours.background) >= MIN_CONTRAST, "{scheme:?} {tone:?}");
                let shown = Depth::Sixteen.colour(rgb);
                let index = SIXTEEN.iter().position(|colour| *colour == shown).unwrap();
                assert_eq!(
                    indexed(u8::try_from(index).unwrap()),
                    rgb,
                    "{scheme:?} {tone:?}: as it is chosen"
                );
            }
            let shown = [Tone::Quiet, Tone::Good, Tone::Attention, Tone::Danger, Tone::Simulated];
            let shown = shown.map(|tone| colours.of(tone).map(|rgb| Depth::Sixteen.colour(rgb)));
            for (place, one) in shown.iter().enumerate() {
                assert!(shown.iter().skip(place + 1).all(|other| one != other), "{scheme:?} {shown:?}");
            }
        }
    }

    #[test]
    fn no_other_of_the_240_fixed_colours_is_nearer() {
        for [red, green, blue] in (0..32_768_u32).map(|n| [n >> 10, n >> 5 & 31, n & 31]) {
            let part = |five: u32| u8::try_from(five * 255 / 31).unwrap();
            let rgb = Rgb(part(red), part(green), part(blue));
            let Color::Indexed(index) = Depth::Indexed.colour(rgb) else { panic!("{rgb:?}") };
            let least = (16..=255).map(|index| indexed(index).distance(rgb)).min();
            assert_eq!(Some(indexed(index).distance(rgb)), least, "{rgb:?} {index}");
        }
    }

    #[test]
    fn a_background_gets_the_scheme_that_can_be_read_on_it() {
        assert_eq!(Scheme::on(Rgb(0, 0, 0)), (Scheme::Dark, true));
        assert_eq!(Scheme::on(Rgb(0x1e, 0x1e, 0x2e)), (Scheme::Dark, true));
        assert_eq!(Scheme::on(Rgb(255, 255, 255)), (Scheme::Light, true));
        assert!(!Scheme::on(Rgb(0x80, 0x80, 0x80)).1, "nothing can be read on grey");
    }

    /// The colour as seen without green cones, or without red ones (Viénot, Brettel and Mollon 1999), in linear light.
    fn without_cones(rgb: Rgb, green: bool) -> [f64; 3] {
        let linear = |part: u8| (f64::from(part) / 255.0).powf(2.2);
        let (r, g, b) = (linear(rgb.0), linear(rgb.1), linear(rgb.2));
        if green {
            [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b]
        } else {
            [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b]
        }
    }

    #[test]
    fn the_colour_blind_scheme_tells_good_attention_danger_and_frozen_apart_without_red_or_green() {
        let of = |depth| Scheme::ColourBlind.colours(depth);
        let apart = |of: &Colours| [of.good, of.attention, of.danger, of.frozen];
        for (green, apart) in [true, false]
            .into_iter()
            .flat_map(|green| [Depth::Sixteen, Depth::True].map(|depth| (green, apart(of(depth)))))
        {
            for (index, one) in apart.iter().enumerate() {
                for other in apart.iter().skip(index + 1) {
                    let (one_seen, other_seen) = (without_cones(*one, green), without_cones(*other, green));
                    let pairs = one_seen.iter().zip(other_seen);
                    let distance = pairs.map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt();
                    assert!(distance > 0.2, "{one:?} {other:?}: {distance:.2}");
                }
            }
        }
    }
}
