//! Runs as they are met: connected, prepared, downloading, generating, in use, ended, away.

use super::{Story, identity};
use crate::run::{
    ActionKind, ActionState, Elapsed, Event, Link, ListingCause, Marker, ReplicationState, Role, RunSettings,
    ServiceState, Severity, Statement,
};

/// Both appliances connected and known, replication running, DR service not started.
pub(in crate::screen::tests) fn connected(settings: RunSettings) -> Story {
    let mut story = Story::begin(settings);
    for (role, name, serial) in [(Role::Primary, "ava-prod", "A7C1"), (Role::Dr, "ava-dr", "B2F9")] {
        story.link(role, Link::Connected);
        story.record(Event::Identified { role, identity: identity(name, serial), raw: String::new() });
    }
    story.at(4);
    story.replication(ReplicationState::Running);
    story.service(ServiceState::Stopped).threads(16).counter(10_412);
    story
}

/// A watch that began when stage 1 was long over; the log of an earlier restore is not gone either.
pub(in crate::screen::tests) fn attached_in_stage_2() -> Story {
    let mut story = connected(RunSettings::default());
    story.replication(ReplicationState::Paused);
    story.record(Event::LinkChanged { role: Role::Dr, link: Link::Connected });
    let (month, hours) = (30 * 24 * 60, 6 * 60 + 12);
    story.at(8).searched(&[
        (Marker::NamespaceComplete, month - 40),
        (Marker::RestoreSuccessful, month - 40),
        (Marker::DownloadComplete, hours),
    ]);
    story
}

/// Prepare: the engineer has confirmed the names and paused replication.
pub(in crate::screen::tests) fn prepared() -> Story {
    prepared_with(RunSettings { pause_budget: Some(Elapsed::from_secs(7200)), ..RunSettings::default() })
}

pub(in crate::screen::tests) fn prepared_with(settings: RunSettings) -> Story {
    let mut story = connected(settings);
    story.at(20).names_confirmed();
    story.at(34).requested(ActionKind::Pause, None);
    story.at(35).sent();
    story.at(37).settled(ActionState::Confirmed);
    story.at(38).listing(1331, ListingCause::Paused);
    story.at(60).threads(128).replication(ReplicationState::Paused);
    story.at(62).counter(10_412);
    story.line(Severity::Notice, "[mgmtd.NOTICE]: Configuration changed by user admin", None);
    story
}

const LOG_LINES: [&str; 4] = [
    "[replicator.INFO] (14306) fetched ava400-ks/00/4f/00000000000a4f1c.rbtmd in 3104 ms",
    "[replicator.INFO] (14311) fetched ava400-ks/00/4f/00000000000a4f1c.lm in 2987 ms",
    "[cloud/s3.INFO] (14298) {10.20.1.7:443} connection reused, 128 in flight",
    "[gc.INFO] (14306) bitmaps set up for 261 slabs, using 33408 bytes",
];

/// Stage 1 runs, `percent` of the objects are there.
pub(in crate::screen::tests) fn downloading(percent: u64) -> Story {
    let mut story = prepared();
    download(&mut story, percent);
    story
}

pub(in crate::screen::tests) fn download(story: &mut Story, percent: u64) {
    story.at(240).service(ServiceState::Running("running".to_owned()));
    let target = 2662 * percent / 100;
    let steps = 60;
    for step in 1..=steps {
        let wave = [0, 2, 5, 9, 11, 12, 11, 9, 6, 3][usize::try_from(step % 10).unwrap()];
        story.at(240 + step * 5);
        let value = (target * step / steps).saturating_sub(if step == steps { 0 } else { wave });
        story.counter(10_412 + value);
        for index in 0..3 {
            let words = LOG_LINES[usize::try_from(step + index).unwrap() % LOG_LINES.len()];
            story.line(Severity::Info, words, None);
        }
        story.chunk(3);
        if step == 31 {
            story.line(
                Severity::Warning,
                "[replicator.WARN] (14302) GET took 9120 ms, retrying with another connection",
                None,
            );
        }
        if step % 3 == 0 {
            story.replication(ReplicationState::Paused);
        }
        if step % 6 == 0 {
            story.threads(128).service(ServiceState::Running("running".to_owned()));
        }
    }
    story.at(542);
}

