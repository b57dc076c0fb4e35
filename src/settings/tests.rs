//! What settings may say, what is refused and how, and what is shown of them.

use super::*;

fn read(text: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    Settings::load(Some(&path)).map_err(|error| error.to_string())
}

#[test]
fn the_template_is_valid_and_changes_nothing() {
    assert_eq!(read(TEMPLATE).unwrap(), Settings::default());
}

#[test]
fn the_template_with_every_line_turned_on_is_valid_and_says_the_defaults() {
    let on = TEMPLATE.lines().map(|line| {
        let setting = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
        format!("{}\n", setting.unwrap_or(line))
    });
    let settings = read(&on.collect::<String>()).unwrap();
    assert_eq!(settings.polling, PollingSettings::default());
    assert_eq!(settings.download, DownloadSettings::default());
    assert_eq!(settings.replication.pause_budget, Some(Duration::from_hours(2)));
}

#[test]
fn an_unknown_name_is_refused_with_its_line() {
    let error = read("\n[polling]\ncuonter = \"5s\"\n").unwrap_err();
    assert!(error.contains("line 3") && error.contains("cuonter"), "{error}");
}

#[test]
fn both_policies_are_taken_by_the_names_the_template_gives_them() {
    for (name, policy) in [
        ("paused-throughout", ResumePolicy::PausedThroughout),
        ("resume-after-stage-1", ResumePolicy::ResumeAfterStage1),
    ] {
        assert!(TEMPLATE.contains(&format!("\"{name}\"")));
        let settings = read(&format!("[replication]\nresume_policy = \"{name}\"\n")).unwrap();
        assert_eq!(settings.replication.resume_policy, policy);
    }
}

#[test]
fn every_theme_of_the_template_is_taken_and_shown_by_its_name() {
    let list = TEMPLATE.split_once("#theme = ").unwrap().0.lines().last().unwrap();
    let names: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(names.len(), 7, "{list}");
    for name in names {
        let settings = read(&format!("[screen]\ntheme = \"{name}\"\n")).unwrap();
        assert!(settings.render().contains(&format!("screen.theme = \"{name}\"\n")), "{name}");
    }
    assert_eq!(Settings::default().screen.theme, ThemeName::Auto);
    assert!(read("[screen]\ntheme = \"pink\"\n").unwrap_err().contains("line 2"));
}

#[test]
fn an_empty_notice_command_is_refused() {
    assert!(read("[notice]\ncommand = []\n").unwrap_err().contains("the command is empty"));
    assert!(read("[notice]\ncommand = [\"\"]\n").unwrap_err().contains("the command is empty"));
}

#[test]
fn a_path_that_is_empty_or_in_the_home_of_another_account_is_refused() {
    for name in ["runs_dir", "dialect", "ssh_config"] {
        assert!(read(&format!("{name} = \" \"\n")).unwrap_err().contains("the path is empty"), "{name}");
        for path in ["~kim", "~kim/runs"] {
            let said = read(&format!("{name} = \"{path}\"\n")).unwrap_err();
            assert!(said.contains("`~kim`") && said.contains("the whole path"), "{said}");
        }
    }
    assert!(read("runs_dir = \"./~kim\"\n").is_ok());
}

#[test]
fn an_empty_password_command_is_refused() {
    for name in ["password_command", "enable_password_command"] {
        let said = read(&format!("[dr]\n{name} = []\n")).unwrap_err();
        assert!(said.contains("line 2") && said.contains("the command is empty"), "{said}");
    }
}

#[test]
fn an_appliance_is_asked_once_a_day_at_least() {
    for name in ["counter", "counter_after_stage_1", "replication", "threads", "service"] {
        assert!(read(&format!("[polling]\n{name} = \"24h\"\n")).is_ok(), "{name}");
        assert!(
            read(&format!("[polling]\n{name} = \"25h\"\n")).unwrap_err().contains("once a day"),
            "{name}"
        );
    }
}

#[test]
fn a_duration_without_a_unit_is_refused() {
    assert!(read("[polling]\ncounter = \"5\"\n").unwrap_err().contains("no duration"));
    assert!(read("[polling]\ncounter = \"0s\"\n").unwrap_err().contains("shorter"));
}

#[test]
fn threads_outside_the_appliances_range_are_refused() {
    assert!(read("[download]\nthreads = 129\n").unwrap_err().contains("16 to 128"));
}

#[test]
fn both_policies_are_read_by_the_names_of_the_template() {
    for policy in [ResumePolicy::PausedThroughout, ResumePolicy::ResumeAfterStage1] {
        let mut settings = Settings::default();
        settings.replication.resume_policy = policy;
        let shown = settings.render();
        let line = shown.lines().find(|line| line.starts_with("replication.resume_policy")).unwrap();
        assert_eq!(read(line).unwrap().replication.resume_policy, policy);
        assert!(TEMPLATE.contains(line.split_once(" = ").unwrap().1), "{line}");
    }
}

