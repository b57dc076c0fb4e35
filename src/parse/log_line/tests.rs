//! Log lines: the documented samples, the odd ones, and properties.

mod forms;

use proptest::prelude::*;

use super::*;

/// A line of which nothing is known but its message.
fn bare<'a>(raw: &'a [u8], message: &'a [u8], form: Form) -> LogLine<'a> {
    LogLine { raw, message, form, ..LogLine::default() }
}

fn read(text: &str) -> LogLine<'_> {
    log_line(text.as_bytes())
}

fn tagged<'a>(
    raw: &'a str,
    host: &'a str,
    module: &'a str,
    severity: Severity,
    message: &'a str,
) -> LogLine<'a> {
    let line = bare(raw.as_bytes(), message.as_bytes(), Form::Tagged);
    LogLine { host: Some(host.as_bytes()), module: Some(module.as_bytes()), severity: Some(severity), ..line }
}

const DOWNLOAD_COMPLETE: &str = "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase";
const SEPTEMBER: Stamp =
    Stamp { year: None, month: 9, day: 13, hour: 16, minute: 3, second: 38, nanosecond: 0, zone: None };

#[test]
fn the_three_markers_of_the_procedure_are_read() {
    let samples = [
        (
            DOWNLOAD_COMPLETE,
            "namespace_restore",
            Some(13852),
            "Cloud restore phase complete. Starting namespace generation phase",
        ),
        (
            "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace",
            "namespace_restore",
            Some(13852),
            "Namespace generation phase complete. Successfully restored user namespace",
        ),
        (
            "Sep 13 16:03:38 localhost rfsd[13852]: [megamount.INFO] (13852) restore namespace successful!",
            "megamount",
            Some(13852),
            "restore namespace successful!",
        ),
    ];
    for (raw, module, id, message) in samples {
        let expected = LogLine {
            stamp: Some(SEPTEMBER),
            program: Some(b"rfsd"),
            pid: Some(13852),
            id,
            ..tagged(raw, "localhost", module, Severity::Info, message)
        };
        assert_eq!(read(raw), expected);
    }
}

#[test]
fn a_padded_day_and_an_id_that_is_not_the_pid_are_read() {
    let raw = "Oct  8 01:27:10 altavault1 rfsd[19024]: [gc.INFO] (14306) bitmaps set up for 251656 slabs, using 32211968 bytes";
    let message = "bitmaps set up for 251656 slabs, using 32211968 bytes";
    let expected = LogLine {
        stamp: Some(Stamp { month: 10, day: 8, hour: 1, minute: 27, second: 10, ..Stamp::default() }),
        program: Some(b"rfsd"),
        pid: Some(19024),
        id: Some(14306),
        ..tagged(raw, "altavault1", "gc", Severity::Info, message)
    };
    assert_eq!(read(raw), expected);
}

#[test]
fn a_colon_after_the_tag_is_not_part_of_the_message() {
    let raw = "Dec 12 16:21:59 CSH mgmtd[5082]: [mgmtd.NOTICE]: Configuration changed by user admin";
    let expected = LogLine {
        stamp: Some(Stamp { month: 12, day: 12, hour: 16, minute: 21, second: 59, ..Stamp::default() }),
        program: Some(b"mgmtd"),
        pid: Some(5082),
        ..tagged(raw, "CSH", "mgmtd", Severity::Notice, "Configuration changed by user admin")
    };
    assert_eq!(read(raw), expected);
}

#[test]
fn a_priority_before_the_line_changes_nothing_else() {
    let raw = format!("<166>{DOWNLOAD_COMPLETE}");
    let plain = read(DOWNLOAD_COMPLETE);
    assert_eq!(read(&raw), LogLine { raw: raw.as_bytes(), priority: Some(166), ..plain });
}

#[test]
fn a_priority_there_is_not_leaves_the_line_unparsed() {
    for prefix in ["<>", "<192>", "<x>", "<166", "166>"] {
        let raw = format!("{prefix}{DOWNLOAD_COMPLETE}");
        assert_eq!(read(&raw), bare(raw.as_bytes(), raw.as_bytes(), Form::Unparsed));
    }
}

