//! What the actions would send, as it is offered and as the pre-flight judges it.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_actions_are_offered_with_the_lines_they_send() {
    let watched = Watched::start(quick(), RunSettings::default());
    let available = watched.event_loop.session.available();
    for (plan, action) in [
        (available.pause, ActionKind::Pause),
        (available.resume, ActionKind::Resume),
        (available.threads, THREADS),
    ] {
        let plan = plan.expect("an action that may be taken");
        assert_eq!(plan.action, action);
        assert!(plan.lines.iter().any(|line| line == line_of(action)), "{plan:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_preflight_says_how_certain_the_lines_of_the_actions_are() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.for_seconds(60).await;
    let items = recorded(&mut watched).into_iter().find_map(|record| match record.event {
        Event::PreflightJudged { items, .. } => Some(items),
        _ => None,
    });
    let items = items.expect("a verdict that has settled");
    assert!(items.iter().any(|item| item.text.contains("(command not documented)")), "{items:#?}");
}
