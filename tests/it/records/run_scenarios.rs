//! A stored journal, folded through the public interface: the run it adds up to stays the same.

use drwatch::run::{
    FindingSeverity, GetCount, JournalHead, Known, ObjectCount, Outcome, Phase, Record, Run, apply, summarise,
};

fn fold(journal: &str) -> Result<Run, Box<dyn std::error::Error>> {
    let mut run = None;
    for line in journal.lines() {
        let record: Record = serde_json::from_str(line)?;
        match &mut run {
            None => run = Some(Run::start(&record)?),
            Some(run) => apply(run, &record),
        }
    }
    run.ok_or_else(|| "an empty journal".into())
}

#[test]
fn the_run_of_the_procedure_is_restored_with_its_figures() {
    let run = fold(include_str!("../../runs/procedure.ndjson")).unwrap();
    assert_eq!(run.phase(), Phase::Ended);
    assert_eq!(run.exit().code(), 0);
    let summary = summarise(&run, run.last_at, JournalHead { records: 1, head: String::new() });
    assert_eq!(summary.outcome, Outcome::Restored);
    assert_eq!(summary.download.baseline, Some(GetCount(10_412)));
    assert_eq!(summary.download.downloaded, Some(ObjectCount(2662)));
    assert_eq!(summary.download.expected, Some(ObjectCount(2662)));
    assert_eq!(summary.bucket.unclassified, Some(ObjectCount(4)));
    assert_eq!(summary.replication.state, Known::Running);
    assert!(summary.phases.iter().all(|phase| phase.evidence.is_some()));
}

#[test]
fn a_journal_cut_short_tells_the_run_as_it_stood() {
    let whole = include_str!("../../runs/procedure.ndjson");
    let stage_2 = whole.lines().position(|line| line.contains("download_complete")).expect("the marker");
    let cut: Vec<_> = whole.lines().take(stage_2 + 1).collect();
    let run = fold(&cut.join("\n")).unwrap();
    assert_eq!(run.phase(), Phase::Stage2);
    assert_eq!(run.outcome(), Outcome::Incomplete);
    assert_eq!(run.exit().code(), 3);
    assert_eq!(run.replication.state, Known::Paused);
    assert!(run.open_findings().all(|finding| finding.severity < FindingSeverity::Blocking));
}
