#include <clocale>
#include <iostream>
#include <locale>
#include <string>
int main() {
    std::setlocale(LC_ALL, "");
    std::wcout << L"wide \u017elu\u0165 \u65e5\u672c \U0001F680 " << 42 << std::endl;
    std::wstring line; std::getline(std::wcin, line); std::wcout << line.size() << L' ' << line << std::endl;
    std::wcerr << L"\u00e9\n"; return !std::wcout.good();
}
