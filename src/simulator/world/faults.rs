//! When the faults of a scenario begin and end. What they do is up to the world.

use std::collections::VecDeque;

use super::super::number::{Moment, Speed};
use crate::run::Role;
use crate::simulator::scenario::fault::{Anchor, Answers, Effect, Fault, Question};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Begins(Effect),
    Ends(Effect),
}

/// All faults of a world: those whose time is not known yet, those to come, and those under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Faults {
    speed: Speed,
    waiting: Vec<Fault>,
    /// In order of time; of simultaneous ones those known first come first.
    coming: VecDeque<(Moment, Edge)>,
    under_way: Vec<Effect>,
}

impl Faults {
    pub(super) fn new(faults: &[Fault], speed: Speed) -> Self {
        let mut new =
            Self { speed, waiting: faults.to_vec(), coming: VecDeque::new(), under_way: Vec::new() };
        new.reach(Anchor::Start, Moment::START);
        new
    }

    /// Schedules what is counted from `anchor`, which is reached once.
    pub(super) fn reach(&mut self, anchor: Anchor, moment: Moment) {
        let (reached, waiting) =
            // Taken out, so that a second stage 1, after a restart, does not schedule its faults again.
            std::mem::take(&mut self.waiting).into_iter().partition(|fault| fault.from == anchor);
        self.waiting = waiting;
        for fault in Vec::<Fault>::into_iter(reached) {
            self.schedule(&fault, moment);
        }
    }

    pub(super) fn lose_contact(&mut self, role: Role, seconds: u32, moment: Moment) {
        let fault = Fault {
            from: Anchor::Start,
            after: 0,
            lasts: seconds,
            times: 1,
            every: 0,
            effect: Effect::Unreachable(role),
        };
        self.schedule(&fault, moment);
    }

    fn schedule(&mut self, fault: &Fault, anchor: Moment) {
        let later = |moment: Moment, seconds: f64| moment.after(self.speed.seconds(seconds));
        let mut edges = Vec::new();
        for time in 0..fault.times {
            let after = f64::from(fault.after) + f64::from(time) * f64::from(fault.every);
            let begins = later(anchor, after);
            edges.push((begins, Edge::Begins(fault.effect.clone())));
            if fault.effect.has_length() {
                edges.push((later(begins, f64::from(fault.lasts)), Edge::Ends(fault.effect.clone())));
            }
        }
        for (moment, edge) in edges {
            let place = self.coming.partition_point(|(other, _)| *other <= moment);
            self.coming.insert(place, (moment, edge));
        }
    }

    pub(super) fn next(&self) -> Option<Moment> {
        self.coming.front().map(|(moment, _)| *moment)
    }

    pub(super) fn take(&mut self) -> Option<Edge> {
        let (_, edge) = self.coming.pop_front()?;
        match &edge {
            Edge::Begins(effect) if effect.has_length() => self.under_way.push(effect.clone()),
            Edge::Begins(_) => {}
            Edge::Ends(effect) => {
                // One of them: equal effects may overlap, and each end takes back one beginning.
                if let Some(place) = self.under_way.iter().position(|other| other == effect) {
                    self.under_way.remove(place);
                }
            }
        }
        Some(edge)
    }

    pub(super) fn is_reachable(&self, role: Role) -> bool {
        !self.under_way.contains(&Effect::Unreachable(role))
    }

    pub(super) fn stand_still(&self) -> bool {
        self.under_way.contains(&Effect::Standstill)
    }

    /// The words that replace the answer to a question now.
    pub(super) fn answer(&self, role: Role, question: Question) -> Option<&str> {
        // The latest fault wins where two replace the same answer.
        self.under_way.iter().rev().find_map(|effect| match effect {
            Effect::Answers(Answers { role: of, to, with }) if *of == role && *to == question => {
                Some(with.as_str())
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
