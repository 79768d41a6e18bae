//! Out over the network: nobody connects to a listener of the host, whatever a language has for it.

use super::notes;
use crate::harness::{expect_stdout, request, run, run_code, stdout};
use runcell::outcome::{CrashKind, Ending, Outcome};
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};

/// A TCP port of the host on which nobody may ever call.
struct Port(TcpListener);

impl Port {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn number(&self) -> String {
        self.0.local_addr().unwrap().port().to_string()
    }

    /// Runs a snippet with the port as its argument, and demands that nobody called.
    #[track_caller]
    fn run(&self, runtime: &str, code: &str) -> Outcome {
        let mut caller = request(runtime, code);
        caller.args = vec![self.number()];
        let outcome = run(caller);
        let called = self.0.accept().map(|(_, from)| from).map_err(|error| error.kind());
        assert_eq!(called, Err(ErrorKind::WouldBlock), "{runtime} called");
        outcome
    }
}

#[test]
fn the_listener_would_notice() {
    let port = Port::new();
    let _call = TcpStream::connect(port.0.local_addr().unwrap()).unwrap();
    crate::harness::eventually("the call arrives", || port.0.accept().is_ok());
}

#[test]
fn python_has_no_network() {
    let code = "import sys
port = int(sys.argv[1])
def t(f):
    try: print(f.__name__, 'ok', f())
    except Exception as e: print(f.__name__, type(e).__name__, e)
def tcp():
    import socket; socket.create_connection(('127.0.0.1', port))
def raw():
    import socket; socket.socket().connect(('127.0.0.1', port))
def udp():
    import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))
def listen():
    import socket; socket.socket().bind(('127.0.0.1', 0))
def number():
    import socket; socket.socket(fileno=3)
def resolve():
    import socket; socket.getaddrinfo('localhost', port)
def url():
    import urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{port}/')
def http():
    import http.client; http.client.HTTPConnection('127.0.0.1', port).request('GET', '/')
def loop():
    import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', port))
for f in (tcp, raw, udp, listen, number, resolve, url, http, loop): t(f)
";
    let none = "[Errno 40] this sandbox has no network";
    let expected = [
        ("tcp", "gaierror", none),
        ("raw", "OSError", none),
        ("udp", "OSError", none),
        ("listen", "OSError", none),
        ("number", "OSError", none),
        ("resolve", "gaierror", none),
        ("url", "URLError", "<urlopen error [Errno 40] this sandbox has no network>"),
        ("http", "gaierror", none),
        ("loop", "OSError", none),
    ];
    let lines: String = expected.iter().map(|(what, kind, text)| format!("{what} {kind} {text}\n")).collect();
    expect_stdout(&Port::new().run("python", code), &lines);
}

#[test]
fn javascript_has_no_network() {
    let code = "const port = +process.argv[2];
const t = async (n, f) => { try { console.log(n, 'ok', String(await f())); } catch (e) { console.log(n, e.code ?? e.name, e.message); } };
await t('fetch', () => fetch(`http://127.0.0.1:${port}/`));
await t('net', () => new Promise((ok, no) => require('net').connect(port, '127.0.0.1', ok).on('error', no)));
await t('http', () => new Promise((ok, no) => require('http').get(`http://127.0.0.1:${port}/`, ok).on('error', no)));
await t('tls', () => require('tls').connect(port));
await t('udp', () => require('dgram').createSocket('udp4').send('x', port, '127.0.0.1'));
console.log(typeof XMLHttpRequest, typeof WebSocket, typeof EventSource, typeof require('qjs:os').connect);";
    let expected = "fetch TypeError fetch failed
net ERR_FEATURE_UNAVAILABLE_ON_PLATFORM net.connect: a cell has no network
http ERR_FEATURE_UNAVAILABLE_ON_PLATFORM http.get: a cell has no network
tls ERR_FEATURE_UNAVAILABLE_ON_PLATFORM tls.connect: a cell has no network
udp ERR_FEATURE_UNAVAILABLE_ON_PLATFORM dgram.createSocket: a cell has no network
undefined undefined undefined undefined
";
    expect_stdout(&Port::new().run("quickjs", code), expected);
}

