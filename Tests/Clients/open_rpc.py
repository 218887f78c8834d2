"""Reads what `rpc.discover` answers with public software: the OpenRPC models of the package openrpc, and JSON
Schema's draft 7, which OpenRPC's schemas must be of. Where OPENRPC_META_SCHEMA names a file, the document is
checked against it, too.

usage: open_rpc.py FOOTFALL serve STORE...
"""

import json
import os
import subprocess
import sys

import openrpc
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

request = '{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n'
reply = subprocess.run(sys.argv[1:], input=request, capture_output=True, text=True, check=True).stdout
document = json.loads(reply)["result"]

read = openrpc.OpenRPC.model_validate(document)
schemas = list(document["components"]["schemas"].values())
for method in document["methods"]:
    schemas += [param["schema"] for param in method["params"]] + [method["result"]["schema"]]
for schema in schemas:
    Draft7Validator.check_schema(schema)
print(read.openrpc, len(read.methods))

if path := os.environ.get("OPENRPC_META_SCHEMA"):
    with open(path, encoding="utf-8") as file:
        meta_schema = json.load(file)
    draft7 = DRAFT7.create_resource(Draft7Validator.META_SCHEMA)
    names = ("https://meta.json-schema.tools", "https://meta.json-schema.tools/")
    registry = Registry().with_resources([(name, draft7) for name in names])
    meta_schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    Draft7Validator(meta_schema, registry=registry).validate(document)
    print("valid", file=sys.stderr)
