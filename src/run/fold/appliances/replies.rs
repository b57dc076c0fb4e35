//! The last answer to each question, whatever it is used for.

use crate::run::state::{LastReply, Question, Run};
use crate::run::values::{
    Answer, Elapsed, Event, ListingCause, Reading, Record, ReplicationState, Role, ServiceState,
};

/// An answer: of whom, to what, the value in words, the time it took, the reply.
type Reply<'r> = (Role, Question, Reading<String>, Option<Elapsed>, &'r str);

pub(in crate::run) fn remember(run: &mut Run, record: &Record) {
    let Some((role, question, reading, took, raw)) = reply(&record.event) else { return };
    let replies = &mut run.appliance_mut(role).replies;
    let count = replies.get(&question).map_or(0, |last| last.count).saturating_add(1);
    let (at, record) = (record.at, record.seq);
    replies.insert(question, LastReply { at, record, took, reading, raw: raw.to_owned(), count });
}

fn reply(event: &Event) -> Option<Reply<'_>> {
    use Question::{Bucket, Counter, Identity, Listing, LogSearch, Replication, Service, Threads};
    Some(match event {
        Event::Identified { role, identity, raw } => {
            let parts = [&identity.hostname, &identity.product, &identity.release, &identity.serial];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            (*role, Identity, Reading::Known(parts.join(" ")), None, raw)
        }
        Event::ServiceRead { role, answer } => of(*role, Service, answer, |state| match state {
            ServiceState::Stopped => "stopped".to_owned(),
            ServiceState::Busy(words) | ServiceState::Running(words) => words.clone(),
        }),
        Event::BucketNamed { role, answer } => of(*role, Bucket, answer, String::clone),
        Event::ReplicationRead { answer, .. } => {
            of(Role::Primary, Replication, answer, |state| match state {
                ReplicationState::Running => "running".to_owned(),
                ReplicationState::Paused => "paused".to_owned(),
            })
        }
        Event::CounterRead(answer) => of(Role::Dr, Counter, answer, ToString::to_string),
        Event::ThreadsRead(answer) => of(Role::Dr, Threads, answer, ToString::to_string),
        Event::LogSearched(answer) => {
            of(Role::Dr, LogSearch, answer, |found| format!("{} found", found.len()))
        }
        // One that was given as a file is no answer of the appliance.
        Event::ListingRead { cause: ListingCause::File, .. } => return None,
        Event::ListingRead { listing, took, raw, .. } => {
            let words = format!("{} entries in {}", listing.counts.entries, listing.counts.name);
            (Role::Primary, Listing, Reading::Known(words), Some(*took), raw)
        }
        Event::ListingRefused { reason, raw } => {
            (Role::Primary, Listing, Reading::Refused(reason.clone()), None, raw)
        }
        _ => return None,
    })
}

fn of<T>(role: Role, question: Question, answer: &Answer<T>, words: impl FnOnce(&T) -> String) -> Reply<'_> {
    let reading = match &answer.reading {
        Reading::Known(value) => Reading::Known(words(value)),
        Reading::ServiceDown => Reading::ServiceDown,
        Reading::Unreadable => Reading::Unreadable,
        Reading::Refused(reason) => Reading::Refused(reason.clone()),
    };
    (role, question, reading, Some(answer.took), &answer.raw)
}
