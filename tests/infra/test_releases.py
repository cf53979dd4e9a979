"""`duban deploy --back`: each going back goes one further; in a local cloud."""

from collections.abc import Iterator

import pytest

from chalicelib.errors import BadInput
from infra.stack import artefacts, formation, releases
from infra.stack.cloud import Cloud
from infra.stack.deploy import go_back

STAGE, STACK = "prod", "duban-prod"


@pytest.fixture
def cloud(local: Cloud) -> Iterator[Cloud]:
    """It without a stack, and without a note of one."""
    yield local
    local.client("cloudformation").delete_stack(StackName=STACK)
    formation.wait(local, STACK, set(), print)
    for key in artefacts.note_keys(local, "releases/"):
        artefacts.drop_note(local, key)


def put(cloud: Cloud, name: str) -> None:
    """Deploy the release *name* of a stage that is a topic alone."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}}
    template = {"Parameters": {"Stage": {"Type": "String"}}, "Resources": {"Alarms": topic}}
    address = artefacts.upload_template(cloud, template)
    given = [{"ParameterKey": "Stage", "ParameterValue": STAGE}]
    source = {"TemplateURL": address, "Parameters": given}
    if formation.describe(cloud, STACK):
        set_name, _ = formation.plan(cloud, STACK, source)
        formation.execute(cloud, STACK, set_name, print)
    else:
        formation.create(cloud, STACK, source, print)
    releases.note(cloud, STAGE, address)


def present(cloud: Cloud) -> str:
    """Return the name of the release that the stack has."""
    resources = formation.processed_template(cloud, STACK)["Resources"]
    return str(resources["Alarms"]["Properties"]["DisplayName"])


def back(cloud: Cloud) -> str:
    """Go back, and return the name of the release that the stack has then."""
    go_back(cloud, STAGE, print)
    return present(cloud)


def test_who_goes_back_again_goes_one_further(cloud: Cloud) -> None:
    """Never to the release that was bad; before the first one there is none."""
    for name in ("first", "second", "bad"):
        put(cloud, name)
    assert [back(cloud), back(cloud)] == ["second", "first"]
    with pytest.raises(BadInput, match="没有更早的版本可以退回"):
        go_back(cloud, STAGE, print)
    assert present(cloud) == "first"


def test_a_release_after_going_back_comes_after_the_one_gone_back_to(cloud: Cloud) -> None:
    """So going back from it leads there, and then on."""
    for name in ("first", "second", "bad"):
        put(cloud, name)
    assert back(cloud) == "second"
    put(cloud, "fourth")
    assert [back(cloud), back(cloud)] == ["second", "first"]


def test_an_old_release_that_is_deployed_is_not_gone_back_to(cloud: Cloud) -> None:
    """A wrong checkout was deployed: what was there before it comes back."""
    for name in ("first", "second", "first"):
        put(cloud, name)
    assert [back(cloud), back(cloud)] == ["second", "first"]


def test_a_note_of_an_older_version_is_read(cloud: Cloud) -> None:
    """It does not say whether somebody went back."""
    put(cloud, "first")
    (key,) = artefacts.note_keys(cloud, "releases/")
    noted = artefacts.read_note(cloud, key)
    assert noted
    del noted["is_back"]
    artefacts.write_note(cloud, key, noted)
    put(cloud, "second")
    assert back(cloud) == "first"
