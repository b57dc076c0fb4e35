//! How each trouble is made.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Op, Stage, folder};
use crate::{durability::power, run::Role, session::tests::swarm::plan::Trouble, simulator::Change};

impl Stage {
    pub(super) fn trouble(&mut self, trouble: &Trouble) {
        let seconds = |lasts: u64| lasts * 1000;
        match *trouble {
            Trouble::Cut => self.network.cut(),
            Trouble::Unreachable { role, lasts } => {
                self.world.change(role, Change::ContactLost(u32::try_from(lasts).unwrap())).unwrap();
            }
            Trouble::Moved { role, lasts } => {
                self.network.lead(role, 2 + usize::from(role == Role::Dr));
                self.network.cut();
                self.after(seconds(lasts), Op::LeadBack(role));
            }
            Trouble::Bastion { role, lasts } => {
                self.network.land(role, 2 + usize::from(role == Role::Dr));
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Switched { role, arrives, lasts } => {
                self.network.switch_at_change(role, 2 + usize::from(role == Role::Dr), arrives);
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Swapped { lasts } => {
                self.network.lead(Role::Primary, 1);
                self.network.lead(Role::Dr, 0);
                self.network.cut();
                self.after(seconds(lasts), Op::LeadBack(Role::Primary));
                self.after(seconds(lasts), Op::LeadBack(Role::Dr));
            }
            Trouble::OtherKey { role, lasts } => {
                self.network.prove(role, 1);
                self.network.cut();
                self.after(seconds(lasts), Op::LeadBack(role));
            }
            Trouble::Renamed { role, lasts } => {
                let name = if role == Role::Primary { "ava-prod " } else { "ava-dr " };
                self.network.disguise(role, name, "ava-evil ");
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Late { role, milliseconds, lasts } => {
                self.network.delay(role, Duration::from_millis(milliseconds));
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Stalled { role, lasts } => {
                self.network.stall(role, true);
                let network = self.network.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(lasts)).await;
                    network.stall(role, false);
                });
            }
            Trouble::Half { role, bytes } => self.network.halve(role, bytes),
            Trouble::DropsTyped { role } => self.network.drop_typed(role),
            Trouble::Wizard { role, lasts } => {
                self.network.preface(role, "\r\nDo you want to use the wizard for initial configuration? ");
                self.network.cut();
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Pager { role, rows, lasts } => {
                self.network.rows(role, rows);
                self.network.cut();
                self.after(seconds(lasts), Op::LandBack);
            }
            Trouble::Unasked { role, text } => self.network.say_unasked(role, text),
            Trouble::OwnClock { ahead } => {
                self.setter.set(TimeDelta::seconds(ahead));
                self.model.borrow_mut().clock_was_set = true;
            }
            Trouble::Kill { down } => {
                if self.life.take().is_some() {
                    self.model.borrow_mut().hit("killed");
                }
                self.network.kill();
                self.model.borrow_mut().life_ended();
                self.after(seconds(down), Op::GoOn);
            }
            Trouble::Power { down, seed } => {
                let was_alive = self.life.is_some();
                self.life = None;
                self.lose_power(seed);
                self.network.kill();
                let mut model = self.model.borrow_mut();
                if was_alive {
                    model.hit("power lost");
                }
                model.life_ended();
                drop(model);
                self.after(seconds(down), Op::GoOn);
            }
            Trouble::DiskFull { lasts } => {
                power::fill(true);
                self.model.borrow_mut().disk_was_full = true;
                self.after(seconds(lasts), Op::DiskEmptied);
            }
            // It is part of the scenario.
            Trouble::World(_) | Trouble::Burst { .. } | Trouble::Banner => {}
        }
    }

    /// What was not forced to disk is gone, but for what the disk had written by itself.
    fn lose_power(&mut self, seed: u64) {
        let left = folder();
        let mut random = fastrand::Rng::with_seed(seed);
        let keeps = random.u8(..4);
        power::fail(left.path(), |_, _| random.u8(..4) < keeps);
        // Its end would end the next one's.
        self.supply = None;
        self.supply = Some(power::on(left.path()));
        self.runs = left;
    }
}
