//! The answer to `drwatch -vV`: what this program is made of. The build script, `src/build.rs`, finds it out.

use std::ffi::OsString;

/// Whether the arguments ask for the version in detail; they ask for the version.
pub(crate) fn is_detailed(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.any(|argument| ["-v", "--verbose", "-vV", "-Vv"].iter().any(|flag| argument == *flag))
}

/// The version in detail, one thing a line.
pub(crate) fn details() -> String {
    let lines = [
        ("drwatch", env!("DRWATCH_VERSION")),
        ("commit", env!("DRWATCH_COMMIT")),
        ("target", env!("DRWATCH_TARGET")),
        ("profile", env!("DRWATCH_PROFILE")),
        ("compiler", env!("DRWATCH_RUSTC")),
        ("libraries", env!("DRWATCH_LIBRARIES")),
    ];
    let line = |(name, value)| {
        if name == "drwatch" { format!("{name} {value}\n") } else { format!("{name}: {value}\n") }
    };
    lines.map(line).concat()
}
