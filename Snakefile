# Entry of `snakemake` in this folder; the workflow itself is workflow/Snakefile.
# Module form: a bare include would leave nothing to do (its default target is ignored).
configfile: "config/config.yaml"


module deepdep:
    snakefile:
        "workflow/Snakefile"
    config:
        config


use rule * from deepdep
