//! The requests on record, and the lines that each of them explains.

use super::*;

/// A request on record.
#[derive(Debug)]
pub(super) struct Request {
    at: Timestamp,
    id: ActionId,
    pub(super) word: &'static str,
    pub(super) overridden: bool,
    /// The line that changes something went out.
    was_sent: bool,
}

/// All requests of the record, each judged again at its very moment: a resume was allowed, its statement
/// made before, or it was overridden with the phrase typed word for word and a reason.
pub(super) fn requests(pair: &Pair) -> Vec<Request> {
    let folder = RunFolder::open(&pair.run_folder()).unwrap();
    let mut run: Option<Run> = None;
    let mut requests = Vec::new();
    for entry in JournalReader::open(&folder).unwrap() {
        let drwatch::journal::Content::Record(record) = entry.unwrap().content else { continue };
        let Some(run) = &mut run else {
            run = Some(Run::start(&record).unwrap());
            continue;
        };
        if let Event::ActionSent { id, sent, .. } = &record.event {
            let request = requests.iter_mut().find(|request: &&mut Request| request.id == *id).unwrap();
            request.was_sent = sent.iter().any(|line| line.contains("replication "));
        }
        if let Event::ActionRequested { id, plan, r#override, typed, .. } = &record.event {
            let typed = typed.as_deref().unwrap();
            match authorize(run, plan.action) {
                Authorization::Allowed { phrase, .. } => {
                    assert!(r#override.is_none(), "nothing was to be overridden: {record:?}");
                    let stated = plan.action == ActionKind::Resume && typed == STATEMENT;
                    assert!(typed == phrase || stated, "{phrase} was asked for: {record:?}");
                }
                Authorization::Locked { phrase, .. } => {
                    assert_eq!(plan.action, ActionKind::Resume);
                    assert_eq!((typed, phrase.as_str()), (OVERRIDE.phrase, OVERRIDE.phrase));
                    assert!(!r#override.as_ref().unwrap().reason.is_empty());
                }
                other => panic!("{:?} {other:?}: {record:?}", run.phase()),
            }
            let overridden = r#override.is_some();
            let (id, at, word) = (*id, record.at, plan.action.word());
            requests.push(Request { at, id, word, overridden, was_sent: false });
        }
        apply(run, &record);
    }
    requests
}

/// What an appliance received against what is on record: every line that changes something was requested
/// before, each request sent it once at most, and those left over sent none.
pub(super) fn each_line_was_requested(word: &str, line: &str, requests: &[Request], received: &[Received]) {
    let mut open: Vec<_> = requests.iter().filter(|request| request.word == word).collect();
    for received in received.iter().filter(|received| received.line == line) {
        // The clocks of watch and simulator are one, cut to milliseconds.
        let request =
            open.iter().rposition(|open| open.was_sent && open.at <= received.at + Elapsed::from_millis(1));
        let request = request.unwrap_or_else(|| panic!("{received:?} was never requested"));
        open.remove(request);
    }
    let unheard: Vec<_> = open.into_iter().filter(|request| request.was_sent).collect();
    assert!(unheard.is_empty(), "sent as the record has it, and never received: {unheard:?}");
}
