import seaborn as sns
from sklearn.metrics import ConfusionMatrixDisplay
sns.lineplot(x=[1, 2], y=[1, 2]).figure.show()
ConfusionMatrixDisplay.from_predictions([0, 1], [0, 1])
