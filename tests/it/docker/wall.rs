//! The walls around a container that asked for nothing: what it may not touch.

use super::harness::*;
use runcell::docker::{Confinement, ContainerRun, Network, UserRule};

#[test]
fn there_is_no_network_unless_asked() {
    the_engine!();
    expect_stdout(&finish(script("ls /sys/class/net; cat /proc/net/route | wc -l")), "lo\n1\n");
    let ended = finish(script_with("ls /sys/class/net", |confinement| confinement.network = Network::Default));
    assert!(stdout(&ended.1).contains("eth0"), "{ended:?}");
}

#[test]
fn nobody_is_root_and_nobody_has_capabilities() {
    the_engine!();
    let status = "grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/self/status";
    for rule in [UserRule::NotRoot, UserRule::Image, UserRule::Fixed { uid: 1234, gid: 5678 }] {
        let expected = match &rule {
            UserRule::NotRoot => not_root(),
            UserRule::Image => (0, 0),
            UserRule::Fixed { uid, gid } => (*uid, *gid),
        };
        let ended =
            finish(script_with(&format!("echo $(id -u):$(id -g); {status}"), |confinement| confinement.user = rule));
        expect_exit(&ended, 0);
        let out = stdout(&ended.1);
        let mut lines = out.lines();
        assert_eq!(lines.next(), Some(&format!("{}:{}", expected.0, expected.1)[..]));
        let values: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(":\t")).collect();
        assert_eq!(values.len(), 7, "{out}");
        for (name, value) in values {
            match name {
                "NoNewPrivs" => assert_eq!(value, "1"),
                "Seccomp" => assert_eq!(value, "2"),
                _ => assert_eq!(value, "0000000000000000", "{name}"),
            }
        }
    }
}

#[test]
fn a_user_of_the_image_that_is_not_root_is_kept() {
    the_engine!();
    let tag = build("wall-user", "USER 4242:4343", &[]);
    let run = ContainerRun { image: tag, ..script("echo $(id -u):$(id -g)") };
    expect_stdout(&finish(run), "4242:4343\n");
}

#[test]
fn the_image_is_read_only_and_tmp_is_not() {
    the_engine!();
    let text =
        "for at in / /bin /etc /dev /sys /proc; do touch $at/x 2>/dev/null && echo $at; done; touch /tmp/x && echo tmp";
    for user in [UserRule::NotRoot, UserRule::Image] {
        let ended = finish(script_with(text, |confinement| confinement.user = user));
        let out = stdout(&ended.1);
        assert!(out == "tmp\n" || out == "/dev\ntmp\n", "{out}");
    }
    let ended = finish(script_with("touch /x && echo made", |confinement| {
        *confinement = Confinement { read_only_root: false, user: UserRule::Image, ..confinement.clone() };
    }));
    expect_stdout(&ended, "made\n");
}

#[test]
fn volumes_of_an_image_are_no_way_to_the_disk() {
    the_engine!();
    let tag = build("wall-volume", "VOLUME /data", &[]);
    let run = ContainerRun {
        image: tag,
        confinement: Confinement { tmpfs_bytes: 1 << 20, ..Confinement::default() },
        ..script(
            "head -c 5000000 /dev/zero > /data/big; wc -c < /data/big; grep ' /data ' /proc/mounts | cut -d' ' -f3",
        )
    };
    expect_stdout(&finish(run), "1048576\ntmpfs\n");
}

#[test]
fn devices_and_the_kernel_are_out_of_reach() {
    the_engine!();
    let text = "mknod /tmp/d b 8 0 2>/dev/null && echo mknod; mount -t tmpfs x /tmp 2>/dev/null && echo mount; \
                dmesg >/dev/null 2>&1 && echo dmesg; echo b > /proc/sysrq-trigger 2>/dev/null && echo sysrq; \
                ls /dev | grep -E '^(sd|vd|mem|kmem|kvm)'; [ -e /var/run/docker.sock ] && echo socket; echo end";
    for user in [UserRule::NotRoot, UserRule::Image] {
        expect_stdout(&finish(script_with(text, |confinement| confinement.user = user)), "end\n");
    }
}

#[test]
fn a_read_only_mount_is_that() {
    the_engine!();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "text").unwrap();
    let mut run = script_in("cat /out/file; echo x > /out/file 2>/dev/null || echo no", dir.path());
    run.mounts[0].read_only = true;
    run.confinement.user = UserRule::Image;
    expect_stdout(&finish(run), "textno\n");
}
