//! The views: the panels that can have the screen to themselves.

/// A panel that can have the screen to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Log,
    Objects,
    Replication,
    Appliances,
    Findings,
    Checklist,
    Events,
    Timeline,
}

impl Panel {
    /// The view that the zoom key shows after `zoom`; `None` is the overview.
    pub(crate) fn after(zoom: Option<Self>) -> Option<Self> {
        Self::beside(zoom, 1)
    }

    /// The view that the zoom key shows before `zoom`.
    pub(crate) fn before(zoom: Option<Self>) -> Option<Self> {
        Self::beside(zoom, Self::NUMBERED.len() - 1)
    }

    /// The view `by` places further in the row of the views, which starts over behind the last one.
    fn beside(zoom: Option<Self>, by: usize) -> Option<Self> {
        let place = Self::NUMBERED.iter().position(|(view, _)| *view == zoom).unwrap_or(0);
        Self::NUMBERED.get((place + by) % Self::NUMBERED.len()).and_then(|(view, _)| *view)
    }

    /// Its name in the row of the views where columns are scarce; `None` is the overview.
    pub(crate) const fn short_name(view: Option<Self>) -> &'static str {
        match view {
            None => "main",
            Some(Self::Log) => "log",
            Some(Self::Events) => "events",
            Some(Self::Timeline) => "times",
            Some(Self::Appliances) => "hosts",
            Some(Self::Checklist) => "checks",
            Some(Self::Findings) => "findings",
            Some(Self::Objects) => "objects",
            Some(Self::Replication) => "pause",
        }
    }

    /// The views by their number keys, from 1 on, with their names; the zoom key follows this order.
    pub(crate) const NUMBERED: [(Option<Self>, &'static str); 9] = [
        (None, "main"),
        (Some(Self::Log), "log"),
        (Some(Self::Events), "events"),
        (Some(Self::Timeline), "timeline"),
        (Some(Self::Appliances), "appliances"),
        (Some(Self::Checklist), "checks"),
        (Some(Self::Findings), "findings"),
        (Some(Self::Objects), "objects"),
        (Some(Self::Replication), "replication"),
    ];
}
