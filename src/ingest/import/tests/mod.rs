//! Whole readings: what is found by the fast path is what the parser of a watch finds.

mod overlaps;
mod packed;
mod rotated;
mod set_backs;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use proptest::prelude::*;

use super::*;
use crate::{
    dialect::Dialect,
    ingest::log_parser::LogParser,
    journal,
    run::{Arrival, Event, LogOffset, LogTally, Marker, Timestamp},
};

fn at(text: &str) -> Timestamp {
    Timestamp::new(text.parse().unwrap())
}

fn now() -> Timestamp {
    at("2026-11-29T12:00:00Z")
}

/// Keeps all that is found.
#[derive(Default)]
struct Kept {
    began: Option<Timestamp>,
    ended: Option<Timestamp>,
    events: Vec<(Timestamp, Event)>,
    bytes: Vec<u8>,
    cited: usize,
    tally: LogTally,
    pieces: usize,
}

impl Keeper for Kept {
    fn begin(&mut self, at: Timestamp) -> Result<(), ImportError> {
        self.began = Some(at);
        Ok(())
    }

    fn event(&mut self, at: Timestamp, event: &Event) -> Result<(), ImportError> {
        self.events.push((at, event.clone()));
        Ok(())
    }

    fn bytes(&mut self, _: Timestamp, bytes: &[u8]) -> Result<(), ImportError> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn lines(&mut self, at: Timestamp, bytes: &[u8], piece: &Piece) -> Result<(), ImportError> {
        self.ended = Some(at);
        assert_eq!(piece.sha256, journal::digest(bytes));
        assert_eq!(self.bytes.get(self.cited..self.cited + bytes.len()), Some(bytes));
        self.cited += bytes.len();
        self.tally.add(piece.tally);
        self.pieces += 1;
        Ok(())
    }
}

struct Logs(tempfile::TempDir);

impl Logs {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8], written_at: &str) -> PathBuf {
        let path = self.0.path().join(name);
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(bytes).unwrap();
        file.set_modified(at(written_at).utc().into()).unwrap();
        path
    }
}

fn find(names: &[PathBuf], year: Option<i32>, misdated: &[Misdated]) -> Result<Sources, ImportError> {
    Sources::find(&Search {
        names,
        now: now(),
        year,
        misdated,
        stop: Arc::new(AtomicBool::new(false)),
        copies: None,
    })
}

fn read(names: &[PathBuf], year: Option<i32>, threads: usize) -> (Kept, Interpreter, Modules) {
    let mut misdated = Vec::new();
    loop {
        let mut sources = find(names, year, &misdated).unwrap();
        let dialect = Arc::new(Dialect::built_in());
        let mut interpreter = Interpreter::new(dialect, &sources.list, year, Given::default(), None);
        let mut kept = Kept::default();
        match read_logs(&mut sources.list, 0..u64::MAX, &mut interpreter, &mut kept, (true, threads)) {
            Ok(modules) => return (kept, interpreter, modules),
            Err(error) => misdated.push(error.shows().unwrap_or_else(|| panic!("{error}"))),
        }
    }
}

