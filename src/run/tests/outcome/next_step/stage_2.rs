//! The wait for the end of stage 2, as long as it was in past runs.

use super::*;
use crate::run::tests::restore::stage_2::{in_stage_2_after, past};

#[test]
fn past_runs_of_the_same_kind_say_how_long_stage_2_takes() {
    let past = |hours| past((hours, 0), 2662, "4.4.1");
    let rest = "Replication on prod stays paused.";
    for (history, hour, said) in [
        (vec![], 14, "Wait: Stage 2, namespace generation on dr, takes hours; in a demo some minutes."),
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
        let mut story = in_stage_2_after(history);
        story.now = story.span(Phase::Stage2).started_at.unwrap() + secs(hour * 3600);
        assert_eq!(next(&story), format!("{said} {rest}"));
    }
}
