//! The next step in every phase and every trouble: what the engineer reads, and which command takes it.

mod decisions;
mod stage_2;
mod stated;
mod troubles;

use super::*;

/// The step as it reads, with its urgency and command.
fn next(story: &Story) -> String {
    next_with(story, &PreflightFacts::default())
}

fn next_with(story: &Story, facts: &PreflightFacts) -> String {
    let preflight = preflight(&story.run, story.now, facts);
    let NextStep { urgency, text, then, remedy, until, line, instead, .. } =
        next_step(&story.run, story.now, &preflight);
    let minute = |at: Timestamp| at.utc().format("%H:%M").to_string();
    let until = until
        .map_or_else(String::new, |end| format!(" until {} to {}", minute(end.earliest), minute(end.latest)));
    let remedy = remedy.map_or_else(String::new, |remedy| format!(" [{remedy:?}]"));
    let instead = instead.map_or_else(String::new, |(text, remedy)| format!("{text} [{remedy:?}]"));
    let line = line.map_or_else(String::new, |line| format!(" line of {}", minute(line.at)));
    let then = then.map_or_else(String::new, |then| format!(" {then}"));
    format!("{urgency:?}{until}: {text}{then}{remedy}{instead}{line}")
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

fn alarm(story: &mut Story, alarm: &str) {
    let line = line("rfsd[1]: it is bad. Call 555. Do nothing", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: alarm.to_owned(), line });
}

#[test]
fn after_the_resume_the_step_says_what_is_still_to_send() {
    let mut story = Story::ended();
    let read = |story: &mut Story, state, backlog| {
        let answer = answer(Reading::Known(state));
        story.tell(Event::ReplicationRead { answer, backlog: Some(ByteCount(backlog)) });
    };
    read(&mut story, ReplicationState::Paused, 5 << 30);
    let id = story.request(ActionKind::Resume, None);
    story.send(id);
    read(&mut story, ReplicationState::Running, 1_262_485_504);
    story.settle(id, ActionState::Confirmed);
    for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
        let (code, opened) = (finding.code.name(), finding.record);
        story.tell(Event::Acknowledged { code, opened, reason: "known".to_owned(), user: "eng".to_owned() });
    }
    assert_eq!(
        next(&story),
        "Wait: Replication on prod runs again; 1.2 GiB still to send. Sign the run off once all is sent. [SignOff]"
    );
    story.wait(60);
    read(&mut story, ReplicationState::Running, 1_215_299_584);
    assert!(next(&story).contains("runs again; 1.1 GiB still to send."), "{}", next(&story));
    story.wait(60);
    read(&mut story, ReplicationState::Running, 0);
    assert!(next(&story).ends_with("Sign the run off. [SignOff]"), "{}", next(&story));
}

