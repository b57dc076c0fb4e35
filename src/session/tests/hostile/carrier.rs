//! Carries the bytes of one shell through the weather of its address.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use super::{Network, PIPE, Switch, Weather, address};
use crate::{run::Role, simulator::Follower};

/// Carries the bytes of one shell in both directions until it ends or is cut.
pub(super) struct Carrier {
    network: Network,
    role: Role,
    cuts: Follower,
    changes: Follower,
    /// The last unasked text that was said here.
    unasked: u64,
}

/// Whether a shell goes on.
#[derive(PartialEq, Eq)]
enum Goes {
    On,
    Ends,
}

impl Carrier {
    pub(super) fn new(network: Network, role: Role) -> Self {
        let (cuts, changes) = (network.cuts.follow(), network.changes.follow());
        let unasked = network.state().weather[address(role)].unasked.0;
        Self { network, role, cuts, changes, unasked }
    }

    fn weather(&self) -> Weather {
        self.network.state().weather[address(self.role)].clone()
    }

    pub(super) async fn carry(mut self, mut middle: DuplexStream, mut outer: DuplexStream) {
        let (mut typed, mut said) = (vec![0; 4096], vec![0; PIPE]);
        loop {
            let goes = tokio::select! {
                biased;
                // A cut first: bytes that are ready at the same moment are lost with the connection.
                () = self.cuts.changed() => return,
                () = self.changes.changed() => self.say_unasked(&mut middle).await,
                read = middle.read(&mut typed) => match read {
                    Ok(count @ 1..) => self.typed(&typed[..count], &mut outer).await,
                    _ => return,
                },
                read = outer.read(&mut said) => match read {
                    Ok(count @ 1..) => self.said(&said[..count], &mut middle).await,
                    _ => return,
                },
            };
            if goes == Goes::Ends {
                return;
            }
        }
    }

    async fn typed(&mut self, bytes: &[u8], outer: &mut DuplexStream) -> Goes {
        if self.weather().drops_typed && bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            self.network.state().weather[address(self.role)].drops_typed = false;
            self.network.hit("dropped before the reply");
            return Goes::Ends;
        }
        if let Some(Switch { machine, arrives }) = self.weather().switch.filter(|_| is_change(bytes)) {
            {
                let mut state = self.network.state();
                // Once: it concerns only the next changing line.
                state.weather[address(self.role)].switch = None;
                state.lands[address(self.role)] = Some(machine);
            }
            self.network.hit("switched at a change");
            if arrives {
                pass(bytes, outer).await;
            }
            return Goes::Ends;
        }
        pass(bytes, outer).await
    }

    async fn said(&mut self, bytes: &[u8], middle: &mut DuplexStream) -> Goes {
        let weather = self.weather();
        if !weather.late.is_zero() {
            self.network.hit("late reply");
            tokio::time::sleep(weather.late).await;
        }
        while self.weather().is_stalled {
            self.network.hit("stalled reply");
            tokio::select! {
                biased;
                () = self.cuts.changed() => return Goes::Ends,
                () = self.changes.changed() => {}
            }
        }
        if let Some(half) = weather.half.filter(|half| *half < bytes.len()) {
            self.network.state().weather[address(self.role)].half = None;
            self.network.hit("half a reply");
            pass(&bytes[..half], middle).await;
            return Goes::Ends;
        }
        let (disguise, words) = {
            let state = self.network.state();
            (state.disguise[address(self.role)].clone(), state.words)
        };
        if disguise.is_none() && words.is_empty() {
            return pass(bytes, middle).await;
        }
        // A name that is cut between two reads passes as it is; the simulator writes a prompt in one piece.
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for (from, to) in words {
            if text.contains(from) {
                self.network.hit("other words");
                text = text.replace(from, to);
            }
        }
        if let Some((from, to)) = disguise.filter(|(from, _)| text.contains(from)) {
            self.network.hit("renamed");
            text = text.replace(&from, &to);
        }
        pass(text.as_bytes(), middle).await
    }

    async fn say_unasked(&mut self, middle: &mut DuplexStream) -> Goes {
        let (number, text) = self.weather().unasked;
        if std::mem::replace(&mut self.unasked, number) == number {
            return Goes::On;
        }
        self.network.hit("unasked line");
        pass(text.as_bytes(), middle).await
    }
}

/// Whether `typed` is a whole line that changes replication.
fn is_change(typed: &[u8]) -> bool {
    let line = String::from_utf8_lossy(typed);
    line.contains("replication") && !line.contains("show") && line.ends_with(['\r', '\n'])
}

async fn pass(bytes: &[u8], to: &mut DuplexStream) -> Goes {
    if to.write_all(bytes).await.is_ok() { Goes::On } else { Goes::Ends }
}
