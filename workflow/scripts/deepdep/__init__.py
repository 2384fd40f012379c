"""DeepDEP's library: from tables of cell lines and tumours to predicted gene dependencies.

Layers, each importing only those to its right:
plot -> evaluate -> training -> models -> prepare -> io. ``simulate`` stands beside
them and imports ``io`` alone. Nothing here imports snakemake.
"""

__version__ = "0.1.0"
