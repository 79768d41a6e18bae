# The types of labels, places and counts that scikit-learn and scipy answer: those of a 64-bit Linux.
import numpy as np
import scipy.cluster.hierarchy
import scipy.ndimage
import scipy.signal
import scipy.sparse
import scipy.sparse.csgraph
import scipy.spatial
import scipy.stats
import warnings

from sklearn import cluster, datasets, ensemble, feature_selection, metrics, mixture, model_selection, neighbors
from sklearn import preprocessing, svm, tree

warnings.simplefilter("ignore")
rng = np.random.RandomState(0)
X = rng.rand(40, 3)
y = (X[:, 0] > 0.5).astype(int)
A = scipy.sparse.random(6, 6, 0.5, random_state=0, format="csr")


def kinds(value):
    if isinstance(value, (tuple, list)):
        return " ".join(kinds(item) for item in value)
    return str(getattr(value, "dtype", type(value).__name__))


def show(name, *values):
    print(name, kinds(values))


show("LabelEncoder", preprocessing.LabelEncoder().fit_transform(["a", "b", "a"]), preprocessing.LabelEncoder().fit([5, 7]).transform([7]))
show("powers", preprocessing.PolynomialFeatures(2).fit(X).powers_)
found = cluster.DBSCAN(eps=0.3).fit(X)
show("DBSCAN", found.labels_, found.core_sample_indices_, cluster.DBSCAN(eps=0.3).fit_predict(X))
found = cluster.AgglomerativeClustering(2).fit(X)
show("Agglomerative", found.labels_, found.children_, cluster.AgglomerativeClustering(2).fit_predict(X))
show("MeanShift", cluster.MeanShift().fit(X).labels_, cluster.MeanShift().fit_predict(X), cluster.MeanShift().fit(X).predict(X))
show("AffinityPropagation", cluster.AffinityPropagation(random_state=0).fit(X).cluster_centers_indices_)
show("HDBSCAN, OPTICS", cluster.HDBSCAN().fit_predict(X), cluster.OPTICS().fit_predict(X), cluster.Birch(n_clusters=2).fit_predict(X))
found = cluster.KMeans(2, n_init=1, random_state=0).fit(X)
show("KMeans", found.labels_, found.predict(X), cluster.SpectralClustering(2, random_state=0).fit_predict(X))
show("GaussianMixture", mixture.GaussianMixture(2, random_state=0).fit_predict(X), mixture.GaussianMixture(2).fit(X).predict(X))
show("neighbors", neighbors.NearestNeighbors(n_neighbors=3).fit(X).kneighbors(X), neighbors.KDTree(X).query(X, 3), neighbors.BallTree(X).query(X))
show("radius", neighbors.NearestNeighbors(radius=0.3).fit(X).radius_neighbors(X)[1][0], neighbors.KDTree(X).query_radius(X, 0.3, count_only=True))
show("apply", tree.DecisionTreeClassifier(random_state=0).fit(X, y).apply(X), ensemble.RandomForestClassifier(3, random_state=0).fit(X, y).apply(X))
show("predict", svm.OneClassSVM().fit_predict(X), svm.SVC().fit(X, y).predict(X), svm.SVC().fit(X, y).support_)
show("data", datasets.make_moons(10)[1], datasets.make_circles(10)[1], datasets.load_iris().target)
show("split", next(model_selection.ShuffleSplit(2, random_state=0).split(X)), next(model_selection.KFold(2).split(X)))
show("search", model_selection.GridSearchCV(svm.SVC(), {"C": [1, 2]}).fit(X, y).best_index_)
show("metrics", metrics.confusion_matrix(y, y), metrics.pairwise_distances_argmin(X, X))
show("support", feature_selection.SelectKBest(k=2).fit(X, y).get_support(indices=True))
show("spatial", scipy.spatial.cKDTree(X).query(X, 2), scipy.spatial.KDTree(X).query(X), scipy.spatial.Delaunay(X).simplices)
show("pairs", scipy.spatial.cKDTree(X).query_pairs(0.2, output_type="ndarray"), scipy.spatial.cKDTree(X).query_ball_point(X, 0.3, return_length=True))
show("peaks", scipy.signal.find_peaks([0, 1, 0, 2, 0])[0], scipy.signal.argrelmax(np.array([0, 1, 0]))[0])
show("hierarchy", scipy.cluster.hierarchy.fcluster(scipy.cluster.hierarchy.linkage(X), 2, "maxclust"))
show("ndimage", scipy.ndimage.histogram(y, 0, 2, 2), scipy.ndimage.label(y)[0])
show("stats", scipy.stats.multinomial.rvs(5, [0.5, 0.5]), scipy.stats.poisson.rvs(3, size=2), scipy.stats.binned_statistic([1, 2], [1, 2]).binnumber)
show("sparse", A.indices, A.nonzero(), A.getnnz(axis=0), scipy.sparse.csr_matrix([[1, 2]]).data, scipy.sparse.csr_matrix([[1, 2]]).sum())
show("graph", scipy.sparse.csgraph.reverse_cuthill_mckee(A), scipy.sparse.csgraph.connected_components(A)[1])
show("numpy", np.linalg.matrix_rank([[1, 2], [3, 4]]))
labels = cluster.DBSCAN(eps=0.3).fit_predict(X)
print((labels * 10**10).dtype, hasattr(cluster.KMeans(), "labels_"), sorted(vars(cluster.DBSCAN(eps=0.3).fit(X)))[:3])
