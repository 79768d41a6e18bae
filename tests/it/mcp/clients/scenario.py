"""What every client library of Python sees of `runcell mcp`; printed as JSON.

A file beside this one is added to it, which defines `connect()`: a context that gives a client with `names()`,
`call(tool, arguments, hear=None)` and `name`, the argument for the language. The argument of the program: the server.
"""

import asyncio
import base64
import json
import os
import sys
import time

HELLO = {
    "python": "print('hi')",
    "quickjs": "console.log('hi')",
    "ruby": "puts 'hi'",
    "php": "echo \"hi\\n\";",
    "clang": "#include <stdio.h>\nint main(void) { puts(\"hi\"); }",
    "clangpp": "#include <iostream>\nint main() { std::cout << \"hi\\n\"; }",
}
PLOT = "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 4])\nplt.savefig('plot.png')"
COUNT = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.15)"
SERVER = [sys.argv[1], "mcp", "--tools", "run,files,images,jobs"]
# The libraries pass on only some variables by themselves.
ENV = {name: os.environ[name] for name in ("RUNCELL_CACHE_DIR", "RUNCELL_DATA_DIR", "PATH")}


def seen_of(result):
    """A result as the protocol has it, in short: of either generation of the library."""
    blocks = result.content
    images = [base64.b64decode(block.data) for block in blocks if block.type == "image"]
    return {
        "texts": [block.text for block in blocks if block.type == "text"],
        "images": [len(image) for image in images if image.startswith(b"\x89PNG")],
        "files": [block.resource.text for block in blocks if block.type == "resource"],
        "error": getattr(result, "is_error", None) or getattr(result, "isError", False),
    }


async def look(client):
    async def run(language, code, hear=None, **more):
        return await client.call("run_code", {client.name: language, "code": code, **more}, hear)

    seen = {"tools": await client.names()}
    seen["hello"] = {language: (await run(language, code))["texts"][2] for language, code in HELLO.items()}
    files = [{"path": "in.csv", "content": "a,b\n"}]
    copy = "open('out.csv', 'w').write(open('in.csv').read() * 2); print('done')"
    seen["files"] = (await run("python", copy, files=files, outputs=["out.csv"]))["files"]
    limits = [{"name": "timeout_ms", "value": 60000}]
    seen["plots"] = len((await run("python", PLOT, outputs=["plot.png"], limits=limits))["images"])
    seen["traceback"] = "ZeroDivisionError" in (await run("python", "1 / 0"))["texts"][2]
    wrong = await run("cobol", "")
    seen["wrong"] = [wrong["error"], "there is no runtime \"cobol\"" in wrong["texts"][0]]
    pieces = []
    await run("python", COUNT, hear=pieces.append)
    seen["told"] = "".join(pieces)
    endless = [{"name": "timeout_ms", "value": client.endless_ms}]
    task = asyncio.create_task(run("python", "while True: pass", limits=endless))
    await asyncio.sleep(0.3)
    await client.stop(task)
    try:
        await task
        seen["cancelled"] = False
    except asyncio.CancelledError:
        seen["cancelled"] = True
    began = time.monotonic()
    seen["after"] = (await run("php", "echo 1;"))["texts"][2]
    seen["after_ms"] = int((time.monotonic() - began) * 1000)
    seen.update(await client.more())
    return seen


class Client:
    """What is the same for most."""

    name = "runtime"
    # How long a run takes that is to be cancelled.
    endless_ms = 60000

    def __init__(self, inner):
        self.inner = inner

    async def stop(self, task):
        task.cancel()

    async def more(self):
        return {}


async def main():
    async with connect() as client:
        print(json.dumps(await look(client)))
