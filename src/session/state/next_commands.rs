//! What can be done with the record once the watch has ended, as commands to copy.

use std::path::PathBuf;

use crate::text::shell_word;
use crate::{
    run::{
        ActionKind, Consented, Ending, Finding, FindingSeverity, GivenConsent, Known, LogOrigin, Overruled,
        Phase, Role, Run,
    },
    screen::lacks_sign_off,
};

/// Options of this watch that a later command needs as well, to find the run and its appliances.
#[derive(Clone, Debug, Default)]
pub(crate) struct RepeatedOptions {
    pub(crate) runs_dir: Option<PathBuf>,
    pub(crate) settings: Option<PathBuf>,
}

/// What each command is for, and the command.
pub(super) fn next_commands(run: &Run, options: &RepeatedOptions) -> Vec<(&'static str, String)> {
    let id = &run.started.run;
    let option = |name: &str, path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(String::new, |path| format!(" {name} {}", shell_word(&path.to_string_lossy())))
    };
    let place = option("--runs-dir", &options.runs_dir);
    let mut commands = vec![
        ("report", format!("drwatch report {id}{place}")),
        ("replay", format!("drwatch replay {id}{place}")),
    ];
    let asks = |finding: &&Finding| {
        finding.severity >= FindingSeverity::Attention && (finding.is_open() || finding.is_accepted_danger())
    };
    if run.findings.iter().any(|finding| asks(&finding)) {
        commands.push(("findings", format!("drwatch findings {id}{place}")));
    }
    if run.phases.current == Phase::Ended && run.change_in_doubt().is_some() && !run.started.demo {
        let primary = run.name(Role::Primary);
        commands.push(("to look", format!("whether replication runs, in the web interface of {primary}")));
    } else if run.phases.current == Phase::Ended
        && run.replication.state == Known::Paused
        && !run.started.demo
    {
        // The record is closed: drwatch resumes nothing any more.
        let primary = run.name(Role::Primary);
        let dr = run.name(Role::Dr);
        let first = match (run.awaits_service_stop(), run.has_unsettled_alarm()) {
            (true, true) => format!("once the service of {dr} is stopped and the vendor agrees, "),
            (true, false) => format!("once the service of {dr} is stopped, "),
            (false, true) => "once the vendor agrees, ".to_owned(),
            (false, false) => String::new(),
        };
        let words = format!("{first}in the web interface of {primary}");
        commands.push(("to resume", words));
    }
    if run.phases.current != Phase::Ended {
        let settings = option("--settings", &options.settings);
        let go_on = match &run.started.log {
            _ if run.started.demo => {
                "not possible: the appliances of a demo are gone with it; `drwatch demo` starts another"
                    .to_owned()
            }
            Some(LogOrigin::StandardInput) => {
                "not possible: nothing shows what of standard input was read".to_owned()
            }
            _ => format!("drwatch watch --resume {id}{place}{settings}"),
        };
        commands.push(("to go on", go_on));
    }
    if let Some(signed) = &run.signed_off {
        let who = signed.engineer.as_deref().unwrap_or(&signed.user);
        commands.push(("signed off", format!("by {who}: {}", signed.text)));
    }
    if let Some(who) = vendor_named(run) {
        commands.push(("vendor", format!("agreed to the resume: {who}")));
    }
    if run.ending == Some(Ending::Quit) && lacks_sign_off(run) {
        let how = "none so far; with your SSH key (V: passed, conditions or failed):";
        commands.push(("sign-off", how.to_owned()));
        commands.push(("", format!("drwatch sign {id} --as operator --verdict V{place}")));
    }
    commands
}

