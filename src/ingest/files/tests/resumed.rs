//! A resumed watch finds its place again.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_finds_its_place_in_a_rotated_file() {
    for (is_copied, is_packed) in [(false, false), (true, false), (false, true)] {
        let mut followed = Followed::new();
        followed.log(&stamped("1\n2\n"));
        assert_eq!(plain(&followed.poll().await), "1\n2\n");
        let mut followed = followed.resumed(&stamped("1\n2\n")).await;
        assert_eq!(plain(&followed.poll().await), "");
        followed.log(&stamped("3\n"));
        if is_copied {
            followed.copy_and_empty();
        } else {
            followed.rename("messages", "messages.1");
        }
        followed.log(&stamped("4\n"));
        followed.rename("messages.1", "messages.2");
        followed.rename("messages", "messages.1");
        followed.log(&stamped("5\n"));
        if is_packed {
            followed.pack("messages.2");
            followed.pack("messages.1");
        }
        let mut followed = followed.resumed(&stamped("1\n2\n")).await;
        assert_eq!(plain(&followed.poll().await), "3\n4\n5\n");
        let mut followed = followed.resumed(&stamped("1\n2\nof another log\n")).await;
        assert_eq!(plain(&followed.poll().await), "GAP\n5\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_reads_all_files_after_its_place_however_old_they_are() {
    let followed = Followed::new();
    let stamp = |name: &str, days: u64| {
        let time = std::time::SystemTime::now() - Duration::from_hours(24 * days);
        OpenOptions::new().append(true).open(followed.path(name)).unwrap().set_modified(time).unwrap();
    };
    followed.log(&stamped("0\n1\n2\n"));
    // The ages come in the order of the names, so that only a limit on the age could leave a file out.
    stamp("messages", 9);
    followed.rename("messages", "messages.3");
    followed.pack("messages.3");
    for (lines, name, days) in [("3\n", "messages.2", 6), ("4\n", "messages.1", 3)] {
        followed.log(&stamped(lines));
        stamp("messages", days);
        followed.rename("messages", name);
        followed.pack(name);
    }
    followed.log(&stamped("5\n"));
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.poll().await), "2\n3\n4\n5\n");
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_waits_for_a_log_that_cannot_be_read_yet() {
    let followed = Followed::new();
    followed.log(&stamped("0\n1\n2\n"));
    followed.rename("messages", "elsewhere");
    fs::create_dir(followed.path("messages")).unwrap();
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.poll().await), "");
    fs::remove_dir(followed.path("messages")).unwrap();
    assert_eq!(plain(&followed.poll().await), "");
    followed.rename("elsewhere", "messages");
    let mut seen = String::new();
    while !seen.ends_with("2\n") {
        seen += &plain(&followed.poll().await);
    }
    assert_eq!(seen, "2\n");
}

#[tokio::test(start_paused = true)]
async fn a_watch_resumed_between_two_files_of_the_name_finds_its_place() {
    let followed = Followed::new();
    followed.log(&stamped("0\n1\n2\n"));
    followed.rename("messages", "messages.1");
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.poll().await), "2\n");
    followed.suspended(60).await;
    followed.log(&stamped("3\n"));
    assert_eq!(plain(&followed.poll().await), "3\n");
}

#[tokio::test(start_paused = true)]
async fn a_resumed_watch_finds_its_last_lines_across_two_files() {
    for is_packed in [false, true] {
        let followed = Followed::new();
        followed.log(&stamped("1\n2\nunfin"));
        followed.rename("messages", "messages.1");
        followed.log(&stamped("3\n4\nunfin"));
        if is_packed {
            followed.pack("messages.1");
        }
        let mut followed = followed.resumed(&stamped("1\n2\nunfin\n3\n")).await;
        assert_eq!(plain(&followed.poll().await), "4\nunfin");
        followed.log("ished\n");
        let mut followed = followed.resumed(&stamped("1\n2\nunfin\n3\n4\nunfi")).await;
        assert_eq!(plain(&followed.poll().await), "nished\n");
        // Ends within a line that no file holds, so that the line has to be ended before the gap.
        let mut followed = followed.resumed(&stamped("1\n2\nof another l")).await;
        assert_eq!(plain(&followed.poll().await), "\nGAP\n3\n4\nunfinished\n");
    }
}
