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
