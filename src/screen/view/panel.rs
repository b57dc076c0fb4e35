//! The panels that can have the screen to themselves.

/// A panel that can have the screen to itself.
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
    pub(super) const fn after(zoom: Option<Self>) -> Option<Self> {
        match zoom {
            None => Some(Self::Log),
            Some(Self::Log) => Some(Self::Objects),
            Some(Self::Objects) => Some(Self::Replication),
            Some(Self::Replication) => Some(Self::Appliance),
            Some(Self::Appliance) => Some(Self::Findings),
            Some(Self::Findings) => Some(Self::Checklist),
            Some(Self::Checklist) => None,
        }
    }
}
