// A first program for each language, to change and run.

const PYTHON = `import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 4 * np.pi, 400)
plt.figure(figsize=(7, 3))
plt.plot(x, np.sin(x), label="sin")
plt.plot(x, np.sin(x) * np.exp(-x / 6), label="damped")
plt.legend()
plt.savefig("waves.png", dpi=110)

with open("points.csv", "w") as out:
    out.write("x,sin\\n")
    out.writelines(f"{a:.2f},{b:.4f}\\n" for a, b in zip(x[::40], np.sin(x[::40])))

print("\\033[32mdone\\033[0m:", len(x), "points")
`;

const EXAMPLES: Record<string, string> = {
  python: PYTHON,
  quickjs: `const words = "the quick brown fox jumps over the lazy dog the end".split(" ");
const counts = new Map();
for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);

const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3);
console.log(common);
console.error("this goes to stderr");
`,
  node: `const os = require("os");
console.log("Node", process.version, "on", os.platform());
`,
  ruby: `require "json"

people = [{ name: "Ada", born: 1815 }, { name: "Grace", born: 1906 }]
puts people.map { |person| "#{person[:name]}: #{2026 - person[:born]}" }
File.write("people.json", JSON.pretty_generate(people))
`,
  php: `<?php
$numbers = array_map(fn ($n) => $n ** 2, range(1, 10));
printf("sum of squares: %d\\n", array_sum($numbers));
`,
  clang: `#include <stdio.h>

int main(void) {
    long long a = 0, b = 1;
    for (int i = 0; i < 20; i++) {
        printf("%lld ", a);
        long long next = a + b;
        a = b;
        b = next;
    }
    puts("");
    return 0;
}
`,
  clangpp: `#include <algorithm>
#include <format>
#include <iostream>
#include <map>
#include <string>

int main() {
    std::map<char, int> counts;
    for (char letter : std::string("hello, cells")) counts[letter]++;
    for (auto [letter, count] : counts) std::cout << std::format("{} {}\\n", letter, count);
}
`,
  bash: `for i in 1 2 3; do
  echo "line $i"
done
ls -l /work
`,
  csharp: `using System;

class Program {
    static void Main() {
        for (var i = 1; i <= 3; i++) Console.WriteLine($"{i} squared is {i * i}");
    }
}
`,
};

export const example = (runtime: string): string => EXAMPLES[runtime.split("@")[0] ?? ""] ?? "";
