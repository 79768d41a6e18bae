// Regular expressions over char, instantiated once. Nothing here is ever called.
#pragma once
#include "pch.hpp"

namespace runcell_common {

inline void patterns(const char *p, std::string s, std::smatch found, std::cmatch place) {
  std::regex pattern("a"), from(s), folding(p, std::regex::icase), posix(s, std::regex::extended);
  pattern = from;
  pattern = std::move(folding);
  pattern.assign(s);
  s = std::regex_match(s, pattern) || std::regex_search(s, posix) ? "a" : "b";
  (void)(std::regex_match(s, found, pattern) && std::regex_search(s, found, pattern));
  (void)(std::regex_match(p, pattern) && std::regex_search(p, pattern));
  (void)(std::regex_match(p, place, pattern) && std::regex_search(p, place, pattern));
  (void)(std::regex_search(s.cbegin(), s.cend(), found, pattern) && std::regex_match(s.cbegin(), s.cend(), pattern));
  s = std::regex_replace(s, pattern, "$1") + std::regex_replace(s, pattern, s) + std::regex_replace(p, pattern, "");
  for (std::sregex_iterator at(s.begin(), s.end(), pattern), end; at != end; ++at)
    s += at->str() + (*at)[1].str() + at->prefix().str() + std::string(at->suffix());
  for (std::sregex_token_iterator at(s.begin(), s.end(), pattern, -1), end; at != end; at++)
    s += at->str() + std::string(*at);
  std::vector<std::string> parts(std::sregex_token_iterator(s.begin(), s.end(), pattern, -1), std::sregex_token_iterator());
  for (const auto &match : found)
    s += match.str();
  s += found.format("$&") + place.str() + place[0].str() + found[1].str() + std::to_string(found.position(0));
  std::cout << found[0] << found.str(1) << found.length() << found.size() << found.empty() << found.ready();
  try {
    std::regex wrong(p);
  } catch (const std::regex_error &error) {
    s += error.what() + std::to_string(error.code());
  }
}

} // namespace runcell_common