#[test]
fn the_procedure_is_led_step_by_step() {
    assert_eq!(next(&Story::new()), "Wait: Connecting to admin@prod and admin@dr.");
    let mut real = met();
    assert!(next(&real).contains("with your change ticket (a demo has none), and"), "{}", next(&real));
    real.run.started.demo = false;
    let compare = "Act: Compare the serial numbers of prod and dr with your change ticket, and confirm both.";
    assert_eq!(next(&real), format!("{compare} [ConfirmPair]"));
    let mut story = Story::connected();
    assert_eq!(next(&story), "Wait: Asking prod whether replication runs.");
    story.replication(ReplicationState::Running);
    assert_eq!(
        next(&story),
        "Act: Pause replication on prod. [Pause]. Optional, before stage 1: a test sheet with the targets that the report judges [StateSheet]"
    );
    let (sheet, origin) = (Box::default(), SheetOrigin::Form);
    story.tell(Event::TestSheetStated { sheet, origin, reason: None, user: "eng".to_owned() });
    assert_eq!(next(&story), "Act: Pause replication on prod. [Pause]");
    let id = story.request(ActionKind::Pause, None);
    assert_eq!(next(&story), "Wait: The pause is requested, no answer yet.");
    story.send(id);
    assert_eq!(next(&story), "Wait: The pause is sent, reading back.");
    story.replication(ReplicationState::Paused);
    story.settle(id, ActionState::Confirmed);
    assert_eq!(
        next(&story),
        "Act: List the bucket of prod again: the count has to be from after the pause. [ListBucket]"
    );
    story.tell(Event::ListingStarted { cause: ListingCause::Paused });
    assert_eq!(
        next(&story),
        "Act: prod lists its bucket; a large one takes hours. Meanwhile set 128 replication threads on dr. \
         [SetThreads]"
    );
    story.wait(2);
    let (listing, cause) = (bucket(1331, 1331), ListingCause::Paused);
    story.tell(Event::ListingRead { listing, cause, took: secs(2), raw: String::new() });
    assert_eq!(
        next(&story),
        "Act: GO. Before you start the restore, better set 128 replication threads on dr; with fewer, stage 1 takes longer. [SetThreads]"
    );
    let mut few = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    few.threads(16);
    assert!(
        next(&few).contains("threads on dr; with 16, stage 1 can take more than twice as long. [SetThreads]"),
        "{}",
        next(&few)
    );
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert_eq!(
        next(&story),
        "Act: GO: start the restore. On dr type, line by line: \"enable\", \"configure terminal\", \"service enable\"."
    );
    story.run.started.demo = false;
    assert_eq!(
        next(&story),
        "Act: GO: start the restore. In an ssh session of your own on dr type, line by line: \"enable\", \"configure terminal\", \
         \"service enable\"."
    );
    story.service_stopped();
    story.counter(10_412);
    story.marker(Marker::DownloadStarted);
    story.service_runs();
    assert_eq!(next(&story), "Wait: Stage 1 runs. Replication on prod stays paused.");
    story.polls(10, &[10_512, 10_612, 10_712]);
    assert_eq!(
        next(&story),
        "Wait: Stage 1 runs. Replication on prod stays paused.",
        "the first readings settle no forecast"
    );
    story.replication(ReplicationState::Paused);
    story.polls(10, &[10_812, 10_912, 11_012]);
    story.replication(ReplicationState::Paused);
    story.polls(10, &[11_112, 11_212, 11_312]);
    // Its log goes on meanwhile.
    story.chunk(LogTally { lines: LineCount(1), ..Default::default() });
    let Band { earliest, latest, .. } = forecast(&story.run, story.now).end.unwrap();
    let [earliest, latest] = [earliest, latest].map(|at| at.utc().format("%H:%M"));
    assert_eq!(next(&story), format!("Wait until {earliest} to {latest}: Replication on prod stays paused."));
    story.polls(10, &[13_074]);
    assert_eq!(next(&story), "Wait: All 2,662 objects are there; waiting for dr to log the end of stage 1.");
    story.marker(Marker::DownloadComplete);
    assert_eq!(
        next(&story),
        "Wait: Stage 2, namespace generation on dr, can take 12 hours or more. Replication on prod stays paused. You may \
         leave drwatch running; if it ends, \"drwatch watch --resume\" goes on."
    );
    story.final_lines();
    assert_eq!(
        next(&story),
        "Act: Restored. Replication stays paused. Mount a share of dr, read a few files; if they open, state that it can be used. \
         [StateByHand]; if they do not open, call the vendor and note it [WriteNote]"
    );
    to_the_end(story);
}

/// From the statement that it can be used to the last step.
fn to_the_end(mut story: Story) {
    story.attest(Statement::RestoredUsable);
    assert_eq!(
        next(&story),
        "Act: dr can be used, as you stated. Replication stays paused. When all is tried and the shares are unmounted, \
         state that the test is over. [StateByHand]"
    );
    story.attest(Statement::TestOver);
    let stop = "on dr type \"no service enable\"; then";
    assert_eq!(
        next(&story),
        format!("Act: The test is over: {stop} resume replication on prod. [Resume]"),
        "the service comes before the resume"
    );
    story.run.started.demo = true;
    assert_eq!(
        next(&story),
        "Act: The test is over: wait until the service of dr is read as stopped (the demo stops it); then resume replication on prod. \
         [Resume]"
    );
    story.run.started.demo = false;
    let mut left = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    left.act(ActionKind::Resume);
    assert_eq!(
        next(&left),
        format!("Act: Production changes the bucket now: {stop} sign the run off. [SignOff]")
    );
    left.run.started.demo = true;
    assert_eq!(next(&left), "Act: Sign the run off. [SignOff]", "nobody can do it in a demo");
    left.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    assert!(!next(&left).contains("service"), "and it reproaches nobody: {}", next(&left));
    story.service_stopped();
    assert_eq!(next(&story), "Act: The test is over: resume replication on prod. [Resume]");
    story.act(ActionKind::Resume);
    assert_eq!(next(&story), "Act: Sign the run off. [SignOff]");
    story.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    assert_eq!(
        next(&story),
        "Act: Signed off, with this left: dr has other threads than before the test. drwatch asks for no more: quit. \
         [Quit]"
    );
}

