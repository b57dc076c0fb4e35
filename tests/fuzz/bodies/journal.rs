//! Any bytes are a journal as far as they are one: read record by record, folded, summarised, and
//! refused with a reason where they are none.

use std::{io::Cursor, path::Path};

use drwatch::{
    journal::{Content, JournalReader},
    run::{Run, apply, summarise, timer_events},
};

pub fn run(bytes: &[u8]) {
    let mut reader = JournalReader::new(Cursor::new(bytes), Path::new("journal.ndjson"));
    let mut run: Option<Run> = None;
    for entry in reader.by_ref() {
        let record = match entry {
            Ok(entry) => match entry.content {
                Content::Record(record) => record,
                Content::Opaque { .. } => continue,
            },
            Err(error) => {
                assert!(error.to_string().chars().all(|letter| !letter.is_control()));
                break;
            }
        };
        match &mut run {
            Some(run) => apply(run, &record),
            None => run = Run::start(&record).ok(),
        }
    }
    let report = reader.report();
    assert!(report.length <= bytes.len() as u64);
    if let Some(run) = run {
        let _ = timer_events(&run, run.last_at);
        let _ = summarise(&run, run.last_at, report.head);
    }
}
