"""Settings of analyses that cannot work together are refused by name."""

from typing import Any

from deepdep.config_analyses import check_analyses


def study(**changes: Any) -> dict[str, Any]:
    """Return the part of a config that is checked."""
    base = {
        "analyses": ["tumor_map"],
        "cohorts": {"ccl": {"domain": "cell_line"}, "tcga": {"domain": "tumor"}},
        "tumor_map": {"set_sizes": [5, 500]},
    }
    return {**base, **changes}


def test_a_map_needs_tumours_and_sizes_in_order():
    assert list(check_analyses(study())) == []
    problems = list(
        check_analyses(
            study(cohorts={"ccl": {"domain": "cell_line"}}, tumor_map={"set_sizes": [50, 5]}),
        )
    )
    assert len(problems) == 2
    assert "needs a cohort of domain tumor" in problems[0]
    assert "[50, 5]" in problems[1]


def test_settings_of_an_analysis_that_is_not_made_do_not_matter():
    assert list(check_analyses(study(analyses=[], cohorts={"ccl": {"domain": "cell_line"}}))) == []
