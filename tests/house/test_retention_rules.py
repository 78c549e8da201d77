"""Does somebody know, for every table, how long its rows are kept? apps/keeping/retention.toml says so: by a rule, with the rows
it goes with, or why it is kept."""

from django.apps import apps

from countermark.apps.keeping import tables
from countermark.apps.keeping.rules import left_over, rules, without_rule


def all_tables():
    return [model._meta.label for model in tables.all_models()]


def test_every_table_has_a_rule_of_retention_or_a_reason_to_be_kept():
    missing = "\n".join(f'"{table}" = "…"' for table in without_rule(all_tables()))
    assert not missing, (
        f"say in apps/keeping/retention.toml, under [rule.…], [with] or [kept], what becomes of:\n{missing}"
    )


def test_the_rules_speak_of_tables_and_columns_there_are():
    assert left_over(all_tables()) == []
    for rule in rules():
        fields = {field.name for field in apps.get_model(rule.table)._meta.fields}
        assert {rule.after, *rule.columns} - {""} <= fields, rule.id
        assert apps.get_model(rule.table)._base_manager.filter(**rule.where).query, rule.id


def test_every_rule_has_a_source_and_a_time():
    for rule in rules():
        assert len(rule.source) > 20, rule.id
        assert rule.days or rule.years or rule.after == "expire_date", rule.id


def test_a_table_without_a_rule_is_found():
    assert without_rule([*all_tables(), "looks.Look"]) == ["looks.Look"]
    assert left_over([table for table in all_tables() if table != "work.Job"]) == ["work.Job"]
