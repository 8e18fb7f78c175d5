//! `cargo xtask package`: the functions for AWS, each as the zip that `infra/template.yaml` names, and what else
//! `sam deploy` wants to be told.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::press;
use crate::setup::{pypi, std_of};
use crate::site::{App, DESK, RESIDENT};
use crate::steps::{Steps, spent};
use crate::stop::{About, Done, Stop};
use crate::tool;

/// Build every function for Lambda, and print what its zip weighs.
#[derive(clap::Args)]
pub struct Options {
    /// For arm64, which costs less; needs what PyPI and rustup bring.
    #[arg(long)]
    arm64: bool,
    /// Build everything a second time, elsewhere, and compare the zips byte by byte.
    #[arg(long)]
    twice: bool,
}

const BINS: &str = "functions/lambda/src/bin";
const PROFILE: &str = "lambda";
/// Where the template finds the zips.
pub const ZIPS: &str = "target/lambda";
const BUILT: &str = "target/functions";
/// Below a build: each program under its own name.
const PROGRAMS: &str = "programs";
const HELLO: &str = "hello";
const BUILT_AGAIN: &str = "target/functions-again";
/// What `sam deploy --parameter-overrides` is given.
const PARAMETERS: &str = "parameters";
/// What Lambda starts in a zip.
const BOOTSTRAP: &str = "bootstrap";
/// Beyond what deflate itself knows: with one pass of Zopfli, which takes longer and leaves three parts of a hundred less.
const ZOPFLI: i64 = 10;
/// A zip may weigh no more: the start of a function is mostly its loading.
const ZIP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Of glibc 2: what the image `provided.al2023` has.
const GLIBC_MINOR: u32 = 34;

#[derive(Clone, Copy)]
enum Arch {
    X86,
    Arm,
}

impl Arch {
    fn triple(self) -> &'static str {
        match self {
            Arch::X86 => "x86_64-unknown-linux-gnu",
            Arch::Arm => "aarch64-unknown-linux-gnu",
        }
    }

    /// As the template's parameter `Architecture` says it.
    fn parameter(self) -> &'static str {
        match self {
            Arch::X86 => "x86_64",
            Arch::Arm => "arm64",
        }
    }
}

pub fn run(root: &Path, options: &Options) -> Done {
    let arch = match options.arm64 {
        true => Arch::Arm,
        false => Arch::X86,
    };
    let mut steps = Steps::of(3 + usize::from(options.twice));
    let bins = bins(root)?;
    let what = format!("{} functions for {}", bins.len(), arch.parameter());
    let zips = steps.step(&what, || zips(root, arch, &bins, BUILT))?;
    if options.twice {
        steps.step("the same once more, elsewhere", || {
            let again = self::zips(root, arch, &bins, BUILT_AGAIN)?;
            tool::remove(&root.join(BUILT_AGAIN))?;
            refuse_different(&zips, &again)
        })?;
    }
    steps.step("their zips", || lay(root, &zips))?;
    steps.step("what sam deploy is told", || tell(root, arch))?;
    println!("packaged in {}", spent(steps.elapsed()));
    Ok(())
}

/// Builds them for this machine's processor as they are shipped, and lays their zips; the folder of the programs.
pub fn programs(root: &Path) -> Done<PathBuf> {
    let zips = zips(root, Arch::X86, &bins(root)?, BUILT)?;
    lay(root, &zips)?;
    Ok(root.join(BUILT).join(PROGRAMS))
}

/// Beside them one that does nothing, made in the same way.
pub fn hello(root: &Path, programs: &Path) -> Done {
    let made = build(root, Arch::X86, &root.join(BUILT), &["--example", HELLO])?;
    let file = made.of(HELLO);
    fs::copy(&file, programs.join(HELLO)).about(&file)?;
    Ok(())
}

/// Names of the functions.
fn bins(root: &Path) -> Done<Vec<String>> {
    let folder = root.join(BINS);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).about(&folder)? {
        let path = entry.about(&folder)?.path();
        let name = path.file_stem().map(|name| name.to_string_lossy());
        names.extend(name.map(|name| name.into_owned()));
    }
    names.sort();
    Ok(names)
}

struct Zip {
    name: String,
    bytes: Vec<u8>,
}

