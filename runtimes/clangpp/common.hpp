// What many programs instantiate, instantiated once: with the compiled header,
// a program that uses these finds them made. Nothing here is ever called.
#pragma once
#include "formats.hpp"
#include "patterns.hpp"
#include "pch.hpp"

namespace runcell_common {

template <class Container> inline void sequence(Container a) {
  Container b(a), c(std::move(a)), d;
  d = b;
  d = std::move(c);
  for (auto &item : d)
    (void)item;
  for (const auto &item : b)
    (void)item;
  (void)(d.size() + d.empty() + (b == d));
  d.clear();
  d.swap(b);
}

template <class Item> inline void vector_of(Item item) {
  std::vector<Item> v{item, item};
  sequence(v);
  v.push_back(item);
  v.push_back(std::move(item));
  v.emplace_back();
  v.reserve(9);
  v.resize(3);
  v.pop_back();
  v.insert(v.begin(), v[0]);
  v.erase(v.begin());
  (void)(v.front() == v.back() || v.at(0) == v[1]);
  std::sort(v.begin(), v.end());
  std::reverse(v.begin(), v.end());
  (void)std::find(v.begin(), v.end(), v[0]);
  (void)*std::max_element(v.begin(), v.end());
  (void)*std::min_element(v.begin(), v.end());
  v.assign(2, v[0]);
  std::vector<Item> filled(3), copies(3, v[0]), range(v.begin(), v.end());
}

template <class Item> inline void grid_of(std::vector<Item> v) {
  std::vector<std::vector<Item>> grid(2, v);
  grid.push_back(v);
  grid[0][0] = grid[1][1];
  for (const auto &row : grid)
    for (const auto &cell : row)
      (void)cell;
}

template <class Map> inline void map_of(typename Map::key_type key, typename Map::mapped_type value) {
  Map m{{key, value}};
  sequence(m);
  m[key] = value;
  ++m[std::move(key)];
  m.insert({key, value});
  m.emplace(key, value);
  (void)(m.find(key) != m.end() && m.count(key) && m.contains(key));
  m.erase(key);
  (void)m.at(key);
  for (const auto &[k, v] : m)
    (void)(k == key && v == value);
  for (auto &[k, v] : m)
    v = value;
}

template <class Set> inline void set_of(typename Set::key_type key) {
  Set s{key};
  sequence(s);
  s.insert(key);
  s.insert(std::move(key));
  s.erase(key);
  (void)(s.find(key) != s.end() && s.count(key) && s.contains(key));
}

inline void text(std::string s, const char *p, char c) {
  s += s;
  s += p;
  s += c;
  s = s + p + s + c + (p + s);
  s = std::to_string(1) + std::to_string(1.5) + std::to_string(1L) + std::to_string(1UL);
  (void)(s == p || s != s || s < s || s[0] == c || s.find(s) == std::string::npos || s.find(c) || s.find(p));
  s.substr(1, 2).append(s).append(p).push_back(c);
  s.replace(0, 1, p).insert(0, p).erase(0, 1);
  (void)(std::stoi(s) + std::stod(s) + std::stol(s) + s.size() + s.empty());
  for (char &each : s)
    each = static_cast<char>(std::toupper(each));
  std::reverse(s.begin(), s.end());
  std::sort(s.begin(), s.end());
  std::transform(s.begin(), s.end(), s.begin(), ::tolower);
  std::string_view view = s;
  (void)(view == s || view.substr(1).find(c) || std::string(view) == p);
  std::ostringstream out;
  out << s << p << c << 1 << 1.5 << view;
  std::istringstream in(out.str());
  int i;
  double d;
  while (in >> i >> d >> s)
    ;
  std::getline(in, s);
  std::getline(in, s, ',');
}

inline void streams(int i, long l, long long ll, unsigned u, size_t z, double d, float f, bool b) {
  std::cout << "text" << 'c' << i << l << ll << u << z << d << f << b << std::string() << std::endl;
  std::cout << std::string_view() << static_cast<const void *>(nullptr) << std::boolalpha << '\n' << std::flush;
  std::cout << std::fixed << std::setprecision(2) << std::setw(5) << std::setfill(' ') << std::left << std::hex << std::dec;
  std::cerr << "text" << i << std::string() << std::endl;
  std::string s;
  std::cin >> i >> d >> s >> l >> ll >> u;
  std::ios_base::sync_with_stdio(false);
  std::cin.tie(nullptr);
  while (std::getline(std::cin, s))
    ;
}

inline void owners() {
  auto unique = std::make_unique<int>(1);
  auto shared = std::make_shared<int>(1);
  auto copy = shared;
  auto text = std::make_unique<std::string>("a");
  std::function<int(int)> call = [](int x) { return x; };
  std::function<void()> act = [] {};
  act();
  std::optional<int> maybe = call(*unique);
  std::optional<std::string> word = *text;
  std::pair<int, int> pair{*shared, maybe.value_or(*copy)};
  std::pair<std::string, int> named{*word, pair.first};
  std::tuple<int, std::string, double> three{1, named.first, 2.0};
  std::variant<int, std::string> either = named.first;
  if (std::holds_alternative<int>(either))
    std::get<int>(either) = std::get<0>(three);
  std::array<int, 3> few{1, 2, 3};
  for (int x : few)
    (void)x;
  std::queue<int> queue;
  queue.push(queue.front());
  queue.pop();
  std::stack<int> stack;
  stack.push(stack.top());
  stack.pop();
  std::priority_queue<int> heap;
  heap.push(heap.top());
  heap.pop();
  std::deque<int> deque{1};
  deque.push_back(deque.front());
  deque.push_front(deque.back());
  deque.pop_front();
  std::list<int> list{1};
  list.push_back(list.front());
  list.push_front(list.back());
  throw std::runtime_error(named.first + std::string("x"));
}

template <class Number> inline void pairs_of(Number a) {
  using Pair = std::pair<Number, Number>;
  std::vector<Pair> pairs{{a, a}};
  sequence(pairs);
  pairs.push_back({a, a});
  pairs.emplace_back(a, a);
  pairs.reserve(9);
  pairs.resize(3);
  pairs.pop_back();
  std::sort(pairs.begin(), pairs.end());
  for (auto [x, y] : pairs)
    a += x + y;
  for (auto &[x, y] : pairs)
    x = y;
  for (const auto &[x, y] : pairs)
    a += x + y;
  grid_of(pairs);
  std::queue<Pair> queue;
  queue.push({a, a});
  auto [x, y] = queue.front();
  queue.pop();
  std::priority_queue<Pair, std::vector<Pair>, std::greater<Pair>> least;
  least.push({x, y});
  least.emplace(x, y);
  auto [u, v] = least.top();
  least.pop();
  std::priority_queue<Pair> most;
  most.push({u, v});
  most.emplace(u, v);
  auto [s, t] = most.top();
  most.pop();
  std::priority_queue<Number, std::vector<Number>, std::greater<Number>> small;
  small.push(s);
  small.push(small.top() + t);
  small.pop();
  std::set<Pair> set{{a, a}};
  set.insert({a, a});
  set.erase(*set.begin());
  set.count({a, a});
  (void)(std::min(a, x) + std::max(a, x) + std::abs(a) + std::gcd(a, x));
}

inline void everything() {
  vector_of(1);
  vector_of(1.5);
  vector_of(std::string());
  vector_of('c');
  vector_of(1LL);
  grid_of(std::vector<int>());
  grid_of(std::vector<double>());
  grid_of(std::vector<char>());
  std::vector<bool> bits(3, true);
  bits[0] = !bits[1];
  pairs_of(1);
  pairs_of(1LL);
  std::vector<std::pair<std::string, int>> counts;
  counts.emplace_back("a", 1);
  counts.push_back({"a", 1});
  map_of<std::map<std::string, int>>("", 1);
  map_of<std::map<int, int>>(1, 1);
  map_of<std::unordered_map<std::string, int>>("", 1);
  map_of<std::unordered_map<int, int>>(1, 1);
  map_of<std::unordered_map<char, int>>('c', 1);
  std::map<std::string, std::string> words{{"a", "b"}};
  words["a"] = "c";
  std::map<std::string, std::vector<int>> groups;
  groups["a"].push_back(1);
  for (const auto &[name, items] : groups)
    (void)(name.size() + items.size());
  for (const auto &[name, word] : words)
    (void)(name.size() + word.size());
  set_of<std::set<int>>(1);
  set_of<std::set<std::string>>("");
  set_of<std::unordered_set<int>>(1);
  std::vector<int> v{1, 2};
  (void)(std::accumulate(v.begin(), v.end(), 0) + std::count_if(v.begin(), v.end(), [](int x) { return x > 1; }));
  std::vector<double> d{1, 2};
  (void)std::accumulate(d.begin(), d.end(), 0.0);
  std::iota(v.begin(), v.end(), 0);
  auto s = std::format("{} {} {} {:.2f} {:>5}", 1, "a", std::string(), 1.5, 2);
  s += std::format("{:5} {:<5} {:x} {} {} {}", s, s, 1u, 1L, 'c', true) + std::format("{}", v);
  std::println("{} {} {}", s, 1, 1.5);
  std::println("{}", "a");
  auto day = std::chrono::sys_days(std::chrono::January / 1 / 2000);
  s = std::format("{:%Y-%m-%d} {:%H:%M:%S} {}", day, std::chrono::seconds(1), std::chrono::milliseconds(1));
  text(s, "", 'c');
  all_formats();
  patterns("", s, {}, {});
}

} // namespace runcell_common
