#include <iostream>
#include <sstream>
#include <string>
int main() {
    int n; double d; std::string w, line;
    std::cin >> n >> d >> w; std::cin.ignore(); std::getline(std::cin, line);
    std::cout << n << ' ' << d << ' ' << w << '[' << line << "]\n";
    int sum = 0, x; while (std::cin >> x) sum += x; std::cout << sum << ' ' << std::cin.eof() << '\n';
    std::istringstream in("1 2 oops"); int a, b, c; in >> a >> b >> c; std::cout << a + b << in.fail() << '\n';
}
