//! Times as cells of a bar: how many cells each stretch of it gets, and in which cell a moment lies.

use crate::run::{Elapsed, Timestamp};

/// What decides on the cells of a stretch: its share of the time, and the fewest that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Its length; zero where that is not known.
    pub(crate) time: Elapsed,
    /// The cells that its name takes.
    pub(crate) least: u16,
}

/// The cells of each stretch, `width` in all, or none where no stretch wants any: in proportion to the times, but each
/// as many as it needs. Where the width is too small for that, in proportion to the needs.
pub(crate) fn cells(extents: &[Extent], width: u16) -> Vec<u16> {
    let least: Vec<u64> = extents.iter().map(|extent| extent.least.into()).collect();
    if least.iter().sum::<u64>() >= u64::from(width) {
        return proportional(&least, width);
    }
    let mut times: Vec<u64> = extents.iter().map(|extent| extent.time.millis()).collect();
    if times.iter().all(|time| *time == 0) {
        times.clone_from(&least);
    }
    let mut fixed = vec![0_u16; extents.len()];
    loop {
        let left = width - fixed.iter().sum::<u16>();
        let shares = proportional(&times, left);
        let mut is_settled = true;
        for (((extent, share), time), fixed) in extents.iter().zip(&shares).zip(&mut times).zip(&mut fixed) {
            if *fixed == 0 && *share < extent.least {
                *fixed = extent.least;
                *time = 0;
                is_settled = false;
            }
        }
        if is_settled {
            return shares.iter().zip(fixed).map(|(share, fixed)| share + fixed).collect();
        }
    }
}

/// `width` cells in proportion to `weights`; none where all are zero.
fn proportional(weights: &[u64], width: u16) -> Vec<u16> {
    let total: u128 = weights.iter().copied().map(u128::from).sum();
    let mut so_far = 0_u128;
    let mut used = 0_u16;
    let mut share = |weight: &u64| {
        so_far += u128::from(*weight);
        // From the sum so far, so that rounding leaves no cell over.
        let end = (so_far * u128::from(width) + total / 2).checked_div(total).unwrap_or(0);
        let end = u16::try_from(end).unwrap_or(width);
        let share = end - used;
        used = end;
        share
    };
    weights.iter().map(&mut share).collect()
}

/// A stretch of known times on the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) first_cell: u16,
    pub(crate) cells: u16,
}

/// The cell of a moment. One before the first stretch, or between two, is in the first cell after it; one behind the
/// last in the last cell. `None` where no stretch has a cell.
pub(crate) fn cell_of(stretches: &[Stretch], at: Timestamp) -> Option<u16> {
    let drawn = || stretches.iter().filter(|stretch| stretch.cells > 0);
    let Some(within) = drawn().find(|stretch| at < stretch.to) else {
        return drawn().next_back().map(|last| last.first_cell + last.cells - 1);
    };
    let passed = u128::from(at.since(within.from).millis()) * u128::from(within.cells);
    let cell = passed.checked_div(u128::from(within.to.since(within.from).millis())).unwrap_or(0);
    Some(within.first_cell + u16::try_from(cell).unwrap_or(u16::MAX).min(within.cells - 1))
}

