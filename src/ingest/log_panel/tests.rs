//! Older rows read again equal those first shown, row numbers and gaps included.

use crossterm::event::{KeyCode, KeyEvent};

use super::*;
use crate::{
    ingest::log_parser::{LogParser, absence_row, gap_row},
    journal::RunFolder,
    run::{Arrival, Elapsed, Event, Gap, RunSettings, Timestamp},
    screen::Mode,
    session::{
        record::recorder::{Recorder, Syncing},
        setup::{Names, started_event},
    },
};

/// A log, all of its rows, and the panel under test.
struct Log {
    _home: tempfile::TempDir,
    recorder: Recorder,
    parser: LogParser,
    now: Timestamp,
    all: Scrollback,
    panel: LogPanel,
    arrivals: Arrivals,
}

impl Log {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let folder = RunFolder::create(home.path(), now, 1).unwrap();
        let dialect = Arc::new(Dialect::built_in());
        let started =
            started_event(folder.id(), &RunSettings::default(), &dialect, Names::simulated(), false);
        let panel = LogPanel::new(folder.log_path(), Arc::clone(&dialect));
        let (recorder, _) = Recorder::begin(folder, now, &started, Syncing::OnEdges).unwrap();
        Self {
            _home: home,
            recorder,
            parser: LogParser::new(dialect),
            now,
            all: Scrollback::new(usize::MAX),
            panel,
            arrivals: Arrivals::default(),
        }
    }

    fn take(&mut self, bytes: &[u8], arrival: Arrival) {
        self.now = self.now + Elapsed::from_secs(1);
        let taken = self.parser.read(bytes, self.recorder.log_end(), arrival, self.now);
        assert!(self.recorder.log(bytes, &taken, self.now).is_none());
        taken.rows.into_iter().for_each(|row| self.push(row));
        let chunk = self.recorder.cut(self.now).unwrap();
        self.arrivals.take(&chunk.record.event);
    }

    fn record(&self) -> LogRecord<'_> {
        LogRecord { run: self.recorder.run(), arrivals: &self.arrivals }
    }

    fn push(&mut self, row: LogRow) {
        self.all.push(row.clone());
        self.panel.push(row);
    }

    fn gap(&mut self) {
        let (from, to) = (self.now, self.now + Elapsed::from_secs(5));
        let gap =
            Gap { from, to, offset: self.recorder.log_end(), reason: "cut off".to_owned(), record: None };
        self.now = to;
        self.push(gap_row(&gap));
        self.recorder.record(self.now, &Event::LogGap(gap));
    }

    fn absence(&mut self) {
        let event = Event::RunContinued {
            program: "1".to_owned(),
            recorder: "me".to_owned(),
            held: Some("this machine slept".to_owned()),
            since: Some(self.now),
            distrusted: None,
        };
        self.now = self.now + Elapsed::from_secs(60);
        self.recorder.record(self.now, &event);
        let row = absence_row(self.recorder.run().absences.last().unwrap());
        self.push(row);
    }

    /// A log of about `count` lines, with gaps, absences and lines that arrive in two parts.
    fn with_lines(count: u64, random: &mut fastrand::Rng) -> Self {
        let mut log = Self::new();
        log.take(&lines(0..50), Arrival::Earlier);
        let mut next = 50;
        while next < count {
            let until = next + random.u64(1..700);
            let bytes = lines(next..until);
            // A buffering writer leaves its last line unfinished for a while.
            let cut = if random.bool() { bytes.len() - random.usize(1..40) } else { bytes.len() };
            let (first, rest) = bytes.split_at(cut);
            log.take(first, Arrival::Live);
            if !rest.is_empty() {
                if random.bool() {
                    log.absence();
                }
                log.take(rest, Arrival::Live);
            }
            next = until;
            match random.u8(0..6) {
                0 => log.gap(),
                1 => log.absence(),
                2 => {
                    log.gap();
                    log.absence();
                    log.gap();
                }
                _ => {}
            }
        }
        log
    }
}

fn lines(numbers: Range<u64>) -> Vec<u8> {
    let line = |number: u64| {
        let words = "x".repeat(usize::try_from(number % 90).unwrap());
        format!("Sep 13 16:00:00 localhost rfsd[13852]: [replicator.INFO] (1) line {number} {words}\n")
    };
    numbers.map(line).collect::<String>().into_bytes()
}

fn assert_same_rows(panel: &mut LogPanel, log: &Log, wanted: Range<u64>) {
    while panel.rows().edge_towards(wanted.clone()).is_some() {
        panel.read_page(&wanted, log.record()).unwrap();
    }
    for number in wanted {
        assert_eq!(panel.rows().row(number), log.all.row(number), "row {number}");
    }
}

