"""A cloud that answers what its services are documented to answer, operation by operation."""

from typing import Any

from botocore.exceptions import ClientError


class Answers:
    """Each operation has an answer, or a list of answers in turn, of which the last one stays.

    An error is raised. What was asked is kept, in its order.
    """

    is_local = True  # so nobody waits
    region = "cn-north-1"

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, _service: str) -> "Answers":
        """Return a client of any service."""
        return self

    def get_paginator(self, operation: str) -> Any:
        """Return what asks for the one page that there is."""
        call = getattr(self, operation)
        return type("Pages", (), {"paginate": lambda _self, **request: [call(**request)]})()

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append((operation, request))
            answer = self.answers.get(operation, {})
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
            if isinstance(answer, ClientError):
                raise answer
            return answer

        return call

    @property
    def operations(self) -> list[str]:
        """Return what was asked, in its order, without what only looks."""
        looks = ("describe_", "get_", "list_")
        return [name for name, _ in self.asked if not name.startswith(looks)]


def refusal(code: str, message: str = "no") -> ClientError:
    """Return an error as AWS gives it."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "any")
