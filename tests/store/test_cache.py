"""The cache changes nothing but the time: whatever becomes of it, and of the files, the answer is the same."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest

from benchmarks.tree import write_tree
from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, Task, Waiver
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.workspace import Workspace
from pipectl.store import cache, git_snapshot, kept, load
from pipectl.store.derived import find_derived
from pipectl.store.load import load_snapshot, load_workspace
from pipectl.store.records import Unpacking, pack
from tests.build import KNOWN_CHECKS
from tests.harness import run_pipectl
from tests.store.faults import git

_ROOT = Path(__file__).parents[2]
_DAYS_AGO = 1_700_000_000


@pytest.fixture(autouse=True)
def _as_it_is(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--cache") != "on":
        pytest.skip("these are of the cache as it is")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cache")
    write_tree(root, 60)
    (root / "deals/0000/wrong.yaml").write_text("title: Wrong\nstage: lead\namount: many\n")
    (root / "deals/0000/odd.yaml").write_text("title: Odd\nstage: lead\nstrange: 1\n")
    git(root, "init", "-q")
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Iterator[Path]:
    """A workspace of 62 deals, two with findings, untouched for long."""
    root = tmp_path / "workspace"
    shutil.copytree(template, root)
    _age(root)
    return root


def _age(root: Path) -> None:
    for path in root.rglob("*.yaml"):
        os.utime(path, (_DAYS_AGO, _DAYS_AGO))


def _file(root: Path) -> Path:
    return Path(find_derived(os.path.realpath(root)).path) / cache.FILE


def _load(root: Path, *, cached: bool = True) -> Workspace:
    return load_workspace(root, KNOWN_CHECKS, cached=cached)


def _same(one: Workspace, other: Workspace) -> bool:
    places = [[dict(deal.places) for deal in workspace.deals] for workspace in (one, other)]
    return one == other and places[0] == places[1]


def _holds(root: Path) -> bool:
    """Whether the answer is the same without a cache, with what is there, and with what that leaves."""
    plain = _load(root, cached=False)
    return _same(_load(root), plain) and _same(_load(root), plain)


def _reads(root: Path, monkeypatch: pytest.MonkeyPatch, reading: Callable[[Path], object] = _load) -> int:
    """How many deal files are read anew by *reading*."""
    count = 0
    real = load.read_deal

    def counted(*arguments: object, **named: object) -> object:
        nonlocal count
        count += 1
        return real(*arguments, **named)  # type: ignore[arg-type]  # passed on as they are

    with monkeypatch.context() as patch:
        patch.setattr(load, "read_deal", counted)
        reading(root)
    return count


@pytest.fixture
def _no_grain(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files had been written long before the cache: the time of a change of attributes can't be set back."""
    monkeypatch.setattr(cache, "_GRAIN", 0)


@pytest.mark.usefixtures("_no_grain")
def test_what_was_read_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _reads(root, monkeypatch) == 62
    assert _reads(root, monkeypatch) == 2
    (root / "deals/0000/new.yaml").write_text("title: New\nstage: lead\n")
    assert _reads(root, monkeypatch) == 3
    assert _holds(root)


def test_of_an_old_commit_only_what_has_changed_since_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "add", "-A")
    git(root, "-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-q", "-m", "one")
    for path in sorted((root / "deals/0000").iterdir())[:3]:
        path.write_text(path.read_text().replace("title: ", "title: More ", 1))
    _load(root)

    def then(folder: Path, cached: Path | None) -> Workspace:
        return load_snapshot(git_snapshot.snapshot(folder, "HEAD").files, KNOWN_CHECKS, cached)

    assert _reads(root, monkeypatch, lambda folder: then(folder, folder)) == 3 + 2
    assert _same(then(root, root), then(root, None))


