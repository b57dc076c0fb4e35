//! The settings in effect as text, without what may be secret.

use std::{fmt::Write as _, path::PathBuf, time::Duration};

use serde_json::Value;

use super::Settings;
use crate::run::{ResumePolicy, TestSheet};

impl Settings {
    /// The settings in effect, one `name = value` a line.
    pub(crate) fn render(&self) -> String {
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or_else(unset, |path| format!("{:?}", path.display().to_string()))
        };
        let text = |text: &Option<String>| text.as_ref().map_or_else(unset, |text| format!("{text:?}"));
        let time = |time: Duration| format!("\"{}\"", humantime::format_duration(time));
        let policy = match self.replication.resume_policy {
            ResumePolicy::PausedThroughout => "paused-throughout",
            ResumePolicy::ResumeAfterStage1 => "resume-after-stage-1",
        };
        // A password command may itself hold a secret, so only that it is set is shown.
        let set =
            |command: &Option<Vec<String>>| if command.is_some() { "(set)".to_owned() } else { unset() };
        let lines = [
            ("runs_dir", path(&self.runs_dir)),
            ("engineer", text(&self.engineer)),
            ("read_only", self.read_only.to_string()),
            ("dialect", path(&self.dialect)),
            ("ssh_config", path(&self.ssh_config)),
            ("primary.destination", text(&self.primary.destination)),
            ("primary.password_command", set(&self.primary.password_command)),
            ("primary.enable_password_command", set(&self.primary.enable_password_command)),
            ("dr.destination", text(&self.dr.destination)),
            ("dr.password_command", set(&self.dr.password_command)),
            ("dr.enable_password_command", set(&self.dr.enable_password_command)),
            ("replication.resume_policy", format!("{policy:?}")),
            ("replication.pause_budget", self.replication.pause_budget.map_or_else(unset, time)),
            ("download.threads", self.download.threads.to_string()),
            ("download.stall_after", time(self.download.stall_after)),
            ("polling.counter", time(self.polling.counter)),
            ("polling.counter_after_stage_1", time(self.polling.counter_after_stage_1)),
            ("polling.replication", time(self.polling.replication)),
            ("polling.threads", time(self.polling.threads)),
            ("polling.service", time(self.polling.service)),
            ("notice.bell", self.notice.bell.to_string()),
            ("notice.command", set(&self.notice.command)),
            ("programme.test_interval_days", self.programme.test_interval_days.to_string()),
            ("screen.symbols", format!("{:?}", self.screen.symbols).to_lowercase()),
            ("screen.theme", format!("{:?}", self.screen.theme.name())),
        ];
        let mut shown = lines.map(|(name, value)| format!("{name} = {value}\n")).concat();
        for (name, value) in sheet_lines(&self.plan.clone().sheet()) {
            // Nothing is lost: a `String` takes all that is written to it.
            let _ = writeln!(shown, "plan.{name} = {value}");
        }
        shown
    }
}

/// The fields of a test sheet and what they say.
fn sheet_lines(sheet: &TestSheet) -> Vec<(String, String)> {
    // By the fields as they are written to the record, so that none can be forgotten here.
    let Ok(Value::Object(fields)) = serde_json::to_value(sheet) else { return Vec::new() };
    let shown = |value: Value| match value {
        Value::Null => unset(),
        Value::Array(list) if list.is_empty() => unset(),
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, shown(value))).collect()
}

fn unset() -> String {
    "(not set)".to_owned()
}
