"""Differences are all that lies between two programmes: with them the one becomes the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from programme.differences import NOTHING, applied, between, of_session, tidied

WORDS = st.fixed_dictionaries({"ko": st.sampled_from(["", "가", "나"]), "en": st.sampled_from(["", "a", "b"])})
CLOCK = st.sampled_from(["", "09:30", "10:00", "13:30"])
STATES = st.sampled_from(["published", "cancelled"])
IDS = st.integers(1, 4)


def table(**fields):
    rows = st.fixed_dictionaries({"id": IDS, "slug": st.sampled_from(["x", "y"]), **fields})
    return st.lists(rows, unique_by=lambda row: row["id"]).map(lambda found: sorted(found, key=lambda row: row["id"]))


PROGRAMMES = st.fixed_dictionaries(
    {
        "sessions": table(title=WORDS, day=st.integers(1, 2), starts=CLOCK, state=STATES),
        "talks": table(
            title=WORDS,
            session=IDS,
            order=st.integers(0, 2),
            starts=CLOCK,
            people=st.lists(st.fixed_dictionaries({"speaker": IDS, "role": st.just("speaker")}), max_size=2),
        ),
        "speakers": table(name=WORDS),
    }
)  # fmt: skip


@given(PROGRAMMES, PROGRAMMES)
def test_the_old_programme_with_its_differences_is_the_new_one(old, new):
    assert applied(old, between(old, new)) == new


@given(PROGRAMMES)
def test_a_programme_does_not_differ_from_itself_and_from_nothing_by_everything(programme):
    assert between(programme, programme) == []
    assert len(between(NOTHING, programme)) == sum(map(len, programme.values()))
    assert applied(programme, between(programme, NOTHING)) == NOTHING


@given(PROGRAMMES, PROGRAMMES, IDS)
def test_one_session_alone_becomes_as_it_is_edited_and_no_other_changes(old, new, session):
    result = applied(old, of_session(between(old, new), session))

    def of(programme, *, inside):
        return [row for row in programme["sessions"] if (row["id"] == session) == inside]

    def talks(programme):
        return [row for row in programme["talks"] if row["session"] == session]

    assert of(result, inside=True) == of(new, inside=True)
    assert of(result, inside=False) == of(old, inside=False)
    assert talks(result) == talks(new)


@given(PROGRAMMES)
def test_a_tidied_programme_refers_to_nothing_that_it_lacks(programme):
    tidy = tidied(programme)

    sessions, talks = {row["id"] for row in tidy["sessions"]}, tidy["talks"]
    assert {row["session"] for row in talks} <= sessions
    assert {row["id"] for row in tidy["speakers"]} <= {each["speaker"] for row in talks for each in row["people"]}
    assert tidied(tidy) == tidy
