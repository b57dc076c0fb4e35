//! What a client asks and makes of the answers, proved against a scripted shell.

use super::*;
use crate::{
    appliance::{fake::Fake, gate::Access},
    run::{ActionKind, Marker, Role},
};

fn context(role: Role, fake: &Fake) -> ShellContext {
    let dialect = Dialect::built_in();
    ShellContext {
        gate: Arc::new(Gate::new(role, &dialect, Access::ReadAndChange).expect("valid")),
        dialect: Arc::new(dialect),
        clock: fake.clock(),
        enable_password: None,
    }
}

async fn client(role: Role, fake: &Fake) -> Client {
    opened(fake, &context(role, fake)).await
}

async fn opened(fake: &Fake, context: &ShellContext) -> Client {
    let connection = fake.connection();
    let reports = Reports::new(connection.as_ref());
    Client::open(connection.as_ref(), context, reports, None).await.expect("a shell")
}

#[tokio::test(start_paused = true)]
async fn identity_joins_both_replies_and_leaves_out_what_they_do_not_hold() {
    let fake = Fake::new("ava-dr");
    fake.answer("show version", "Product name: AltaVault\nProduct release: 4.4.1\n");
    fake.answer("show info", "Serial: \x1b[2JF00\nModel:\n");
    let Seen { identity, raw } = client(Role::Dr, &fake).await.identity().await.expect("identity");
    assert_eq!(identity.hostname.as_deref(), Some("ava-dr"));
    assert_eq!(identity.product.as_deref(), Some("AltaVault"));
    assert_eq!(identity.release.as_deref(), Some("4.4.1"));
    assert_eq!(identity.serial.as_deref(), Some("F00"));
    assert_eq!(identity.model, None);
    assert!(raw.contains("Product name") && !raw.contains('\u{1b}'), "{raw}");
}

