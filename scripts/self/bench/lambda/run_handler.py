"""Does the same as run-handler.mjs, for a handler in Python: `python3 run_handler.py MODULE EVENT`."""

import sys
import time

module_path, event = sys.argv[1:3]
begin = time.perf_counter()
cpu_at_begin = time.process_time()

import importlib.util  # noqa: E402  A Lambda in Python imports its handler with it.
import json  # noqa: E402
import os  # noqa: E402

spec = importlib.util.spec_from_file_location("handler", module_path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
loaded = time.perf_counter()

result = module.handler(json.loads(event), None)
answered = time.perf_counter()
cpu = time.process_time() - cpu_at_begin

measured = {
    "statusCode": result["statusCode"],
    "bytes": len(result["body"]),
    "init": (loaded - begin) * 1000,
    "firstEvent": (answered - loaded) * 1000,
    "cpu": cpu * 1000,
}
os.write(3, json.dumps(measured).encode())
