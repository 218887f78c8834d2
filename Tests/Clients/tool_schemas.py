"""Takes the tools of `footfall serve` as public agent software does: converts their schemas for the models of OpenAI, in
strict mode, and of Google, and calls each tool as a model in strict mode does: with every declared member, null in place
of those that it leaves out.

usage: tool_schemas.py FOOTFALL serve STORE...

Prints a line for each tool. What fails for a fault of the packages (versions in requirements.txt), and is therefore not
sent: `additionalProperties: false`, on which google-genai fails (`_mcp_utils._filter_to_supported_schema` takes it for a
schema). openai-agents adds it where it is missing, except in objects without declared members, which it refuses.
"""

import asyncio
import copy
import json
import logging
import sys

from agents.mcp import MCPServerStdio, MCPUtil
from google.genai import _mcp_utils, types

# Of other tools it takes the example in their description.
ARGUMENTS = {"list_websites": {}, "get_saved_report": {"reportId": "none"}, "run_saved_report": {"reportId": "none"}}


def with_nulls(schema, value):
    """The value with null for every declared member that it does not have."""
    for choice in schema.get("anyOf", [schema]):
        if choice["type"] == "object" and isinstance(value, dict):
            absent = {name: None for name in choice["properties"] if name not in value}
            return {name: with_nulls(choice["properties"].get(name, {}), member) for name, member in value.items()} | absent
        if choice["type"] == "array" and isinstance(value, list):
            return [with_nulls(choice["items"], element) for element in value]
    return value


def convert_for_google(tool):
    schema = types.JSONSchema(**tool.input_schema)
    types.Schema.from_json_schema(json_schema=schema, raise_error_on_unsupported_field=True)
    for declared in (_mcp_utils.mcp_to_gemini_tool(tool), _mcp_utils.agent_platform_to_gemini_tool(tool)):
        assert declared.function_declarations[0].name == tool.name
    parameters = _mcp_utils.mcp_to_gemini_tool(tool).function_declarations[0].parameters
    assert parameters.type == "OBJECT" and set(parameters.properties) == set(tool.input_schema["properties"])


async def main(command):
    async with MCPServerStdio({"command": command[0], "args": command[1:]}, client_session_timeout_seconds=60) as server:
        for tool in await server.list_tools():
            schema = copy.deepcopy(tool.input_schema)
            strict = MCPUtil.to_function_tool(tool, server, convert_schemas_to_strict=True)
            assert tool.input_schema == schema
            convert_for_google(tool)
            example = ARGUMENTS.get(tool.name) or json.loads(tool.description.partition("Example: ")[2] or "{}")
            result = await server.call_tool(tool.name, with_nulls(strict.params_json_schema, example))
            answer = result.content[0].text if result.is_error else "ok"
            print(tool.name, "strict" if strict.strict_json_schema else "not strict", answer)


logging.disable(logging.WARNING)
asyncio.run(main(sys.argv[1:]))
