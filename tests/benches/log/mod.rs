//! A synthetic log of a restore: the mix of lines of a real appliance, the same for the same seed.

use std::io::{self, Write};

const MONTHS: [(&str, u64); 12] = [
    ("Jan", 31),
    ("Feb", 28),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];
const MODULES: [&str; 12] = [
    "replicator",
    "cache_manager",
    "segstore",
    "slabstore",
    "megastore",
    "dedupe",
    "cloudio",
    "transport",
    "evicter",
    "nfs_export",
    "smb_share",
    "label_db",
];
const LEVELS: [&str; 8] = ["INFO", "INFO", "INFO", "INFO", "NOTICE", "DEBUG", "WARN", "ERR"];
/// The lines that end the stages, each after that share of the log, in percent.
const MARKERS: [(u64, &str); 3] = [
    (
        40,
        "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase",
    ),
    (
        90,
        "[namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace",
    ),
    (90, "[megamount.INFO] (13852) restore namespace successful!"),
];

/// xorshift64*, Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled".
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        ((self.next() >> 32) * end) >> 32
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).unwrap_or_default()]
    }
}

/// Writes `lines` lines, about 410 for each second of log, of 115 bytes on average.
pub(crate) fn write_log(lines: u64, seed: u64, output: &mut impl Write) -> io::Result<()> {
    let mut random = Random(seed.wrapping_mul(2).wrapping_add(1));
    let (mut month, mut day, mut second) = (8, 13, 16 * 3600 + 3 * 60 + 38);
    let mut line = Vec::with_capacity(256);
    let mut markers = MARKERS.iter().peekable();
    for number in 0..lines {
        if random.below(410) == 0 {
            second += 1;
            if second == 86_400 {
                (second, day) = (0, day + 1);
            }
            if day > MONTHS[month].1 {
                (day, month) = (1, (month + 1) % 12);
            }
        }
        line.clear();
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(line, "{} {day:2} {hour:02}:{minute:02}:{:02} localhost ", MONTHS[month].0, second % 60)?;
        match markers.next_if(|(percent, _)| number >= lines * percent / 100) {
            Some((_, marker)) => writeln!(line, "rfsd[13852]: {marker}")?,
            None => write_message(&mut random, &mut line)?,
        }
        output.write_all(&line)?;
    }
    Ok(())
}

fn write_message(random: &mut Random, line: &mut Vec<u8>) -> io::Result<()> {
    let (level, thread) = (random.of(&LEVELS), 13_852 + random.below(48));
    match random.below(1000) {
        0..120 => write_restore(random, thread, line),
        120..720 => write_storage(random, level, thread, line),
        720..860 => {
            let (node, value) = (random.of(&["rfsd", "hw", "net", "alarm"]), random.below(100));
            writeln!(
                line,
                "mgmtd[4521]: [mgmtd.{level}]: EVENT: /{node}/state/restore/progress value {value}"
            )
        }
        860..900 => {
            let (sample, time) = (random.below(1000), random.below(10_000));
            writeln!(line, "statsd[5011]: [statsd.{level}]: sample {sample} computed in {time} us")
        }
        900..930 => {
            let (session, time) = (random.below(9000), random.below(90_000));
            writeln!(line, "wsmd[6120]: [web.{level}]: session {session}: GET /mgmt/api/v1/status 200 {time}")
        }
        930..950 => {
            let (process, host, port) =
                (2000 + random.below(30_000), random.below(256), random.below(60_000));
            writeln!(
                line,
                "sshd[{process}]: Accepted publickey for admin from 10.0.7.{host} port {port} ssh2"
            )
        }
        950..975 => {
            let (seconds, error) = (random.below(999_999), random.below(120));
            writeln!(line, "kernel: [{seconds}.000001] nfsd: peername failed (err {error})!")
        }
        975..990 => {
            writeln!(line, "CROND[{}]: (root) CMD (/usr/lib64/sa/sa1 1 1)", 2000 + random.below(30_000))
        }
        990..996 => writeln!(line, "last message repeated {} times", 2 + random.below(9)),
        996..999 => writeln!(
            line,
            "cli[{}]: [cli.NOTICE]: user admin: Executing command: show log",
            random.below(30_000)
        ),
        _ => writeln!(line, "\u{fffd}\u{1b}[31mgarbage {:x}", random.next()),
    }
}

fn write_restore(random: &mut Random, thread: u64, line: &mut Vec<u8>) -> io::Result<()> {
    let (number, size) = (random.next(), random.below(1 << 24));
    write!(line, "rfsd[13852]: [namespace_restore.")?;
    match random.below(4) {
        0 => writeln!(
            line,
            "INFO] ({thread}) Restored directory /share7/vol{:03}/d{size} ({} entries)",
            number % 400,
            number % 5000
        ),
        1 => writeln!(
            line,
            "INFO] ({thread}) Namespace generation: {size} of 41234567 inodes processed, 0 errors"
        ),
        2 => writeln!(
            line,
            "DEBUG] ({thread}) fetch label m{number:016x} size {size} from bucket took {} ms",
            number % 900
        ),
        _ => writeln!(line, "INFO] ({thread}) slab {:08x} map entry {size} verified", number >> 32),
    }
}

fn write_storage(random: &mut Random, level: &str, thread: u64, line: &mut Vec<u8>) -> io::Result<()> {
    let (number, count) = (random.next(), random.below(65_536));
    write!(line, "rfsd[13852]: [{}.{level}] ({thread}) ", random.of(&MODULES))?;
    match random.below(5) {
        0 => writeln!(
            line,
            "put object {number:016x} len={count} rc=0 retries={} elapsed={}us",
            number % 3,
            number % 100_000
        ),
        1 => writeln!(line, "queue depth {} pending {count} inflight {}", number % 4096, number % 256),
        2 => writeln!(
            line,
            "{} bytes in {} segments, dedupe ratio 12.34, compression 2.10, cache hit {}%",
            number >> 30,
            count % 4000,
            count % 100
        ),
        3 => writeln!(line, "evicted slab {:08x}", number >> 32),
        _ => writeln!(
            line,
            "connection to cloud endpoint 10.1.{}.{}:443 state ESTABLISHED rtt {} ms",
            number % 256,
            count % 256,
            number % 200
        ),
    }
}
