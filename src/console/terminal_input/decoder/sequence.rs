//! Decodes one escape sequence (its parameters and last byte) into a key.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The key that `ESC O` and `last` are.
pub(super) fn alternate(last: u8) -> Option<KeyEvent> {
    let code = cursor(last).or_else(|| function(last)).or((last == b'M').then_some(KeyCode::Enter))?;
    Some(KeyEvent::new(code, KeyModifiers::NONE))
}

/// The key that `ESC [`, `parameters` and `last` are; `None` where that is a report or nothing known.
pub(super) fn control(parameters: &[u8], last: u8) -> Option<KeyEvent> {
    let mut groups = std::str::from_utf8(parameters).ok()?.split(';');
    // Parameters with a character such as `?` are replies of the terminal, not keys. After a colon come alternate
    // characters of the same key; they are ignored.
    let first = number(groups.next()?.split(':').next()?, 1)?;
    let mut second = groups.next().unwrap_or_default().split(':');
    let modifiers = modifiers(number(second.next()?, 1)?);
    let kind = number(second.next().unwrap_or_default(), 1)?;
    let third = groups.next();
    // 3 is the release of a key in the kitty keyboard protocol; its press was reported before.
    if groups.next().is_some() || kind == 3 {
        return None;
    }
    let code = match (last, third) {
        // A key sent as its character, as by xterm's `modifyOtherKeys`.
        (b'~', Some(character)) if first == 27 => unicode(number(character, 0)?)?,
        // In this form the text that the key types may follow; the key itself is enough.
        (b'u', _) => unicode(first)?,
        // A cursor's place is reported by the same letter as the third function key.
        (_, Some(_)) | (b'R', _) => return None,
        (b'Z', _) => KeyCode::BackTab,
        (b'~', _) => numbered(first)?,
        _ if first == 1 => cursor(last).or_else(|| function(last))?,
        _ => cursor(last)?,
    };
    let (code, modifiers) = as_typed(code, modifiers);
    let kind = if kind == 2 { KeyEventKind::Repeat } else { KeyEventKind::Press };
    Some(KeyEvent::new_with_kind(code, modifiers, kind))
}

/// The key as terminals send it by default, and not as a character with modifiers.
fn as_typed(code: KeyCode, modifiers: KeyModifiers) -> (KeyCode, KeyModifiers) {
    let is_control = modifiers.contains(KeyModifiers::CONTROL);
    let without_control = modifiers - KeyModifiers::CONTROL;
    match code {
        // In ASCII these keys and Ctrl with these letters are the same bytes.
        KeyCode::Char('[') if is_control => (KeyCode::Esc, without_control),
        KeyCode::Char('m' | 'j') if is_control => (KeyCode::Enter, without_control),
        KeyCode::Char('i') if is_control => (KeyCode::Tab, without_control),
        KeyCode::Char('h') if is_control => (KeyCode::Backspace, without_control),
        KeyCode::Char(letter) if is_control => (KeyCode::Char(letter.to_ascii_lowercase()), modifiers),
        KeyCode::Char(letter) if modifiers.contains(KeyModifiers::SHIFT) => {
            (KeyCode::Char(letter.to_ascii_uppercase()), modifiers)
        }
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => (KeyCode::BackTab, modifiers),
        other => (other, modifiers),
    }
}

/// A parameter; `default` where it is left out.
fn number(text: &str, default: u32) -> Option<u32> {
    if text.is_empty() {
        return Some(default);
    }
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn modifiers(parameter: u32) -> KeyModifiers {
    // Shift 1, Alt 2, Control 4, Super 8, and one added to their sum: not the bits that crossterm uses.
    let bits = parameter.saturating_sub(1);
    let named =
        [KeyModifiers::SHIFT, KeyModifiers::ALT, KeyModifiers::CONTROL, KeyModifiers::SUPER].into_iter();
    named.enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, modifier)| modifier).collect()
}

const fn cursor(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        _ => return None,
    })
}

const fn function(last: u8) -> Option<KeyCode> {
    match last {
        b'P'..=b'S' => Some(KeyCode::F(last - b'P' + 1)),
        _ => None,
    }
}

fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        // rxvt sends 7 and 8 where others send 1 and 4.
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        // F6 is 17 on a VT220: the numbers have gaps.
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        // The numbers leave out one behind the fifth and one behind the tenth function key.
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

/// A key sent as its character.
fn unicode(code: u32) -> Option<KeyCode> {
    Some(match code {
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        9 => KeyCode::Tab,
        8 | 127 => KeyCode::Backspace,
        _ => KeyCode::Char(char::from_u32(code).filter(|character| !character.is_control())?),
    })
}
