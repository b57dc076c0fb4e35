//! What a terminal sends that nobody typed opens nothing and ends nothing; what somebody types is answered, whatever
//! else there is to do.

use crate::support::terminal::Terminal;

const HELP: &str = "Appliances (each asks";

/// Answers, reports of a mouse and of the focus, some with bytes on which a decoder may stumble. Among them are
/// the letters of keys that open a dialog or quit.
const UNTYPED: [&[u8]; 12] = [
    b"\x1b[M   ",
    b"\x1b[M\x20\x21\xff",
    b"\x1b[>0;276;0c",
    b"\x1b[?1;2c",
    b"\x1b[12;40R",
    b"\x1b[8;24;80t",
    b"\x1b[<0;10;10M\x1b[<0;10;10m",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1bP>|tmux 3.3a\x1b\\",
    b"\x1b[I\x1b[O",
    b"\xff\xfe\x80\xc3",
];

#[test]
fn what_nobody_typed_is_no_key_and_ends_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().to_str().unwrap();
    let mut demo =
        Terminal::start(env!("CARGO_BIN_EXE_drwatch"), &["demo", "--runs-dir", folder], &[], 40, 120);
    demo.wait_for("● recording");
    for untyped in UNTYPED {
        demo.type_bytes(untyped);
        // Within a dialog this key would not open the help.
        demo.type_keys("?");
        demo.wait_for(HELP);
        demo.type_keys("\x1b[27u");
        demo.wait_until("the help is closed", |screen| !screen.contains(HELP));
    }
    demo.type_keys("n");
    demo.wait_for("A note for the record");
    demo.type_keys("half of it\x1b[>0;276;0c and the rest\r");
    demo.wait_for("your note is on record");
    demo.type_keys("qy");
    let (code, _) = demo.wait_for_exit();
    assert_eq!(code, 3);
    let run = std::fs::read_dir(runs.path()).unwrap().next().unwrap().unwrap().path();
    let journal = std::fs::read_to_string(run.join("journal.ndjson")).expect("a record");
    assert!(journal.contains("\"half of it and the rest\""));
}

/// The bytes of Alt and the left arrow as terminals send them for going a word to the left.
const WORD_LEFT: [&[u8]; 5] = [b"\x1bb", b"\x1b[1;3D", b"\x1b[1;5D", b"\x1b\x1b[D", b"\x1b[27;3;98~"];

#[test]
fn alt_in_a_note_moves_by_a_word_and_does_nothing_else() {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().to_str().unwrap();
    let mut demo =
        Terminal::start(env!("CARGO_BIN_EXE_drwatch"), &["demo", "--runs-dir", folder], &[], 40, 120);
    demo.wait_for("● recording");
    for (number, word_left) in WORD_LEFT.iter().enumerate() {
        demo.type_keys("n");
        demo.wait_for("A note for the record");
        demo.type_bytes(&[b"window moved", *word_left].concat());
        demo.type_keys(&format!("was{number} \r"));
        demo.wait_for("your note is on record");
        // On the main screen it is nothing at all.
        demo.type_bytes(word_left);
    }
    // Ctrl-C as a terminal sends it that tells keys by their characters, twice: at once.
    demo.type_bytes(b"\x1b[27;5;99~");
    demo.wait_for("Quit drwatch?");
    demo.type_keys("\x1b[27;5;99~");
    let (code, _) = demo.wait_for_exit();
    assert_eq!(code, 3);
    let run = std::fs::read_dir(runs.path()).unwrap().next().unwrap().unwrap().path();
    let journal = std::fs::read_to_string(run.join("journal.ndjson")).expect("a record");
    for number in 0..WORD_LEFT.len() {
        assert!(journal.contains(&format!("\"window was{number} moved\"")), "{number}");
    }
    let listings = journal.matches("\"kind\":\"listing_started\"").count();
    assert!(listings <= 1, "a listing was asked for");
}

#[test]
fn keys_are_answered_while_log_pours_in() {
    const BLANK_LINES: usize = 30 << 20;
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("messages");
    std::fs::write(&log, vec![b'\n'; BLANK_LINES]).unwrap();
    let runs = home.path().join("runs");
    let words = ["watch", "--log", log.to_str().unwrap(), "--runs-dir", runs.to_str().unwrap()];
    let mut watch = Terminal::start(env!("CARGO_BIN_EXE_drwatch"), &words, &[], 24, 80);
    watch.wait_for("● recording");
    let run = std::fs::read_dir(&runs).unwrap().next().unwrap().unwrap().path();
    let taken_in = || std::fs::metadata(run.join("dr.log")).unwrap().len();
    for _ in 0..2 {
        watch.type_keys("?");
        watch.wait_for(HELP);
        assert!(taken_in() < BLANK_LINES as u64, "answered only once the log was at its end");
        watch.type_keys("\x1b[27u");
        watch.wait_until("the help is closed", |screen| !screen.contains(HELP));
    }
    watch.kill();
}
