"""Scenes worth asking about, each with the parameter that was moved far."""

from dataclasses import dataclass

from engine.scenes.parameters import SceneParameters


@dataclass(frozen=True)
class Story:
    """A scene that shows a model breaking.

    Attributes:
        scene: The scene.
        along: The parameter that was moved: with its default value the picture is an easy one.
    """

    scene: SceneParameters
    along: str


#: By title. The drawings are those of the first 24 seeds that show best where the published runs
#: part: examples, not evidence, which is the accuracy over the whole test split.
STORIES = {
    "The stadium moves to the right": Story(SceneParameters("stadium", x=0.8, seed=5), "x"),
    "Upside down": Story(SceneParameters("building", rotation=180, seed=5), "rotation"),
    "Far away": Story(SceneParameters("building", scale=0.35, seed=0), "scale"),
    "Behind trees": Story(SceneParameters("stadium", clutter=1, seed=11), "clutter"),
}
