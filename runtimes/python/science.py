"""Adds matplotlib, scipy and scikit-learn to the image; leave this file out for a smaller one.

Owns their list, their warm-up programs and the state they must not carry into runs.
Evaluated before boot.py, which asks for what it registers here.
"""

import os

SCIENCE = """
matplotlib.pyplot matplotlib.backends.backend_agg matplotlib.dates mpl_toolkits.mplot3d PIL.Image
PIL.ImageDraw PIL.ImageFont PIL.PngImagePlugin PIL.JpegImagePlugin
scipy scipy.stats scipy.optimize scipy.linalg scipy.integrate scipy.interpolate scipy.signal scipy.sparse
scipy.sparse.linalg scipy.spatial scipy.special scipy.ndimage scipy.fft scipy.cluster.hierarchy scipy.constants
sklearn sklearn.linear_model sklearn.model_selection sklearn.metrics sklearn.preprocessing sklearn.datasets
sklearn.cluster sklearn.ensemble sklearn.tree sklearn.svm sklearn.neighbors sklearn.decomposition sklearn.pipeline
sklearn.naive_bayes sklearn.compose sklearn.impute sklearn.feature_extraction.text sklearn.neural_network
sklearn.feature_selection sklearn.mixture
""".split()

PLOT_FILE = "/tmp/warmup.png"

SCIENCE_PROGRAMS = [
    (f"""
import matplotlib.pyplot as plt, numpy as np
fig, (a, b) = plt.subplots(1, 2)
a.plot([1, 2, 3], [1, 4, 9], "o-", label="x"); a.legend(); a.grid(True); a.set_title("t"); a.set_xlabel("x")
b.bar(["a", "b"], [1, 2]); b.hist(np.arange(9) % 4); b.scatter([1, 2], [2, 1])
plt.tight_layout(); plt.savefig({PLOT_FILE!r}); plt.close("all")
plt.plot([1, 2]); plt.savefig({PLOT_FILE!r}, dpi=50); plt.close("all")
""", 0, 2),
    ("""
import numpy as np, scipy.stats as st
from scipy import integrate, interpolate, linalg, optimize, signal, sparse
st.norm.cdf(1.96), st.ttest_ind([1, 2, 3], [2, 3, 5])
st.linregress([1, 2, 3], [1, 2, 4]), st.pearsonr([1, 2, 3], [1, 2, 4])
optimize.minimize(lambda v: (v[0] - 1) ** 2, [0.0]), optimize.brentq(lambda v: v - 1, 0, 3)
optimize.curve_fit(lambda x, k: k * x, np.arange(4.0), np.arange(4.0)), integrate.quad(np.sin, 0, 1)
linalg.lu(np.eye(3)), interpolate.interp1d([0, 1], [0, 1])(0.5), sparse.csr_matrix(np.eye(3)) @ np.ones(3)
integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0]), signal.butter(2, 0.5)
""", 0, 2),
    ("""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, mean_squared_error, r2_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_iris(return_X_y=True)
a, b, c, d = train_test_split(X, y, test_size=0.5, random_state=0)
for model in (LogisticRegression(max_iter=20, tol=1), make_pipeline(StandardScaler(), LinearRegression())):
    model.fit(a, c), model.predict(b)
model = RandomForestClassifier(n_estimators=2, random_state=0, n_jobs=2).fit(a, c)
accuracy_score(d, model.predict(b)), r2_score(d, model.predict(b)), mean_squared_error(d, model.predict(b)), repr(model)
KMeans(2, n_init=1, random_state=0).fit(a), cross_val_score(LinearRegression(), X, y, cv=2)
""", 0, 2),
]


def load_science():
    PRELOADED.extend(SCIENCE)
    WARMUP_PROGRAMS.extend(SCIENCE_PROGRAMS)
    cleanings.append(clean_science)


def clean_science():
    """Close the font files that plotting keeps open, and let `scipy.stats` lead to fresh random numbers too."""
    import matplotlib.font_manager
    import scipy.stats

    matplotlib.font_manager._get_font.cache_clear()
    os.unlink(PLOT_FILE)
    for name in ("MPLBACKEND", "MPLCONFIGDIR", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"):
        os.environ.pop(name, None)
    shared = [
        name for name, value in vars(scipy.stats).items()
        if hasattr(value, "_random_state") or name in ("distributions", "_distn_infrastructure", "_continuous_distns")
    ]
    defer(scipy.stats, shared, reseed_numpy)
