//! Holes of a sparse file, which are skipped unread: one may be as long as the disk.

use std::io;

use nix::unistd::{Whence, lseek};
use tokio::{fs::File, io::AsyncSeekExt as _};

/// Goes to the next data behind `position`, or to the end; returns the bytes skipped, 0 where the file system does not
/// report holes.
pub(super) async fn skip_hole(file: &mut File, position: u64) -> io::Result<u64> {
    let length = file.metadata().await?.len();
    let Ok(offset) = i64::try_from(position) else { return Ok(0) };
    // On a file system without holes, lseek(2) gives the same position back, and nothing is skipped.
    let data = match lseek(&*file, offset, Whence::SeekData) {
        Ok(data) => u64::try_from(data).unwrap_or(position),
        // There is no more data.
        Err(nix::errno::Errno::ENXIO) => length,
        Err(_) => position,
    };
    // The file may have been cut or have grown between the two calls.
    let data = data.clamp(position, length.max(position));
    file.seek(io::SeekFrom::Start(data)).await?;
    Ok(data - position)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{Seek as _, Write as _},
        path::Path,
    };

    use tokio::sync::mpsc::channel;

    use super::*;
    use crate::{
        appliance::observation::Observation,
        ingest::files::{open_file::OpenFile, outlet::Outlet},
        run::Arrival,
    };

    const HOLE: u64 = 64 << 30;

    fn sparse(path: &Path) {
        let mut file = fs::File::create(path).unwrap();
        file.write_all(b"1\n").unwrap();
        file.seek(io::SeekFrom::Start(HOLE)).unwrap();
        file.write_all(b"2\n").unwrap();
    }

    /// The bytes read, and the length of the holes.
    async fn read(mut open: OpenFile) -> (Vec<u8>, u64) {
        let (sender, mut observations) = channel(16);
        let reading = tokio::spawn(async move { open.drain(&mut Outlet::new(sender)).await });
        let (mut log, mut hole) = (Vec::new(), 0);
        while let Some(observation) = observations.recv().await {
            match observation {
                Observation::Log { bytes, .. } => log.extend(bytes),
                Observation::LogHole { bytes } => hole += bytes,
                other => panic!("{other:?}"),
            }
        }
        assert!(reading.await.unwrap().unwrap());
        (log, hole)
    }

    #[tokio::test]
    async fn a_hole_of_any_length_is_skipped() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("messages");
        sparse(&path);
        let (log, skipped) = read(OpenFile::open(&path, Arrival::Live).await.unwrap()).await;
        assert!(log.starts_with(b"1\n") && log.ends_with(b"2\n"));
        assert_eq!(log.len() as u64 + skipped, HOLE + 2);
        assert!(log.len() < 2 << 20, "{} bytes were read", log.len());
    }

    #[tokio::test]
    async fn a_hole_at_the_end_is_skipped() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("messages");
        fs::write(&path, "1\n").unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_len(HOLE).unwrap();
        let (log, skipped) = read(OpenFile::open(&path, Arrival::Live).await.unwrap()).await;
        assert_eq!(log.len() as u64 + skipped, HOLE);
        assert!(log.len() < 2 << 20, "{} bytes were read", log.len());
    }
}
