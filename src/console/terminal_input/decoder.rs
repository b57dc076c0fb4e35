//! Bytes of a terminal into keys and pastes. Pure: the caller reports the time as pauses.
//!
//! Whatever else begins like a sequence is dropped up to its end, or up to a pause: the answers that terminals
//! give, reports of a mouse in its old form, and what nobody knows. None of it is ever taken for keys. Reports of the terminal's colours
//! are kept apart from the events.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

pub(crate) use self::report::Report;
use self::sequence::{alternate, control};

mod mouse;
mod report;
mod sequence;

/// Escape alone is the key; with more behind it within this time it begins a sequence, or is the other key with Alt.
// Terminals send a sequence in one write, so that its bytes are a moment apart at most.
const ESCAPE_TIMEOUT: Duration = Duration::from_millis(40);
/// A sequence under way is given up after so long a silence.
const SEQUENCE_TIMEOUT: Duration = Duration::from_millis(250);
/// So is a paste, which may come over a slow line.
const PASTE_TIMEOUT: Duration = Duration::from_secs(3);

/// So is a reply to a question, which is asked of every terminal and may come over a slow line.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest string that can mean anything here.
const MAX_STRING_BYTES: usize = 64;
/// Most reports that wait to be taken; of a flood the first are enough.
const MAX_REPORTS: usize = 8;
/// Longest control sequence that can mean anything here.
const MAX_SEQUENCE_BYTES: usize = 32;
/// Most of a paste that is kept; no field takes as much.
const MAX_PASTE_BYTES: usize = 1 << 20;
/// Ctrl-C, as it comes when it is typed.
const INTERRUPT: &[u8] = b"\x03";
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// Where in the bytes of a terminal a [`Decoder`] stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Within a character of several bytes.
    Character(Vec<u8>),
    /// Behind Escape.
    Escape,
    /// Behind Escape twice: a sequence that follows is a key with Alt.
    EscapeTwice,
    /// Behind `ESC O`.
    Alternate,
    /// Behind `ESC [`, with what has come of the sequence since.
    Control(Vec<u8>),
    /// Behind `ESC [ [`, as the Linux console begins its first function keys.
    Console,
    /// Within a mouse report of the oldest kind, so many bytes before its end.
    Mouse(u8),
    /// Within a string that ends with `ESC \`, or a bell.
    Text {
        introducer: u8,
        /// Its beginning, one byte more than can mean anything.
        content: Vec<u8>,
        escape: bool,
    },
    Paste(Vec<u8>),
}

/// Takes the bytes of a terminal in order and gives the events in them.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
    events: Vec<Event>,
    reports: Vec<Report>,
    /// The key under way is one with Alt.
    alt: bool,
    /// The sequence under way began with one byte, as a terminal without UTF-8 sends it: no key begins so.
    eight_bit: bool,
}

