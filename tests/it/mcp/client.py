"""What the MCP library of Python sees of `runcell mcp`; prints it as JSON.

Arguments: the program, and how to begin ("legacy" with a handshake, "auto" without where the server can).
"""

import asyncio
import base64
import json
import os
import sys
import time

from mcp import Client, StdioServerParameters

PLOT = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
plt.plot([1, 4, 9])
plt.savefig("plot.png")
"""


def texts(result):
    return [block.text for block in result.content if block.type == "text"]


async def run(client, code, **more):
    return await client.call_tool("run_code", {"runtime": more.pop("runtime", "python"), "code": code, **more})


async def ready(client):
    while True:
        result = await run(client, "")
        if not result.is_error:
            return
        assert result.structured_content["reason"] == "preparing", result
        await asyncio.sleep(1)


async def cancelled_ms(client):
    task = asyncio.create_task(run(client, "while True: pass", limits={"timeout_ms": 60000}))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    await run(client, "")
    return int((time.monotonic() - began) * 1000)


async def told(client):
    pieces = []

    async def hear(progress, total, message):
        pieces.append(message)

    code = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.15)"
    arguments = {"runtime": "python", "code": code}
    await client.call_tool("run_code", arguments, progress_callback=hear)
    return "".join(pieces)


async def look(client):
    seen = {"version": client.protocol_version}
    seen["tools"] = [tool.name for tool in (await client.list_tools()).tools]
    await ready(client)
    hello = await run(client, 'print("hi")')
    seen["hello"], seen["structured"] = texts(hello), hello.structured_content
    seen["traceback"] = texts(await run(client, "1 / 0"))[2]
    plot = await run(client, PLOT, outputs=["*.png"], limits={"timeout_ms": 60000})
    images = [block for block in plot.content if block.type == "image"]
    seen["plot"] = texts(plot)
    if images:
        data = base64.b64decode(images[0].data)
        seen["plot"] = {"type": images[0].type, "mime": images[0].mime_type, "bytes": len(data)}
    seen["told"] = await told(client)
    calls = [run(client, f"print({number})") for number in range(8)]
    seen["together"] = [texts(result)[2] for result in await asyncio.gather(*calls)]
    seen["timeout"] = texts(await run(client, "while True: pass", limits={"timeout_ms": 200}))[0]
    wrong = await run(client, "", runtime="cobol")
    seen["wrong"] = {"is_error": wrong.is_error, "text": texts(wrong)[0]}
    seen["cancelled_ms"] = await cancelled_ms(client)
    return seen


async def main():
    program, mode = sys.argv[1:]
    # The library passes on only some variables by itself.
    env = {"RUNCELL_CACHE_DIR": os.environ["RUNCELL_CACHE_DIR"]}
    server = StdioServerParameters(command=program, args=["mcp", "--tools", "run,files,images,jobs"], env=env)
    async with Client(server, mode=mode) as client:
        print(json.dumps(await look(client)))


asyncio.run(main())
