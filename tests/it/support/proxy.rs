//! A TCP proxy on loopback that can delay, swallow, close and reset what passes through it. It runs
//! in a thread of its own, so that synchronous tests can use it too.

use std::{net::TcpListener as StdTcpListener, thread::JoinHandle, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::{broadcast, mpsc, watch},
    time::Instant,
};

/// What happens to the bytes of all connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// They pass.
    Open,
    /// They wait, as when the network is cut without either side being told.
    BlackHole,
}

/// How all connections are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Close,
    Reset,
}

/// A running proxy; it and its connections end when dropped.
pub struct Proxy {
    port: u16,
    flow: watch::Sender<Flow>,
    cut: broadcast::Sender<Cut>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy to a port on loopback that delivers every byte `delay` later, each way.
    pub fn start(target: u16, delay: Duration) -> Self {
        let listener = StdTcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let (flow, _) = watch::channel(Flow::Open);
        let (cut, _) = broadcast::channel(16);
        let (stop, mut stopped) = mpsc::channel(1);
        let (flows, cuts) = (flow.clone(), cut.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    biased;
                    _ = stopped.recv() => {}
                    () = accept(listener, target, delay, &flows, &cuts) => {}
                }
            });
        });
        Self { port, flow, cut, stop: Some(stop), thread: Some(thread) }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on nothing passes, and nobody is told.
    pub fn black_hole(&self) {
        self.flow.send_replace(Flow::BlackHole);
    }

    /// What was held back passes, and so does everything after it.
    pub fn open(&self) {
        self.flow.send_replace(Flow::Open);
    }

    /// Closes all connections in good order.
    pub fn close(&self) {
        let _ = self.cut.send(Cut::Close);
    }

    /// Resets all connections (TCP RST).
    pub fn reset(&self) {
        let _ = self.cut.send(Cut::Reset);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(
    listener: TcpListener,
    target: u16,
    delay: Duration,
    flow: &watch::Sender<Flow>,
    cut: &broadcast::Sender<Cut>,
) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        tokio::spawn(connect(client, target, delay, flow.subscribe(), cut.subscribe()));
    }
}

async fn connect(
    mut client: TcpStream,
    target: u16,
    delay: Duration,
    flow: watch::Receiver<Flow>,
    mut cut: broadcast::Receiver<Cut>,
) {
    // A target that refuses shows as a connection closed at once.
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", target)).await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let cut = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let up = pump(from_client, to_server, delay, flow.clone());
        let down = pump(from_server, to_client, delay, flow);
        tokio::select! {
            biased;
            cut = cut.recv() => cut.ok(),
            _ = async { tokio::join!(up, down) } => None,
        }
    };
    if cut == Some(Cut::Reset) {
        client.set_zero_linger().unwrap();
        server.set_zero_linger().unwrap();
    }
}

async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    delay: Duration,
    mut flow: watch::Receiver<Flow>,
) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let read = async move {
        let mut buffer = vec![0; 65536];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            if sender.send((Instant::now() + delay, buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    };
    let write = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            tokio::time::sleep_until(due).await;
            if flow.wait_for(|flow| *flow == Flow::Open).await.is_err() || to.write_all(&bytes).await.is_err()
            {
                return;
            }
        }
        // The end of the connection waits with the bytes before it.
        let _ = flow.wait_for(|flow| *flow == Flow::Open).await;
        let _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}
