"""The files of a workspace become a Workspace; what can't be read is named in its problems."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

from pipectl.errors import NoWorkspaceError, UnreadableError
from pipectl.model.deal import Deal
from pipectl.model.frozen import replace
from pipectl.model.pipeline import Pipeline
from pipectl.model.problem import Place, Problem
from pipectl.model.workspace import Settings, Workspace
from pipectl.store.cache import MANY, NO_CACHE, Cache, Read, forget, known_contents, open_cache, read_deals
from pipectl.store.deal_schema import DealSchema
from pipectl.store.fields import Problems
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_files, id_of, is_data_file, read_file, sub_folder
from pipectl.store.nodes import read_tree
from pipectl.store.parse_deal import parse_deal
from pipectl.store.parse_pipeline import parse_pipeline
from pipectl.store.parse_settings import parse_settings
from pipectl.store.plain_deal import AS_WRITTEN, TOP, plain_places, plain_record
from pipectl.store.plain_places import Places
from pipectl.store.records import Unpacking, tight

Source = tuple[str, bytes | Problem]
_Content = Callable[[str], bytes | Problem]
_PIPELINES = PurePosixPath(PIPELINES)


class UnusableError(UnreadableError):
    """`pipectl.yaml` or every pipeline can't be used, so nothing can be said of the deals.

    Attributes:
        problems: what is wrong, by place.
    """

    def __init__(self, problems: Iterable[Problem], before: str = "") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))
        first, more = self.problems[0], len(self.problems) - 1
        also = f" (and {more} more: `pipectl check` lists them)" if more else ""
        super().__init__(f"{before}{first.place}: {first.message}{also}", hint=first.hint or None)


def load_workspace(
    root: Path, known_checks: frozenset[str], *, cached: bool = False, ids: Collection[str] = ()
) -> Workspace:
    """Everything under *root*; *cached*: with what an earlier command has read, and for later ones.

    *ids*: only these deals are wanted. Where each of them is the name of one file, no other deal is read.

    Raises:
        UnusableError: `pipectl.yaml` itself, or every pipeline, can't be used, so nothing can be said.
    """
    found = find_files(root)
    paths = _named(found.deals, ids)
    cached = cached and paths is found.deals
    settings = read_file(root, SETTINGS)
    pipelines = [(path, read_file(root, path)) for path in found.pipelines]
    cache = open_cache(root, [(SETTINGS, settings), *pipelines]) if cached else NO_CACHE

    def deals(schema: DealSchema) -> Iterable[Read]:
        unpacking = _unpacking(partial(read_file, root), schema, cache, is_tight=len(paths) > MANY)
        read = partial(read_deal, schema=schema, unpacking=unpacking)
        return read_deals(root, paths, cache, read, partial(plain_record, schema=schema), unpacking)

    return _assemble(settings, pipelines, deals, found.problems, known_checks)


def _named(paths: tuple[str, ...], ids: Collection[str]) -> tuple[str, ...]:
    """Those of *paths* that *ids* name, if that is one for each; else all: an id may be short, or a former one."""
    names = {name.casefold().removeprefix("deal/") for name in ids}
    found = tuple(path for path in paths if id_of(path).casefold() in names) if names else ()
    return found if 0 < len(found) == len(names) == len({id_of(path).casefold() for path in found}) else paths


def cache_of(root: Path) -> Cache:
    """What is kept for the workspace at *root*."""
    return open_cache(root, [(path, read_file(root, path)) for path in (SETTINGS, *find_files(root).pipelines)])


def _each(paths: Iterable[str], content: _Content, cache: Cache = NO_CACHE) -> Callable[[DealSchema], Iterable[Read]]:
    """What reads the deals in *paths*, where *cache* does not know what they hold."""
    known = known_contents(cache)

    def deals(schema: DealSchema) -> Iterable[Read]:
        unpacking = _unpacking(content, schema, cache, is_tight=True)
        for path in paths:
            data = content(path)
            record = None if isinstance(data, Problem) else known(data)
            if record is None:
                yield read_deal((path, data), schema, unpacking)
            else:
                yield unpacking.deal(record, id_of(path), path), ()

    return deals


def _unpacking(content: _Content, schema: DealSchema, cache: Cache = NO_CACHE, *, is_tight: bool = False) -> Unpacking:
    """Where the fields of deals come from whose files hold *content*, and of some *cache* has the records."""

    def places(deal: Deal) -> Mapping[str, tuple[int, int]]:
        # Of a file that somebody has changed this very moment it is where things stand now.
        data = content(deal.path)
        if isinstance(data, Problem):
            return {}
        text = data.decode(errors="replace")
        return Places(text, TOP, AS_WRITTEN, lambda: plain_places(data, schema) or {})

    def read_again(deal: Deal) -> Deal:
        forget(cache)
        found, _ = read_deal((deal.path, content(deal.path)), schema)
        if found is None:
            raise UnreadableError(f"{deal.path}: it was there a moment ago, and can't be read now")
        return found

    return Unpacking(schema.settings.zone, places, cache.kept.tail, read_again, is_tight=is_tight)


def load_planned(root: Path, planned: Mapping[str, bytes], known_checks: frozenset[str]) -> Workspace:
    """What everything under *root* would say once the files *planned*, by path, hold these bytes; nothing is written.

    Raises:
        UnusableError: nothing could be said then.
    """
    found = find_files(root)
    new = [path for path in planned if path.startswith(f"{PIPELINES}/")]
    paths = sorted({*found.pipelines, *new})

    def content(path: str) -> bytes | Problem:
        return planned[path] if path in planned else read_file(root, path)

    return _assemble(
        content(SETTINGS),
        [(path, content(path)) for path in paths],
        _each(found.deals, content),
        found.problems,
        known_checks,
    )


def load_snapshot(files: dict[str, bytes], known_checks: frozenset[str], root: Path | None = None) -> Workspace:
    """A workspace from the contents of its files, by path relative to its root: a commit's, for instance.

    *root*: where the workspace lies; what its cache knows of these contents is not read again.
    """
    if SETTINGS not in files:
        raise NoWorkspaceError(f"no {SETTINGS} there")
    problems: list[Problem] = []
    names = [path for path in sorted(files) if not any(part.startswith(".") for part in PurePosixPath(path).parts)]
    problems += [sub_folder(f"{PIPELINES}/{name}") for name in _sub_folders(names)]
    pipelines = [path for path in names if PurePosixPath(path).parent == _PIPELINES and is_data_file(path, problems)]
    deals = [path for path in names if path.startswith(f"{DEALS}/") and is_data_file(path, problems)]
    rules: list[Source] = [(path, files[path]) for path in (SETTINGS, *pipelines)]
    read = _each(deals, files.__getitem__, open_cache(root, rules) if root else NO_CACHE)
    return _assemble(files[SETTINGS], rules[1:], read, tuple(problems), known_checks)


def _sub_folders(names: Iterable[str]) -> Iterable[str]:
    """The folders in that of the pipelines."""
    parts = (PurePosixPath(name).parts for name in names)
    return dict.fromkeys(part[1] for part in parts if part[0] == PIPELINES and len(part) > 2)


def _assemble(
    settings_data: bytes | Problem,
    pipeline_files: list[Source],
    deal_files: Callable[[DealSchema], Iterable[Read]],
    problems: tuple[Problem, ...],
    known_checks: frozenset[str],
) -> Workspace:
    found = list(problems)
    settings = _read_settings(settings_data, known_checks, found)
    pipelines = _read_pipelines(pipeline_files, found)
    if not pipelines:
        raise _no_pipeline(found)
    unread = frozenset({PurePosixPath(path).stem for path, _ in pipeline_files} - set(pipelines))
    # A deal that names no pipeline is in the default one, be that read or not.
    schema = DealSchema(settings, pipelines, unread)
    if settings.default_pipeline and settings.default_pipeline not in pipelines:
        settings = replace(settings, default_pipeline="")
        if schema.settings.default_pipeline not in unread:
            found.append(_unknown_default(schema.settings, pipelines))
            schema = DealSchema(settings, pipelines, unread)
    deals = []
    for deal, wrong in deal_files(schema):
        found.extend(wrong)
        if deal is not None:
            deals.append(deal)
    # By id, so that a deal which moves to another folder changes no report.
    deals.sort(key=lambda deal: (deal.id, deal.path))
    return Workspace(settings, pipelines, tuple(deals), tuple(found))


def _read_settings(data: bytes | Problem, known_checks: frozenset[str], found: list[Problem]) -> Settings:
    if isinstance(data, Problem):
        raise UnusableError([data])
    tree = read_tree(data, SETTINGS)
    problems = Problems(SETTINGS)
    settings = parse_settings(tree, problems, known_checks)
    all_problems = [*tree.problems, *problems.found]
    if settings is None:
        raise UnusableError(all_problems)
    found.extend(all_problems)
    return settings


def _no_pipeline(found: list[Problem]) -> UnusableError:
    wrong = [problem for problem in found if problem.place.path.startswith(PIPELINES)]
    if wrong:
        return UnusableError(wrong, "no pipeline can be read: ")
    hint = f"add {PIPELINES}/NAME.yaml; `pipectl init DIR` writes one to copy"
    return UnusableError([Problem("unreadable-file", "there is no pipeline", Place(PIPELINES), hint, unread=True)])


def _read_pipelines(files: list[Source], found: list[Problem]) -> dict[str, Pipeline]:
    pipelines = {}
    for path, data in files:
        if isinstance(data, Problem):
            found.append(data)
            continue
        tree = read_tree(data, path)
        problems = Problems(path)
        pipeline_id = PurePosixPath(path).stem
        # What such a file says is not known for sure, and wrong stages would place deals wrongly.
        unsure = any(problem.unread for problem in tree.problems)
        pipeline = None if unsure else parse_pipeline(tree, pipeline_id, problems)
        found.extend(tree.problems)
        found.extend(problems.found)
        if pipeline is not None:
            pipelines[pipeline_id] = pipeline
    return pipelines


def read_deal(source: Source, schema: DealSchema, unpacking: Unpacking | None = None) -> Read:
    """One deal file, and what is wrong with it; *unpacking*: that of its workspace."""
    path, data = source
    deal_id = id_of(path)
    if isinstance(data, Problem):
        return None, (replace(data, deal=deal_id),)
    record = plain_record(data, schema)
    if record is not None:
        unpacking = unpacking or _unpacking(lambda _: data, schema)
        return unpacking.deal(tight(record) if unpacking.is_tight else record, deal_id, path), ()
    return _read_fully(path, deal_id, data, schema)


def _read_fully(path: str, deal_id: str, data: bytes, schema: DealSchema) -> Read:
    """A deal file that there is something to say of, or that is not plain."""
    tree = read_tree(data, path)
    problems = Problems(path, deal_id)
    unread = any(problem.unread for problem in tree.problems)
    deal = parse_deal(tree, deal_id, problems, schema)
    named = tuple(replace(problem, deal=deal_id) for problem in tree.problems)
    return None if unread else deal, (*named, *problems.found)


def _unknown_default(settings: Settings, pipelines: dict[str, Pipeline]) -> Problem:
    place = Place(SETTINGS, *settings.places.get("default_pipeline", (1, 1)))
    known = ", ".join(pipelines)
    message = f"default_pipeline '{settings.default_pipeline}' is no pipeline of this workspace ({known})"
    return Problem("unknown-pipeline", message, place, unread=True)