#[test]
fn ruby_has_no_network() {
    let code = "port = ARGV[0].to_i
def t(n); begin; puts \"#{n} ok #{yield}\"; rescue Exception => e; puts \"#{n} #{e.class} #{e.message}\"; end; end
t('socket') { require 'socket'; TCPSocket.new('127.0.0.1', port) }
t('http') { require 'net/http'; Net::HTTP.get(URI(\"http://127.0.0.1:#{port}/\")) }
t('open-uri') { require 'open-uri'; URI.open(\"http://127.0.0.1:#{port}/\").read }";
    let none = "LoadError cannot load such file -- socket (a cell has no network)";
    let expected = format!("socket {none}\nhttp {none}\nopen-uri {none}\n");
    expect_stdout(&Port::new().run("ruby", code), &expected);
}

#[test]
fn php_has_no_network() {
    let code = "<?php $port = $argv[1]; $url = \"127.0.0.1:$port\";
$calls = [
    'fsockopen' => fn() => @fsockopen('127.0.0.1', $port), 'pfsockopen' => fn() => @pfsockopen('127.0.0.1', $port),
    'client' => fn() => @stream_socket_client(\"tcp://$url\"), 'server' => fn() => @stream_socket_server('tcp://127.0.0.1:0'),
    'pair' => fn() => @stream_socket_pair(1, 1, 0), 'dns' => fn() => @dns_get_record('localhost') != [],
    'curl' => fn() => curl_exec(curl_init(\"http://$url/\")), 'mail' => fn() => @mail('a@b', 'c', 'd'),
    'ftp_connect' => fn() => function_exists('ftp_connect'), 'socket_create' => fn() => function_exists('socket_create'),
];
foreach (['http', 'https', 'ftp', 'ftps', 'tcp', 'udp', 'ssl', 'expect', 'ssh2.exec', 'phar', 'compress.zlib://http'] as $s)
    echo $s, ' ', var_export(@fopen(\"$s://$url/\", 'r'), true), \"\\n\";
foreach ($calls as $name => $call) echo $name, ' ', var_export($call(), true), \"\\n\";";
    let outcome = Port::new().run("php", code);
    let text = stdout(&outcome);
    assert!(
        outcome.is_success() && text.lines().count() == 21 && text.lines().all(|line| line.ends_with(" false")),
        "{text}"
    );
}

#[test]
fn c_has_no_network() {
    let code = "#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
int main(int n, char **v) {
    struct addrinfo *list; struct sockaddr_in address = {}; address.sin_family = AF_INET; address.sin_port = htons(atoi(v[1]));
    int made = socket(AF_INET, SOCK_STREAM, 0); printf(\"socket %d %d\\n\", made, errno == ENOSYS);
    int up = connect(3, (struct sockaddr *)&address, sizeof address); printf(\"connect %d %d\\n\", up, errno == ENOSYS);
    printf(\"lookup %d %d\\n\", getaddrinfo(\"127.0.0.1\", v[1], NULL, &list) != 0, gethostbyname(\"localhost\") == NULL);
}";
    for runtime in ["clang", "clangpp"] {
        expect_stdout(&Port::new().run(runtime, code), "socket -1 1\nconnect -1 1\nlookup 1 1\n");
    }
    // Functions of the host that do not exist are not there by asking for them.
    for (module, name) in
        [("wasi_snapshot_preview1", "sock_open"), ("wasi_snapshot_preview1", "sock_connect"), ("env", "socket")]
    {
        let code = format!(
            "__attribute__((import_module(\"{module}\"), import_name(\"{name}\"))) int open_it(int, int, int);\n\
             #include <stdio.h>\nint main(void) {{ puts(\"up\"); fflush(stdout); return open_it(1, 1, 0); }}"
        );
        let outcome = run_code("clang", &code);
        let expected = format!("unknown import: `{module}::{name}` has not been defined");
        let crash = Ending::Crashed { kind: CrashKind::MissingImport, message: expected };
        assert!(outcome.ending == crash && stdout(&outcome) == "up\n", "{:?}", outcome.ending);
    }
}

/// The four calls that WASI has for sockets: what exists is not one (`ENOTSOCK`), what does not is bad (`EBADF`).
#[test]
fn no_descriptor_is_a_socket() {
    let each = |fd: i32| {
        format!(
            "(call $note (call $sock_accept (i32.const {fd}) (i32.const 0) (i32.const 0)))
             (call $note (call $sock_recv (i32.const {fd}) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8) (i32.const 12)))
             (call $note (call $sock_send (i32.const {fd}) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
             (call $note (call $sock_shutdown (i32.const {fd}) (i32.const 3)))"
        )
    };
    let body: String = [0, 1, 2, 3, 4, -1].into_iter().map(each).collect();
    let expected: Vec<u16> = [57; 16].into_iter().chain([8; 8]).collect();
    assert_eq!(notes("", &body), expected);
}
