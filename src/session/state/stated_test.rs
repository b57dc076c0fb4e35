//! What is stated of the test as a watch begins or goes on, and the moment from which the test sheet counts.

use super::Session;
use crate::run::{Event, SheetOrigin, TestSheet};

/// Who acts, and what the test is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StatedTest {
    /// The person at the keys, where one is named.
    pub(crate) engineer: Option<String>,
    /// The test sheet and where it comes from, where one is given.
    pub(crate) sheet: Option<(TestSheet, SheetOrigin)>,
    /// Whether another user, or another machine, recorded the run before.
    pub(crate) is_taken_over: bool,
}

impl Session {
    /// Records who acts and what the test is to show, as far as the record does not say so already.
    pub(crate) fn state_test(&mut self, stated: StatedTest) {
        let StatedTest { engineer, sheet, is_taken_over } = stated;
        let user = self.user();
        let before = self.run().engineer.as_ref();
        // Where nobody is named, the person before goes on, unless the account is another one now.
        let is_new =
            if engineer.is_some() { before != engineer.as_ref() } else { before.is_some() && is_taken_over };
        if is_new {
            self.record(&Event::EngineerNamed { engineer, user: user.clone() });
        }
        let Some((sheet, origin)) = sheet else { return };
        // From stage 1 on a change takes a reason, for which nobody was asked here.
        if self.run().frozen_sheet.is_none() && self.run().stated_sheet() != Some(&sheet) {
            self.record(&Event::TestSheetStated { sheet: Box::new(sheet), origin, reason: None, user });
        }
    }

    /// Records what the test is judged by from here on, even where nothing was stated.
    pub(super) fn freeze_test_sheet(&mut self) {
        if self.run().frozen_sheet.is_none() {
            let sheet = Box::new(self.run().stated_sheet().cloned().unwrap_or_default());
            self.append(self.now(), &Event::TestSheetFrozen { sheet });
        }
    }
}
