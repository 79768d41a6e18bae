#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>
struct Guard { const char *name; ~Guard() { std::cout << "~" << name << '\n'; } };
struct MyError : std::runtime_error { int code; MyError(const std::string &m, int c) : std::runtime_error(m), code(c) {} };
void deep(int n) { Guard g{"deep"}; if (n == 0) throw MyError("deep error", 7); deep(n - 1); }
int parse(const std::string &s) { return std::stoi(s); }
int main() {
    try { deep(2); } catch (const MyError &e) { std::cout << e.what() << ' ' << e.code << '\n'; }
    try { throw 42; } catch (int i) { std::cout << "int " << i << '\n'; }
    try { throw "text"; } catch (const char *s) { std::cout << s << '\n'; }
    try { parse("x"); } catch (const std::invalid_argument &e) { std::cout << "invalid: " << e.what() << '\n'; }
    try { std::vector<int>(3).at(5); } catch (const std::out_of_range &e) { std::cout << "range\n"; }
    try { try { throw std::logic_error("inner"); } catch (...) { std::cout << "rethrow\n"; throw; } } catch (const std::exception &e) { std::cout << e.what() << '\n'; }
    try { try { throw std::runtime_error("a"); } catch (...) { std::throw_with_nested(std::runtime_error("b")); } }
    catch (const std::exception &e) { try { std::rethrow_if_nested(e); } catch (const std::exception &n) { std::cout << e.what() << '<' << n.what() << '\n'; } }
    std::exception_ptr p; try { throw std::domain_error("later"); } catch (...) { p = std::current_exception(); }
    try { std::rethrow_exception(p); } catch (const std::exception &e) { std::cout << e.what() << '\n'; }
    try { std::unique_ptr<Guard> g(new Guard{"owned"}); throw std::bad_alloc(); } catch (const std::exception &e) { std::cout << e.what() << '\n'; }
    try { [] { throw std::overflow_error("lambda"); }(); } catch (std::runtime_error &e) { std::cout << e.what() << '\n'; }
    struct B { virtual ~B() {} }; struct C : B {};
    try { B b; (void)dynamic_cast<C &>(b); } catch (const std::bad_cast &e) { std::cout << "bad_cast\n"; }
    std::cout << std::uncaught_exceptions() << '\n';
}
