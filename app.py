"""Table of contents: the HTTP blueprints, then the background functions in flow order.

Background functions stand here and never in a blueprint, which would deploy them under another name
(chalice#1566). Chalice learns here that they are there; Lambda calls them in `lambdas/entry.py`, so
that none imports this file. Their settings that Chalice lacks (handler, stream, retries, filters,
queues) are in infra/stack/template.yaml.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice

from chalicelib.api.routes import blueprint as api
from chalicelib.board.routes import blueprint as board
from chalicelib.card.document_routes import blueprint as papers
from chalicelib.card.routes import blueprint as cards
from chalicelib.department.scores.routes import blueprint as scores
from chalicelib.desk.answering import error_page
from chalicelib.desk.fields.routes import blueprint as fields
from chalicelib.desk.inspector.card_routes import blueprint as judging
from chalicelib.desk.inspector.case_routes import blueprint as records
from chalicelib.desk.inspector.claim_routes import blueprint as late_news
from chalicelib.desk.inspector.lead_routes import blueprint as handling_leads
from chalicelib.desk.inspector.people_routes import blueprint as staff
from chalicelib.desk.inspector.receipt_routes import blueprint as act_receipts
from chalicelib.desk.inspector.routes import blueprint as inspecting
from chalicelib.desk.inspector.sample_routes import blueprint as reviewing
from chalicelib.desk.inspector.search_routes import blueprint as searching
from chalicelib.desk.passkeys.routes import blueprint as passkeys
from chalicelib.desk.routes import blueprint as desk
from chalicelib.desk.sign_in.backchannel_routes import blueprint as backchannel
from chalicelib.desk.sign_in.routes import blueprint as sign_in
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
from chalicelib.sample.routes import blueprint as samples

app = Chalice(app_name="duban", configure_logs=False)
app.register_middleware(telemetry.time_invocation, "http")
app.register_middleware(answers.complete_headers, "http")
app.register_middleware(answers.accept_everything, "http")
app.register_middleware(answers.ignore_content_of_get, "http")
app.register_middleware(answers.answer_head, "http")
for blueprint in (
    *(intake, cases, permit, claims, ownership, cards, papers, scores, feed, audit, board),
    *(
        leads,
        samples,
        desk,
        inspecting,
        judging,
        late_news,
        records,
        fields,
        searching,
        act_receipts,
    ),
    *(reviewing, handling_leads, staff, passkeys, sign_in, backchannel, api, machine),
):
    app.register_blueprint(blueprint)


def _background(name: str) -> Callable[[Any, object], dict[str, Any]]:
    """Return the background function *name*, as Chalice registers it."""

    def handle(event: Any, _context: object) -> dict[str, Any]:
        return getattr(entry, name)(event, None)  # type: ignore[no-any-return]

    handle.__name__ = name
    return handle


# Reported events become facts of their case, facts get their place in the public log, and the log
# goes to the board and to the published objects.
for name in ("supervise", "seal", "project", "publish"):
    app.on_dynamodb_record("its stream, named in infra/stack/template.yaml")(_background(name))
# Time becomes nudges; cases whose stream records were lost are healed; partial tiles are removed.
for name, rate in (("sweep", "1 minute"), ("reconcile", "1 minute"), ("discard", "1 hour")):
    app.schedule(f"rate({rate})")(_background(name))
app.lambda_function()(_background("sign"))  # a checkpoint, if it contains all that was signed
app.lambda_function()(_background("open"))  # a private field, once its opening is on record

problems.install_problems(app, error_page)  # last: it wraps every route registered before
