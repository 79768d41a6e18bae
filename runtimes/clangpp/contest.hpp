// Names that g++'s library has outside of the standard, and that programs for
// contests use: __gcd and __lg.
#pragma once
#include <__config>

namespace std {
template <class Number> inline _LIBCPP_CONSTEXPR_SINCE_CXX14 Number __gcd(Number a, Number b) {
  while (b != 0) {
    Number rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// The place of the highest bit; n must be positive.
inline _LIBCPP_CONSTEXPR int __lg(int n) { return 31 - __builtin_clz(static_cast<unsigned>(n)); }
inline _LIBCPP_CONSTEXPR unsigned __lg(unsigned n) { return 31 - static_cast<unsigned>(__builtin_clz(n)); }
inline _LIBCPP_CONSTEXPR long __lg(long n) { return 31 - __builtin_clzl(static_cast<unsigned long>(n)); }
inline _LIBCPP_CONSTEXPR unsigned long __lg(unsigned long n) { return 31 - static_cast<unsigned long>(__builtin_clzl(n)); }
inline _LIBCPP_CONSTEXPR long long __lg(long long n) { return 63 - __builtin_clzll(static_cast<unsigned long long>(n)); }
inline _LIBCPP_CONSTEXPR unsigned long long __lg(unsigned long long n) {
  return 63 - static_cast<unsigned long long>(__builtin_clzll(n));
}
} // namespace std
