#include <iostream>
#include <vector>
int main() {
    std::vector<int> v;
    v.push_bak(3);
    std::string s = 5;
    return undeclared;
}
