"""No lifecycle rule deletes an image that is in use or may be gone back to."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.ecr import BUILT, KEPT_BUILDS, KEPT_DAYS_UNTAGGED, LIFECYCLE, RELEASED
from tests.support.lifecycle import Held, expired

YEARS = 3 * 365.0


def builds(count: int) -> list[Held]:
    return [Held(f"build {number}", (f"{BUILT}{number}",), float(number)) for number in range(count)]


def test_the_image_of_the_alias_is_kept_for_years_under_many_builds() -> None:
    old = Held("in use", (f"{RELEASED}1",), YEARS)
    assert "in use" not in expired(LIFECYCLE, [old, *builds(500)])


def test_a_released_image_is_kept_whatever_other_tags_it_has() -> None:
    old = Held("in use", (f"{BUILT}1", f"{RELEASED}1", "sha256-1.sig"), YEARS)
    assert "in use" not in expired(LIFECYCLE, [old, *builds(500)])


def test_the_last_builds_are_kept_and_older_ones_deleted() -> None:
    gone = expired(LIFECYCLE, builds(KEPT_BUILDS + 3))
    assert gone == {f"build {KEPT_BUILDS + number}" for number in range(3)}


def test_an_image_without_a_tag_is_deleted_after_some_days() -> None:
    images = [Held("new", (), KEPT_DAYS_UNTAGGED - 1), Held("old", (), KEPT_DAYS_UNTAGGED + 1)]
    assert expired(LIFECYCLE, images) == {"old"}


def test_the_signature_of_an_image_is_kept() -> None:
    assert not expired(LIFECYCLE, [Held("signature", ("sha256-1.sig",), YEARS)])


tags = st.lists(
    st.builds(
        lambda prefix, name: prefix + name, st.sampled_from((BUILT, RELEASED, "", "sha256-")), st.text()
    ),
    max_size=3,
).map(tuple)
repositories = st.lists(st.tuples(tags, st.floats(0, 4000)), max_size=30)


@settings(max_examples=40, deadline=None)
@given(repositories)
def test_nothing_that_was_released_is_ever_deleted(repository: list[tuple[tuple[str, ...], float]]) -> None:
    images = [Held(str(number), found, days) for number, (found, days) in enumerate(repository)]
    released = {image.name for image in images if any(tag.startswith(RELEASED) for tag in image.tags)}
    assert not released & expired(LIFECYCLE, images)
