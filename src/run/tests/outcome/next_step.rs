//! The next step in every phase and every trouble: what the engineer reads, and which command takes it.

use super::*;

/// The step as it reads, with its urgency and command.
fn next(story: &Story) -> String {
    let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
    let NextStep { urgency, text, remedy, until } = next_step(&story.run, story.now, &preflight);
    let until = until.map_or_else(String::new, |at| format!(" until {}", at.utc().format("%H:%M")));
    let remedy = remedy.map_or_else(String::new, |remedy| format!(" [{remedy:?}]"));
    format!("{urgency:?}{until}: {text}{remedy}")
}

/// Connected, identified and read, but not confirmed.
fn met() -> Story {
    let mut story = Story::new();
    for (role, name) in [(Role::Primary, "prod"), (Role::Dr, "dr")] {
        story.tell(Event::LinkChanged { role, link: Link::Connected });
        let identity = identity(name, &format!("serial-{name}"));
        story.tell(Event::Identified { role, identity, raw: String::new() });
    }
    story
}

#[test]
fn the_procedure_is_led_step_by_step() {
    assert_eq!(next(&Story::new()), "Wait: Connecting to admin@prod.");
    assert_eq!(
        next(&met()),
        "Act: Compare the two appliances with your plan, and confirm them. [ConfirmPair]"
    );
    let mut story = Story::connected();
    assert_eq!(next(&story), "Wait: Asking prod whether replication runs.");
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), "Act: Pause replication on prod. [Pause]");
    let id = story.request(ActionKind::Pause, None);
    assert_eq!(next(&story), "Wait: Waiting for prod to confirm: pause replication.");
    story.send(id);
    story.replication(ReplicationState::Paused);
    story.settle(id, ActionState::Confirmed);
    assert_eq!(
        next(&story),
        "Act: List the bucket of prod again: the count has to be from after the pause. [ListBucket]"
    );
    story.tell(Event::ListingStarted { cause: ListingCause::Paused });
    assert_eq!(next(&story), "Wait: prod lists its bucket, which can take hours in a large one.");
    story.wait(2);
    let (listing, cause) = (bucket(1331, 1331), ListingCause::Paused);
    story.tell(Event::ListingRead { listing, cause, took: secs(2), raw: String::new() });
    assert_eq!(next(&story), "Act: Set 128 replication threads on dr. [SetThreads]");
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert_eq!(next(&story), "Act: GO. Type on dr: enable, configure terminal, service enable.");
    story.service_stopped();
    story.counter(10_412);
    story.marker(Marker::DownloadStarted);
    story.service_runs();
    assert_eq!(next(&story), "Wait: Replication on prod stays paused.");
    story.polls(10, &[10_512, 10_612, 10_712]);
    let latest = forecast(&story.run, story.now).end.unwrap().latest.utc().format("%H:%M");
    assert_eq!(next(&story), format!("Wait until {latest}: Replication on prod stays paused."));
    story.polls(10, &[13_074]);
    assert_eq!(next(&story), "Wait: All objects are counted; a line in the log ends stage 1.");
    story.marker(Marker::DownloadComplete);
    assert_eq!(
        next(&story),
        "Wait: Namespace generation on dr can take 12 hours or more. Replication on prod stays paused."
    );
    story.final_lines();
    assert_eq!(
        next(&story),
        "Act: Restored. Check the files on dr, then state that the test is over. [StateByHand]"
    );
    story.attest(Statement::TestOver);
    assert_eq!(next(&story), "Act: The test is over: resume replication on prod. [Resume]");
    story.act(ActionKind::Resume);
    assert_eq!(next(&story), "Act: Sign the run off. [SignOff]");
    story.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned() });
    assert_eq!(next(&story), "Wait: All is done; the record can be left.");
}

#[test]
fn trouble_comes_before_the_procedure() {
    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Running);
    let step = next(&story);
    assert_eq!(
        step,
        "Urgent: Pause replication on prod now: stage 1 needs a bucket that does not change. [Pause]"
    );
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
    assert_eq!(next(&story), step, "a lost contact does not hide what harms the restore");

    let mut story = Story::in_stage_2();
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Stopped { reason: "refused".to_owned() } });
    assert_eq!(next(&story), "Act: Connect to dr again: it is not retried without you. [Reconnect]");

    let mut story = Story::connected();
    story.tell(Event::Identified {
        role: Role::Primary,
        identity: identity("prod", "another"),
        raw: String::new(),
    });
    assert!(next(&story).starts_with("Urgent: Another machine answers for prod"), "{}", next(&story));

    let mut story = Story::in_stage_2();
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), "Act: Pause replication on prod: it runs against the policy. [Pause]");
}

#[test]
fn stage_1_that_stands_still_is_to_be_looked_at() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_512, 10_612]);
    story.polls(30, &[10_612; 6]);
    assert_eq!(
        next(&story),
        "Act: Look on dr why it downloads nothing: does its service run, can it reach the cloud?"
    );
}

#[test]
fn what_cannot_be_read_is_looked_at_and_stated() {
    let mut story = Story::connected();
    story.tell(Event::ReplicationRead(answer(Reading::Unreadable)));
    assert_eq!(
        next(&story),
        "Act: Look on prod whether replication is paused, and state what you find. [StateByHand]"
    );
}

#[test]
fn a_read_only_watch_names_no_command_that_changes_anything() {
    let mut story = Story::with(|started| started.read_only = true);
    story.meet();
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), "Act: Pause replication on prod there: this watch is read-only.");
}

#[test]
fn after_stage_1_a_resume_is_offered_where_the_policy_allows_it() {
    let mut story = Story::with(|started| started.settings.resume_policy = ResumePolicy::ResumeAfterStage1);
    story.meet();
    story.service_stopped();
    story.act(ActionKind::Pause);
    story.counter(10_412);
    story.marker(Marker::DownloadStarted);
    story.service_runs();
    story.marker(Marker::DownloadComplete);
    assert_eq!(
        next(&story),
        "Act: Stage 1 is over: resume replication on prod if deleted files will not be read on dr. [Resume]"
    );
}

#[test]
fn a_record_that_has_ended_names_what_reads_it() {
    let mut story = Story::ended();
    story.tell(Event::RunEnded(Ending::Quit));
    assert_eq!(
        next(&story),
        "Wait: The record has ended; drwatch report shows it, drwatch verify checks it."
    );
}