#[tokio::test(start_paused = true)]
async fn an_appliance_is_simulated_where_either_reply_says_so() {
    let says = "Simulated by:   drwatch (no real appliance)\n";
    for (version, info, simulated) in
        [(says, "", true), ("", says, true), ("Product name: AltaVault\n", "", false)]
    {
        let fake = Fake::new("ava-dr");
        fake.answer("show version", version);
        fake.answer("show info", info);
        let seen = client(Role::Dr, &fake).await.identity().await.expect("identity");
        assert_eq!(seen.identity.simulated, simulated, "{version}{info}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_backlog_comes_with_the_state_of_replication() {
    let fake = Fake::new("ava");
    let mut client = client(Role::Primary, &fake).await;
    for (reply, backlog) in [
        ("Replication: enabled\nBytes pending: 1,204\n", Some(1204)),
        ("Replication: disabled\nBytes pending: 2 KiB\n", Some(2048)),
        ("Replication: enabled\nBytes pending: 0\n", Some(0)),
        ("Replication: enabled\nBytes pending: none\n", Some(0)),
        ("Replication: enabled\nBytes pending: many\n", None),
        ("Replication: enabled\n", None),
        ("% Insufficient permissions\n", None),
    ] {
        fake.answer("show replication", reply);
        let read = client.replication().await.expect("answered").backlog;
        assert_eq!(read, backlog.map(ByteCount), "{reply}");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_are_values_with_their_raw_text() {
    let fake = Fake::new("ava-dr");
    fake.answer("rfsctl exec backend.ops.get", "backend.ops.get: 10,412\n");
    fake.answer("rfsctl exec replicator.num_threads", "failed to connect, no process available\n");
    fake.answer("show service", "% Insufficient permissions\n");
    let mut client = client(Role::Dr, &fake).await;
    let counter = client.counter().await.expect("answered");
    assert_eq!(counter.reading, Reading::Known(GetCount(10_412)));
    assert_eq!(counter.raw, "backend.ops.get: 10,412");
    assert_eq!(client.threads().await.expect("answered").reading, Reading::ServiceDown);
    let service = client.service().await.expect("answered");
    assert_eq!(service.reading, Reading::Refused("Insufficient permissions".into()));
    assert!(client.bucket_listing().await.is_err(), "not asked of the DR appliance");
}

#[tokio::test(start_paused = true)]
async fn the_bucket_is_what_a_key_of_the_dialect_names() {
    let fake = Fake::new("ava-dr");
    let mut client = client(Role::Dr, &fake).await;
    for (reply, reading) in [
        ("Replication: enabled\nBucket name:   ava400-ks\n", Reading::Known("ava400-ks".into())),
        ("Container: vault\x1b[2J\n", Reading::Known("vault".into())),
        ("Cloud bucket:\nBucket: b2\n", Reading::Known("b2".into())),
        ("Bucket limit: 12\nReplication: enabled\n", Reading::Unreadable),
        ("", Reading::Unreadable),
        (
            "% Unrecognized command \"replication\".\n",
            Reading::Refused("Unrecognized command \"replication\".".into()),
        ),
    ] {
        fake.answer("show replication", reply);
        assert_eq!(client.bucket().await.expect("answered").reading, reading, "{reply}");
    }
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_unreadable_and_a_timeout_leaves_the_client_usable() {
    let fake = Fake::new("ava");
    fake.answer("show replication", &"purple\x1b]0;x\x07".repeat(5000));
    fake.hang("show service");
    let mut client = client(Role::Primary, &fake).await;
    let state = client.replication().await.expect("answered");
    assert_eq!(state.answer.reading, Reading::Unreadable);
    assert!(state.answer.raw.len() <= RAW_LIMIT);
    let service = client.service().await.expect("answered");
    assert_eq!((service.reading, service.took), (Reading::Unreadable, Elapsed::from_secs(10)));
    assert_eq!(service.raw, "(no answer within 10 s) show service");
    fake.answer("show replication", "Replication: enabled\n");
    assert_eq!(
        client.replication().await.expect("answered").answer.reading,
        Reading::Known(ReplicationState::Running)
    );
}

#[tokio::test(start_paused = true)]
async fn a_shell_that_has_gone_silent_has_given_no_answer() {
    let fake = Fake::new("ava");
    fake.mute("show replication");
    let mut client = client(Role::Primary, &fake).await;
    let silence = client.replication().await;
    assert!(matches!(silence, Err(ShellError::TimedOut { .. })), "{silence:?}");
    assert!(!client.is_usable());
}

#[tokio::test(start_paused = true)]
async fn a_listing_is_read_or_refused_with_a_reason() {
    let fake = Fake::new("ava");
    fake.answer(
        "show replication bucket",
        "listing entries from bucket b\n5 entries in bucket b\n1.0KiB (1024 bytes) in bucket b:\n* 1.0KiB in 1 slabs\n* 1B in 2 maps\n* 1B in 2 rbtmds\n",
    );
    let mut client = client(Role::Primary, &fake).await;
    let reply = client.bucket_listing().await.expect("answered");
    assert_eq!(reply.listing.expect("a listing").expected().map(|count| count.0), Some(4));
    fake.answer("show replication bucket", "% Busy\n");
    assert!(client.bucket_listing().await.expect("answered").listing.is_err());
}

async fn performed(role: Role, fake: &Fake, action: ActionKind) -> Performed {
    let context = context(role, fake);
    let plan = context.gate.plan(action).expect("a plan");
    let lines = context.gate.approve(&plan).expect("its own plan");
    let mut client = opened(fake, &context).await;
    client.perform(&lines).await
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_typed_line_by_line() {
    let fake = Fake::new("ava");
    let performed = performed(Role::Primary, &fake, ActionKind::Pause).await;
    assert_eq!(performed.outcome, Outcome::Sent { refused: None, remark: None });
    assert_eq!(performed.sent, ["enable", "configure terminal", "no replication enable", "exit"]);
    assert_eq!(fake.typed_after("configure terminal"), ["no replication enable", "exit"]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_in_the_appliances_words_and_config_mode_is_left() {
    let fake = Fake::new("ava");
    fake.answer("no replication enable", "% Insufficient permissions\n");
    let performed = performed(Role::Primary, &fake, ActionKind::Pause).await;
    assert_eq!(
        performed.outcome,
        Outcome::Sent { refused: Some("Insufficient permissions".into()), remark: None }
    );
    assert_eq!(performed.sent.last().map(String::as_str), Some("exit"));
}

#[tokio::test(start_paused = true)]
async fn without_config_mode_the_change_is_never_typed() {
    let fake = Fake::new("ava");
    fake.answer("configure terminal", "% Unrecognized command \"configure\".\n");
    let performed = performed(Role::Primary, &fake, ActionKind::Resume).await;
    assert!(matches!(performed.outcome, Outcome::NotSent { .. }));
    assert_eq!(performed.sent, ["enable", "configure terminal"]);
}

#[tokio::test(start_paused = true)]
async fn no_process_is_benign_for_threads_and_a_remark_for_a_pause() {
    let text = "failed to connect, no process available\n";
    let fake = Fake::new("ava");
    fake.answer("replication num-threads 128", text);
    fake.answer("no replication enable", text);
    let threads = performed(Role::Dr, &fake, ActionKind::SetThreads(ThreadCount(128))).await;
    assert_eq!(threads.outcome, Outcome::Sent { refused: None, remark: None });
    let pause = performed(Role::Primary, &fake, ActionKind::Pause).await;
    assert_eq!(pause.outcome, Outcome::Sent { refused: None, remark: Some(text.trim().into()) });
}

#[tokio::test(start_paused = true)]
async fn a_drop_is_told_apart_before_and_after_the_change() {
    let fake = Fake::new("ava");
    fake.drop_at("configure terminal");
    let before = performed(Role::Primary, &fake, ActionKind::Pause).await;
    assert!(matches!(before.outcome, Outcome::NotSent { .. }), "{before:?}");
    let fake = Fake::new("ava");
    fake.drop_at("no replication enable");
    let after = performed(Role::Primary, &fake, ActionKind::Pause).await;
    assert!(matches!(after.outcome, Outcome::Lost { .. }), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_search_of_the_log_gives_its_markers_and_what_is_like_one_in_the_order_of_the_log() {
    let fake = Fake::new("ava-dr");
    let stage_end = "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] (13852) \
                     Cloud restore phase complete. Starting namespace generation phase";
    let mounted = "Sep 13 10:00:00 localhost rfsd[9]: [megamount.INFO] (9) restore namespace successful!";
    let echoed = "Sep 13 16:03:39 localhost cli[7]: [cli.INFO]: Executing command: Cloud restore phase complete. \
                  Starting namespace generation phase";
    let other = "Sep 13 16:03:40 localhost rfsd[9]: [namespace_restore.INFO] (9) namespace: 10 %";
    let near = "Sep 13 16:03:41 localhost rfsd[9]: Namespace generation phase complete";
    let reply = format!("{mounted}\n{mounted}\n{stage_end}\n{echoed}\n{other}\n{near}\n");
    fake.answer("show log matching namespace", &reply);
    let answer = client(Role::Dr, &fake).await.search_log(fake.clock().now()).await.expect("answered");
    let Reading::Known(found) = answer.reading else { panic!("{:?}", answer.reading) };
    let told: Vec<_> = found.iter().map(|found| (found.marker, found.near, found.raw.as_str())).collect();
    assert_eq!(
        told,
        [
            (Marker::RestoreSuccessful, false, mounted),
            (Marker::DownloadComplete, false, stage_end),
            (Marker::NamespaceComplete, true, near)
        ]
    );
    assert!(found.iter().all(|found| found.stamp.is_some()));
    assert!(answer.raw.contains("Executing command"), "{}", answer.raw);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_is_refused_is_no_empty_one() {
    let fake = Fake::new("ava-dr");
    fake.answer(
        "show log matching namespace",
        "% Unrecognized command \"matching\".\nType \"?\" for help.\n",
    );
    let answer = client(Role::Dr, &fake).await.search_log(fake.clock().now()).await.expect("answered");
    assert!(matches!(answer.reading, Reading::Refused(_)), "{:?}", answer.reading);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_is_refused_in_part_says_nothing_by_finding_nothing() {
    let own = "[commands.search_log]\nlines = [\"show log matching one\", \"show log matching two\"]\n";
    let fake = Fake::new("ava-dr");
    fake.answer("show log matching one", "nothing of interest\n");
    fake.answer("show log matching two", "% Unrecognized command \"two\".\n");
    let dialect = Arc::new(Dialect::over_built_in(own, "own.toml").expect("valid"));
    let gate = Arc::new(Gate::new(Role::Dr, &dialect, Access::ReadOnly).expect("valid"));
    let context = ShellContext { gate, dialect, clock: fake.clock(), enable_password: None };
    let mut client = opened(&fake, &context).await;
    let answer = client.search_log(fake.clock().now()).await.expect("answered");
    assert!(matches!(answer.reading, Reading::Refused(_)), "{:?}", answer.reading);
}

#[tokio::test(start_paused = true)]
async fn a_prompt_of_another_host_is_reported_with_its_name_and_host_key() {
    let fake = Fake::new("other");
    let (connection, context) = (fake.connection(), context(Role::Dr, &fake));
    let expected = Identity { hostname: Some("ava-dr".into()), ..Identity::default() };
    let appliance = IdentifiedConnection::new(connection.as_ref(), &context, expected);
    assert!(appliance.open_unverified().await.is_err());
    let reported = tokio::time::timeout(Duration::from_secs(1), appliance.stranger()).await;
    let found = Identity {
        hostname: Some("other".into()),
        host_key: Some("SHA256:fake".into()),
        ..Identity::default()
    };
    assert_eq!(reported.expect("a report").identity, found);
}

#[tokio::test(start_paused = true)]
async fn an_appliance_arrives_with_its_bucket() {
    let fake = Fake::new("ava-dr");
    fake.answer("show replication", "Replication: enabled\nBucket: b2\n");
    let connection = fake.connection();
    let (_, seen) = arrive(connection.as_ref(), &context(Role::Dr, &fake)).await.expect("a first shell");
    assert_eq!(seen.identity.bucket.as_deref(), Some("b2"));
}

#[tokio::test(start_paused = true)]
async fn an_adopted_shell_reports_to_its_connection() {
    let fake = Fake::new("ava-dr");
    let (connection, context) = (fake.connection(), context(Role::Dr, &fake));
    let appliance = IdentifiedConnection::new(connection.as_ref(), &context, Identity::default());
    let first = appliance.adopt(client(Role::Dr, &fake).await);
    first.reports.other_name("other");
    let reported = tokio::time::timeout(Duration::from_secs(1), appliance.stranger()).await;
    assert_eq!(reported.expect("a report").identity.hostname.as_deref(), Some("other"));
}

#[tokio::test(start_paused = true)]
async fn a_further_shell_with_another_serial_number_is_refused() {
    let fake = Fake::new("ava-dr");
    fake.answer("show info", "Serial: F00\n");
    let connection = fake.connection();
    let context = context(Role::Dr, &fake);
    let (_, seen) = arrive(connection.as_ref(), &context).await.expect("a first shell");
    let appliance = IdentifiedConnection::new(connection.as_ref(), &context, seen.identity);
    fake.answer("show info", "Serial: F01\n");
    let mut further = appliance.open_unverified().await.expect("a shell");
    match appliance.verify(&mut further).await {
        Err(OpenError::OtherMachine { differences }) => assert_eq!(differences, "serial F01 instead of F00"),
        other => panic!("{other:?}"),
    }
}
