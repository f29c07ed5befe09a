"""duplicate-id: who claims a name."""

from tests.checks.examples import lines

DEAL = "title: Acme\nstage: lead\n"


def test_ids_are_compared_without_regard_to_case_and_folder() -> None:
    assert lines("duplicate-id", {"deals/acme.yaml": DEAL, "deals/x/ACME.yaml": DEAL}) == [
        "deals/acme.yaml:1:1: id 'acme' is also that of deals/x/ACME.yaml",
        "deals/x/ACME.yaml:1:1: id 'ACME' is also that of deals/acme.yaml",
    ]


def test_an_alias_is_compared_without_regard_to_case() -> None:
    found = lines("duplicate-id", {"deals/acme.yaml": DEAL, "deals/pilot.yaml": DEAL + "aliases: [Acme]\n"})
    assert found == [
        "deals/acme.yaml:1:1: id 'acme' is also an alias of deals/pilot.yaml",
        "deals/pilot.yaml:3:10: alias 'Acme' is also the id of deals/acme.yaml",
    ]


def test_two_deals_do_not_share_a_former_id() -> None:
    aliased = DEAL + "aliases: [old]\n"
    assert lines("duplicate-id", {"deals/a.yaml": aliased, "deals/b.yaml": aliased}) == [
        "deals/a.yaml:3:10: alias 'old' is also an alias of deals/b.yaml",
        "deals/b.yaml:3:10: alias 'old' is also an alias of deals/a.yaml",
    ]


def test_an_alias_that_repeats_the_deal_s_own_id_harms_nobody() -> None:
    assert lines("duplicate-id", {"deals/acme.yaml": DEAL + "aliases: [acme, acme]\n"}) == []


def test_a_file_that_can_not_be_read_keeps_its_name() -> None:
    found = lines("duplicate-id", {"deals/acme.yaml": DEAL, "deals/2025/acme.yaml": "title: Acme\n"})
    assert found == [
        "deals/2025/acme.yaml:1:1: id 'acme' is also that of deals/acme.yaml",
        "deals/acme.yaml:1:1: id 'acme' is also that of deals/2025/acme.yaml",
    ]


def test_of_many_rivals_the_first_is_named() -> None:
    found = lines("duplicate-id", {f"deals/{folder}/acme.yaml": DEAL for folder in "abc"})
    assert found[0] == "deals/a/acme.yaml:1:1: id 'acme' is also that of deals/b/acme.yaml and 1 more"
    assert found[2] == "deals/c/acme.yaml:1:1: id 'acme' is also that of deals/a/acme.yaml and 1 more"
