# The first generation of the protocol's own library.

from contextlib import asynccontextmanager

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client


class First(Client):
    async def names(self):
        return [tool.name for tool in (await self.inner.list_tools()).tools]

    async def call(self, tool, arguments, hear):
        async def told(progress, total, message):
            hear(message)

        return seen_of(await self.inner.call_tool(tool, arguments, progress_callback=told if hear else None))

    async def stop(self, task):
        # This library does not say by itself that nobody waits any more.
        latest = types.CancelledNotificationParams(requestId=self.inner._request_id - 1)
        cancelled = types.CancelledNotification(method="notifications/cancelled", params=latest)
        await self.inner.send_notification(types.ClientNotification(cancelled))
        task.cancel()


@asynccontextmanager
async def connect():
    async with stdio_client(StdioServerParameters(command=SERVER[0], args=SERVER[1:], env=ENV)) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            yield First(session)


asyncio.run(main())
