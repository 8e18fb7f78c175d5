//! Records of ISO 2709, the form of MARC files: a leader, a directory, the fields. A record that is
//! damaged is answered as such, and the next one begins behind its end.

use encoding_rs::GBK;

const RECORD_END: u8 = 0x1d;
const FIELD_END: u8 = 0x1e;
const SUBFIELD: u8 = 0x1f;
const LEADER_BYTES: usize = 24;
/// One entry of the directory: a tag, a length, a place.
const ENTRY_BYTES: usize = 12;

/// What ends a record or a field stands in no spreadsheet.
#[must_use]
pub fn is_marc(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .any(|byte| matches!(*byte, RECORD_END | FIELD_END))
}

/// Why a record is not read: the part of it that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    Leader,
    Directory,
    Field,
    /// Neither UTF-8 nor, of a Chinese record, GBK; nor plain letters.
    Letters,
}

impl Damage {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Directory => "directory",
            Self::Field => "field",
            Self::Letters => "encoding",
        }
    }
}

/// All records of a file, one after the other.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        // Some programs put line ends between records.
        let between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x1a);
        let begin = self.rest.iter().position(|byte| !between(byte))?;
        let rest = &self.rest[begin..];
        let end = rest.iter().position(|byte| *byte == RECORD_END);
        let (record, rest) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        self.rest = rest;
        Some(Record::of(record))
    }
}

/// A field: its tag and what stands in it, without its end.
type Field<'a> = (&'a str, &'a [u8]);

#[derive(Clone, Debug)]
pub struct Record<'a> {
    fields: Vec<Field<'a>>,
    letters: Letters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    Utf8,
    Gbk,
}

fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(bytes).ok()?;
    text.parse().ok().filter(|_| digits)
}

impl<'a> Record<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, Damage> {
        let base = bytes.get(12..17).and_then(number).ok_or(Damage::Leader)?;
        if number(&bytes[..5]) != Some(bytes.len()) || !bytes.ends_with(&[RECORD_END]) {
            return Err(Damage::Leader);
        }
        let directory = base.checked_sub(1).filter(|end| *end >= LEADER_BYTES);
        let directory = directory.and_then(|end| bytes.get(LEADER_BYTES..end));
        let directory = directory.ok_or(Damage::Leader)?;
        if bytes[base - 1] != FIELD_END || directory.len() % ENTRY_BYTES != 0 {
            return Err(Damage::Directory);
        }
        let data = bytes.get(base..bytes.len() - 1).ok_or(Damage::Directory)?;
        let fields = directory
            .chunks(ENTRY_BYTES)
            .map(|entry| field(entry, data));
        let fields: Vec<Field> = fields.collect::<Result<_, _>>()?;
        let letters = letters(&fields)?;
        Ok(Self { fields, letters })
    }

    #[must_use]
    pub fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|(one, _)| *one == tag)
    }

    /// The subfields of each field of a tag. Where a field is there once more in its own writing (880
    /// of MARC 21), that one counts.
    #[must_use]
    pub fn of_tag(&self, tag: &str) -> Vec<Vec<(char, String)>> {
        let all = |tag: &str| -> Vec<Vec<(char, String)>> {
            let fields = self.fields.iter().filter(|(one, _)| *one == tag);
            fields.map(|(_, data)| self.subfields(data)).collect()
        };
        let linked = |field: &Vec<(char, String)>| {
            field
                .iter()
                .any(|(code, said)| *code == '6' && said.starts_with(tag))
        };
        let own: Vec<_> = all("880").into_iter().filter(linked).collect();
        if own.is_empty() { all(tag) } else { own }
    }

    /// All that subfields of this code say, in their order.
    #[must_use]
    pub fn said(&self, tag: &str, code: char) -> Vec<String> {
        let subfields = self.of_tag(tag).into_iter().flatten();
        subfields
            .filter(|(one, _)| *one == code)
            .map(|(_, said)| said)
            .collect()
    }

    #[must_use]
    pub fn first(&self, tag: &str, code: char) -> String {
        self.said(tag, code).into_iter().next().unwrap_or_default()
    }

    fn subfields(&self, data: &[u8]) -> Vec<(char, String)> {
        let parts = data.split(|byte| *byte == SUBFIELD).skip(1);
        let subfield = |part: &[u8]| {
            let (code, said) = part.split_first()?;
            Some((char::from(*code), self.text(said)))
        };
        parts.filter_map(subfield).collect()
    }

    fn text(&self, bytes: &[u8]) -> String {
        match self.letters {
            Letters::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Letters::Gbk => GBK.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

fn field<'a>(entry: &'a [u8], data: &'a [u8]) -> Result<Field<'a>, Damage> {
    let tag = std::str::from_utf8(&entry[..3]).map_err(|_| Damage::Directory)?;
    if !tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Damage::Directory);
    }
    let length = number(&entry[3..7]).ok_or(Damage::Directory)?;
    let start = number(&entry[7..]).ok_or(Damage::Directory)?;
    let whole = data.get(start..start + length).ok_or(Damage::Field)?;
    match whole.split_last() {
        Some((&FIELD_END, said)) if !said.contains(&FIELD_END) => Ok((tag, said)),
        _ => Err(Damage::Field),
    }
}

/// How the letters of a record are written. What can be read as UTF-8 is; of other records only those
/// of Chinese libraries are known to be GBK, and to guess would make wrong names.
fn letters(fields: &[Field]) -> Result<Letters, Damage> {
    if fields
        .iter()
        .all(|(_, data)| std::str::from_utf8(data).is_ok())
    {
        return Ok(Letters::Utf8);
    }
    let said = |tag: &str| {
        fields
            .iter()
            .find(|(one, _)| *one == tag)
            .map(|(_, data)| *data)
    };
    let has = |data: Option<&[u8]>, word: &[u8]| {
        data.is_some_and(|data| data.windows(word.len()).any(|some| some == word))
    };
    let chinese = said("245").is_none()
        && said("200").is_some()
        && (has(said("101"), b"chi") || has(said("100"), b"chi"));
    let readable = |data: &[u8]| {
        GBK.decode_without_bom_handling_and_without_replacement(data)
            .is_some()
    };
    match chinese && fields.iter().all(|(_, data)| readable(data)) {
        true => Ok(Letters::Gbk),
        false => Err(Damage::Letters),
    }
}
