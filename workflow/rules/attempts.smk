# A job that is tried again (`retries` of a profile) gets more memory and time: twice the first, then
# three times; no rules. Here for all rules, which state what a first attempt needs; included last.


def growing(first):
    """Return a function that snakemake asks at each attempt for its amount of a resource."""

    def amount(wildcards, attempt):
        return first * attempt

    return amount


for declared in workflow.rules:
    for resource in ["mem_mb", "runtime"]:
        amount = declared.resources.get(resource).value
        # None: the rule `all`; what a user's --set-resources calculates is left as it is
        if isinstance(amount, int):
            declared.resources[resource] = growing(amount)