impl Zip {
    fn digest(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Builds into that folder of `target`, and zips what came of it: as many at once as there are processors for.
fn zips(root: &Path, arch: Arch, bins: &[String], built: &str) -> Done<Vec<Zip>> {
    let built = root.join(built);
    let made = build(root, arch, &built, &["--bins"])?;
    let programs = built.join(PROGRAMS);
    fs::create_dir_all(&programs).about(&programs)?;
    thread::scope(|scope| {
        let zips: Vec<_> = bins
            .iter()
            .map(|name| scope.spawn(|| zip(name, &made.of(name), &programs)))
            .collect();
        let zips = zips.into_iter().map(|zip| {
            let zip = zip.join();
            zip.unwrap_or_else(|_| Err(Stop::because("a program could not be zipped")))
        });
        zips.collect()
    })
}

/// Lays a copy of the program, and its zip beside it. What was zipped before is not zipped again.
fn zip(name: &str, file: &Path, programs: &Path) -> Done<Zip> {
    let program = fs::read(file).about(file)?;
    refuse_newer_libc(name, &program)?;
    let (copy, beside) = (programs.join(name), programs.join(format!("{name}.zip")));
    let bytes = match (fs::read(&copy), fs::read(&beside)) {
        (Ok(before), Ok(zip)) if before == program => zip,
        _ => {
            tool::remove(&beside)?;
            fs::copy(file, &copy).about(file)?;
            let zip = zipped(&program)?;
            fs::write(&beside, &zip).about(&beside)?;
            zip
        }
    };
    Ok(Zip {
        name: name.to_owned(),
        bytes,
    })
}

/// Where programs lie after a build.
enum Made {
    /// One beside the other, under their names.
    Beside(PathBuf),
    /// Each in a folder of its name, as cargo-lambda lays them.
    Apart(PathBuf),
}

impl Made {
    fn of(&self, name: &str) -> PathBuf {
        match self {
            Made::Beside(folder) => folder.join(name),
            Made::Apart(folder) => folder.join(name).join(BOOTSTRAP),
        }
    }
}

/// By cargo-lambda; where PyPI does not bring it, by Cargo alone, if this machine is such a one as Lambda's.
fn build(root: &Path, arch: Arch, built: &Path, which: &[&str]) -> Done<Made> {
    let mut cargo = tool::cargo(root);
    cargo
        .env("RUSTFLAGS", same_everywhere(root, built))
        .env("CARGO_TARGET_DIR", built);
    let without = match pypi::cargo_lambda() {
        Ok(program) => {
            demand_std(arch)?;
            let apart = built.join("bootstraps");
            cargo
                .env("PATH", tool::path_with(&[&program])?)
                // The profile says all of it.
                .args(["lambda", "build", "--disable-optimizations"])
                .arg("--lambda-dir")
                .arg(&apart);
            common(&mut cargo, arch, which);
            tool::run(&mut cargo, "cargo-lambda could not build the functions")?;
            return Ok(Made::Apart(apart));
        }
        Err(why) => why,
    };
    let about = tool::answer(tool::of_toolchain("rustc", None).arg("-vV")).unwrap_or_default();
    let host = format!("host: {}", arch.triple());
    if !about.lines().any(|line| line == host) {
        let why = "is not built here without cargo-lambda";
        return Err(Stop::because(format!("{without}; {} {why}", arch.triple())));
    }
    println!("  {without}: by Cargo alone, then");
    cargo.arg("build");
    common(&mut cargo, arch, which);
    tool::run(&mut cargo, "the functions did not compile")?;
    let folder = built.join(arch.triple()).join(PROFILE);
    let folder = match which {
        ["--example", ..] => folder.join("examples"),
        _ => folder,
    };
    Ok(Made::Beside(folder))
}

fn common(cargo: &mut Command, arch: Arch, which: &[&str]) {
    cargo
        .args(["--locked", "--package", "lambda"])
        .args(which)
        .args(["--profile", PROFILE, "--target", arch.triple()]);
}

fn demand_std(arch: Arch) -> Done {
    let triple = arch.triple();
    if std_of::is_there(tool::of_toolchain("rustc", None), triple)
        || std_of::added_by_rustup(triple)
    {
        return Ok(());
    }
    let why = "has no standard library here, and rustup does not bring it";
    Err(Stop::because(format!("{triple} {why}")))
}

/// Programs hold the names of the files they were made from, for panics to tell: none of this machine's.
fn same_everywhere(root: &Path, built: &Path) -> String {
    let cargo = tool::cargo_bin();
    let cargo = cargo.parent().unwrap_or(root);
    [(root, "/linli"), (cargo, "/cargo"), (built, "/built")]
        .into_iter()
        // Cargo takes its flags apart at spaces.
        .filter(|(folder, _)| !folder.to_string_lossy().contains(' '))
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that asks for a newer C library than Lambda's image has does not start there.
fn refuse_newer_libc(name: &str, program: &[u8]) -> Done {
    match newest_libc(program) {
        Some(minor) if minor > GLIBC_MINOR => Err(Stop::because(format!(
            "{name} needs glibc 2.{minor}, and Lambda has 2.{GLIBC_MINOR}: cargo-lambda, which PyPI did not bring, builds for it"
        ))),
        Some(_) | None => Ok(()),
    }
}

/// The newest version of glibc 2 that symbols of a program are asked of.
fn newest_libc(program: &[u8]) -> Option<u32> {
    const MARK: &[u8] = b"GLIBC_2.";
    let minors = program.windows(MARK.len()).enumerate();
    let minors = minors.filter(|(_, bytes)| *bytes == MARK).map(|(at, _)| {
        let rest = program[at + MARK.len()..].iter();
        let digits = rest.take_while(|byte| byte.is_ascii_digit()).take(3);
        digits.fold(0, |minor, byte| minor * 10 + u32::from(byte - b'0'))
    });
    minors.max()
}

/// The same program gives the same zip, whenever it is made.
fn zipped(program: &[u8]) -> Done<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(ZOPFLI))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let broken = |error: &dyn std::fmt::Display| Stop::because(format!("a zip: {error}"));
    let begun = writer.start_file(BOOTSTRAP, options);
    begun.map_err(|error| broken(&error))?;
    let written = writer.write_all(program);
    written.map_err(|error| broken(&error))?;
    let made = writer.finish().map_err(|error| broken(&error))?;
    Ok(made.into_inner())
}

fn refuse_different(zips: &[Zip], again: &[Zip]) -> Done {
    let differ = zips.iter().zip(again);
    let differ = differ.filter(|(one, other)| one.bytes != other.bytes);
    let names: Vec<&str> = differ.map(|(zip, _)| zip.name.as_str()).collect();
    if names.is_empty() && zips.len() == again.len() {
        println!("  every zip is the same, byte by byte");
        return Ok(());
    }
    let names = names.join(", ");
    Err(Stop::because(format!("another build differs: {names}")))
}

/// Writes the zips where the template finds them. Stops where one weighs too much.
fn lay(root: &Path, zips: &[Zip]) -> Done {
    let folder = root.join(ZIPS);
    fs::create_dir_all(&folder).about(&folder)?;
    let mut over = Vec::new();
    for zip in zips {
        let file = folder.join(format!("{}.zip", zip.name));
        fs::write(&file, &zip.bytes).about(&file)?;
        let (bytes, digest) = (zip.bytes.len(), zip.digest());
        println!("  {bytes:>9} bytes  {:<12} sha256 {digest}", zip.name);
        if bytes > ZIP_BYTES_MAX {
            over.push(zip.name.as_str());
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    let over = over.join(", ");
    Err(Stop::because(format!(
        "more than {ZIP_BYTES_MAX} bytes: {over}"
    )))
}

/// Which scripts the apps' pages may run is part of the deployment.
fn tell(root: &Path, arch: Arch) -> Done {
    let mut said = vec![format!("Architecture={}", arch.parameter())];
    for (parameter, app) in [("ResidentScripts", &RESIDENT), ("DeskScripts", &DESK)] {
        match page(root, app) {
            Some(html) => said.push(format!("{parameter}={}", digests(&html).join(","))),
            None => println!("  the {} app is not built: cargo xtask build", app.name),
        }
    }
    let said = said.join(" ");
    println!("  {said}");
    let file = root.join(ZIPS).join(PARAMETERS);
    fs::write(&file, said).about(&file)
}

fn page(root: &Path, app: &App) -> Option<String> {
    fs::read_to_string(root.join(app.dist).join(press::PAGE)).ok()
}

/// Of the scripts written into a page: SHA-256 in base 64, as a content policy names them.
fn digests(html: &str) -> Vec<String> {
    let scripts = html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (body, _) = rest.split_once("</script")?;
        (!attributes.contains("src=") && !body.is_empty()).then_some(body)
    });
    scripts
        .map(|script| STANDARD.encode(Sha256::digest(script)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn a_zip_is_the_same_whenever_it_is_made() {
        let once = zipped(b"program").expect("memory takes it");
        assert_eq!(once, zipped(b"program").expect("memory takes it"));
        assert_ne!(once, zipped(b"another").expect("memory takes it"));
        let zip = |name: &str, bytes: &[u8]| Zip {
            name: name.into(),
            bytes: bytes.into(),
        };
        let (one, other) = ([zip("a", b"1")], [zip("a", b"2")]);
        assert!(refuse_different(&one, &[zip("a", b"1")]).is_ok());
        assert!(refuse_different(&one, &other).is_err());
        assert!(refuse_different(&one, &[]).is_err());
    }

    #[test]
    fn a_program_says_which_libc_it_needs() {
        assert_eq!(
            newest_libc(b"a GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.17"),
            Some(34)
        );
        assert_eq!(newest_libc(b"GLIBC_2.2.5"), Some(2));
        assert_eq!(newest_libc(b"nothing"), None);
        assert!(refuse_newer_libc("x", b"GLIBC_2.34").is_ok());
        assert!(refuse_newer_libc("x", b"GLIBC_2.35").is_err());
    }

    #[test]
    fn scripts_of_a_page_are_named_by_digest() {
        let html = "<script type=module>alert(1)</script><script src=\"/a.js\"></script>";
        assert_eq!(
            digests(html),
            ["bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="]
        );
    }

    /// Every function there is has its zip in the template, and the other way round.
    #[test]
    fn the_template_names_every_zip() {
        let file = root().join("infra/template.yaml");
        let template = fs::read_to_string(file).expect("it is there");
        let mut named: Vec<&str> = template
            .lines()
            .filter_map(|line| line.trim().strip_prefix("CodeUri: ../target/lambda/"))
            .filter_map(|zip| zip.strip_suffix(".zip"))
            .collect();
        named.sort_unstable();
        assert_eq!(named, bins(&root()).expect("they are there"));
        let usual = format!("Default: {}", Arch::X86.parameter());
        assert!(template.contains(&usual), "what is built unless one says");
    }
}