impl Decoder {
    /// The events that `bytes` bring.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        // Only where it comes alone, as the content of a paste may hold this byte too.
        if bytes == INTERRUPT && matches!(self.state, State::Paste(_) | State::Text { .. }) {
            // The end of a paste or of a reply was lost: without this, Ctrl-C would be taken for a part of it.
            self.state = State::Ground;
        }
        for byte in bytes {
            self.byte(*byte);
        }
        std::mem::take(&mut self.events)
    }

    /// The reports that came with the bytes taken so far.
    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    fn report(&mut self, report: Option<Report>) {
        self.reports.extend(report.filter(|_| self.reports.len() < MAX_REPORTS));
    }

    /// After how long a silence [`Decoder::pause`] is to be called; `None`: nothing is under way.
    pub(super) const fn timeout(&self) -> Option<Duration> {
        match &self.state {
            State::Ground => None,
            State::Escape | State::EscapeTwice | State::Alternate => Some(ESCAPE_TIMEOUT),
            State::Text { content, escape: false, .. } if content.is_empty() => Some(ESCAPE_TIMEOUT),
            State::Control(so_far) if so_far.is_empty() => Some(ESCAPE_TIMEOUT),
            // Long enough that the second half of a late reply is not taken for keys.
            State::Text { introducer: b']', .. } => Some(REPLY_TIMEOUT),
            State::Character(_)
            | State::Control(_)
            | State::Console
            | State::Mouse(_)
            | State::Text { .. } => Some(SEQUENCE_TIMEOUT),
            State::Paste(_) => Some(PASTE_TIMEOUT),
        }
    }

    /// The events that a silence brings: what was under way has ended.
    pub(super) fn pause(&mut self) -> Vec<Event> {
        match std::mem::take(&mut self.state) {
            State::Escape => self.key(KeyCode::Esc),
            State::EscapeTwice => {
                self.key(KeyCode::Esc);
                self.key(KeyCode::Esc);
            }
            State::Alternate | State::Control(_) | State::Text { .. } if self.eight_bit => {}
            // Nothing came behind them, so they were keys.
            State::Alternate => self.with_alt(b'O'),
            State::Control(so_far) if so_far.is_empty() => self.with_alt(b'['),
            State::Text { introducer, content, escape: false } if content.is_empty() => {
                self.with_alt(introducer);
            }
            // Its end was lost, but what was pasted is there.
            State::Paste(text) => self.paste(&text),
            State::Ground
            | State::Character(_)
            | State::Control(_)
            | State::Console
            | State::Mouse(_)
            | State::Text { .. } => {}
        }
        (self.alt, self.eight_bit) = (false, false);
        std::mem::take(&mut self.events)
    }

    fn byte(&mut self, byte: u8) {
        match std::mem::take(&mut self.state) {
            State::Ground => self.ground(byte),
            State::Character(so_far) => self.character(so_far, byte),
            State::Escape => self.escape(byte),
            State::EscapeTwice => self.escape_twice(byte),
            State::Alternate => self.alternate(byte),
            State::Control(so_far) => self.control(so_far, byte),
            State::Console => {
                if byte == b'A' {
                    self.key(KeyCode::F(1));
                } else if byte.is_ascii_control() {
                    self.ground(byte);
                }
            }
            State::Mouse(left) if left > 1 => self.state = State::Mouse(left - 1),
            State::Mouse(_) => {}
            State::Text { introducer, content, escape } => self.text(introducer, content, escape, byte),
            State::Paste(mut text) => {
                text.push(byte);
                self.within_paste(text);
            }
        }
        // What was under way has ended, as a key or as nothing.
        self.alt &= self.state != State::Ground;
        self.eight_bit &= self.state != State::Ground;
    }

    fn ground(&mut self, byte: u8) {
        match byte {
            0x1b => self.state = State::Escape,
            b'\r' => self.key(KeyCode::Enter),
            b'\t' => self.key(KeyCode::Tab),
            // Terminals differ in which of the two they send for Backspace.
            0x7f | 0x08 => self.key(KeyCode::Backspace),
            0x00 => self.key_with(KeyCode::Char(' '), KeyModifiers::CONTROL),
            0x01..=0x1a => self.key_with(KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL),
            // Named after the digits, as crossterm does: Ctrl-4 to Ctrl-7 send these bytes on a VT220.
            0x1c..=0x1f => {
                self.key_with(KeyCode::Char(char::from(byte - 0x1c + b'4')), KeyModifiers::CONTROL);
            }
            0x20..=0x7e => self.typed(char::from(byte)),
            // The same as ESC and the byte 0x40 below (ECMA-35, 8-bit C1 controls). No character of UTF-8 begins so.
            0x8f | 0x90 | 0x98 | 0x9b | 0x9d..=0x9f => {
                self.escape(byte - 0x40);
                self.eight_bit = true;
            }
            0x80.. => self.character(Vec::new(), byte),
        }
    }

    /// One byte more of a character; what can become none is dropped.
    fn character(&mut self, mut so_far: Vec<u8>, byte: u8) {
        so_far.push(byte);
        match std::str::from_utf8(&so_far) {
            Ok(text) => text.chars().for_each(|character| self.typed(character)),
            // The bytes so far may still become a character, `Utf8Error::error_len`.
            Err(error) if error.error_len().is_none() => self.state = State::Character(so_far),
            // The byte that does not belong to it begins something of its own.
            Err(_) if so_far.len() > 1 => self.ground(byte),
            Err(_) => {}
        }
    }

    fn escape(&mut self, byte: u8) {
        self.eight_bit = false;
        match byte {
            b'[' => self.state = State::Control(Vec::new()),
            b'O' => self.state = State::Alternate,
            // OSC, DCS, SOS, PM and APC of ECMA-48: a string follows up to its own end.
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.state = State::Text { introducer: byte, content: Vec::new(), escape: false };
            }
            0x1b => self.state = State::EscapeTwice,
            _ => self.with_alt(byte),
        }
    }

    fn escape_twice(&mut self, byte: u8) {
        match byte {
            b'[' | b'O' => {
                self.alt = true;
                self.escape(byte);
            }
            0x1b => {
                self.key(KeyCode::Esc);
                self.state = State::EscapeTwice;
            }
            _ => {
                self.key(KeyCode::Esc);
                self.escape(byte);
            }
        }
    }

    /// A key right behind Escape: terminals send it so for one that is pressed with Alt.
    fn with_alt(&mut self, byte: u8) {
        if self.alt {
            // Twice, with nothing behind that makes a sequence of it.
            self.alt = false;
            self.key(KeyCode::Esc);
        }
        self.alt = true;
        self.ground(byte);
    }

    fn alternate(&mut self, byte: u8) {
        match byte {
            // Some terminals put the modifiers before the end.
            0x30..=0x3f => self.state = State::Alternate,
            0x40..=0x7e => self.sequence(alternate(byte)),
            _ => self.ground(byte),
        }
    }

    fn control(&mut self, mut so_far: Vec<u8>, byte: u8) {
        match byte {
            b'[' if so_far.is_empty() => self.state = State::Console,
            // The oldest mouse reports end in three bytes of any value, which would read as keys.
            b'M' if so_far.is_empty() => self.state = State::Mouse(3),
            b'~' if so_far == b"200" => self.state = State::Paste(Vec::new()),
            // A longer sequence is read to its end all the same: its rest must not be taken for keys.
            b'M' | b'm' if so_far.starts_with(b"<") => self.events.extend(mouse::report(&so_far, byte)),
            0x40..=0x7e if so_far.len() <= MAX_SEQUENCE_BYTES => {
                self.report(report::control(&so_far, byte));
                self.sequence(control(&so_far, byte));
            }
            0x40..=0x7e => {}
            0x20..=0x3f => {
                if so_far.len() <= MAX_SEQUENCE_BYTES {
                    so_far.push(byte);
                }
                self.state = State::Control(so_far);
            }
            // No sequence holds such a byte: it is broken off.
            _ => self.ground(byte),
        }
    }

    fn text(&mut self, introducer: u8, mut content: Vec<u8>, escape: bool, byte: u8) {
        match byte {
            b'\\' if escape => self.report(report::string(introducer, &content)),
            // Another sequence begins: this one was broken off.
            _ if escape => self.escape(byte),
            0x07 => self.report(report::string(introducer, &content)),
            // Within a string that began with ESC it may be a part of a character.
            0x9c if self.eight_bit => self.report(report::string(introducer, &content)),
            0x1b => self.state = State::Text { introducer, content, escape: true },
            _ => {
                // A longer string is read to its end, and then means nothing.
                if content.len() <= MAX_STRING_BYTES {
                    content.push(byte);
                }
                self.state = State::Text { introducer, content, escape: false };
            }
        }
    }

    fn within_paste(&mut self, mut text: Vec<u8>) {
        if text.ends_with(PASTE_END) {
            text.truncate(text.len() - PASTE_END.len());
            self.paste(&text);
            return;
        }
        if text.len() >= MAX_PASTE_BYTES + PASTE_END.len() {
            // Only what may be the beginning of its end is still of interest.
            text.remove(MAX_PASTE_BYTES);
        }
        self.state = State::Paste(text);
    }

    fn paste(&mut self, text: &[u8]) {
        self.events.push(Event::Paste(String::from_utf8_lossy(text).into_owned()));
    }

    fn typed(&mut self, character: char) {
        // The controls U+0080 to U+009F are characters of two bytes in UTF-8 and come this way.
        if character.is_control() {
            return;
        }
        let shift = if character.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        self.key_with(KeyCode::Char(character), shift);
    }

    fn key(&mut self, code: KeyCode) {
        self.key_with(code, KeyModifiers::NONE);
    }

    fn key_with(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.sequence(Some(KeyEvent::new(code, modifiers)));
    }

    fn sequence(&mut self, key: Option<KeyEvent>) {
        if let Some(mut key) = key {
            if std::mem::take(&mut self.alt) {
                key.modifiers |= KeyModifiers::ALT;
            }
            self.events.push(Event::Key(key));
        }
    }
}

#[cfg(test)]
mod tests;
