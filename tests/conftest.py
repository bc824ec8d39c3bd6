"""One model and one assessor for the whole session: trained on the shipped corpus, with the shipped config."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from classifiers.assess import Assessor
from classifiers.model import LinearModel, load_model
from classifiers.territory import Gazetteer
from classifiers.training import is_stale, train
from huiying.cli import MODEL, quiet_log
from huiying.settings import Settings, load_settings
from records.standard import Standard

ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a test that skips because a program is not installed has failed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and "not installed" in str(report.longrepr):
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def _log() -> None:
    """Log lines as the program writes them: plain, without the values of local variables. Anew a test: a command run in one sets its own level."""
    quiet_log("debug")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> LinearModel:
    """The trained model of ./run.sh, else one trained now."""
    return train(tmp_path_factory.mktemp("model"), settings.catalogue, Gazetteer(settings.areas)) if is_stale(MODEL) else load_model(MODEL)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(ROOT / "config", {})


@pytest.fixture(scope="session")
def standard(settings: Settings) -> Standard:
    return settings.standard


@pytest.fixture(scope="session")
def assessor(model: LinearModel, settings: Settings) -> Assessor:
    return Assessor(model, settings.standard, settings.catalogue, settings.areas)
