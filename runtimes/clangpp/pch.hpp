// The standard headers that are compiled ahead: every program starts with them
// loaded. What is left out is rare, deprecated, or cannot work here.
#pragma once
#include "removed.hpp"
#include "outline.hpp"
#include <algorithm>
#include <any>
#include <array>
#include <bit>
#include <bitset>
#include <cassert>
#include <cctype>
#include <cerrno>
#include <cfloat>
#include <charconv>
#include <cinttypes>
#include <climits>
#include <cmath>
#include <compare>
#include <complex>
#include <concepts>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <exception>
#include <expected>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <iterator>
#include <limits>
#include <memory>
#include <new>
#include <numbers>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <ranges>
#include <ratio>
#include <span>
#include <stack>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <valarray>
#include <variant>
#include <vector>
#include <version>

// Large, and nothing of it is worth inlining: a function that is not to be
// inlined is not compiled again where the library has it.
#pragma clang attribute push(__attribute__((noinline)), apply_to = function)
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <list>
#include <forward_list>
#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>
#include <iomanip>
#include <ios>
#include <iostream>
#include <istream>
#include <locale>
#include <mutex>
#include <ostream>
#include <print>
#include <regex>
#include <sstream>
#include <thread>
#pragma clang attribute pop
#include "contest.hpp"
#if __cplusplus < 202302L
#include "elsewhere.hpp"
#endif
