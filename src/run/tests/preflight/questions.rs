//! The pre-flight, question by question.

use super::*;

#[test]
fn an_appliance_that_is_away_forbids_the_start() {
    let mut story = ready();
    let reason = "Connection refused.".to_owned();
    let link = Link::Waiting { reason, retry_at: story.now };
    let record = story.tell(Event::LinkChanged { role: Role::Dr, link });
    let away = item(&story, PreflightCode::DrReachable);
    assert_eq!((away.state, away.evidence), (Blocking, Some(record)));
    assert!(away.text.contains("Connection refused.") && away.remedy.is_some());
    assert_eq!(state(&story, PreflightCode::PrimaryReachable), Ok);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
    let stopped = Link::Stopped { reason: "Host key changed; run `ssh dr`.".to_owned() };
    story.tell(Event::LinkChanged { role: Role::Dr, link: stopped });
    let stopped = item(&story, PreflightCode::DrReachable);
    assert_eq!((stopped.state, stopped.remedy), (Blocking, None), "the reason says what to do");
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
    assert_eq!(state(&story, PreflightCode::DrReachable), Unknown);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
}

#[test]
fn an_appliance_that_is_silent_or_was_never_given_forbids_the_start() {
    let mut story = ready();
    story.wait(60);
    assert_eq!(state(&story, PreflightCode::PrimaryReachable), Blocking);
    let story = Story::with(|started| started.dr = None);
    let item = item(&story, PreflightCode::DrReachable);
    assert!(item.state == Blocking && item.remedy.unwrap().contains("--dr"));
}

#[test]
fn names_not_told_forbid_the_start_and_names_not_confirmed_do_not() {
    let mut story = ready();
    story.run.confirmed = None;
    assert_eq!(state(&story, PreflightCode::Identities), Info, "the first action asks for them");
    assert_eq!(verdict(&story), PreflightVerdict::Go);
    identify(&mut story, Role::Dr, Identity::default());
    assert_eq!(state(&story, PreflightCode::Identities), Unknown);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
}

#[test]
fn one_machine_or_two_that_cannot_be_told_apart_forbid_the_start() {
    let mut story = ready();
    identify(&mut story, Role::Dr, identity("dr", "serial-prod"));
    assert_eq!(state(&story, PreflightCode::TwoMachines), Blocking);
    let named = |name: &str| Identity { hostname: Some(name.to_owned()), ..Identity::default() };
    identify(&mut story, Role::Dr, named("prod"));
    assert_eq!(state(&story, PreflightCode::TwoMachines), Unknown);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
    identify(&mut story, Role::Dr, named("dr"));
    assert_eq!(state(&story, PreflightCode::TwoMachines), Attention);
    assert_eq!(verdict(&story), PreflightVerdict::Go);
}

#[test]
fn two_machines_of_one_name_need_attention() {
    let mut story = ready();
    identify(&mut story, Role::Dr, identity("Prod", "serial-dr"));
    let item = item(&story, PreflightCode::TwoMachines);
    assert_eq!(item.state, Attention);
    assert!(item.text.contains("both are called Prod"), "{}", item.text);
}

#[test]
fn from_release_4_3_on_the_length_of_stage_2_is_told() {
    let of = |primary: &str, dr: &str| {
        let mut story = ready();
        identify(&mut story, Role::Primary, released("prod", primary));
        identify(&mut story, Role::Dr, released("dr", dr));
        item(&story, PreflightCode::Versions)
    };
    for release in ["4.3", "4.3.0", "altavault 4.10.1", "5", "10.0"] {
        let item = of(release, release);
        assert_eq!(item.state, Info, "{release}");
        assert!(item.text.contains("12 hours or more"));
    }
    let differ = of("4.2.0", "4.4.1");
    assert!(differ.state == Attention && differ.text.contains("12 hours or more"), "{differ:?}");
    assert_eq!(of("4.2.9", "4.2.9").state, Ok);
    assert_eq!(of("4.1.0", "4.2.0").state, Attention, "they differ");
    assert_eq!(of("4.2.0", "unknown").state, Unknown);
    assert_eq!(of("4.2.0", "99999999999.1").state, Unknown);
}

