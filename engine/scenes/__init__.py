"""Scenes: pictures of eight classes that the engine draws, and can draw again differently."""

from engine.scenes.data_set import parameters_of, scene_parameters, write_scenes
from engine.scenes.draw import draw_scene
from engine.scenes.parameters import (
    RANGES,
    SCENE_CLASSES,
    Range,
    SceneParameters,
)
from engine.scenes.stories import STORIES, Story

__all__ = [
    "RANGES",
    "SCENE_CLASSES",
    "STORIES",
    "Range",
    "SceneParameters",
    "Story",
    "draw_scene",
    "parameters_of",
    "scene_parameters",
    "write_scenes",
]
