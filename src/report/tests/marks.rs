//! What a report says of appliances that were simulated, and of when production was protected again.

use super::{markdown, samples::restored};
use crate::run::{ByteCount, ProtectedAgain, Summary};

#[test]
fn the_report_says_when_production_was_protected_again() {
    let of = |change: &dyn Fn(&mut ProtectedAgain)| {
        let mut summary = restored();
        change(summary.protected_again.as_mut().unwrap());
        let text = markdown(&summary);
        let line = text.lines().find_map(|line| line.strip_prefix("- Protected again: "));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(
        of(&|_| {}),
        "00:02:15 after the resume was requested, record 4012; replication runs: 2026-09-13T17:21:44Z; nothing left to \
         send: read 2026-09-13T17:23:54Z"
    );
    assert_eq!(
        of(&|again| {
            (again.backlog_gone_at, again.took, again.record) = (None, None, None);
            again.backlog = Some(ByteCount(1_262_485_504));
        }),
        "**NOT YET**; replication runs: 2026-09-13T17:21:44Z; still to be sent: 1.2 GiB"
    );
    assert_eq!(
        of(&|again| (again.backlog_gone_at, again.backlog) = (None, None)),
        "00:02:15 after the resume was requested, record 4012; replication runs: 2026-09-13T17:21:44Z; the replies do \
         not name what is left to send"
    );
    assert_eq!(
        of(&|again| *again = ProtectedAgain {
            running_at: again.running_at,
            record: again.record,
            ..ProtectedAgain::default()
        }),
        "yes, though others resumed it, record 4012; replication runs: 2026-09-13T17:21:44Z; the replies do not \
         name what is left to send"
    );
    assert_eq!(
        of(&|again| *again = ProtectedAgain { resumed_at: again.resumed_at, ..ProtectedAgain::default() }),
        "**NOT YET**; replication runs: not read; what is left to send: unknown"
    );
    assert_eq!(of(&|again| *again = ProtectedAgain::default()), "", "the pause lasts");
    let never = Summary { protected_again: None, ..restored() };
    assert!(!markdown(&never).contains("Protected again"));
}

#[test]
fn the_stamp_names_which_appliance_was_simulated() {
    let stamp = |primary, dr| {
        let mut summary = Summary { simulated: true, ..restored() };
        summary.versions.primary.as_mut().unwrap().simulated = primary;
        summary.versions.dr.as_mut().unwrap().simulated = dr;
        let report = markdown(&summary);
        let (_, stamp) = report.split_once("SIMULATED").unwrap();
        stamp.lines().take(2).collect::<String>()
    };
    assert!(stamp(true, true).contains("Both appliances"));
    assert!(stamp(true, false).contains("The primary of this run was"));
    assert!(stamp(false, true).contains("The DR appliance of this run was"));
    assert!(!stamp(false, false).contains("Both"), "which one is not known");
}
