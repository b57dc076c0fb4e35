//! Lines by module and severity.

use crate::run::Severity;

/// Most modules counted one by one: a hostile log names others without end.
const MAX_MODULES: usize = 256;

/// Lines without a module.
pub(crate) const NO_MODULE: &str = "(none)";
/// Lines of modules beyond [`MAX_MODULES`].
const OTHERS: &str = "(others)";

/// The columns: each severity, and none.
pub(crate) const LEVELS: [Option<Severity>; 9] = [
    Some(Severity::Debug),
    Some(Severity::Info),
    Some(Severity::Notice),
    Some(Severity::Warning),
    Some(Severity::Error),
    Some(Severity::Critical),
    Some(Severity::Alert),
    Some(Severity::Emergency),
    None,
];

/// The row of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModuleId(u16);

/// How many lines each module has of each severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Modules {
    rows: Vec<(Box<[u8]>, [u64; LEVELS.len()])>,
}

impl Default for Modules {
    fn default() -> Self {
        let row = |name: &str| (Box::from(name.as_bytes()), [0; LEVELS.len()]);
        Self { rows: vec![row(NO_MODULE), row(OTHERS)] }
    }
}

impl Modules {
    /// The row of `module`, made where there is none and room for it.
    pub(crate) fn id(&mut self, module: Option<&[u8]>) -> ModuleId {
        let Some(module) = module else { return ModuleId(0) };
        // The first two rows belong to lines without a module, and to all modules beyond the limit.
        let known = self.rows.iter().skip(2).position(|(name, _)| **name == *module);
        let index = match known {
            Some(index) => index + 2,
            None if self.rows.len() >= MAX_MODULES => 1,
            None => {
                self.rows.push((module.into(), [0; LEVELS.len()]));
                self.rows.len() - 1
            }
        };
        ModuleId(u16::try_from(index).unwrap_or(1))
    }

    /// Counts lines.
    pub(crate) fn count(&mut self, module: ModuleId, severity: Option<Severity>, lines: u64) {
        let level = severity.map_or(LEVELS.len() - 1, |severity| severity as usize);
        if let Some(count) = self.rows.get_mut(usize::from(module.0)).and_then(|(_, row)| row.get_mut(level))
        {
            *count += lines;
        }
    }

    /// Adds what another thread has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (at, (name, counts)) in other.rows.iter().enumerate() {
            let id = if at < 2 { ModuleId(u16::from(at == 1)) } else { self.id(Some(name)) };
            let row = self.rows.get_mut(usize::from(id.0)).map(|(_, row)| row);
            for (sum, more) in row.into_iter().flatten().zip(counts) {
                *sum += more;
            }
        }
    }

    /// The modules that have lines, those with most lines first.
    pub(crate) fn rows(&self) -> Vec<(&[u8], &[u64; LEVELS.len()])> {
        let with_lines = self.rows.iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0));
        let mut rows: Vec<_> = with_lines.map(|(name, counts)| (&**name, counts)).collect();
        rows.sort_by_key(|(name, counts)| (std::cmp::Reverse(counts.iter().sum::<u64>()), name.to_vec()));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_without_end_share_a_row() {
        let mut modules = Modules::default();
        for number in 0..1000 {
            let id = modules.id(Some(format!("m{number}").as_bytes()));
            modules.count(id, Some(Severity::Info), 1);
        }
        let none = modules.id(None);
        modules.count(none, None, 1);
        let mut sum = Modules::default();
        let own = sum.id(Some(b"m5"));
        sum.count(own, Some(Severity::Error), 1);
        sum.add(&modules);
        let rows = sum.rows();
        assert_eq!(rows.len(), MAX_MODULES);
        assert_eq!(rows.first().map(|(name, _)| *name), Some(OTHERS.as_bytes()));
        let count: u64 = rows.iter().flat_map(|(_, counts)| counts.iter()).sum();
        assert_eq!(count, 1002);
        let row = rows.iter().find(|(name, _)| *name == b"m5").unwrap().1;
        assert_eq!((row[Severity::Info as usize], row[Severity::Error as usize]), (1, 1));
    }
}
