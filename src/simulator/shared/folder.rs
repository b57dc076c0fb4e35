//! A world kept in a folder: `world.json` (what it grows from), `inputs.ndjson` (what people did,
//! append-only) and `commands.log` (every line received). No process is in charge: all work under
//! the lock of the file `lock`, and take the time under it, so that no input comes to be earlier
//! than what another process has already shown.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    run::{ReplicationState, Role, Timestamp},
    simulator::{
        change::{Change, Input},
        error::SimulatorError,
        number::Speed,
        scenario::Scenario,
        world::Origin,
    },
};

const WORLD: &str = "world.json";
const INPUTS: &str = "inputs.ndjson";
const COMMANDS: &str = "commands.log";
const LOCK: &str = "lock";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldFile {
    scenario: String,
    seed: u64,
    speed: f64,
    start: Timestamp,
    primary_starts: ReplicationState,
    definition: Scenario,
}

/// A line that a session received, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedLine {
    pub(crate) at: Timestamp,
    pub(crate) role: Role,
    pub(crate) label: String,
    /// The line, control characters escaped.
    pub(crate) line: String,
}

#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    /// Bytes of `inputs.ndjson` that were read.
    read: u64,
    last_input: Option<Timestamp>,
}

impl Folder {
    /// Opens the folder, making it and its world with `fresh` where there is none.
    pub(super) fn open(
        dir: &Path,
        fresh: impl FnOnce() -> (Scenario, Origin),
    ) -> Result<(Self, Scenario, Origin), SimulatorError> {
        fs::create_dir_all(dir).map_err(failed(dir))?;
        let folder = Self { dir: dir.to_owned(), read: 0, last_input: None };
        // Of several processes that open the folder at once, one makes the world, and the others find it.
        let _lock = folder.locked(File::lock)?;
        let path = folder.path(WORLD);
        let (scenario, origin) = match fs::read(&path) {
            Ok(bytes) => parse_world(&path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (scenario, origin) = fresh();
                folder.write_world(&scenario, origin)?;
                (scenario, origin)
            }
            Err(source) => return Err(SimulatorError::Folder { path, source }),
        };
        Ok((folder, scenario, origin))
    }

    /// The present, and the inputs that have come since the last look.
    pub(super) fn read(&mut self, clock: Clock) -> Result<(Timestamp, Vec<Input>), SimulatorError> {
        // Shared, so that sessions that only look do not wait for each other.
        let _lock = self.locked(File::lock_shared)?;
        let now = clock.now();
        let inputs = self.read_new()?;
        Ok((now, inputs))
    }

    /// Appends an input. Returns it after those that others have added meanwhile.
    pub(super) fn append(
        &mut self,
        clock: Clock,
        role: Role,
        change: Change,
    ) -> Result<Vec<Input>, SimulatorError> {
        let _lock = self.locked(File::lock)?;
        // Before the time is chosen and anything is written: the new input goes behind those of other
        // processes, and `read` has to be the end of the file.
        let mut inputs = self.read_new()?;
        let now = clock.now();
        // A wall clock that was set back must not let an input precede the ones before it.
        let at = self.last_input.map_or(now, |last| last.max(now));
        let input = Input { at, role, change };
        let path = self.path(INPUTS);
        let mut line = serde_json::to_vec(&input).map_err(unreadable(&path))?;
        line.push(b'\n');
        self.write_at_end_of_lines(&path, &line).map_err(failed(&path))?;
        inputs.extend(self.read_new()?);
        Ok(inputs)
    }

