# Thin: the plain commands are in README.md.
PYTHON ?= python3
VENV ?= .venv
# A CPU-only torch (0.2 GB in place of 2.9 GiB on Linux):
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
# Files of tests side by side; auto: one per core
TEST_PROCESSES ?= auto
BIN := $(VENV)/bin
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check -c envs/lock.txt \
    $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: demo paper-figures test lock conda-pins config-table vendor clean

demo: $(VENV)/.run
	$(BIN)/snakemake --cores all
	$(BIN)/snakemake --report results/demo/report.html
	@echo "Open results/demo/report.html"

# Days on a laptop, most of it the ten subsamplings of all networks; the data are about 7 GB
paper-figures: $(VENV)/.run
	$(BIN)/snakemake --cores all --configfile config/paper.yaml
	@echo "Open results/paper/paper.html"

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile workflow/rules
	$(BIN)/snakemake --lint -s workflow/Snakefile
	$(BIN)/pytest --cov --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

# Environments: what runs the workflow, and with the tools that check it
$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/pip envs/requirements.txt envs/lock.txt
	$(INSTALL) -r envs/requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.run envs/requirements-dev.txt
	$(INSTALL) -r envs/requirements-dev.txt
	@touch $@

# Upkeep: newer versions for the lock (needs uv); the table of keys in config/README.md
lock:
	uv pip compile --universal --python-version 3.11 --no-annotate --upgrade \
	    --custom-compile-command "make lock" envs/requirements-dev.txt -o envs/lock.txt

# Every package of a conda environment, by address and hash, for --sdm conda (needs conda-forge,
# conda and snakedeploy; on linux-64)
conda-pins:
	CONDA_OVERRIDE_CUDA=13.0 snakedeploy pin-conda-envs --conda-frontend conda \
	    envs/data.yaml envs/torch-cpu.yaml envs/torch-cuda.yaml

config-table: $(VENV)/.run
	PYTHONPATH=workflow/scripts $(BIN)/python -m deepdep.config_table

# The table component of the tumour map's page, as its package.json pins it (needs npm)
vendor:
	cd workflow/page/vendor && npm ci --ignore-scripts --no-audit --no-fund
	cd workflow/page/vendor && cp node_modules/tabulator-tables/LICENSE . \
	    && for file in js/tabulator.min.js css/tabulator_simple.min.css; do \
	        sed '/sourceMappingURL/d' node_modules/tabulator-tables/dist/$$file > $${file#*/}; done
	rm -r workflow/page/vendor/node_modules

clean:
	rm -rf results/* .snakemake