#[test]
fn trouble_comes_before_the_procedure() {
    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Running);
    let step = next(&story);
    assert_eq!(
        step,
        "Urgent: Pause replication on prod: stage 1 needs a bucket that does not change. [Pause]"
    );
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
    assert_eq!(next(&story), step, "a lost contact does not hide what harms the restore");

    let mut story = Story::in_stage_2();
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Stopped { reason: "refused".to_owned() } });
    assert_eq!(
        next(&story),
        "Act: drwatch does not retry dr: read why in the findings, settle it, then connect again. [Reconnect]"
    );

    let mut story = Story::connected();
    story.tell(Event::Identified {
        role: Role::Primary,
        identity: identity("prod", "another"),
        raw: String::new(),
    });
    assert!(next(&story).starts_with("Urgent: Another machine answers for prod"), "{}", next(&story));

    let mut story = Story::in_stage_2();
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), AGAINST_POLICY);
}

const AGAINST_POLICY: &str = "Act: Replication on prod runs, but by policy only after the test: pause it. [Pause], or \
                              acknowledge the finding if it runs on purpose [Acknowledge]";

#[test]
fn once_the_service_is_started_its_first_get_is_waited_for() {
    let mut story = Story::connected();
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.service_stopped();
    assert!(next(&story).starts_with("Act: GO: "), "{}", next(&story));
    story.service_runs();
    assert_eq!(
        next(&story),
        "Wait: Service start on dr seen at 08:00:04; waiting for its first downloads (GETs)."
    );
}

#[test]
fn a_service_that_ran_before_the_watch_is_not_started_again() {
    let mut story = Story::connected();
    story.service_runs();
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert_eq!(
        next(&story),
        "Act: The service of dr ran before this watch: state how far the restore is, unless its counter or log shows it. \
         [StateByHand]"
    );
}

#[test]
fn both_appliances_away_are_both_named() {
    let mut story = Story::in_stage_2();
    for role in Role::BOTH {
        let link = Link::Waiting { reason: "refused".to_owned(), retry_at: story.now };
        story.tell(Event::LinkChanged { role, link });
    }
    assert_eq!(
        next(&story),
        "Wait: The connections to prod and dr are lost; drwatch tries again. The restore and the pause go on. Do \
         nothing until 08:01:38; then check your own network, try again. [Reconnect]"
    );
    story.now = story.now + secs(150);
    assert_eq!(
        next(&story),
        "Act: Not connected to prod since 08:00:38 and dr since 08:00:38. The restore and the pause go on. Check \
         your own network, then try again. [Reconnect]"
    );
    for role in Role::BOTH {
        story.tell(Event::LinkChanged { role, link: Link::Stopped { reason: "refused".to_owned() } });
    }
    assert_eq!(
        next(&story),
        "Act: drwatch does not retry prod and dr: read why in the findings, settle it, then connect again. [Reconnect]"
    );
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
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(
        next(&story),
        "Act: drwatch cannot read whether replication is paused: check in the web interface of prod, then state it. \
         [StateByHand]"
    );
}

#[test]
fn a_read_only_watch_names_no_command_that_changes_anything() {
    let mut story = Story::with(|started| started.read_only = true);
    story.meet();
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), "Act: Pause replication on prod yourself: this watch is read-only.");
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
        "Act: Stage 1 is over: resume replication on prod if no file deleted there will be read on dr. [Resume]"
    );
}

#[test]
fn a_record_that_has_ended_names_what_reads_it() {
    let mut story = Story::ended();
    story.tell(Event::RunEnded(Ending::Quit));
    assert_eq!(
        next(&story),
        "Wait: The recording has ended; drwatch report shows it, drwatch verify checks it."
    );
}

#[test]
fn an_end_within_the_minute_is_not_given_as_a_time() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_700, 11_000, 11_300, 11_600, 11_900, 12_200, 12_500, 12_800, 13_000]);
    assert_eq!(next(&story), "Wait: Stage 1 should be over in a minute. Replication on prod stays paused.");
}

#[test]
fn the_signature_decides_that_the_threads_stay_as_they_are() {
    let mut story = Story::in_stage_1();
    story.threads(16);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.marker(Marker::DownloadComplete);
    story.final_lines();
    story.attest(Statement::TestOver);
    story.act(ActionKind::Resume);
    alarm(&mut story, "x");
    let opened = story.finding(Code::Alarm).record;
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    assert_eq!(
        next(&story),
        "Act: The alarm of 08:00 is not settled. Ask the vendor what it means for production. If wanted, set the threads of dr back to 16, as before the test. [SetThreads]; else \
         sign the run off now [SignOff]"
    );
    story.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    assert_eq!(
        next(&story),
        "Act: Signed off, with this left: dr has 128 threads instead of 16; the alarm x is not settled. drwatch asks for no more: \
         quit. [Quit]"
    );
    let (of, line) = (NearMiss::Alarm("x".to_owned()), line("like an alarm", Arrival::Live, None));
    story.tell(Event::NearMissSeen { of, line });
    assert_eq!(
        next(&story),
        "Act: Acknowledge 1 open finding with a reason: This may be the alarm x, in a form that drwatch does not know. [Acknowledge]"
    );
}
