//! Any record survives its line of the journal unchanged; and any record there can be, for
//! properties elsewhere.

pub(super) mod values;

use proptest::{collection::vec, option, prelude::*, strategy::Union};

use self::values::*;
use super::*;

fn tellings() -> Vec<BoxedStrategy<Event>> {
    let identity =
        (option::of(text()), option::of(text()), option::of("[ab]"), option::of("[ab]"), any::<bool>());
    let identity = identity.prop_map(|(hostname, product, serial, host_key, simulated)| Identity {
        hostname,
        release: product.clone(),
        model: product.clone(),
        product,
        serial,
        host_key,
        host_keys: Vec::new(),
        bucket: None,
        simulated,
    });
    let continued = |(program, recorder, held, since)| Event::RunContinued {
        program,
        recorder,
        held,
        since,
        distrusted: None,
    };
    let names = |(primary, dr, user, typed)| Event::NamesConfirmed {
        primary,
        dr,
        identities: Box::default(),
        reason: None,
        user,
        typed,
    };
    vec![
        (text(), text(), option::of(text()), option::of(at())).prop_map(continued).boxed(),
        span().prop_map(|behind| Event::OwnClock { behind }).boxed(),
        (role(), link()).prop_map(|(role, link)| Event::LinkChanged { role, link }).boxed(),
        (role(), identity, text())
            .prop_map(|(role, identity, raw)| Event::Identified { role, identity, raw })
            .boxed(),
        (text(), text(), text(), option::of(text())).prop_map(names).boxed(),
        reading(number().prop_map(GetCount)).prop_map(Event::CounterRead).boxed(),
        reading(number().prop_map(GetCount)).prop_map(Event::CounterRead).boxed(),
        reading(any::<u32>().prop_map(ThreadCount)).prop_map(Event::ThreadsRead).boxed(),
        (role(), reading(service())).prop_map(|(role, answer)| Event::ServiceRead { role, answer }).boxed(),
        (role(), reading(text())).prop_map(|(role, answer)| Event::BucketNamed { role, answer }).boxed(),
        reading(prop_oneof![Just(ReplicationState::Running), Just(ReplicationState::Paused)])
            .prop_flat_map(|answer| {
                option::of(any::<u64>().prop_map(ByteCount))
                    .prop_map(move |backlog| Event::ReplicationRead { answer: answer.clone(), backlog })
            })
            .boxed(),
        text().prop_map(|user| Event::BaselineTaken { user }).boxed(),
        (role(), any::<i64>()).prop_map(|(role, seconds)| Event::ClockOffset { role, seconds }).boxed(),
    ]
}

fn log_and_bucket() -> Vec<BoxedStrategy<Event>> {
    let causes = [
        ListingCause::Start,
        ListingCause::Paused,
        ListingCause::Asked,
        ListingCause::StageEnd,
        ListingCause::BeforeResume,
        ListingCause::File,
    ];
    let markers = [
        Marker::DownloadStarted,
        Marker::DownloadComplete,
        Marker::NamespaceComplete,
        Marker::RestoreSuccessful,
        Marker::RestoreFailed,
    ];
    let cause = move || prop::sample::select(causes.to_vec());
    let marker = move || prop::sample::select(markers.to_vec());
    let found = (marker(), option::of(at()), text(), any::<bool>());
    let found = found.prop_map(|(marker, stamp, raw, near)| FoundMarker { marker, stamp, raw, near });
    let place = (0_u64..40, 0_u32..3);
    let place = place.prop_map(|(record, place)| MarkerPlace { record: Sequence(record), place });
    let claimed = |(claimed, user)| Event::MarkersClaimed { claimed, user };
    let tally =
        (number(), number(), number(), number()).prop_map(|(lines, unparsed, info, errors)| LogTally {
            lines: LineCount(lines),
            unparsed: LineCount(unparsed),
            info: LineCount(info),
            warnings: LineCount(errors),
            errors: LineCount(errors),
            repeated: LineCount(unparsed),
            earlier: LineCount(info),
            nul_bytes: ByteCount(lines),
            may_repeat: LineCount(errors),
        });
    let chunk = |(offset, bytes, tally, sha256): (u64, u64, LogTally, String)| Event::LogChunk {
        offset: LogOffset(offset),
        bytes: ByteCount(bytes),
        lines: tally.lines,
        sha256,
        tally,
        received_at: None,
    };
    let gap = |(from, to, offset, reason)| {
        Event::LogGap(Gap { from, to, offset: LogOffset(offset), reason, record: None })
    };
    let restarted = |(before, after, line)| Event::RfsdRestarted { before, after, line };
    let read = |(listing, cause, took, raw)| Event::ListingRead { listing, cause, took, raw };
    vec![
        cause().prop_map(|cause| Event::ListingStarted { cause }).boxed(),
        (listing(), cause(), span(), text()).prop_map(read).boxed(),
        (text(), text()).prop_map(|(reason, raw)| Event::ListingRefused { reason, raw }).boxed(),
        (number(), number(), tally, text()).prop_map(chunk).boxed(),
        (marker(), citation()).prop_map(|(marker, line)| Event::MarkerSeen { marker, line }).boxed(),
        reading(vec(found, 0..3)).prop_map(Event::LogSearched).boxed(),
        (vec(place, 0..3), text()).prop_map(claimed).boxed(),
        (text(), citation()).prop_map(|(alarm, line)| Event::AlarmSeen { alarm, line }).boxed(),
        (any::<u32>(), any::<u32>(), citation()).prop_map(restarted).boxed(),
        (at(), at(), number(), text()).prop_map(gap).boxed(),
        Just(Event::LogFollowed).boxed(),
        text().prop_map(|reason| Event::LogLost { reason }).boxed(),
    ]
}

