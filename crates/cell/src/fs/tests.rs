//! Tests of the tree: POSIX rules, quotas, and that nothing leads out of it.

use super::*;
use crate::limit::LimitHit;
use runcell_model::limits::LimitKind;

fn tree() -> FileTree {
    let mut base = BaseBuilder::default();
    base.bytes("/usr/lib/a.txt", *b"alpha");
    base.bytes("/usr/b", *b"beta");
    FileTree::new(base.build(), Quota::of(1000, 10))
}

fn at(tree: &FileTree, path: &str) -> Resolved {
    tree.resolve(NodeId::ROOT, path.as_bytes(), Follow::No).expect(path)
}

fn write(tree: &mut FileTree, path: &str, data: &[u8]) -> NodeId {
    let at = at(tree, path);
    let id = at.node.unwrap_or_else(|| tree.create_file(&at, 1).expect(path));
    tree.write_at(id, 0, data, 1).expect(path);
    id
}

fn names(tree: &FileTree, path: &str) -> Vec<String> {
    let dir = at(tree, path).node.expect(path);
    let listed = tree.read_dir(dir, 0).expect(path);
    listed.map(|entry| String::from_utf8_lossy(entry.name).into_owned()).collect()
}

fn errno<T: std::fmt::Debug>(result: FsResult<T>) -> Errno {
    match result {
        Err(FsError::Errno(errno)) => errno,
        other => panic!("expected an errno, not {other:?}"),
    }
}

#[test]
fn the_base_is_read_and_never_written() {
    let mut tree = tree();
    let file = at(&tree, "/usr/lib/a.txt").node.expect("there");
    assert_eq!(tree.read_all(file).expect("reads"), b"alpha");
    assert_eq!(errno(tree.write_at(file, 0, b"x", 1)), Errno::RoFs);
    let new = at(&tree, "/usr/new");
    assert_eq!(errno(tree.create_file(&new, 1)), Errno::RoFs);
    let gone = at(&tree, "/usr/b");
    assert_eq!(errno(tree.unlink(&gone, 1)), Errno::RoFs);
    let root_file = at(&tree, "/x");
    assert_eq!(errno(tree.create_file(&root_file, 1)), Errno::RoFs);
    assert_eq!(names(&tree, "/"), [".", "..", "work", "tmp", "dev", "usr"]);
}

#[test]
fn paths_never_leave_the_tree() {
    let mut tree = tree();
    assert_eq!(at(&tree, "/../../..").node, Some(NodeId::ROOT));
    let link = at(&tree, "/work/up");
    tree.create_symlink(&link, b"../../../usr/../usr/b", 1).expect("a link");
    let followed = tree.resolve(NodeId::ROOT, b"work/up", Follow::Yes).expect("followed");
    assert_eq!(tree.read_all(followed.node.expect("there")).expect("reads"), b"beta");
    for (name, target) in [("a", "b"), ("b", "a")] {
        let link = at(&tree, &format!("/work/{name}"));
        tree.create_symlink(&link, target.as_bytes(), 1).expect("a link");
    }
    assert_eq!(errno(tree.resolve(NodeId::ROOT, b"/work/a", Follow::Yes)), Errno::Loop);
    assert_eq!(errno(tree.resolve(NodeId::ROOT, b"/work/a\0b", Follow::Yes)), Errno::Inval);
    assert_eq!(errno(tree.resolve(NodeId::ROOT, "n".repeat(300).as_bytes(), Follow::Yes)), Errno::NameTooLong);
}

#[test]
fn a_path_that_must_stay_beneath_does() {
    let mut tree = tree();
    for dir in ["/work/d", "/work/d/e"] {
        let at = at(&tree, dir);
        tree.create_dir(&at, 1).expect(dir);
    }
    write(&mut tree, "/work/d/e/f", b"f");
    for (name, target) in [("up", "../.."), ("away", "/work/d"), ("in", "e/../e")] {
        let link = at(&tree, &format!("/work/d/{name}"));
        tree.create_symlink(&link, target.as_bytes(), 1).expect("a link");
    }
    let top = at(&tree, "/work/d").node.expect("there");
    let walk = |path: &str| tree.resolve_within(Reach::Beneath, top, path.as_bytes(), Follow::Yes);
    for path in ["e/f", "./e/../e//f", "in/f", "e/./f"] {
        assert!(walk(path).expect(path).node.is_some(), "{path}");
    }
    for path in ["..", "e/../../d/e/f", "/work/d/e/f", "/", "up", "up/d", "away/e/f"] {
        assert_eq!(errno(walk(path)), Errno::Perm, "{path}");
    }
    assert!(tree.resolve(top, b"../d/away/e/f", Follow::Yes).expect("elsewhere it leads on").node.is_some());
}

