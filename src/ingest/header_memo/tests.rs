//! What is remembered is what the parser finds.

use proptest::prelude::*;

use super::*;
use crate::{
    parse::{Form, log_line, repeated},
    run::Severity,
};

/// What a header says.
type Header = (Option<Vec<u8>>, Option<Severity>, Option<u32>);

fn header(line: &LogLine<'_>) -> Header {
    let rfsd = line.pid.filter(|_| line.program == Some(b"rfsd"));
    (line.module.map(<[u8]>::to_vec), line.severity, rfsd)
}

/// Reads lines in a row as the scanner does; what is remembered has to be what the parser finds.
fn check(lines: &[String]) -> Result<u32, TestCaseError> {
    let mut memo = HeaderMemo::new();
    let mut hits = 0;
    for line in lines {
        let parsed = log_line(line.as_bytes());
        let header = header(&parsed);
        memo.follow(line.as_bytes());
        if let Some(times) = memo.behind_lead(line.as_bytes()).and_then(repeated) {
            prop_assert_eq!(
                (parsed.form, parsed.stamp),
                (Form::Repeated { times }, memo.stamp()),
                "{}",
                line
            );
            prop_assert_eq!(&header, &(None, None, None), "{}", line);
        }
        let followed = format!("{line}\n{}", lines.concat());
        if let Some((number, length)) = memo.find_start(followed.as_bytes()) {
            prop_assert_eq!(Some(number), memo.find_otherwise(line.as_bytes()), "{}", line);
            prop_assert!(length <= line.len(), "{}", line);
        }
        match memo.find(line.as_bytes()).and_then(|number| memo.header(number)) {
            Some(found) => {
                hits += 1;
                prop_assert_eq!(found, &header, "{}", line);
                prop_assert!(matches!(parsed.form, Form::Tagged | Form::Plain), "{}", line);
                prop_assert_eq!(parsed.stamp, memo.stamp(), "{}", line);
            }
            None => memo.learn(&parsed, || header.clone()),
        }
    }
    Ok(hits)
}

#[test]
fn a_header_is_parsed_once() {
    let line = |text: &str| format!("Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (7) {text}");
    let other = "Sep 13 16:03:39 localhost sshd[9]: Accepted".to_owned();
    let after = line("d").replace(":38", ":39");
    assert_eq!(check(&[line("a"), line("b"), line("c"), other, after.clone(), after]).unwrap(), 4);
}

#[test]
fn a_header_is_parsed_once_whatever_the_time_of_its_lines() {
    let lines = |month: &str| -> Vec<_> {
        (10..60).map(|second| format!("{month} 13 16:03:{second} h rfsd[1]: [gc.INFO] (7) x")).collect()
    };
    assert_eq!(check(&[lines("Sep"), lines("Oct")].concat()).unwrap(), 98);
}

#[test]
fn headers_with_one_place_are_all_remembered() {
    let line = |module: usize| format!("Sep 13 16:03:38 h rfsd[1]: [m{module}.INFO] (7) x");
    let places: Vec<_> =
        (0..200).map(|module| hash(format!("rfsd[1]: [m{module}.INFO]").as_bytes())).collect();
    assert!((1..200).any(|module| places[..module].contains(&places[module])));
    let lines: Vec<_> = (0..200).map(line).collect();
    assert_eq!(check(&[lines.clone(), lines].concat()).unwrap(), 200);
}

#[test]
fn headers_without_end_are_forgotten() {
    let line = |pid: u32| format!("Sep 13 16:03:38 localhost rfsd[{pid}]: [m.INFO] x");
    let lines: Vec<_> = (0..5000).flat_map(|pid| [line(pid), line(pid)]).collect();
    assert_eq!(check(&lines).unwrap(), 5000);
}

#[test]
fn a_header_is_parsed_once_whatever_the_process_unless_it_is_rfsd() {
    let lines = |rest: &[&str]| -> Vec<String> {
        let line = |(pid, rest)| {
            format!("Sep 13 16:03:38 localhost {}", str::replace(rest, "PID", &format!("{pid}")))
        };
        (7..12).flat_map(|pid| rest.iter().map(move |rest| line((pid, *rest)))).collect()
    };
    let others = [
        "sshd[PID]: Accepted publickey",
        "CROND[PID]: (root) CMD",
        "cli[PID]: [cli.NOTICE]: x",
        "kernel: [PID.5] x",
    ];
    assert_eq!(check(&lines(&others)).unwrap(), 16);
    let never = [
        "rfsd[PID]: [gc.INFO] x",
        "x[PID]: TID 7: [gc.INFO] x",
        "x[PID]: local0.info [gc.INFO] x",
        "last message PID",
    ];
    assert_eq!(check(&lines(&never)).unwrap(), 0);
}

