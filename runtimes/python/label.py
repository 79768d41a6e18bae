"""scikit-learn and scipy answer places, labels and counts in 64 bits where they do on the machines of their users.

Their compiled parts work with the build's own indices, which have 32 bits. Owns the classes and functions that hand such
values to a program; a library that calls them gets what it expects. What has 32 bits elsewhere too stays so: the labels
of KMeans and of SpectralClustering, the indices of sparse matrices, the simplices of scipy.spatial. The arrays of a
tree's nodes (`tree_`) and of decision paths are handed out as they are. Evaluated after integer.py.
"""

import importlib
import sys
import types

import numpy

PLACES_OF_METHODS = """
sklearn.preprocessing:LabelEncoder.fit_transform sklearn.preprocessing:LabelEncoder.transform
sklearn.base:ClusterMixin.fit_predict sklearn.base:OutlierMixin.fit_predict
sklearn.cluster:DBSCAN.fit_predict sklearn.cluster:HDBSCAN.fit_predict
sklearn.cluster:AgglomerativeClustering.fit_predict sklearn.cluster:MeanShift.predict
sklearn.cluster:AffinityPropagation.fit_predict sklearn.cluster:AffinityPropagation.predict
sklearn.mixture._base:BaseMixture.fit_predict sklearn.mixture._base:BaseMixture.predict
sklearn.neighbors._base:KNeighborsMixin.kneighbors sklearn.neighbors._base:RadiusNeighborsMixin.radius_neighbors
sklearn.neighbors:KDTree.query sklearn.neighbors:KDTree.query_radius
sklearn.neighbors:BallTree.query sklearn.neighbors:BallTree.query_radius
sklearn.tree:BaseDecisionTree.apply sklearn.ensemble._forest:BaseForest.apply
sklearn.ensemble:VotingClassifier.transform sklearn.svm:OneClassSVM.predict
sklearn.feature_selection._base:SelectorMixin.get_support
sklearn.datasets:make_moons sklearn.datasets:make_circles
sklearn.metrics:pairwise_distances_argmin sklearn.metrics:pairwise_distances_argmin_min
scipy.spatial:cKDTree.query scipy.spatial:cKDTree.query_pairs scipy.spatial:cKDTree.query_ball_point
scipy.spatial:KDTree.query scipy.spatial:KDTree.query_pairs scipy.spatial:KDTree.query_ball_point
scipy.signal:find_peaks scipy.signal:argrelmax scipy.signal:argrelmin scipy.signal:argrelextrema
scipy.ndimage:histogram scipy.stats._multivariate:multinomial_gen.rvs
scipy.stats:binned_statistic scipy.stats:binned_statistic_2d scipy.stats:binned_statistic_dd
scipy.sparse:spmatrix.getnnz
numpy.linalg:matrix_rank
""".split()
PLACES_OF_SPLITS = ("ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit")
PLACES_OF_ESTIMATORS = ("labels_", "core_sample_indices_", "children_", "cluster_centers_indices_", "best_index_")

# Functions of numpy that answer places, as compiled modules of libraries want them.
NARROW_FUNCTIONS = ("argmax", "argmin", "argpartition", "argsort", "flatnonzero", "lexsort", "nonzero", "searchsorted")


def all_widened(value):
    """Also of the arrays in an array of objects, which is what queries of a radius answer."""
    if isinstance(value, numpy.ndarray) and value.dtype == object:
        wide = numpy.empty_like(value)
        wide.flat = [widened(item) for item in value.flat]
        return wide
    if isinstance(value, tuple):
        return remade(value, [all_widened(item) for item in value])
    return widened(value)


def widening_split(function):
    def split(*args, **kwargs):
        parts = function(*args, **kwargs)
        return (widened(part) for part in parts) if asked_by_program() else parts

    return like(split, function)


class Places:
    """An attribute of estimators that a program finds in 64 bits, unless it has 32 elsewhere too."""

    narrow = ()

    def __init__(self, name):
        self.name = name

    def __get__(self, owner, kind=None):
        if owner is None:
            return self
        try:
            value = vars(owner)[self.name]
        except KeyError:
            raise AttributeError(f"{type(owner).__name__!r} object has no attribute {self.name!r}") from None
        return widened(value) if not isinstance(owner, self.narrow) and asked_by_program() else value

    def __set__(self, owner, value):
        vars(owner)[self.name] = value

    def __delete__(self, owner):
        try:
            del vars(owner)[self.name]
        except KeyError:
            raise AttributeError(self.name) from None


def put(place, name, value):
    try:
        setattr(place, name, value)
    except TypeError:
        set_method(place, name, value)


def narrow_inside(module):
    """Let a compiled module's calls of numpy answer places in the type that it works with: its calls have no frame."""
    shadow = types.ModuleType("numpy")
    vars(shadow).update(vars(module.np))
    for name in NARROW_FUNCTIONS:
        setattr(shadow, name, narrow_answer(getattr(numpy, name)))
    module.np = shadow


def narrow_answer(function):
    def narrow(*args, **kwargs):
        value = function(*args, **kwargs)
        return tuple(map(narrowed, value)) if isinstance(value, tuple) else narrowed(value)

    return like(narrow, function)


def have_wide_labels():
    import sklearn.base
    import sklearn.cluster
    import sklearn.model_selection
    import sklearn.preprocessing

    for path in PLACES_OF_METHODS:
        module, _, path = path.partition(":")
        place = importlib.import_module(module)
        *kinds, name = path.split(".")
        for kind in kinds:
            place = getattr(place, kind)
        put(place, name, widening(getattr(place, name), all_widened))
    for name in PLACES_OF_SPLITS:
        kind = getattr(sklearn.model_selection, name)
        kind.split = widening_split(kind.split)
    Places.narrow = (sklearn.cluster._kmeans._BaseKMeans, sklearn.cluster.SpectralClustering)
    for name in PLACES_OF_ESTIMATORS:
        setattr(sklearn.base.BaseEstimator, name, Places(name))
    powers = sklearn.preprocessing.PolynomialFeatures.powers_.fget
    sklearn.preprocessing.PolynomialFeatures.powers_ = property(widening(powers))
    for name, module in list(sys.modules.items()):
        if name.startswith(("scipy.", "sklearn.")) and getattr(module, "np", None) is numpy and is_compiled(module):
            narrow_inside(module)


def is_compiled(module):
    return not str(getattr(module, "__file__", None) or "").endswith((".py", ".pyc"))
