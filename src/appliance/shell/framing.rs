//! Where a reply ends: what the received bytes end with, and how long nothing may follow it.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt as _,
    time::{Instant, sleep, sleep_until},
};

use super::{
    RETURN, Shell, ShellError,
    awaiting::{Awaiting, ReplyEnd},
    clean::clean,
    echo,
};
use crate::dialect::{Mode, Prompts};

/// How long nothing may follow a prompt for it to be one.
// A reply may be cut anywhere on its way, also right behind what looks like a prompt.
// Measured on a hostile reply cut at every point: without the silence 4 of 100 were misread, with it none.
const PROMPT_SILENCE: Duration = Duration::from_millis(30);

/// The same where the echo of the typed line has not been seen: the prompt may be a late one that
/// belongs to something typed before.
const PROMPT_SILENCE_WITHOUT_ECHO: Duration = Duration::from_millis(500);

/// How long nothing may follow a prompt with something unasked behind it, before an Enter brings it back.
// Without it, a message behind the prompt would cost the whole limit of the line.
const BURIED_SILENCE: Duration = Duration::from_secs(1);

/// Enters typed for that while one reply is awaited.
// An appliance that does not show its prompt again would
// otherwise get an Enter per second until the deadline.
const MAX_ENTERS: u32 = 3;

/// How far back a buried prompt is looked for.
const BURIED_SEARCH_BYTES: usize = 8 << 10;

/// Sleeps for `duration`, or for ever.
pub(in crate::appliance) async fn sleep_if(duration: Option<Duration>) {
    match duration {
        Some(duration) => sleep(duration).await,
        None => std::future::pending().await,
    }
}

impl Shell {
    /// Reads until the received bytes end with what ends a reply, and nothing follows it. `None`: the time is up.
    pub(super) async fn settle(
        &mut self,
        deadline: Instant,
        awaiting: Awaiting<'_>,
    ) -> Result<Option<ReplyEnd>, ShellError> {
        let deadline = sleep_until(deadline);
        tokio::pin!(deadline);
        self.enters = 0;
        loop {
            let reply_end = self.reply_end(awaiting);
            let silence = self.silence_for(reply_end, awaiting);
            // Where the last line is a prompt, the reply is over without an Enter.
            let is_buried = silence.is_none() && self.enters < MAX_ENTERS && self.buried_prompt().is_some();
            let wait = sleep_if(silence);
            let buried = sleep_if(is_buried.then_some(BURIED_SILENCE));
            // The deadline first, because a flood keeps `read` ready; then bytes before silence, because what follows a
            // prompt shows that it was none. A dropped read has taken nothing.
            let read = tokio::select! {
                biased;
                () = &mut deadline => return Ok(None),
                read = self.wire.read(&mut self.chunk) => read,
                () = wait => {
                    self.adopt_host();
                    return Ok(reply_end);
                }
                () = buried => {
                    self.enters += 1;
                    self.send(&[RETURN], BURIED_SILENCE).await?;
                    continue;
                }
            };
            let read = read.ok().filter(|read| *read > 0).ok_or_else(|| self.closed())?;
            // The time of the last byte, so that the silence after it does not count as the appliance's time.
            self.heard_at = self.clock.now();
            let chunk = self.chunk.get(..read).unwrap_or_default();
            // A banner, or the rest of a log that was interrupted,
            // may be longer than any reply, and only its end matters.
            if matches!(awaiting, Awaiting::Login | Awaiting::Resync) {
                self.buffer.push_keeping_end(chunk);
            } else {
                self.buffer.push(chunk)?;
            }
        }
    }

    pub(super) fn reply_end(&self, awaiting: Awaiting<'_>) -> Option<ReplyEnd> {
        if let Some((host, mode)) = self.last_prompt() {
            let is_own = self.is_own(&host, mode);
            return Some(if is_own { ReplyEnd::Prompt(mode) } else { ReplyEnd::OtherPrompt });
        }
        // A banner may hold the words of a pager, and is answered by nothing.
        let Awaiting::Reply { may_ask_password, .. } = awaiting else { return None };
        let line = String::from_utf8_lossy(&clean(self.buffer.last_line()?)).into_owned();
        let interruptions = self.dialect.interruptions();
        if may_ask_password && interruptions.password.is_match(&line) {
            return Some(ReplyEnd::Password);
        }
        interruptions.pager.is_match(&line).then_some(ReplyEnd::Pager)
    }

    fn silence_for(&self, reply_end: Option<ReplyEnd>, awaiting: Awaiting<'_>) -> Option<Duration> {
        reply_end?;
        let is_late = match (reply_end, awaiting) {
            // Ends the shell: a line of a reply that only looks like one is followed by more.
            (Some(ReplyEnd::OtherPrompt), _) => true,
            // Without the echo of the line it may be a late prompt, of what was typed before.
            (Some(ReplyEnd::Prompt(_)), Awaiting::Reply { line, .. }) => {
                !echo::is_in(self.buffer.bytes(), line, self.dialect.prompts())
            }
            _ => false,
        };
        Some(if is_late { PROMPT_SILENCE_WITHOUT_ECHO } else { PROMPT_SILENCE })
    }

    /// Where a line begins that is a prompt of this shell and nothing else, followed by what the appliance said
    /// unasked, such as a message to all users. The command line waits there although its prompt is not last.
    fn buried_prompt(&self) -> Option<usize> {
        let (lines, _) = self.buffer.split_last_line();
        let tail = lines.len().saturating_sub(BURIED_SEARCH_BYTES);
        let mut begin = tail;
        for line in lines.get(tail..)?.split_inclusive(|byte| *byte == b'\n') {
            let prompt = prompt_in(line, self.dialect.prompts());
            if prompt.is_some_and(|(host, mode)| self.is_own(&host, mode)) {
                return Some(begin);
            }
            begin += line.len();
        }
        None
    }

    /// The reply in what was received: up to the prompt, also where that is not last.
    pub(super) fn body(&self) -> &[u8] {
        let (body, _) = self.buffer.split_last_line();
        // Without an Enter of ours, what looks like a prompt inside a reply is a part of it.
        let end = self.buried_prompt().filter(|_| self.enters > 0).unwrap_or(body.len());
        body.get(..end).unwrap_or(body)
    }

    fn is_own(&self, host: &str, mode: Mode) -> bool {
        match &self.host {
            Some(own) if self.pinned => self.dialect.prompts().is_name_of(host, own, mode),
            // Before the first answered line any name counts: a banner may hold what looks like a prompt.
            _ => true,
        }
    }

    /// Until a first reply has pinned it, the host is that of the latest prompt.
    fn adopt_host(&mut self) {
        if !self.pinned
            && let Some((host, _)) = self.last_prompt()
        {
            self.host = Some(host);
        }
    }

    /// Host name and mode, where the received bytes end with a prompt.
    pub(super) fn last_prompt(&self) -> Option<(String, Mode)> {
        prompt_in(self.buffer.last_line()?, self.dialect.prompts())
    }
}

/// Host name and mode, where `line` shows a prompt and nothing else.
pub(super) fn prompt_in(line: &[u8], prompts: &Prompts) -> Option<(String, Mode)> {
    let line = clean(line);
    let line = String::from_utf8_lossy(&line);
    let (host, mode) = prompts.read(line.trim_end_matches('\n'))?;
    Some((host.to_owned(), mode))
}
