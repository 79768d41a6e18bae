//! Uploaded files: whole, of one owner, and by an id that is no path.

use super::place::{Place, ROOM, both};
use runcell::file::Pattern;
use runcell::job::FileId;
use runcell::store::{FileError, StoreError};
use std::fs;

both!(files_are_kept_listed_and_deleted, kept);

async fn kept(place: Place) {
    let store = place.open().await;
    let first = store.upload("me", "../../etc/pass\nwd.csv", "text/csv", &b"abc"[..], 3).await.unwrap();
    let second = store.upload("me", "b.txt", "text/plain", &b""[..], 3).await.unwrap();
    assert_eq!((first.name.as_str(), first.size), ("../../etc/passwd.csv", 3));
    assert_eq!(first.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(store.uploads("me", None).await.unwrap(), [first.clone(), second.clone()]);
    let texts = store.uploads("me", Some(&Pattern::new("*.txt").unwrap())).await.unwrap();
    assert_eq!(texts, std::slice::from_ref(&second));
    assert_eq!(store.uploaded("me", &first.id).await.unwrap(), first);
    store.delete_upload("me", &first.id).await.unwrap();
    assert_eq!(store.uploads("me", None).await.unwrap(), [second]);
    let mut staged = store.stage(ROOM.0, ROOM.1).await.unwrap();
    assert!(matches!(staged.put_upload("a", &first).await, Err(FileError::NoUpload(_))));
}

both!(nobody_sees_anothers_files, apart);

async fn apart(place: Place) {
    let store = place.open().await;
    let mine = store.upload("me", "a", "", &b"mine"[..], 10).await.unwrap();
    for owner in ["you", "Me", "me/", "../me", "", "%", "me' OR '1'='1"] {
        assert_eq!(store.uploads(owner, None).await.unwrap(), [], "{owner}");
        let seen = store.uploaded(owner, &mine.id).await;
        assert!(matches!(seen, Err(StoreError::File(FileError::NoUpload(_)))), "{owner}");
        let deleted = store.delete_upload(owner, &mine.id).await;
        assert!(matches!(deleted, Err(StoreError::File(FileError::NoUpload(_)))), "{owner}");
        store.upload(owner, "a", "", &b"theirs"[..], 10).await.unwrap();
    }
    assert_eq!(store.uploads("me", None).await.unwrap(), [mine]);
    assert!(store.uploaded("me", &FileId::from_random([0; 16])).await.is_err());
}

both!(what_is_too_large_or_breaks_off_leaves_nothing, nothing);

async fn nothing(place: Place) {
    let store = place.open().await;
    let large = store.upload("me", "a", "", tokio::io::repeat(1), 1000).await;
    assert!(matches!(large, Err(StoreError::File(FileError::TooLarge { max: 1000, .. }))), "{large:?}");
    let (stuck, _writer) = tokio::io::duplex(10);
    let dropped = tokio::time::timeout(std::time::Duration::from_millis(50), store.upload("me", "a", "", stuck, 1000));
    dropped.await.expect_err("it waits for more");
    assert_eq!(store.uploads("me", None).await.unwrap(), []);
    let staging = place.data().join("staging").join(store.server_id());
    assert_eq!(fs::read_dir(staging).unwrap().count(), 0);
    assert_eq!(fs::read_dir(place.data().join("files")).unwrap().count(), 0);
}
