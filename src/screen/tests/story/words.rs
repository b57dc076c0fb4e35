//! What the appliance logs where a phase ends.

use crate::run::Marker;

pub(super) const fn words(marker: Marker) -> &'static str {
    match marker {
        Marker::DownloadComplete => {
            "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase"
        }
        Marker::NamespaceComplete => {
            "[namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace"
        }
        _ => "[megamount.INFO] (13852) restore namespace successful!",
    }
}
