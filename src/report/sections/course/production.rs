//! Whether the data stood still, and production was safe: the listings of the pause, replication, its pauses, and every
//! command with its read-back.

use std::collections::BTreeSet;

use crate::report::document::phrases::{
    during, exposure_in_all, objects, paused_in_all, replication_word, unsettled_alarm,
};
use crate::report::document::table::{UNKNOWN, known};
use crate::report::document::{Block, Fact, Item, Prose};
use crate::report::value::{Report, Standing};
use crate::run::{
    ActionSummary, Bound, EarliestResume, Exposure, Known, LeftPaused, PauseInterval, PausedBy,
    PausedListing, Phase, ResumePolicy, Summary,
};
use crate::text::{exact_size, grouped, iso};

pub(in crate::report::sections) fn integrity(report: &Report) -> Vec<Block> {
    let frozen = &report.summary.frozen_bucket;
    let listings = [
        ("first, in the pause", frozen.at_pause.as_ref()),
        ("after draining", frozen.after_draining.as_ref()),
        ("when stage 1 counted as over", frozen.at_stage_1_end.as_ref()),
        ("before the resume", frozen.before_resume.as_ref()),
        ("in a later pause", frozen.in_later_pause.as_deref()),
    ];
    let verdict = match frozen.unchanged {
        Some(true) if frozen.before_resume.is_none() => Prose::text(
            "The listings made during the pause are equal: up to the last of them the bucket did not change. It was not \
             listed again before the resume.",
        ),
        Some(true) => Prose::text(
            "The listings made while replication was paused are equal: by their counts and sizes the bucket did not change.",
        ),
        Some(false) => {
            Prose::strong("The bucket changed while replication was paused.").and(" See the findings.")
        }
        None => Prose::text("Whether the bucket changed is unknown: that takes two listings of one pause."),
    };
    let verdict = match unsettled_alarm(&report.summary).filter(|_| frozen.unchanged == Some(true)) {
        Some(alarm) => verdict
            .and(" ")
            .and_strong("Against it stands an alarm that is not settled:")
            .and(" ")
            .and_foreign(alarm.headline())
            .citing(Some(alarm.record))
            .and("."),
        None => verdict,
    };
    let mut blocks = vec![Block::Paragraph(verdict)];
    if frozen.at_pause.is_some() {
        let is_usual = |name: &str| !matches!(name, "after draining" | "in a later pause");
        let shown = listings.into_iter().filter(|(name, counts)| counts.is_some() || is_usual(name));
        let head = ["Listed", "At", ">Entries", ">Slabs", ">Maps", ">Rbtmds", ">Size", ">Record"];
        blocks.push(Block::table(head, shown.map(|(name, counts)| listing_row(name, counts))));
    }
    blocks.push(Block::text(
        "The listings are counts by class and a size, not contents: an object replaced by another of the same class and \
         size would not be seen. Files on the restored appliance were not compared with production by this record.",
    ));
    blocks
}

fn listing_row(name: &str, listing: Option<&PausedListing>) -> [Prose; 8] {
    let Some(listing) = listing else {
        return [name, "not listed", "–", "–", "–", "–", "–", "–"].map(Prose::text);
    };
    let counts = &listing.counts;
    [
        name.into(),
        Prose::at(listing.at),
        grouped(counts.entries.0).into(),
        objects(counts.slabs).into(),
        objects(counts.maps).into(),
        objects(counts.rbtmds).into(),
        known(counts.bytes, exact_size).into(),
        listing.record.into(),
    ]
}

pub(in crate::report::sections) fn production(report: &Report) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Replication on the primary"), replication(report)];
    blocks.push(pauses(&report.summary.replication.intervals));
    blocks.push(Block::Heading("Exposure of production"));
    blocks
        .push(Block::text("While replication is paused, and until what waited is sent, new production data is not protected in the cloud."));
    blocks.push(exposure(report));
    blocks.push(Block::Heading("Every change that was asked for"));
    let actions = report.summary.actions.iter().map(|asked| action(report, asked));
    blocks.push(Block::list(actions, "drwatch was not asked to change anything."));
    blocks
}

fn replication(report: &Report) -> Block {
    let replication = &report.summary.replication;
    let attested = if replication.attested { ", as stated by the engineer" } else { "" };
    let policy = match replication.policy {
        throughout @ ResumePolicy::PausedThroughout => throughout.words().to_owned(),
        after @ ResumePolicy::ResumeAfterStage1 => {
            format!("{}, files deleted on production not being read on the DR appliance", after.words())
        }
    };
    let state = Prose::text(format!("{}{attested}", replication_word(replication.state)));
    let mut facts = vec![
        Fact::new("State at the end of the record", state.citing(report.sources.replication)),
        Fact::new("Policy", policy),
        Fact::new(
            "Paused in all",
            Prose::text(paused_in_all(&report.summary)).citing_all(&report.pause_records()),
        ),
    ];
    facts.extend(protected_again(&report.summary));
    facts.extend(replication.left_paused.as_ref().map(left_paused));
    Block::Facts(facts)
}

