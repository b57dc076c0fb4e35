//! The command line of a simulated appliance over any byte stream: the family's modes, prompts,
//! abbreviations, paging and errors. What the commands do to the world lives in the world.

mod editor;
mod grammar;
mod interpreter;
mod options;
mod render;
mod session;
mod wire;

use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) use self::options::{SessionEnd, SessionOptions, Terminal};
use super::shared::SharedWorld;

/// Serves one session on `io` until it ends, on the world's clock. When the appliance becomes
/// unreachable, the session ends whatever it does.
pub(crate) async fn serve<Io>(
    io: Io,
    world: SharedWorld,
    options: SessionOptions,
) -> std::io::Result<SessionEnd>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let (appliances, role) = (world.clone(), options.role);
    let session = async { session::Session::new(io, world, options)?.run().await };
    tokio::select! {
        biased;
        // First, so that a lost connection cuts an answer short instead of waiting for its end.
        lost = appliances.unreachable(role) => lost.map(|()| SessionEnd::Lost).map_err(Into::into),
        end = session => end,
    }
}

#[cfg(test)]
mod tests;
