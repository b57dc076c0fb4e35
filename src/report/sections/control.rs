//! Sections about control: the pre-flight, the exposure, whether the bucket stayed unchanged, and what is left to do.

use crate::report::escape::prose;
use crate::report::phrases::{named, paused_in_all};
use crate::report::table::Flush::{Left, Right};
use crate::report::table::{UNKNOWN, known, table};
use crate::run::{
    Bound, CleanupItem, EarliestResume, Exposure, ObjectCount, PausedListing, Phase, PreflightCode,
    PreflightItem, PreflightRecord, PreflightState, SignOff, Summary,
};
use crate::text::{exact_size, grouped, iso};

pub(in crate::report) fn preflight(summary: &Summary) -> String {
    let Some(preflight) = &summary.preflight else {
        return "## Pre-flight\n\nNone is on record.\n".to_owned();
    };
    let items: String = preflight.items.iter().map(preflight_item).collect();
    format!("## Pre-flight\n\n{}\n\n{items}", preflight_verdict(preflight))
}

fn preflight_verdict(preflight: &PreflightRecord) -> String {
    let word = preflight.verdict.word().to_uppercase();
    let held = match preflight.stale_since {
        None if had_started(preflight) => "judged when the DR service was up already.".to_owned(),
        None => "nothing it rests on has changed since, up to the start of the DR service.".to_owned(),
        Some(record) => format!("stale since record {record}, which changed something it rests on."),
    };
    format!("**{word}** at {}, record {}; {held}", iso(preflight.at), preflight.record)
}

/// Whether the DR service was seen to be up, or not seen at all, when the verdict was made.
fn had_started(preflight: &PreflightRecord) -> bool {
    let mut items = preflight.items.iter();
    items.any(|item| item.code == PreflightCode::Service && item.state != PreflightState::Ok)
}

fn preflight_item(item: &PreflightItem) -> String {
    let state = match item.state {
        PreflightState::Ok => "ok",
        PreflightState::Info => "info",
        PreflightState::Unknown => "**unknown**",
        PreflightState::Attention => "**ATTENTION**",
        PreflightState::Blocking => "**BLOCKING**",
    };
    let age = item.age.map_or(String::new(), |age| format!(", {age} old"));
    let evidence = item.evidence.map_or(String::new(), |record| format!(" (record {record}{age})"));
    let mut lines = vec![format!("- {state} `{}`: {}{evidence}", item.code.name(), prose(&item.text))];
    if let Some(remedy) = &item.remedy {
        lines.push(format!("  - to do: {}", prose(remedy)));
    }
    lines.join("\n") + "\n"
}

pub(in crate::report) fn exposure(summary: &Summary) -> String {
    let exposure = &summary.exposure;
    let present_bound = if exposure.at_least { Bound::AtLeast } else { Bound::Exact };
    let bound = Bound::new(exposure.at_least, exposure.at_most);
    let none = if exposure.total.is_some() { "none" } else { UNKNOWN };
    let present = exposure
        .present_pause
        .map_or_else(|| none.to_owned(), |span| format!("{}{}", present_bound.words(), span));
    let mut lines = vec![
        "## Exposure of production\n".to_owned(),
        "While replication is paused, and until what waited is sent, new production data is not\nprotected in the cloud.\n"
            .to_owned(),
        format!("- Pause that is on: {present}"),
        format!("- Paused in all: {}", paused_in_all(summary)),
        format!("- Unprotected in all: {}", known(exposure.total, |span| format!("{}{}", bound.words(), span))),
        format!("- Budget: {}", budget(exposure)),
    ];
    let earliest = &exposure.earliest_safe_resume;
    let policies = [
        ("if it stays paused until the test is over", &earliest.paused_throughout),
        ("if it may be resumed after stage 1", &earliest.resume_after_stage_1),
    ];
    for (policy, resume) in policies {
        if let Some(resume) = resume {
            lines.push(format!("- Earliest safe resume {policy}: {}", earliest_resume(resume)));
        }
    }
    if let Some(expected) = &exposure.expected {
        let more =
            if expected.at_least { "at least, as the time in use comes on top" } else { "by forecast" };
        lines.push(format!("- Expected by {}: {} in all, {more}", iso(expected.until), expected.total));
    }
    if let Some(saved) = exposure.saved_by_resuming_after_stage_1 {
        let so_far = if is_over(summary) { "" } else { " so far" };
        lines.push(format!("- Resuming after stage 1 would have saved {saved}{so_far}"));
    }
    lines.join("\n") + "\n"
}