/// How production became protected again after the latest pause; `None` while that pause lasts, or without one.
fn protected_again(summary: &Summary) -> Option<Fact> {
    let again = summary.protected_again?;
    // A pause that lasts has a warning of its own.
    again.resumed_at.or(again.running_at)?;
    let took = again.took.map_or_else(
        || "yes, though others resumed it".to_owned(),
        |took| format!("{took} after the resume was requested"),
    );
    let running = again.running_at.map_or_else(|| "not read".to_owned(), iso);
    let left = match (again.backlog_gone_at, again.backlog) {
        (Some(gone), _) => format!("nothing left to send: read {}", iso(gone)),
        (None, Some(bytes)) => format!("still to be sent: {}", bytes.in_words()),
        (None, None) if again.record.is_some() => "the replies do not name what is left to send".to_owned(),
        (None, None) => format!("what is left to send: {UNKNOWN}"),
    };
    let first = if again.record.is_some() { Prose::text(took) } else { Prose::strong("NOT YET") };
    let prose = first.citing(again.record).and(format!("; replication runs: {running}; {left}"));
    Some(Fact::new("Protected again", prose))
}

fn left_paused(left: &LeftPaused) -> Fact {
    let stated = if left.attested { ", as stated by the engineer" } else { "" };
    let paused = left.paused.map_or_else(
        || "replication was not known to be paused".to_owned(),
        |paused| format!("paused for {paused} by then{stated}"),
    );
    let prose = Prose::text("as decided by ")
        .and_all(Prose::who(Some(&left.user), left.engineer.as_deref()))
        .and(" at ")
        .and_at(left.at)
        .and(format!(", {}: {paused}", during(left.phase)));
    let label = if left.paused.is_some() { "Left paused" } else { "Left, perhaps paused" };
    Fact::new(label, prose.with_source(Some(left.record)))
}

fn pauses(intervals: &[PauseInterval]) -> Block {
    if intervals.is_empty() {
        return Block::text("No pause is on record.");
    }
    let head = ["Paused from", "To", ">Length", "By", "Records"];
    Block::table(head, intervals.iter().map(pause_row))
}

fn pause_row(pause: &PauseInterval) -> [Prose; 5] {
    let from = iso(pause.from);
    let by = match pause.by {
        PausedBy::Drwatch => "drwatch",
        PausedBy::Other => "others",
        PausedBy::Attested => "stated",
    };
    let bound = Bound::of(pause).sign();
    let to = |to| if pause.ended_unseen { format!("before {}", iso(to)) } else { iso(to) };
    let records: Vec<_> = [pause.record, pause.end_record].into_iter().flatten().collect();
    [
        if pause.from_known { from } else { format!("before {from}") }.into(),
        pause.to.map_or_else(|| "not ended".to_owned(), to).into(),
        pause
            .to
            .map_or_else(|| "–".to_owned(), |to| format!("{bound}{}", to.length_since(pause.from)))
            .into(),
        by.into(),
        Prose::records(&records),
    ]
}

