"""Table of contents: the HTTP blueprints, then the background functions in flow order.

Background functions stand here and never in a blueprint, which would deploy them under another name
(chalice#1566). Chalice learns here that they are there; Lambda calls them in `lambdas/entry.py`, so
that none imports this file. Their settings that Chalice lacks (handler, stream, retries, filters,
queues) are in infra/stack/template.yaml.
"""

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent

from chalicelib.api.routes import blueprint as api
from chalicelib.board.routes import blueprint as board
from chalicelib.card.document_routes import blueprint as papers
from chalicelib.card.routes import blueprint as cards
from chalicelib.department.scores.routes import blueprint as scores
from chalicelib.feed.routes import blueprint as feed
from chalicelib.intake.routes import blueprint as intake
from chalicelib.lambdas import entry
from chalicelib.lambdas.routes import blueprint as machine
from chalicelib.lead.routes import blueprint as leads
from chalicelib.log.routes import blueprint as audit
from chalicelib.permit.claims.routes import blueprint as claims
from chalicelib.permit.ownership.routes import blueprint as ownership
from chalicelib.permit.reading.routes import blueprint as cases
from chalicelib.permit.routes import blueprint as permit
from chalicelib.plumbing import answers, problems, telemetry

app = Chalice(app_name="duban", configure_logs=False)
app.register_middleware(telemetry.time_invocation, "http")
app.register_middleware(answers.complete_headers, "http")
app.register_middleware(answers.accept_everything, "http")
app.register_middleware(answers.ignore_content_of_get, "http")
app.register_middleware(answers.answer_head, "http")
for blueprint in (
    *(intake, cases, permit, claims, ownership, cards, papers, scores, feed, audit, board),
    *(leads, api, machine),
):
    app.register_blueprint(blueprint)


@app.on_dynamodb_record("the stream of Inbox, named in infra/stack/template.yaml")
def supervise(event: DynamoDBEvent) -> dict[str, Any]:
    """Turn reported events and nudges into facts of their case."""
    return entry.supervise(event.to_dict(), None)


@app.schedule("rate(1 minute)")
def sweep(event: CloudWatchEvent) -> dict[str, Any]:
    """Turn the passing of time into nudges."""
    return entry.sweep(event.to_dict(), None)


@app.on_dynamodb_record("the stream of Facts, named in infra/stack/template.yaml")
def seal(event: DynamoDBEvent) -> dict[str, Any]:
    """Give every fact its place in the public log."""
    return entry.seal(event.to_dict(), None)


@app.schedule("rate(1 minute)")
def reconcile(event: CloudWatchEvent) -> dict[str, Any]:
    """Heal the cases whose stream records were lost."""
    return entry.reconcile(event.to_dict(), None)


@app.on_dynamodb_record("the stream of Log, named in infra/stack/template.yaml")
def project(event: DynamoDBEvent) -> dict[str, Any]:
    """Bring the board up to the log."""
    return entry.project(event.to_dict(), None)


@app.on_dynamodb_record("the stream of Log, named in infra/stack/template.yaml")
def publish(event: DynamoDBEvent) -> dict[str, Any]:
    """Publish the committed entries; a schedule of infra/stack/template.yaml calls it too."""
    return entry.publish(event.to_dict(), None)


@app.lambda_function()
def sign(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Sign a checkpoint, if it contains every entry that was signed before."""
    return entry.sign(event, None)


@app.schedule("rate(1 hour)")
def discard(event: CloudWatchEvent) -> dict[str, Any]:
    """Remove partial tiles whose full ones have been public for a day."""
    return entry.discard(event.to_dict(), None)


problems.install_problems(app)  # last: it wraps every route registered before
