"""Calls AWS services with boto3 at AWS_ENDPOINT_URL, as its environment signs, and prints what came of each as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1})


def outcome(service, operation, arguments):
    client = boto3.client(service, config=CONFIG)
    if arguments.get("Body"):
        arguments["Body"] = arguments["Body"].encode()
    try:
        answer = getattr(client, operation)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    answer.pop("ResponseMetadata", None)
    if "Body" in answer:
        return answer["Body"].read().decode()
    return json.loads(json.dumps(answer, default=str))


print(json.dumps([outcome(*call) for call in json.load(sys.stdin)]))