fn exposure(report: &Report) -> Block {
    let summary = &report.summary;
    let exposure = &summary.exposure;
    let lasting = summary.replication.intervals.last().filter(|pause| pause.to.is_none());
    let may_be_shorter =
        lasting.is_some_and(|pause| matches!(Bound::of(pause), Bound::AtMost | Bound::About));
    let present_bound = Bound::new(exposure.began_unseen, may_be_shorter);
    // It is unknown while a change is in doubt, too.
    let is_known = exposure.total.is_some() && summary.replication.state != Known::Unknown;
    let none = if is_known { "none" } else { UNKNOWN };
    let present = exposure
        .present_pause
        .map_or_else(|| none.to_owned(), |span| format!("{}{}", present_bound.words(), span));
    let mut facts = vec![
        Fact::new("Present pause", present),
        Fact::new(
            "Unprotected in all",
            Prose::text(exposure_in_all(summary)).citing_all(&report.exposure_records()),
        ),
        Fact::new("Budget, by the settings", budget(exposure)),
    ];
    let earliest = &exposure.earliest_safe_resume;
    let policies = [
        ("Earliest safe resume if it stays paused until the test is over", &earliest.paused_throughout),
        ("Earliest safe resume if it may be resumed after stage 1", &earliest.resume_after_stage_1),
    ];
    for (policy, resume) in policies {
        facts.extend(resume.as_ref().map(|resume| Fact::new(policy, earliest_resume(resume))));
    }
    if let Some(expected) = &exposure.expected {
        let more =
            if expected.at_least { "at least, as the time in use comes on top" } else { "by forecast" };
        let name = format!("Expected by {}", iso(expected.until));
        facts.push(Fact::new(name, format!("{} in all, {more}", expected.total)));
    }
    if let Some(saved) = exposure.saved_by_resuming_after_stage_1 {
        let so_far = match (is_over(summary), report.standing) {
            (true, _) => "",
            (false, Standing::Running) => " so far",
            (false, Standing::Ended | Standing::CutShort) => " by the end of the record",
        };
        let stage_1 = summary.phase(Phase::Stage1).and_then(|phase| phase.evidence.as_ref());
        let mut records: BTreeSet<_> = stage_1.map(|evidence| evidence.record).into_iter().collect();
        records.extend(report.pause_records());
        let records: Vec<_> = records.into_iter().collect();
        let at_least = if exposure.began_unseen { "at least " } else { "" };
        let saved = Prose::text(format!("would have saved {at_least}{saved}{so_far}"));
        facts.push(Fact::new("Resuming after stage 1", saved.citing_all(&records)));
    }
    Block::Facts(facts)
}

fn budget(exposure: &Exposure) -> String {
    let used =
        exposure.used_percent.map_or(String::new(), |percent| format!(", {} % used", grouped(percent)));
    exposure.budget.map_or_else(|| "none was set".to_owned(), |budget| format!("{budget}{used}"))
}

fn earliest_resume(resume: &EarliestResume) -> Prose {
    let at = match (resume.at, resume.forecast) {
        (None, _) => String::new(),
        (Some(at), true) => format!(" (by {}, as forecast)", iso(at)),
        (Some(at), false) => format!(" (since {})", iso(at)),
    };
    let Some(alarm) = &resume.unsafe_because else { return Prose::foreign(&resume.condition).and(at) };
    Prose::strong("not called safe")
        .and(": ")
        .and_foreign(&alarm.alarm)
        .and(" at ")
        .and_at(alarm.since)
        .and(" is not settled")
        .with_source(Some(alarm.record))
        .and("; without it ")
        .and_foreign(&resume.condition)
        .and(at)
}

/// Whether nothing more can be added to what an earlier resume would have saved.
fn is_over(summary: &Summary) -> bool {
    let in_use = summary.phase(Phase::InUse);
    let may_go_on = summary.exposure.present_pause.is_some() || summary.replication.state == Known::Unknown;
    !may_go_on || in_use.is_some_and(|phase| phase.ended_at.is_some())
}

fn action(report: &Report, action: &ActionSummary) -> Item {
    let trail = report.action(action.record);
    let prose = Prose::at(action.requested_at)
        .and(" ")
        .and_strong(&action.kind)
        .and(": ")
        .and_foreign(action.state.replace('_', " "))
        .citing(trail.and_then(|trail| trail.settled))
        .and("; asked for by ")
        .and_all(Prose::who(Some(&action.user), action.engineer.as_deref()))
        .citing(Some(action.record));
    let mut more = Vec::new();
    more.extend(action.threads_before.map(|before| Prose::text(format!("threads before: {before}"))));
    more.extend(action.typed.as_ref().map(|typed| Prose::text("typed as consent: ").and_code(typed)));
    more.extend(action.reason.as_ref().map(|reason| Prose::text("reason: ").and_stated(reason)));
    match &action.sent {
        None => more.push("nothing was sent".into()),
        Some(sent) => {
            let last = sent.len().saturating_sub(1);
            let source = trail.and_then(|trail| trail.sent);
            more.extend(sent.iter().enumerate().map(|(at, line)| {
                Prose::text("sent: ").and_code(line).with_source(source.filter(|_| at == last))
            }));
        }
    }
    match &action.answer {
        Some(answer) => more.push(Prose::text("answer: ").and_code(answer)),
        None if action.sent.is_some() => more.push("answer: none on record".into()),
        None => {}
    }
    match trail.and_then(|trail| trail.read_back.as_ref()) {
        Some(read) => {
            more.push(Prose::text("read back: ").and_code(&read.raw).with_source(Some(read.record)));
        }
        None if action.sent.is_some() && trail.is_some() => more.push("read back: none on record".into()),
        None => {}
    }
    Item { more, ..Item::new(prose) }
}