/// Who at the vendor agreed to a resume over an alarm that is not settled, as the engineer named them.
fn vendor_named(run: &Run) -> Option<&str> {
    let is_over_alarm = |given: &&GivenConsent| {
        given.to == Consented::Action(ActionKind::Resume) && given.consent.overruled == Overruled::Alarm
    };
    let given = run.consents.iter().rev().find(is_over_alarm).filter(|_| run.has_unsettled_alarm())?;
    given.reason.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Consent, Event, FORMAT, Record, RunId, RunSettings, Sequence, Started, Statement};

    fn run(demo: bool, log: Option<LogOrigin>) -> Run {
        let started = Started {
            format: FORMAT,
            run: RunId("20260302T080000Z-abcdef".to_owned()),
            demo,
            program: "0.1.0".to_owned(),
            recorder: "eng@laptop".to_owned(),
            primary: None,
            dr: Some("dr".to_owned()),
            imported: None,
            read_only: false,
            settings: RunSettings::default(),
            dialect: String::new(),
            log,
            known_roles: Vec::new(),
            history: Vec::new(),
        };
        let event = Event::RunStarted(Box::new(started));
        let at = serde_json::from_str("\"2026-03-02T08:00:00+00:00\"").unwrap();
        Run::start(&Record { seq: Sequence(0), at, event }).unwrap()
    }

    #[test]
    fn an_unfinished_watch_names_the_command_that_goes_on_with_all_it_needs() {
        let options = RepeatedOptions {
            runs_dir: Some("/runs of kim's".into()),
            settings: Some("lab/settings.toml".into()),
        };
        let commands = next_commands(&run(false, None), &options).into_iter().map(|(_, command)| command);
        assert_eq!(
            commands.collect::<Vec<_>>(),
            [
                r"drwatch report 20260302T080000Z-abcdef --runs-dir '/runs of kim'\''s'",
                r"drwatch replay 20260302T080000Z-abcdef --runs-dir '/runs of kim'\''s'",
                r"drwatch watch --resume 20260302T080000Z-abcdef --runs-dir '/runs of kim'\''s' --settings lab/settings.toml",
            ]
        );
    }

    #[test]
    fn a_run_that_is_over_has_nothing_to_go_on_with() {
        let mut over = run(false, None);
        over.phases.current = Phase::Ended;
        let commands = next_commands(&over, &RepeatedOptions::default());
        assert_eq!(commands.iter().map(|(label, _)| *label).collect::<Vec<_>>(), ["report", "replay"]);
    }

    #[test]
    fn a_run_that_is_signed_off_ends_with_who_did_it_and_in_which_words() {
        let mut signed = run(false, None);
        signed.phases.current = Phase::Ended;
        let event =
            Event::SignedOff { text: "all as planned".to_owned(), user: "kim".to_owned(), consent: None };
        let record = Record { seq: Sequence(1), at: signed.started_at, event };
        crate::run::apply(&mut signed, &record);
        let commands = next_commands(&signed, &RepeatedOptions::default());
        assert_eq!(commands.last().unwrap(), &("signed off", "by kim: all as planned".to_owned()));
        let consent = Consent { overruled: Overruled::Alarm, shown: "an alarm".to_owned(), cited: None };
        signed.consents.push(GivenConsent {
            at: signed.started_at,
            record: Sequence(1),
            to: Consented::Action(ActionKind::Resume),
            typed: "prod".to_owned(),
            consent,
            reason: Some("Smith, case 1234".to_owned()),
            user: "kim".to_owned(),
            engineer: None,
        });
        assert!(
            next_commands(&signed, &RepeatedOptions::default()).iter().all(|(label, _)| *label != "vendor")
        );
        let line = serde_json::from_str(r#"{"offset":0,"stamp":null,"arrival":"live","raw":"bad"}"#).unwrap();
        let event = Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line };
        let record = Record { seq: Sequence(2), at: signed.started_at, event };
        crate::run::apply(&mut signed, &record);
        let commands = next_commands(&signed, &RepeatedOptions::default());
        let vendor = commands.iter().find(|(label, _)| *label == "vendor").map(|(_, words)| &**words);
        assert_eq!(vendor, Some("agreed to the resume: Smith, case 1234"));
    }

    #[test]
    fn a_watch_left_before_the_sign_off_ends_with_a_line_about_it() {
        let mut left = run(false, None);
        (left.phases.current, left.ending) = (Phase::Ended, Some(Ending::Quit));
        let commands = next_commands(&left, &RepeatedOptions::default());
        let [.., (label, words), (_, command)] = commands.as_slice() else { panic!("{commands:?}") };
        assert!(*label == "sign-off" && words.starts_with("none so far"), "{label} {words}");
        assert_eq!(command, "drwatch sign 20260302T080000Z-abcdef --as operator --verdict V");
    }

    #[test]
    fn what_is_left_of_a_run_that_is_over_is_named_by_what_can_still_be_done() {
        let mut left = run(false, None);
        let citation = r#"{"offset":0,"stamp":null,"arrival":"live","raw":"bad"}"#;
        let line = serde_json::from_str(citation).unwrap();
        let record = Record {
            seq: Sequence(1),
            at: left.started_at,
            event: Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line },
        };
        crate::run::apply(&mut left, &record);
        left.phases.current = Phase::Ended;
        let commands = next_commands(&left, &RepeatedOptions::default());
        let named = |label: &str| commands.iter().find(|(own, _)| *own == label).map(|(_, words)| &**words);
        assert_eq!(named("findings"), Some("drwatch findings 20260302T080000Z-abcdef"));
        assert_eq!(named("to resume"), None, "it is not paused");
        left.replication.state = Known::Paused;
        let commands = next_commands(&left, &RepeatedOptions::default());
        let (label, words) = commands.last().unwrap();
        assert!(*label == "to resume" && words.starts_with("once the vendor agrees, in the web interface"));
        // A restore that began, and of which nothing shows that it has ended.
        left.phases.current = Phase::Prepare;
        let begun = Event::Attested {
            statement: Statement::DownloadBegun,
            since: left.started_at,
            reason: "seen".to_owned(),
            user: "eng".to_owned(),
            consent: None,
        };
        crate::run::apply(&mut left, &Record { seq: Sequence(2), at: record.at, event: begun });
        left.phases.current = Phase::Ended;
        let commands = next_commands(&left, &RepeatedOptions::default());
        let words = &commands.last().unwrap().1;
        assert!(words.starts_with("once the service of dr is stopped and the vendor agrees, "), "{words}");
    }

    #[test]
    fn what_cannot_be_gone_on_with_is_said_instead_of_a_command_that_fails() {
        for unfinished in [run(true, None), run(false, Some(LogOrigin::StandardInput))] {
            let commands = next_commands(&unfinished, &RepeatedOptions::default());
            let (_, last) = commands.last().unwrap();
            assert!(last.starts_with("not possible") && !last.contains("--resume"), "{last}");
        }
    }
}
