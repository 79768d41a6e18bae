// What newer standards removed and g++'s library still has: switched on before
// any header of the library.
#pragma once
#define _LIBCPP_ENABLE_CXX17_REMOVED_AUTO_PTR
#define _LIBCPP_ENABLE_CXX17_REMOVED_BINDERS
#define _LIBCPP_ENABLE_CXX17_REMOVED_RANDOM_SHUFFLE
#define _LIBCPP_ENABLE_CXX17_REMOVED_UNARY_BINARY_FUNCTION
#define _LIBCPP_ENABLE_CXX20_REMOVED_NEGATORS
// C++23 has another std::unexpected.
#if __cplusplus <= 201703L
#define _LIBCPP_ENABLE_CXX17_REMOVED_UNEXPECTED_FUNCTIONS
#endif
