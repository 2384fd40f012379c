# The config: defaults below what is stated, and its checks; no rules.


def with_defaults(stated):
    """Return the defaults of config.yaml below what is stated: a module gets no other configfile."""
    text = (WORKFLOW.parent / "config" / "config.yaml").read_text(encoding="utf-8")
    merged = yaml.safe_load(text)
    update_config(merged, stated)
    return merged


def checked_config(raw):
    """Return the config with {study} filled in, or stop with what is wrong and where."""
    schema = yaml.safe_load((WORKFLOW / "schemas" / "config.schema.yaml").read_text())
    expanded = expand_study(
        {key: raw[key] for key in raw if key != "simulated"}, str(raw.get("study", ""))
    )
    try:
        check_config(expanded, schema, {row.path: row for row in MANIFEST})
    except InputError as error:
        raise WorkflowError(str(error)) from None
    return expanded
