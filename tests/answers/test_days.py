"""An answer is given again on its own day alone."""

import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipectl.answers import keep
from pipectl.commands import _open
from tests.answers.asking import known, ran


class _Clock:
    """A clock that is set."""

    def __init__(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = now
        clock = self

        class There(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "There":
                return cls.fromtimestamp(clock.now.timestamp(), tz)

        monkeypatch.setattr(_open, "datetime", There)
        monkeypatch.setattr(time, "time_ns", lambda: int(self.now.timestamp()) * 1_000_000_000)
        monkeypatch.setattr(sys.modules["tests.harness"], "TODAY", "")


def test_another_day_is_another_answer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    clock = _Clock(datetime(2036, 11, 23, 12, tzinfo=jakarta), monkeypatch)
    known(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 23, 23, 58, tzinfo=jakarta)
    assert not ran(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 24, 0, 0, tzinfo=jakarta)
    assert ran(root, "list", "-f", "json")
    assert not ran(root, "list", "-f", "json")
    # A clock that is set back.
    clock.now = datetime(2036, 11, 23, 12, tzinfo=jakarta)
    assert ran(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 23, 11, 59, tzinfo=jakarta)
    assert ran(root, "list", "-f", "json")


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("UTC", "2026-03-01T05:00", "2026-03-02T00:00"),
        ("Asia/Jakarta", "2026-03-01T05:00", "2026-03-01T17:00"),
        ("Asia/Kathmandu", "2026-03-01T05:00", "2026-03-01T18:15"),
        # Midnight is skipped.
        ("America/Santiago", "2026-09-05T12:00", "2026-09-06T04:00"),
        ("Asia/Beirut", "2026-03-28T12:00", "2026-03-28T22:00"),
        # The last hour of the day comes twice.
        ("America/Santiago", "2026-04-04T12:00", "2026-04-05T04:00"),
        # A whole day is skipped.
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),
    ],
)
def test_an_answer_is_good_until_a_minute_before_midnight(zone: str, now: str, midnight: str) -> None:
    asked, ends = (datetime.fromisoformat(f"{text}+00:00") for text in (now, midnight))
    since, until = keep._day(asked.astimezone(ZoneInfo(zone)))
    assert since == asked.timestamp() * 1_000_000_000
    assert until == (ends - timedelta(minutes=1)).timestamp() * 1_000_000_000
