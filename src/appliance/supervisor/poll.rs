//! Asking the questions of an appliance's role on their schedule, on one lasting shell that is opened
//! again when it dies.

use std::time::Duration;

use tokio::{
    sync::mpsc,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{
    online::{End, Online},
    request::{Pace, Schedule},
};
use crate::{
    appliance::{
        client::{Client, OpenError, unanswered},
        shell::ShellError,
    },
    run::{Answer, Event, Role},
};

/// Shells that may fail one after the other without an answer between them.
// A new shell costs far less than a new login, but shells that end at once mean that
// the connection is of no use.
const MAX_SHELL_FAILURES: u32 = 3;

/// How often the bucket is asked for: it is set up once, long before a test.
const BUCKET_PERIOD: Duration = Duration::from_mins(10);

#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    AskNow,
    Pace(Pace),
}

#[derive(Clone, Copy, Debug)]
enum Question {
    Counter,
    Replication,
    Threads,
    Service,
    Bucket,
}

impl Question {
    const fn all(role: Role) -> &'static [Self] {
        match role {
            Role::Primary => &[Self::Replication, Self::Service, Self::Bucket],
            Role::Dr => &[Self::Counter, Self::Threads, Self::Service, Self::Bucket],
        }
    }

    const fn period(self, schedule: &Schedule, pace: Pace) -> Duration {
        match (self, pace) {
            (Self::Counter, Pace::Fast) => schedule.counter,
            (Self::Counter, Pace::Slow) => schedule.counter_slow,
            (Self::Replication, _) => schedule.replication,
            (Self::Threads, _) => schedule.threads,
            (Self::Service, _) => schedule.service,
            (Self::Bucket, _) => BUCKET_PERIOD,
        }
    }

    /// Asks it. With `silence_counts`, no answer in time is an answer that says so.
    async fn ask(self, client: &mut Client, role: Role, silence_counts: bool) -> Result<Event, ShellError> {
        Ok(match self {
            Self::Counter => Event::CounterRead(answer(client.counter().await, silence_counts)?),
            Self::Replication => {
                let reply = client.replication().await;
                let backlog = reply.as_ref().ok().and_then(|reply| reply.backlog);
                let reply = reply.map(|reply| reply.answer);
                Event::ReplicationRead { answer: answer(reply, silence_counts)?, backlog }
            }
            Self::Threads => Event::ThreadsRead(answer(client.threads().await, silence_counts)?),
            Self::Bucket => {
                Event::BucketNamed { role, answer: answer(client.bucket().await, silence_counts)? }
            }
            Self::Service => {
                Event::ServiceRead { role, answer: answer(client.service().await, silence_counts)? }
            }
        })
    }
}

fn answer<T>(asked: Result<Answer<T>, ShellError>, silence_counts: bool) -> Result<Answer<T>, ShellError> {
    match asked {
        Err(ShellError::TimedOut { limit, .. }) if silence_counts => Ok(unanswered(limit, b"")),
        other => other,
    }
}

struct Due {
    question: Question,
    interval: Interval,
}

pub(super) async fn poll(
    online: &Online<'_>,
    mut client: Client,
    mut orders: mpsc::Receiver<Order>,
    pace: Pace,
) -> End {
    let ticking = |question: Question, pace| {
        let period = question.period(&online.schedule, pace);
        // A scaled period may be zero, at which `interval` panics.
        let mut interval = interval(online.context().clock.real(period).max(Duration::from_millis(1)));
        // After a suspended machine wakes up, one reading is enough.
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        interval
    };
    let questions = Question::all(online.role);
    let mut dues: Vec<Due> =
        questions.iter().map(|&question| Due { question, interval: ticking(question, pace) }).collect();
    let mut failures = 0;
    loop {
        // Orders first, so that a new pace holds from the next question on. Every arm is cancel-safe: ticks stay due, and
        // `idle` keeps what it has read.
        let question = tokio::select! {
            biased;
            order = orders.recv() => {
                match order {
                    Some(Order::AskNow) => dues.iter_mut().for_each(|due| due.interval.reset_immediately()),
                    Some(Order::Pace(pace)) => {
                        for due in dues.iter_mut().filter(|due| matches!(due.question, Question::Counter)) {
                            // The first tick of an interval comes at once,
                            // so the new pace begins with a question.
                            due.interval = ticking(due.question, pace);
                        }
                    }
                    None => return End::Lost("nobody asks any more".to_owned()),
                }
                continue;
            }
            question = first_due(&mut dues) => question,
            // Read while nothing is asked, so that a drop is noticed at once and not by the next question.
            () = client.idle() => {
                failures += 1;
                if failures > MAX_SHELL_FAILURES {
                    return End::Lost("its shells end as soon as they are opened".to_owned());
                }
                match reopened(online).await {
                    Ok(fresh) => client = fresh,
                    Err(end) => return end,
                }
                continue;
            }
        };
        if let Err(end) = answered(online, &mut client, question).await {
            return end;
        }
        failures = 0;
    }
}

async fn first_due(dues: &mut [Due]) -> Question {
    std::future::poll_fn(|context| {
        // Only the tick that is returned is used up: the others stay due.
        for due in &mut *dues {
            if due.interval.poll_tick(context).is_ready() {
                return std::task::Poll::Ready(due.question);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// Asks until there is an answer, on fresh shells where need be. Silence alone is no answer: the connection may be
/// dead, and what was known before stays known. Only where a fresh shell opens and is silent, too, it is this
/// question that the appliance does not answer.
async fn answered(online: &Online<'_>, client: &mut Client, question: Question) -> Result<(), End> {
    let mut was_silent = false;
    for _ in 0..MAX_SHELL_FAILURES {
        if !client.is_usable() {
            *client = reopened(online).await?;
        }
        match question.ask(client, online.role, was_silent).await {
            Ok(event) => {
                online.emitter.event(event).await;
                return Ok(());
            }
            Err(error) if error.needs_a_person() => return Err(End::Stopped(error.to_string())),
            // Reported; the connection ends by it.
            Err(ShellError::OtherHost { .. }) => return std::future::pending().await,
            Err(ShellError::TimedOut { .. }) => was_silent = true,
            Err(_) => {}
        }
    }
    Err(End::Lost("its shells end before they answer".to_owned()))
}

async fn reopened(online: &Online<'_>) -> Result<Client, End> {
    match online.appliance.open().await {
        Ok(client) => Ok(client),
        // Reported; the connection ends by it.
        Err(OpenError::OtherMachine { .. } | OpenError::Shell(ShellError::OtherHost { .. })) => {
            std::future::pending().await
        }
        Err(error) => Err(End::Lost(error.connection_words())),
    }
}