fn doings() -> Vec<BoxedStrategy<Event>> {
    let certainty = prop::sample::select(vec![
        Certainty::Unknown,
        Certainty::Inferred,
        Certainty::Documented,
        Certainty::Procedure,
    ]);
    let plan = (action(), vec(text(), 0..3), certainty);
    let plan = plan.prop_map(|(action, lines, certainty)| ActionPlan { action, lines, certainty });
    let over = option::of(text().prop_map(|reason| Override { reason }));
    let state = prop_oneof![
        Just(ActionState::Requested),
        Just(ActionState::Sent),
        Just(ActionState::Confirmed),
        Just(ActionState::AwaitingService),
        text().prop_map(|reason| ActionState::Rejected { reason }),
        text().prop_map(|reason| ActionState::Unknown { reason }),
    ];
    let statement = prop::sample::select(vec![
        Statement::DownloadBegun,
        Statement::DownloadOver,
        Statement::NamespaceOver,
        Statement::TestOver,
        Statement::RestoreFailed,
        Statement::ReplicationPaused,
        Statement::ReplicationRunning,
        Statement::DeletedFilesNotRead,
        Statement::RestoredUsable,
    ]);
    let requested = |(id, plan, user, r#override, typed, consent, agreed)| Event::ActionRequested {
        id,
        plan,
        user,
        r#override,
        typed,
        consent,
        agreed,
    };
    let sent = |(id, sent, answer)| Event::ActionSent { id, sent, answer, remark: None };
    let refused = |(action, reason, user)| Event::ActionRefused { action, reason, user };
    let attested = |(statement, since, reason, user, consent)| Event::Attested {
        statement,
        since,
        reason,
        user,
        consent,
    };
    let acknowledged = |(code, opened, reason, user)| {
        let opened = Sequence(opened);
        Event::Acknowledged { code, opened, reason, user }
    };
    let code = prop_oneof![Just("listing-provisional".to_owned()), Just("counter-reset".to_owned()), text()];
    let judged = |(verdict, items)| Event::PreflightJudged { verdict, items };
    vec![
        (preflight_verdict(), vec(preflight_item(), 0..4)).prop_map(judged).boxed(),
        (text(), text(), option::of(consent()))
            .prop_map(|(text, user, consent)| Event::SignedOff { text, user, consent })
            .boxed(),
        text().prop_map(|user| Event::LeftPaused { user }).boxed(),
        (action_id(), plan, text(), over, option::of(text()), option::of(consent()), option::of(text()))
            .prop_map(requested)
            .boxed(),
        (action_id(), vec(text(), 0..3), text()).prop_map(sent).boxed(),
        (action_id(), state).prop_map(|(id, state)| Event::ActionSettled { id, state }).boxed(),
        (action(), text(), text()).prop_map(refused).boxed(),
        (statement, at(), text(), text(), option::of(consent())).prop_map(attested).boxed(),
        (text(), text(), option::of(citation()))
            .prop_map(|(text, user, line)| Event::Noted { text, user, line })
            .boxed(),
        (0_u64..40, text(), text())
            .prop_map(|(note, text, user)| Event::NoteEdited { note: Sequence(note), text, user })
            .boxed(),
        (code, 0_u64..40, text(), text()).prop_map(acknowledged).boxed(),
    ]
}

