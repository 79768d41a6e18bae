//! Uploaded files: whole, of one tenant, and by an id that is no path.

use super::place::{Place, ROOM, both, quotas};
use super::place::{of, tenant};
use runcell::file::Pattern;
use runcell::job::FileId;
use runcell::store::{FileError, StoreError};
use std::fs;

both!(files_are_kept_listed_and_deleted, kept);

async fn kept(place: Place) {
    let store = place.open().await;
    let first =
        store.upload(&tenant("me"), "../../etc/pass\nwd.csv", "text/csv", &b"abc"[..], &quotas(3)).await.unwrap();
    let second = store.upload(&tenant("me"), "b.txt", "text/plain", &b""[..], &quotas(3)).await.unwrap();
    assert_eq!((first.name.as_str(), first.size), ("../../etc/passwd.csv", 3));
    assert_eq!(first.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(of(&store, "me").uploads(None).await.unwrap(), [first.clone(), second.clone()]);
    let texts = of(&store, "me").uploads(Some(&Pattern::new("*.txt").unwrap())).await.unwrap();
    assert_eq!(texts, std::slice::from_ref(&second));
    assert_eq!(of(&store, "me").uploaded(&first.id).await.unwrap(), first);
    of(&store, "me").delete_upload(&first.id).await.unwrap();
    assert_eq!(of(&store, "me").uploads(None).await.unwrap(), [second]);
    let mut staged = store.stage(ROOM.0, ROOM.1).await.unwrap();
    assert!(matches!(staged.put_upload("a", &first).await, Err(FileError::NoUpload(_))));
}

both!(nobody_sees_anothers_files, apart);

async fn apart(place: Place) {
    let store = place.open().await;
    let mine = store.upload(&tenant("me"), "a", "", &b"mine"[..], &quotas(10)).await.unwrap();
    for owner in ["you", "Me", "me.", "m", "me-", "me@me", "0"] {
        assert_eq!(of(&store, owner).uploads(None).await.unwrap(), [], "{owner}");
        let seen = of(&store, owner).uploaded(&mine.id).await;
        assert!(matches!(seen, Err(StoreError::File(FileError::NoUpload(_)))), "{owner}");
        let deleted = of(&store, owner).delete_upload(&mine.id).await;
        assert!(matches!(deleted, Err(StoreError::File(FileError::NoUpload(_)))), "{owner}");
        store.upload(&tenant(owner), "a", "", &b"theirs"[..], &quotas(10)).await.unwrap();
    }
    assert_eq!(of(&store, "me").uploads(None).await.unwrap(), [mine]);
    assert!(of(&store, "me").uploaded(&FileId::from_random([0; 16])).await.is_err());
}

both!(what_is_too_large_or_breaks_off_leaves_nothing, nothing);

async fn nothing(place: Place) {
    let store = place.open().await;
    let large = store.upload(&tenant("me"), "a", "", tokio::io::repeat(1), &quotas(1000)).await;
    assert!(matches!(large, Err(StoreError::File(FileError::TooLarge { max: 1000, .. }))), "{large:?}");
    let (stuck, _writer) = tokio::io::duplex(10);
    let me = tenant("me");
    let most = quotas(1000);
    let dropped = tokio::time::timeout(std::time::Duration::from_millis(50), store.upload(&me, "a", "", stuck, &most));
    dropped.await.expect_err("it waits for more");
    assert_eq!(of(&store, "me").uploads(None).await.unwrap(), []);
    let staging = place.data().join("staging").join(store.server_id());
    assert_eq!(fs::read_dir(staging).unwrap().count(), 0);
    assert_eq!(fs::read_dir(place.data().join("files")).unwrap().count(), 0);
}

async fn counted(place: Place) {
    let store = place.open().await;
    let quotas = runcell::config::UploadsConfig { file_bytes: 100, total_bytes: 10, files: 3 };
    let put = async |owner: &str, bytes: &'static [u8]| store.upload(&tenant(owner), "a", "", bytes, &quotas).await;
    put("me", b"12345").await.unwrap();
    let error = put("me", b"123456").await.expect_err("eleven bytes together").to_string();
    assert!(
        error.contains("1 uploaded files of 5 bytes are kept, 3 files of 10 bytes together are allowed"),
        "{error}"
    );
    put("you", b"123456").await.expect("another tenant has quotas of its own");
    put("me", b"12345").await.expect("exactly ten bytes");
    put("me", b"").await.expect("the third file");
    put("me", b"").await.expect_err("a fourth file");
    let first = of(&store, "me").uploads(None).await.unwrap()[0].id.clone();
    of(&store, "me").delete_upload(&first).await.unwrap();
    put("me", b"1").await.expect("what is deleted does not count");
}

both!(a_tenant_may_upload_so_much_and_no_more, counted);
