//! Any value that an event carries.

use proptest::{collection::vec, option, prelude::*};

use super::super::*;

pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z ]{1,12}", any::<String>()]
}

pub(in crate::run::tests) fn at() -> impl Strategy<Value = Timestamp> {
    let around =
        (-90_000_000_i64..90_000_000).prop_map(|millis| morning().shifted(TimeDelta::milliseconds(millis)));
    let any_year = (-62_000_000_000_000_i64..250_000_000_000_000)
        .prop_map(|millis| morning().shifted(TimeDelta::milliseconds(millis)));
    prop_oneof![9 => around, 1 => any_year]
}

pub(super) fn span() -> impl Strategy<Value = Elapsed> {
    prop_oneof![0_u64..200_000, 0_u64..(1 << 46)].prop_map(Elapsed::from_millis)
}

pub(super) fn number() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0_u64..2000, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

pub(super) fn consent() -> impl Strategy<Value = Consent> {
    let overruled = proptest::sample::select(vec![
        Overruled::Reading,
        Overruled::NoRestore,
        Overruled::UnfinishedRestore,
        Overruled::NoFailureSeen,
        Overruled::Log,
        Overruled::Danger,
        Overruled::Unsent,
        Overruled::Alarm,
        Overruled::UnsettledAlarm,
        Overruled::Paused,
        Overruled::UnknownReplication,
    ]);
    (overruled, text(), option::of(number().prop_map(Sequence)))
        .prop_map(|(overruled, shown, cited)| Consent { overruled, shown, cited })
}

pub(super) fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Primary), Just(Role::Dr)]
}

pub(super) fn reading<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Answer<T>> {
    let reading = prop_oneof![
        6 => value.prop_map(Reading::Known),
        1 => Just(Reading::ServiceDown),
        1 => Just(Reading::Unreadable),
        1 => text().prop_map(Reading::Refused),
    ];
    (reading, span(), text()).prop_map(|(reading, took, raw)| Answer { reading, took, raw })
}

pub(super) fn service() -> impl Strategy<Value = ServiceState> {
    prop_oneof![
        Just(ServiceState::Stopped),
        text().prop_map(ServiceState::Busy),
        text().prop_map(ServiceState::Running),
    ]
}

pub(super) fn link() -> impl Strategy<Value = Link> {
    prop_oneof![
        Just(Link::Absent),
        Just(Link::Connecting),
        Just(Link::Connected),
        (text(), at()).prop_map(|(reason, retry_at)| Link::Waiting { reason, retry_at }),
        text().prop_map(|reason| Link::Stopped { reason }),
    ]
}

pub(super) fn citation() -> impl Strategy<Value = LogCitation> {
    let arrival = prop_oneof![
        3 => Just(Arrival::Live),
        1 => Just(Arrival::CaughtUp),
        1 => Just(Arrival::Behind),
        1 => Just(Arrival::MayRepeat),
        1 => Just(Arrival::Earlier),
    ];
    (number(), option::of(at()), arrival, text()).prop_map(|(offset, stamp, arrival, raw)| LogCitation {
        offset: LogOffset(offset),
        stamp,
        arrival,
        raw,
    })
}

pub(super) fn action() -> impl Strategy<Value = ActionKind> {
    let threads = any::<u32>().prop_map(|count| ActionKind::SetThreads(ThreadCount(count)));
    prop_oneof![Just(ActionKind::Pause), Just(ActionKind::Resume), threads]
}

pub(super) fn action_id() -> impl Strategy<Value = ActionId> {
    prop_oneof![9 => 1_u32..6, 1 => any::<u32>()].prop_map(ActionId)
}

pub(super) fn listing() -> impl Strategy<Value = BucketListing> {
    let count = || option::of(number().prop_map(ObjectCount));
    let other = (text(), number()).prop_map(|(name, count)| OtherClass { name, count: ObjectCount(count) });
    (text(), number(), count(), count(), count(), option::of(number()), vec(other, 0..3)).prop_map(
        |(name, entries, slabs, maps, rbtmds, bytes, other)| BucketListing {
            counts: BucketCounts {
                name,
                entries: ObjectCount(entries),
                bytes: bytes.map(ByteCount),
                slabs,
                maps,
                rbtmds,
            },
            other,
        },
    )
}

pub(super) fn settings() -> impl Strategy<Value = RunSettings> {
    let policy = prop_oneof![Just(ResumePolicy::PausedThroughout), Just(ResumePolicy::ResumeAfterStage1)];
    (policy, option::of(span()), span(), any::<u32>()).prop_map(
        |(resume_policy, pause_budget, stall_after, threads)| RunSettings {
            resume_policy,
            pause_budget,
            stall_after,
            threads: ThreadCount(threads),
        },
    )
}

pub(in crate::run::tests) fn starts() -> impl Strategy<Value = Event> {
    (option::of(text()), option::of(text()), settings(), any::<bool>(), text()).prop_map(
        |(primary, dr, settings, flag, program)| {
            let flags = Started { demo: flag, read_only: !flag, ..started() };
            Event::RunStarted(Box::new(Started { program, primary, dr, settings, ..flags }))
        },
    )
}
