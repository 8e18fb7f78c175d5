//! The file of a call: its whole body, or the first file of a form.

use bytes::Bytes;
use wire::Problem;

use crate::market::import::read::bad_file;

/// A boundary has at most 70 characters; what a part says of itself is short.
const BOUNDARY_BYTES: usize = 80;
const HEAD_BYTES: usize = 4 * 1024;

/// Refuses `bad_file`: `damaged` where a form breaks off, `empty` where it has no file.
pub fn file(body: &Bytes) -> Result<Bytes, Problem> {
    let Some(boundary) = boundary(body) else {
        return Ok(body.clone());
    };
    let mut at = boundary.len();
    loop {
        let head = between(body, at, b"\r\n\r\n").filter(|end| end - at <= HEAD_BYTES);
        let head_end = head.ok_or_else(|| bad_file("damaged"))?;
        let from = head_end + 4;
        let next = [b"\r\n", boundary].concat();
        let until = between(body, from, &next).ok_or_else(|| bad_file("damaged"))?;
        let said = String::from_utf8_lossy(&body[at..head_end]).to_ascii_lowercase();
        if said.contains("filename=") || said.contains("name=\"file\"") {
            return Ok(body.slice(from..until));
        }
        at = until + next.len();
        if body[at..].starts_with(b"--") {
            return Err(bad_file("empty"));
        }
    }
}

/// With its hyphens; `None` where the body is no form.
fn boundary(body: &[u8]) -> Option<&[u8]> {
    let end = between(body, 0, b"\r\n").filter(|end| *end <= BOUNDARY_BYTES)?;
    let head = &body[end..body.len().min(end + HEAD_BYTES)];
    let form = body.starts_with(b"--")
        && String::from_utf8_lossy(head)
            .to_ascii_lowercase()
            .contains("content-disposition: form-data");
    form.then(|| &body[..end])
}

/// Where the bytes are found next.
fn between(body: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = body.get(from..)?;
    let mut windows = rest.windows(wanted.len());
    windows.position(|some| some == wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--x1\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nnot this\r\n--x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--x0,1\r\n\r\n--x1--\r\n";

    #[test]
    fn the_first_file_of_a_form_is_the_file() {
        let found = file(&Bytes::from_static(FORM)).expect("a file");
        assert_eq!(found, &b"a,b\r\n--x0,1\r\n"[..]);
    }

    #[test]
    fn what_is_no_form_is_the_file() {
        for body in [&b"a,b\r\n1,2"[..], b"--,--\r\n1,2", b"", b"--"] {
            let body = Bytes::from_static(body);
            assert_eq!(file(&body).expect("a file"), body);
        }
    }

    #[test]
    fn a_form_that_breaks_off_is_damaged_wherever_it_does() {
        let whole = file(&Bytes::from_static(FORM)).expect("a file");
        for end in 0..FORM.len() {
            match file(&Bytes::from_static(&FORM[..end])) {
                Ok(found) => assert!(found == whole || found == FORM[..end], "{end}"),
                Err(problem) => assert_eq!(problem.data["what"], "damaged", "{end}"),
            }
        }
        let none = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        let problem = file(&Bytes::from_static(none)).expect_err("no file");
        assert_eq!(problem.data["what"], "empty");
    }
}
