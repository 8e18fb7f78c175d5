//! One style sheet instead of many: fewer to wait for, and they press better together.

use std::fs;
use std::path::Path;

use crate::fingerprint;
use crate::press;
use crate::stop::{About, Done, Stop};

const BEGINS: &str = "<link rel=\"stylesheet\" href=\"";

/// Puts the sheets that the page of a built app names into one, in their order, and names that one instead.
pub fn join(dist: &Path) -> Done {
    let index = dist.join(press::PAGE);
    let page = fs::read_to_string(&index).about(&index)?;
    let mut joined = Vec::new();
    let mut left = String::with_capacity(page.len());
    let mut place = None;
    let mut rest = page.as_str();
    while let Some((before, link)) = rest.split_once(BEGINS) {
        let (address, after) = link.split_once('"').ok_or_else(unreadable)?;
        let (_, after) = after.split_once('>').ok_or_else(unreadable)?;
        let (folder, name) = address.rsplit_once('/').ok_or_else(unreadable)?;
        let file = dist.join(name);
        joined.extend(fs::read(&file).about(&file)?);
        joined.push(b'\n');
        fs::remove_file(&file).about(&file)?;
        left.push_str(before);
        place.get_or_insert((left.len(), folder));
        rest = after;
    }
    left.push_str(rest);
    let (at, folder) = place.ok_or_else(unreadable)?;
    let name = format!("style-{}.css", fingerprint::of_bytes(&joined));
    left.insert_str(at, &format!("{BEGINS}{folder}/{name}\">"));
    let file = dist.join(name);
    fs::write(&file, joined).about(&file)?;
    fs::write(&index, left).about(&index)
}

fn unreadable() -> Stop {
    Stop::because("the page that trunk made names no style sheet that can be read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool;

    #[test]
    fn all_sheets_in_their_order_and_one_link() {
        let dist = tool::scratch("sheets").expect("a writable temporary folder");
        let page = "<head><title>x</title>\n<link rel=\"stylesheet\" href=\"/desk/b-1.css\" integrity=\"sha384-x\"/>\n\
                    <link rel=\"stylesheet\" href=\"/desk/a-2.css\"/>\n<link rel=\"icon\" href=\"/desk/i.svg\"></head>";
        for (name, content) in [("index.html", page), ("b-1.css", "b{}"), ("a-2.css", "a{}")] {
            fs::write(dist.join(name), content).expect("a writable file");
        }
        join(&dist).expect("both are there");
        let made = fs::read_to_string(dist.join("index.html")).expect("it is there");
        let name = format!("style-{}.css", fingerprint::of_bytes(b"b{}\na{}\n"));
        let link =
            format!("<head><title>x</title>\n<link rel=\"stylesheet\" href=\"/desk/{name}\">");
        assert!(made.starts_with(&link), "{made}");
        assert_eq!(made.matches("stylesheet").count(), 1);
        assert!(
            made.ends_with("<link rel=\"icon\" href=\"/desk/i.svg\"></head>"),
            "{made}"
        );
        assert_eq!(
            fs::read(dist.join(&name)).expect("it is there"),
            b"b{}\na{}\n"
        );
        assert!(!dist.join("b-1.css").exists());
        assert!(join(&dist).is_ok(), "one alone is joined with nothing");
        fs::write(dist.join("index.html"), "<head></head>").expect("a writable file");
        assert!(join(&dist).is_err());
        tool::remove(&dist).expect("removable");
    }
}
