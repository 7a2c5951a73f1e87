"""What a run is configured: the choices, their presets, and the command that repeats them.

Read `config` first: frozen dataclasses and the JSON of `config.json`. `presets` holds one choice a
model with the reasons for its numbers; `reproduce` turns any configuration into a command line.
"""
