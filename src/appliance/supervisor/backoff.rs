//! Pauses between attempts to connect: 1 s to 30 s, doubled each time, with jitter so that two
//! watchers do not connect at the same moments.

use std::time::Duration;

const MIN_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    random: fastrand::Rng,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self { next: MIN_PAUSE, random: fastrand::Rng::with_seed(seed) }
    }

    pub(super) const fn reset(&mut self) {
        self.next = MIN_PAUSE;
    }

    /// The next pause: three quarters of the step up to the whole of it, never below 1 s.
    pub(super) fn next_delay(&mut self) -> Duration {
        let step = self.next;
        self.next = (step * 2).min(MAX_PAUSE);
        // Downwards only, so that the pause shown never exceeds the maximum.
        let millis = step.mul_f64(0.75 + 0.25 * self.random.f64()).as_millis();
        Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)).max(MIN_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_one_second_to_thirty_and_start_over() {
        let mut backoff = Backoff::new(7);
        let pauses: Vec<Duration> = (0..12).map(|_| backoff.next_delay()).collect();
        assert_eq!(pauses[0], MIN_PAUSE);
        assert!(pauses.iter().all(|pause| (MIN_PAUSE..=MAX_PAUSE).contains(pause)), "{pauses:?}");
        assert!(pauses[5..].iter().all(|pause| *pause >= MAX_PAUSE.mul_f64(0.74)), "{pauses:?}");
        assert!(pauses[6..].windows(2).any(|pair| pair[0] != pair[1]), "no jitter: {pauses:?}");
        backoff.reset();
        assert_eq!(backoff.next_delay(), MIN_PAUSE);
    }

    #[test]
    fn equal_seeds_give_equal_pauses() {
        let pauses = |seed| {
            let mut backoff = Backoff::new(seed);
            (0..9).map(|_| backoff.next_delay()).collect::<Vec<_>>()
        };
        assert_eq!(pauses(3), pauses(3));
        assert_ne!(pauses(3), pauses(4));
    }
}
