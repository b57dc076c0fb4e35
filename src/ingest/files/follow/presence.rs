//! Recording whether the log is available.

use std::io;

use super::{Availability, Follower, ROTATION_INTERVAL};
use crate::{
    appliance::observation::Observation,
    run::{Event, Timestamp},
};

impl Follower {
    /// Records what came of a poll. A file that stays unreadable is a gap, recorded while it can still be mended.
    ///
    /// # Errors
    /// Nobody takes the log any more.
    pub(super) async fn report(&mut self, polled: io::Result<()>, now: Timestamp) -> io::Result<()> {
        match polled {
            Ok(()) => {
                (self.polled_at, self.failing) = (now, None);
                self.report_availability(now).await?;
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Err(error) => {
                let (since, is_recorded) = *self.failing.get_or_insert((now, false));
                if !is_recorded && now.since(since) > ROTATION_INTERVAL {
                    let path = self.path.display();
                    let reason = format!("{path} cannot be read ({error}); it is tried again all the time");
                    self.gap(reason.clone()).await?;
                    self.report_lost(reason).await?;
                    self.failing = Some((since, true));
                }
            }
        }
        Ok(())
    }

    /// Reports, where the last poll could read the log, that all of it was passed on.
    pub(super) async fn report_read_to_end(&self) -> io::Result<()> {
        let is_read = self.failing.is_none() && self.availability == Availability::Followed;
        if self.open.is_none() || !is_read {
            return Ok(());
        }
        self.outlet.observe(Observation::LogReadToEnd).await
    }

    /// Records once that the log is read to its end, or that it is gone for longer than a rotation takes.
    async fn report_availability(&mut self, now: Timestamp) -> io::Result<()> {
        match self.unnamed_since {
            Some(since) if now.since(since) > ROTATION_INTERVAL => {
                let reason = format!("no file is called {}", self.path.display());
                self.report_lost(reason).await
            }
            None if self.availability != Availability::Followed && self.open.is_some() => {
                self.availability = Availability::Followed;
                self.outlet.observe(Observation::Event(Event::LogFollowed)).await
            }
            _ => Ok(()),
        }
    }

    async fn report_lost(&mut self, reason: String) -> io::Result<()> {
        if std::mem::replace(&mut self.availability, Availability::Lost) == Availability::Lost {
            return Ok(());
        }
        self.outlet.observe(Observation::Event(Event::LogLost { reason })).await
    }
}
