//! Rotation between two polls.

use super::*;

/// A log that was rotated once for each of `names`, with a line in each file.
async fn rotated(names: &[&str], packed: &[&str]) -> Followed {
    let mut followed = Followed::new();
    // Files from before the watch, which must never be taken for new ones.
    append(&followed.path("messages.7"), "long ago\n");
    append(&followed.path("messages-20250913"), "long ago\n");
    followed.log("1\n");
    assert_eq!(followed.poll().await, "1\n");
    for (at, name) in names.iter().enumerate() {
        followed.log(&format!("{}\n", at + 2));
        followed.rename("messages", name);
    }
    followed.log("last\n");
    for name in packed {
        followed.pack(name);
    }
    followed
}

#[tokio::test(start_paused = true)]
async fn a_log_rotated_twice_between_two_polls_loses_nothing() {
    for (names, packed) in [
        (["messages.2", "messages.1"], [].as_slice()),
        (["messages.2", "messages.1"], &["messages.2"]),
        (["messages.2", "messages.1"], &["messages.2", "messages.1"]),
        (["messages-20260913", "messages-20260914"], &[]),
        (["messages-20260913", "messages-20260914"], &["messages-20260913", "messages-20260914"]),
        (["messages.20260913", "messages.20260914"], &[]),
        (["messages.2026-09-13", "messages.2026-09-14"], &["messages.2026-09-13"]),
    ] {
        let mut followed = rotated(&names, packed).await;
        assert_eq!(followed.poll().await, "2\n3\nlast\n", "{names:?} {packed:?}");
        followed.log("5\n");
        assert_eq!(followed.poll().await, "5\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_cut_off_by_rotation_is_ended() {
    let mut followed = Followed::new();
    followed.log("1\nunfin");
    assert_eq!(followed.poll().await, "1\nunfin");
    followed.rename("messages", "messages.1");
    followed.log("2\nunfin");
    followed.rename("messages", "messages.0");
    followed.log("3\n");
    assert_eq!(followed.poll().await, "\n2\nunfin\n3\n");
}

#[tokio::test(start_paused = true)]
async fn lines_still_written_to_the_renamed_file_are_read() {
    let mut followed = Followed::new();
    followed.log("1\n");
    assert_eq!(followed.poll().await, "1\n");
    followed.rename("messages", "messages.1");
    followed.log("");
    assert_eq!(followed.poll().await, "");
    // A writer keeps its file open over a rename, and goes on in it until it is asked to open its log anew.
    append(&followed.path("messages.1"), "2\n");
    assert_eq!(followed.poll().await, "2\n");
    append(&followed.path("messages.1"), "3\n");
    followed.log("4\n");
    assert_eq!(followed.poll().await, "3\n4\n");
}

#[tokio::test(start_paused = true)]
async fn a_removed_file_is_a_gap() {
    let mut followed = Followed::new();
    append(&followed.path("messages.1"), "long ago\n");
    followed.log("1\n");
    assert_eq!(followed.poll().await, "1\n");
    fs::remove_file(followed.path("messages")).unwrap();
    followed.log("2\n");
    assert_eq!(followed.poll().await, "GAP\n2\n");
    fs::remove_file(followed.path("messages")).unwrap();
    // File times may be as coarse as a timer tick.
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    followed.log("3\n");
    OpenOptions::new().append(true).open(followed.path("messages")).unwrap().set_modified(later).unwrap();
    followed.rename("messages", "messages.1");
    followed.log("4\n");
    assert_eq!(followed.poll().await, "GAP\n3\n4\n");
    fs::remove_file(followed.path("messages")).unwrap();
    followed.log("5\n");
    followed.suspended(60).await;
    assert_eq!(followed.poll().await, "GAP\n5\n", "other files may have come and gone within a minute");
}

#[tokio::test(start_paused = true)]
async fn a_rotated_file_that_cannot_be_unpacked_is_a_gap() {
    let mut followed = rotated(&["messages.2", "messages.1"], &[]).await;
    followed.rename("messages.1", "messages.1.xz");
    assert_eq!(followed.poll().await, "2\nGAP\nlast\n");
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_is_read_on_from_its_copy_however_much_was_written_since() {
    for grown in ["3\n", "3 as long as before\n", "3 and longer than the one that stood there\n"] {
        for is_packed in [false, true] {
            let mut followed = Followed::new();
            followed.log("1 as long as before\n");
            assert_eq!(followed.poll().await, "1 as long as before\n");
            followed.log("2\n");
            followed.copy_and_empty();
            followed.log(grown);
            if is_packed {
                followed.pack("messages.1");
            }
            let seen = followed.poll().await;
            followed.log("4\n");
            assert_eq!(seen + &followed.poll().await, format!("2\n{grown}4\n"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_emptied_twice_between_two_polls_is_read_on_through_both_copies() {
    for is_empty in [false, true] {
        let mut followed = Followed::new();
        followed.log("1\n");
        assert_eq!(followed.poll().await, "1\n");
        followed.log("2\n");
        followed.copy_and_empty();
        let mut seen = String::new();
        if is_empty {
            // A poll that finds it empty has no evidence of it.
            seen = followed.poll().await;
        }
        followed.log("3\n");
        followed.rename("messages.1", "messages.2");
        followed.copy_and_empty();
        followed.log("4\n");
        assert_eq!(seen + &followed.poll().await, "2\n3\n4\n");
    }
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_without_a_copy_is_a_gap() {
    for grown in ["3\n", "3 as long as before\n", "3 and longer than the one that stood there\n"] {
        let mut followed = Followed::new();
        // Another file of the log must not be taken for a copy of this one.
        append(&followed.path("messages.1"), "long ago, and much longer than what is followed\n");
        followed.log("1 as long as before\n");
        assert_eq!(followed.poll().await, "1 as long as before\n");
        followed.empty();
        followed.log(grown);
        assert_eq!(followed.poll().await, format!("GAP\n{grown}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_rotated_between_two_polls_is_read_though_the_new_one_is_still_empty() {
    let mut followed = rotated(&["messages.1"], &[]).await;
    assert_eq!(followed.poll().await, "2\nlast\n");
    followed.rename("messages.1", "messages.2");
    followed.rename("messages", "messages.1");
    followed.log("3\n");
    followed.rename("messages", "messages.0");
    followed.log("");
    assert_eq!(followed.poll().await, "3\n");
    append(&followed.path("messages.0"), "late\n");
    followed.log("4\n");
    assert_eq!(followed.poll().await, "late\n4\n");
}

#[tokio::test(start_paused = true)]
async fn a_rotated_file_removed_before_it_was_read_is_a_gap() {
    let mut followed = Followed::new();
    followed.log("1\n");
    assert_eq!(followed.poll().await, "1\n");
    followed.log("2\n");
    followed.rename("messages", "messages.1");
    followed.log("3\n");
    followed.rename("messages.1", "messages.2");
    followed.rename("messages", "messages.1");
    followed.log("4\n");
    fs::remove_file(followed.path("messages.1")).unwrap();
    assert_eq!(followed.poll().await, "2\nGAP\n4\n");
}