fn names_bucket(story: &mut Story, role: Role, name: Option<&str>) {
    let reading = name.map_or(Reading::Unreadable, |name| Reading::Known(name.to_owned()));
    story.tell(Event::BucketNamed { role, answer: answer(reading) });
}

#[test]
fn the_bucket_is_compared_where_both_can_be_read() {
    let code = PreflightCode::SameBucket;
    let mut story = ready();
    assert_eq!(state(&story, code), Ok);
    names_bucket(&mut story, Role::Primary, None);
    assert_eq!(state(&story, code), Ok, "the listing names the primary's");
    names_bucket(&mut story, Role::Dr, None);
    assert_eq!(state(&story, code), Unknown);
    names_bucket(&mut story, Role::Dr, Some("ava400-ks"));
    assert_eq!(state(&story, code), Ok);
    names_bucket(&mut story, Role::Primary, Some("ava400-ks"));
    assert_eq!(state(&story, code), Ok);
    names_bucket(&mut story, Role::Dr, Some("other"));
    assert_eq!(state(&story, code), Blocking);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
    assert!(story.open().contains(&Code::BucketsDiffer));
    names_bucket(&mut story, Role::Dr, Some("ava400-ks"));
    assert!(!story.open().contains(&Code::BucketsDiffer));
    assert_eq!(item(&Story::new(), code).state, Unknown);
}

#[test]
fn a_bucket_told_over_a_connection_that_is_gone_is_not_known() {
    let code = PreflightCode::SameBucket;
    let mut story = ready();
    names_bucket(&mut story, Role::Dr, Some("ava400-ks"));
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: story.now };
    story.tell(Event::LinkChanged { role: Role::Dr, link });
    story.wait(5);
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connected });
    assert_eq!(state(&story, code), Unknown);
}

#[test]
fn replication_that_runs_or_is_not_known_to_be_paused_forbids_the_start() {
    let code = PreflightCode::ReplicationPaused;
    let mut story = ready();
    assert!(item(&story, code).text.contains("verified 00:00:00 ago"));
    story.replication(ReplicationState::Running);
    assert_eq!(state(&story, code), Blocking);
    assert!(item(&story, code).remedy.unwrap().starts_with("Pause it"));
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(state(&story, code), Unknown);
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
    story.attest(Statement::ReplicationPaused);
    let stated = item(&story, code);
    assert!(stated.state == Attention && stated.text.contains("stated by hand"), "{stated:?}");
    assert_eq!(verdict(&story), PreflightVerdict::Go, "a statement counts, and is shown as one");
}

#[test]
fn a_pause_seen_under_way_is_told_as_a_lower_bound() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Paused);
    story.wait(30);
    let text = item(&story, PreflightCode::ReplicationPaused).text;
    assert!(text.contains("for at least 00:00:30"), "{text}");
}

#[test]
fn a_reading_too_old_or_older_than_its_connection_says_nothing() {
    let code = PreflightCode::ReplicationPaused;
    let mut story = ready();
    story.wait(120);
    assert_eq!(state(&story, code), Ok);
    story.wait(1);
    for code in [code, PreflightCode::Threads, PreflightCode::Service] {
        assert_eq!(state(&story, code), Unknown, "{code:?}");
    }
    let mut story = ready();
    story.wait(5);
    for link in [Link::Connecting, Link::Connected] {
        story.tell(Event::LinkChanged { role: Role::Primary, link });
    }
    assert_eq!(state(&story, code), Unknown);
    story.replication(ReplicationState::Paused);
    assert_eq!(state(&story, code), Ok);
}

#[test]
fn the_listing_has_to_be_of_the_present_pause() {
    let code = PreflightCode::ListedAfterPause;
    let mut story = Story::connected();
    assert_eq!(state(&story, code), Attention, "never listed");
    story.listing(1331, 1331, ListingCause::Start);
    assert_eq!(state(&story, code), Attention, "listed before the pause");
    story.wait(1);
    story.act(ActionKind::Pause);
    story.tell(Event::ListingStarted { cause: ListingCause::Paused });
    assert_eq!(state(&story, code), Unknown, "under way");
    let record = story.listing(1331, 1331, ListingCause::Paused);
    let listed = item(&story, code);
    assert_eq!((listed.state, listed.evidence), (Ok, Some(record)));
    assert!(listed.text.contains("2662 objects"));
    story.wait(60);
    assert_eq!(item(&story, code).age, Some(secs(60)));
    story.act(ActionKind::Resume);
    assert_eq!(state(&story, code), Attention, "replication ran since");
    story.wait(60);
    story.act(ActionKind::Pause);
    assert_eq!(state(&story, code), Attention, "another pause");
}

