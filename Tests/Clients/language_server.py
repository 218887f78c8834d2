"""Talks to `footfall serve` as editors do: with the JSON-RPC client of pygls, messages behind headers.

usage: language_server.py FOOTFALL serve STORE...

Prints what it was answered, one line a question.
"""

import asyncio
import sys

from pygls.client import JsonRPCClient

DATES = {"startDate": "2026-03-10", "endDate": "2026-03-11"}


async def main(command):
    client = JsonRPCClient()
    await client.start_io(*command)

    async def count(path):
        goal = {"type": "url", "value": path, "goal": 1}
        goals = await client.protocol.send_request_async("reports.goals", {"dateRange": DATES, "goals": [goal]})
        print(path, goals[0]["result"])

    await count("/")
    await asyncio.gather(count("/pricing"), count("/é漢"))
    try:
        await client.protocol.send_request_async("reports.funel", {})
    except Exception as error:
        print(error.code, error)
    client._server.stdin.close()
    await client.stop()
    print("exit", client._server.returncode)


asyncio.run(main(sys.argv[1:]))