/// What a watch that reads the file from its start finds.
fn watched(path: &Path, bytes: &[u8]) -> (Vec<Event>, LogTally) {
    let mut parser = LogParser::new(Arc::new(Dialect::built_in()));
    parser.written_by(Some(Timestamp::new(fs::metadata(path).unwrap().modified().unwrap().into())));
    let (mut events, mut tally) = (Vec::new(), LogTally::default());
    for parsed in [parser.read(bytes, LogOffset(0), Arrival::Behind, now()), parser.end(now())] {
        events.extend(parsed.events);
        tally.add(parsed.tally);
    }
    (events, tally)
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let markers = prop::sample::select(vec![
        "[namespace_restore.INFO] (7) Cloud restore phase complete. Starting namespace generation phase",
        "[namespace_restore.INFO] (7) Namespace generation phase complete. Successfully restored user namespace",
        "[megamount.INFO] (7) restore namespace successful!",
        "[megamount.INFO] (7) restore namespace successful!#012",
        "[megamount.INFO] (7) restore namespace successful! ",
        "[megamount.INFO] (7) restore namespace \x1b[1msuccessful!",
        "[megamount.INFO] (7) restore namespace successful! \r",
        "[gc.INFO] (7) Cloud restore phase complete. Starting namespace generation phase",
        "[x.ERR] (7) cloud bucket is in an inconsistent state",
        "[x.WARN] no space left on device",
        "[namespace_restore.INFO] (7) Namespace generation: 7 of 9 inodes processed",
        "[gc.DEBUG] (7) x",
        "[gc.DEBUG] (7) x, and a NUL byte \0 among so many others",
    ]);
    let tagged = (0_u8..9, 1_u32..4, markers).prop_map(|(second, pid, text)| {
        format!("Nov 29 06:57:0{second} localhost rfsd[{pid}]: {text}").into_bytes()
    });
    let others = prop::sample::select(vec![
        "Nov 29 06:57:07 localhost last message repeated 3 times",
        "Nov 29 06:57:07 localhost sshd[9]: Accepted publickey",
        "2026-11-29T06:57:08Z relay rfsd[2]: [gc.INFO] (7) y",
        "Nov 29 05:57:07 localhost ntpd[5]: the clock was set back",
        "<166>rfsd[3]: [gc.NOTICE]: z",
        "Nov 29 06:57:07 other rfsd[2]: [gc.INFO] (7) y",
        "Nov 29 06:57:07 localhost cli[1]: [cli.INFO]: user admin: Executing command: show log matching inconsistent",
        "",
        "\0\0\0",
        "Feb 30 06:57:07 localhost rfsd[1]: [gc.INFO] w",
    ]);
    prop_oneof![
        8 => tagged,
        3 => others.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>().prop_filter("no end of a line", |byte| *byte != b'\n'), 0..60),
    ]
}

