//! What happens in the world by itself, and what comes of it: growth, everyday lines, the stages of
//! the restore, faults. What people do is elsewhere.

use super::{super::number::Moment, World, faults::Edge, restore::Turn};
use crate::run::{Role, Timestamp};
use crate::simulator::scenario::fault::{Anchor, Effect};

/// Module and words of the line that ends stage 1, as in the procedure.
const DOWNLOAD_COMPLETE: (&str, &str) =
    ("namespace_restore", "Cloud restore phase complete. Starting namespace generation phase");
/// Module and words of the two lines that end stage 2, as in the procedure.
const NAMESPACE_COMPLETE: (&str, &str) =
    ("namespace_restore", "Namespace generation phase complete. Successfully restored user namespace");
const RESTORE_SUCCESSFUL: (&str, &str) = ("megamount", "restore namespace successful!");

/// What happens by itself, in the order in which simultaneous happenings come.
#[derive(Clone, Copy)]
pub(super) enum Happening {
    Restore,
    Fault,
    Growth,
    BackgroundLine(Role),
}

impl World {
    pub(super) fn next(&self) -> Option<(Moment, Happening)> {
        let candidates = [
            (self.restore.next(), Happening::Restore),
            (self.faults.next(), Happening::Fault),
            (self.growth.next(), Happening::Growth),
            (self.primary.background_log.next(), Happening::BackgroundLine(Role::Primary)),
            (self.dr.background_log.next(), Happening::BackgroundLine(Role::Dr)),
        ];
        // `min_by_key` keeps the first of equals, which is the order wanted.
        candidates
            .into_iter()
            .filter_map(|(moment, what)| Some((moment?, what)))
            .min_by_key(|(moment, _)| *moment)
    }

    pub(super) fn happen(&mut self, moment: Moment, what: Happening) {
        let at = moment.floor(self.origin.start);
        match what {
            Happening::BackgroundLine(role) => {
                let slabs = self.bucket.contents().slabs;
                let millis_per_get =
                    if role == Role::Dr { self.restore.millis_per_get(self.dr.threads) } else { None };
                self.appliance_mut(role).write_background_line(moment, at, slabs, millis_per_get);
            }
            Happening::Growth => {
                if let Some(line) = self.growth.happen(moment, &mut self.bucket) {
                    self.primary.write_of_rfsd(at, &line);
                }
            }
            Happening::Fault => self.fault_turns(moment, at),
            Happening::Restore => self.restore_turns(moment, at),
        }
    }

    fn restore_turns(&mut self, moment: Moment, at: Timestamp) {
        let threads = self.dr.threads;
        match self.restore.happen(moment, threads) {
            None => {}
            Some(Turn::DownloadBegins) => {
                self.restore.download(moment, self.bucket.metadata_objects(), threads);
                self.faults.reach(Anchor::Stage1, moment);
            }
            Some(Turn::DownloadEnds) => {
                self.faults.reach(Anchor::Stage2, moment);
                self.dr.write_of_restore(at, DOWNLOAD_COMPLETE.0, DOWNLOAD_COMPLETE.1);
            }
            Some(Turn::GenerationEnds) => {
                self.faults.reach(Anchor::InUse, moment);
                self.dr.write_of_restore(at, NAMESPACE_COMPLETE.0, NAMESPACE_COMPLETE.1);
                self.dr.write_of_restore(at, RESTORE_SUCCESSFUL.0, RESTORE_SUCCESSFUL.1);
            }
            Some(Turn::Mounted) => self.dr.write_of_restore(at, "megamount", "datastore mounted"),
        }
    }

    fn fault_turns(&mut self, moment: Moment, at: Timestamp) {
        match self.faults.take() {
            Some(Edge::Begins(Effect::Restart(restart))) => {
                if self.dr.service_runs {
                    self.dr.crash(at);
                    self.restore.crash(moment, restart.lost_percent);
                    self.relaunch = true;
                }
            }
            Some(Edge::Ends(Effect::Restart(_))) => {
                // Not where the engineer has started or stopped the service by hand in between.
                if std::mem::take(&mut self.relaunch) {
                    self.start_service(moment, at, Role::Dr);
                }
            }
            Some(Edge::Begins(Effect::Standstill) | Edge::Ends(Effect::Standstill)) => {
                // Asked of all faults under way: the end of one standstill does not end
                // another that overlaps it.
                self.restore.stand_still(moment, self.faults.stand_still(), self.dr.threads);
            }
            Some(Edge::Begins(Effect::Logs(logs))) if logs.bare => {
                self.appliance_mut(logs.role).log.write_bare(logs.text);
            }
            Some(Edge::Begins(Effect::Logs(logs))) => {
                self.appliance_mut(logs.role).write_of_rfsd(at, &logs.text);
            }
            Some(Edge::Begins(Effect::Rotation(role))) => self.appliance_mut(role).rotate_log(at),
            Some(Edge::Begins(Effect::BlankRotation(role))) => self.appliance_mut(role).log.rotate(),
            Some(Edge::Begins(Effect::Clock(set))) => self.appliance_mut(set.role).set_clock(set.ahead),
            // What else faults do is looked up while they last.
            Some(Edge::Begins(_) | Edge::Ends(_)) | None => {}
        }
    }
}
