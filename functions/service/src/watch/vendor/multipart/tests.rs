use domain::limits;

use super::{boundary, parts};
use crate::watch::vendor::Wrong;

fn read(body: &[u8]) -> Vec<(&str, &[u8])> {
    let parts = parts(body, "b").expect("few parts");
    parts
        .iter()
        .map(|part| (part.content_type, part.body))
        .collect()
}

#[test]
fn a_boundary_stands_in_the_content_type_of_several_parts_alone() {
    let rows = [
        ("", Ok(None)),
        ("application/json; boundary=x", Ok(None)),
        (
            "multipart/form-data; boundary=MIME_boundary",
            Ok(Some("MIME_boundary")),
        ),
        (
            "Multipart/Mixed;charset=utf-8; Boundary = \"a b\"",
            Ok(Some("a b")),
        ),
        ("multipart/form-data", Err(Wrong::Missing)),
        ("multipart/form-data; boundary=", Err(Wrong::Missing)),
    ];
    for (said, expected) in rows {
        assert_eq!(boundary(said).map_err(|flaw| flaw.what), expected, "{said}");
    }
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    assert_eq!(
        boundary(&long).map_err(|flaw| flaw.what),
        Err(Wrong::TooLong { max: 70 })
    );
}

#[test]
fn parts_are_found_with_either_end_of_line_and_without_a_last_one() {
    let crlf = b"before\r\n--b\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}\r\n--b\r\ncontent-type:image/jpeg\r\n\r\n\xff\xd8\n--bad\n--\r\n--b--\r\nafter";
    let two: Vec<(&str, &[u8])> = vec![
        ("application/json", b"{}"),
        ("image/jpeg", b"\xff\xd8\n--bad\n--"),
    ];
    assert_eq!(read(crlf), two);
    let lf = b"--b\nContent-Type: application/json\n\n{}\n--b \t\ncontent-type:image/jpeg\n\n\xff\xd8\n--bad\n--\n--b--";
    assert_eq!(read(lf), two);
    let open = b"--b\r\n\r\n{}\r\n--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8";
    assert_eq!(read(open), [("", &b"{}"[..]), ("image/jpeg", b"\xff\xd8")]);
    for nothing in [
        &b""[..],
        b"--b",
        b"--b--",
        b"--b\r\n",
        b"--b\r\nContent-Type: x",
        b"{}",
    ] {
        assert_eq!(read(nothing), [], "{nothing:?}");
    }
}

#[test]
fn there_are_so_many_parts_at_most() {
    let body = "--b\n\n{}\n".repeat(limits::DOOR_PARTS);
    assert_eq!(read(body.as_bytes()).len(), limits::DOOR_PARTS);
    let body = format!("{body}--b\n\n{{}}\n");
    let max = limits::DOOR_PARTS;
    let flaw = parts(body.as_bytes(), "b").expect_err("one too many");
    assert_eq!(flaw.what, Wrong::TooMany { max });
}
