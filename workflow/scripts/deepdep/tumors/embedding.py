"""Maps of the tumours in two dimensions: t-SNE (openTSNE) and UMAP of the leading principal components."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from openTSNE import TSNE
from sklearn.decomposition import PCA
from umap import UMAP

from deepdep.tumors.profiles import KEY, Profiles, known_group

TAIL = 0.005  # share of a feature's values at each end that are set to the limit: z-scores reach thousands
MISSING = 0.2  # share of missing values above which a feature is left out
FEWEST = 10  # samples


@dataclass(frozen=True)
class MapSettings:
    """``components`` of the PCA, ``perplexity`` of t-SNE, ``neighbours`` of UMAP, ``seed``."""

    components: int
    perplexity: float
    neighbours: int
    seed: int


def prepared(values: pd.DataFrame, scale: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return features of mean 0 (SD 1 with ``scale``) of the samples that have any, and which these are.

    A feature that is missing in more than ``MISSING`` of those samples, or constant, is left out; else a
    missing value stands at the feature's mean. Values beyond the ``TAIL`` quantiles are set to these.
    """
    measured = values.notna().any(axis=1).to_numpy()
    kept = values.loc[measured, values[measured].isna().mean().le(MISSING)].to_numpy(np.float32)
    if not kept.size:
        return np.zeros((int(measured.sum()), 0), np.float32), measured
    low, high = np.nanquantile(kept, [TAIL, 1 - TAIL], axis=0)
    kept = np.clip(kept, low, high) - np.nanmean(np.clip(kept, low, high), axis=0)
    spread = np.nanstd(kept, axis=0)
    varies = spread > 1e-6
    kept = kept[:, varies] / spread[varies] if scale else kept[:, varies]
    return np.nan_to_num(kept, nan=0), measured


def principal_components(features: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the leading principal components of samples x features."""
    count = min(count, *(np.array(features.shape) - 1).clip(1))
    return PCA(count, svd_solver="randomized", random_state=seed).fit_transform(features)


def embed(tumors: Profiles, scale: bool, settings: MapSettings) -> tuple[pd.DataFrame, str]:
    """Place tumours on two maps by their profiles.

    Parameters
    ----------
    tumors
        Tumours and their profiles: predictions, or an omic (NaN: not measured).
    scale
        Whether features get the same standard deviation: for an omic, whose features differ in scale.
    settings
        Settings of the maps.

    Returns
    -------
    table
        cohort, sample, group, ``tsne_1``, ``tsne_2``, ``umap_1``, ``umap_2`` (no unit), of those with values.
    reason
        Why there is no map (the table is empty then), or "".
    """
    features, measured = prepared(tumors.scores, scale)
    columns = ["tsne_1", "tsne_2", "umap_1", "umap_2"]
    table = tumors.samples.loc[measured, KEY].assign(group=known_group(tumors.samples)[measured])
    if len(features) < FEWEST or features.shape[1] < 2:
        reason = f"{len(features)} tumours with values of {features.shape[1]} features that vary are too few"
        return table.head(0).assign(**dict.fromkeys(columns, 0.0)), reason
    components = principal_components(features, settings.components, settings.seed)
    places = np.hstack([tsne(components, settings), umap(components, settings)])
    return table.assign(**dict(zip(columns, places.T, strict=True))).reset_index(drop=True), ""


def tsne(components: np.ndarray, settings: MapSettings) -> np.ndarray:
    """Return samples x 2 by t-SNE, started from the principal components (Kobak and Berens 2019)."""
    perplexity = min(settings.perplexity, (len(components) - 1) / 3)
    method = TSNE(perplexity=perplexity, initialization="pca", random_state=settings.seed, n_jobs=1)
    return np.asarray(method.fit(components))


def umap(components: np.ndarray, settings: MapSettings) -> np.ndarray:
    """Return samples x 2 by UMAP; with a seed it runs on one thread."""
    neighbours = min(settings.neighbours, len(components) - 1)
    return UMAP(n_neighbors=neighbours, random_state=settings.seed, n_jobs=1).fit_transform(components)
