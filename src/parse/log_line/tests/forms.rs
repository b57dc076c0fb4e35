//! The forms that log servers give to a line, and lines that only quote one.

use super::*;

const MESSAGE: &str = "Cloud restore phase complete. Starting namespace generation phase";
const TAGGED: &str =
    "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase";

fn is_the_marker(raw: &str) -> bool {
    let line = read(raw);
    let parts = (line.program, line.pid, line.module, line.severity, line.message);
    parts
        == (
            Some(&b"rfsd"[..]),
            Some(13852),
            Some(&b"namespace_restore"[..]),
            Some(Severity::Info),
            MESSAGE.as_bytes(),
        )
}

#[test]
fn a_line_is_read_in_every_form_that_a_log_server_gives_it() {
    for header in [
        "Sep 13 16:03:38 localhost ",
        "Sep 13 16:03:38.123456 localhost ",
        "Sep 13 16:03:38 2026 localhost ",
        "Sep 13 2026 16:03:38 localhost ",
        "Sep 13 2026 16:03:38: localhost ",
        "2026-09-13T16:03:38.000001+02:00 ava-dr ",
        "2026-09-13t16:03:38z ava-dr ",
        "2026-09-13T16:03:38Z\tava-dr\t",
        "2026-09-13 16:03:38,123 +0200 ava-dr ",
        "Sun 2026-09-13 16:03:38 CEST ava-dr ",
        "2026-09-13T16:03:38+0200 ",
        "  Sep 13 16:03:38 localhost ",
        "\u{feff}Sep 13 16:03:38 localhost ",
        "\u{feff} \tSep 13 16:03:38 localhost ",
        "\rSep 13 16:03:38 localhost ",
        "<134>Sep 13 16:03:38 localhost ",
        "<134> Sep 13 16:03:38 localhost ",
        "<134>2026-09-13T16:03:38Z ava-dr ",
        "<134>",
        "<134>localhost ",
        "",
        "Sep 13 16:03:38 localhost local0.info ",
        "Sep 13 16:03:38 local0.info localhost ",
        "Sep 13 16:03:38 <local0.info> localhost ",
        "local0.info Sep 13 16:03:38 localhost ",
        "Sep 13 16:03:38 localhost daemon|security:Info ",
        "local7.notice ",
        "Sep 13 18:00:00 relay Sep 13 16:03:38 localhost ",
        "Sep 13 18:00:00 relay <134>Sep 13 16:03:38 localhost ",
        "Sep 13 18:00:00 Sep 13 16:03:38 localhost ",
        "2026-09-13T18:00:00+02:00 relay Sep 13 16:03:38 localhost ",
        "2026-09-13T18:00:00+02:00 relay 2026-09-13T16:03:38+02:00 ava-dr ",
        "2026-09-13 18:00:00\tLocal0.Info\t10.0.0.5\tSep 13 16:03:38 localhost ",
        "Sep 13 18:00:00 relay <134>",
        "Sep 13 18:00:00 <134>",
        "2026-09-13T18:00:00+02:00 10.0.0.5 <134>",
        "10.0.0.5 Sep 13 16:03:38 localhost ",
        "[fe80::1] <134>Sep 13 16:03:38 localhost ",
        "<134>1 2026-09-13T16:03:38Z relay - - - - Sep 13 16:03:38 localhost ",
        "<134>1 2026-09-13T16:03:38Z relay - - - - ",
    ] {
        let raw = format!("{header}rfsd[13852]: {TAGGED}");
        assert!(is_the_marker(&raw), "{raw:?} is {:?}", read(&raw));
    }
}

