//! The forms of the status strip, from the most words to the fewest: the first that has room is shown.

/// How much the line shows of the connections; each level adds to those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// The first letter of each, and a symbol.
    Letter,
    /// A symbol, and since when one is down.
    Symbol,
    State,
    Retry,
    /// The names of those that are connected: the others need the room for what is wrong.
    ConnectedNames,
    Names,
    /// The age of the data, however fresh.
    Ages,
}

/// From the most to the least.
const IN_WORDS: [Detail; 6] =
    [Detail::Ages, Detail::Names, Detail::ConnectedNames, Detail::Retry, Detail::State, Detail::Symbol];

impl Detail {
    /// The most that a line of that width has room for, whatever else there is to show.
    pub(super) const fn most(width: u16) -> Self {
        match width {
            150.. => Self::Ages,
            100.. => Self::Names,
            76.. => Self::ConnectedNames,
            50.. => Self::Retry,
            _ => Self::Symbol,
        }
    }
}

/// How long the words are for what is recorded, counted and not real.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    Whole,
    Short,
    Shortest,
}

/// How much is shown of the time of day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// With how fast the clock of a demo runs.
    Fast,
    Whole,
    /// Without its zone.
    Bare,
    Minute,
    Hidden,
}

#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) marks: Marks,
    pub(super) detail: Detail,
    /// Which of the wordings of the policy is shown, if any.
    pub(super) policy: Option<usize>,
    pub(super) time: Time,
}

/// What the forms depend on.
pub(super) struct Situation {
    pub(super) most: Detail,
    /// How many wordings there are of the policy.
    pub(super) policies: usize,
    /// Whether both appliances answer.
    pub(super) are_fresh: bool,
    /// Whether the clock of a demo runs faster than that of the machine.
    pub(super) is_fast: bool,
}

/// A wording of the policy beyond these is for where the others have no room at all.
const USUAL: usize = 2;

/// Words are given up before the time of day, the time of day before the policy, and the policy before an appliance.
pub(super) fn ladder(situation: &Situation) -> Vec<Form> {
    let wordings: Vec<_> = match situation.policies {
        0 => vec![None],
        count => (0..count).map(Some).collect(),
    };
    let least = |detail, wording: &Option<usize>, times: &[Time]| {
        let (marks, policy) = (Marks::Shortest, *wording);
        times.iter().map(|&time| Form { marks, detail, policy, time }).collect::<Vec<_>>()
    };
    let has_fast = situation.is_fast && situation.are_fresh;
    let times: &[Time] = if has_fast { &[Time::Fast, Time::Whole] } else { &[Time::Whole] };
    let in_words = in_words(situation, &wordings);
    let mut forms: Vec<_> =
        times.iter().flat_map(|&time| in_words.iter().map(move |form| Form { time, ..*form })).collect();
    let with_time = [
        (Detail::Symbol, &[Time::Bare, Time::Minute][..]),
        (Detail::Letter, &[Time::Whole, Time::Bare, Time::Minute][..]),
    ];
    let (usual, shortest) = wordings.split_at(wordings.len().min(USUAL));
    for wordings in [usual, shortest] {
        for (detail, times) in with_time {
            forms.extend(wordings.iter().flat_map(|wording| least(detail, wording, times)));
        }
    }
    forms.extend(wordings.iter().flat_map(|wording| least(Detail::Letter, wording, &[Time::Hidden])));
    for detail in [Detail::Symbol, Detail::Letter] {
        forms.extend(least(detail, &None, &[Time::Bare, Time::Minute, Time::Hidden]));
    }
    forms
}

/// The forms with both connections in words and one wording of the policy.
fn in_words(situation: &Situation, wordings: &[Option<usize>]) -> Vec<Form> {
    let details = IN_WORDS.into_iter().filter(|detail| *detail <= situation.most);
    let (usual, shortest) = wordings.split_at(wordings.len().min(USUAL));
    let mut forms = Vec::new();
    for lengths in [&[Marks::Whole, Marks::Short][..], &[Marks::Shortest]] {
        for wordings in [usual, shortest] {
            for &marks in lengths {
                for detail in details.clone() {
                    let form = |&policy: &Option<usize>| Form { marks, detail, policy, time: Time::Whole };
                    forms.extend(wordings.iter().map(form));
                }
            }
        }
    }
    if !situation.are_fresh {
        // What is wrong with a connection comes before the longer words of all else.
        forms.sort_by_key(|form| (form.detail < Detail::Retry, form.detail < Detail::State));
    }
    forms
}
