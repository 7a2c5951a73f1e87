"""Colours of what things are made of, as ramps that the palette moves along."""

import numpy as np

# Shared by all classes: sand, rock, leaves, walls and water look alike wherever they occur.
_RAMPS = {
    "grass": ((98, 150, 62), (132, 160, 70), (172, 164, 88), (124, 138, 62), (72, 128, 72)),
    "leaves": ((66, 122, 54), (104, 142, 50), (196, 152, 52), (196, 100, 48), (92, 112, 60),
               (46, 104, 78)),
    "stem": ((74, 128, 58), (110, 146, 66), (88, 120, 74), (60, 112, 72)),
    "needles": ((44, 88, 62), (62, 98, 54), (84, 98, 58), (40, 78, 74)),
    "bark": ((94, 72, 54), (118, 98, 80), (78, 66, 60), (134, 120, 106)),
    "sand": ((226, 200, 150), (168, 164, 160), (238, 222, 186), (196, 148, 112), (206, 180, 140),
             (122, 114, 110), (188, 172, 148), (230, 190, 132)),
    "rock": ((142, 136, 130), (164, 142, 120), (152, 112, 90), (118, 124, 138), (178, 166, 150)),
    "wall": ((178, 98, 78), (224, 206, 172), (172, 174, 178), (236, 232, 222), (146, 172, 194),
             (208, 152, 98), (196, 170, 176)),
    "roof": ((152, 78, 62), (98, 98, 108), (122, 92, 76), (72, 82, 98), (112, 120, 104)),
    "paving": ((152, 148, 142), (172, 160, 146), (132, 132, 138), (186, 178, 168)),
    "road": ((96, 96, 100), (120, 114, 108), (84, 88, 98), (108, 104, 110)),
    "water": ((50, 108, 150), (58, 132, 142), (82, 120, 130), (44, 88, 126), (92, 144, 152)),
    "petal": ((232, 76, 88), (250, 188, 58), (246, 240, 240), (202, 108, 208), (96, 112, 222),
              (250, 132, 64), (244, 150, 180)),
    "steel": ((192, 74, 54), (120, 130, 142), (202, 206, 212), (74, 98, 88), (152, 150, 156)),
    "paint": ((200, 60, 56), (60, 100, 170), (235, 235, 230), (60, 64, 72), (226, 180, 60),
              (90, 140, 110), (160, 166, 174)),
    "seat": ((196, 60, 60), (60, 96, 176), (230, 190, 70), (226, 226, 228), (60, 140, 110)),
}  # fmt: skip

_TABLES = {name: np.array((*ramp, ramp[0]), float) for name, ramp in _RAMPS.items()}


class Palette:
    """Colours of materials at one position of the palette."""

    def __init__(self, position: float):
        # A full turn would end where it began; the two ends of the slider shall differ.
        self._position = float(position * 0.85)

    def colour(self, material: str, offset: float) -> np.ndarray:
        """RGB 0-255 of a material, float64 of shape (3,).

        `offset` (0 to 1, usually a draw) tells this thing's colour from its neighbour's.
        """
        # Most colours are wanted one at a time, and plain numbers are quicker than short arrays.
        table = _TABLES[material]
        place = (self._position + float(offset)) % 1.0 * (len(table) - 1)
        index = int(place)
        share = place - index
        return table[index] * (1.0 - share) + table[index + 1] * share

    def colours(self, material: str, offsets: np.ndarray) -> np.ndarray:
        """RGB 0-255 for many things, float64 of shape (things, 3)."""
        table = _TABLES[material]
        place = (self._position + offsets) % 1.0 * (len(table) - 1)
        index = place.astype(int)
        share = (place - index)[..., None]
        return table[index] * (1.0 - share) + table[index + 1] * share
