// What many programs instantiate, instantiated once: with the compiled header,
// a program that uses these finds them made. Nothing here is ever called.
#pragma once
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
  std::sort(v.begin(), v.end(), [](const Item &a, const Item &b) { return b < a; });
  std::sort(v.rbegin(), v.rend());
  std::sort(v.begin(), v.end(), std::greater<Item>());
  std::reverse(v.begin(), v.end());
  std::ranges::sort(v);
  (void)std::find(v.begin(), v.end(), v[0]);
  (void)*std::max_element(v.begin(), v.end());
  (void)*std::min_element(v.begin(), v.end());
  v.assign(2, v[0]);
  std::vector<Item> filled(3), copies(3, v[0]), range(v.begin(), v.end());
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
  std::cin >> i >> d >> s >> l;
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

inline void everything() {
  vector_of(1);
  vector_of(1.5);
  vector_of(std::string());
  vector_of('c');
  vector_of(1LL);
  std::vector<bool> bits(3, true);
  bits[0] = !bits[1];
  std::vector<std::pair<int, int>> pairs{{1, 2}};
  pairs.push_back({1, 2});
  pairs.emplace_back(1, 2);
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::pair<std::string, int>> counts;
  counts.emplace_back("a", 1);
  counts.push_back({"a", 1});
  std::sort(counts.begin(), counts.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
  map_of<std::map<std::string, int>>("", 1);
  map_of<std::map<int, int>>(1, 1);
  map_of<std::map<char, int>>('c', 1);
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
  set_of<std::unordered_set<std::string>>("");
  std::vector<int> v{1, 2};
  (void)(std::accumulate(v.begin(), v.end(), 0) + std::count_if(v.begin(), v.end(), [](int x) { return x > 1; }));
  std::vector<double> d{1, 2};
  (void)std::accumulate(d.begin(), d.end(), 0.0);
  std::iota(v.begin(), v.end(), 0);
  auto s = std::format("{} {} {} {:.2f} {:>5}", 1, "a", std::string(), 1.5, 2);
  std::println("{} {} {}", s, 1, 1.5);
  text(s, "", 'c');
}

} // namespace runcell_common