const STAMPS: &[&str] = &[
    "Sep 13 16:03:38 ",
    "Sep 13 16:03:39 ",
    "Sep 30 23:59:60 ",
    "Sep  4 00:00:00 ",
    "Sep 1: 16:03:38 ",
    "Sep 13 1::03:38 ",
    "Oct 13 16:03:38 ",
    "Sep  3 16:03:38 ",
    "Sep 3 16:03:38 ",
    "Sep 13 16:03:38.5 ",
    "Feb 30 16:03:38 ",
    "Sep 13 16:03:38 2026 ",
    "Sep 13 16:03:38 UTC ",
    "2026-09-13T16:03:38Z ",
    "<13>Sep 13 16:03:38 ",
    "Sep 13 16:03:38 Sep 13 16:03:38 ",
    "Mon Sep 13 16:03:38 ",
    "",
];
const HOSTS: &[&str] = &[
    "localhost ",
    "h ",
    "UTC ",
    "2026 ",
    "syslogd ",
    "+02 ",
    "local0.info ",
    "Sep ",
    "Mon, ",
    "<13> ",
    "h: ",
    "A_B: ",
    "10.0.0.1 ",
    "last ",
    "1 ",
    "",
];
const PROGRAMS: &[&str] = &[
    "rfsd[13852]: ",
    "sshd[13852]: ",
    "sshd[1]: ",
    "CROND[7]: ",
    "kernel: ",
    "sshd[99999999999]: ",
    "rfsd[99999999999]: ",
    "rfsd[]: ",
    "rfsd: ",
    "rfsd[1]:",
    "1.4.1: ",
    "A_B: ",
    "13: ",
    "message: ",
    "last message ",
    "2026-09-13T16: ",
    "<13>rfsd[1]: ",
    "local0.info: ",
    "TID 7: ",
    "rfsd[1]:  ",
    "",
];
const TAGS: &[&str] = &[
    "[gc.INFO] ",
    "[gc.INFO]: ",
    "[splice/client.WARNING] ",
    "[gc.info] ",
    "[gc] ",
    "[.INFO] ",
    "[a.b.ERR]",
    "[ID 7 local0.info] [gc.INFO] ",
    "TID 7: [gc.INFO] ",
    "[gc.INFO ",
    "[gc INFO] ",
    "[[gc.INFO]] ",
    "[namespace_restore.INFO] ",
    "",
    "[0.5] ",
    "local0.info ",
    "<local0.info> ",
    "[ID 7 local0.info] ",
    "TID 7: ",
    "[]",
    "[GC] ",
];
const TEXTS: &[&str] = &["(1) x", "restart.", "repeated 3 times", "", "[x.ERR] y", " - - z", "]: [m.INFO]"];

/// Lines of headers that are next to plain ones: few parts in each log, so that they meet in every combination. One of
/// each is plain.
fn log() -> impl Strategy<Value = Vec<String>> {
    let some = |parts: &'static [&'static str]| {
        prop::sample::subsequence(parts, 1..3).prop_map(move |mut some| {
            some.push(parts[0]);
            some
        })
    };
    let parts = (some(STAMPS), some(HOSTS), some(PROGRAMS), some(TAGS), some(TEXTS));
    let choices = prop::collection::vec(any::<[prop::sample::Index; 5]>(), 1..40);
    (parts, choices).prop_map(|((stamps, hosts, programs, tags, texts), choices)| {
        let parts = [stamps, hosts, programs, tags, texts];
        let line = |choice: [prop::sample::Index; 5]| {
            choice.iter().zip(&parts).map(|(choice, part)| *choice.get(part)).collect::<String>()
        };
        choices.into_iter().map(line).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_remembered_is_what_the_parser_finds(
        lines in log(),
        others in prop::collection::vec("[ -~]{0,80}", 0..3),
    ) {
        // Twice, so that every line meets what was learned of every other.
        check(&[lines.clone(), others, lines].concat())?;
    }
}