#[test]
fn modules_may_hold_slashes_and_dots_and_messages_keep_tuples_and_numbers() {
    let raw = "Sep 13 16:03:38 h sport[7]: [splice/client.WARN] 17 {10.0.0.1:1025 10.0.0.2:445} init";
    let line = read(raw);
    assert_eq!(line.module, Some(&b"splice/client"[..]));
    assert_eq!((line.severity, line.id), (Some(Severity::Warning), None));
    assert_eq!(line.message, b"17 {10.0.0.1:1025 10.0.0.2:445} init");
    assert_eq!(read("Sep 13 16:03:38 h p[7]: [a.b.ERR] x").module, Some(&b"a.b"[..]));
}

#[test]
fn every_level_is_a_severity() {
    let levels = [
        ("DEBUG", Severity::Debug),
        ("INFO", Severity::Info),
        ("NOTICE", Severity::Notice),
        ("WARN", Severity::Warning),
        ("WARNING", Severity::Warning),
        ("ERR", Severity::Error),
        ("ERROR", Severity::Error),
        ("CRIT", Severity::Critical),
        ("ALERT", Severity::Alert),
        ("EMERG", Severity::Emergency),
    ];
    for (level, severity) in levels {
        let raw = format!("Sep 13 16:03:38 h rfsd: [m.{level}] x");
        assert_eq!(read(&raw).severity, Some(severity), "{level}");
    }
}

#[test]
fn programs_may_hold_slashes_dots_and_dashes_and_need_no_pid() {
    for program in ["rfsd", "splice/client", "python2.6", "dhclient-script", "su(pam_unix)", "CROND"] {
        for pid in [None, Some(4_294_967_295)] {
            let number = pid.map(|pid| format!("[{pid}]")).unwrap_or_default();
            let raw = format!("Sep 13 16:03:38 h {program}{number}: (root) CMD (run-parts)");
            let line = read(&raw);
            assert_eq!((line.form, line.program, line.pid), (Form::Plain, Some(program.as_bytes()), pid));
            assert_eq!(line.message, b"(root) CMD (run-parts)");
        }
    }
}

#[test]
fn brackets_that_are_no_tag_stay_in_the_message() {
    for message in [
        "[12345.678901] usb 1-1",
        "[gc.TRACE] x",
        "[gc] x",
        "[.INFO] x",
        "[gc.INFO x",
        "[g c.INFO] x",
        "x [gc.INFO] y",
    ] {
        let raw = format!("Sep 13 16:03:38 h kernel: {message}");
        let line = read(&raw);
        assert_eq!((line.form, line.module, line.severity), (Form::Plain, None, None), "{message}");
        assert_eq!(line.message, message.as_bytes());
    }
}

#[test]
fn the_words_of_a_marker_inside_another_line_do_not_borrow_its_tag() {
    let raw = "Sep 13 16:03:38 localhost cli[99]: [cli.NOTICE]: user admin: Executing command: rfsd[13852]: [megamount.INFO] (13852) restore namespace successful!";
    let line = read(raw);
    assert_eq!((line.program, line.module, line.id), (Some(&b"cli"[..]), Some(&b"cli"[..]), None));
    assert!(line.message.starts_with(b"user admin"));
}

#[test]
fn an_id_too_large_or_followed_by_a_word_stays_in_the_message() {
    for message in ["(4294967296) x", "(12)x", "(-1) x", "() x", "(abc) x"] {
        let raw = format!("Sep 13 16:03:38 h rfsd[1]: [gc.INFO] {message}");
        let line = read(&raw);
        assert_eq!((line.form, line.id, line.message), (Form::Tagged, None, message.as_bytes()));
    }
}

