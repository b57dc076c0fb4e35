//! The issue register of a run as a table for a terminal.

use super::columns::{BOLD, Cell, Column, Page, RED, YELLOW, columns};
use crate::report::document::table::Flush::{Left, Right};
use crate::run::{Decision, FindingSeverity, Issue, IssueState, actor};

/// Stands for what nobody stated.
const NOT_STATED: &str = "–";

/// The most columns that the table takes.
const WIDTH: usize = 80;

/// One row a finding, and below it what was found and what is done about it.
pub(crate) fn register_table(issues: &[Issue], page: Page) -> String {
    let page = Page { columns: Some(page.columns.unwrap_or(WIDTH).min(WIDTH)), ..page };
    let head = [
        Column::new("RECORD", Right),
        Column::new("FINDING", Left),
        Column::new("STATE", Left),
        Column::new("OWNER", Left).cut_to(8),
        Column::new("DUE", Left),
    ];
    let rows: Vec<_> = issues.iter().flat_map(rows).collect();
    columns(&head, &rows, page)
}

fn rows(issue: &Issue) -> Vec<Vec<Cell>> {
    let style = match (issue.state, issue.severity) {
        (IssueState::Closed, _) => "",
        (_, FindingSeverity::Blocking) => RED,
        _ => YELLOW,
    };
    let or_not = |text: Option<String>| Cell::new(text.unwrap_or_else(|| NOT_STATED.to_owned()));
    let below = |text: &str| vec![Cell::new(""), Cell::of_words(text.split_whitespace())];
    let mut rows = vec![vec![
        Cell::new(issue.opened.to_string()),
        Cell::new(&issue.code).styled(style),
        Cell::new(state(issue)),
        or_not(issue.entry.owner.clone()).styled(BOLD),
        or_not(issue.entry.due.map(|due| due.to_string())),
    ]];
    rows.push(below(&issue.text));
    rows.extend(
        issue
            .entry
            .decision
            .as_ref()
            .map(Decision::in_words)
            .map(|(what, text)| below(&format!("{what}: {text}"))),
    );
    rows.extend(issue.entry.retest.as_ref().map(|retest| below(&format!("tested again in: {retest}"))));
    if let (Some(user), Some(record)) = (&issue.stated_by, issue.record) {
        let by = actor(user, issue.engineer.as_deref());
        rows.push(below(&format!("stated by {by}, record {record}")));
    }
    rows
}

fn state(issue: &Issue) -> &'static str {
    match issue.state {
        IssueState::Open if issue.severity == FindingSeverity::Blocking => "open, blocking",
        IssueState::Open => "open",
        IssueState::Acknowledged => "acknowledged",
        IssueState::Closed => "closed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{IssueEntry, RunId, Sequence};

    fn issue() -> Issue {
        let at = serde_json::from_str("\"2026-09-13T14:55:04+00:00\"").unwrap();
        Issue {
            code: "bucket-changed-while-paused".to_owned(),
            severity: FindingSeverity::Blocking,
            text: "The bucket changed while replication was paused: 2,662 objects are 2,664 now, and so on, at length."
                .to_owned(),
            opened_at: at,
            opened: Sequence(1_234_567),
            state: IssueState::Open,
            entry: IssueEntry {
                owner: Some("A very long name of somebody who owns this finding".to_owned()),
                due: chrono::NaiveDate::from_ymd_opt(2026, 12, 10),
                decision: Some(Decision::Remedy { text: "List it \u{1b}[31magain. ".repeat(9) }),
                retest: Some(RunId("20260913T145504Z-a1b2c3".to_owned())),
            },
            stated_at: Some(at),
            stated_by: Some("kim".to_owned()),
            engineer: Some("Kim Berg".to_owned()),
            record: Some(Sequence(99)),
        }
    }

    #[test]
    fn the_register_fits_80_columns_and_says_what_is_done() {
        let unstated = Issue { entry: IssueEntry::default(), stated_by: None, ..issue() };
        let table = register_table(&[issue(), unstated], Page::default());
        assert!(!table.contains('\u{1b}'), "{table}");
        for words in
            ["2026-12-10", "open, blocking", "remedy: List it", "20260913T145504Z-a1b2c3", "Kim Berg (kim)"]
        {
            assert!(table.contains(words), "{words}: {table}");
        }
        assert!(table.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80), "{table}");
        assert_eq!(table.matches("bucket-changed-while-paused").count(), 2, "{table}");
    }
}
