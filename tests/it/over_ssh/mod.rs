//! Whole watches over a real `sshd`: identity and consent, faults of the network, notices.

mod consent;
mod destinations;
mod enable_password;
mod notices;
mod rehearsal;
mod signed_end;
mod soak;
mod ssh_transport;
mod watch_ssh;
mod wrong_machine;
