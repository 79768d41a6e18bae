#include <iostream>
#include <mutex>
#include <shared_mutex>
struct Account {
    std::recursive_mutex m;
    int n = 0;
    void add(int x) { std::lock_guard<std::recursive_mutex> lock(m); n += x; }
    void twice(int x) { std::lock_guard<std::recursive_mutex> lock(m); add(x); add(x); }
};
int main() {
    Account a; a.twice(5); std::cout << a.n << ' ' << a.m.try_lock() << a.m.try_lock() << '\n';
    std::recursive_timed_mutex t; t.lock(); t.lock(); std::cout << t.try_lock_for(std::chrono::milliseconds(1)) << '\n';
    std::mutex m; m.lock(); std::cout << m.try_lock() << '\n'; m.unlock(); std::cout << m.try_lock() << '\n';
    std::mutex b; std::scoped_lock both(b, a.m); std::unique_lock<std::mutex> late(m, std::adopt_lock);
    std::shared_mutex s; { std::shared_lock one(s), two(s); } std::unique_lock w(s); std::cout << s.try_lock_shared() << '\n';
    std::once_flag flag; for (int i = 0; i < 2; i++) std::call_once(flag, [] { std::cout << "once\n"; });
}
