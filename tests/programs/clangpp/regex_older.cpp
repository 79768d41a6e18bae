// Regular expressions before C++23 are those of the library too, in every way to use them.
#include <iostream>
#include <regex>
#include <string>
#include <vector>

int main() {
  std::string text = "2024-02-29, 1999-12-31; none";
  std::regex date("(\\d{4})-(\\d\\d)-(\\d\\d)");
  std::smatch found;
  std::cout << std::regex_search(text, found, date) << ' ' << found[1] << ' ' << found.suffix() << '\n';
  std::cout << std::regex_match("1999-12-31", date) << std::regex_match(std::string("x"), date) << '\n';
  std::cout << std::regex_replace(text, date, "$3.$2.$1") << '\n';
  for (std::sregex_iterator at(text.begin(), text.end(), date), end; at != end; ++at)
    std::cout << at->position() << ':' << at->str(2) << ' ';
  std::regex separator("[,;]\\s*");
  std::vector<std::string> parts(std::sregex_token_iterator(text.begin(), text.end(), separator, -1), {});
  std::cout << parts.size() << '\n';
  std::cmatch place;
  std::cout << std::regex_search("abc", place, std::regex(std::string("B"), std::regex::icase)) << place.position() << '\n';
  try {
    std::regex wrong("(");
  } catch (const std::regex_error &error) {
    std::cout << (error.code() == std::regex_constants::error_paren) << '\n';
  }
}
