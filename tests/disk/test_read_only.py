import pytest

from engine.disk.read_only import is_read_only, refuse_if_read_only
from engine.errors import EngineError


@pytest.mark.parametrize("value", ["1", "true", "yes", " TRUE ", "on", "2"])
def test_read_only_by_the_environment(monkeypatch, value):
    monkeypatch.setenv("READ_ONLY", value)
    assert is_read_only()
    with pytest.raises(EngineError, match="Training is off on this page"):
        refuse_if_read_only("Training")


@pytest.mark.parametrize("value", [None, "", "0", "false", "No", "off"])
def test_writable_without_it(monkeypatch, value):
    monkeypatch.delenv("READ_ONLY", raising=False)
    if value is not None:
        monkeypatch.setenv("READ_ONLY", value)
    assert not is_read_only()
    refuse_if_read_only("Training")