def test_a_file_written_about_when_the_cache_was_is_told_by_its_content(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load(root)
    path = next((root / "deals/0000").glob("*-1.yaml"))
    stamp = cache._stamp(str(path))
    text = path.read_text()
    title = text.split("\n")[0]
    path.write_text(text.replace(title, title[:-1] + "~"))
    real = cache._stamp
    # A clock that has not ticked since: same size, same times, same inode.
    monkeypatch.setattr(cache, "_stamp", lambda name: stamp if name == str(path) else real(name))
    assert any(deal.title.endswith("~") for deal in _load(root).deals)
    assert _holds(root)


def test_no_file_is_looked_at_before_the_time_that_the_cache_bears(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[int] = []
    kept: list[int] = []
    real = cache._entries

    def entries(*arguments: Any) -> object:
        kept.append(arguments[-1])
        return real(*arguments)

    def read_ahead(work: Callable[[str], object], paths: list[str]) -> dict[str, object]:
        began.append(time.time_ns())
        return {path: work(path) for path in paths}

    monkeypatch.setattr(cache, "MANY", 10)
    monkeypatch.setattr(cache, "cores", lambda: 2)
    monkeypatch.setattr(cache, "spread", read_ahead)
    monkeypatch.setattr(cache, "_entries", entries)
    _load(root)
    assert kept[0] + cache._GRAIN <= began[0]


@pytest.mark.usefixtures("_no_grain")
def test_a_tree_that_was_copied_or_checked_out_anew_is_told_by_content(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load(root)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    assert _reads(other, monkeypatch) == 2
    assert _holds(other)
    # And from then on by its times again.
    opened: list[str] = []
    monkeypatch.setattr(cache, "read_file", lambda top, path: opened.append(path) or load.read_file(top, path))
    _load(other)
    assert len(opened) == 2


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(25))
def test_a_spoilt_cache_is_as_none(root: Path, seed: int) -> None:
    _load(root)
    file, random_ = _file(root), random.Random(seed)  # noqa: S311 - the same every time
    data = bytearray(file.read_bytes())
    at = random_.choice((0, 3, 14, 20, 31, 47, random_.randrange(len(data)), random_.randrange(len(data))))
    match seed % 5:
        case 0 | 1:
            data[at] ^= 1 << random_.randrange(8)
        case 2:
            del data[at:]
        case 3:
            data[at:at] = random_.randbytes(random_.randint(1, 40))
        case 4:
            data = bytearray(random_.randbytes(random_.choice((0, 5, 100))))
    file.write_bytes(data)
    file.chmod(0o600)
    assert _holds(root)


@pytest.mark.usefixtures("_no_grain")
def test_a_deal_whose_rest_is_spoilt_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(root)
    data = bytearray(_file(root).read_bytes())
    at = data.index(b"PO by Friday")
    data[at : at + 2] = b"NO"
    _file(root).write_bytes(data)
    _file(root).chmod(0o600)
    assert _same(_load(root), _load(root, cached=False))
    # Who has found it spoilt has deleted it, and the next command keeps all of it anew.
    assert not _file(root).exists()
    assert _reads(root, monkeypatch) == 62
    assert b"NO by Friday" not in _file(root).read_bytes()
    assert _holds(root)


@pytest.mark.usefixtures("_no_grain")
@pytest.mark.parametrize("change", [-1, 1])
def test_a_cache_that_was_cut_or_goes_on_is_as_none(root: Path, monkeypatch: pytest.MonkeyPatch, change: int) -> None:
    _load(root)
    data = _file(root).read_bytes()
    _file(root).write_bytes(data[:change] if change < 0 else data + b"\0")
    _file(root).chmod(0o600)
    assert _reads(root, monkeypatch) == 62
    assert _reads(root, monkeypatch) == 2


def test_a_file_of_a_time_that_no_stamp_holds_is_read_each_time(root: Path) -> None:
    path = next((root / "deals/0000").glob("*-1.yaml"))
    os.utime(path, (13_569_465_600, 13_569_465_600))
    assert _holds(root)


def test_another_programs_cache_is_as_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache, "SOURCES", cache.SOURCES[:-1])
        _load(root)
    assert _reads(root, monkeypatch) == 62
    monkeypatch.setattr(cache.sys, "version_info", (4, 0))
    assert _reads(root, monkeypatch) == 62


@pytest.mark.usefixtures("_no_grain")
def test_other_pipelines_or_settings_make_it_void(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(root)
    pipeline = root / "pipelines/new-business.yaml"
    pipeline.write_text(pipeline.read_text().replace("id: lead,", "id: lead, aliases: [new],"))
    assert _reads(root, monkeypatch) == 62
    settings = root / "pipectl.yaml"
    settings.write_text(settings.read_text().replace("Asia/Jakarta", "Europe/Berlin"))
    assert _reads(root, monkeypatch) == 62
    assert _holds(root)


@pytest.mark.usefixtures("_no_grain")
def test_a_cache_that_others_could_have_written_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(root)
    _file(root).chmod(0o660)
    assert _reads(root, monkeypatch) == 62
    assert _reads(root, monkeypatch) == 2
    real = _file(root).rename(root / "elsewhere")
    _file(root).symlink_to(real)
    assert _reads(root, monkeypatch) == 62
    assert not _file(root).is_symlink()


@pytest.mark.usefixtures("_no_grain")
def test_a_cache_that_came_with_the_files_is_not_believed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(root / ".git")
    _load(root)
    _load(root)
    assert _file(root) == root / ".pipectl/cache"
    assert _reads(root, monkeypatch) == 2
    sent = tmp_path / "sent"
    shutil.copytree(root, sent)
    assert _reads(sent, monkeypatch) == 62


def test_where_nothing_can_be_written_nothing_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(kept, "write_new", refused)
    assert _holds(root)
    assert not _file(root).exists()
    monkeypatch.setattr(kept, "make_derived", refused)
    assert _holds(root)


def test_a_write_that_was_cut_off_leaves_the_old_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(root)
    before = _file(root).read_bytes()

    def cut(_: object, path: str, data: bytes, **__: object) -> None:
        Path(path).write_bytes(data[: len(data) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept, "write_new", cut)
        for path in (root / "deals").rglob("*.yaml"):
            path.write_text(path.read_text() + "# more\n")
        with pytest.raises(KeyboardInterrupt):
            _load(root)
    assert [path.name for path in _file(root).parent.iterdir()] == [cache.FILE]
    assert _file(root).read_bytes() == before
    assert _holds(root)


_LOOP = """
import sys
from pathlib import Path
from pipectl.store.load import load_snapshot, load_workspace
for turn in range(6):
    path = Path("deals/0000") / f"own-{sys.argv[1]}-{turn}.yaml"
    path.write_text("title: Own\\nstage: lead\\n" * 1)
    for name in list(Path("deals").rglob("*.yaml"))[int(sys.argv[1]) :: 3]:
        name.touch()
    workspace = load_workspace(Path("."), frozenset(), cached=True)
    assert any(deal.id == path.stem for deal in workspace.deals)
"""


def test_two_commands_may_write_it_at_once(root: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", _LOOP, str(number)], cwd=root, env={"PYTHONPATH": str(_ROOT)})
        for number in range(3)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert _holds(root)
    assert [path.name for path in _file(root).parent.iterdir()] == [cache.FILE]


@pytest.mark.parametrize(
    "words", [("check",), ("list", "-f", "json"), ("stats",), ("export", "-f", "csv")], ids=" ".join
)
def test_an_answer_is_the_same_to_the_byte(root: Path, words: tuple[str, ...]) -> None:
    plain = run_pipectl(*words, "--no-cache", cwd=root)
    assert not _file(root).exists()
    assert run_pipectl(*words, cwd=root) == plain
    assert _file(root).exists()
    assert run_pipectl(*words, cwd=root) == plain


def test_the_sources_that_make_another_cache_are_all_that_read_a_deal() -> None:
    """Whatever `store` module reading a deal imports, and what holds it, is in the list."""
    seen, waiting = set[str](), ["store/load", "store/records"]
    # These neither read a deal nor keep one.
    names = ("cores", "derived", "digest", "disk", "places", "slow_parser", "yaml_errors")
    others = {f"store/{name}" for name in names}
    while waiting:
        name = waiting.pop()
        if name in seen | others:
            continue
        seen.add(name)
        text = (_ROOT / "pipectl" / f"{name}.py").read_text(encoding="utf-8")
        waiting += [
            f"store/{module}"
            for module in (path.stem for path in (_ROOT / "pipectl/store").glob("*.py"))
            if f"pipectl.store.{module} " in text or f'"pipectl.store.{module}"' in text
        ]
    seen.discard("store/__init__")
    assert {name for name in cache.SOURCES if name.startswith("store/")} == seen


_ZONE = ZoneInfo("Europe/Berlin")
_MOMENTS = (
    Moment(date(2026, 3, 1)),
    Moment(date(2026, 3, 1), datetime(2026, 3, 1, 10, 15, tzinfo=_ZONE)),
    Moment(date(2026, 10, 25), datetime(2026, 10, 25, 2, 30, 1, 250_000, tzinfo=_ZONE, fold=1)),
    Moment(date(2026, 10, 25), datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))),
    Moment(date(2026, 10, 25), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
)
_FULL = Deal(
    id="acme",
    path="deals/acme.yaml",
    title="Acme",
    pipeline="sales",
    stage="won",
    amount=Money(Decimal("12000.50"), "USD"),
    currency="USD",
    expected_close=date(2026, 4, 1),
    owner="ani",
    company="PT Acme",
    contacts=(Contact("Rina", "buyer", "rina@example.com", "+62"), Contact("Budi")),
    source="web",
    tags=("a", "b"),
    fields={"n": 3, "yes": True, "d": Decimal("1.50"), "on": date(2026, 1, 1), "m": Money(Decimal(0), "IDR"), "t": "x"},
    created=date(2025, 1, 1),
    probability=Decimal(0),
    forecast="commit",
    lost_reason="price",
    competitor="Other",
    snooze_until=date(2027, 1, 1),
    aliases=("old",),
    external_ids={"hubspot": "1"},
    waive=(Waiver("idle", date(2026, 5, 1), "why"), Waiver("stalled", None)),
    notes="two\nlines\n",
    tasks=(
        Task("Call", date(2026, 3, 2), date(2026, 3, 3), "ani", "t1", "2w", date(2026, 3, 4), last_chance=True),
        Task("Mail"),
    ),
    activities=tuple(Activity(at, "call", "ani", "note") for at in _MOMENTS),
    changes=tuple(Change(at, {"amount": Money(Decimal(5), "IDR"), "owner": None, "forecast": ""}) for at in _MOMENTS),
    history=(
        *(Entry(at, "lead", "sales", "ani", "n", "f", "price", "c", Money(Decimal(1), "IDR")) for at in _MOMENTS),
        Entry(_MOMENTS[0], "won", "sales"),
    ),
    places={"title": (1, 8), "history.0": (9, 3)},
)


def _never(_: object) -> NoReturn:
    raise AssertionError("a record that was just made is whole")


@pytest.mark.parametrize(
    "deal", [_FULL, Deal(id="a", path="a", title="A", pipeline="p", stage="s")], ids=["everything", "nothing"]
)
def test_a_deal_is_unpacked_as_it_was_packed(deal: Deal) -> None:
    other = Unpacking(_ZONE, lambda _: {}, _never, _never).deal(pack(deal), deal.id, deal.path)
    assert other == deal
    assert other.places == deal.places
    assert repr(other) == repr(deal)
    # Equal instants may still be told apart by their zones.
    assert [str(entry.at.instant.tzinfo) for entry in other.history if entry.at.instant] == [
        str(entry.at.instant.tzinfo) for entry in deal.history if entry.at.instant
    ]


def test_every_field_of_a_deal_is_packed() -> None:
    """Everything in the full deal differs from its default, so that a field forgotten in packing is seen."""
    nothing = Deal(id="a", path="a", title="A", pipeline="p", stage="s")
    assert [
        each.name for each in fields(Deal) if each.init and getattr(_FULL, each.name) == getattr(nothing, each.name)
    ] == []
    for full, empty in (
        (_FULL.history[0], Entry(_MOMENTS[1], "", "")),
        (_FULL.tasks[0], Task("")),
        (_FULL.waive[0], Waiver("", None)),
        (_FULL.contacts[0], Contact("")),
        (_FULL.activities[0], Activity(_MOMENTS[1], "")),
    ):
        assert [each.name for each in fields(full) if getattr(full, each.name) == getattr(empty, each.name)] == []
    assert replace(_FULL, title="B") != _FULL
