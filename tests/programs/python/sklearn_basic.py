import numpy as np
from sklearn.datasets import load_iris, make_classification
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.ensemble import RandomForestClassifier, GradientBoostingRegressor
from sklearn.model_selection import train_test_split, cross_val_score, GridSearchCV
from sklearn.preprocessing import StandardScaler
from sklearn.pipeline import make_pipeline
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score, confusion_matrix, classification_report
X, y = load_iris(return_X_y=True)
a, b, c, d = train_test_split(X, y, random_state=0)
print(round(make_pipeline(StandardScaler(), LogisticRegression()).fit(a, c).score(b, d), 3))
rf = RandomForestClassifier(n_estimators=10, random_state=0, n_jobs=-1).fit(a, c); print(round(rf.score(b, d), 3))
print(LinearRegression().fit(X[:, :1], X[:, 2]).coef_.round(3), round(KMeans(3, n_init=2, random_state=0).fit(X).inertia_, 2), PCA(2).fit(X).explained_variance_ratio_.round(3))
print(confusion_matrix(d, SVC().fit(a, c).predict(b)).tolist(), GridSearchCV(SVC(), {"C": [1, 10]}, cv=3, n_jobs=2).fit(a, c).best_params_)
print(cross_val_score(LogisticRegression(max_iter=500), X, y, cv=3, n_jobs=2).round(2))
from joblib import Parallel, delayed
print(Parallel(n_jobs=4)(delayed(pow)(i, 2) for i in range(4)))
