//! Uploaded files over HTTP.

use super::client::ask;
use super::server::both;
use crate::harness::prepare;
use serde_json::json;

both! {
    fn a_file_comes_as_a_form_and_goes_out_whole_or_in_parts(on: Database) {
        let server = on.shared();
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let added = server.send(&ask("POST", "/api/files").form(&[("file", Some("dir/data \"1\".bin"), &bytes)]));
        let json = added.json();
        assert_eq!((added.status, &json["bytes"]), (201, &200_000.into()), "{json}");
        let path = added.header("location").to_owned();
        assert_eq!(server.get(&path).json()["file_id"], json["file_id"]);
        let whole = server.get(&format!("{path}/content"));
        assert!(whole.body == bytes && whole.header("accept-ranges") == "bytes");
        assert!(whole.header("content-disposition").starts_with("attachment; filename=\""), "{whole:?}");
        let part = server.send(&ask("GET", &format!("{path}/content")).header("Range", "bytes=10-19"));
        assert_eq!(
            (part.status, part.header("content-range"), &part.body[..]),
            (206, "bytes 10-19/200000", &bytes[10..20])
        );
        let tag = whole.header("etag").to_owned();
        let same = server.send(&ask("GET", &format!("{path}/content")).header("If-None-Match", &tag));
        assert_eq!((same.status, same.body.len()), (304, 0));
        let beyond = server.send(&ask("GET", &format!("{path}/content")).header("Range", "bytes=200000-"));
        assert_eq!(beyond.header("content-range"), "bytes */200000");
        beyond.problem(416, "out_of_range");
        assert_eq!(server.send(&ask("DELETE", &path)).status, 204);
        server.get(&path).problem(404, "not_found");
        server.get("/api/files/..%2f..%2fetc%2fpasswd").problem(400, "invalid");
    }

    fn a_file_as_json_is_run(on: Database) {
        prepare("python");
        let given = json!({ "filename": "sum.py", "content": "import sys\nprint(sum(map(int, sys.argv[1:])))", "language": "python" });
        let added = on.shared().post("/api/files", &given);
        assert_eq!(added.status, 201, "{}", added.text());
        let path = format!("{}/execute", added.header("location"));
        let json = on.shared().post(&path, &json!({ "args": ["1", "2", "39"] })).json();
        assert_eq!((&json["status"], &json["stdout"]), (&"completed".into(), &"42\n".into()), "{json}");
        let listed = on.shared().get("/api/files?pattern=sum.*").json();
        assert_eq!(listed["files"][0]["filename"], "sum.py", "{listed}");
        assert_eq!(on.shared().get("/api/files?target=out").json()["count"], 0);
        assert!(on.shared().get("/api/files/stats").json()["files"].as_u64().unwrap() > 0);
    }

    fn what_a_tenant_may_not_have_leaves_nothing(on: Database) {
        let server = on.start("[uploads]\nfile_bytes = 1000\nfiles = 2", |_| {});
        let upload = |name: &str, bytes: usize| {
            server.send(&ask("POST", "/api/files").form(&[("file", Some(name), &vec![b'x'; bytes])]))
        };
        upload("long", 1001).problem(413, "too_large");
        assert_eq!((upload("a", 1000).status, upload("b", 0).status), (201, 201));
        upload("c", 1).problem(429, "quota");
        assert_eq!(server.get("/api/files").json()["count"], 2);
        let cut = ask("POST", "/api/files").body(
            "multipart/form-data; boundary=XX",
            b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"d\"\r\n\r\nhalf",
        );
        server.send(&cut).problem(400, "invalid");
        assert!(
            server
                .send(&ask("POST", "/api/files").form(&[("other", None, b"x")]))
                .problem(400, "invalid")
                .contains("`file`")
        );
        server.send(&ask("POST", "/api/files").body("text/plain", b"x")).problem(415, "wrong_type");
        assert_eq!(server.get("/api/files/stats").json()["files"], 2);
    }
}
