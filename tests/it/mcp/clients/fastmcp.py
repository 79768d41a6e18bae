# FastMCP's client.

from contextlib import asynccontextmanager

import fastmcp
from fastmcp.client.transports import StdioTransport


class Fast(Client):
    async def names(self):
        return [tool.name for tool in await self.inner.list_tools()]

    async def call(self, tool, arguments, hear):
        async def told(progress, total, message):
            hear(message)

        handler = told if hear else None
        return seen_of(await self.inner.call_tool(tool, arguments, progress_handler=handler, raise_on_error=False))


@asynccontextmanager
async def connect():
    transport = StdioTransport(command=SERVER[0], args=SERVER[1:], env=ENV)
    async with fastmcp.Client(transport) as client:
        yield Fast(client)


asyncio.run(main())
