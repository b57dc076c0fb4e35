//! Summary, outcome and exit code of runs that did not go by the book.

use super::*;

#[test]
fn what_is_unknown_is_null_and_never_zero() {
    let story = Story::new();
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    for pointer in [
        "/bucket/name",
        "/bucket/entries",
        "/bucket/unclassified",
        "/bucket/provisional",
        "/download/baseline",
        "/download/counter",
        "/download/downloaded",
        "/download/expected",
        "/download/mean_per_second",
        "/download/peak_per_second",
        "/replication/paused_seconds",
        "/threads",
        "/ended_at",
        "/phases/1/started_at",
        "/phases/1/seconds",
        "/phases/1/evidence",
    ] {
        assert_eq!(summary.pointer(pointer), Some(&serde_json::Value::Null), "{pointer}");
    }
    assert_eq!(summary["outcome"], "incomplete");
    assert_eq!(summary["replication"]["state"], "unknown");
    let names: Vec<_> = summary["phases"].as_array().unwrap().iter().map(|phase| &phase["name"]).collect();
    assert_eq!(names, ["prepare", "stage-1", "stage-2", "in-use"]);
}

#[test]
fn the_summary_speaks_the_words_of_the_contract() {
    let mut story = Story::in_use();
    let id = story.request(ActionKind::Resume, Some("needed"));
    story.settle(id, ActionState::Unknown { reason: "lost".to_owned() });
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["outcome"], "restored");
    assert_eq!(summary["phases"][1]["evidence"]["source"], "log");
    assert_eq!(summary["phases"][1]["seconds"], 35.0);
    assert_eq!(summary["replication"]["intervals"][0]["by"], "drwatch");
    assert_eq!(summary["actions"][1]["kind"], "resume");
    assert_eq!(summary["actions"][1]["state"], "unknown");
    assert_eq!(summary["actions"][1]["reason"], "needed; lost");
    assert_eq!(summary["actions"][1]["sent"], serde_json::Value::Null);
    let codes: Vec<_> =
        summary["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
    assert!(codes.iter().any(|code| *code == "policy-overridden"));
    assert!(summary["findings"][0]["severity"].is_string());
    assert_eq!(summary["bucket"]["other"], serde_json::json!({}));
}

#[test]
fn a_run_not_yet_ended_is_summarised_up_to_now() {
    let mut story = Story::in_stage_1();
    let pause = story.run.replication.intervals[0].from;
    story.wait(100);
    let summary = summarise(&story.run, story.now, head());
    assert_eq!(summary.phases[1].seconds, Some(secs(100).into()));
    assert_eq!(summary.replication.paused_seconds, Some(story.now.length_since(pause)));
    story.tell(Event::RunEnded(Ending::Quit));
    let end = story.now;
    assert_eq!(summarise(&story.run, end + secs(999), head()).phases[1].seconds, Some(secs(100).into()));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let code = |story: &Story| story.run.exit().code();
    assert_eq!(code(&Story::new()), 3);
    assert_eq!(code(&Story::in_stage_2()), 3);
    let mut story = Story::new();
    story.tell(Event::RunEnded(Ending::NeverConnected { reason: "refused".to_owned() }));
    assert_eq!(code(&story), 1);
    let mut story = Story::in_use();
    story.chunk(LogTally { lines: LineCount(1), info: LineCount(1), ..LogTally::default() });
    story.service_runs();
    story.replication(ReplicationState::Paused);
    assert_eq!(story.open(), [Code::UnclassifiedEntries], "information alone weighs nothing");
    assert_eq!(code(&story), 0);
    let line = line("bad", Arrival::Live, None);
    let opened = story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line });
    assert_eq!(code(&story), 4);
    let (code_name, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code: code_name, opened, reason, user });
    assert_eq!(code(&story), 0);
}
