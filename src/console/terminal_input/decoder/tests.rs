//! Keys are keys wherever the bytes are split, and nothing else ever is.

use crossterm::event::{MouseButton, MouseEventKind};
use proptest::prelude::*;

use super::*;
use crate::screen::Rgb;

/// The keys in `bytes` as short words; what a pause brings comes last.
fn keys(bytes: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::default();
    let mut events = decoder.take(bytes);
    events.extend(decoder.pause());
    words(&events)
}

fn words(events: &[Event]) -> Vec<String> {
    let word = |event: &Event| match event {
        Event::Key(KeyEvent { code: KeyCode::Char(character), modifiers, .. }) => {
            let control = if modifiers.contains(KeyModifiers::CONTROL) { "^" } else { "" };
            let alt = if modifiers.contains(KeyModifiers::ALT) { "Alt " } else { "" };
            format!("{alt}{control}{character}")
        }
        Event::Key(key) if key.modifiers.contains(KeyModifiers::ALT) => format!("Alt {:?}", key.code),
        Event::Key(key) => format!("{:?}", key.code),
        Event::Paste(text) => format!("paste {text}"),
        other => format!("{other:?}"),
    };
    events.iter().map(word).collect()
}

/// Sequences that terminals send and that are no keys.
const REPLIES: [&[u8]; 24] = [
    b"\x1b[>0;276;0c",
    b"\x1b[?1;2c",
    b"\x1b[?62;22c",
    b"\x1b[12;40R",
    b"\x1b[1;40R",
    b"\x1b[?1049;1$y",
    b"\x1b[8;24;80t",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[<35;10;10M",
    b"\x1b[<64;5;5m",
    b"\x1b[M   ",
    b"\x1b[M\x20\x21\xff",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b_Gi=1;OK\x1b\\",
    b"\x9d11;rgb:0000/0000/0000\x9c",
    b"\x9d11;rgb:0000/0000/0000\x07",
    b"\x9d10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x9b?62;22c",
    b"\x901$r0m\x9c",
    b"\x9fGi=1;OK\x9c",
    b"\x1b]2;caf\xc3\x9c\x1b\\",
];

#[test]
fn clicks_and_the_wheel_are_reports_with_a_place() {
    let event = |bytes: &[u8]| match Decoder::default().take(bytes).as_slice() {
        [Event::Mouse(mouse)] => Some((mouse.kind, mouse.column, mouse.row)),
        _ => None,
    };
    let left = MouseEventKind::Down(MouseButton::Left);
    assert_eq!(event(b"\x1b[<0;10;1M"), Some((left, 9, 0)));
    assert_eq!(event(b"\x1b[<16;200;50M"), Some((left, 199, 49)), "with Ctrl");
    assert_eq!(event(b"\x1b[<64;1;1M"), Some((MouseEventKind::ScrollUp, 0, 0)));
    assert_eq!(event(b"\x1b[<65;1;1M"), Some((MouseEventKind::ScrollDown, 0, 0)));
    for ignored in
        ["\x1b[<0;10;1m", "\x1b[<2;1;1M", "\x1b[<0;0;0M", "\x1b[<0;1M", "\x1b[<;;M", "\x1b[<0;99999999;1M"]
    {
        assert_eq!(event(ignored.as_bytes()), None, "{ignored:?}");
    }
}

#[test]
fn all_twelve_function_keys_are_known() {
    let sequences = ["OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~"];
    for (number, sequence) in (1..).zip(sequences) {
        assert_eq!(keys(format!("\x1b{sequence}").as_bytes()), [format!("F({number})")]);
    }
}

#[test]
fn what_a_terminal_answers_is_no_key() {
    for reply in REPLIES {
        assert_eq!(keys(reply), Vec::<String>::new(), "{}", reply.escape_ascii());
        let between = [b"a", reply, b"b"].concat();
        assert_eq!(keys(&between), ["a", "b"], "{}", reply.escape_ascii());
    }
}

#[test]
fn escape_alone_is_the_key_and_with_one_right_behind_it_that_one_with_alt() {
    assert_eq!(keys(b"\x1b"), ["Esc"]);
    assert_eq!(keys(b"\x1b\x1b"), ["Esc", "Esc"]);
    assert_eq!(keys(b"\x1b\x1b\x1b"), ["Esc", "Esc", "Esc"]);
    assert_eq!(keys(b"\x1bqy"), ["Alt q", "y"]);
    assert_eq!(keys("\u{1b}éy".as_bytes()), ["Alt é", "y"]);
    assert_eq!(keys(b"\x1b\x7fy"), ["Alt Backspace", "y"]);
    assert_eq!(keys(b"\x1b\ry"), ["Alt Enter", "y"]);
    assert_eq!(keys(b"\x1b\x03"), ["Alt ^c"]);
    assert_eq!(keys(b"\x1b\x1b[Ay"), ["Alt Up", "y"]);
    assert_eq!(keys(b"\x1b\x1bODy"), ["Alt Left", "y"]);
    assert_eq!(keys(b"\x1b[1;3Dy"), ["Alt Left", "y"]);
    assert_eq!(keys(b"\x1b[98;3uy"), ["Alt b", "y"]);
    assert_eq!(keys(b"\x1b[27;3;98~y"), ["Alt b", "y"]);
    for beginning in ["[", "O", "]", "P", "_", "^"] {
        let alt = format!("Alt {beginning}");
        assert_eq!(keys(format!("\u{1b}{beginning}").as_bytes()), [alt.as_str()], "nothing follows");
        assert_eq!(
            keys(format!("\u{1b}\u{1b}{beginning}").as_bytes()),
            ["Esc", alt.as_str()],
            "nothing follows"
        );
    }
}

#[test]
fn alt_is_of_one_key_alone_and_of_none_that_is_dropped() {
    assert_eq!(keys(b"\x1b\x80q"), ["q"]);
    assert_eq!(keys(b"\x1b\xc2\x9bq"), ["q"]);
    assert_eq!(keys(b"\x1b\x1b[99;99;99;99zq"), ["q"]);
    assert_eq!(keys(b"\x1b\x1b[200~text\x1b[201~q"), ["paste text", "q"]);
}

#[test]
fn escape_waits_for_a_moment_and_no_longer() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.timeout(), None);
    assert!(decoder.take(b"\x1b").is_empty());
    assert_eq!(decoder.timeout(), Some(ESCAPE_TIMEOUT));
    assert_eq!(words(&decoder.pause()), ["Esc"]);
    assert_eq!(decoder.timeout(), None);
    assert_eq!(words(&decoder.take(b"c")), ["c"]);
}