/// Stage 2: all objects are there, the namespace is being generated.
pub(in crate::screen::tests) fn generating() -> Story {
    let mut story = downloading(100);
    story.at(545).marker(Marker::DownloadComplete);
    for minute in 1..40 {
        story.at(545 + minute * 60);
        story.counter(13_074 + minute).replication(ReplicationState::Paused).threads(128);
        story.service(ServiceState::Running("running".to_owned()));
        let words = format!("[namespace_restore.INFO] (13852) {} directories generated", minute * 1207);
        story.line(Severity::Info, &words, None);
        story.chunk(1);
    }
    story
}

/// The namespace is restored and in use.
pub(in crate::screen::tests) fn in_use() -> Story {
    let mut story = generating();
    story.at(3000).marker(Marker::NamespaceComplete).marker(Marker::RestoreSuccessful);
    story.at(3120).replication(ReplicationState::Paused).counter(13_120);
    story
}

/// The test is over and replication runs again.
pub(in crate::screen::tests) fn ended() -> Story {
    let mut story = in_use();
    story.at(5400).attested(Statement::TestOver);
    story.at(5410).requested(ActionKind::Resume, None);
    story.at(5411).sent();
    story.at(5413).settled(ActionState::Confirmed);
    story.at(5440).replication(ReplicationState::Running);
    story
}

/// Stage 1 with the DR appliance away for half a minute.
pub(in crate::screen::tests) fn dr_away() -> Story {
    let mut story = downloading(68);
    let retry_at = story.now + Elapsed::from_secs(35);
    let reason = "connection refused by ava-dr.example.net port 22".to_owned();
    story.link(Role::Dr, Link::Waiting { reason, retry_at });
    story.gap("gap 15:38:28 to 15:38:41: 13 s of the log could not be had again");
    story.at(573).replication(ReplicationState::Paused);
    story
}

/// Stage 1 with all that may go wrong: an alarm, a near miss, a lost connection, replication that ran against the policy,
/// notes, warnings and errors in the log.
pub(in crate::screen::tests) fn troubled() -> Story {
    let mut story = downloading(60);
    story.at(560).replication(ReplicationState::Running).counter(12_020);
    story.line(Severity::Error, "[replicator.ERR] (14302) GET failed: connection reset by 10.20.1.7", None);
    story.at(590).requested(ActionKind::Pause, None);
    story.at(591).sent();
    story.at(593).settled(ActionState::Confirmed).replication(ReplicationState::Paused);
    let note = |story: &mut Story, text: &str| {
        story.record(Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None });
    };
    note(
        &mut story,
        "replication was started again in the web UI by the backup team; agreed to leave it paused",
    );
    let retry_at = story.now + Elapsed::from_secs(9);
    let reason = "connection refused by ava-dr.example.net port 22".to_owned();
    story.at(600).link(Role::Dr, Link::Waiting { reason, retry_at });
    story.gap("gap 15:39:26 to 15:39:44: 18 s of the log could not be had again");
    story.at(618).link(Role::Dr, Link::Connected);
    story.near_miss("[namespace_restore.INFO] (13852) Cloud restore phase nearly complete");
    story.alarm(
        "cloud-bucket-inconsistent",
        "[rfsd.ALERT] (13852) alarm raised: inconsistent cloud bucket, 3 objects of ava400-ks are missing",
    );
    note(&mut story, "switch port was reset");
    for step in 1..=24 {
        story.at(618 + step * 5).counter(12_020 + step * 15);
        story.line(Severity::Info, LOG_LINES[usize::try_from(step).unwrap() % LOG_LINES.len()], None);
        if step % 7 == 0 {
            story.line(Severity::Warning, "[cloud/s3.WARN] (14298) slow reply: 8123 ms for one GET", None);
        }
        story.chunk(1);
        story.replication(ReplicationState::Paused).threads(128);
        story.service(ServiceState::Running("running".to_owned()));
    }
    story
}
