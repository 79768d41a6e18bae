# The agents of OpenAI: every tool as a strict function, called as a model that has to send every argument calls it.

from contextlib import asynccontextmanager

from agents import Agent
from agents.mcp import MCPServerStdio
from agents.mcp.util import MCPUtil
from agents.run_context import RunContextWrapper
from agents.tool_context import ToolContext


def blank(schema):
    """What a model sends for an argument that it does not need."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema.get("default", schema["enum"][0])
    return schema.get("default", {"string": "", "array": [], "integer": 0, "number": 0, "boolean": False}[kind])


class Strict(Client):
    async def names(self):
        return list(self.inner)

    async def call(self, tool, arguments, hear):
        function = self.inner[tool]
        properties = function.params_json_schema["properties"]
        every = {name: blank(schema) for name, schema in properties.items()} | arguments
        for file in every.get("files", []):
            file.setdefault("encoding", "text")
        assert set(every) == set(function.params_json_schema["required"]), every
        text = json.dumps(every)
        context = ToolContext(None, tool_name=tool, tool_call_id="1", tool_arguments=text)
        result = await function.on_invoke_tool(context, text)
        blocks = result if isinstance(result, list) else [result]
        blocks = [block if isinstance(block, dict) else {"type": "text", "text": str(block)} for block in blocks]
        texts = [block["text"] for block in blocks if block["type"] == "text"]
        images = [block for block in blocks if block["type"] == "image"]
        error = "not_run" in texts[0] or texts[0].startswith("there is no")
        return {"texts": texts, "images": images, "files": file_texts(texts), "error": error}

    async def more(self):
        strict = {name: function.strict_json_schema for name, function in self.inner.items()}
        arguments = {"path": "a.py", "content": "print(input())", "runtime": "python"}
        kept = await self.call("upload_file", arguments, None)
        kept = next(text.split()[-1].rstrip(".") for text in kept["texts"] if " is kept as " in text)
        ran = await self.call("execute_uploaded_file", {"file_id": kept, "stdin": "typed"}, None)
        pairs = {"env": [{"name": "A", "value": "b"}], "options": [], "limits": [{"name": "memory_mib", "value": 300}]}
        env = await self.call("run_code", {"runtime": "python", "code": "import os; print(os.environ['A'])", **pairs}, None)
        return {"strict": strict, "uploaded": ran["texts"][2], "pairs": env["texts"][2]}


def file_texts(texts):
    """Whatever comes behind the output: this library knows no files, and hands them on as JSON."""
    return [json.loads(text)["resource"]["text"] if text.startswith("{") else text for text in texts[3:]]


@asynccontextmanager
async def connect():
    params = {"command": SERVER[0], "args": SERVER[1:], "env": ENV}
    async with MCPServerStdio(params=params, client_session_timeout_seconds=300) as server:
        agent = Agent(name="it")
        functions = await MCPUtil.get_function_tools(server, True, RunContextWrapper(None), agent)
        yield Strict({function.name: function for function in functions})


asyncio.run(main())
