#include <iostream>
extern "C" int from_c(int *p);
int main() {
    int x = 3;
    std::cout << from_c(&x) << '\n';
}
