# Pydantic AI: its tools, and their schemas made strict for a model.

from contextlib import asynccontextmanager

from fastmcp.client.transports import StdioTransport
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.test import TestModel
from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer
from pydantic_ai.tools import RunContext
from pydantic_ai.usage import RunUsage


def is_strict(schema):
    """Whether every object of a schema says all of its members, and needs them."""
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object":
        names = set(schema.get("properties", {}))
        if schema.get("additionalProperties") is not False or set(schema.get("required", [])) != names:
            return False
    return all(map(is_strict, schema.values()))


class Pydantic(Client):
    async def names(self):
        self.context = RunContext(deps=None, model=TestModel(), usage=RunUsage())
        self.tools = await self.inner.get_tools(self.context)
        return list(self.tools)

    async def call(self, tool, arguments, hear):
        self.hear = hear
        try:
            result = await self.inner.call_tool(tool, arguments, self.context, self.tools[tool])
        except Exception as error:
            return {"texts": [str(error)], "images": [], "files": [], "error": True}
        # Where there is structure, this library shows nothing else.
        if isinstance(result, dict):
            files = [file["content"] for file in result["files"] if file["encoding"] == "text"]
            both = result["stdout"] + result["stderr"]
            images = [file for file in result["files"] if file["media_type"] == "image/png"]
            return {"texts": ["", "", both], "images": images, "files": files, "error": False}
        blocks = result if isinstance(result, list) else [result]
        texts = [block for block in blocks if isinstance(block, str)]
        return {"texts": texts, "images": blocks[len(texts):], "files": texts[3:], "error": False}

    async def more(self):
        schemas = {name: tool.tool_def.parameters_json_schema for name, tool in self.tools.items()}
        strict = {name: OpenAIJsonSchemaTransformer(schema, strict=True).walk() for name, schema in schemas.items()}
        return {"strict": {name: is_strict(schema) for name, schema in strict.items()}}


@asynccontextmanager
async def connect():
    async def told(progress, total, message):
        if client.hear:
            client.hear(message)

    transport = StdioTransport(command=SERVER[0], args=SERVER[1:], env=ENV)
    toolset = MCPToolset(transport, progress_handler=told, tool_error_behavior="error", read_timeout=300)
    async with toolset:
        client = Pydantic(toolset)
        yield client


asyncio.run(main())