#[test]
fn names_of_links_do_not_end_in_a_slash() {
    let mut tree = tree();
    let id = write(&mut tree, "/work/f", b"f");
    let new = at(&tree, "/work/new/");
    assert_eq!(errno(tree.create_symlink(&new, b"f", 1)), Errno::NoEnt);
    assert_eq!(errno(tree.link(id, &new, 1)), Errno::NoEnt);
    tree.create_dir(&new, 1).expect("a directory may");
    let there = at(&tree, "/work/new/");
    assert_eq!(errno(tree.create_symlink(&there, b"f", 1)), Errno::Exist);
    assert_eq!(errno(tree.link(id, &there, 1)), Errno::Exist);
}

#[test]
fn permission_bits_are_kept_and_new_ones_obey_the_mask() {
    let mut tree = tree();
    let mode = |tree: &FileTree, path: &str| tree.stat(at(tree, path).node.expect(path)).mode;
    let file = write(&mut tree, "/work/f", b"f");
    assert_eq!((mode(&tree, "/work"), mode(&tree, "/tmp"), mode(&tree, "/usr/b")), (0o755, 0o1777, 0o444));
    assert_eq!(mode(&tree, "/work/f"), 0o644);
    tree.set_mode(file, 0o100_755).expect("ours");
    assert_eq!(mode(&tree, "/work/f"), 0o755);
    assert_eq!(tree.set_umask(0o077), 0o022);
    let dir = at(&tree, "/work/d");
    tree.create_dir(&dir, 1).expect("creates");
    assert_eq!(mode(&tree, "/work/d"), 0o700);
    let base = at(&tree, "/usr/b").node.expect("there");
    assert_eq!(errno(tree.set_mode(base, 0o600)), Errno::RoFs);
}

#[test]
fn unlinked_files_live_until_they_are_closed() {
    let mut tree = tree();
    let id = write(&mut tree, "/work/f", &[7; 600]);
    tree.hold(id);
    let gone = at(&tree, "/work/f");
    tree.unlink(&gone, 1).expect("unlinks");
    let mut byte = [0];
    assert_eq!(tree.read_at(id, 599, &mut byte).expect("still there"), 1);
    let other = at(&tree, "/work/g");
    let other = tree.create_file(&other, 1).expect("creates");
    tree.set_len(other, 600, 1).expect_err("the bytes are still held");
    tree.release(id);
    tree.set_len(other, 600, 1).expect("now there is room");
}

#[test]
fn rename_follows_posix() {
    let mut tree = tree();
    for dir in ["/work/d", "/work/d/e"] {
        let at = at(&tree, dir);
        tree.create_dir(&at, 1).expect(dir);
    }
    write(&mut tree, "/work/f", b"one");
    write(&mut tree, "/work/d/g", b"two");
    let mut rename = |from: &str, to: &str| {
        let (from, to) = (at(&tree, from), at(&tree, to));
        tree.rename(&from, &to, 1)
    };
    assert_eq!(errno(rename("/work/d", "/work/d/e/d")), Errno::Inval);
    assert_eq!(errno(rename("/work/f", "/work/d")), Errno::IsDir);
    assert_eq!(errno(rename("/work/d", "/work/f")), Errno::NotDir);
    assert_eq!(errno(rename("/work/f", "/usr/f")), Errno::RoFs);
    rename("/work/f", "/work/d/g").expect("replaces");
    rename("/work/d", "/tmp/moved").expect("moves a directory");
    assert_eq!(names(&tree, "/tmp/moved"), [".", "..", "e", "g"]);
    let moved = at(&tree, "/tmp/moved/e/../../..");
    assert_eq!(moved.node, Some(NodeId::ROOT));
}

#[test]
fn a_listing_survives_removals() {
    let mut tree = tree();
    for name in ["a", "b", "c"] {
        write(&mut tree, &format!("/work/{name}"), b"");
    }
    let dir = at(&tree, "/work").node.expect("there");
    let cookie = tree.read_dir(dir, 0).expect("lists").nth(2).expect("the first file").next;
    let first = at(&tree, "/work/a");
    tree.unlink(&first, 1).expect("unlinks");
    let rest: Vec<_> = tree.read_dir(dir, cookie).expect("lists").map(|entry| entry.name.to_vec()).collect();
    assert_eq!(rest, [b"b", b"c"]);
}

#[test]
fn the_quota_names_itself() {
    let mut tree = tree();
    let id = write(&mut tree, "/work/f", &[1; 900]);
    let hit = LimitHit { kind: LimitKind::FileBytes, allowed: 1000, used: 1001 };
    assert_eq!(tree.write_at(id, 1000, b"x", 1), Err(FsError::Limit(hit)));
    assert_eq!(tree.set_len(id, u64::MAX / 2, 1).expect_err("a sparse giant").to_string().split(':').count(), 2);
    for index in 1..10 {
        write(&mut tree, &format!("/work/{index}"), b"");
    }
    let eleventh = at(&tree, "/work/eleven");
    let hit = LimitHit { kind: LimitKind::Files, allowed: 10, used: 11 };
    assert_eq!(tree.create_file(&eleventh, 1), Err(FsError::Limit(hit)));
    let second_name = tree.link(id, &eleventh, 1);
    assert_eq!(second_name, Err(FsError::Limit(hit)), "a hard link takes an entry as well");
}
