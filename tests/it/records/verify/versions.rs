//! Stored runs of each version of the format.

use super::*;

/// A run kept from that format.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs").join(name)
}

#[test]
fn the_stored_run_of_the_present_format_is_read_whole_and_its_summary_follows() {
    let format = drwatch::run::FORMAT;
    let run = sample(&format!("{}.{}", format.major, format.minor));
    let folder = RunFolder::open(&run).unwrap();
    let (state, report) = read_run(&folder).unwrap();
    assert_eq!((report.format, report.opaque, report.torn), (Some(format), 0, None));
    assert_eq!(state.exit().code(), 0);
    assert_eq!(state.download.downloaded().map(|count| count.0), Some(2662));
    assert_eq!(state.replication.intervals.len(), 1);
    let (code, said) = verify(&run);
    assert!(code == Some(0) && said.contains("summary.json was made from it and follows from it"), "{said}");
    for command in [&["report"][..], &["report", "--format", "json"]] {
        let path = run.display().to_string();
        let arguments: Vec<&str> = command.iter().copied().chain([path.as_str()]).collect();
        let (code, said) = drwatch(&arguments);
        assert!(code == Some(0) && said.contains("ava400-ks"), "{said}");
    }
}

/// Gives the summary the digests of the records beside it, the last of which is that of its export.
fn heads_anew(summary: &mut serde_json::Value, lines: &[String]) {
    summary["journal"]["head"] = digest(&lines[lines.len() - 2]).into();
    summary["export_record"] = digest(lines.last().unwrap()).into();
}

/// A copy of the stored run in another format, with its chain and the head in its summary made anew.
fn sample_in(major: u16, minor: u16) -> Copy {
    let copy = Copy::of(&sample("1.0"));
    copy.change_lines(|lines| {
        let format = format!("\"format\":{{\"major\":{major},\"minor\":{minor}}}");
        lines[0] = lines[0].replacen("\"format\":{\"major\":1,\"minor\":0}", &format, 1);
        assert!(lines[0].contains(&format));
        chain_anew(lines);
    });
    let lines = copy.lines();
    copy.change_summary(|summary| heads_anew(summary, &lines));
    copy
}

#[test]
fn a_newer_minor_version_is_read_and_its_summary_not_compared() {
    let copy = sample_in(1, 1);
    let newer = "summary.json was made from it, by a newer drwatch, and cannot be held to it here";
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains(newer), "{said}");
    copy.change_lines(|lines| {
        let noted = lines.iter().position(|line| line.contains("\"kind\":\"clock_offset\"")).unwrap();
        lines[noted] = lines[noted].replacen("clock_offset", "hummed", 1);
        chain_anew(lines);
    });
    let lines = copy.lines();
    copy.change_summary(|summary| {
        heads_anew(summary, &lines);
        summary["humming"] = true.into();
    });
    let (code, said) = verify(&copy.run);
    let passed_over = "1 records are of kinds that only a newer drwatch knows";
    assert!(code == Some(0) && said.contains(newer) && said.contains(passed_over), "{said}");
}

#[test]
fn a_newer_major_version_is_refused() {
    let copy = sample_in(2, 0);
    copy.is_refused("is in format 2.0 and this drwatch reads up to 1.x");
}

#[test]
fn a_run_interrupted_in_either_way_is_read_with_its_absences() {
    let folder = RunFolder::open(&sample("1.0-interrupted")).unwrap();
    let (run, _) = read_run(&folder).unwrap();
    let away: Vec<u64> = run.absences.iter().map(|gap| gap.to.since(gap.from).secs()).collect();
    // Stopped for seven seconds, then killed and gone on with.
    assert!(matches!(away.as_slice(), [7..=9, 1..=4]), "{:?}", run.absences);
    assert_eq!(run.log.gaps, []);
    assert_eq!(verify(&sample("1.0-interrupted")).0, Some(0));
}

#[test]
fn a_summary_by_another_drwatch_is_held_to_its_figures_and_not_to_its_sentences() {
    let copy = Copy::of(&sample("1.0"));
    let this = format!("\"program\":\"{}\"", env!("CARGO_PKG_VERSION"));
    copy.change_lines(|lines| {
        assert!(lines[0].contains(&this), "{}", lines[0]);
        lines[0] = lines[0].replacen(&this, "\"program\":\"0.0.9\"", 1);
        chain_anew(lines);
    });
    let lines = copy.lines();
    copy.change_summary(|summary| {
        heads_anew(summary, &lines);
        summary["versions"]["drwatch"] = "0.0.9".into();
    });
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && !said.contains("sentences"), "{said}");
    copy.change_summary(|summary| {
        summary["not_proven"][0] = "In other words.".into();
        summary.as_object_mut().unwrap().remove("anchors");
    });
    let (code, said) = verify(&copy.run);
    assert!(
        code == Some(0) && said.contains("but for its sentences, which are those of drwatch 0.0.9"),
        "{said}"
    );
    copy.change_summary(|summary| summary["download"]["downloaded"] = 7.into());
    copy.is_refused("download.downloaded is 7");
    copy.is_refused("it was written by drwatch 0.0.9, and this is drwatch ");
}
