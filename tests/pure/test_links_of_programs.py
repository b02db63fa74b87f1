"""What a program's links say: templates with known places, and nothing else in braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.links import PLACES, LinkTerms
from app.kernel.errors import Invalid

VALUES = {"creator": "mara", "program": "main", "channel": "tiktok", "slug": "mara-1", "code": "MARA10"}


def test_the_usual_terms_name_channel_program_and_slug() -> None:
    assert LinkTerms().filled(VALUES) == (
        ("utm_source", "tiktok"),
        ("utm_medium", "creator"),
        ("utm_campaign", "main"),
        ("utm_content", "mara-1"),
    )


def test_a_template_is_filled_in() -> None:
    said = dict(LinkTerms(campaign="autumn {program}-{creator} {code}", content="").filled(VALUES))
    assert said["utm_campaign"] == "autumn main-mara MARA10"
    assert "utm_content" not in said


def test_what_a_value_holds_is_not_read_as_a_template() -> None:
    said = dict(LinkTerms(campaign="{creator}").filled(VALUES | {"creator": "{code}"}))
    assert said["utm_campaign"] == "{code}"


@pytest.mark.parametrize("template", ["{shop}", "{}", "{", "}", "{{slug}}", "a\nb", "x" * 101])
def test_a_template_that_cannot_be_filled_in_is_refused(template: str) -> None:
    with pytest.raises(Invalid):
        LinkTerms(campaign=template)


@given(st.lists(st.sampled_from([*(f"{{{p}}}" for p in PLACES), "a", "-", " "]), max_size=10).map("".join))
def test_whatever_is_taken_can_be_filled_in(template: str) -> None:
    assert "{" not in dict(LinkTerms(term=template).filled(VALUES)).get("utm_term", "")
