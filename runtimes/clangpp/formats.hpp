// What programs format and print, instantiated once: numbers, texts, containers,
// pairs. Nothing here is ever called.
#pragma once
#include "pch.hpp"

namespace runcell_common {

template <class... Items> inline void formats(Items... items) {
  (void)(std::format("{}", items), ...);
  (std::println("{}", items), ...);
  (std::print("{} ", items), ...);
}

// A container of each kind of an item.
template <class Item> inline void formats_of(Item item) {
  formats(std::vector<Item>(), std::vector<std::vector<Item>>(), std::pair<Item, Item>(), std::set<Item>(),
          std::vector<std::pair<Item, Item>>());
}

inline void all_formats() {
  formats(1, 1u, 1L, 1UL, 1LL, 1ULL, 1.5, 1.5f, 'c', true, "a", std::string(), std::string_view(),
          static_cast<const char *>(""));
  formats_of(1);
  formats_of(1.5);
  formats_of(std::string());
  formats(std::vector<long long>(), std::vector<char>(), std::vector<bool>(), std::vector<unsigned>(), std::vector<size_t>(),
          std::vector<std::string_view>(), std::deque<int>(), std::list<int>(), std::array<int, 3>());
  formats(std::map<std::string, int>(), std::map<int, int>(), std::map<int, std::string>(), std::map<char, int>(),
          std::map<std::string, std::string>(), std::map<std::string, std::vector<int>>(), std::map<std::string, double>(),
          std::unordered_map<std::string, int>(), std::unordered_map<int, int>(), std::unordered_set<int>(),
          std::pair<int, std::string>(), std::pair<std::string, int>(), std::vector<std::pair<std::string, int>>(),
          std::tuple<int, int, int>(), std::tuple<int, std::string, double>());
  std::println();
  std::println(stderr, "{}", "a");
  std::println("{} {}", 1, 2);
  std::println("{} {}", "a", 1);
  std::println("{}: {}", std::string(), 1);
  std::println("{} {} {}", 1, 2, 3);
}

} // namespace runcell_common
