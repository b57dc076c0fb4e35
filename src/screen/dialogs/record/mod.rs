//! The dialogs that add to the record: statements, acknowledgements, notes, signatures, the baseline, the
//! test sheet, what is done about findings.

mod acknowledge;
mod attest;
mod baseline;
mod issue;
mod markers;
mod note;
mod sign_off;
mod test_sheet;

pub(super) use self::{
    acknowledge::Acknowledge,
    attest::Attest,
    baseline::Baseline,
    issue::{IssueDialog, show_issue},
    markers::Markers,
    note::Note,
    sign_off::SignOff,
    test_sheet::TestSheetDialog,
};