fn preflight_verdict() -> impl Strategy<Value = PreflightVerdict> {
    prop_oneof![Just(PreflightVerdict::Go), Just(PreflightVerdict::NoGo)]
}

fn preflight_item() -> impl Strategy<Value = PreflightItem> {
    let code = prop::sample::select(vec![
        PreflightCode::PrimaryReachable,
        PreflightCode::ListedAfterPause,
        PreflightCode::MapsEqualRbtmds,
        PreflightCode::DiskSpace,
    ]);
    let state = prop::sample::select(vec![
        PreflightState::Ok,
        PreflightState::Unknown,
        PreflightState::Attention,
        PreflightState::Blocking,
    ]);
    let evidence = option::of(any::<u64>().prop_map(Sequence));
    (code, state, text(), evidence, option::of(span()), option::of(text())).prop_map(
        |(code, state, text, evidence, age, remedy)| PreflightItem {
            code,
            state,
            text,
            evidence,
            age,
            remedy,
        },
    )
}

fn prediction() -> impl Strategy<Value = Prediction> {
    let band = (at(), at(), at()).prop_map(|(earliest, likely, latest)| Band { earliest, likely, latest });
    let basis = prop_oneof![
        any::<u8>().prop_map(|percent| Basis::Counted { percent }),
        any::<u32>().prop_map(|runs| Basis::PastRuns { runs }),
    ];
    let phase =
        prop::sample::select(vec![Phase::Prepare, Phase::Stage1, Phase::Stage2, Phase::InUse, Phase::Ended]);
    (phase, option::of(band), basis).prop_map(|(phase, end, basis)| Prediction { phase, end, basis })
}

fn endings() -> Vec<BoxedStrategy<Event>> {
    let edge = prop_oneof![
        Just(TimerEvent::Stalled),
        any::<u8>().prop_map(|percent| TimerEvent::BudgetUsed { percent }),
        role().prop_map(|role| TimerEvent::Lost { role }),
        Just(TimerEvent::NoInfoLines),
        Just(TimerEvent::LogSilent),
    ];
    let ending = prop_oneof![
        Just(Ending::Quit),
        Just(Ending::Finished),
        text().prop_map(|name| Ending::Signal { name }),
        text().prop_map(|reason| Ending::NeverConnected { reason }),
    ];
    let hole = |(from, records, reason)| Event::RecordHole { from, records, reason };
    let cause = prop_oneof![Just(Cause::Automatic), Just(Cause::Engineer)];
    vec![
        edge.prop_map(Event::Due).boxed(),
        prediction().prop_map(Event::Predicted).boxed(),
        (at(), number(), text()).prop_map(hole).boxed(),
        (vec(text(), 0..3), cause).prop_map(|(files, cause)| Event::Exported { files, cause }).boxed(),
        ending.prop_map(Event::RunEnded).boxed(),
        starts().boxed(),
    ]
}

/// Any event there can be.
pub(super) fn events() -> impl Strategy<Value = Event> {
    Union::new([tellings(), log_and_bucket(), doings(), endings()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::short_or_long(500, 2000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_survives_its_line_unchanged(seq in any::<u64>(), at in at(), event in events()) {
        let record = Record { seq: Sequence(seq), at, event };
        let line = serde_json::to_string(&record).unwrap();
        prop_assert!(!line.contains('\n'));
        let back: Record = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(back, record);
    }

    #[test]
    fn a_record_survives_with_the_journal_fields_beside_it(at in at(), event in events()) {
        let record = Record { seq: Sequence(3), at, event };
        let mut value = serde_json::to_value(&record).unwrap();
        value["prev"] = serde_json::Value::String("00".repeat(32));
        let back: Record = serde_json::from_value(value).unwrap();
        prop_assert_eq!(back, record);
    }
}