#[test]
fn lines_end_at_the_time_of_the_last_of_them() {
    let line = |second| format!("Nov 29 06:57:0{second} localhost rfsd[1]: [gc.INFO] (7) x\n");
    let log: String = (0..6).map(line).collect();
    let logs = Logs::new();
    let (kept, ..) = read(&[logs.file("messages", log.as_bytes(), "2026-11-29T07:00:00Z")], None, 1);
    assert_eq!(
        (kept.began, kept.ended),
        (Some(at("2026-11-29T06:57:00Z")), Some(at("2026-11-29T06:57:05Z")))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn an_import_finds_what_a_watch_finds(
        lines in prop::collection::vec(line(), 1..80),
        times in 1_usize..12,
        long in prop_oneof![Just(0_usize), 60_000_usize..70_000, Just(600_000)],
        has_end in any::<bool>(),
    ) {
        let mut bytes = lines.join(&b'\n').repeat(times);
        bytes.push(b'\n');
        bytes.extend(b"x".repeat(long));
        bytes.extend_from_slice(b" restore namespace successful!");
        if has_end {
            bytes.push(b'\n');
        }
        let logs = Logs::new();
        let path = logs.file("messages", &bytes, "2026-11-29T07:00:00Z");
        let (events, tally) = watched(&path, &bytes);
        for threads in [1, 3] {
            let (kept, interpreter, modules) = read(std::slice::from_ref(&path), None, threads);
            prop_assert_eq!(&kept.bytes, &bytes);
            prop_assert_eq!(kept.tally, tally);
            let count: u64 = modules.rows().iter().flat_map(|(_, counts)| counts.iter()).sum();
            prop_assert_eq!(count, tally.lines.0);
            // Where stage 1 begins is not known to the parser of a watch.
            let is_of_line = |event: &Event| {
                !matches!(event, Event::MarkerSeen { marker: Marker::DownloadStarted, .. })
            };
            let found: Vec<_> =
                kept.events.iter().map(|(_, event)| event).filter(|event| is_of_line(event)).cloned().collect();
            // A flood is recorded in part.
            let limit = if found.len() < 1000 { events.len() } else { 1000 };
            prop_assert_eq!(found.get(..limit), events.get(..limit));
            for found in &interpreter.found {
                let number = usize::try_from(found.place.line).unwrap();
                let line = bytes.split(|byte| *byte == b'\n').nth(number - 1).unwrap();
                prop_assert!(crate::text::printable_line(line, 4096).starts_with(found.raw.trim_end_matches("\\r")));
            }
        }
    }
}

const MARKER: &str = "localhost rfsd[1]: [megamount.INFO] (1) restore namespace successful!\n";

#[test]
fn rotated_logs_are_read_in_the_order_of_their_first_lines() {
    let logs = Logs::new();
    let names = [
        logs.file("messages.2", b"Nov 27 01:00:00 h x: one", "2026-11-28T00:00:00Z"),
        logs.file("messages", b"Nov 29 01:00:00 h x: three\n", "2026-11-29T01:00:00Z"),
        logs.file("messages.1", b"Nov 28 01:00:00 h x: two\n", "2026-11-29T00:00:00Z"),
    ];
    let (kept, ..) = read(&names, None, 1);
    let text = String::from_utf8(kept.bytes).unwrap();
    assert_eq!(text, "Nov 27 01:00:00 h x: one\nNov 28 01:00:00 h x: two\nNov 29 01:00:00 h x: three\n");
    assert_eq!((kept.began, kept.tally.lines.0), (Some(at("2026-11-27T01:00:00Z")), 3));
}

#[test]
fn a_log_over_new_year_comes_out_in_order() {
    let logs = Logs::new();
    let names = [
        logs.file("b", format!("Jan  1 00:00:01 {MARKER}").as_bytes(), "2026-01-01T00:00:02Z"),
        logs.file("a", b"Dec 31 23:59:59 h x: y\n", "2025-12-31T23:59:59Z"),
    ];
    for year in [None, Some(2025)] {
        let (kept, interpreter, _) = read(&names, year, 2);
        assert!(kept.bytes.starts_with(b"Dec 31"));
        assert_eq!(kept.began, Some(at("2025-12-31T23:59:59Z")));
        assert_eq!(kept.events[0].0, at("2026-01-01T00:00:01Z"));
        assert_eq!(interpreter.totals.last_at, Some(at("2026-01-01T00:00:01Z")));
    }
    let (kept, ..) = read(&names, Some(2019), 1);
    assert_eq!(
        (kept.began, kept.events[0].0),
        (Some(at("2019-12-31T23:59:59Z")), at("2020-01-01T00:00:01Z"))
    );
}

#[test]
fn a_log_over_a_leap_day_comes_out_in_order_though_its_file_is_younger() {
    let logs = Logs::new();
    let text = format!("Feb 28 23:59:59 h x: y\nFeb 29 12:00:00 h x: y\nMar  1 00:00:01 {MARKER}");
    let names = [logs.file("messages", text.as_bytes(), "2026-06-01T00:00:00Z")];
    let (kept, interpreter, _) = read(&names, None, 1);
    assert_eq!(kept.began, Some(at("2024-02-28T23:59:59Z")));
    assert_eq!(interpreter.totals.last_at, Some(at("2024-03-01T00:00:01Z")));
}

#[test]
fn a_log_of_more_than_a_year_comes_out_in_order_behind_older_ones() {
    let logs = Logs::new();
    // A line in four hours, so that its years are not within one piece.
    let hours = (0..4000).map(|step| at("2025-01-25T00:00:00Z").shifted(chrono::TimeDelta::hours(4 * step)));
    let text: String = hours.map(|at| at.utc().format("%b %e %H:%M:%S h x: y\n").to_string()).collect();
    let names = [
        logs.file("b", text.as_bytes(), "2026-11-23T00:00:00Z"),
        logs.file("a", format!("Jan 20 12:00:00 {MARKER}").as_bytes(), "2025-01-20T12:00:00Z"),
    ];
    for year in [None, Some(2025)] {
        let (kept, interpreter, _) = read(&names, year, 2);
        assert!(kept.bytes.starts_with(b"Jan 20"));
        assert_eq!(kept.began, Some(at("2025-01-20T12:00:00Z")));
        assert_eq!(interpreter.totals.last_at, Some(at("2026-11-22T12:00:00Z")));
    }
}

#[test]
fn a_hole_is_counted_and_not_copied() {
    let logs = Logs::new();
    let bytes =
        [b"Nov 29 01:00:00 h x: one\n".to_vec(), vec![0; 3 << 20], b"Nov 29 01:00:01 h x: two\n".to_vec()];
    let names = [logs.file("messages", &bytes.concat(), "2026-11-29T02:00:00Z")];
    let (kept, ..) = read(&names, None, 2);
    assert!(kept.bytes.len() < 6000, "{}", kept.bytes.len());
    let Some((_, Event::LogGap(gap))) = kept.events.first() else { panic!("{:?}", kept.events) };
    assert!(gap.reason.contains(&format!("{} empty bytes", (3 << 20) - 4096)), "{}", gap.reason);
}

type Change<'a> = &'a dyn Fn(&Path);

#[test]
fn what_becomes_of_a_file_while_it_is_read_is_a_gap() {
    let rewrite =
        |path: &Path| fs::write(path, "Nov 29 01:00:00 h y: other words, and more of them\n").unwrap();
    let truncate = |path: &Path| fs::File::options().write(true).open(path).unwrap().set_len(3).unwrap();
    let replace = |path: &Path| {
        fs::rename(path, path.with_extension("1")).unwrap();
        fs::write(path, "Nov 29 02:00:00 h x: next\n").unwrap();
    };
    let append = |path: &Path| {
        fs::File::options()
            .append(true)
            .open(path)
            .unwrap()
            .write_all(b"Nov 29 01:00:01 h x: more\n")
            .unwrap();
    };
    let cases: [(Change<'_>, Option<&str>); 4] = [
        (&rewrite, Some("was written anew")),
        (&truncate, Some("was cut")),
        (&replace, Some("was replaced")),
        (&append, None),
    ];
    for (change, reason) in cases {
        let logs = Logs::new();
        let path = logs.file("messages", b"Nov 29 01:00:00 h x: one\n", "2026-11-29T01:00:00Z");
        let mut sources = find(std::slice::from_ref(&path), None, &[]).unwrap();
        let opened = sources.list[0].open().unwrap();
        change(&path);
        let found = opened.change();
        assert_eq!(found.is_some(), reason.is_some(), "{found:?}");
        assert!(reason.is_none_or(|reason| found.as_ref().unwrap().reason().contains(reason)), "{found:?}");
    }
}

#[test]
fn what_is_no_log_is_refused_with_a_sentence() {
    let logs = Logs::new();
    let wide: Vec<u8> = "Nov 29 01:00:00 h x: one\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words) in [(wide, "UTF-16"), (b"PK\x03\x04zip".to_vec(), "unzip")] {
        let error = find(&[logs.file("messages", &bytes, "2026-11-29T02:00:00Z")], None, &[]).err().unwrap();
        assert!(error.to_string().contains(words), "{error}");
    }
    let missing = find(&[logs.0.path().join("missing")], None, &[]).err().unwrap();
    assert!(missing.to_string().contains("missing cannot be imported"), "{missing}");
    assert!(find(&[PathBuf::from("/dev/zero")], None, &[]).is_err());
}

#[test]
fn pieces_of_a_log_of_any_length_stay_few() {
    let logs = Logs::new();
    let line = |second: u32| {
        format!("Nov 29 {:02}:{:02}:{:02} h x: {:60}\n", second / 3600, second / 60 % 60, second % 60, "")
    };
    let text: String = (0..40_000).map(|number| line(number * 2)).collect();
    let (kept, ..) = read(&[logs.file("messages", text.as_bytes(), "2026-11-29T23:59:59Z")], None, 2);
    assert!((500..4000).contains(&kept.pieces), "{}", kept.pieces);
}

#[test]
fn no_line_of_an_import_takes_an_allocation() {
    let logs = Logs::new();
    let allocations = |lines: u32| {
        let line = |number: u32| {
            let rest = match number % 4 {
                0 => format!("sshd[{number}]: Accepted publickey"),
                1 => "last message repeated 3 times".to_owned(),
                _ => format!("rfsd[7]: [gc.INFO] ({number}) evicted slab {number:08x}"),
            };
            format!("Nov 29 01:{:02}:{:02} localhost {rest}\n", number / 6000, number / 100 % 60)
        };
        let text: String = (0..lines).map(line).collect();
        let names = [logs.file("messages", text.as_bytes(), "2026-11-29T23:59:59Z")];
        let mut sources = find(&names, None, &[]).unwrap();
        let dialect = Arc::new(Dialect::built_in());
        let mut interpreter = Interpreter::new(dialect, &sources.list, None, Given::default(), None);
        allocation_counter::measure(|| {
            read_logs(&mut sources.list, 0..u64::MAX, &mut interpreter, &mut Looking, (false, 1)).unwrap();
        })
        .count_total
    };
    let more = allocations(90_000).saturating_sub(allocations(30_000));
    assert!(more < 600, "{more} allocations for 60,000 lines more");
}
