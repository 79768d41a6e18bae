#include <array>
#include <functional>
#include <iostream>
#include <list>
#include <memory>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>
template <typename T, typename... Rest> auto sum(T first, Rest... rest) { if constexpr (sizeof...(rest) == 0) return first; else return first + sum(rest...); }
template <class T> concept Printable = requires(T t) { std::cout << t; };
struct Matrix { std::array<std::array<int, 2>, 2> a{}; Matrix operator*(const Matrix &o) const { Matrix r; for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) for (int k = 0; k < 2; k++) r.a[i][j] += a[i][k] * o.a[k][j]; return r; } };
class Animal { public: virtual ~Animal() = default; virtual void speak() const = 0; };
class Dog : public Animal { public: void speak() const override { std::cout << "Woof "; } };
int main() {
    std::cout << sum(1, 2.5, 3) << ' ' << Printable<int> << Printable<std::vector<int>> << ' ';
    Matrix m; m.a = {{{1, 1}, {1, 0}}}; Matrix r = m; for (int i = 0; i < 10; i++) r = r * m; std::cout << r.a[0][1] << ' ';
    std::vector<std::shared_ptr<Animal>> zoo{std::make_shared<Dog>()}; for (auto &a : zoo) a->speak();
    std::function<int(int)> fact = [&](int n) { return n < 2 ? 1 : n * fact(n - 1); }; std::cout << fact(10) << ' ';
    std::unordered_map<std::string, std::vector<int>> groups; groups["x"].push_back(1); std::unordered_set<int> u{1, 2, 2}; std::multiset<int> ms{3, 1, 3}; std::list<int> l{3, 1, 2}; l.sort();
    std::cout << groups["x"].size() << u.size() << ms.count(3) << l.front() << std::accumulate(l.begin(), l.end(), 0) << '\n';
    auto p = std::make_unique<int[]>(3); p[1] = 5; std::weak_ptr<Animal> w = zoo[0]; zoo.clear(); std::cout << p[1] << w.expired() << '\n';
}
