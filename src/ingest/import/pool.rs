//! Blocks scanned by several threads, and given back in their order.

use std::{
    num::NonZeroUsize,
    ops::Range,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use super::{
    blocks::BlockReader,
    error::ImportError,
    interpret::{Interpreter, Keeper},
    scan::{Job, Modules, Scanner},
    source::Source,
};
use crate::dialect::{Dialect, Prefilter};

/// More threads than this wait for the one that reads.
const MAX_THREADS: usize = 4;

/// Threads that scan: as many as the process may use.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MAX_THREADS)
}

/// Reads `wanted` of all logs, and interprets it; the lines by module.
pub(crate) fn read_logs(
    sources: &mut [Source],
    wanted: Range<u64>,
    interpreter: &mut Interpreter,
    keeper: &mut dyn Keeper,
    (digests, threads): (bool, usize),
) -> Result<Modules, ImportError> {
    let dialect = interpreter.dialect();
    let mut reader = BlockReader::new(sources, wanted);
    let modules = scan_all(&mut reader, &dialect, digests, threads, |job| interpreter.block(job, keeper))?;
    interpreter.end(keeper)?;
    Ok(modules)
}

/// Scans all blocks of `reader`, and gives each to `take` in the order of the log; the lines by module.
fn scan_all(
    reader: &mut BlockReader<'_>,
    dialect: &Arc<Dialect>,
    digests: bool,
    threads: usize,
    mut take: impl FnMut(&Job) -> Result<(), ImportError>,
) -> Result<Modules, ImportError> {
    let filter = Arc::new(Prefilter::of(dialect));
    let scanner = || Scanner::new(Arc::clone(dialect), Arc::clone(&filter), digests);
    if threads <= 1 {
        let (mut scanner, mut job) = (scanner(), Job::default());
        while reader.next(&mut job.block)? {
            scanner.scan(&job.block, &mut job.found);
            take(&job)?;
        }
        return Ok(scanner.into_modules());
    }
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                // A thread has two jobs at most, by the limit of `sent - taken` below: with this room neither it nor
                // the one that reads waits to hand over.
                let (jobs, work) = sync_channel(1);
                let (done, results) = sync_channel(2);
                let scanner = scanner();
                let thread = scope.spawn(move || scan_jobs(scanner, &work, &done));
                (jobs, results, thread)
            })
            .collect();
        let (mut free, mut sent, mut taken) = (Vec::new(), 0_usize, 0_usize);
        let mut is_over = false;
        // Block n goes to thread n modulo their number, so that the results are taken in turn.
        let outcome = loop {
            let can_read = !is_over && sent - taken < threads * 2;
            let Some((_, results, _)) = workers.get(taken % threads) else { break Ok(()) };
            // What is there is taken before more is read: a pipe may be silent for hours.
            let done = if can_read { results.try_recv().ok() } else { None };
            if done.is_none() && can_read {
                let mut job: Job = free.pop().unwrap_or_default();
                match reader.next(&mut job.block) {
                    Ok(true) => {
                        let Some((jobs, ..)) = workers.get(sent % threads) else { break Ok(()) };
                        // Closed only where the thread has panicked, which the join below passes on.
                        if jobs.send(job).is_err() {
                            break Ok(());
                        }
                        sent += 1;
                    }
                    Ok(false) => is_over = true,
                    // Dropping the channels ends the threads, for which the scope waits.
                    Err(error) => return Err(error),
                }
                continue;
            }
            if sent == taken {
                break Ok(());
            }
            let Some(job) = done.or_else(|| results.recv().ok()) else { break Ok(()) };
            taken += 1;
            if let Err(error) = take(&job) {
                break Err(error);
            }
            free.push(job);
        };
        let mut modules = Modules::default();
        for (jobs, results, thread) in workers {
            drop((jobs, results));
            match thread.join() {
                Ok(counted) => modules.add(&counted),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcome.map(|()| modules)
    })
}

fn scan_jobs(mut scanner: Scanner, work: &Receiver<Job>, done: &SyncSender<Job>) -> Modules {
    while let Ok(mut job) = work.recv() {
        scanner.scan(&job.block, &mut job.found);
        if done.send(job).is_err() {
            break;
        }
    }
    scanner.into_modules()
}