#[test]
fn a_string_without_its_end_is_over_after_a_pause() {
    let mut decoder = Decoder::default();
    assert!(decoder.take(b"\x1b]11;rgb:00").is_empty());
    assert_eq!(decoder.timeout(), Some(REPLY_TIMEOUT));
    assert!(decoder.take(b"00/00r").is_empty());
    assert!(decoder.pause().is_empty());
    assert_eq!(words(&decoder.take(b"r")), ["r"]);
    assert_eq!(keys(b"\x1b]11;rgb\x1b[B"), ["Down"], "another sequence breaks it off");
    assert_eq!(keys(b"\x1b[12\x03"), ["^c"], "a control character breaks a sequence off");
}

/// The reports in `bytes`; no report brings a key.
fn reports(bytes: &[u8]) -> Vec<Report> {
    let mut decoder = Decoder::default();
    let mut events = decoder.take(bytes);
    events.extend(decoder.pause());
    assert_eq!(words(&events), Vec::<String>::new(), "{}", bytes.escape_ascii());
    decoder.take_reports()
}

#[test]
fn the_background_is_read_in_every_form_that_terminals_give_it() {
    let of = |red, green, blue| vec![Report::Background(Rgb(red, green, blue))];
    assert_eq!(reports(b"\x1b]11;rgb:1e1e/2020/ffff\x1b\\"), of(0x1e, 0x20, 0xff));
    assert_eq!(reports(b"\x1b]11;rgb:1e/20/ff\x07"), of(0x1e, 0x20, 0xff));
    assert_eq!(reports(b"\x1b]11;rgb:f/0/8\x07"), of(0xff, 0, 0x88));
    assert_eq!(reports(b"\x1b]11;rgba:1e1e/2020/ffff/8000\x07"), of(0x1e, 0x20, 0xff));
    assert_eq!(reports(b"\x9d11;rgb:1e1e/2020/ffff\x9c"), of(0x1e, 0x20, 0xff));
    assert_eq!(reports(b"\x9d11;rgb:1e/20/ff\x1b\\"), of(0x1e, 0x20, 0xff));
    assert_eq!(reports(b"\x1b[?997;1n"), [Report::ColoursChanged]);
    assert_eq!(reports(b"\x9b?997;1n"), [Report::ColoursChanged]);
}

