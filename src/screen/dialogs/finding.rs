//! One finding whole: what it is, what to do, its evidence and its history.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Acknowledge, Body, Content, Facts, Reply, Sheet, TextInput, Tone};
use crate::{
    run::{Code, Finding, FindingSeverity, Role, Sequence, Timestamp},
    screen::paint::finding_mark,
    text::{age, grouped},
};

#[derive(Debug)]
pub(super) struct FindingDialog {
    record: Sequence,
    code: Code,
    role: Option<Role>,
    /// The question why it is acceptable, once it is asked.
    why: Option<Acknowledge>,
}

impl FindingDialog {
    pub(super) const fn new(record: Sequence, code: Code, role: Option<Role>) -> Self {
        Self { record, code, role, why: None }
    }

    fn finding<'r>(&self, facts: &Facts<'r>) -> Option<&'r Finding> {
        let is_it = |finding: &&Finding| {
            finding.record == self.record && finding.code == self.code && finding.role == self.role
        };
        facts.run.findings.iter().find(is_it)
    }
}

/// A finding of this session that can be acknowledged.
fn is_open(facts: &Facts<'_>, finding: &Finding) -> bool {
    facts.mode.is_live() && finding.is_open()
}

impl Content for FindingDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        self.why.as_mut().and_then(Content::input_mut)
    }

    fn is_read_only(&self) -> bool {
        self.why.is_none()
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if let Some(why) = &mut self.why {
            return why.on_key(key, facts);
        }
        match key.code {
            KeyCode::Char('a') => {
                let open = self.finding(facts).filter(|finding| is_open(facts, finding));
                self.why = open.map(Acknowledge::of);
                Reply::Stay
            }
            KeyCode::Enter | KeyCode::Char('q') => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        if let Some(why) = &self.why {
            return why.sheet(facts, body);
        }
        let Some(finding) = self.finding(facts) else {
            body.text(Tone::Text, "This finding is not in memory any more; the journal has its records.");
            return Sheet::new("Finding", Tone::Text, body);
        };
        let (symbol, tone) = finding_mark(finding.severity, body.theme());
        let severity = match finding.severity {
            FindingSeverity::Info => "information",
            FindingSeverity::Attention => "asks for attention",
            FindingSeverity::Blocking => "endangers the test or production",
        };
        body.hanging(&format!("{symbol} "), tone, finding.what());
        if let Some(to_do) = &finding.to_do {
            body.blank();
            body.hanging("To do: ", Tone::Strong, to_do);
        }
        body.blank();
        body.value("code", Tone::Text, &finding.code.name());
        body.value("severity", Tone::Text, severity);
        body.value("state", Tone::Strong, state(finding));
        evidence(finding, &mut body);
        history(finding, facts.now, &mut body);
        let keys: &[_] = if is_open(facts, finding) {
            &[("Up/Down", "scroll"), ("a", "acknowledge"), ("Enter", "close")]
        } else {
            &[("Up/Down", "scroll"), ("Enter", "close")]
        };
        Sheet::new("Finding", tone, body).keys(keys)
    }
}

const fn state(finding: &Finding) -> &'static str {
    match (&finding.acknowledged, finding.closed_at) {
        (_, Some(_)) => "over: its condition has ended",
        (Some(_), None) => "acknowledged, its condition lasts",
        (None, None) => "open",
    }
}

fn evidence(finding: &Finding, body: &mut Body) {
    body.blank();
    body.text(Tone::Strong, "Evidence");
    let Some(cited) = &finding.cited else {
        let text = format!("Record {}; no line or reply of an appliance is cited there.", finding.record);
        body.text(Tone::Text, &text);
        return;
    };
    let place =
        cited.offset.map_or_else(String::new, |offset| format!(", byte {} of dr.log", grouped(offset.0)));
    body.value("record", Tone::Text, &format!("{}{place}", cited.record));
    body.hanging("> ", Tone::Text, &cited.raw);
}

fn history(finding: &Finding, now: Timestamp, body: &mut Body) {
    body.blank();
    body.text(Tone::Strong, "History");
    let at = |at: Timestamp| format!("{}, {} ago", at.in_words(), age(now.since(at)));
    let opened = format!("{}, by record {}", at(finding.opened_at), finding.record);
    body.value("opened", Tone::Text, &opened);
    if let Some(cited) = finding.cited.as_ref().filter(|cited| cited.record > finding.record) {
        body.value("again", Tone::Text, &format!("{}, by record {}", at(cited.at), cited.record));
    }
    if let (Some(reason), Some(acknowledged)) = (&finding.acknowledged, finding.acknowledged_at) {
        let by = finding.acknowledged_by.as_deref().unwrap_or("somebody");
        body.value("acknowledged", Tone::Text, &format!("{}, by {by}: {reason}", at(acknowledged)));
    }
    if let Some(closed) = finding.closed_at {
        body.value("over", Tone::Text, &at(closed));
    }
}
