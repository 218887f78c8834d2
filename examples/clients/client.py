"""Asks a Footfall worker three things: python3 client.py STORE..."""

import json
import subprocess
import sys


class Failed(Exception):
    """The worker has answered with an error."""


class Worker:
    def __init__(self, store):
        self.process = subprocess.Popen(
            ["footfall", "serve", *store],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.requests = 0

    def ask(self, method, **params):
        self.requests += 1
        request = {"jsonrpc": "2.0", "id": self.requests, "method": method, "params": params}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the worker has ended; it says why on stderr")
        reply = json.loads(line)
        if "error" in reply:
            raise Failed(f"error {reply['error']['code']}: {reply['error']['message']}")
        return reply["result"]

    def stop(self):
        """Ends its input; it answers what it has read, and ends."""
        self.process.stdin.close()
        return self.process.wait()


worker = Worker(sys.argv[1:])
for website in worker.ask("websites.list"):
    print(website["name"], "has", website["events"], "events")

march = {"startDate": "2026-03-01", "endDate": "2026-03-31T23:59:59.999Z"}
goal = {"type": "url", "value": "/pricing", "goal": 30}
for reached in worker.ask("reports.goals", dateRange=march, goals=[goal]):
    print(reached["value"], "was seen", reached["result"], "times,", reached["goal"], "were wanted")

try:
    worker.ask("reports.funel")
except Failed as error:
    print(error)

print("the worker ended with", worker.stop())
