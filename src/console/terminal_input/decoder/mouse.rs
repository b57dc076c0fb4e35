//! Decodes the report of a mouse: `ESC [ < button ; column ; row M`, the form that is asked for (SGR, mode 1006 of xterm).

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The press of the left button or a step of the wheel; `None` for anything else that a mouse can do.
pub(super) fn report(parameters: &[u8], last: u8) -> Option<Event> {
    let mut numbers = std::str::from_utf8(parameters).ok()?.strip_prefix('<')?.split(';');
    let mut number = || numbers.next()?.parse::<u16>().ok();
    let (button, column, row) = (number()?, number()?, number()?);
    // The modifiers are bits 4, 8 and 16; the terminal itself selects text with Shift.
    let kind = match (button & !0b1_1100, last) {
        (0, b'M') => MouseEventKind::Down(MouseButton::Left),
        (64, b'M') => MouseEventKind::ScrollUp,
        (65, b'M') => MouseEventKind::ScrollDown,
        _ => return None,
    };
    // Counted from 1.
    let (column, row) = (column.checked_sub(1)?, row.checked_sub(1)?);
    Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}