#[test]
fn a_path_may_begin_with_the_home_directory() {
    let settings = read("runs_dir = \"~/runs\"\ndialect = \"/etc/~/d.toml\"\n").unwrap();
    assert_eq!(settings.runs_dir, Some(etcetera::home_dir().unwrap().join("runs")));
    assert_eq!(settings.dialect, Some(PathBuf::from("/etc/~/d.toml")));
    for written in ["$HOME/runs", "${HOME}/runs"] {
        let settings = read(&format!("runs_dir = \"{written}\"\n")).unwrap();
        assert_eq!(settings.runs_dir, Some(etcetera::home_dir().unwrap().join("runs")), "{written}");
    }
}

#[test]
fn a_path_is_relative_to_the_settings_file() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("settings.toml");
    let text = "runs_dir = \"../runs\"\ndialect = \"d.toml\"\nssh_config = \"$HOMES/c\"\n";
    fs::write(&path, text).unwrap();
    let settings = Settings::load(Some(&path)).unwrap();
    assert_eq!(settings.runs_dir, Some(home.path().join("../runs")));
    assert_eq!(settings.dialect, Some(home.path().join("d.toml")));
    assert_eq!(settings.ssh_config, Some(home.path().join("$HOMES/c")));
}

#[test]
fn the_program_of_a_command_is_relative_to_the_settings_file_unless_it_is_a_bare_name() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("settings.toml");
    let text = "[notice]\ncommand = [\"./ring\", \"a/b\", \"~/c\", \"d ~/e\"]\n\
                [primary]\npassword_command = [\"pass\", \"show\"]\n\
                [dr]\npassword_command = [\"~/bin/pw\"]\nenable_password_command = [\"/bin/cat\", \"$HOME/pw\"]\n";
    fs::write(&path, text).unwrap();
    let settings = Settings::load(Some(&path)).unwrap();
    let user = etcetera::home_dir().unwrap();
    let in_user = |name: &str| user.join(name).to_str().unwrap().to_owned();
    let program = home.path().join("./ring").to_str().unwrap().to_owned();
    assert_eq!(
        settings.notice.command.unwrap(),
        [program, "a/b".to_owned(), in_user("c"), "d ~/e".to_owned()]
    );
    assert_eq!(settings.primary.password_command.unwrap(), ["pass", "show"]);
    assert_eq!(settings.dr.password_command.unwrap(), [in_user("bin/pw")]);
    assert_eq!(settings.dr.enable_password_command.unwrap(), ["/bin/cat".to_owned(), in_user("pw")]);
}

#[test]
fn settings_that_are_no_file_are_refused_with_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for (path, what) in [(pipe.as_path(), "a named pipe"), (Path::new("/dev/zero"), "a device")] {
        let error = Settings::load(Some(path)).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains("settings file"), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Settings::load(Some(Path::new("/nonexistent/settings.toml"))).unwrap_err();
    assert!(error.to_string().contains("/nonexistent/settings.toml"));
}

#[test]
fn what_is_shown_holds_no_password_command() {
    let settings = read("[dr]\npassword_command = [\"echo\", \"hunter2\"]\n").unwrap();
    assert!(!settings.render().contains("hunter2"));
}

#[test]
fn keys_are_one_or_several_and_know_their_line() {
    let settings =
        read("read_only = true\n\n[keys]\npause = \"F5\"\nzoom = [\"x\", \"ctrl-k\"]\nnote = []\n").unwrap();
    let keys: Vec<_> = settings.keys.iter().map(|(action, keys)| (action, keys.join(" "))).collect();
    assert_eq!(keys, [("note", String::new()), ("pause", "F5".to_owned()), ("zoom", "x ctrl-k".to_owned())]);
    let error = settings.keys.refused("zoom", &"no such key").to_string();
    assert!(error.contains("line 5: no such key") && error.contains("settings.toml"), "{error}");
    assert!(read("[keys]\npause = 5\n").unwrap_err().contains("write a key like"), "{error}");
}

#[test]
fn the_interval_of_tests_is_a_number_of_days_that_can_be_kept_to() {
    assert_eq!(Settings::default().programme.test_interval_days, 365);
    let settings = read("[programme]\ntest_interval_days = 90\n").unwrap();
    assert_eq!(settings.programme.test_interval_days, 90);
    assert!(settings.render().contains("programme.test_interval_days = 90\n"));
    for wrong in ["0", "-1", "40000", "\"90\""] {
        assert!(
            read(&format!("[programme]\ntest_interval_days = {wrong}\n")).unwrap_err().contains("line 2"),
            "{wrong}"
        );
    }
}
