"""Asks footfall for documents and results."""

import json
import os
import subprocess


class Footfall:
    def __init__(self, program, scratch):
        self.program = program
        self.environment = os.environ | {"XDG_CACHE_HOME": str(scratch / "cache")}

    def run(self, *arguments, text="", folder=None):
        """The standard output of a run, which must succeed."""
        result = subprocess.run(
            [self.program, *map(str, arguments)], input=text.encode(), capture_output=True, env=self.environment, cwd=folder)
        if result.returncode:
            raise SystemExit(f"footfall {arguments}: exit code {result.returncode}\n{result.stderr.decode()}")
        return result.stdout.decode()

    def replies(self, requests, *stores):
        """The result of each (method, params); a request that fails ends the program."""
        lines = [
            json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
            for number, (method, params) in enumerate(requests)
        ]
        output = self.run("serve", "--no-cache", *stores, text="\n".join(lines) + "\n")
        results = []
        for request, line in zip(requests, output.split("\n")[:-1], strict=True):
            reply = json.loads(line)
            if "result" not in reply:
                print(f"{request}: {reply['error']}"[:900]); continue
            results.append(reply["result"])
        return results
