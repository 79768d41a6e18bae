# LangChain's adapter. An argument called `runtime` never arrives through it: the language has another name as well.

from contextlib import asynccontextmanager

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools


def block_of(block):
    kind = block["type"] if isinstance(block, dict) else "text"
    return kind, block.get("text", "") if isinstance(block, dict) else block


class Chain(Client):
    name = "language"
    # The adapter does not say that nobody waits any more: the run ends by itself, and its late answer does no harm.
    endless_ms = 1000

    async def names(self):
        return [tool.name for tool in self.inner]

    async def call(self, tool, arguments, hear):
        self.hear = hear
        tool = next(one for one in self.inner if one.name == tool)
        message = await tool.ainvoke({"name": tool.name, "args": arguments, "id": "1", "type": "tool_call"})
        content = message.content if isinstance(message.content, list) else [message.content]
        blocks = [block_of(block) for block in content]
        texts = [text for kind, text in blocks if kind == "text"]
        images = [block for block in content if isinstance(block, dict) and block["type"] in ("image", "image_url")]
        # A file is a text like any other here.
        return {"texts": texts, "images": images, "files": texts[3:], "error": message.status == "error"}


    async def more(self):
        await asyncio.sleep(1)
        return {"late": (await self.call("run_code", {"language": "php", "code": "echo 2;"}, None))["texts"][2]}


@asynccontextmanager
async def connect():
    async def told(progress, total, message, context):
        if chain.hear:
            chain.hear(message)

    server = {"command": SERVER[0], "args": SERVER[1:], "env": ENV, "transport": "stdio"}
    client = MultiServerMCPClient({"runcell": server})
    async with client.session("runcell") as session:
        chain = Chain(await load_mcp_tools(session, callbacks=Callbacks(on_progress=told)))
        yield chain


asyncio.run(main())
