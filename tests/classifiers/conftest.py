"""One model and one assessor for the whole session: trained on the shipped corpus, with the shipped config."""

from pathlib import Path

import pytest

from classifiers.assess import Assessor
from classifiers.model import LinearModel
from classifiers.training import train
from huiying.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> LinearModel:
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(ROOT / "config", {})


@pytest.fixture(scope="session")
def assessor(model: LinearModel, settings: Settings) -> Assessor:
    return Assessor(model, settings.standard, settings.units, settings.areas)
