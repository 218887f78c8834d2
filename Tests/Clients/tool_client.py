"""Talks to `footfall serve` as AI assistants do: with the public client of the Model Context Protocol.

usage: tool_client.py FOOTFALL serve STORE... MODE[,MODE...]

Each MODE is a revision without a handshake, `auto`, or `legacy`. Prints what it was answered. The client itself checks
each structured result against the schema of the tool; the schemas are checked against their meta-schema here.
"""

import asyncio
import json
import sys

from jsonschema import Draft202012Validator
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

DATES = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
# Of other tools it takes the example in their description.
ARGUMENTS = {
    "get_saved_report": {"reportId": "none"},
    "run_saved_report": {"reportId": "none", "parameters": {"dateRange": DATES}},
}


async def main(command, mode):
    async with Client(StdioServerParameters(command=command[0], args=command[1:]), mode=mode) as client:
        print(client.server_info.name if client.server_info else None, client.protocol_version)
        tools = (await client.list_tools()).tools
        for tool in tools:
            Draft202012Validator.check_schema(tool.input_schema)
            Draft202012Validator(tool.input_schema).is_valid({})
            assert tool.title and len(tool.description) > 50 and tool.annotations.read_only_hint
        for tool in tools:
            example = tool.description.partition("Example: ")[2]
            arguments = ARGUMENTS.get(tool.name) or json.loads(example or "{}")
            result = await client.call_tool(tool.name, arguments)
            content = result.structured_content
            print(tool.name, type(content).__name__, result.content[0].text if result.is_error else "ok")
        wrong = await client.call_tool("funnel_report", {"dateRange": DATES, "window": 0, "step": []})
        print(wrong.content[0].text)
        try:
            await client.call_tool("funel_report", {})
        except MCPError as error:
            print(error.error.code, error.error.message)


for mode in sys.argv[-1].split(","):
    asyncio.run(main(sys.argv[1:-1], mode))
