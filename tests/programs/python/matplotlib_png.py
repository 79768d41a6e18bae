import matplotlib, matplotlib.pyplot as plt, numpy as np
fig, ax = plt.subplots(figsize=(4, 3))
x = np.linspace(0, 6, 50)
ax.plot(x, np.sin(x), label="sin"); ax.set_title("Sine é ✓ $\\alpha^2$"); ax.legend()
fig.savefig("plot.png", dpi=80)
plt.figure(); plt.hist([1, 2, 2, 3]); plt.savefig("hist.svg"); plt.savefig("hist.pdf"); plt.savefig("hist.webp") if False else None
from PIL import Image
print(matplotlib.get_backend().lower(), Image.open("plot.png").size)
ax3 = plt.figure().add_subplot(projection="3d"); ax3.plot([0, 1], [0, 1], [0, 1]); plt.savefig("3d.png")
plt.imshow(np.eye(3)); plt.colorbar(); plt.close("all")
print(plt.style.available[:1] != [])