#[test]
fn a_reply_that_is_no_colour_is_neither_a_report_nor_a_key() {
    let long = [b"\x1b]11;rgb:".as_slice(), &[b'0'; 5000], b"/00/00\x07"].concat();
    let hostile: [&[u8]; 9] = [
        b"\x1b]10;rgb:00/00/00\x07",
        b"\x1bP11;rgb:00/00/00\x1b\\",
        b"\x1b]11;rgb:00/00\x07",
        b"\x1b]11;rgb:00/00/00/00/00\x07",
        b"\x1b]11;rgb:+1/00/00\x07",
        b"\x1b]11;rgb:12345/00/00\x07",
        b"\x1b]11;?\x07",
        b"\x1b]11;rgb:\xff/00/00\x07",
        &long,
    ];
    for reply in hostile {
        assert_eq!(reports(reply), [], "{}", reply.escape_ascii());
    }
    assert!(reports(&b"\x1b[?997;1n".repeat(5000)).len() <= MAX_REPORTS);
}

#[test]
fn a_late_reply_in_two_parts_is_one_reply_and_ctrl_c_ends_one_that_was_lost() {
    let mut decoder = Decoder::default();
    assert!(decoder.take(b"\x1b]11;rgb:0000/0000").is_empty());
    assert!(decoder.timeout().unwrap() > Duration::from_secs(1));
    assert!(decoder.take(b"/0000\x1b").is_empty());
    assert!(decoder.take(b"\\").is_empty());
    assert_eq!(decoder.take_reports(), [Report::Background(Rgb(0, 0, 0))]);
    assert!(decoder.take(b"\x1b]11;rgb:").is_empty());
    assert_eq!(words(&decoder.take(b"\x03")), ["^c"]);
    assert_eq!(words(&decoder.take(b"q")), ["q"]);
}

#[test]
fn the_keys_of_the_dashboard_come_in_every_form() {
    let forms: [(&[u8], &str); 32] = [
        (b"\x1b[A", "Up"),
        (b"\x1bOB", "Down"),
        (b"\x1b[1;5C", "Right"),
        (b"\x1b[D", "Left"),
        (b"\x1b[H", "Home"),
        (b"\x1b[1~", "Home"),
        (b"\x1b[7~", "Home"),
        (b"\x1bOF", "End"),
        (b"\x1b[4~", "End"),
        (b"\x1b[3~", "Delete"),
        (b"\x1b[5~", "PageUp"),
        (b"\x1b[6~", "PageDown"),
        (b"\x1bOP", "F(1)"),
        (b"\x1b[11~", "F(1)"),
        (b"\x1b[[A", "F(1)"),
        (b"\r", "Enter"),
        (b"\x7f", "Backspace"),
        (b"\x03", "^c"),
        (b"\x0c", "^l"),
        (b"\x1a", "^z"),
        (b"\x1b[99;5u", "^c"),
        (b"\x1b[27;5;99~", "^c"),
        (b"\x1b[27;5;67~", "^c"),
        (b"\x1b[99:67;5u", "^c"),
        (b"\x1b[99;5;3u", "^c"),
        (b"\x1b[27;5;122~", "^z"),
        (b"\x1b[27;5;91~", "Esc"),
        (b"\x1b[27;5;109~", "Enter"),
        (b"\x1b[27;2;65~", "A"),
        (b"\x1b[97;2u", "A"),
        (b"\x1b[27;2;9~", "BackTab"),
        ("日".as_bytes(), "日"),
    ];
    for (bytes, word) in forms {
        assert_eq!(keys(bytes), [word], "{}", bytes.escape_ascii());
    }
    assert_eq!(keys(b"\x1b[113;5:3u"), Vec::<String>::new(), "a key let go is none");
}

#[test]
fn a_paste_is_one_event_and_none_of_it_a_key() {
    assert_eq!(keys(b"a\x1b[200~q\ny\x03\x1b[A\x1b[201~b"), ["a", "paste q\ny\u{3}\u{1b}[A", "b"]);
    assert_eq!(keys(b"\x1b[200~never ended"), ["paste never ended"]);
    let long = [b"\x1b[200~".as_slice(), &vec![b'x'; MAX_PASTE_BYTES + 5000], PASTE_END, b"q"].concat();
    let mut decoder = Decoder::default();
    let events = decoder.take(&long);
    let [Event::Paste(text), Event::Key(_)] = events.as_slice() else { panic!("{} events", events.len()) };
    assert_eq!(text.len(), MAX_PASTE_BYTES);
}

