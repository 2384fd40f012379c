# A job that is tried again (`retries` of a profile) gets more memory and time: twice the first, then
# three times; no rules. Here for all rules, which state what a first attempt needs; included last.


def growing(first):
    """Return a function that snakemake asks at each attempt for its amount of a resource."""

    def amount(wildcards, attempt):
        return first * attempt

    return amount


for declared in workflow.rules:
    for resource in ["mem_mb", "runtime"]:
        first = declared.resources.get(resource)
        # Left as they are: an amount that the user's own options calculate, and `all`, which has none
        if not first.is_evaluable() and first.value is not None:
            declared.resources[resource] = growing(first.value)
