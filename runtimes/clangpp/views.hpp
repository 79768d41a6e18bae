// Ranges, flat maps and dates as programs use them, instantiated once. Nothing
// here is ever called. Views of a program's own lambdas cannot be made ahead.
// Loading these costs half as much again as loading common.hpp: they are for
// programs that name them.
#pragma once
#include "common.hpp"
#include <flat_map>
#include <flat_set>
#include <mdspan>

namespace runcell_common {

inline void views(std::vector<int> v, std::vector<std::string> words, std::string s, std::string_view text,
                  std::map<std::string, int> map, std::vector<std::vector<int>> grid) {
  namespace vw = std::views;
  namespace r = std::ranges;
  int sum = 0;
  for (int i : vw::iota(0, 3))
    sum += i;
  for (int i : v | vw::reverse)
    sum += i;
  for (int i : v | vw::take(2))
    sum += i;
  for (int i : v | vw::drop(2))
    sum += i;
  for (int i : grid | vw::join)
    sum += i;
  for (const auto &key : map | vw::keys)
    sum += static_cast<int>(key.size());
  for (int value : map | vw::values)
    sum += value;
  for (auto part : text | vw::split(','))
    sum += static_cast<int>(std::string_view(part).size());
  for (auto part : s | vw::split(' '))
    sum += static_cast<int>(std::string(part.begin(), part.end()).size());
  for (auto [a, b] : vw::zip(v, v))
    sum += a + b;
  for (auto [a, b] : vw::zip(v, words))
    sum += a + static_cast<int>(b.size());
  for (auto [a, b] : vw::zip(v, std::vector{1, 2}))
    sum += a + b;
  for (auto [a, b] : vw::zip(vw::iota(0), words))
    sum += a;
  v = vw::iota(0, sum) | r::to<std::vector>();
  v = v | vw::reverse | r::to<std::vector>();
  v = v | vw::take(2) | r::to<std::vector>();
  v = v | vw::drop(2) | r::to<std::vector>();
  v = v | vw::reverse | vw::take(2) | r::to<std::vector>();
  auto set = v | r::to<std::set>();
  auto pairs = std::vector<std::pair<const int, int>>{{1, 2}} | r::to<std::map<int, int>>();
}

inline void algorithms(std::vector<int> v, std::vector<std::string> words) {
  namespace r = std::ranges;
  r::sort(v);
  r::sort(v, std::greater{});
  r::sort(words);
  r::reverse(v);
  r::fill(v, 1);
  r::copy(v, std::back_inserter(v));
  v.erase(r::unique(v).begin(), v.end());
  (void)(r::find(v, 1) != v.end() && r::contains(v, 1) && r::starts_with(v, std::vector{0, 4}) && r::is_sorted(v));
  (void)(r::count(v, 1) + r::max(v) + r::min(v) + *r::max_element(v) + *r::min_element(v) + r::distance(v));
  (void)(r::fold_left(v, 0, std::plus{}) + r::fold_left(v, 0, std::plus<int>()) + r::binary_search(v, 1));
  (void)(r::lower_bound(v, 1) == r::upper_bound(v, 1) && r::equal(v, v));
}

template <class Map> inline void flat_map_of(typename Map::key_type key, typename Map::mapped_type value) {
  Map m{{key, value}, {key, value}};
  m[key] = value;
  m.insert({key, value});
  m.emplace(key, value);
  (void)(m.find(key) != m.end() && m.contains(key) && m.count(key) && m.at(key) == value && m.size() && m.empty());
  m.erase(key);
  for (auto [k, v] : m)
    (void)(k == key && v == value);
  std::println("{}", m);
}

inline void dates() {
  namespace c = std::chrono;
  c::sys_seconds at{c::seconds(1)};
  c::year_month_day date{c::floor<c::days>(c::system_clock::now())};
  auto s = std::format("{:%F %T %A}", at) + std::format("{:%F %T}", c::system_clock::now()) + std::format("{}", date);
  std::println("{} {} {} {}", at, date.day(), date.month(), date.year());
  std::println("{} {} {} {}", c::seconds(1), c::milliseconds(1), c::hours(1), c::weekday(c::sys_days(date)));
  (void)(date == c::year(2024) / 1 / c::last);
}

inline void all_views() {
  views({}, {}, {}, {}, {}, {});
  algorithms({}, {});
  flat_map_of<std::flat_map<std::string, int>>("", 1);
  flat_map_of<std::flat_map<int, int>>(1, 1);
  flat_map_of<std::flat_map<int, std::string>>(1, "");
  std::flat_set<int> numbers{2, 1};
  numbers.insert(3);
  std::println("{}", numbers);
  int six[6] = {};
  std::mdspan grid(six, 2, 3);
  (void)(grid[1, 2] + static_cast<int>(grid.extent(0)));
  dates();
}

} // namespace runcell_common
