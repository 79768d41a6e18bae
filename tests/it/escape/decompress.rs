//! Bombs of compressed data, given as files: unpacking them ends at the limit of memory or of files.

use super::{expect_limit, file};
use crate::harness::{expect_stdout, report, request, run, stdout};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use runcell::file::InputFile;
use runcell::limits::{LimitKind, LimitsRequest};
use std::io::Write;

const MIB: usize = 1 << 20;

/// So many MiB of zeros by zlib.
fn zlib(mib: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    (0..mib).for_each(|_| encoder.write_all(&vec![0; MIB]).unwrap());
    encoder.finish().unwrap()
}

/// The same by gzip.
fn gzip(mib: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    (0..mib).for_each(|_| encoder.write_all(&vec![0; MIB]).unwrap());
    encoder.finish().unwrap()
}

/// A zip with one file of so many MiB.
fn zip(mib: usize) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("zeros", zip::write::SimpleFileOptions::default()).unwrap();
    (0..mib).for_each(|_| writer.write_all(&vec![0; MIB]).unwrap());
    writer.finish().unwrap().into_inner()
}

/// Runs a program that unpacks the file `bomb`, under 256 MiB of memory and 16 MiB of files.
fn unpack(runtime: &str, code: &str, bomb: &[u8]) -> runcell::outcome::Outcome {
    let mut victim = request(runtime, code);
    let bomb: InputFile = file("bomb", bomb);
    victim.files = vec![bomb];
    victim.limits = LimitsRequest::default().with(LimitKind::Memory, 256 << 20).with(LimitKind::FileBytes, 16 << 20);
    run(victim)
}

const PYTHON_ZLIB: &str = "import zlib; print(len(zlib.decompress(open('bomb', 'rb').read())))";
const PYTHON_GZIP: &str = "import gzip; print(len(gzip.open('bomb').read()))";
const PYTHON_ZIP: &str = "import zipfile; z = zipfile.ZipFile('bomb'); print(len(z.read('zeros')))";
const RUBY_ZLIB: &str = "require 'zlib'; puts Zlib::Inflate.inflate(File.binread('bomb')).size";
const RUBY_GZIP: &str = "require 'zlib'; puts Zlib.gunzip(File.binread('bomb')).size";

#[test]
fn small_archives_are_unpacked() {
    let expected = format!("{MIB}\n");
    for (runtime, code, bytes) in [
        ("python", PYTHON_ZLIB, zlib(1)),
        ("python", PYTHON_GZIP, gzip(1)),
        ("python", PYTHON_ZIP, zip(1)),
        ("ruby", RUBY_ZLIB, zlib(1)),
        ("ruby", RUBY_GZIP, gzip(1)),
    ] {
        expect_stdout(&unpack(runtime, code, &bytes), &expected);
    }
}

#[test]
fn bombs_end_at_the_limit_of_memory() {
    let (zlib, gzip, zip) = (zlib(300), gzip(300), zip(300));
    assert!(zlib.len() < MIB, "{} bytes of input", zlib.len());
    for (runtime, code, bytes) in [
        ("python", PYTHON_ZLIB, &zlib),
        ("python", PYTHON_GZIP, &gzip),
        ("python", PYTHON_ZIP, &zip),
        ("ruby", RUBY_ZLIB, &zlib),
        ("ruby", RUBY_GZIP, &gzip),
    ] {
        expect_limit(&unpack(runtime, code, bytes), LimitKind::Memory, 256 << 20);
    }
}

/// php has a limit of its own for memory; without it, it ends below the run's.
#[test]
fn php_ends_bombs_itself() {
    for (code, bytes) in [
        ("<?php echo strlen(gzuncompress(file_get_contents('bomb')));", zlib(300)),
        ("<?php echo strlen(gzdecode(file_get_contents('bomb')));", gzip(300)),
        ("<?php ini_set('memory_limit', -1); echo strlen(gzuncompress(file_get_contents('bomb')));", zlib(300)),
        ("<?php $z = new ZipArchive; $z->open('bomb'); echo strlen($z->getFromIndex(0));", zip(300)),
    ] {
        let outcome = unpack("php", code, &bytes);
        let text = stdout(&outcome);
        assert!(text.contains("Allowed memory size") || text.contains("Out of memory"), "{code}: {}", report(&outcome));
    }
    // A stream without a known length grows by small steps, which costs more work than a run has.
    let code = "<?php echo strlen(file_get_contents('compress.zlib://bomb'));";
    expect_limit(&unpack("php", code, &gzip(300)), LimitKind::Fuel, 20_000_000_000);
}

#[test]
fn bombs_that_are_unpacked_to_files_end_at_the_limit_of_files() {
    let (gzip, zip) = (gzip(40), zip(40));
    for (runtime, code, bytes) in [
        ("python", "import zipfile; zipfile.ZipFile('bomb').extractall('out')", &zip),
        ("python", "import gzip, shutil; shutil.copyfileobj(gzip.open('bomb'), open('out', 'wb'))", &gzip),
        ("ruby", "require 'zlib'; Zlib::GzipReader.open('bomb') { |z| IO.copy_stream(z, 'out') }", &gzip),
    ] {
        expect_limit(&unpack(runtime, code, bytes), LimitKind::FileBytes, 16 << 20);
    }
}