#[test]
fn maps_and_rbtmds_are_compared() {
    let code = PreflightCode::MapsEqualRbtmds;
    let mut story = Story::connected();
    assert_eq!(state(&story, code), Unknown);
    story.listing(1331, 1330, ListingCause::Asked);
    assert_eq!(state(&story, code), Attention);
    let listing = with(|counts| BucketCounts { maps: None, ..counts });
    story.tell(Event::ListingRead { listing, cause: ListingCause::Asked, took: secs(1), raw: String::new() });
    assert_eq!(state(&story, code), Unknown);
}

#[test]
fn the_baseline_has_to_be_in_time_and_still_hold() {
    let code = PreflightCode::BaselineBeforeService;
    assert_eq!(state(&Story::connected(), code), Attention);
    let mut story = ready();
    assert!(item(&story, code).text.contains("The baseline 10412 was chosen by hand"));
    story.wait(5);
    story.counter(10_420);
    assert_eq!(state(&story, code), Ok, "the service may have started since it was read");
    story.service_stopped();
    let moved = item(&story, code);
    assert!(moved.state == Attention && moved.text.contains("8 GETs"), "{moved:?}");
    story.wait(5);
    story.counter(10_430);
    story.service_runs();
    assert!(item(&story, code).text.contains("8 GETs"), "those before the service, and no more");
    let mut story = Story::connected();
    story.service_runs();
    story.counter(10_412);
    story.tell(Event::CounterRead(answer(Reading::Unreadable)));
    let unread = item(&story, code);
    assert!(unread.state == Attention && unread.text.contains("was not understood"), "{unread:?}");
    story.counter(10_412);
    let late = item(&story, code);
    assert!(late.state == Info && late.text.contains("only after the service"), "{late:?}");
}

#[test]
fn what_the_started_service_fetches_is_no_fault_of_the_baseline() {
    let code = PreflightCode::BaselineBeforeService;
    // However the readings of the service and of the counter fall between one another.
    for service_is_read_after in 0..4 {
        let mut story = ready();
        let mut counter = 10_412;
        for poll in 0..4 {
            story.wait(5);
            counter += 40;
            story.counter(counter);
            if poll == service_is_read_after {
                story.service_runs();
            }
            assert_eq!(
                item(&story, code).state,
                Ok,
                "{service_is_read_after}, {poll}: {:?}",
                item(&story, code)
            );
        }
    }
    // The same of a baseline that nobody chose.
    let mut story = Story::connected();
    polled(&mut story, ReplicationState::Paused);
    for value in [10_440, 10_480] {
        story.wait(5);
        story.counter(value);
        assert_eq!(state(&story, code), Ok);
    }
}

#[test]
fn threads_are_read_or_accepted_or_unknown() {
    let code = PreflightCode::Threads;
    let mut story = Story::connected();
    assert_eq!(state(&story, code), Unknown);
    story.threads(16);
    assert_eq!(state(&story, code), Attention);
    let id = story.request(ActionKind::SetThreads(ThreadCount(128)), None);
    story.send(id);
    story.settle(id, ActionState::AwaitingService);
    story.tell(Event::ThreadsRead(answer(Reading::ServiceDown)));
    let accepted = item(&story, code);
    assert!(accepted.state == Ok && accepted.text.contains("accepted 128"), "{accepted:?}");
    assert_eq!(item_of(&story, &without_record(), code).state, Unknown);
    story.threads(128);
    assert_eq!(item_of(&story, &without_record(), code).state, Ok);
}

