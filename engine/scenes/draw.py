"""One picture from its parameters, painted from the sky forward to the weather."""

import numpy as np

from engine.scenes.background import paint_background
from engine.scenes.beach import plan_beach
from engine.scenes.bridge import plan_bridge
from engine.scenes.building import plan_building
from engine.scenes.canvas import Canvas, Placement, Sheet
from engine.scenes.clutter import paint_beside, paint_front
from engine.scenes.flower import plan_flower
from engine.scenes.forest import plan_forest
from engine.scenes.ground import paint_ground, paint_quay, paint_ripples
from engine.scenes.light import light_of
from engine.scenes.materials import Palette
from engine.scenes.mountain import plan_mountain
from engine.scenes.parameters import SceneParameters
from engine.scenes.scene import Scene, Subject
from engine.scenes.sky import paint_sky
from engine.scenes.stadium import plan_stadium
from engine.scenes.streams import Streams
from engine.scenes.street import plan_street
from engine.scenes.weather import paint_weather, with_grain

_PLANS = {
    "beach": plan_beach,
    "bridge": plan_bridge,
    "building": plan_building,
    "flower": plan_flower,
    "forest": plan_forest,
    "mountain": plan_mountain,
    "stadium": plan_stadium,
    "street": plan_street,
}


def draw_scene(parameters: SceneParameters) -> np.ndarray:
    """Draw one picture: uint8 RGB of shape (300, 300, 3), the same on every machine."""
    streams = Streams(parameters.seed)
    subject = _PLANS[parameters.class_name](streams)
    light = light_of(parameters.time_of_day, parameters.palette, parameters.noise, streams)
    ground = streams.choice("ground", subject.grounds)
    scene = Scene(
        parameters=parameters,
        streams=streams,
        light=light,
        palette=Palette(parameters.palette),
        # Things shrink towards the horizon, and the camera looks up or down to where they are.
        horizon=parameters.y - parameters.scale * subject.centre,
        ground=ground,
        wet=ground == "water" and not subject.shore,
    )
    canvas = Canvas(light, parameters.rotation, parameters.noise)
    _place_world(scene, subject, canvas)
    _place_subject(scene, subject, canvas)
    front = Sheet()
    paint_front(scene, front)
    canvas.place(front)
    paint_weather(scene, canvas)
    return with_grain(scene, np.asarray(canvas.draw()))


def _place_world(scene: Scene, subject: Subject, canvas: Canvas) -> None:
    canvas.fill(scene.light.zenith)
    under = Sheet()
    paint_sky(scene, under)
    paint_background(scene, under, subject.backgrounds)
    paint_ground(scene, under)
    canvas.place(under)


def _place_subject(scene: Scene, subject: Subject, canvas: Canvas) -> None:
    parameters, thing, beside = scene.parameters, Sheet(), Sheet()
    subject.paint(scene, thing)
    far = 0.12 + 0.45 * max(0.0, 1.0 - parameters.scale)
    if scene.ground == "water" and subject.quay is not None:
        shore = scene.horizon + parameters.scale * subject.quay
        tint = scene.light.zenith * 0.4 + scene.light.horizon * 0.2
        mirrored = Placement(
            parameters.x,
            shore + parameters.scale * subject.quay,
            parameters.scale,
            flip=True,
            slope=subject.slope,
            depth=far,
            tint=tuple(tint),
            tinted=0.35,
        )
        canvas.place(thing, mirrored)
        water = Sheet()
        paint_ripples(scene, water, shore)
        if not subject.afloat:
            paint_quay(scene, water, shore)
        canvas.place(water)
    if not subject.shore:  # there the thing itself fills the land up to the horizon
        paint_beside(scene, beside)
        canvas.place(beside)
    if subject.near is not None:
        subject.near(scene, thing)
    canvas.place(thing, Placement(parameters.x, scene.horizon, parameters.scale, depth=far))
