//! Bucket listings, and whether the bucket stayed unchanged: its counts at the pause, at the end of stage 1 and before
//! the resume are compared. When it is listed is decided elsewhere, and never delays a resume.

use crate::run::state::Run;
use crate::run::values::{
    BucketCounts, BucketListing, ByteCount, Code, Elapsed, FrozenBucket, Known, ListingCause, ListingState,
    ObjectCount, PauseInterval, PausedListing, Phase, Record, Role, Timestamp, Wording,
};

/// Applies a listing. It counts as final only if replication was known to be paused from before it was begun until it came.
pub(in crate::run) fn listed(
    run: &mut Run,
    record: &Record,
    listing: &BucketListing,
    cause: ListingCause,
    took: Elapsed,
) {
    // Without a start on record, the time that the reply took gives one.
    let begun = run.listing_since.take().unwrap_or_else(|| record.at.before(took));
    // A listing that was begun before the pause may have counted objects that changed after it.
    let is_of_pause =
        |begun| run.replication.open_pause().is_some_and(|pause: &PauseInterval| pause.from <= begun);
    let paused = run.replication.state == Known::Paused && is_of_pause(begun);
    run.listing_refused = None;
    // Whatever was counted after the request may be of a bucket that replication changes again, unless nothing has changed.
    let is_unchanged = || {
        let reference = run.frozen.reference().filter(|_| run.frozen.pause == pauses(run));
        reference.is_some_and(|reference| is_same(reference, &listing.counts))
    };
    let in_doubt =
        cause != ListingCause::File && paused && run.change_in_doubt().is_some() && !is_unchanged();
    let provisional = cause == ListingCause::File || !paused || in_doubt;
    // A listing overtaken by the resume does not describe the bucket that was restored.
    let overtaken = match &run.listing {
        Some(_) if cause == ListingCause::BeforeResume => provisional,
        Some(present) => in_doubt && !present.provisional && is_of_pause(present.begun_at),
        None => false,
    };
    if !overtaken {
        let state = ListingState {
            listing: listing.clone(),
            at: record.at,
            record: record.seq,
            cause,
            begun_at: begun,
            provisional,
            in_doubt,
        };
        compare(run, record, &state, begun);
        if !is_settled(run, provisional) {
            run.listing = Some(state);
        }
    }
}

/// Whether the listing that stage 1 used is final: a later listing describes a later bucket.
fn is_settled(run: &Run, later_is_provisional: bool) -> bool {
    let present = run.listing.as_ref().filter(|_| run.phases.current > Phase::Stage1);
    present.is_some_and(|present| !present.provisional || later_is_provisional)
}

impl PausedListing {
    fn of(state: &ListingState) -> Self {
        let ListingState { listing, at, record, cause, begun_at, .. } = state;
        Self { counts: listing.counts.clone(), at: *at, record: *record, cause: *cause, begun_at: *begun_at }
    }

    /// Each figure given by both listings that differs: its name, before, after.
    fn changes(&self, later: &BucketCounts) -> Vec<(&'static str, u64, u64)> {
        let before = &self.counts;
        let objects = |count: Option<ObjectCount>| count.map(|count| count.0);
        let bytes = |count: Option<ByteCount>| count.map(|count| count.0);
        let figures = [
            ("entries", Some(before.entries.0), Some(later.entries.0)),
            ("bytes", bytes(before.bytes), bytes(later.bytes)),
            ("slabs", objects(before.slabs), objects(later.slabs)),
            ("maps", objects(before.maps), objects(later.maps)),
            ("rbtmds", objects(before.rbtmds), objects(later.rbtmds)),
        ];
        let both = figures.into_iter().filter_map(|(name, before, after)| Some((name, before?, after?)));
        both.filter(|(_, before, after)| before != after).collect()
    }
}

/// The ordinal number of the last pause, counted from the start of the run.
fn pauses(run: &Run) -> u64 {
    // Dropped intervals count, so that a pause keeps its number when the list is cut.
    (run.replication.intervals.len() as u64).saturating_add(run.dropped.intervals)
}

/// A pause before stage 1 has to keep the bucket unchanged; a later one proves nothing about the time before it.
pub(in crate::run) fn pause_begun(run: &mut Run) {
    if run.phases.current == Phase::Prepare || run.frozen.at_pause.is_none() {
        run.frozen = FrozenBucket { pause: pauses(run), ..FrozenBucket::default() };
    }
}

