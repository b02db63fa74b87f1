"""Top-level errors with Shopify's extension codes."""

from graphql import GraphQLError


def missing(what: str) -> GraphQLError:
    """The devstore cannot do this; it says so instead of inventing an answer."""
    return GraphQLError(
        f"The devstore does not implement {what}.",
        extensions={"code": "DEVSTORE_NOT_IMPLEMENTED", "what": what},
    )


def bad_request(sentence: str) -> GraphQLError:
    """What Shopify would refuse too."""
    return GraphQLError(sentence, extensions={"code": "BAD_REQUEST"})


def access_denied(field: str, needs: str) -> GraphQLError:
    """A scope is missing."""
    return GraphQLError(
        f"Access denied for {field} field. Required access: `{needs}` access scope.",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": f"`{needs}` access scope.",
        },
    )
