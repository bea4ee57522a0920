"""Lambda's runtime for Python, as far as the runtime API goes: what AWS's interface client (awslambdaric) does, in short.

Usage: python3 python-runtime.py MODULE.FUNCTION, in the folder of the module.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import http.client
import importlib
import json
import os
import sys
import traceback

sys.path.insert(0, os.getcwd())
API = "/2018-06-01/runtime"


def ask(method, path, body=None, headers={}):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, API + path, body, headers)
    response = connection.getresponse()
    return response.headers, response.read()


def described(error):
    return json.dumps(
        {
            "errorType": type(error).__name__,
            "errorMessage": str(error),
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
    )


try:
    module, name = sys.argv[1].rsplit(".", 1)
    handler = getattr(importlib.import_module(module), name)
except Exception as error:
    ask("POST", "/init/error", described(error), {"Lambda-Runtime-Function-Error-Type": "Runtime.ImportModuleError"})
    sys.exit(1)

while True:
    headers, event = ask("GET", "/invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        answer = json.dumps(handler(json.loads(event), headers))
        ask("POST", f"/invocation/{request_id}/response", answer)
    except Exception as error:
        ask("POST", f"/invocation/{request_id}/error", described(error))
