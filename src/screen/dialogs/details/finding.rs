//! One finding whole: what it is, what to do, its evidence and its history.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Code, Finding, FindingSeverity, Role, Sequence, Timestamp},
    screen::{
        dialogs::{
            Acknowledge, Body, Content, Facts, IssueDialog, Reply, Sheet, TextInput, Tone, show_issue,
        },
        paint::{by_weight, finding_mark},
    },
    text::{age, grouped},
};

#[derive(Debug)]
pub(crate) struct FindingDialog {
    record: Sequence,
    code: Code,
    role: Option<Role>,
    /// What is asked about it: why it is acceptable, or what is done about it.
    asked: Option<Box<dyn Content>>,
}

impl FindingDialog {
    pub(crate) const fn new(record: Sequence, code: Code, role: Option<Role>) -> Self {
        Self { record, code, role, asked: None }
    }

    /// Asks who takes care of the gravest finding that somebody has to take care of.
    pub(crate) fn owner_of_gravest(facts: &Facts<'_>) -> Option<Self> {
        let gravest = by_weight(facts.run).into_iter().find(|finding| is_issue(finding))?;
        Some(Self::new(gravest.record, gravest.code, gravest.role).with_owner(facts))
    }

    /// Asks at once who takes care of it, where somebody has to.
    pub(crate) fn with_owner(mut self, facts: &Facts<'_>) -> Self {
        self.asked = self.owner(facts);
        self
    }

    /// The question who takes care of it, in a session that makes the record.
    fn owner(&self, facts: &Facts<'_>) -> Option<Box<dyn Content>> {
        let issue = self.finding(facts).filter(|finding| facts.mode.is_live() && is_issue(finding));
        issue.map(|finding| Box::new(IssueDialog::of(facts.run, finding)) as Box<dyn Content>)
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

/// A finding that somebody has to take care of.
fn is_issue(finding: &Finding) -> bool {
    finding.severity >= FindingSeverity::Attention
}

impl Content for FindingDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        self.asked.as_mut().and_then(|asked| asked.input_mut())
    }

    fn is_read_only(&self) -> bool {
        self.asked.is_none()
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if let Some(asked) = &mut self.asked {
            return asked.on_key(key, facts);
        }
        match key.code {
            KeyCode::Char('a') => {
                let open = self.finding(facts).filter(|finding| is_open(facts, finding));
                self.asked = open.map(|finding| Box::new(Acknowledge::of(finding)) as Box<dyn Content>);
                Reply::Stay
            }
            KeyCode::Char('o') => {
                self.asked = self.owner(facts);
                Reply::Stay
            }
            KeyCode::Char('l') => {
                let place = self.finding(facts).and_then(Finding::place_in_log);
                place.map_or(Reply::Stay, Reply::LogLine)
            }
            KeyCode::Enter | KeyCode::Char('q') => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        if let Some(asked) = &self.asked {
            return asked.sheet(facts, body);
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
        show_issue(facts.run, finding, &mut body);
        let mut keys = vec![("Up/Down", "scroll")];
        keys.extend(is_open(facts, finding).then_some(("a", "acknowledge")));
        keys.extend((facts.mode.is_live() && is_issue(finding)).then_some(("o", "owner")));
        keys.extend(finding.place_in_log().map(|_| ("l", "log line")));
        keys.push(("Enter", "close"));
        Sheet::new("Finding", tone, body).keys(&keys)
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
        let by = finding.acknowledged_in_name();
        body.value("acknowledged", Tone::Text, &format!("{}, by {by}: {reason}", at(acknowledged)));
    }
    if let Some(closed) = finding.closed_at {
        body.value("over", Tone::Text, &at(closed));
    }
}
