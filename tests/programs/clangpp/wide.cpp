#include <iostream>
#include <string>
int main() { std::wcout << L"wide " << 42 << std::wstring(L" ok") << L'\n'; std::wstring w = L"abc"; std::cerr << w.size() << std::endl; }
