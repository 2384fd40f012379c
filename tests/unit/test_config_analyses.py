"""Settings of analyses that cannot work together are refused by name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deepdep.config_analyses import check_analyses
from deepdep.config_tables import input_files

CONFIG = Path(__file__).parents[2] / "config/config.yaml"


def study(**changes: Any) -> dict[str, Any]:
    """Return the part of a config that is checked."""
    base = {
        "analyses": ["tumor_map"],
        "analysed_model": "ridge",
        "compare": ["ridge"],
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


@pytest.mark.parametrize(("analyses", "named"), [(["attribution"], True), (["events"], False)])
def test_a_table_of_paralogs_is_a_file_that_must_be_there_if_it_is_used(analyses: list[str], named: bool):
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8")) | {"analyses": analyses}
    config["attribution"] = {**config["attribution"], "paralogs": "absent.tsv"}
    assert (("attribution.paralogs", "absent.tsv") in list(input_files(config))) is named
