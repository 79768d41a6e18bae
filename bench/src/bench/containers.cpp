#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> words{"pear", "fig", "apple", "fig"};
    std::sort(words.begin(), words.end());
    std::map<std::string, int> counts;
    for (const auto &word : words) ++counts[word];
    for (const auto &[word, count] : counts) std::cout << word << ' ' << count << '\n';
}