#[test]
fn every_older_row_is_read_again_under_its_number() {
    let mut random = fastrand::Rng::with_seed(7);
    // More than are held in memory.
    let mut log = Log::with_lines(crate::short_or_long(12_500, 20_000), &mut random);
    let end = log.all.end();
    assert_eq!(log.panel.rows().end(), end);
    let mut live = std::mem::replace(&mut log.panel, Log::new().panel);
    let run = log.recorder.run().clone();
    let mut opened = LogPanel::new(log.recorder.folder().log_path(), log.parser.dialect());
    opened.show_end(
        LogExtent { end: run.log.end, tally: run.log.tally },
        LogRecord { run: &run, arrivals: &log.arrivals },
    );
    for panel in [&mut live, &mut opened] {
        // From page to page back, from the beginning on, and here and there.
        for at in (0..end).rev().step_by(55) {
            assert_same_rows(panel, &log, at.saturating_sub(60)..at);
        }
        for at in (0..end).step_by(55) {
            assert_same_rows(panel, &log, at..(at + 60).min(end));
        }
        for _ in 0..200 {
            let at = random.u64(0..end);
            assert_same_rows(panel, &log, at..(at + 60).min(end));
        }
    }
}

#[test]
fn paging_far_back_holds_few_rows_in_memory() {
    let mut log = Log::with_lines(25_000, &mut fastrand::Rng::with_seed(1));
    let mut panel = std::mem::replace(&mut log.panel, Log::new().panel);
    for at in (0..log.all.end() - 60).rev().step_by(1000) {
        assert_same_rows(&mut panel, &log, at..at + 60);
        let held = (0..log.all.end()).filter(|number| panel.rows().row(*number).is_some()).count();
        assert!(held <= SCROLLBACK + 2 * PAGE_LINES, "{held}");
    }
}

#[test]
fn paging_names_a_log_that_has_gone() {
    let log = &mut Log::with_lines(12_000, &mut fastrand::Rng::with_seed(1));
    std::fs::remove_file(log.recorder.folder().log_path()).unwrap();
    let record = LogRecord { run: log.recorder.run(), arrivals: &log.arrivals };
    let reason = log.panel.read_page(&(0..10), record).unwrap_err().to_string();
    assert!(reason.starts_with("older lines cannot be read from ") && reason.contains("dr.log"), "{reason}");
}

#[test]
fn paging_says_that_lines_are_not_on_disk_where_the_log_is_short() {
    let log = &mut Log::with_lines(12_000, &mut fastrand::Rng::with_seed(1));
    std::fs::write(log.recorder.folder().log_path(), "short\n").unwrap();
    let record = LogRecord { run: log.recorder.run(), arrivals: &log.arrivals };
    let reason = log.panel.read_page(&(1000..1010), record).unwrap_err().to_string();
    assert!(reason.ends_with("dr.log: they are not on disk"), "{reason}");
}

#[test]
fn enter_on_an_event_reads_its_line_where_that_is_on_disk_alone() {
    let mut log = Log::new();
    log.take(&lines(0..400), Arrival::Live);
    let remark = Event::Noted { text: "early".to_owned(), user: "kim".to_owned(), line: None };
    log.recorder.record(log.now, &remark);
    for part in 0..60 {
        log.take(&lines(400 + part * 500..900 + part * 500), Arrival::Live);
    }
    assert_eq!(log.panel.rows().row(399), None, "not in memory");
    let mut view = View::default();
    let none = AvailableActions::default();
    let press = |view: &mut View, panel: &LogPanel, code| {
        let run = log.recorder.run();
        let facts = Facts { run, log: panel.rows(), available: &none, mode: Mode::Watch, now: log.now };
        assert_eq!(view.on_key(KeyEvent::from(code), &facts), None);
    };
    for code in [KeyCode::Char('3'), KeyCode::Home, KeyCode::End] {
        press(&mut view, &log.panel, code);
    }
    // To the remark, the only event behind the start of the watch.
    press(&mut view, &log.panel, KeyCode::Enter);
    let record = LogRecord { run: log.recorder.run(), arrivals: &log.arrivals };
    assert!(view.is_searching(), "its line has to be read first");
    while log.panel.page(&mut view, Mode::Watch, log.now, record) {}
    let row = view.log.cursor.and_then(|row| log.panel.rows().row(row)).map(|row| row.text.clone());
    assert!(row.is_some_and(|text| text.contains(" line 399 ")), "{:?}", view.log.cursor);
}

