"""Runs a snippet through `runcell mcp` with nothing but Python's standard library.

    python3 examples/mcp/client.py [path of runcell]
"""

import json
import subprocess
import sys

runcell = sys.argv[1] if len(sys.argv) > 1 else "runcell"
server = subprocess.Popen([runcell, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def send(message):
    server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    server.stdin.flush()


def ask(number, method, params):
    send({"id": number, "method": method, "params": params})
    for line in server.stdout:
        answer = json.loads(line)
        if answer.get("id") == number:
            return answer["result"]
    sys.exit("the server is gone")


ask(1, "initialize", {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "example", "version": "1"},
})
send({"method": "notifications/initialized"})
while True:
    result = ask(2, "tools/call", {
        "name": "run_code",
        "arguments": {"runtime": "python", "code": "print(sum(range(10)))"},
    })
    # The first use of a runtime prepares it: the same call works a little later.
    if result["structuredContent"].get("reason") != "preparing":
        break
print(result["structuredContent"]["stdout"], end="")
server.stdin.close()
server.wait()