fn budget(exposure: &Exposure) -> String {
    let used =
        exposure.used_percent.map_or(String::new(), |percent| format!(", {} % used", grouped(percent)));
    exposure.budget.map_or_else(|| "none was set".to_owned(), |budget| format!("{budget}{used}"))
}

fn earliest_resume(resume: &EarliestResume) -> String {
    let at = match (resume.at, resume.forecast) {
        (None, _) => String::new(),
        (Some(at), true) => format!(" (by {}, as forecast)", iso(at)),
        (Some(at), false) => format!(" (since {})", iso(at)),
    };
    format!("{}{at}", prose(&resume.condition))
}

/// Whether nothing more can be added to what an earlier resume would have saved.
fn is_over(summary: &Summary) -> bool {
    let in_use = summary.phases.iter().find(|phase| phase.name == Phase::InUse);
    summary.exposure.present_pause.is_none() || in_use.is_some_and(|phase| phase.ended_at.is_some())
}

pub(in crate::report) fn frozen_bucket(summary: &Summary) -> String {
    let frozen = &summary.frozen_bucket;
    let listings = [
        ("at the pause", &frozen.at_pause),
        ("after draining", &frozen.after_draining),
        ("at the end of stage 1", &frozen.at_stage_1_end),
        ("before the resume", &frozen.before_resume),
    ];
    let shown = listings.into_iter().filter(|(name, counts)| counts.is_some() || *name != "after draining");
    let rows: Vec<_> = shown.map(|(name, counts)| listing_row(name, counts.as_ref())).collect();
    let head = [
        ("Listed", Left),
        ("At", Left),
        ("Entries", Right),
        ("Slabs", Right),
        ("Maps", Right),
        ("Rbtmds", Right),
        ("Record", Right),
    ];
    let sizes: String =
        listings.into_iter().filter_map(|(name, counts)| size(name, counts.as_ref()?)).collect();
    let verdict = match frozen.unchanged {
        Some(true) if frozen.before_resume.is_none() => {
            "Up to the last listing below the bucket stood still while replication was paused: the listings are equal. \
             What came after it until the resume, none has shown."
        }
        Some(true) => "The bucket stood still while replication was paused: the listings are equal.",
        Some(false) => "**The bucket changed while replication was paused.** See the findings.",
        None => "Whether the bucket stood still is unknown: that takes two listings of one pause.",
    };
    if frozen.at_pause.is_none() {
        return format!("## Bucket during the pause\n\n{verdict}\n");
    }
    format!("## Bucket during the pause\n\n{verdict}\n\n{}{sizes}", table(head, &rows))
}

fn listing_row(name: &str, counts: Option<&PausedListing>) -> [String; 7] {
    let Some(counts) = counts else {
        return [name, "not listed", "–", "–", "–", "–", "–"].map(str::to_owned);
    };
    let objects = |count: Option<ObjectCount>| known(count, |count| grouped(count.0));
    [
        name.to_owned(),
        iso(counts.at),
        grouped(counts.counts.entries.0),
        objects(counts.counts.slabs),
        objects(counts.counts.maps),
        objects(counts.counts.rbtmds),
        counts.record.to_string(),
    ]
}

fn size(name: &str, counts: &PausedListing) -> Option<String> {
    let first = if name == "at the pause" { "\n" } else { "" };
    Some(format!("{first}- Size {name}: {}\n", exact_size(counts.counts.bytes?)))
}

pub(in crate::report) fn cleanup(summary: &Summary) -> String {
    let items: String = summary.cleanup.iter().map(cleanup_item).collect();
    let items = if items.is_empty() { "Nothing is on the checklist.\n".to_owned() } else { items };
    format!("## Cleanup\n\n{items}{}", summary.sign_off.as_ref().map_or(String::new(), sign_off))
}

fn cleanup_item(item: &CleanupItem) -> String {
    let mark = if item.done { "x" } else { " " };
    let optional = if item.required || item.done { "" } else { " (optional)" };
    format!("- [{mark}] {}{optional}\n", prose(&item.text))
}

fn sign_off(signed: &SignOff) -> String {
    format!(
        "\nSigned off {} by {}, record {}: {}\n",
        iso(signed.at),
        named(&signed.user, signed.engineer.as_deref()),
        signed.record,
        prose(&signed.text)
    )
}
