//! In whose name something was done, and who took over from whom.

use super::*;

fn named(engineer: Option<&str>) -> Event {
    Event::EngineerNamed { engineer: engineer.map(str::to_owned), user: "eng".to_owned() }
}

fn goes_on(recorder: &str) -> Event {
    let (program, recorder) = ("drwatch 0.1.0".to_owned(), recorder.to_owned());
    Event::RunContinued { program, recorder, held: None, since: None, distrusted: None }
}

fn told(story: &Story) -> Vec<String> {
    let events = dated_events(&story.run);
    let taken = events.iter().filter(|event| matches!(event.what, Happening::TakenOver(_)));
    taken.map(ToString::to_string).collect()
}

#[test]
fn whoever_takes_a_record_over_is_told_with_the_person_before() {
    let mut story = Story::connected();
    story.tell(named(Some("Kim Berg")));
    assert_eq!(told(&story), [""; 0], "who began it has taken over from nobody");
    let recorder = story.run.recorder().to_owned();
    story.tell(goes_on(&recorder));
    let record = story.tell(named(Some("Robin Falk")));
    assert_eq!(told(&story), ["Robin Falk (eng) acts from here on, in place of Kim Berg (eng)"]);
    assert_eq!(story.run.takeovers[0].record, record);
    // On another account the record of that is the one which goes on.
    let record = story.tell(goes_on("ann@other"));
    story.tell(named(None));
    let words = format!("ann@other acts from here on, in place of Robin Falk ({recorder})");
    assert_eq!((told(&story).pop(), story.run.takeovers[1].record), (Some(words), record));
    assert_eq!(story.run.engineer, None);
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["takeovers"][0]["engineer"], "Robin Falk");
    assert_eq!(summary["takeovers"].as_array().unwrap().len(), 2);
}
