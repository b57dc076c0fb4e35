//! Files that are hard to tell apart: equal beginnings, empty files, other folders, and things in the place of the log.

use super::*;
use crate::ingest::files::{
    history::{Rotation, successors},
    open_file::OpenFile,
    rotated::Rotated,
};

const BANNER: &str = "a\nb\nc\n";

fn lines(range: std::ops::Range<usize>) -> String {
    let line =
        |n: usize| ["Sep 13 16:03:38 localhost rfsd[1]: line ".to_owned(), n.to_string(), "\n".to_owned()];
    range.flat_map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn files_that_begin_alike_hide_no_line_of_a_copy() {
    let mut followed = Followed::new();
    followed.log(BANNER);
    assert_eq!(followed.poll().await, BANNER);
    followed.log(&lines(0..40));
    followed.copy_and_empty();
    followed.log(&[BANNER, &lines(40..100)].concat());
    assert_eq!(followed.poll().await, [&lines(0..40), BANNER, &lines(40..100)].concat());
}

#[tokio::test(start_paused = true)]
async fn a_log_that_was_empty_at_first_is_read_from_its_copy_too() {
    let mut followed = Followed::new();
    followed.log("");
    assert_eq!(followed.poll().await, "");
    followed.log(&lines(0..30));
    followed.copy_and_empty();
    followed.log(&lines(30..50));
    assert_eq!(followed.poll().await, lines(0..50));
}

#[tokio::test(start_paused = true)]
async fn a_log_rotated_twice_into_another_folder_is_read_there_or_is_a_gap() {
    for is_there in [true, false] {
        let mut followed = Followed::new();
        fs::create_dir(followed.path("old")).unwrap();
        followed.log(&lines(0..3));
        assert_eq!(followed.poll().await, lines(0..3));
        followed.rename("messages", "old/messages.2");
        followed.log(&lines(3..8));
        followed.rename("messages", "old/messages.1");
        followed.log(&lines(8..10));
        if !is_there {
            fs::remove_file(followed.path("old/messages.1")).unwrap();
        }
        let expected = if is_there { lines(3..10) } else { format!("GAP\n{}", lines(8..10)) };
        assert_eq!(followed.poll().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_or_pipe_in_the_place_of_the_log_loses_nothing() {
    for is_pipe in [false, true] {
        let mut followed = Followed::new();
        followed.log("1\n");
        assert_eq!(followed.poll().await, "1\n");
        followed.rename("messages", "aside");
        let path = followed.path("messages");
        if is_pipe {
            nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        } else {
            fs::create_dir(&path).unwrap();
        }
        append(&followed.path("aside"), "2\n");
        assert_eq!(followed.poll().await, "2\n");
        if is_pipe { fs::remove_file(&path) } else { fs::remove_dir(&path) }.unwrap();
        followed.rename("aside", "messages");
        followed.log("3\n");
        assert_eq!(followed.poll().await, "3\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_log_is_reported_lost_until_it_is_back() {
    let mut followed = Followed::new();
    followed.log("1\n");
    followed.poll().await;
    followed.rename("messages", "messages.1");
    let mut events = Vec::new();
    for back in [false, true] {
        if back {
            followed.log("2\n");
        }
        followed.clock.sleep(Duration::from_secs(20)).await;
        while let Ok(observation) = followed.observations.try_recv() {
            if let Observation::Event(event) = observation {
                events.push(event);
            }
        }
    }
    assert!(matches!(events.as_slice(), [Event::LogLost { .. }, Event::LogFollowed]), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_resumed_among_equal_lines_loses_none() {
    let followed = Followed::new();
    // Many equal lines at the end, so that the last ones alone are found at several places.
    let before = lines(0..3) + &"\n".repeat(30);
    followed.log(&(before.clone() + &"\n".repeat(7)));
    let mut followed = followed.resumed(&before).await;
    assert_eq!(followed.poll().await, "\n".repeat(7));
}

#[tokio::test(start_paused = true)]
async fn a_log_removed_twice_and_empty_now_is_a_gap_since_the_last_poll() {
    let mut followed = Followed::new();
    followed.log(&lines(0..3));
    followed.poll().await;
    let lost_at = followed.clock.now();
    for text in [&lines(3..6), ""] {
        fs::remove_file(followed.path("messages")).unwrap();
        followed.log(text);
    }
    followed.clock.sleep(Duration::from_secs(20)).await;
    let mut gaps = Vec::new();
    while let Ok(observation) = followed.observations.try_recv() {
        gaps.extend(if let Observation::LogGap { from, .. } = observation { Some(from) } else { None });
    }
    assert!(gaps.len() == 1 && gaps.iter().all(|from| *from <= lost_at), "{gaps:?}, {lost_at}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_resumed_on_an_empty_log_begins_with_a_gap() {
    let followed = Followed::new();
    followed.log("");
    let mut followed = followed.resumed("").await;
    assert_eq!(followed.poll().await, "GAP\n");
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_does_not_take_a_banner_for_its_place() {
    let followed = Followed::new();
    followed.log(&[BANNER, &lines(0..3)].concat());
    let mut followed = followed.resumed(BANNER).await;
    assert_eq!(followed.poll().await, ["GAP\n", BANNER, &lines(0..3)].concat());
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_does_not_search_past_a_missing_file() {
    let followed = Followed::new();
    // Number 2 is missing, and held what came between.
    append(&followed.path("messages.3"), &lines(0..3));
    append(&followed.path("messages.1"), &[BANNER, &lines(5..7)].concat());
    followed.log(&[BANNER, &lines(7..9)].concat());
    let mut followed = followed.resumed(&[&lines(0..3), BANNER].concat()).await;
    assert_eq!(followed.poll().await, ["GAP\n", BANNER, &lines(7..9)].concat());
}

#[tokio::test(start_paused = true)]
async fn a_later_copy_is_not_taken_for_a_missing_one() {
    let mut followed = Followed::new();
    followed.log(&lines(0..3));
    followed.poll().await;
    followed.copy_and_empty();
    followed.log(BANNER);
    assert_eq!(followed.poll().await, BANNER);
    // The numbers show that a copy is gone: the one found later cannot be the first one made.
    followed.rename("messages.1", "messages.3");
    followed.empty();
    followed.log(&[BANNER, &lines(3..5)].concat());
    followed.copy_and_empty();
    followed.log(BANNER);
    assert_eq!(followed.poll().await, ["GAP\n", BANNER, &lines(3..5), BANNER].concat());
}

#[tokio::test(start_paused = true)]
async fn a_log_unreadable_at_first_is_a_gap_until_it_is_read() {
    let mut followed = Followed::new();
    fs::create_dir(followed.path("messages")).unwrap();
    followed.clock.sleep(Duration::from_secs(10)).await;
    assert_eq!(followed.poll().await, "GAP\n");
    fs::remove_dir(followed.path("messages")).unwrap();
    followed.log(&lines(0..3));
    fs::remove_file(followed.path("messages")).unwrap();
    followed.log(&lines(3..5));
    assert_eq!(followed.poll().await, ["GAP\n", &lines(3..5)].concat());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_listed_under_two_names_is_read_once() {
    let mut followed = Followed::new();
    followed.log(&lines(0..3));
    assert_eq!(followed.poll().await, lines(0..3));
    followed.log(&lines(3..5));
    followed.rename("messages", "messages.1");
    // As a file renamed while the folder is listed.
    fs::hard_link(followed.path("messages.1"), followed.path("messages.2")).unwrap();
    followed.log(&lines(5..7));
    assert_eq!(followed.poll().await, [&lines(3..5), "GAP\n", &lines(5..7)].concat());
}

#[tokio::test(start_paused = true)]
async fn files_rotated_after_the_next_one_was_opened_do_not_come_before_it() {
    let followed = Followed::new();
    for number in (1..5).rev() {
        append(&followed.path(&format!("messages.{number}")), &lines(number..number + 1));
    }
    let open = async |name: &str| OpenFile::open(&followed.path(name), Arrival::Live).await.unwrap();
    let (read, next) = (open("messages.4").await, open("messages.2").await);
    let path = followed.path("messages");
    let next = Some(next.inode());
    let successors = successors(&path, &read, Rotation::Renamed, next, &[], &[]).await.unwrap();
    assert_eq!(successors.later.iter().map(Rotated::number).collect::<Vec<_>>(), [Some(3)]);
}

/// Lines without a timestamp, as a program prints its settings when it starts.
fn long_banner(count: usize) -> String {
    let line = |n: usize| {
        let setting = "setting of the storage gateway, as it is unless it was changed: ";
        [setting.to_owned(), n.to_string(), "\n".to_owned()]
    };
    (0..count).flat_map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_takes_no_long_banner_for_its_place() {
    for count in [20, 60, 400] {
        let banner = long_banner(count);
        for before in [String::new(), lines(0..3)] {
            let followed = Followed::new();
            // The file that was read grew and was rotated; the present one begins like it.
            append(&followed.path("messages.1"), &[before.clone(), banner.clone(), lines(3..5)].concat());
            followed.log(&[banner.clone(), lines(5..7)].concat());
            let seen = [before.clone(), banner.clone()].concat();
            let mut followed = followed.resumed(&seen).await;
            let expected = if before.is_empty() {
                // Only the banner was read, which may be of either file.
                ["GAP\n", &banner, &lines(5..7)].concat()
            } else {
                [lines(3..5), banner.clone(), lines(5..7)].concat()
            };
            assert_eq!(followed.poll().await, expected, "{count} lines behind {before:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_reads_a_file_anew_of_which_only_the_banner_was_read() {
    for (count, is_rotated) in [(4, false), (20, false), (60, false), (20, true), (60, true)] {
        let banner = long_banner(count);
        let followed = Followed::new();
        append(&followed.path("messages.1"), &lines(0..3));
        // It may have been emptied and begun anew with the same banner.
        followed.log(&[banner.clone(), lines(5..7)].concat());
        let mut expected = ["GAP\n", &banner, &lines(5..7)].concat();
        if is_rotated {
            followed.rename("messages.1", "messages.2");
            followed.rename("messages", "messages.1");
            followed.log(&[banner.clone(), lines(7..9)].concat());
            expected += &[banner.clone(), lines(7..9)].concat();
        }
        let mut followed = followed.resumed(&[lines(0..3), banner.clone()].concat()).await;
        assert_eq!(followed.poll().await, expected, "{count} {is_rotated}");
    }
}

#[tokio::test(start_paused = true)]
async fn files_that_begin_with_a_long_banner_hide_no_line_of_a_copy() {
    for count in [20, 60, 400] {
        let banner = long_banner(count);
        let mut followed = Followed::new();
        followed.log(&banner);
        assert_eq!(followed.poll().await, banner);
        followed.log(&lines(0..40));
        followed.copy_and_empty();
        followed.log(&[banner.clone(), lines(40..100)].concat());
        assert_eq!(followed.poll().await, [lines(0..40), banner, lines(40..100)].concat(), "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn files_that_begin_with_a_long_banner_hide_no_line_over_two_rotations() {
    for count in [20, 60, 400] {
        let banner = long_banner(count);
        let mut followed = Followed::new();
        followed.log(&banner);
        assert_eq!(followed.poll().await, banner);
        followed.log(&lines(0..4));
        followed.rename("messages", "messages.2");
        followed.log(&[banner.clone(), lines(4..8)].concat());
        followed.rename("messages", "messages.1");
        followed.log(&banner);
        let expected = [lines(0..4), banner.clone(), lines(4..8), banner.clone()].concat();
        assert_eq!(followed.poll().await, expected, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_begun_anew_with_the_same_lines_during_a_pause_is_behind_a_gap() {
    let banner = long_banner(60);
    let mut followed = Followed::new();
    followed.log(&banner);
    assert_eq!(followed.poll().await, banner);
    followed.clock.sleep(Duration::from_millis(1)).await;
    followed.log(&lines(0..4));
    followed.empty();
    followed.log(&[banner.clone(), lines(4..8)].concat());
    followed.suspended(60).await;
    assert_eq!(followed.poll().await, format!("GAP\n{}", lines(4..8)));
}

#[tokio::test(start_paused = true)]
async fn a_log_replaced_by_a_foreign_form_is_lost_with_the_remedy_until_it_is_readable() {
    let mut utf_16 = vec![0xff, 0xfe];
    utf_16.extend("Sep 13 16:03:40 c\n".encode_utf16().flat_map(u16::to_le_bytes));
    for (foreign, remedy) in [(utf_16, "iconv"), (b"\x1f\x8b\x08\0packed".to_vec(), "zcat")] {
        let mut log = Followed::new();
        log.log("Sep 13 16:03:38 a\nSep 13 16:03:39 b\n");
        assert_eq!(log.poll().await, "Sep 13 16:03:38 a\nSep 13 16:03:39 b\n");
        log.rename("messages", "messages.1");
        fs::write(log.path("messages"), &foreign).unwrap();
        log.clock.sleep(Duration::from_secs(10)).await;
        let mut reasons = Vec::new();
        while let Ok(observation) = log.observations.try_recv() {
            match observation {
                Observation::LogGap { reason, .. } | Observation::Event(Event::LogLost { reason }) => {
                    reasons.push(reason);
                }
                Observation::Event(Event::LogFollowed) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(reasons.len() == 2 && reasons.iter().all(|reason| reason.contains(remedy)), "{reasons:?}");
        fs::rename(log.path("messages"), log.path("foreign")).unwrap();
        log.log("Sep 13 16:03:41 d\n");
        assert!(log.poll().await.ends_with("Sep 13 16:03:41 d\n"));
    }
}
