//! The views: the panels that can have the screen to themselves.

/// A panel that can have the screen to itself, in the order of the zoom key.
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
    const ORDER: [Self; 8] = [
        Self::Log,
        Self::Objects,
        Self::Replication,
        Self::Appliances,
        Self::Findings,
        Self::Checklist,
        Self::Events,
        Self::Timeline,
    ];

    /// The view that the zoom key shows after `zoom`; `None` is the overview.
    pub(crate) fn after(zoom: Option<Self>) -> Option<Self> {
        Self::ORDER.get(zoom.map_or(0, |panel| panel as usize + 1)).copied()
    }

    /// The view that the zoom key shows before `zoom`.
    pub(crate) fn before(zoom: Option<Self>) -> Option<Self> {
        let place = zoom.map_or(Self::ORDER.len(), |panel| panel as usize);
        place.checked_sub(1).and_then(|place| Self::ORDER.get(place)).copied()
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

    /// The views by their number keys, from 1 on, with their names.
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
