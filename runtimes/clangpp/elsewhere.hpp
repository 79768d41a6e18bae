// What standards before C++23 take from the library: what common.hpp instantiates,
// declared so that a program does not instantiate it again. These are the functions
// that the rest of <regex> is only called by.
#pragma once
#include <regex>

_LIBCPP_BEGIN_NAMESPACE_STD

extern template const char *basic_regex<char>::__parse(const char *, const char *);
extern template string::const_iterator basic_regex<char>::__parse(string::const_iterator, string::const_iterator);
extern template bool basic_regex<char>::__search(
    const char *, const char *, match_results<const char *, allocator<sub_match<const char *>>> &,
    regex_constants::match_flag_type) const;

_LIBCPP_END_NAMESPACE_STD