#[test]
fn a_line_of_rfc_5424_is_read() {
    for header in [
        "<134>1 2026-09-13T14:03:38.001Z ava-dr rfsd 13852 - - ",
        "<134>1 2026-09-13T14:03:38.001Z ava-dr rfsd 13852 ID7 - \u{feff}",
        "<134>1 - ava-dr rfsd 13852 - - ",
        "<134>1 2026-09-13T14:03:38Z - rfsd 13852 - - ",
        "1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - - ",
        "2026-09-13T14:03:38Z ava-dr rfsd 13852 - - ",
        "<134>1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - [meta sequenceId=\"29\"] ",
        "<134>1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - [a@1 x=\"\\]\\\" [b.INFO]\"][origin ip=\"10.0.0.1\"] ",
        "<134>1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - [examplePriority@32473] \u{feff}",
        "Sep 13 18:00:00 relay <134>1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - - ",
    ] {
        let raw = format!("{header}{TAGGED}");
        assert!(is_the_marker(&raw), "{raw:?} is {:?}", read(&raw));
    }
    let line = read("<134>1 2026-09-13T14:03:38.001Z ava-dr rfsd 13852 - - x");
    let stamp = line.stamp.unwrap();
    assert_eq!((stamp.year, stamp.zone, stamp.nanosecond), (Some(2026), Some(0), 1_000_000));
    assert_eq!((line.priority, line.host), (Some(134), Some(&b"ava-dr"[..])));
}

#[test]
fn of_several_headers_the_last_is_the_appliances_own() {
    let line = read("<13>2026-01-01T00:00:02Z relay <134>Dec 31 23:59:58 ava-dr rfsd[1]: [gc.INFO] x");
    let expected =
        Stamp { year: Some(2025), month: 12, day: 31, hour: 23, minute: 59, second: 58, ..Stamp::default() };
    assert_eq!((line.stamp, line.host, line.priority), (Some(expected), Some(&b"ava-dr"[..]), Some(134)));
    let endless = "Sep 13 16:03:38 h ".repeat(9) + "rfsd[1]: [gc.INFO] x";
    assert_eq!(read(&endless).program, None);
}

#[test]
fn a_thread_or_a_facility_may_stand_before_the_tag() {
    let line = read("<141>metad[2466]: TID 139915579090752: [metad.NOTICE]: Restarted");
    assert_eq!((line.module, line.message), (Some(&b"metad"[..]), &b"Restarted"[..]));
    let line = read("<189>cli[962]: [cli.NOTICE]: user admin: Entering configuration mode");
    assert_eq!((line.program, line.pid), (Some(&b"cli"[..]), Some(962)));
    assert!(is_the_marker(&format!("Sep 13 16:03:38 localhost rfsd[13852]: TID 7: {TAGGED}")));
    assert!(is_the_marker(&format!(
        "Sep 13 16:03:38 localhost rfsd[13852]: [ID 702911 local0.info] {TAGGED}"
    )));
    let untagged = read("Sep 13 16:03:38 localhost rfsd[13852]: TID 7: hello");
    assert_eq!((untagged.form, untagged.message), (Form::Plain, &b"TID 7: hello"[..]));
}

#[test]
fn a_line_that_another_quotes_is_none_of_its_own_whatever_the_form() {
    let inner = format!("rfsd[13852]: {TAGGED}");
    let whole = format!("Sep 13 16:03:38 localhost {inner}");
    let standard = format!("<134>1 2026-09-13T14:03:38Z ava-dr rfsd 13852 - - {TAGGED}");
    for quoted in [&inner, &whole, &standard] {
        for header in [
            "Sep 13 16:03:38 localhost cli[99]: ",
            "Sep 13 16:03:38 localhost cli[99]: [cli.NOTICE]: user admin: Executing command: ",
            "Sep 13 16:03:38 localhost cli[99]: [cli.NOTICE]: ",
            "<134>1 2026-09-13T14:03:38Z ava-dr cli 99 - - ",
            "<134>1 2026-09-13T14:03:38Z ava-dr cli 99 - [q x=\"y\"] ",
            "2026-09-13T14:03:38Z ava-dr cli 99 - - ",
            "<189>cli[962]: ",
            "cli[962]: ",
            "> ",
            "echo ",
            "\"",
            "Sep 13 16:03:38 localhost -- ",
            "x\r",
        ] {
            let raw = format!("{header}{quoted}");
            assert!(!is_the_marker(&raw), "{raw:?} is {:?}", read(&raw));
        }
    }
    let in_data = format!("<134>1 2026-09-13T14:03:38Z ava-dr cli 99 - [q x=\"] {inner}\"] hello");
    assert!(!is_the_marker(&in_data));
}