/// Compares a listing, begun at `begun`, with the first of the same pause.
fn compare(run: &mut Run, record: &Record, state: &ListingState, begun: Timestamp) {
    // Between two pauses replication ran, and the bucket was free to change.
    if state.provisional {
        return;
    }
    let counts = PausedListing::of(state);
    if run.frozen.pause != pauses(run) {
        run.frozen.in_later_pause = Some(Box::new(counts));
        return;
    }
    let Some(reference) = run.frozen.reference().cloned() else {
        run.frozen.at_pause = Some(counts);
        return;
    };
    if is_draining(run, &reference, &counts, begun) {
        drained(run, record, &reference, counts.clone());
    } else if is_same(&reference, &counts.counts) {
        // Equal counts do not take back a change that was seen before: the bucket had it meanwhile.
        run.frozen.unchanged.get_or_insert(true);
    } else {
        run.frozen.unchanged = Some(false);
        let text = changed_text(run, &reference, &counts);
        run.raise(record, Code::BucketChangedWhilePaused, Some(Role::Primary), Wording::attention(text));
    }
    place(run, state.cause, counts);
}

fn is_same(reference: &PausedListing, counts: &BucketCounts) -> bool {
    reference.counts.name == counts.name && reference.changes(counts).is_empty()
}

/// Uploads within this time after a pause are draining, not a change.
const DRAIN_LIMIT: Elapsed = Elapsed::from_secs(600);

/// Draining uploads only add to the bucket, and only for a while.
fn is_draining(run: &Run, reference: &PausedListing, counts: &PausedListing, begun: Timestamp) -> bool {
    let Some(pause) = run.replication.intervals.last() else { return false };
    let changes = reference.changes(&counts.counts);
    reference.counts.name == counts.counts.name
        && !may_have_run(run, counts.at)
        && !changes.is_empty()
        && changes.iter().all(|(_, before, after)| after > before)
        && begun.since(pause.from) <= DRAIN_LIMIT
}

/// Whether replication may have run within the pause unseen by `now`, and changed the bucket itself.
fn may_have_run(run: &Run, now: Timestamp) -> bool {
    let pause = run.replication.intervals.last();
    pause.is_some_and(|pause| pause.unwatched) || run.replication.is_unobserved(now)
}

fn drained(run: &mut Run, record: &Record, reference: &PausedListing, counts: PausedListing) {
    let text = format!(
        "The bucket grew soon after replication on {} was paused, as uploads under way then may still have been finishing: {} \
         between {} and {}.",
        run.name(Role::Primary),
        changes_text(reference, &counts),
        reference.at.in_words(),
        counts.at.in_words()
    );
    run.raise(record, Code::BucketChangedWhilePaused, Some(Role::Primary), Wording::info(text));
    // Equal counts before the drain ended proved nothing; the reference is the drained bucket from here on.
    if run.frozen.unchanged == Some(true) {
        run.frozen.unchanged = None;
    }
    run.frozen.after_draining = Some(counts);
}

fn changed_text(run: &Run, reference: &PausedListing, counts: &PausedListing) -> String {
    let to_do = if may_have_run(run, counts.at) {
        "Replication was not read all the time and may have run; find out what else writes to it or removes from it."
    } else {
        "Find out what else writes to it or removes from it."
    };
    format!(
        "The bucket {} changed while replication on {} was paused: {} between {} and {}. The restore may not match \
         it. {to_do}",
        reference.counts.name,
        run.name(Role::Primary),
        changes_text(reference, counts),
        reference.at,
        counts.at
    )
}

fn changes_text(reference: &PausedListing, counts: &PausedListing) -> String {
    if reference.counts.name != counts.counts.name {
        return format!("the listing is of another bucket, {},", counts.counts.name);
    }
    let changes = reference.changes(&counts.counts);
    let texts: Vec<_> =
        changes.iter().map(|(name, before, after)| format!("{name} went from {before} to {after}")).collect();
    texts.join(", ")
}

/// The end of the test is taken back: the listings made at it are none of the stage's end nor the last before the resume.
pub(in crate::run) fn test_goes_on(run: &mut Run) {
    if run.phases.current <= Phase::Stage1 {
        run.frozen.at_stage_1_end = None;
    }
    if run.frozen.before_resume.as_ref().is_some_and(|listed| listed.cause == ListingCause::BeforeResume) {
        run.frozen.before_resume = None;
    }
}

fn place(run: &mut Run, cause: ListingCause, counts: PausedListing) {
    let frozen = &mut run.frozen;
    if cause == ListingCause::StageEnd && frozen.at_stage_1_end.is_none() {
        frozen.at_stage_1_end = Some(counts);
    } else if cause == ListingCause::BeforeResume || run.phases.current >= Phase::Stage2 {
        frozen.before_resume = Some(counts);
    }
}
