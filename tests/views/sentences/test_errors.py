from engine.measures.answers import OUTCOMES
from engine.views.sentences.errors import OUTCOME_TITLES


def test_every_outcome_has_a_title():
    assert set(OUTCOME_TITLES) == set(OUTCOMES)
    assert len(set(OUTCOME_TITLES.values())) == len(OUTCOMES)
