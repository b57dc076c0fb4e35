//! The panels that can have the screen to themselves.

/// A panel that can have the screen to itself, in the order of the zoom key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Log,
    Objects,
    Replication,
    Appliance,
    Findings,
    Checklist,
}

impl Panel {
    const ORDER: [Self; 6] =
        [Self::Log, Self::Objects, Self::Replication, Self::Appliance, Self::Findings, Self::Checklist];

    pub(super) fn after(zoom: Option<Self>) -> Option<Self> {
        Self::ORDER.get(zoom.map_or(0, |panel| panel as usize + 1)).copied()
    }
}
