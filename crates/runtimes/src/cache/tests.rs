//! Tests of the cache: made once, never half, damage found and healed.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

fn key(text: &str) -> Key {
    Key::new("test", [text])
}

fn make(cache: &Cache, key: &Key, text: &str) -> CacheEntry {
    cache
        .find_or_make::<CacheError>(
            key,
            || (),
            |dir| fs::write(dir.join("f"), text).map_err(CacheError::io("write", dir)),
        )
        .expect("makes")
}

#[test]
fn an_entry_is_made_once_by_many_threads() {
    let root = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(root.path().to_owned());
    let count = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let entry = cache.find_or_make::<CacheError>(
                    &key("k"),
                    || (),
                    |dir| {
                        count.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        fs::write(dir.join("f"), "once").map_err(CacheError::io("write", dir))
                    },
                );
                assert_eq!(fs::read(entry.expect("there").path("f")).expect("reads"), b"once");
            });
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_failed_making_leaves_nothing_and_the_next_try_succeeds() {
    let root = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(root.path().to_owned());
    let failed = cache.find_or_make::<CacheError>(
        &key("k"),
        || (),
        |dir| {
            fs::write(dir.join("f"), "half").expect("writes");
            Err(CacheError::Unstable { dir: dir.to_owned() })
        },
    );
    failed.expect_err("as told");
    assert!(cache.find(&key("k")).is_none());
    assert_eq!(fs::read_dir(root.path().join("staging")).expect("reads").count(), 0);
    make(&cache, &key("k"), "whole");
}

#[test]
fn damage_is_found_and_healed() {
    let root = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(root.path().to_owned());
    let damages: [fn(&Path); 4] = [
        |file| fs::write(file, "whole?").expect("flips bytes of the same length"),
        |file| fs::write(file, "who").expect("truncates"),
        |file| fs::remove_file(file).expect("removes"),
        |file| fs::write(file.with_file_name("record.json"), "{").expect("breaks the record"),
    ];
    for damage in damages {
        let entry = make(&cache, &key("k"), "whole!");
        damage(&entry.path("f"));
        assert!(cache.find(&key("k")).is_none());
        let healed = make(&cache, &key("k"), "whole!");
        assert_eq!(fs::read(healed.path("f")).expect("reads"), b"whole!");
    }
}

#[test]
fn an_untouched_copy_of_a_cache_is_good() {
    let (root, copy) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let entry = make(&Cache::new(root.path().to_owned()), &key("k"), "text");
    let target = copy.path().join("entries").join(key("k").name());
    fs::create_dir_all(&target).expect("creates");
    for name in ["f", "record.json"] {
        fs::copy(entry.path(name), target.join(name)).expect("copies");
    }
    assert!(Cache::new(copy.path().to_owned()).find(&key("k")).is_some());
}

#[test]
fn leftovers_of_a_killed_process_do_not_matter() {
    let root = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(root.path().to_owned());
    let staging = root.path().join("staging").join(key("k").name());
    fs::create_dir_all(&staging).expect("creates");
    fs::write(staging.join("old"), "half").expect("writes");
    let entry = make(&cache, &key("k"), "whole");
    assert!(!entry.path("old").exists());
}

#[test]
fn parts_of_a_key_do_not_run_together() {
    assert_ne!(Key::new("t", ["ab", "c"]), Key::new("t", ["a", "bc"]));
}
