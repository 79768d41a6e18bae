"""What the MCP library of Python sees of an endpoint; prints it as JSON.

Arguments: the address, a token, and how to begin ("legacy" with a handshake, "auto" without where the server can).
"""

import asyncio
import json
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


async def run(client, code, **more):
    return await client.call_tool("run_code", {"runtime": "php", "code": code, **more})


async def told(client):
    pieces = []

    async def hear(progress, total, message):
        pieces.append(message)

    code = "for ($i = 0; $i < 3; $i++) { echo \"$i\\n\"; flush(); usleep(150000); }"
    await client.call_tool("run_code", {"runtime": "php", "code": code}, progress_callback=hear)
    return "".join(pieces)


async def after_cancel(client):
    begun = asyncio.Event()

    async def hear(progress, total, message):
        begun.set()

    arguments = {"runtime": "php", "code": "echo 1; flush(); while (true);", "limits": {"timeout_ms": 600000}}
    task = asyncio.create_task(client.call_tool("run_code", arguments, progress_callback=hear))
    await begun.wait()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    return (await run(client, "echo 'free', PHP_EOL;")).structured_content["stdout"]


async def look(client):
    seen = {"version": client.protocol_version}
    seen["tools"] = [tool.name for tool in (await client.list_tools()).tools]
    seen["hello"] = (await run(client, 'echo "hi\n";')).structured_content["stdout"]
    seen["told"] = await told(client)
    calls = [run(client, f"echo {number}, PHP_EOL;") for number in range(8)]
    seen["together"] = [result.structured_content["stdout"] for result in await asyncio.gather(*calls)]
    seen["after_cancel"] = await after_cancel(client)
    return seen


async def main():
    address, token, mode = sys.argv[1:]
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=400) as http:
        async with Client(streamable_http_client(address, http_client=http), mode=mode) as client:
            seen = await look(client)
    async with httpx2.AsyncClient() as http:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        seen["stranger"] = (await http.post(address, json=ping)).status_code
    print(json.dumps(seen))


asyncio.run(main())
