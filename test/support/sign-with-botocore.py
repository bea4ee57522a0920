"""Signs with botocore, the signer of boto3 and of the AWS CLI: a JSON list of requests in, the signed ones out."""

import json
import sys

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(request):
    credentials = Credentials(**request["credentials"])
    signed = AWSRequest(request["method"], request["url"], request["headers"], request["body"].encode())
    signer = {"header": SigV4Auth, "query": SigV4QueryAuth}[request["form"]]
    signer(credentials, "execute-api", request.get("region", "us-east-1")).add_auth(signed)
    body = signed.data.decode() if signed.data else ""  # SigV4QueryAuth moves it to the query
    return {"url": signed.url, "headers": list(signed.headers.items()), "body": body}


json.dump([sign(request) for request in json.load(sys.stdin)], sys.stdout)
