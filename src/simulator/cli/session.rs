//! One session: prompts, reads lines, and shows what the interpreter makes of them, for as long as
//! that takes.

use std::{io, ops::ControlFlow, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    editor::{Echo, LineEditor, Margin, Press},
    grammar::{self, Mode},
    interpreter::{Outcome, interpret},
    options::{SessionEnd, SessionOptions, Terminal},
    render,
    wire::{Typed, Waited, Wire},
};
use crate::simulator::{change::Change, scenario::line_fault::Course, shared::SharedWorld};

/// Lines of the log shown before it is followed.
const FOLLOW_FROM: usize = 10;
/// The answer to a command on ssh's command line.
const NO_SHELL: &str = "UNIX shell commands cannot be executed using this account.\n";

enum Read {
    Line(String),
    Cancelled,
    End,
}

/// Whether the session goes on after a line.
type Next = ControlFlow<()>;

pub(super) struct Session<Io> {
    wire: Wire<Io>,
    world: SharedWorld,
    options: SessionOptions,
    hostname: String,
    mode: Mode,
    editor: LineEditor,
    /// Lines of a page; `None`: no paging.
    page: Option<usize>,
    auto_logout: Option<Duration>,
    /// How long contact is lost at the next question.
    lost_at_reading: Option<u32>,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Session<Io> {
    pub(super) fn new(io: Io, world: SharedWorld, options: SessionOptions) -> io::Result<Self> {
        let machine = world.view(|world| world.scenario.machine(options.role).clone())?;
        let minutes = u64::from(machine.auto_logout_minutes);
        Ok(Self {
            wire: Wire::new(io, options.terminal, world.clock()),
            world,
            hostname: machine.hostname,
            mode: Mode::Standard,
            editor: LineEditor::new(if options.terminal == Terminal::None { Echo::Off } else { Echo::On }),
            page: page_of(options.terminal),
            auto_logout: (minutes > 0).then(|| Duration::from_secs(minutes * 60)),
            options,
            lost_at_reading: None,
        })
    }

    pub(super) async fn run(mut self) -> io::Result<SessionEnd> {
        if let Some(command) = self.options.remote_command.take() {
            self.record(&command)?;
            self.wire.say(NO_SHELL).await?;
            return Ok(SessionEnd::Refused);
        }
        let banner = self.world.view(render::banner)?;
        self.wire.say(&banner).await?;
        loop {
            self.prompt().await?;
            match self.read_line().await? {
                Read::Cancelled => {}
                Read::End => break,
                Read::Line(line) => {
                    self.record(&line)?;
                    if self.carry_out(&line).await?.is_break() {
                        break;
                    }
                }
            }
        }
        Ok(SessionEnd::LoggedOut)
    }

    /// Carries `line` out, unless a fault strikes it.
    async fn carry_out(&mut self, line: &str) -> io::Result<Next> {
        let asks = line.starts_with("show") || line.starts_with("rfsctl");
        if let Some(seconds) = self.lost_at_reading.filter(|_| asks) {
            return self.lose_contact(seconds).await;
        }
        let line_fault = self.world.line_fault(self.options.role, &self.options.label, line)?;
        let outcome = match &line_fault {
            Some(Course::Refused(words)) => Outcome::Text(format!("{words}\n")),
            Some(Course::LostBefore(seconds)) => return self.lose_contact(*seconds).await,
            _ => interpret(&self.world, self.options.role, self.mode, line)?,
        };
        match line_fault {
            // The line has had its effect by now; only its answer is lost.
            Some(Course::LostAfter(seconds)) => return self.lose_contact(seconds).await,
            Some(Course::LostAtReading(seconds)) => self.lost_at_reading = Some(seconds),
            _ => {}
        }
        self.perform(outcome).await
    }

    /// Ends contact with the appliance. This session is dropped where it waits here: `serve` ends it with all others.
    async fn lose_contact(&self, seconds: u32) -> io::Result<Next> {
        self.world.change(self.options.role, Change::ContactLost(seconds))?;
        std::future::pending().await
    }

    async fn perform(&mut self, outcome: Outcome) -> io::Result<Next> {
        match outcome {
            Outcome::Text(text) => return self.print(&text).await,
            Outcome::Enter(mode, None) => self.mode = mode,
            Outcome::Enter(mode, Some(password)) => return self.enter_with(mode, &password).await,
            Outcome::Page(page) => self.page = page,
            Outcome::PageByTerminal => self.page = page_of(self.options.terminal),
            Outcome::AutoLogout(limit) => self.auto_logout = limit,
            Outcome::List => return self.list().await,
            Outcome::Follow => return self.follow().await,
            Outcome::End => return Ok(Next::Break(())),
        }
        Ok(Next::Continue(()))
    }

    async fn prompt(&mut self) -> io::Result<()> {
        let Terminal::Vt100 { columns, .. } = self.options.terminal else { return Ok(()) };
        let sign = match self.mode {
            Mode::Standard => ">",
            Mode::Enable => "#",
            Mode::Configure => "(config) #",
        };
        let prompt = format!("{} {sign} ", self.hostname);
        self.editor.set_margin(Margin { columns: usize::from(columns), prompt: prompt.len() });
        self.wire.show(prompt.as_bytes()).await
    }

    async fn read_line(&mut self) -> io::Result<Read> {
        loop {
            let byte = match self.wire.byte(self.auto_logout).await? {
                Typed::Byte(byte) => byte,
                Typed::Gone => return Ok(self.last_line()),
                Typed::Idle => {
                    self.wire.say("\n").await?;
                    return Ok(Read::End);
                }
            };
            let mut shown = Vec::new();
            let press = match self.options.terminal {
                Terminal::None => self.editor.feed(byte),
                Terminal::Vt100 { .. } | Terminal::Dumb => self.editor.press(byte, &mut shown),
            };
            self.wire.show(&shown).await?;
            match press {
                Press::More => {}
                Press::Line(line) => return Ok(Read::Line(line)),
                Press::Cancelled => return Ok(Read::Cancelled),
                Press::End => return Ok(Read::End),
                Press::Help(line) => {
                    self.wire.say(&grammar::help(self.mode, &line)).await?;
                    self.prompt().await?;
                    let echoed = self.editor.echoed();
                    self.wire.show(&echoed).await?;
                }
            }
        }
    }

    /// A lone CR before the end of input has submitted a line all the same.
    fn last_line(&mut self) -> Read {
        if self.editor.so_far().ends_with('\r')
            && let Press::Line(line) = self.editor.feed(b'\n')
        {
            return Read::Line(line);
        }
        Read::End
    }

    async fn enter_with(&mut self, mode: Mode, password: &str) -> io::Result<Next> {
        self.wire.say("Password: ").await?;
        // A line editor of its own without echo, as a password is read on the appliance.
        let editor = std::mem::replace(&mut self.editor, LineEditor::new(Echo::Off));
        let read = self.read_line().await;
        // Before any return: a read that failed must not leave the session without echo.
        self.editor = editor;
        match read? {
            Read::Line(line) if line == password => self.mode = mode,
            Read::Line(_) => self.wire.say("% Incorrect password.\n").await?,
            Read::Cancelled => {}
            Read::End => return Ok(Next::Break(())),
        }
        Ok(Next::Continue(()))
    }

    /// Prints text, page by page if it is longer than one.
    async fn print(&mut self, text: &str) -> io::Result<Next> {
        // One row is kept for the line of the pager itself.
        let Some(page) = self.page.map(|rows| rows.saturating_sub(1).max(1)) else {
            self.wire.say(text).await?;
            return Ok(Next::Continue(()));
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut shown = 0;
        let mut more = page;
        loop {
            let until = lines.len().min(shown + more);
            let part = lines.get(shown..until).unwrap_or_default().concat();
            self.wire.say(&part).await?;
            let first = until.saturating_sub(page) + 1;
            shown = until;
            if shown == lines.len() {
                return Ok(Next::Continue(()));
            }
            more = match self.pager_key(first, shown).await? {
                b' ' | b'f' => page,
                b'\r' | b'\n' => 1,
                _ => return Ok(Next::Continue(())),
            };
        }
    }

    /// Shows which lines are on the page and waits for a key that the pager knows.
    async fn pager_key(&mut self, first: usize, last: usize) -> io::Result<u8> {
        self.wire.show(format!("\x1b[7mlines {first}-{last}\x1b[m").as_bytes()).await?;
        let key = loop {
            match self.wire.byte(self.auto_logout).await? {
                Typed::Byte(key @ (b' ' | b'f' | b'\r' | b'\n' | b'q' | 0x03)) => break key,
                Typed::Byte(_) => {}
                Typed::Gone | Typed::Idle => break b'q',
            }
        };
        // The pager takes its own line back, so that a reader of bytes finds `lines 1-23` inside the
        // reply, and a terminal does not.
        self.wire.show(b"\r\x1b[K").await?;
        Ok(key)
    }

    async fn list(&mut self) -> io::Result<Next> {
        // Looked at twice, before and after the wait: the counts are those of the end, since a real
        // listing takes its time.
        let begins = self.world.view(render::listing_begins)?;
        self.wire.say(&begins).await?;
        let duration = self.world.view(|world| {
            let seconds = world.scenario.bucket.listing_seconds;
            world.origin.speed.span(seconds)
        })?;
        let clock = self.world.clock();
        let waited = self.wire.wait(clock.sleep(duration.into())).await?;
        if waited != Waited::Done {
            return self.break_off(waited).await;
        }
        let ends = self.world.view(render::listing_ends)?;
        self.wire.say(&ends).await?;
        Ok(Next::Continue(()))
    }

    async fn follow(&mut self) -> io::Result<Next> {
        let role = self.options.role;
        let world = self.world.clone();
        let mut changes = world.changes();
        // Like `tail -f`: the file that is open stays open, whatever a rotation puts in its place.
        let (file, mut next) = self.world.view(|world| {
            let log = &world.appliance(role).log;
            (log.file(), log.end().saturating_sub(FOLLOW_FROM).max(log.beginning()))
        })?;
        loop {
            let (text, end) = self.world.view(|world| {
                let log = &world.appliance(role).log;
                let end = log.end_of(file);
                let new = log.between(next, end);
                (new.flat_map(|line| [line, "\n"]).collect::<String>(), end)
            })?;
            next = end;
            self.wire.say(&text).await?;
            let waited = self.wire.wait(world.stir(&mut changes)).await?;
            if waited != Waited::Done {
                return self.break_off(waited).await;
            }
        }
    }

    /// Ends a command that the peer did not wait for.
    async fn break_off(&mut self, waited: Waited) -> io::Result<Next> {
        if waited == Waited::Gone {
            return Ok(Next::Break(()));
        }
        // The terminal echoes the interrupt, which stands in the reply of a broken-off command.
        self.wire.say("^C\n").await?;
        Ok(Next::Continue(()))
    }

    fn record(&self, line: &str) -> io::Result<()> {
        Ok(self.world.record(self.options.role, &self.options.label, line)?)
    }
}

/// Lines of a page on a terminal.
fn page_of(terminal: Terminal) -> Option<usize> {
    match terminal {
        Terminal::Vt100 { rows, .. } => Some(usize::from(rows)).filter(|rows| *rows > 0),
        Terminal::Dumb | Terminal::None => None,
    }
}
