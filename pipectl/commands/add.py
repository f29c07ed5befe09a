"""`pipectl add`."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, apply, coming_day, opened_for_writing
from pipectl.commands._open import Opened, option, past_day, pipelines, who
from pipectl.commands._show import warn_of_unread
from pipectl.commands._values import read_line, read_owner
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.deal import Deal, Entry, FieldValue, Task
from pipectl.model.frozen import replace
from pipectl.model.inputs import parse_amount, parse_currency
from pipectl.model.lookup import find_deal, find_stage, taken_ids
from pipectl.model.moment import Moment
from pipectl.model.money import Money, MoneyStyle
from pipectl.model.moves import missing_fields, policy_breaches
from pipectl.model.pipeline import Pipeline, Rule, Stage
from pipectl.output.safe import say
from pipectl.store.create import folders_for, refuse_links, verified_text
from pipectl.store.deal_schema import DealSchema
from pipectl.store.typed import ID, slug
from pipectl.store.write import Change

OPTIONS = frozenset({"pipelines"})
HELP = {"pipelines": "The pipeline that it goes into."}


def run(
    context: Context,
    title: Annotated[str, Argument(metavar="TITLE", help="What the deal is called.")],
    amount: Annotated[
        str | None, Option("--amount", "-a", metavar="AMOUNT", help="800000000, 800jt, 1.5k, 2bn.")
    ] = None,
    currency: Annotated[str | None, Option(metavar="CODE", help="Unless it is the workspace's.")] = None,
    company: Annotated[str, Option(metavar="NAME", help="The customer.")] = "",
    owner: Annotated[str | None, Option(metavar="PERSON", help="Whose deal it is; mine unless given.")] = None,
    stage: Annotated[str | None, Option(metavar="STAGE", help="The first open stage unless given.")] = None,
    close: Annotated[str | None, Option(metavar="DATE", help="When it is expected to close.")] = None,
    source: Annotated[str, Option(metavar="TEXT", help="Where it came from.")] = "",
    tag: Annotated[list[str] | None, Option(metavar="TAG", help="May be repeated.")] = None,
    next_step: Annotated[str, Option("--next", metavar="TEXT", help="The next step.")] = "",
    due: Annotated[str | None, Option(metavar="DATE", help="When the next step is due.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="The day it began, if not today.")] = None,
    own_id: Annotated[
        str | None, Option("--id", metavar="ID", help="The file's name; made from the title unless given.")
    ] = None,
    pattern: Annotated[str | None, Option("--from", metavar="ID", help="Copy fields of this deal.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the file, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the file.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Add a deal.

    Warns where the company has an open deal already, and refuses what the stage requires and the deal lacks.

    Examples:

      pipectl add "Gudang Cikarang" --company "PT Maju" --amount 250jt --close eoq
      pipectl add "Renewal 2027" -P renewals --from puri-farma-dc --dry-run
    """
    with opened_for_writing(context, dry_run=dry_run) as opened:
        title = read_line("title", title)
        if not title:
            raise UsageError("the title is empty")
        model = find_deal(opened.workspace, pattern) if pattern else None
        pipeline = _pipeline(context, opened, model)
        began = past_day(opened, on, "what is to come is a --next step") or opened.day
        where = _stage(pipeline, stage, began)
        deal = _deal(opened, pipeline, where, title, began, model)
        money = _money(opened, amount, currency) or deal.amount
        step = Task(read_line("next step", next_step), coming_day(opened, "--due", due))
        if step.due and not step.title:
            raise UsageError("--due is the day of the next step, and there is none", hint="say it with --next TEXT")
        deal = replace(
            deal,
            id=_new_id(opened, own_id, title),
            amount=money,
            currency=money.currency if money else _currency(opened, currency),
            expected_close=coming_day(opened, "--close", close),
            owner=who(opened, context) if owner is None else read_owner(context, opened, "--owner", owner),
            company=read_line("company", company) or deal.company,
            source=read_line("source", source) or deal.source,
            tags=tuple(read_line("tag", text) for text in tag or ()) or deal.tags,
            tasks=(step,) if step.title else (),
        )
        deal = replace(deal, history=(replace(deal.history[0], by=who(opened, context) or deal.owner),))
        _refuse_breaches(deal, pipeline, where, began)
        return _write(context, opened, deal, How(f"add {title}", dry_run, commit, message))


def _pipeline(context: Context, opened: Opened, model: Deal | None) -> Pipeline:
    if len(context.options.pipelines) > 1:
        raise UsageError("a deal has one pipeline; -P was given twice")
    if context.options.pipelines:
        return opened.workspace.pipelines[next(iter(pipelines(context, opened.workspace)))]
    name = model.pipeline if model else DealSchema(opened.settings, dict(opened.workspace.pipelines)).default_pipeline
    if not name:
        known = ", ".join(opened.workspace.pipelines)
        raise UsageError("which pipeline?", hint=f"-P with one of {known}; default_pipeline in pipectl.yaml settles it")
    return opened.workspace.pipelines[name]


