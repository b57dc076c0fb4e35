//! The manual page: the program, and a section for each of its commands. Written to files, each command also has a page
//! of its own.

use std::{fs, io, path::PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use thiserror::Error;

use crate::{cli::Cli, run::Exit};

/// The whole page, as roff.
pub(crate) fn page() -> io::Result<String> {
    let mut command = Cli::command();
    command.build();
    let mut roff = Vec::new();
    let program = Man::new(command.clone());
    program.render_title(&mut roff)?;
    program.render_name_section(&mut roff)?;
    program.render_synopsis_section(&mut roff)?;
    program.render_description_section(&mut roff)?;
    sections(&command, &mut roff)?;
    roff.extend(exit_status().into_bytes());
    program.render_version_section(&mut roff)?;
    Ok(String::from_utf8_lossy(&roff).into_owned())
}

#[derive(Debug, Error)]
#[error("the manual pages cannot be written to {}: {source}", folder.display())]
pub(crate) struct PagesNotWritten {
    folder: PathBuf,
    source: io::Error,
}

/// Writes the whole page as `drwatch.1`, and a page for each command, such as `drwatch-watch.1`.
pub(crate) fn write_pages(folder: PathBuf) -> Result<(), PagesNotWritten> {
    let write = || {
        fs::create_dir_all(&folder)?;
        clap_mangen::generate_to(Cli::command(), &folder)?;
        // In place of a page that only lists the commands.
        fs::write(folder.join("drwatch.1"), page()?)
    };
    write().map_err(|source| PagesNotWritten { folder, source })
}

fn exit_status() -> String {
    let codes = Exit::ALL.map(|exit| format!(".TP\n{}\n{}\n", exit.code(), exit.meaning()));
    format!(".SH \"EXIT STATUS\"\n{}", codes.concat())
}

fn sections(command: &Command, roff: &mut Vec<u8>) -> io::Result<()> {
    for each in command.get_subcommands().filter(|each| each.get_name() != "help") {
        roff.extend(section(each)?.into_bytes());
        sections(each, roff)?;
    }
    Ok(())
}

/// One command's synopsis, description and options, as parts of one section.
fn section(command: &Command) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_uppercase();
    let page = Man::new(command.clone());
    let mut roff = Vec::new();
    page.render_synopsis_section(&mut roff)?;
    page.render_description_section(&mut roff)?;
    if command.get_arguments().next().is_some() {
        page.render_options_section(&mut roff)?;
    }
    // `clap_mangen` makes a section of each part, while here they are subsections of one command.
    let parts = String::from_utf8_lossy(&roff).replace("\n.SH ", "\n.SS ");
    let parts = parts.strip_prefix(".SH ").map_or(parts.clone(), |rest| format!(".SS {rest}"));
    Ok(format!(".SH \"{name}\"\n{parts}"))
}
