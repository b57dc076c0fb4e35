//! Texts as names are compared in them: in lower case, with plain letters, spaces and hyphens.
//!
//! One name can be written in many ways that look the same: with accents of their own (`é` as `e` and U+0301, which is how
//! macOS stores file names), in wide or mathematical letters, with letters of another script that have the same shape, or
//! with signs in between that are not shown. All of these are compared as one, and so are letters with and without their
//! accents. This is no Unicode normal form: only Latin, Greek and Cyrillic letters are known here.

/// Letters in lower case, and what each is compared as. A letter of another script counts as the Latin one that its
/// capital looks like.
const LETTERS: [(&str, &str); 36] = [
    ("a", "àáâãäåāăąǎǟǡǻȁȃȧɑάαаӑӓḁạảấầẩẫậắằẳẵặ"),
    ("b", "ƀβвḃḅḇ"),
    ("c", "çćĉċčϲсḉ"),
    ("d", "ðďđԁḋḍḏḑḓ"),
    ("e", "èéêëēĕėęěȅȇȩέεеѐёӗḕḗḙḛḝẹẻẽếềểễệ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǥǧǵɡḡ"),
    ("h", "ĥħȟήηнһḣḥḧḩḫẖ"),
    ("i", "ìíîïĩīĭįıǐȉȋΐίιϊіїḭḯỉị"),
    ("j", "ĵǰȷј"),
    ("k", "ķǩκкќḱḳḵ"),
    ("l", "ĺļľŀłḷḹḻḽ"),
    ("m", "μмḿṁṃ"),
    ("n", "ñńņňŉǹνṅṇṉṋ"),
    ("o", "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱοόоӧṍṏṑṓọỏốồổỗộớờởỡợ"),
    ("p", "ρрṕṗ"),
    ("q", "ԛ"),
    ("r", "ŕŗřȑȓṙṛṝṟ"),
    ("s", "śŝşšſșѕṡṣṥṧṩẛ"),
    ("t", "ţťŧțτтṫṭṯṱẗ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("v", "ṽṿ"),
    ("w", "ŵԝẁẃẅẇẉẘ"),
    ("x", "χхẋẍ"),
    ("y", "ýÿŷȳΰυϋύуўӯӱӳẏẙỳỵỷỹ"),
    ("z", "źżžƶζẑẓẕ"),
    ("σ", "ς"),
    ("ω", "ώ"),
    ("г", "ѓ"),
    ("и", "йѝӣӥ"),
    ("ss", "ß"),
    ("ae", "æǣǽ"),
    ("oe", "œ"),
    ("ff", "ﬀ"),
    ("fi", "ﬁ"),
    ("fl", "ﬂ"),
];

/// A text as it is compared.
pub(super) struct Folded {
    pub(super) text: String,
    /// From where in the original each byte comes; `None` within a letter that became several. No list: from the same
    /// place.
    places: Option<Vec<Option<usize>>>,
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if text.bytes().all(is_plain) && !text.contains("  ") {
            return Self { text: text.to_ascii_lowercase(), places: None };
        }
        let (mut folded, mut places) =
            (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (at, c) in text.char_indices() {
            let length = folded.len();
            fold(c, &mut folded);
            if folded.len() > length {
                places.push(Some(at));
                places.resize(folded.len(), None);
            }
        }
        places.push(Some(text.len()));
        Self { text: folded, places: Some(places) }
    }

    /// Where in the original the byte at `at` comes from, if a letter begins there.
    pub(super) fn place(&self, at: usize) -> Option<usize> {
        self.places.as_ref().map_or(Some(at), |places| places.get(at).copied().flatten())
    }

    /// Whether the stretch of it stands alone, and is no part of a longer word.
    pub(super) fn is_whole(&self, start: usize, end: usize) -> bool {
        let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (before, rest) = self.text.split_at_checked(start).unwrap_or_default();
        let (word, after) = rest.split_at_checked(end.saturating_sub(start)).unwrap_or_default();
        let continues = is_inside(before.chars().next_back()) && is_inside(word.chars().next());
        let goes_on = is_inside(after.chars().next()) && is_inside(word.chars().next_back());
        !continues && !goes_on
    }
}

pub(super) fn lower(text: &str) -> String {
    // Letter by letter: a whole word in lower case depends on where its letters stand (Σ).
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Adds what `c` is compared as to `folded`: nothing for what is not shown, and one space for each run of white space.
fn fold(c: char, folded: &mut String) {
    if c.is_ascii_graphic() {
        return folded.push(c.to_ascii_lowercase());
    }
    let offset = |first: char| c as u32 - first as u32;
    match c {
        c if c.is_whitespace() => {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        // Accents of their own, soft hyphens, joiners, marks of direction, selectors of variants, tags.
        '\u{ad}'
        | '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{61c}'
        | '\u{180b}'..='\u{180f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}' => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => folded.push('-'),
        // The wide signs of ASCII stand in its order.
        '\u{ff01}'..='\u{ff5e}' => folded.extend(ascii(offset('\u{ff01}') + u32::from(b'!'))),
        // Letters in circles, and the thirteen alphabets and five rows of digits for mathematics.
        '\u{24b6}'..='\u{24e9}' => folded.extend(ascii(offset('\u{24b6}') % 26 + u32::from(b'a'))),
        '\u{1d400}'..='\u{1d6a3}' => folded.extend(ascii(offset('\u{1d400}') % 26 + u32::from(b'a'))),
        '\u{1d7ce}'..='\u{1d7ff}' => folded.extend(ascii(offset('\u{1d7ce}') % 10 + u32::from(b'0'))),
        c => {
            for c in c.to_lowercase().filter(|c| !('\u{300}'..='\u{36f}').contains(c)) {
                match LETTERS.iter().find(|(_, like)| like.contains(c)) {
                    Some((plain, _)) => folded.push_str(plain),
                    None => folded.push(c),
                }
            }
        }
    }
}

fn ascii(code: u32) -> Option<char> {
    char::from_u32(code).map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_are_compared_as_one() {
        for (written, folded) in [
            ("Ava-PROD 7", "ava-prod 7"),
            ("Café, Cafe\u{301}, CAFE\u{301}", "cafe, cafe, cafe"),
            ("Straße, STRASSE, ﬁne", "strasse, strasse, fine"),
            ("İstanbul ıssız", "istanbul issiz"),
            ("аvа, ΑVΑ, 𝐚𝐯𝐚, 𝘼𝙑𝘼, ａｖａ, ⓐⓥⓐ", "ava, ava, ava, ava, ava, ava"),
            ("𝟏𝟚９", "129"),
            ("Андрей, Андреи\u{306}, АНДРЕЙ", "ahдpeи, ahдpeи, ahдpeи"),
            ("ΣΟΦΊΑΣ σοφίας σοφι\u{301}ας", "σoφiaσ σoφiaσ σoφiaσ"),
            ("a\u{202e}v\u{200d}a\u{fe0f}\t \u{a0}x", "ava x"),
            ("Việt, Viê\u{323}t", "viet, viet"),
        ] {
            assert_eq!(Folded::new(written).text, folded, "{written}");
        }
    }

    #[test]
    fn a_place_is_known_where_a_letter_begins() {
        let folded = Folded::new("ß e\u{301}x");
        assert_eq!(folded.text, "ss ex");
        let places: Vec<_> = (0..=5).map(|at| folded.place(at)).collect();
        assert_eq!(places, [Some(0), None, Some(2), Some(3), Some(6), Some(7)]);
        assert!(folded.is_whole(0, 2) && folded.is_whole(3, 5) && !folded.is_whole(3, 4));
    }
}
