//! Waits that cost an idle watch as few wakeups as can be.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::platform::Timer;

/// Wakes at a deadline, one at a time.
pub(crate) struct Alarm {
    /// `None` where the runtime's timer has to do.
    timer: Option<Timer>,
    set_for: Option<Instant>,
}

impl Alarm {
    /// By the runtime's timer alone, whose time may be virtual.
    pub(super) const fn of_runtime() -> Self {
        Self { timer: None, set_for: None }
    }

    /// By a timer of the system, where it gives one; to be called within a runtime.
    pub(super) fn of_system() -> Self {
        Self { timer: Timer::new(), set_for: None }
    }

    /// Comes back at `deadline`, or at once if that is past. Cancel-safe; each call may name another deadline.
    pub(crate) async fn until(&mut self, deadline: Instant) {
        if let Some(timer) = &self.timer {
            if deadline <= Instant::now() {
                return;
            }
            let is_set = self.set_for == Some(deadline)
                || timer.set(deadline.saturating_duration_since(Instant::now()).max(LEAST)).is_ok();
            self.set_for = is_set.then_some(deadline);
            if is_set && timer.gone_off().await.is_ok() {
                self.set_for = None;
                return;
            }
            // It would fail at the next wait, too.
            self.timer = None;
        }
        sleep_until(deadline).await;
    }
}

/// Zero would switch the timer off.
const LEAST: Duration = Duration::from_nanos(1);

/// Ticks at an even pace; ticks that were missed are left out.
pub(crate) struct Ticker {
    alarm: Alarm,
    period: Duration,
    next: Instant,
}

impl Ticker {
    /// The first tick comes at once.
    pub(super) fn new(alarm: Alarm, period: Duration) -> Self {
        Self { alarm, period, next: Instant::now() }
    }

    /// Comes back at the next tick. Cancel-safe: only the wait is lost.
    pub(crate) async fn tick(&mut self) {
        self.alarm.until(self.next).await;
        // After a suspend one tick is enough.
        let late = self.next.elapsed();
        let into_period = Duration::from_nanos_u128(late.as_nanos() % self.period.as_nanos().max(1));
        self.next += late.saturating_sub(into_period) + self.period;
    }

    /// Lets the next tick come after `wait`, and the others evenly after that.
    pub(crate) fn reset_after(&mut self, wait: Duration) {
        self.next = Instant::now() + wait;
    }

    /// Lets the next tick come after a whole period.
    pub(crate) fn reset(&mut self) {
        self.reset_after(self.period);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn ticks_come_evenly_from_the_start_on_and_missed_ones_are_left_out() {
        let began = Instant::now();
        let mut ticker = Ticker::new(Alarm::of_runtime(), PERIOD);
        ticker.tick().await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        ticker.tick().await;
        assert_eq!(began.elapsed(), PERIOD);
        tokio::time::advance(Duration::from_millis(3400)).await;
        // Late, but once.
        ticker.tick().await;
        assert_eq!(began.elapsed(), Duration::from_millis(4400));
        ticker.tick().await;
        assert_eq!(began.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_puts_off_the_next_tick_alone() {
        let began = Instant::now();
        let mut ticker = Ticker::new(Alarm::of_runtime(), PERIOD);
        ticker.tick().await;
        ticker.reset_after(PERIOD * 12);
        ticker.tick().await;
        assert_eq!(began.elapsed(), PERIOD * 12);
        ticker.tick().await;
        assert_eq!(began.elapsed(), PERIOD * 13);
        tokio::time::advance(PERIOD / 2).await;
        ticker.reset();
        ticker.tick().await;
        assert_eq!(began.elapsed(), PERIOD * 29 / 2);
    }

    #[tokio::test]
    async fn a_timer_of_the_system_wakes_at_the_last_deadline_named_and_not_before() {
        let mut alarm = Alarm::of_system();
        let began = Instant::now();
        let (early, late) = (began + Duration::from_millis(5), began + Duration::from_millis(60));
        tokio::select! {
            biased;
            () = alarm.until(early) => panic!("too early"),
            () = std::future::ready(()) => {}
        }
        // It goes off with nobody to see it, which must not count for the deadline named next.
        tokio::time::sleep(Duration::from_millis(20)).await;
        alarm.until(late).await;
        assert!(Instant::now() >= late);
        alarm.until(early).await;
        assert!(alarm.timer.is_some() == cfg!(target_os = "linux"));
    }
}
