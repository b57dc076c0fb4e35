//! Lines on their way out of a tail: passed on in batches, each with how it arrived, and remembered.

use super::{already_fetched::AlreadyFetched, memory::Memory, overlap::LineKey};
use crate::{
    appliance::{
        client::IdentifiedConnection,
        observation::{Emitter, Observation},
    },
    run::{Arrival, Timestamp},
};

/// Lines passed on in one piece, so that the receiver gets to other work in between.
const BATCH_LINES: usize = 1000;

/// Bytes passed on in one piece, unless a single line is longer.
const BATCH_BYTES: usize = 64 << 10;

/// The tail of one appliance's log over one connection.
pub(crate) struct Tail<'a> {
    pub(crate) appliance: &'a IdentifiedConnection<'a>,
    pub(crate) memory: &'a mut Memory,
    pub(crate) emitter: &'a Emitter,
}

impl Tail<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.appliance.context.clock.now()
    }

    /// Passes on what a follow shows, without what was fetched already.
    pub(super) async fn pass_on_followed(&mut self, lines: Vec<Vec<u8>>, fetched: &mut AlreadyFetched) {
        let mut alike: (Arrival, Vec<Vec<u8>>) = (Arrival::Live, Vec::new());
        for line in lines {
            let Some(arrival) = fetched.arrival_of(&line) else { continue };
            // One observation carries one mark for all its lines, so a change of the mark ends the batch.
            if arrival != alike.0 {
                let before = std::mem::replace(&mut alike, (arrival, Vec::new()));
                self.pass_on_alike(before).await;
            }
            alike.1.push(line);
        }
        self.pass_on_alike(alike).await;
    }

    async fn pass_on_alike(&mut self, (arrival, lines): (Arrival, Vec<Vec<u8>>)) {
        if arrival == Arrival::MayRepeat {
            // These lines may be copies of earlier ones, so they
            // prove nothing about what follows what in the log.
            self.memory.start_new_stretch();
            self.memory.is_repeating = true;
        }
        self.pass_on(lines, arrival).await;
    }

    /// Passes on `lines`, which follow on the last one. Behind lines that may have been received twice, known ones are
    /// marked as such, too: they go on as those did.
    pub(super) async fn pass_on(&mut self, mut lines: Vec<Vec<u8>>, arrival: Arrival) {
        if self.memory.is_repeating && matches!(arrival, Arrival::CaughtUp | Arrival::Live) {
            let repeated = self.memory.repeated_head(&LineKey::of_all(&lines));
            let new = lines.split_off(repeated.min(lines.len()));
            self.emit_lines(lines, Arrival::MayRepeat).await;
            lines = new;
        }
        self.emit_lines(lines, arrival).await;
    }

    /// Emits `lines` and remembers them, in batches: a line is remembered only once it is on its way.
    async fn emit_lines(&mut self, lines: Vec<Vec<u8>>, arrival: Arrival) {
        let mut batch = Vec::new();
        let mut keys = Vec::new();
        for line in lines {
            if !batch.is_empty() && (batch.len() + line.len() > BATCH_BYTES || keys.len() >= BATCH_LINES) {
                self.flush(std::mem::take(&mut batch), &mut keys, arrival).await;
            }
            keys.push(LineKey::of(&line));
            batch.extend_from_slice(&line);
        }
        if !batch.is_empty() {
            self.flush(batch, &mut keys, arrival).await;
        }
    }

    async fn flush(&mut self, bytes: Vec<u8>, keys: &mut Vec<LineKey>, arrival: Arrival) {
        self.emitter.emit(Observation::Log { bytes, arrival }).await;
        // No await between sending and remembering: a follow dropped there would pass the lines on twice.
        let now = self.now();
        for line in keys.drain(..) {
            self.memory.remember(line, now);
        }
        // A long log must not keep everything else from its turn.
        tokio::task::yield_now().await;
    }
}
