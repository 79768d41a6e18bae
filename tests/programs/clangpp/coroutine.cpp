#include <coroutine>
#include <iostream>
struct Gen { struct promise_type { int v; Gen get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; } std::suspend_always initial_suspend() { return {}; } std::suspend_always final_suspend() noexcept { return {}; } std::suspend_always yield_value(int x) { v = x; return {}; } void return_void() {} void unhandled_exception() {} }; std::coroutine_handle<promise_type> h; bool next() { h.resume(); return !h.done(); } ~Gen() { h.destroy(); } };
Gen count(int n) { for (int i = 0; i < n; i++) co_yield i; }
int main() { auto g = count(3); while (g.next()) std::cout << g.h.promise().v << ' '; std::cout << '\n'; }