#[test]
fn repetitions_are_counted_with_or_without_stamp_and_host() {
    for (raw, times) in [
        ("last message repeated 2 times", 2),
        ("<166>last message repeated 2 times", 2),
        ("Sep 13 16:03:38 localhost last message repeated 17 times\r", 17),
        ("Sep 13 16:03:38 last message repeated 1 time", 1),
    ] {
        let line = read(raw);
        assert_eq!((line.form, line.program), (Form::Repeated { times }, None), "{raw}");
        assert!(line.message.starts_with(b"last message"));
    }
    assert_eq!(
        read("Sep 13 16:03:38 h last message repeated 18446744073709551616 times").form,
        Form::Untagged
    );
    assert_eq!(read("Sep 13 16:03:38 h last message repeated 2 times over").form, Form::Untagged);
}

#[test]
fn the_logs_words_about_itself_are_untagged_with_or_without_stamp_and_host() {
    for text in ["syslogd 1.4.1: restart.", "BUILD_PROD_VERSION: rbt_cb 4.4.1 #12 2018-03-01 10:20:30"] {
        for (prefix, host) in
            [("", None), ("Sep 13 16:03:38 ", None), ("Sep 13 16:03:38 localhost ", Some(&b"localhost"[..]))]
        {
            let raw = format!("{prefix}{text}");
            let line = read(&raw);
            assert_eq!((line.form, line.host, line.program), (Form::Untagged, host, None), "{raw}");
            assert_eq!(line.message, text.as_bytes());
        }
    }
}

#[test]
fn any_other_text_after_a_stamp_is_untagged() {
    for text in ["-- MARK --", "rfsd[x]: hello", "http://somewhere", ""] {
        let raw = format!("Sep 13 16:03:38 localhost {text}");
        let line = read(&raw);
        assert_eq!((line.form, line.message), (Form::Untagged, text.as_bytes()));
        assert_eq!((line.stamp, line.host), (Some(SEPTEMBER), Some(&b"localhost"[..])));
    }
}

#[test]
fn a_line_without_host_field_still_has_its_program() {
    let line = read("Sep 13 16:03:38 rfsd[13852]: [megamount.INFO] x");
    assert_eq!((line.host, line.program, line.form), (None, Some(&b"rfsd"[..]), Form::Tagged));
}

#[test]
fn what_has_no_known_form_is_kept_whole() {
    for raw in [
        "",
        " ",
        "Traceback (most recent call last):",
        "    at 0x7f",
        "rfsd[1]: x",
        "localhost rfsd[1]: [gc.INFO] x",
        "> Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] x",
        "note: x",
        "\u{feff}x",
        "Sep 13",
    ] {
        assert_eq!(read(raw), bare(raw.as_bytes(), raw.as_bytes(), Form::Unparsed), "{raw}");
    }
}

#[test]
fn what_ends_a_line_is_in_raw_but_not_in_the_message() {
    for end in ["\n", "\r\n", "\r\r\n", "\r"] {
        let raw = format!("{DOWNLOAD_COMPLETE}{end}");
        let line = read(&raw);
        assert_eq!(line.message, read(DOWNLOAD_COMPLETE).message);
        assert_eq!((line.raw, line.text()), (raw.as_bytes(), DOWNLOAD_COMPLETE.as_bytes()));
    }
    assert_eq!(read("odd\r\n").message, b"odd");
}

