//! The wait for the end of stage 2, as long as it was in past runs.

use super::*;

#[test]
fn past_runs_of_the_same_kind_say_how_long_stage_2_takes() {
    let past = |hours: u64| PastRun {
        run: RunId(format!("202601{hours:02}T080000Z-000000")),
        release: Some("4.4.1".to_owned()),
        objects: Some(ObjectCount(2662)),
        stage_2: secs(hours * 3600),
        log_lines_per_10_minutes: Vec::new(),
    };
    let rest = "Replication on prod stays paused.";
    for (history, hour, said) in [
        (vec![], 14, "Wait: Namespace generation on dr can take 12 hours or more."),
        (vec![past(11)], 1, "Wait: Stage 2 took 11:00:00 in the one past run of this size."),
        (vec![past(11)], 14, "Wait: Stage 2 has lasted longer than in the one past run (11:00:00)."),
        (vec![past(11), past(10)], 6, "Wait: Stage 2 took 10:00:00 to 11:00:00 in 2 past runs of this size."),
        (vec![past(11), past(10), past(12)], 6, "Wait until 18:00 to 20:00: This rests on 3 past runs."),
        (
            vec![past(11), past(10), past(12)],
            14,
            "Wait: Stage 2 has lasted longer than in all 3 past runs (12:00:00 at most).",
        ),
    ] {
        let mut story = Story::with(|started| started.history = history);
        story.meet();
        let identity = Identity { release: Some("4.4.1".to_owned()), ..identity("dr", "serial-dr") };
        story.tell(Event::Identified { role: Role::Dr, identity, raw: String::new() });
        story.act(ActionKind::Pause);
        story.listing(1331, 1331, ListingCause::Paused);
        story.counter(10_412);
        story.marker(Marker::DownloadStarted);
        story.polls(10, &[11_412, 13_074]);
        story.marker(Marker::DownloadComplete);
        story.now = story.span(Phase::Stage2).started_at.unwrap() + secs(hour * 3600);
        assert_eq!(next(&story), format!("{said} {rest}"));
    }
}