def _stage(pipeline: Pipeline, name: str | None, on: date) -> Stage:
    if name is not None:
        return find_stage(pipeline, name)
    named = [stage for name in pipeline.moves.create_in if (stage := pipeline.stage(name)) is not None]
    begins = named or pipeline.open_stages
    return next((stage for stage in begins if not stage.is_retired(on)), begins[0])


def _deal(opened: Opened, pipeline: Pipeline, stage: Stage, title: str, began: date, model: Deal | None) -> Deal:
    entry = Entry(Moment(began), stage.id, pipeline.id)
    plain_deal = Deal(id="new", path="", title=title, pipeline=pipeline.id, stage=stage.id, history=(entry,))
    if model is None:
        return replace(plain_deal, currency=opened.settings.currency)
    known = opened.workspace.fields(pipeline.id)
    fields: dict[str, FieldValue] = {name: value for name, value in model.fields.items() if name in known}
    return replace(
        plain_deal,
        amount=model.amount,
        currency=model.currency,
        company=model.company,
        contacts=model.contacts,
        source=model.source,
        tags=model.tags,
        fields=fields,
    )


def _money(opened: Opened, amount: str | None, currency: str | None) -> Money | None:
    if amount is None:
        return None
    with option("--amount"):
        number = parse_amount(amount)
    return Money(number, _currency(opened, currency))


def _currency(opened: Opened, text: str | None) -> str:
    if not text:
        return opened.settings.currency
    with option("--currency"):
        return parse_currency(text)


def _new_id(opened: Opened, wanted: str | None, title: str) -> str:
    """The id asked for, or one from the title, with a number where it is taken."""
    taken = taken_ids(opened.workspace)
    if wanted is not None:
        if not ID.match(wanted):
            raise UsageError(f"'{wanted}' is no id", hint=f"write {slug(wanted) or 'letters and digits'}")
        if wanted in taken:
            raise NegativeError(f"there is a deal {wanted} already")
        return wanted
    plain_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    base = slug(plain_title)[:70].rstrip("-._") or "deal"
    return next(name for number in count(1) if (name := base if number == 1 else f"{base}-{number}") not in taken)


def _refuse_breaches(deal: Deal, pipeline: Pipeline, stage: Stage, began: date) -> None:
    refused = [breach.message for breach in policy_breaches(pipeline, None, stage, began) if breach.rule is Rule.REFUSE]
    refused += [f"{name} is missing" for name in missing_fields(deal, pipeline, stage)]
    if refused:
        raise NegativeError(
            f"a deal can't begin in {stage.id}: {'; '.join(refused)}",
            hint="`pipectl add --help` lists what can be given",
        )


def _write(context: Context, opened: Opened, deal: Deal, how: How) -> int:
    err = context.terminal.err
    for other in _same_company(opened, deal):
        say(err, f"note: {deal.company} has an open deal already: {other.id} ({other.stage})")
    folder = folders_for([deal.history[0].at.day], [known.path for known in opened.workspace.deals])[0]
    path = f"{folder}/{deal.id}.yaml"
    schema = DealSchema(opened.settings, dict(opened.workspace.pipelines))
    text = verified_text(replace(deal, path=path), schema)
    refuse_links(opened.root, [path])
    worth = f", {_in_full(deal.amount, opened.settings.display)}" if deal.amount else ""
    lines = [f"deal/{deal.id} in {deal.stage}{worth}", path]
    change = Change(None, text.encode())
    apply(context, opened.root, {path: change}, [lines], f"{deal.id}: added in {deal.stage}", how)
    if how.dry_run:
        return 0
    if opened.settings.team and not deal.owner and not context.options.quiet:
        say(err, "note: it has no owner; --owner names one, --as or PIPECTL_USER says who you are")
    return warn_of_unread(context, opened.workspace)


def _in_full(amount: Money, style: MoneyStyle) -> str:
    """Every digit of *amount*, marked as the workspace shows money: what `250jt` was taken for."""
    marks = str.maketrans({",": style.group, ".": style.decimal})
    return f"{amount.currency} {f'{amount.amount:,f}'.translate(marks)}"


def _same_company(opened: Opened, deal: Deal) -> Sequence[Deal]:
    wanted = deal.company.casefold()
    return [
        other
        for other in opened.workspace.deals
        if wanted
        and other.company.casefold() == wanted
        and (stage := opened.workspace.pipelines[other.pipeline].stage(other.stage)) is not None
        and stage.is_open
    ]
