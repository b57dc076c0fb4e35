//! What makes two fingerprints one machine.

use super::*;

fn identity(serial: Option<&str>, host_key: Option<&str>) -> Identity {
    Identity {
        serial: serial.map(str::to_owned),
        host_key: host_key.map(str::to_owned),
        ..Identity::default()
    }
}

fn key(kind: &str, fingerprint: &str) -> HostKey {
    HostKey { kind: kind.to_owned(), fingerprint: fingerprint.to_owned() }
}

/// An appliance that shows everything.
fn whole() -> Identity {
    Identity {
        hostname: Some("ava".into()),
        product: Some("AltaVault".into()),
        release: Some("4.4.1".into()),
        model: Some("AVA400".into()),
        serial: Some("AV1".into()),
        host_key: Some("SHA256:ed".into()),
        host_keys: vec![key("ssh-ed25519", "SHA256:ed"), key("ssh-rsa", "SHA256:rsa")],
        bucket: Some("bucket".into()),
        simulated: false,
    }
}

fn parts(found: &Identity) -> Vec<IdentityPart> {
    whole().differences(found).into_iter().map(|difference| difference.part).collect()
}

#[test]
fn an_upgraded_appliance_is_the_same_machine() {
    let upgraded = Identity { release: Some("4.4.2".into()), ..whole() };
    assert_eq!(parts(&upgraded), []);
    let more = [whole().host_keys, vec![key("ecdsa-sha2-nistp256", "SHA256:ec")]].concat();
    assert_eq!(parts(&Identity { host_keys: more, ..whole() }), []);
    assert_eq!(parts(&Identity { host_keys: whole().host_keys[..1].to_vec(), ..whole() }), []);
}

#[test]
fn a_bucket_that_cannot_be_read_for_now_is_no_difference() {
    assert_eq!(parts(&Identity { bucket: None, ..whole() }), []);
    let unread = Identity { bucket: None, ..whole() };
    assert_eq!(unread.differences(&whole()), []);
}

#[test]
fn every_part_that_changes_or_is_missing_is_a_difference() {
    let other = || Some("other".to_owned());
    for (found, part) in [
        (Identity { hostname: other(), ..whole() }, IdentityPart::Hostname),
        (Identity { hostname: None, ..whole() }, IdentityPart::Hostname),
        (Identity { serial: other(), ..whole() }, IdentityPart::Serial),
        (Identity { serial: None, ..whole() }, IdentityPart::Serial),
        (Identity { serial: Some("N/A".into()), ..whole() }, IdentityPart::Serial),
        (Identity { model: other(), ..whole() }, IdentityPart::Model),
        (Identity { model: None, ..whole() }, IdentityPart::Model),
        (Identity { product: other(), ..whole() }, IdentityPart::Product),
        (Identity { product: None, ..whole() }, IdentityPart::Product),
        (Identity { host_key: other(), ..whole() }, IdentityPart::HostKey),
        (Identity { host_key: None, ..whole() }, IdentityPart::HostKey),
        (Identity { host_keys: vec![key("ssh-rsa", "SHA256:new")], ..whole() }, IdentityPart::HostKey),
        (Identity { bucket: other(), ..whole() }, IdentityPart::Bucket),
    ] {
        assert_eq!(parts(&found), [part], "{found:?}");
    }
}

#[test]
fn an_appliance_that_shows_more_than_was_confirmed_is_not_the_confirmed_one() {
    let nameless = Identity { serial: None, ..whole() };
    let differences = nameless.differences(&whole());
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].to_string(), "serial AV1 instead of not shown");
    assert_eq!(Identity { host_key: None, host_keys: Vec::new(), ..whole() }.differences(&whole()).len(), 1);
}

#[test]
fn a_difference_names_both_values() {
    let renamed = Identity { hostname: Some("other".into()), ..whole() };
    assert_eq!(whole().differences(&renamed)[0].to_string(), "name other instead of ava");
}

#[test]
fn another_host_key_is_not_spelt_out_in_a_sentence() {
    let other = Identity { host_key: Some("SHA256:own".into()), ..whole() };
    assert_eq!(whole().differences(&other)[0].to_string(), "another host key");
}

