import matplotlib.pyplot as plt
import pandas as pd
from PIL import Image

plt.plot([1, 2])
plt.figure()
plt.plot([2, 1])
plt.show()
print(plt.get_fignums())
plt.show()
figure, axes = plt.subplots()
figure.show()
Image.new("CMYK", (2, 2)).show()
open("figure-5.png", "w").close()
frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
axes = frame.plot.bar()
frame if axes is None else axes
