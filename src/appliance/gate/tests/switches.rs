//! Lines that pause and resume undo each other.

use super::*;
use crate::appliance::gate::switch::Direction;

fn dialect_of(pause: &[&str], resume: &[&str]) -> Dialect {
    let text = format!("[commands.pause]\nlines = {pause:?}\n[commands.resume]\nlines = {resume:?}\n");
    Dialect::over_built_in(&text, "test").expect("a dialect in form")
}

#[test]
fn pause_and_resume_have_to_undo_each_other() {
    let accepts = |pause: &[&str], resume: &[&str]| {
        Gate::new(Role::Primary, &dialect_of(pause, resume), Access::ReadAndChange).is_ok()
    };
    for (pause, resume) in [
        ("no replication enable", "replication enable"),
        ("replication disable", "replication enable"),
        ("replication disable", "no replication disable"),
        ("replication pause", "replication resume"),
        ("replication suspend", "replication resume"),
        ("replication suspend", "no replication suspend"),
        ("replication suspend", "replication unsuspend"),
        ("replication suspend enable", "no replication suspend enable"),
        ("replication suspend enable", "replication suspend disable"),
        ("replication stop", "replication start"),
    ] {
        assert!(accepts(&[pause], &[resume]), "{pause} / {resume}");
        assert!(!accepts(&[resume], &[pause]), "swapped: {pause} / {resume}");
        assert!(!accepts(&[pause], &[pause]), "{pause} twice");
        assert!(!accepts(&[resume], &[resume]), "{resume} twice");
    }
    for (pause, resume) in [
        ("no replication enable", "replication resume"),
        ("replication stop", "replication enable"),
        ("replication pause", "replication start"),
    ] {
        assert!(!accepts(&[pause], &[resume]), "crossed: {pause} / {resume}");
    }
    let (two, undone) =
        (["replication pause", "replication stop"], ["replication start", "replication resume"]);
    assert!(accepts(&two, &undone));
    assert!(!accepts(&two, &undone[..1]), "one of two is not undone");
    assert!(!accepts(&two[..1], &undone));
    assert!(!accepts(&two, &["replication start", "replication start"]));
}

#[test]
fn each_line_that_pauses_or_resumes_is_read_so_and_undone_by_its_counterparts_alone() {
    // Each row: lines that pause, and the lines that undo them.
    let rows: [(&[&str], &[&str]); 3] = [
        (
            &["replication disable", "no replication enable"],
            &["replication enable", "no replication disable"],
        ),
        (
            &[
                "replication pause",
                "replication suspend",
                "replication pause enable",
                "no replication resume",
            ],
            &[
                "replication resume",
                "replication unsuspend",
                "replication suspend disable",
                "no replication pause",
            ],
        ),
        (&["replication stop", "no replication start"], &["replication start", "no replication stop"]),
    ];
    let read =
        |line: &&str| Switch::read(&line.split(' ').collect::<Vec<_>>()).expect("a line that switches");
    for (number, (off, _)) in rows.iter().enumerate() {
        for pausing in off.iter().map(read) {
            assert_eq!(pausing.direction, Direction::Off);
            for (other, (off, on)) in rows.iter().enumerate() {
                assert!(off.iter().map(read).all(|same| !pausing.is_opposite_of(same)));
                for resuming in on.iter().map(read) {
                    assert_eq!(resuming.direction, Direction::On);
                    assert_eq!(pausing.is_opposite_of(resuming), number == other);
                    assert_eq!(resuming.is_opposite_of(pausing), number == other);
                }
            }
        }
    }
}