#[test]
fn the_details_of_a_line_are_its_parts_its_bytes_its_place_and_its_meaning() {
    let mut log = Log::new();
    let before = b"Sep 13 16:03:30 localhost rfsd[13852]: [gc.INFO] (1) before\n";
    log.take(before, Arrival::Earlier);
    let line =
        "Sep 13 16:03:38 localhost rfsd[13852]: [megamount/vnode.ERR] (30318) failed: no space on filesystem";
    let bytes = [line.as_bytes(), b"\x1b[0m\xff\r\n"].concat();
    log.take(&bytes, Arrival::Live);
    log.gap();
    let details = |panel: &LogPanel, number, as_received| {
        let row = panel.rows().row(number).unwrap().clone();
        line_details(&panel.file, row, as_received, log.now)
    };
    let shown = details(&log.panel, 1, true);
    let field =
        |wanted| shown.fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    assert_eq!(field("program"), Some("rfsd"));
    assert_eq!(field("process"), Some("13852"));
    assert_eq!(field("module"), Some("megamount/vnode"));
    assert_eq!(field("level"), Some("error"));
    assert_eq!(field("number"), Some("30318"));
    assert_eq!(field("read as"), Some("alarm: no space on filesystem"));
    assert!(field("written").unwrap().contains("16:03:38"), "{shown:?}");
    assert_eq!(shown.raw, Some(Ok(format!("{line}\\x1b[0m\\xff\\r\\n"))));
    let place = format!("byte {} of dr.log, {} bytes", before.len(), bytes.len());
    assert_eq!(shown.source, format!("{place}; received live, as it was written"));
    assert!(shown.explanation.unwrap().meaning.contains("file system"));
    assert!(details(&log.panel, 1, false).source.ends_with("live or caught up"));
    assert!(details(&log.panel, 0, true).source.ends_with("before the watch began"));
    let gap = details(&log.panel, 2, true);
    assert_eq!(gap.raw, None);
    assert!(gap.explanation.unwrap().meaning.contains("missing"));
}

#[test]
fn the_details_of_a_line_that_is_not_on_disk_say_so_and_show_the_line() {
    let mut log = Log::new();
    log.take(
        b"Sep 13 16:03:30 localhost rfsd[13852]: [gc.INFO] (1) deleting metadata from cloud\n",
        Arrival::Live,
    );
    std::fs::write(log.recorder.folder().log_path(), "").unwrap();
    let row = log.panel.rows().row(0).unwrap().clone();
    let details = line_details(&log.panel.file, row, true, log.now);
    assert!(details.raw.unwrap().unwrap_err().ends_with("dr.log: the line is not on disk"));
    assert!(details.explanation.unwrap().meaning.contains("deletes objects"));
}

#[test]
fn every_line_by_which_a_finding_is_opened_is_explained() {
    let mut log = Log::new();
    let tables = [
        (
            "rfsd[1]: [namespace_restore.INFO] (1) Cloud restore phase complete. Starting namespace generation phase",
            "Stage 1 is over",
        ),
        (
            "rfsd[1]: [namespace_restore.INFO] (1) Namespace generation phase complete. Successfully restored user namespace",
            "first of the two",
        ),
        ("rfsd[1]: [megamount.INFO] (1) restore namespace successful!", "second of the two"),
        (
            "rfsd[1]: [namespace_restore.INFO] (1) Cloud restore phase completed",
            "in a form that drwatch does not know",
        ),
        ("rfsd[1]: [megamount.ERR] (1) cloud bucket inconsistent", "no longer in the bucket"),
        ("rfsd[1]: [write_cache.ERR] (1) flush failed: no space on filesystem", "write no more"),
        (
            "rfsd[1]: [evicter.NOTICE] (1) evicted slab 0x8de09d0000; had been in evicter for 3 seconds",
            "local cache",
        ),
        ("rfsd[1]: [gc.INFO] (1) deleting metadata from cloud", "Reclamation deletes"),
        ("rfsd[1]: [gc.INFO] (1) enqueuing slabs for reclamation", "has chosen slabs"),
        (
            "pm[4671]: [pm.ERR]: rfsd with pid 13852 exited unexpectedly, will be relaunched",
            "has ended by itself",
        ),
        ("pm[4671]: [pm.NOTICE]: Launched rfsd with pid 14262", "has started that process"),
        ("pm[4671]: [pm.NOTICE]: Terminated rfsd with pid 14262", "was asked to"),
    ];
    for (line, _) in tables {
        log.take(format!("Sep 13 16:03:30 localhost {line}\n").as_bytes(), Arrival::Live);
    }
    for (number, (line, words)) in (0..).zip(tables) {
        let row = log.panel.rows().row(number).unwrap().clone();
        let explanation = line_details(&log.panel.file, row, true, log.now).explanation;
        let explanation = explanation.unwrap_or_else(|| panic!("{line}"));
        assert!(explanation.meaning.contains(words), "{line}: {}", explanation.meaning);
    }
}
