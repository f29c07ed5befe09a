"""Which deal is meant. Nothing is done on a near match."""

import pytest

from pipectl.errors import NegativeError, UnreadableError
from pipectl.model.lookup import find_deal, taken_ids
from tests.build import workspace_of

FILES = {
    "deals/acme.yaml": "title: Acme\nstage: lead\naliases: [acme-old, Rollout]\n",
    "deals/acme-2.yaml": "title: Acme again\nstage: lead\n",
    "deals/globex.yaml": "title: Portal\nstage: lead\n",
    "deals/initech.yaml": "title: Same name\nstage: lead\n",
    "deals/hooli.yaml": "title: Same name\nstage: lead\n",
    "deals/a/umbrella.yaml": "title: Umbrella\nstage: lead\n",
    "deals/b/umbrella.yaml": "title: Umbrella\nstage: lead\n",
    "deals/soylent-1.yaml": "title: Soylent\nstage: lead\n",
    "deals/soylent-2.yaml": "title: Soylent\nstage: prposal\n",
    "deals/wonka.yaml": "title: Wonka\n",
}
WORKSPACE = workspace_of(FILES)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("acme", "deals/acme.yaml"),
        ("ACME", "deals/acme.yaml"),
        ("acme-old", "deals/acme.yaml"),
        ("rollout", "deals/acme.yaml"),
        ("deal/acme", "deals/acme.yaml"),
        ("acme-", "deals/acme-2.yaml"),
        ("glo", "deals/globex.yaml"),
        ("portal", "deals/globex.yaml"),
        ("Acme Again", "deals/acme-2.yaml"),
        ("deals/b/umbrella.yaml", "deals/b/umbrella.yaml"),
        ("soylent-1", "deals/soylent-1.yaml"),
    ],
)
def test_a_deal_is_found_by_id_former_id_path_prefix_or_title(text: str, path: str) -> None:
    assert find_deal(WORKSPACE, text).path == path


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("ac", "'ac' fits 2 deals: acme, acme-2", "type more of the id"),
        ("same name", "'same name' fits 2 deals: hooli, initech", "type more of the id"),
        ("globes", "no deal 'globes'", "did you mean globex?"),
        ("", "no deal ''", "`pipectl list` shows them"),
        ("zzz", "no deal 'zzz'", "`pipectl list` shows them"),
    ],
)
def test_none_and_several_are_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(NegativeError) as caught:
        find_deal(WORKSPACE, text)
    assert (str(caught.value), caught.value.hint) == (message, hint)


def test_two_deals_with_one_id_are_named_by_their_paths() -> None:
    with pytest.raises(NegativeError, match=r"fits 2 deals: deals/a/umbrella\.yaml, deals/b/umbrella\.yaml"):
        find_deal(WORKSPACE, "umbrella")


@pytest.mark.parametrize(
    ("text", "where"),
    [("wonka", "deals/wonka.yaml:1:1"), ("won", "deals/wonka.yaml:1:1"), ("soylent", "deals/soylent-2.yaml:2:8")],
)
def test_a_deal_that_can_t_be_read_is_not_passed_over_for_another(text: str, where: str) -> None:
    with pytest.raises(UnreadableError, match=where):
        find_deal(WORKSPACE, text)


def test_an_id_is_taken_in_any_case_by_a_deal_a_former_one_or_a_file_that_can_t_be_read() -> None:
    taken = taken_ids(workspace_of({**FILES, "deals/Old.yml": ""}))
    assert taken >= {"acme", "acme-old", "rollout", "globex", "wonka", "soylent-2", "old"}
    assert "Old" not in taken


def test_a_deal_s_own_id_is_not_in_its_way() -> None:
    assert {"acme", "acme-old"} & taken_ids(WORKSPACE, but="deals/acme.yaml") == set()
    assert "wonka" not in taken_ids(WORKSPACE, but="deals/wonka.yaml")


def test_of_many_that_fit_the_first_eight_are_named() -> None:
    files = {f"deals/d{n:02}.yaml": "title: D\nstage: lead\n" for n in range(11)}
    with pytest.raises(NegativeError, match="'d' fits 11 deals: d00, d01, d02, d03, d04, d05, d06, d07, … and 3 more"):
        find_deal(workspace_of(files), "d")