/// A moment that [`cell_of`] puts into this cell, in the middle of it where the cell lasts that long; `None` where no
/// moment is drawn in it.
pub(crate) fn moment_in(stretches: &[Stretch], cell: u16) -> Option<Timestamp> {
    let is_within = |stretch: &&Stretch| (0..stretch.cells).contains(&cell.wrapping_sub(stretch.first_cell));
    let within = stretches.iter().find(is_within)?;
    let (index, cells) = (u128::from(cell - within.first_cell), u128::from(within.cells));
    let length = u128::from(within.to.since(within.from).millis());
    let middle = (2 * index + 1) * length / (2 * cells);
    // Rounded down, the middle of a cell of one or two milliseconds lies in the cell before.
    let passed = middle.max((index * length).div_ceil(cells));
    let moment = within.from + Elapsed::from_millis(u64::try_from(passed).ok()?);
    (cell_of(stretches, moment) == Some(cell)).then_some(moment)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};
    use proptest::prelude::*;

    use super::*;

    const fn minutes(minutes: u64) -> Extent {
        Extent { time: Elapsed::from_secs(minutes * 60), least: 1 }
    }

    const fn named(least: u16) -> Extent {
        Extent { time: Elapsed::ZERO, least }
    }

    #[test]
    fn lengths_are_in_proportion_to_the_times() {
        assert_eq!(cells(&[minutes(4), minutes(68), minutes(8)], 80), [4, 68, 8]);
        assert_eq!(cells(&[minutes(1), named(10), minutes(3)], 50), [10, 10, 30]);
    }

    #[test]
    fn a_short_phase_beside_a_long_one_keeps_the_cells_of_its_name() {
        assert_eq!(cells(&[minutes(1), minutes(720), named(8)], 60), [1, 51, 8]);
        let short = Extent { least: 14, ..minutes(1) };
        assert_eq!(cells(&[short, minutes(720), named(8)], 60), [14, 38, 8]);
        assert_eq!(cells(&[short, minutes(1), minutes(10)], 60), [14, 4, 42]);
        assert_eq!(cells(&[minutes(1), minutes(1), minutes(720)], 2).iter().sum::<u16>(), 2);
    }

    #[test]
    fn without_times_the_names_share_the_width() {
        assert_eq!(cells(&[named(1), named(3)], 40), [10, 30]);
        assert_eq!(cells(&[], 40), [0_u16; 0]);
    }

    fn moment(seconds: u64) -> Timestamp {
        Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 15, 0, 0).unwrap()) + Elapsed::from_secs(seconds)
    }

    #[test]
    fn a_moment_lies_in_the_cell_of_its_time() {
        let stretch =
            |from, to, first_cell, cells| Stretch { from: moment(from), to: moment(to), first_cell, cells };
        let bar = [stretch(0, 100, 0, 10), stretch(100, 100, 10, 0), stretch(200, 300, 12, 5)];
        let cell = |seconds| cell_of(&bar, moment(seconds));
        assert_eq!([0, 9, 10, 99].map(cell), [Some(0), Some(0), Some(1), Some(9)]);
        assert_eq!([150, 200, 299, 300, 5000].map(cell), [12, 12, 16, 16, 16].map(Some));
        assert_eq!(cell_of(&[], moment(0)), None);
    }

    #[test]
    fn a_cell_gives_the_middle_of_its_time_on_the_scale_of_its_own_stretch() {
        let stretch =
            |from, to, first_cell, cells| Stretch { from: moment(from), to: moment(to), first_cell, cells };
        let bar = [stretch(0, 100, 0, 10), stretch(100, 700, 10, 3), stretch(900, 1000, 15, 1)];
        let given = |cell| moment_in(&bar, cell);
        assert_eq!([0, 9, 10, 12, 15].map(given), [5, 95, 200, 600, 950].map(|at| Some(moment(at))));
        assert_eq!([13, 14, 16, u16::MAX].map(given), [None; 4], "no time is drawn there");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_moment_of_a_cell_is_drawn_in_that_cell(
            parts in prop::collection::vec(
                (prop_oneof![0_u64..400, 0_u64..1 << 34], 0_u64..1 << 20, 0_u16..90, 0_u16..9),
                0..7,
            ),
        ) {
            let (mut from, mut first_cell) = (moment(0), 0);
            let mut stretches = Vec::new();
            for (length, pause, cells, unknown) in parts {
                let to = from + Elapsed::from_millis(length);
                stretches.push(Stretch { from, to, first_cell, cells });
                (from, first_cell) = (to + Elapsed::from_millis(pause), first_cell + cells + unknown);
            }
            for cell in 0..first_cell + 3 {
                let own = stretches.iter().find(|own| own.first_cell <= cell && cell < own.first_cell + own.cells);
                let lasts = own.is_some_and(|own| own.to.since(own.from).millis() >= u64::from(own.cells));
                let given = moment_in(&stretches, cell);
                prop_assert!(!lasts || given.is_some(), "a cell of at least a millisecond has a moment");
                prop_assert!(given.is_none_or(|at| cell_of(&stretches, at) == Some(cell)));
            }
        }

        #[test]
        fn lengths_sum_up_to_the_width_and_each_stretch_has_what_it_needs(
            wants in prop::collection::vec((0_u64..1 << 40, 0_u16..40), 0..9),
            width in 0_u16..=300,
        ) {
            let extent = |(millis, least): &(u64, u16)| Extent { time: Elapsed::from_millis(*millis), least: *least };
            let extents: Vec<Extent> = wants.iter().map(extent).collect();
            let cells = cells(&extents, width);
            let needed: u16 = extents.iter().map(|extent| extent.least).sum();
            let is_nothing = needed == 0 && extents.iter().all(|extent| extent.time == Elapsed::ZERO);
            prop_assert_eq!(cells.iter().sum::<u16>(), if is_nothing { 0 } else { width });
            for (extent, cells) in extents.iter().zip(&cells) {
                prop_assert!(*cells >= extent.least || needed > width);
            }
        }
    }
}
