//! The faults of the soak, each brought about as it comes about in earnest.

use std::{fs, path::Path, process::Command};

use super::world::{LINES_PER_SECOND, RECOVERY, World, contains};
use crate::support::{pair::DRWATCH, wait_until};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    SshdChildKilled,
    MasterKilled,
    Reset,
    BlackHole,
    ServerStopped,
    HostKeyChanged,
    LoginRefused,
    BothAway,
    HalfReply,
    LateReply,
    LookAlikes,
    StuckPager,
    Banner,
    EndlessLine,
    HostileLines,
    ClockSetBack,
    CounterReset,
    Rotated,
    RotatedTwice,
    RotatedWhileAway,
    OlderFilesRemoved,
    Burst,
    BurstWhileAway,
}

/// What is noticed within seconds.
pub const QUICK: [Fault; 20] = [
    Fault::SshdChildKilled,
    Fault::MasterKilled,
    Fault::Reset,
    Fault::ServerStopped,
    Fault::HostKeyChanged,
    Fault::LoginRefused,
    Fault::BothAway,
    Fault::HalfReply,
    Fault::LateReply,
    Fault::LookAlikes,
    Fault::StuckPager,
    Fault::Banner,
    Fault::EndlessLine,
    Fault::HostileLines,
    Fault::ClockSetBack,
    Fault::CounterReset,
    Fault::RotatedWhileAway,
    Fault::OlderFilesRemoved,
    Fault::Burst,
    Fault::BurstWhileAway,
];

/// A network that swallows everything, and a follow that fell silent: noticed after a minute.
pub const SLOW: [Fault; 3] = [Fault::BlackHole, Fault::Rotated, Fault::RotatedTwice];

/// What a hostile line tries to do to the terminal, and what would show that it did.
const TITLE: &[u8] = b"\x1b]0;HOSTILE\x07";
const COLOUR: &[u8] = b"\x1b[31mHOSTILE";

impl Fault {
    pub fn strike(self, world: &mut World) {
        match self {
            Self::SshdChildKilled => world.dr.sshd.kill_children(),
            Self::MasterKilled => world.kill_masters(),
            Self::Reset => world.dr.proxy.reset(),
            Self::BlackHole => {
                world.dr.proxy.black_hole();
                world.let_the_log_grow(60 * LINES_PER_SECOND);
                world.dr.proxy.open();
            }
            Self::ServerStopped => {
                world.dr.sshd.stop();
                world.let_the_log_grow(10 * LINES_PER_SECOND);
                world.dr.sshd.cont();
            }
            Self::HostKeyChanged => host_key_changed(world),
            Self::LoginRefused => login_refused(world),
            Self::BothAway => {
                for appliance in [&world.dr, &world.primary] {
                    appliance.proxy.black_hole();
                    appliance.proxy.reset();
                }
                world.log.now().burst(200);
                world.wait_until_away(2);
                world.primary.proxy.open();
                world.dr.proxy.open();
                world.dr.proxy.reset();
                world.primary.proxy.reset();
            }
            Self::HalfReply => world.dr.fault("half"),
            Self::LateReply => world.dr.fault_to_its_end("late"),
            Self::LookAlikes => world.dr.fault("look-alikes"),
            Self::StuckPager => world.dr.fault_to_its_end("pager"),
            Self::Banner => {
                fs::write(world.dr.state.join("banner"), "").unwrap();
                world.dr.sshd.kill_children();
                world.recover("a banner of 1 MB");
                fs::remove_file(world.dr.state.join("banner")).unwrap();
            }
            Self::EndlessLine => {
                world.log.now().say(&vec![b'e'; 10_000_000]);
                world.recover("a line of 10 MB");
                world.dr.sshd.kill_children();
            }
            Self::HostileLines => hostile_lines(world),
            Self::ClockSetBack => world.log.now().set_clock_back(chrono::TimeDelta::hours(1)),
            Self::CounterReset => fs::write(world.dr.state.join("counter"), "0\n").unwrap(),
            Self::Rotated => world.log.now().rotate(),
            Self::RotatedTwice => {
                let mut log = world.log.now();
                for _ in 0..2 {
                    log.rotate();
                    log.burst(50);
                }
            }
            Self::RotatedWhileAway => {
                away(world, |world| {
                    let mut log = world.log.now();
                    log.burst(50);
                    log.rotate();
                    log.burst(50);
                });
            }
            Self::OlderFilesRemoved => {
                away(world, |world| {
                    let mut log = world.log.now();
                    log.burst(50);
                    log.rotate();
                    log.burst(50);
                    log.remove_older();
                });
            }
            Self::Burst => {
                world.log.now().burst(5000);
            }
            Self::BurstWhileAway => away(world, |world| {
                world.log.now().burst(5000);
            }),
        }
    }
}

/// Does something while the DR appliance cannot be reached.
fn away(world: &mut World, act: impl FnOnce(&World)) {
    world.dr.proxy.black_hole();
    world.dr.proxy.reset();
    world.wait_until_away(1);
    act(world);
    world.dr.proxy.open();
    world.dr.proxy.reset();
}

fn host_key_changed(world: &mut World) {
    world.change_host_key();
    world.dr.sshd.kill_children();
    world.terminal.wait_for("CHANGED");
    world.restore_host_key();
    world.terminal.type_keys("R");
}

/// A login refused once is not tried again by itself.
fn login_refused(world: &mut World) {
    let keys = world.dr.sshd.folder().join("authorized_keys");
    let kept = fs::read(&keys).unwrap();
    fs::write(&keys, "").unwrap();
    let before = world.dr.refused_logins();
    world.dr.sshd.kill_children();
    world.terminal.wait_for("refuses the login");
    wait_until("sshd tells of it", RECOVERY, || world.dr.refused_logins() > before);
    world.let_the_log_grow(4 * LINES_PER_SECOND);
    assert_eq!(world.dr.refused_logins(), before + 1, "a storm of logins");
    fs::write(&keys, kept).unwrap();
    world.terminal.type_keys("R");
}

fn hostile_lines(world: &World) {
    let mut log = world.log.now();
    log.say(&[TITLE, b" title"].concat());
    log.say(&[COLOUR, b"\x1b[2J\x1b[H"].concat());
    log.say(b"nul \0 bell \x07 backspace \x08 vertical \x0b delete \x7f c1 \xc2\x9b31m");
    log.say(b"invalid \xff\xfe\xc3( \xf0\x9f");
    log.say_bare(b"ava-dr # ");
    log.say_bare(b"ava-dr # show log continuous");
    log.say_bare(b"");
    log.say_bare(b"lines 1-24");
    log.say_bare(b"% Unrecognized command");
    log.say(b"carriage\rreturn inside");
}

/// Panics where anything of the hostile lines reached the terminal as it came.
pub fn nothing_raw(bytes: &[u8]) {
    nothing_raw_among(bytes);
    assert!(contains(bytes, b"HOSTILE"), "the hostile lines were never shown");
}

fn nothing_raw_among(bytes: &[u8]) {
    for raw in [TITLE, COLOUR, b"\0", b"\xc2\x9b", b"\xff"] {
        assert!(!contains(bytes, raw), "raw: {raw:?}");
    }
}

/// The same of every report on the run.
pub fn nothing_raw_in_reports(run: &Path) {
    for format in ["md", "json"] {
        let report =
            Command::new(DRWATCH).arg("report").arg(run).args(["--format", format]).output().unwrap();
        assert!(report.status.success());
        nothing_raw_among(&report.stdout);
        assert!(!report.stdout.contains(&0x1b), "an escape sequence in the {format}");
    }
}
