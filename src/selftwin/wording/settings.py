"""What a person has settled: where the twin lies and the units they read in. Environment before file before default.

vault = "~/selftwin"              # or SELFTWIN_VAULT
passphrase_file = "~/.selftwin"   # or SELFTWIN_PASSPHRASE_FILE; the passphrase itself never stands here
[units]                           # only for the eye; inside, units stay as the catalogue says
glucose = "mmol/L"
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_config_path, user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def config_file() -> Path:
    """Where the settings are read from."""
    return user_config_path("selftwin") / "config.toml"


class Settings(BaseSettings):
    """Every setting with its default."""

    model_config = SettingsConfigDict(env_prefix="SELFTWIN_", env_nested_delimiter="__", extra="ignore", frozen=True)

    vault: Path = Field(default_factory=lambda: user_data_path("selftwin") / "twin")
    passphrase_file: Path | None = None
    units: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file; no dotenv, no folder of secrets."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings in force. Raises UsageError with the name of the one that is off."""
    import tomllib

    try:
        return Settings()
    except ValidationError as error:
        names = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise UsageError(f"A setting is off: {', '.join(names)}.", hint=f"Look at {config_file()}.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{config_file()} is not TOML: {error}.") from None


def keep_units(units: Mapping[str, str]) -> None:
    """Write the units a person reads in into the settings' file; whatever else stands there stays. Raises UsageError
    where the file cannot be written."""
    file = config_file()
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    start = next((n for n, line in enumerate(lines) if line.strip() == "[units]"), len(lines))
    after = (n for n, line in enumerate(lines) if n > start and line.lstrip().startswith("["))
    end = next(after, len(lines))
    section = ["[units]", *(f'"{key}" = "{unit}"' for key, unit in sorted(units.items()))]
    text = "\n".join([*lines[:start], *section, *lines[end:]]) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
    settings.cache_clear()