/// A line in its parts, and the line.
#[derive(Debug)]
struct Rendered {
    stamp: (usize, u8, u8, u8, u8),
    host: String,
    program: String,
    pid: Option<u32>,
    tag: Option<(String, usize, bool)>,
    id: Option<u32>,
    message: Vec<u8>,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LEVELS: [(&str, Severity); 4] = [
    ("DEBUG", Severity::Debug),
    ("WARN", Severity::Warning),
    ("ERROR", Severity::Error),
    ("EMERG", Severity::Emergency),
];

impl Rendered {
    fn line(&self) -> Vec<u8> {
        let (month, day, hour, minute, second) = self.stamp;
        let (month, host, program) = (MONTHS[month], &self.host, &self.program);
        let header = format!("{month} {day:2} {hour:02}:{minute:02}:{second:02} {host} {program}");
        let pid = self.pid.map(|pid| format!("[{pid}]")).unwrap_or_default();
        let tag = self.tag.as_ref().map(|(module, level, colon)| {
            let id = self.id.map(|id| format!("({id}) ")).unwrap_or_default();
            format!("[{module}.{}]{} {id}", LEVELS[*level].0, if *colon { ":" } else { "" })
        });
        let before = format!("{header}{pid}: {}", tag.unwrap_or_default());
        [before.as_bytes(), &self.message].concat()
    }
}

/// Lines that have begun well.
const STARTS: &[&str] = &[
    "",
    "<166>",
    "Sep 13 16:03:38 ",
    "Sep 13 16:03:38 h rfsd[1]: ",
    "Sep 13 16:03:38 h rfsd[1]: [gc.INFO] (",
    "last message repeated ",
    "2026-09-13T16:03:38Z h ",
    "<134>1 2026-09-13T16:03:38Z h rfsd 1 - ",
    "<134>1 2026-09-13T16:03:38Z h rfsd 1 - [x y=\"",
    "Sep 13 16:03:38 relay Sep 13 16:03:38 ",
    "local0.info ",
];

prop_compose! {
    fn rendered()(
        stamp in (0_usize..12, 1_u8..=31, 0_u8..24, 0_u8..60, 0_u8..=60),
        host in "[a-z][a-z0-9.-]{0,15}",
        program in "[a-z][a-zA-Z0-9/._-]{0,15}",
        pid in any::<Option<u32>>(),
        tag in prop::option::of(("[a-z_][a-z0-9_/.-]{0,15}", 0_usize..4, any::<bool>())),
        id in any::<Option<u32>>(),
        first in "[a-zA-Z{0-9]",
        rest in any::<Vec<u8>>(),
        last in "[ -~]",
    ) -> Rendered {
        let message = [first.into_bytes(), rest, last.into_bytes()].concat();
        Rendered { stamp, host, program, pid, tag, id, message }
    }
}

proptest! {
    #![proptest_config(crate::parse::properties())]

    #[test]
    fn a_rendered_line_is_read_back(parts in rendered(), end in prop_oneof!["", "\r", "\n", "\r\n"]) {
        let raw = [parts.line(), end.into_bytes()].concat();
        let line = log_line(&raw);
        let (month, day, hour, minute, second) = parts.stamp;
        let month = u8::try_from(month).unwrap() + 1;
        let expected = LogLine {
            raw: &raw,
            priority: None,
            stamp: Some(Stamp { month, day, hour, minute, second, ..Stamp::default() }),
            host: Some(parts.host.as_bytes()),
            program: Some(parts.program.as_bytes()),
            pid: parts.pid,
            module: parts.tag.as_ref().map(|(module, ..)| module.as_bytes()),
            severity: parts.tag.as_ref().map(|&(_, level, _)| LEVELS[level].1),
            id: parts.tag.as_ref().and(parts.id),
            message: &parts.message,
            form: if parts.tag.is_some() { Form::Tagged } else { Form::Plain },
        };
        prop_assert_eq!(line, expected);
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_are_kept(
        start in prop::sample::select(STARTS),
        rest in any::<Vec<u8>>(),
    ) {
        let raw = [start.as_bytes(), &rest].concat();
        let line = log_line(&raw);
        prop_assert_eq!(line.raw, &raw[..]);
        prop_assert_eq!(is_stamped(&raw), line.stamp.is_some());
        prop_assert!(line.text().ends_with(line.message));
        prop_assert_eq!(line.severity.is_some(), line.form == Form::Tagged);
        prop_assert_eq!(line.module.is_some(), line.form == Form::Tagged);
        prop_assert_eq!(line.program.is_some(), matches!(line.form, Form::Tagged | Form::Plain));
        if line.form == Form::Unparsed {
            prop_assert_eq!(line, bare(&raw, line.text(), Form::Unparsed));
        }
    }
}
