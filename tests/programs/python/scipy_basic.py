import numpy as np
from scipy import stats, optimize, integrate, interpolate, linalg, signal, sparse, special, spatial, ndimage, fft
print(round(stats.norm.cdf(1.96), 4), round(stats.ttest_ind([1, 2, 3, 4], [2, 3, 4, 6]).pvalue, 4), round(stats.pearsonr([1, 2, 3], [1, 2, 4])[0], 4))
print(optimize.minimize(lambda v: (v[0] - 3) ** 2 + 1, [0]).x.round(3), round(optimize.brentq(lambda x: x * x - 2, 0, 2), 6), optimize.linprog([-1, -2], A_ub=[[1, 1]], b_ub=[4]).x)
print(round(integrate.quad(np.sin, 0, np.pi)[0], 6), integrate.solve_ivp(lambda t, y: -y, (0, 1), [1], rtol=1e-8).y[0, -1].round(5))
print(interpolate.CubicSpline([0, 1, 2], [0, 1, 4])(1.5), linalg.expm(np.zeros((2, 2)))[0], special.gamma(5), signal.find_peaks([0, 2, 0, 3, 0])[0])
print(sparse.csr_matrix(np.eye(3)).nnz, spatial.distance.euclidean([0, 0], [3, 4]), ndimage.gaussian_filter(np.eye(3), 1).sum().round(3), np.abs(fft.fft([1, 1])), spatial.KDTree([[0, 0], [1, 1]]).query([0.9, 1])[1])
popt, _ = optimize.curve_fit(lambda x, a, b: a * x + b, np.arange(5.), 2 * np.arange(5.) + 1); print(popt.round(4))