    pub(super) fn record(&self, received: &ReceivedLine) -> Result<(), SimulatorError> {
        let _lock = self.locked(File::lock)?;
        let path = self.path(COMMANDS);
        let ReceivedLine { at, role, label, line } = received;
        // Tabs and line ends in label and line are escaped by the caller, so that each record
        // stays one line of four fields.
        let text = format!("{at}\t{}\t{label}\t{line}\n", role_word(*role));
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed(&path))?;
        file.write_all(text.as_bytes()).map_err(failed(&path))
    }

    pub(super) fn received(&self) -> Result<Vec<ReceivedLine>, SimulatorError> {
        let _lock = self.locked(File::lock_shared)?;
        let path = self.path(COMMANDS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(SimulatorError::Folder { path, source }),
        };
        let received = |line| {
            let bad = || unreadable(&path)(format!("a line that is no received line: {line}"));
            parse_received(line).ok_or_else(bad)
        };
        text.lines().map(received).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Waits for the lock; it is held until the file returned is dropped.
    fn locked(&self, lock: fn(&File) -> io::Result<()>) -> Result<File, SimulatorError> {
        let path = self.path(LOCK);
        // A file of its own, because `world.json` is renamed into place: a lock on it
        // would stay with the old file.
        let file = OpenOptions::new().create(true).truncate(false).write(true).read(true).open(&path);
        let file = file.map_err(failed(&path))?;
        lock(&file).map_err(failed(&path))?;
        Ok(file)
    }

    fn write_world(&self, scenario: &Scenario, origin: Origin) -> Result<(), SimulatorError> {
        let path = self.path(WORLD);
        let content = WorldFile {
            scenario: scenario.name.clone(),
            seed: origin.seed,
            speed: origin.speed.factor(),
            start: origin.start,
            primary_starts: origin.primary_starts,
            definition: scenario.clone(),
        };
        let text = serde_json::to_vec_pretty(&content).map_err(unreadable(&path))?;
        // Renamed once it is whole, so that a process that ends here leaves no half of a world.
        let draft = self.path("world.json.new");
        fs::write(&draft, text).map_err(failed(&draft))?;
        fs::rename(&draft, &path).map_err(failed(&path))
    }

    /// The complete lines of `inputs.ndjson` that were not read before.
    fn read_new(&mut self) -> Result<Vec<Input>, SimulatorError> {
        let path = self.path(INPUTS);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(SimulatorError::Folder { path, source }),
        };
        // The usual case, several times a second per session.
        if file.metadata().map_err(failed(&path))?.len() <= self.read {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(self.read)).map_err(failed(&path))?;
        file.read_to_end(&mut bytes).map_err(failed(&path))?;
        // A process that was killed may have left half a line.
        let complete = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        bytes.truncate(complete);
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let inputs: Vec<Input> =
            lines.map(serde_json::from_slice).collect::<Result<_, _>>().map_err(unreadable(&path))?;
        self.read += bytes.len() as u64;
        self.last_input = inputs.iter().map(|input| input.at).chain(self.last_input).max();
        Ok(inputs)
    }

    /// Writes `line` after the last complete line: half a line of a killed process is overwritten.
    fn write_at_end_of_lines(&self, path: &Path, line: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        // `read` is the end of the last complete line, as the caller has just read
        // everything under the same lock.
        file.set_len(self.read)?;
        file.seek(SeekFrom::Start(self.read))?;
        file.write_all(line)
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SimulatorError + '_ {
    |source| SimulatorError::Folder { path: path.to_owned(), source }
}

fn unreadable<E: ToString>(path: &Path) -> impl FnOnce(E) -> SimulatorError + '_ {
    |detail| SimulatorError::Unreadable { path: path.to_owned(), detail: detail.to_string() }
}

fn parse_world(path: &Path, bytes: &[u8]) -> Result<(Scenario, Origin), SimulatorError> {
    let file: WorldFile = serde_json::from_slice(bytes).map_err(unreadable(path))?;
    file.definition.check().map_err(unreadable(path))?;
    let speed = Speed::new(file.speed).map_err(unreadable(path))?;
    let WorldFile { seed, start, primary_starts, definition, .. } = file;
    Ok((definition, Origin { seed, speed, start, primary_starts }))
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Primary => "primary",
        Role::Dr => "dr",
    }
}

fn parse_received(line: &str) -> Option<ReceivedLine> {
    // At most four, because the typed line is the last field and is kept whole.
    let mut fields = line.splitn(4, '\t');
    let at = chrono::DateTime::parse_from_rfc3339(fields.next()?).ok()?;
    let role = match fields.next()? {
        "primary" => Role::Primary,
        "dr" => Role::Dr,
        _ => return None,
    };
    let label = fields.next()?.to_owned();
    Some(ReceivedLine { at: Timestamp::new(at.into()), role, label, line: fields.next()?.to_owned() })
}
