//! Dialects of the stories: some put forbidden lines into an entry, and are refused; others are those of appliances
//! that say the same in other words, and change nothing.

use fastrand::Rng;

/// What a dialect puts in place of the built-in words.
#[derive(Clone, Copy, Debug)]
pub(in crate::session::tests::swarm) enum Words {
    /// An entry with a line that it may not hold.
    Forbidden { entry: &'static str, line: &'static str },
    /// Other words for the same.
    Other(Other),
}

/// Other words for the same.
#[derive(Clone, Copy, Debug)]
pub(in crate::session::tests::swarm) struct Other {
    /// The dialect.
    pub(in crate::session::tests::swarm) text: &'static str,
    /// What the simulated appliances say, and what they say instead.
    pub(in crate::session::tests::swarm) said: &'static [(&'static str, &'static str)],
    /// The lines that may be typed besides the built-in ones.
    pub(in crate::session::tests::swarm) lines: &'static [&'static str],
}

impl Words {
    /// Mostly none: the built-in words.
    pub(super) fn any(random: &mut Rng) -> Option<Self> {
        match random.u8(..12) {
            0 | 1 => {
                let (entry, line) = FORBIDDEN[random.usize(..FORBIDDEN.len())];
                Some(Self::Forbidden { entry, line })
            }
            2 | 3 => Some(Self::Other(OTHER[random.usize(..OTHER.len())])),
            _ => None,
        }
    }
}

const FORBIDDEN: [(&str, &str); 8] = [
    ("get_counter", "rfsctl exec replicator.disable"),
    ("get_counter", "rfsctl exec replicator.pause"),
    ("thread_counter", "rfsctl exec gc.start"),
    ("show_service", "no service enable"),
    ("no_paging", "no replication enable"),
    ("no_auto_logout", "replication enable"),
    ("show_version", "show version | reload"),
    ("pause", "no service enable"),
];

const OTHER: [Other; 3] = [
    Other {
        text: r#"
            [commands]
            show_replication.lines = ["show replication status"]
            show_info.lines = ["show hardware"]
            configure.lines = ["conf t"]
            no_paging.lines = ["terminal length 0"]
            pause.lines = ["replication suspend"]
            resume.lines = ["no replication suspend"]
        "#,
        said: &[],
        lines: &[
            "show replication status",
            "show hardware",
            "conf t",
            "replication suspend",
            "no replication suspend",
        ],
    },
    Other {
        text: r"
            [prompts]
            normal = '^\s*<(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]*) :1>> ?$'
            enable = '^\s*<(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]*) :1># ?$'
            config = '^\s*<(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]*) :1>\(configure\)# ?$'
        ",
        said: &[
            ("ava-prod > ", "<ava-prod :1>> "),
            ("ava-prod # ", "<ava-prod :1># "),
            ("ava-prod (config) # ", "<ava-prod :1>(configure)# "),
            ("ava-dr > ", "<ava-dr :1>> "),
            ("ava-dr # ", "<ava-dr :1># "),
            ("ava-dr (config) # ", "<ava-dr :1>(configure)# "),
        ],
        lines: &[],
    },
    Other {
        text: r"
            [interruptions]
            pager = '^\s*press a key, seen so far: \d+-\d+\s*$'
        ",
        said: &[("\x1b[7mlines ", "\x1b[7mpress a key, seen so far: ")],
        lines: &[],
    },
];
