//! The state of an appliance's service.

use crate::run::fold::restore::{baseline, stage_1_start};
use crate::run::state::{Attachment, Observed, Run, ServiceSeen};
use crate::run::values::{Answer, Phase, Reading, Record, Role, ServiceState};

pub(in crate::run) fn read(run: &mut Run, record: &Record, role: Role, answer: &Answer<ServiceState>) {
    run.appliance_mut(role).service = Some(Observed::new(record, answer));
    if role != Role::Dr {
        return;
    }
    match &answer.reading {
        // A busy service is up: it is what downloads.
        Reading::Known(ServiceState::Running(_) | ServiceState::Busy(_)) => service_runs(run, record),
        Reading::Known(ServiceState::Stopped) | Reading::ServiceDown => baseline::service_down(run),
        Reading::Unreadable | Reading::Refused(_) => {}
    }
}

fn service_runs(run: &mut Run, record: &Record) {
    run.tracking.service = match run.tracking.service {
        seen @ ServiceSeen::Running { .. } => seen,
        ServiceSeen::Unknown => {
            if run.phases.current == Phase::Prepare {
                run.tracking.attachment = Attachment::Late;
            }
            ServiceSeen::Running { since: None }
        }
        ServiceSeen::Down => ServiceSeen::Running { since: Some(record.at) },
    };
    stage_1_start::infer(run, record);
}
