import pytest

from engine.views.colours import NEUTRAL, channels, luminance, mixed, shade, transparent


def test_channels_and_luminance():
    assert channels("#FF8000") == pytest.approx((1, 128 / 255, 0))
    assert luminance((0, 0, 0)) == 0
    assert luminance((1, 1, 1)) == pytest.approx(1)
    # As the guidelines' own example of a grey has it: 4.5:1 against white.
    assert 1.05 / (luminance(channels("#767676")) + 0.05) == pytest.approx(4.54, abs=0.01)


def test_seen_through():
    assert transparent("#DB7100", 0.2) == "rgba(219, 113, 0, 0.2)"


def test_mixed_from_one_end_to_the_other():
    assert mixed("#000000", "#FF8040", 0) == "rgb(0,0,0)"
    assert mixed("#000000", "#FF8040", 0.5) == "rgb(128,64,32)"
    assert mixed("#000000", "#FF8040", 1) == "rgb(255,128,64)"


@pytest.mark.parametrize("colour", ["#DB7100", "#2E86D1", "#2A7F3B", "#FFFFFF", "#000000", NEUTRAL])
def test_every_shade_of_any_colour_is_legible_in_both_themes(colour):
    for position in range(4):
        light = luminance(channels(shade(colour, position))) + 0.05
        assert 1.05 / light >= 3
        assert light / (luminance(channels("#0E1117")) + 0.05) >= 3


def test_three_shades_that_come_again():
    shades = [shade("#DB7100", position) for position in range(4)]
    assert len({*shades, "#DB7100"}) == 4
    assert shades[3] == shades[0]
