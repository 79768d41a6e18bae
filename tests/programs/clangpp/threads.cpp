#include <atomic>
#include <chrono>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>
int main() {
    std::mutex m; { std::lock_guard l(m); } std::atomic<int> n{1}; n++;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    auto f = std::async([] { return 5; }); std::cout << n << f.get() << '\n';
    try { std::thread t([] {}); t.join(); } catch (const std::system_error &e) { std::cout << "no threads\n"; }
}
