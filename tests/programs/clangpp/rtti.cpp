#include <iostream>
#include <memory>
#include <typeinfo>
struct Base { virtual ~Base() = default; virtual std::string name() const { return "base"; } };
struct Derived : Base { std::string name() const override { return "derived"; } int extra = 5; };
struct Other : Base {};
int main() {
    std::unique_ptr<Base> p = std::make_unique<Derived>();
    std::cout << p->name() << ' ' << (dynamic_cast<Derived *>(p.get()) != nullptr) << ' ' << (dynamic_cast<Other *>(p.get()) == nullptr) << ' ' << (typeid(*p) == typeid(Derived)) << ' ' << dynamic_cast<Derived &>(*p).extra << '\n';
}
