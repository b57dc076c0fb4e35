//! Whether the log is at hand, and putting on record where it is not.

use std::io;

use super::{Follower, SHORT};
use crate::{
    appliance::observation::Observation,
    run::{Event, Timestamp},
};

/// What is on record of the log being at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing yet.
    Untold,
    /// It is read to its end.
    Followed,
    /// It is not at hand.
    Lost,
}

impl Follower {
    /// A file that cannot be read is looked at again and again; one that stays so is a gap, before it is too late to
    /// mend it.
    ///
    /// # Errors
    /// Nobody takes the log any more.
    pub(super) async fn judge(&mut self, looked: io::Result<()>, now: Timestamp) -> io::Result<()> {
        match looked {
            Ok(()) => {
                (self.looked_at, self.failing) = (now, None);
                self.tell_state(now).await?;
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Err(error) => {
                let (since, is_told) = *self.failing.get_or_insert((now, false));
                if !is_told && now.since(since) > SHORT {
                    let path = self.path.display();
                    let reason = format!("{path} cannot be read ({error}); it is tried again all the time");
                    self.gap(reason.clone()).await?;
                    self.tell_lost(reason).await?;
                    self.failing = Some((since, true));
                }
            }
        }
        Ok(())
    }

    /// Says, where the last look could read the log, that all of it was passed on.
    pub(super) async fn tell_read_to_end(&self) -> io::Result<()> {
        if self.open.is_none() || self.failing.is_some() || self.state != State::Followed {
            return Ok(());
        }
        self.outlet.observe(Observation::LogReadToEnd).await
    }

    /// Puts on record once that the log is read to its end, or that it is gone for longer than a rotation takes.
    async fn tell_state(&mut self, now: Timestamp) -> io::Result<()> {
        match self.gone_since {
            Some(since) if now.since(since) > SHORT => {
                let reason = format!("no file is called {}", self.path.display());
                self.tell_lost(reason).await
            }
            None if self.state != State::Followed && self.open.is_some() => {
                self.state = State::Followed;
                self.outlet.observe(Observation::Event(Event::LogFollowed)).await
            }
            _ => Ok(()),
        }
    }

    async fn tell_lost(&mut self, reason: String) -> io::Result<()> {
        if std::mem::replace(&mut self.state, State::Lost) == State::Lost {
            return Ok(());
        }
        self.outlet.observe(Observation::Event(Event::LogLost { reason })).await
    }
}