#[test]
fn the_service_waits_on_one_side_and_runs_on_the_other() {
    let code = PreflightCode::Service;
    let mut story = Story::connected();
    assert_eq!(state(&story, code), Unknown);
    story.service_stopped();
    assert_eq!(state(&story, code), Ok);
    story.service(Role::Primary, ServiceState::Stopped);
    assert_eq!(state(&story, code), Attention);
    story.service_runs();
    assert_eq!(state(&story, code), Blocking, "swapped");
    assert_eq!(verdict(&story), PreflightVerdict::NoGo);
    story.service(Role::Primary, ServiceState::Running("running".to_owned()));
    let started = item(&story, code);
    assert_eq!(
        (started.state, started.text.as_str()),
        (Info, "The service of dr was started ('running') and has yet to send its first GET.")
    );
    assert_eq!(item_of(&story, &without_record(), code).state, Attention, "its start was not seen");
    let mut late = Story::connected();
    late.service_runs();
    let started = item(&late, code);
    assert!(started.state == Attention && started.text.contains("'running'"), "{started:?}");
    story.tell(Event::ServiceRead { role: Role::Dr, answer: answer(Reading::ServiceDown) });
    assert_eq!(state(&story, code), Ok);
    story.tell(Event::ServiceRead { role: Role::Dr, answer: answer(Reading::Unreadable) });
    assert_eq!(state(&story, code), Unknown);
}

#[test]
fn info_lines_and_clocks_are_told_as_far_as_seen() {
    let (info, clock) = (PreflightCode::InfoLines, PreflightCode::ClockSkew);
    let mut story = Story::connected();
    assert_eq!([state(&story, info), state(&story, clock)], [Unknown; 2]);
    story.chunk(LogTally { lines: LineCount(3), ..LogTally::default() });
    assert_eq!(state(&story, info), Attention);
    story.chunk(LogTally { lines: LineCount(3), info: LineCount(1), ..LogTally::default() });
    assert!(item(&story, info).text.contains("1 of 6"));
    let record = story.tell(Event::ClockOffset { role: Role::Dr, seconds: -4 });
    let near = item(&story, clock);
    assert_eq!((near.state, near.evidence), (Ok, Some(record)));
    assert_eq!(near.text, "The clock of dr is 4 s behind ours.");
    story.tell(Event::ClockOffset { role: Role::Primary, seconds: 121 });
    assert_eq!(state(&story, clock), Attention);
}

#[test]
fn commands_are_verified_by_certainty_or_by_a_confirmed_action() {
    let code = PreflightCode::CommandsVerified;
    let mut story = Story::connected();
    let unsure = item(&story, code);
    assert_eq!(unsure.state, Attention);
    assert!(unsure.text.contains("pause, resume (command guessed)."), "{}", unsure.text);
    story.act(ActionKind::Pause);
    let left = item(&story, code);
    assert!(!left.text.contains("pause") && left.text.contains("resume"), "{left:?}");
    assert_eq!(left.state, Info, "what is needed only after the test");
    story.act(ActionKind::Resume);
    assert_eq!(state(&story, code), Ok);
    assert_eq!(item_of(&story, &without_record(), code).state, Unknown, "confirmed in the past");
    let documented = plans().into_iter().map(|plan| ActionPlan { certainty: Certainty::Documented, ..plan });
    let facts = PreflightFacts { plans: documented.collect(), ..without_record() };
    assert_eq!(item_of(&story, &facts, code).state, Ok);
    let facts = PreflightFacts { plans: Vec::new(), ..facts };
    assert_eq!(item_of(&Story::connected(), &facts, code).state, Unknown);
}

#[test]
fn room_for_the_record_is_judged_by_its_size() {
    let of = |bytes| {
        let facts = PreflightFacts { disk_free: bytes, ..facts() };
        item_of(&ready(), &facts, PreflightCode::DiskSpace).state
    };
    let mebibytes = |count: u64| of(Some(ByteCount(count << 20)));
    assert_eq!(
        [mebibytes(99), mebibytes(100), mebibytes(1023), mebibytes(1024)],
        [Blocking, Attention, Attention, Ok]
    );
    assert_eq!(of(None), Info, "a simulated run does not ask");
    let mut real = ready();
    real.run.started.demo = false;
    let facts = PreflightFacts { disk_free: None, ..facts() };
    assert_eq!(item_of(&real, &facts, PreflightCode::DiskSpace).state, Unknown);
}
