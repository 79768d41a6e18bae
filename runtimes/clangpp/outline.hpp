// What the library does not inline: large functions, declared here so before
// their definitions. One that is not to be inlined is not compiled again where
// the library has it, nor is what only it calls: a program that sorts strings
// is compiled in half the time, and a call of std::sort costs one more call.
#pragma once
#include <__config>
#include <cstddef>
#include <iosfwd>

_LIBCPP_BEGIN_NAMESPACE_STD
#pragma clang attribute push(__attribute__((noinline)), apply_to = function)

template <class Policy, class Iterator, class Compare>
_LIBCPP_HIDE_FROM_ABI _LIBCPP_CONSTEXPR_SINCE_CXX20 void __sort_dispatch(Iterator, Iterator, Compare &);

template <class Policy, class Iterator, class Compare>
_LIBCPP_HIDE_FROM_ABI _LIBCPP_CONSTEXPR_SINCE_CXX26 void __stable_sort_impl(Iterator, Iterator, Compare &);

template <class Policy, class Compare, class Iterator, class Sentinel>
_LIBCPP_HIDE_FROM_ABI _LIBCPP_CONSTEXPR_SINCE_CXX20 Iterator
__partial_sort_impl(Iterator, Iterator, Sentinel, Compare &&);

template <class Char, class Traits>
_LIBCPP_HIDE_FROM_ABI basic_ostream<Char, Traits> &
__put_character_sequence(basic_ostream<Char, Traits> &, const Char *, size_t);

#pragma clang attribute pop
_LIBCPP_END_NAMESPACE_STD
