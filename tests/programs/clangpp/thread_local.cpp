#include <iostream>
#include <string>
struct Named {
    std::string name;
    ~Named() { std::cout << "end of " << name << '\n'; }
};
Named fixed{"static"};
thread_local Named first{"first"};
int main() {
    thread_local Named second{"second"};
    std::cout << first.name << ' ' << second.name << '\n';
}
