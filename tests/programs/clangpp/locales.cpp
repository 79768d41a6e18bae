#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
int main() {
    for (const char *name : {"C", "POSIX", "", "C.UTF-8", "es_ES.UTF-8", "xx_YY"}) try {
        std::locale locale(name); std::cout << '"' << name << "\" ok\n";
    } catch (const std::runtime_error &) { std::cout << '"' << name << "\" refused\n"; }
    std::locale::global(std::locale("")); std::cout.imbue(std::locale()); std::cout << 1234567.5 << " narrow \u00e9\n";
    struct Commas : std::numpunct<char> { char do_thousands_sep() const override { return '.'; } char do_decimal_point() const override { return ','; } std::string do_grouping() const override { return "\3"; } };
    std::ostringstream out; out.imbue(std::locale(std::locale::classic(), new Commas)); out << std::fixed << std::setprecision(2) << 1234567.891; std::cout << out.str() << '\n';
}