#[test]
fn bytes_that_are_no_characters_are_dropped() {
    assert_eq!(keys(b"\xff\xfe\x80a"), ["a"]);
    assert_eq!(keys(b"\xc3q"), ["q"]);
    assert_eq!(keys(b"\xc2\x9b1m"), ["1", "m"], "a control character of the second set is none");
}

#[test]
fn a_control_of_one_byte_alone_is_no_key_and_its_sequences_are_those_of_escape() {
    for alone in [0x8f, 0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f] {
        assert_eq!(keys(&[alone]), Vec::<String>::new(), "{alone:x}");
        assert_eq!(keys(&[b'a', alone]), ["a"], "{alone:x}");
    }
    assert_eq!(keys(b"\x9bA\x8fB\x9b1;5Cq"), ["Up", "Down", "Right", "q"]);
    assert_eq!(keys(b"\x9d11;rgb\x1b["), ["Alt ["], "another sequence breaks it off");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic_and_keys_come_again_after_a_pause(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut decoder = Decoder::default();
        decoder.take(&bytes);
        decoder.pause();
        prop_assert_eq!(decoder.timeout(), None);
        prop_assert_eq!(words(&decoder.take(b"q")), ["q"]);
    }

    #[test]
    fn hostile_sequences_do_not_panic(
        parts in prop::collection::vec(prop_oneof![
            Just(b"\x1b[".to_vec()), Just(b"\x1b[M".to_vec()), Just(b"\x1b]".to_vec()), Just(b"\x1bP".to_vec()),
            Just(b"\x1b[200~".to_vec()), Just(b"\x1b[99999999999999999999;1".to_vec()),
            prop::collection::vec(0x20_u8..0x7f, 0..6),
        ], 0..30)
    ) {
        let mut decoder = Decoder::default();
        decoder.take(&parts.concat());
        decoder.pause();
        prop_assert_eq!(decoder.timeout(), None);
    }

    #[test]
    fn characters_of_any_language_are_typed_as_they_are(
        text in "[\u{80}-\u{9f}Üĝ”“❝ŝ😀a-z\u{a0}-\u{2fff}]{0,30}", at in any::<prop::sample::Index>()
    ) {
        let (first, second) = text.as_bytes().split_at(at.index(text.len() + 1));
        let mut decoder = Decoder::default();
        let mut events = decoder.take(first);
        events.extend(decoder.take(second));
        let typed = |event: &Event| match event {
            Event::Key(KeyEvent { code: KeyCode::Char(character), .. }) => Some(*character),
            _ => None,
        };
        let typed: Option<String> = events.iter().map(typed).collect();
        prop_assert_eq!(typed.unwrap(), text.replace(char::is_control, ""));
    }

    #[test]
    fn where_the_bytes_are_split_does_not_matter(
        picked in prop::collection::vec(0..REPLIES.len() + 4, 0..8), at in any::<prop::sample::Index>()
    ) {
        let keys: [&[u8]; 4] = [b"\x1b[A", b"q", "é".as_bytes(), b"\x1b[200~paste\x1b[201~"];
        let part = |index: &usize| REPLIES.get(*index).copied().unwrap_or_else(|| keys[*index - REPLIES.len()]);
        let bytes: Vec<u8> = picked.iter().map(part).collect::<Vec<_>>().concat();
        let (first, second) = bytes.split_at(at.index(bytes.len() + 1));
        let mut decoder = Decoder::default();
        let mut split = decoder.take(first);
        split.extend(decoder.take(second));
        prop_assert_eq!(split, Decoder::default().take(&bytes));
    }
}

#[test]
fn a_function_key_with_modifiers_before_its_end_is_one_key_and_broken_off_swallows_nothing() {
    assert_eq!(keys(b"\x1bO5Rq"), ["F(3)", "q"]);
    assert_eq!(keys(b"\x1bO2Pq"), ["F(1)", "q"]);
    assert_eq!(keys(b"\x1bO\x1b[A"), ["Up"]);
    assert_eq!(keys(b"\x1bO\x03"), ["^c"]);
    assert_eq!(keys(b"\x1b[[\x03"), ["^c"]);
}

#[test]
fn a_typed_interrupt_ends_a_paste_whose_end_was_lost_and_a_pasted_one_does_not() {
    let mut decoder = Decoder::default();
    assert_eq!(words(&decoder.take(b"\x1b[200~lost")), Vec::<String>::new());
    assert_eq!(words(&decoder.take(b"\x03")), ["^c"]);
    assert_eq!(words(&decoder.take(b"q")), ["q"]);
    assert_eq!(words(&decoder.take(b"\x1b[200~a\x03b\x1b[201~")), ["paste a\u{3}b"]);
}
