//! A text as the bars of Code 128 (ISO/IEC 15417), in set B: one character, one symbol.

/// The widths of the three bars and three spaces of each symbol, by its value.
const WIDTHS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: usize = 104;
const STOP: usize = 106;
/// The free edge a scanner needs at either side, in modules.
const EDGE: u32 = 10;

/// The values of the symbols: the start, the characters, the check and the stop. `None` where a
/// character has no symbol in set B.
fn symbols(text: &str) -> Option<Vec<usize>> {
    let mut values = vec![START_B];
    for char in text.chars() {
        let code = u32::from(char);
        let value = (32..127).contains(&code).then(|| code - 32)?;
        values.push(usize::try_from(value).ok()?);
    }
    let weighted = values
        .iter()
        .enumerate()
        .map(|(place, value)| place.max(1) * value);
    values.push(weighted.sum::<usize>() % 103);
    values.push(STOP);
    Some(values)
}

/// Modules in all with the free edges, and the bars as an SVG path 40 high.
#[must_use]
pub fn bars(text: &str) -> Option<(u32, String)> {
    let mut x = EDGE;
    let mut path = String::new();
    for value in symbols(text)? {
        for (place, width) in WIDTHS[value].bytes().enumerate() {
            let width = u32::from(width - b'0');
            if place % 2 == 0 {
                path.push_str(&format!("M{x} 0h{width}v40h-{width}z"));
            }
            x += width;
        }
    }
    Some((x + EDGE, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads bars the way a scanner does: widths of bars and gaps, symbol by symbol.
    fn read(path: &str) -> String {
        let spans: Vec<(u32, u32)> = path
            .split('M')
            .skip(1)
            .map(|bar| {
                let (x, rest) = bar.split_once(" 0h").expect("a bar");
                let (width, _) = rest.split_once('v').expect("a bar");
                (x.parse().expect("x"), width.parse().expect("a width"))
            })
            .collect();
        let mut widths = String::new();
        for pair in spans.windows(2) {
            let ((x, width), (next, _)) = (pair[0], pair[1]);
            widths.push_str(&format!("{width}{}", next - x - width));
        }
        widths.push_str(&spans.last().expect("bars").1.to_string());
        let (all, stop) = widths.split_at(widths.len() - 7);
        assert_eq!(stop, WIDTHS[STOP]);
        let values: Vec<usize> = all
            .as_bytes()
            .chunks(6)
            .map(|six| {
                let six = std::str::from_utf8(six).expect("digits");
                WIDTHS
                    .iter()
                    .position(|known| *known == six)
                    .expect("a symbol")
            })
            .collect();
        let (check, symbols) = values.split_last().expect("a check");
        let sum: usize = symbols
            .iter()
            .enumerate()
            .map(|(place, value)| place.max(1) * value)
            .sum();
        assert_eq!(*check, sum % 103);
        assert_eq!(symbols[0], START_B);
        let char = |value: &usize| char::from(u8::try_from(value + 32).expect("ASCII"));
        symbols[1..].iter().map(char).collect()
    }

    #[test]
    fn what_is_drawn_is_read_again() {
        for text in ["Y0000001-7", "9787532125944", "ab XYZ~!", ""] {
            let (width, path) = bars(text).expect("set B has it");
            assert_eq!(read(&path), text);
            let symbols = u32::try_from(text.len()).expect("short") + 2;
            assert_eq!(width, 11 * symbols + 13 + 2 * EDGE);
        }
        assert_eq!(bars("书"), None);
    }

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_its_own() {
        for (place, widths) in WIDTHS.iter().enumerate() {
            let sum: u32 = widths.bytes().map(|width| u32::from(width - b'0')).sum();
            assert_eq!(sum, if place == STOP { 13 } else { 11 }, "{place}");
            assert_eq!(WIDTHS.iter().filter(|other| *other == widths).count(), 1);
        }
    }
}
