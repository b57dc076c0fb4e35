//! Appliances that say that drwatch simulates them: the run is a rehearsal, for good.

use super::*;

fn identified(story: &mut Story, role: Role, simulated: bool) -> Sequence {
    let name = role.pick("prod", "dr");
    let identity = Identity { simulated, ..identity(name, &format!("serial-{name}")) };
    story.tell(Event::Identified { role, identity, raw: String::new() })
}

/// A watch over SSH of a pair that says so or not.
fn watch(primary: bool, dr: bool) -> Story {
    let mut story = Story::with(|started| started.demo = false);
    for (role, simulated) in [(Role::Primary, primary), (Role::Dr, dr)] {
        story.tell(Event::LinkChanged { role, link: Link::Connected });
        identified(&mut story, role, simulated);
    }
    story
}

fn is_simulated(story: &Story) -> bool {
    let summary = summarise(&story.run, story.now, head());
    assert_eq!(summary.simulated, story.run.is_simulated());
    story.run.is_simulated()
}

#[test]
fn a_run_is_simulated_as_soon_as_either_appliance_says_so_and_for_good() {
    assert!(!is_simulated(&watch(false, false)));
    for role in Role::BOTH {
        let mut story = watch(false, false);
        identified(&mut story, role, true);
        assert!(is_simulated(&story));
        identified(&mut story, role, false);
        story.tell(Event::LinkChanged { role, link: Link::Connecting });
        story.tell(Event::RunContinued {
            program: "0.1.0".to_owned(),
            recorder: "other@laptop".to_owned(),
            held: None,
            since: None,
            distrusted: Some("others may write".to_owned()),
        });
        assert!(is_simulated(&story), "a later identity without the word takes nothing back");
    }
    assert!(Story::new().run.is_simulated(), "a demo is one from its first record on");
}

#[test]
fn a_stranger_that_is_simulated_marks_the_run_as_well() {
    let mut story = watch(false, false);
    let other = Identity { simulated: true, ..identity("other", "serial-other") };
    story.tell(Event::Identified { role: Role::Dr, identity: other, raw: String::new() });
    assert!(story.run.is_stranger(Role::Dr) && is_simulated(&story));
}

#[test]
fn a_simulated_and_a_real_appliance_are_no_pair_and_control_stays_off_until_that_is_taken_on() {
    for (simulated, names) in [
        (
            Role::Primary,
            "prod, given as primary, is simulated by drwatch, and dr, given as DR appliance, is a real",
        ),
        (
            Role::Dr,
            "dr, given as DR appliance, is simulated by drwatch, and prod, given as primary, is a real",
        ),
    ] {
        let mut story = watch(simulated == Role::Primary, simulated == Role::Dr);
        let finding = story.finding(Code::MixedPair);
        assert_eq!(finding.severity, FindingSeverity::Blocking);
        assert!(finding.text.contains(names), "{}", finding.text);
        assert!(finding.to_do.as_ref().unwrap().contains("two real appliances"));
        assert!(off(&story, ActionKind::Pause).contains("simulated by drwatch"));
        let (code, opened) = (finding.code.name(), finding.record);
        let (reason, user) = ("a trial of the DR site".to_owned(), "eng".to_owned());
        story.tell(Event::Acknowledged { code, opened, reason, user });
        assert_eq!(authorize(&story.run, ActionKind::Pause), Authorization::NeedsConfirmation);
    }
    for alike in [true, false] {
        assert!(watch(alike, alike).findings(Code::MixedPair).is_empty());
    }
    let mut story = Story::with(|started| started.demo = false);
    identified(&mut story, Role::Dr, true);
    assert!(story.findings(Code::MixedPair).is_empty(), "what the other one is is not known yet");
}
