//! One shell of the scripted appliance: what it prints for each line typed.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    time::sleep,
};

use super::{Fake, Reaction};

impl Fake {
    /// Takes the reaction to `line`; one that drops something happens once.
    fn reaction(&self, line: &str) -> Option<Reaction> {
        let mut state = self.state();
        let reaction = state.replies.get(line)?.clone();
        if matches!(reaction, Reaction::Drop | Reaction::SayAndDrop(_) | Reaction::EndShell) {
            state.replies.remove(line);
        }
        Some(reaction)
    }

    /// The built-in behaviour.
    fn carry_out(&self, line: &str, mode: &mut &'static str) -> Option<String> {
        let mut state = self.state();
        let reply = match line {
            "enable" => {
                *mode = " #";
                String::new()
            }
            "configure terminal" => {
                *mode = " (config) #";
                String::new()
            }
            "exit" if *mode == " (config) #" => {
                *mode = " #";
                String::new()
            }
            "exit" => return None,
            "no replication enable" | "replication enable" => {
                state.replicates = !line.starts_with("no ");
                String::new()
            }
            "show replication" => {
                format!("Replication: {}\n", if state.replicates { "enabled" } else { "disabled" })
            }
            "show service" => "Service: running\n".into(),
            "rfsctl exec replicator.num_threads" => format!("replicator.num_threads: {}\n", state.threads),
            "rfsctl exec backend.ops.get" => "backend.ops.get: 100\n".into(),
            "show version" => "Product name: AltaVault\nProduct release: 4.4.1\n".into(),
            "show info" => "Serial: F00\nModel: AVA400\n".into(),
            "show log" => state.log.iter().flat_map(|line| [line, "\n"]).collect(),
            _ if line.starts_with("show log files ") => {
                let file = line.rsplit(' ').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
                match file.checked_sub(1).and_then(|file| state.older.get(file)) {
                    Some(lines) => lines.iter().flat_map(|line| [line, "\n"]).collect(),
                    None => "% No such log file.\n".into(),
                }
            }
            _ if line.starts_with("replication num-threads ") => {
                state.threads = line.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                String::new()
            }
            _ if line.contains("cli session") => String::new(),
            _ => "% Unrecognized command.\n".into(),
        };
        Some(reply)
    }
}

/// One shell, until the connection is cut.
pub(super) async fn run(fake: Fake, stream: DuplexStream) {
    let mut cut = fake.cut.subscribe();
    tokio::select! {
        biased;
        _ = cut.changed() => {}
        _ = converse(&fake, stream) => {}
    }
}

async fn converse(fake: &Fake, mut stream: DuplexStream) -> std::io::Result<()> {
    let mut mode = " >";
    let host = fake.state().host.clone();
    if fake.state().new_shells_are_mute {
        return std::future::pending().await;
    }
    stream.write_all(format!("Last login: never\r\n\r\n{host}{mode} ").as_bytes()).await?;
    loop {
        let mut line = Vec::new();
        loop {
            match stream.read_u8().await? {
                b'\r' => break,
                // Ctrl-C and Ctrl-U, with which a shell brings itself back to its prompt.
                0x03 | 0x15 => line.clear(),
                byte => line.push(byte),
            }
        }
        let line = String::from_utf8(line).expect("ASCII");
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        sleep(Duration::from_millis(10)).await;
        if !line.is_empty() {
            fake.state().typed.push(line.clone());
        }
        let reaction = fake.reaction(&line);
        let scripted = match reaction {
            Some(Reaction::Say(text)) => Some(text),
            Some(Reaction::Slowly(delay, text)) => {
                sleep(delay).await;
                Some(text)
            }
            Some(Reaction::Hang) => {
                while stream.read_u8().await? != 0x03 {}
                Some(String::new())
            }
            Some(Reaction::Mute) => std::future::pending().await,
            Some(Reaction::Password) => {
                stream.write_all(b"Password: ").await?;
                while stream.read_u8().await? != 0x03 {}
                Some(String::new())
            }
            Some(Reaction::Drop) => {
                // Carried out before the drop: only the reply is lost, which is the
                // case of an unknown outcome.
                fake.carry_out(&line, &mut mode);
                fake.drop_all();
                std::future::pending().await
            }
            Some(Reaction::SayAndDrop(text)) => {
                stream.write_all(text.as_bytes()).await?;
                sleep(Duration::from_millis(1)).await;
                fake.drop_all();
                std::future::pending().await
            }
            Some(Reaction::EndShell) => return Ok(()),
            None => None,
        };
        let reply = match scripted {
            Some(text) => text,
            None if line.is_empty() => String::new(),
            None if line == "show log continuous" => {
                follow(fake, &mut stream).await?;
                String::new()
            }
            None => match fake.carry_out(&line, &mut mode) {
                Some(reply) => reply,
                None => return Ok(()),
            },
        };
        stream.write_all(format!("{}{host}{mode} ", reply.replace('\n', "\r\n")).as_bytes()).await?;
    }
}

async fn follow(fake: &Fake, stream: &mut DuplexStream) -> std::io::Result<()> {
    // Before the state is read, so that a line logged in between wakes the follow.
    let mut grown = fake.log_grown.subscribe();
    let (file, frozen, number, mut next, wait) = {
        let mut state = fake.state();
        state.follows += 1;
        let next = state.log.len().saturating_sub(state.follow_shows);
        (state.file, state.frozen, state.follows, next, state.follow_waits)
    };
    sleep(wait).await;
    loop {
        let (late, delay) = fake.state().late;
        if number <= late {
            sleep(delay).await;
        }
        let text: String = {
            let state = fake.state();
            // A follow holds its file open, as `tail -f` does: after a rotation it
            // shows nothing of the new one.
            if state.file == file && state.frozen == frozen {
                // The log may have been emptied.
                next = next.min(state.log.len());
                let new = state.log.iter().skip(next).flat_map(|line| [line, "\r\n"]).collect();
                next = state.log.len();
                new
            } else {
                String::new()
            }
        };
        stream.write_all(text.as_bytes()).await?;
        tokio::select! {
            biased;
            byte = stream.read_u8() => {
                if byte? == 0x03 {
                    return Ok(());
                }
            }
            _ = grown.changed() => {}
        }
    }
}