#[test]
fn a_difference_in_host_keys_holds_the_keys_of_both() {
    let bare = Identity { host_key: None, host_keys: Vec::new(), ..whole() };
    let differences = whole().differences(&bare);
    let expected = Some("ssh-ed25519 SHA256:ed, ssh-rsa SHA256:rsa".to_owned());
    assert_eq!(differences, [Difference { part: IdentityPart::HostKey, expected, found: None }]);
}

#[test]
fn a_host_key_that_is_missing_is_said_not_to_be_shown() {
    let bare = Identity { host_key: None, host_keys: Vec::new(), ..whole() };
    let said = whole().differences(&bare)[0].to_string();
    assert_eq!(said, "host key not shown instead of ssh-ed25519 SHA256:ed, ssh-rsa SHA256:rsa");
}

#[test]
fn the_proven_key_is_listed_first_and_once() {
    let by_rsa = Identity { host_key: Some("SHA256:rsa".into()), ..whole() };
    assert_eq!(by_rsa.keys(), ["ssh-rsa SHA256:rsa", "ssh-ed25519 SHA256:ed"]);
}

#[test]
fn a_proven_key_of_unknown_type_is_listed_without_one() {
    assert_eq!(identity(None, Some("SHA256:own")).keys(), ["SHA256:own"]);
}

#[test]
fn a_key_that_is_only_shown_does_not_stand_for_the_proven_one() {
    let pretender = Identity { host_key: Some("SHA256:own".into()), ..whole() };
    assert_eq!(parts(&pretender), [IdentityPart::HostKey]);
}

#[test]
fn placeholder_serials_are_no_serials() {
    for serial in [
        "N/A",
        "-",
        "--",
        "unknown",
        "Not Specified",
        "0",
        "",
        "  ",
        "0000000",
        "None",
        "(none)",
        "xxxxxx",
        "XxX",
        "x",
        "...",
    ] {
        assert_eq!(identity(Some(serial), None).usable_serial(), None, "{serial:?}");
    }
    for serial in ["AV4PR0001842", "10", "F00", "a0", "7"] {
        assert_eq!(identity(Some(serial), None).usable_serial(), Some(serial));
    }
}

#[test]
fn serial_numbers_tell_machines_apart_that_share_a_host_key() {
    let (one, other) = (identity(Some("AV1"), Some("key")), identity(Some("AV2"), Some("key")));
    assert_eq!(one.same_machine(&other), Some(false));
    assert_eq!(one.same_machine(&identity(Some("AV1"), Some("another"))), Some(true));
}

#[test]
fn host_keys_decide_where_a_serial_number_is_wanting() {
    let one = identity(Some("AV1"), Some("key"));
    assert_eq!(one.same_machine(&identity(None, Some("key"))), Some(true));
    assert_eq!(one.same_machine(&identity(None, Some("another"))), Some(false));
    assert_eq!(one.same_machine(&identity(None, None)), None);
    let (dash, zero) = (identity(Some("N/A"), None), identity(Some("N/A"), None));
    assert_eq!(dash.same_machine(&zero), None);
}

#[test]
fn proven_keys_are_compared_where_one_side_offers_no_others() {
    let bare = identity(None, Some("another"));
    let offering = Identity { serial: None, ..whole() };
    assert_eq!(offering.same_machine(&bare), Some(false));
    assert_eq!(bare.same_machine(&offering), Some(false));
}

#[test]
fn one_shared_key_of_any_type_is_one_machine() {
    let by = |host_key: &str| Identity {
        host_key: Some(host_key.to_owned()),
        host_keys: vec![key("ssh-ed25519", "SHA256:ed"), key("ssh-rsa", "SHA256:rsa")],
        ..Identity::default()
    };
    assert_eq!(by("SHA256:ed").same_machine(&by("SHA256:rsa")), Some(true));
    let other = Identity { host_keys: vec![key("ssh-dss", "SHA256:dss")], ..Identity::default() };
    assert_eq!(by("SHA256:ed").same_machine(&other), None, "no type in common");
    let other = Identity { host_keys: vec![key("ssh-rsa", "SHA256:other")], ..Identity::default() };
    assert_eq!(by("SHA256:ed").same_machine(&other), Some(false));
}
