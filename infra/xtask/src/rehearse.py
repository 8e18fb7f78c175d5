"""Brings infra/template.yaml up on a moto server: SAM made into CloudFormation, the functions' zips in a bucket, one
stack in each partition. Prints one line of JSON that says what is where, answers until its input ends, and prints how
many short messages it was given.

    python rehearse.py infra/template.yaml target/lambda

Ends with another status than zero where the translator refuses or warns, a stack does not come up, or what came up is
not what the template says. moto runs no function and is no judge of what several do at once: who plays on it brings
the functions, and a table of their own.
"""

import base64
import json
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ.update(AWS_ACCESS_KEY_ID="rehearsal", AWS_SECRET_ACCESS_KEY="rehearsal", AWS_EC2_METADATA_DISABLED="true")

import boto3  # noqa: E402
from moto.core import DEFAULT_ACCOUNT_ID  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.sns.models import sns_backends  # noqa: E402
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

STACK = "linli"
DOMAIN = "apps.invalid"
# The first is played on.
REGIONS = ["us-east-1", "cn-north-1"]
ZIP = "../target/lambda/"
# What the stores of tests are opened with.
SECRET = base64.b64encode(bytes([7] * 32)).decode()


class Warned(logging.Handler):
    """What the translator would rather not have said aloud."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        said = record.getMessage()
        # About its own statistics.
        if "unpublished metrics" not in said:
            self.said.append(said)


class NoPolicies(ManagedPolicyLoader):
    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def translated(template, region):
    """CloudFormation of it, in that region; nothing may be warned of."""
    warned = Warned()
    logging.getLogger("samtranslator").addHandler(warned)
    os.environ["AWS_DEFAULT_REGION"] = region
    made = transform(template, {}, NoPolicies())
    logging.getLogger("samtranslator").removeHandler(warned)
    if warned.said:
        raise SystemExit(f"the SAM translator warns: {warned.said}")
    return made


def placed(text, bucket):
    """The template with its functions in a bucket, and the names of their zips."""
    template = yaml_parse(text)
    names = []
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            names.append(resource["Properties"]["CodeUri"].removeprefix(ZIP))
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{names[-1]}"
    return template, names


def for_moto(made):
    """What moto would stumble over, taken out; everything else is created as it is. It knows no CloudFront, and passes
    over alarms and some others by itself."""
    resources = made["Resources"]
    for resource in resources.values():
        if resource["Type"] == "AWS::KMS::Key":
            # It looks for the names that another call has.
            del resource["Properties"]["Tags"]
    for name in [name for name, one in resources.items() if one["Type"].startswith("AWS::CloudFront::")]:
        del resources[name]
    text = json.dumps(made)
    for there, here in [("${Distribution.DomainName}", DOMAIN), ("${Distribution}", DOMAIN)]:
        text = text.replace(there, here)
    return json.loads(text.replace('{"Ref": "Distribution"}', f'"{DOMAIN}"'))


def up(client, region, text, zips):
    """Makes the stack; its outputs, and the template as CloudFormation has it."""
    bucket = f"linli-functions-{region}"
    template, names = placed(text, bucket)
    made = for_moto(translated(template, region))
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client("s3").create_bucket(Bucket=bucket, **where)
    for name in names:
        client("s3").put_object(Bucket=bucket, Key=name, Body=(zips / name).read_bytes())
    client("ssm").put_parameter(Name="/linli/secret", Type="SecureString", Value=SECRET)
    formation = client("cloudformation")
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(made),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": "Sms", "ParameterValue": "sns"}],
    )
    stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    demand(stack["StackStatus"], "CREATE_COMPLETE", f"the stack in {region}")
    functions = client("lambda").list_functions()["Functions"]
    demand(len(functions), len(names), "functions")
    for function in functions:
        demand((function["Runtime"], function["Handler"]), ("provided.al2023", "bootstrap"), function["FunctionName"])
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}, made


def demand(is_, should, what):
    if is_ != should:
        raise SystemExit(f"{what}: {is_} where {should} was asked for")


def compare(client, outputs, made):
    """What stands there beside what the template says; where the queues are."""
    said = next(one for one in made["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table")["Properties"]
    table = client("dynamodb").describe_table(TableName=outputs["TableName"])["Table"]
    indexes = {one["IndexName"]: one["KeySchema"] for one in said["GlobalSecondaryIndexes"]}
    demand({one["IndexName"]: one["KeySchema"] for one in table["GlobalSecondaryIndexes"]}, indexes, "indexes")
    demand(table["KeySchema"], said["KeySchema"], "keys of the table")
    demand(table["StreamSpecification"]["StreamViewType"], "KEYS_ONLY", "the stream")
    queues = client("sqs")
    name, unqueued = [outputs[one].split("/")[-1] for one in ["DoorEventsAsideUrl", "DoorEventsUnqueuedUrl"]]
    urls = queues.list_queues()["QueueUrls"]
    aside = [url for url in urls if url.split("/")[-1] == name]
    others = [url for url in urls if url.split("/")[-1] not in (name, unqueued)]
    demand((len(urls), len(aside), len(others)), (3, 1, 1), "queues, those aside, and those with neither name")
    told = queues.get_queue_attributes(QueueUrl=others[0], AttributeNames=["All"])["Attributes"]
    redrive = json.loads(told["RedrivePolicy"])
    demand(redrive["deadLetterTargetArn"].split(":")[-1], name, "where poison goes")
    return others[0], aside[0], int(redrive["maxReceiveCount"])


def main():
    warnings.simplefilter("ignore")
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    zips = Path(sys.argv[2])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    for told in ["werkzeug", "moto"]:
        logging.getLogger(told).setLevel(logging.ERROR)
    # What it says of each resource it passes over disturbs no reader of the one line.
    out, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")
    server.start()
    url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    for region in reversed(REGIONS):
        def client(service):
            return boto3.client(service, endpoint_url=url, region_name=region)

        outputs, made = up(client, region, text, zips)
        print(f"  {region}: {len(made['Resources'])} resources, CREATE_COMPLETE", file=sys.stderr)
        queue, aside, most = compare(client, outputs, made)
    print(json.dumps({"url": url, "queue": queue, "aside": aside, "most": most}), file=out, flush=True)
    sys.stdin.read()
    messages = sns_backends[DEFAULT_ACCOUNT_ID][REGIONS[0]].sms_messages
    print(json.dumps({"messages": len(messages)}), file=out, flush=True)
    server.stop()


main()
