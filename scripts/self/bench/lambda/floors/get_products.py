"""The pattern's `GET /products` in Python: a page of boto3's table resource as JSON."""

import json
import os

import boto3

dynamodb = boto3.resource("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
table = dynamodb.Table(os.environ["products_table"])


def handler(event, context):
    page = table.scan(Limit=int(os.environ["default_results"]))
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"products": page["Items"]}, default=int),
    }
