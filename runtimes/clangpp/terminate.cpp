// How a C++ program ends when nobody catches what it throws.
//
// Stands in for libc++abi's cxa_default_handlers, whose terminate handler brings
// the whole demangler into every program. The report is worded as on Linux, and
// the exit code is that of SIGABRT.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <new>
#include <typeinfo>

extern "C" std::terminate_handler __cxa_terminate_handler;
extern "C" std::new_handler __cxa_new_handler;
extern "C" void *runcell_thrown; // what was thrown last

namespace {

// A reader of the mangled names that exception types usually have.
struct Name {
  const char *at;
  char text[512];
  size_t length = 0;

  void add(const char *part, size_t count) {
    for (size_t i = 0; i < count && length + 1 < sizeof text; i++)
      text[length++] = part[i];
    text[length] = 0;
  }
  void add(const char *part) { add(part, std::strlen(part)); }

  // 13runtime_error
  bool identifier() {
    size_t count = 0;
    while (*at >= '0' && *at <= '9')
      count = count * 10 + static_cast<size_t>(*at++ - '0');
    if (count == 0 || std::strlen(at) < count)
      return false;
    if (std::strncmp(at, "_GLOBAL__N_", 11) == 0)
      add("(anonymous namespace)");
    else if (std::strncmp(at, "__2", 3) == 0 && count == 3)
      length -= 2; // libc++'s inline namespace: std::__2::x is std::x
    else
      add(at, count);
    at += count;
    return true;
  }

  bool nested() {
    for (bool first = true; *at != 'E'; first = false) {
      if (!first)
        add("::");
      if (at[0] == 'S' && at[1] == 't') {
        add("std");
        at += 2;
      } else if (!identifier()) {
        return false;
      }
    }
    at++;
    return true;
  }

  bool type() {
    static const char *const builtin[26] = {
        "signed char", "bool",         "char",      "double",           "long double", "float",
        "__float128",  "unsigned char", "int",      "unsigned int",     nullptr,       "long",
        "unsigned long", "__int128",   "unsigned __int128", nullptr,    nullptr,       nullptr,
        "short",       "unsigned short", nullptr,   "void",             "wchar_t",     "long long",
        "unsigned long long", "..."};
    switch (*at) {
    case 'P': at++; return type() && (add("*"), true);
    case 'R': at++; return type() && (add("&"), true);
    case 'K': at++; return type() && (add(" const"), true);
    case 'N': at++; return nested();
    case 'S':
      if (at[1] == 't') {
        at += 2;
        add("std::");
        return identifier();
      }
      return false;
    default:
      if (*at >= 'a' && *at <= 'z' && builtin[*at - 'a']) {
        add(builtin[*at++ - 'a']);
        return true;
      }
      return identifier();
    }
  }
};

void report() {
  std::fflush(stdout);
  // Where a function must not throw, nothing has caught what it threw.
  if (!abi::__cxa_current_exception_type() && std::uncaught_exceptions() > 0)
    abi::__cxa_begin_catch(runcell_thrown);
  std::type_info *type = abi::__cxa_current_exception_type();
  if (!type) {
    std::fputs("terminate called without an active exception\n", stderr);
    return;
  }
  Name name{type->name(), {}};
  bool read = std::strcmp(type->name(), "NSt3__212basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEE") == 0
                  ? (name.add("std::string"), true)
                  : name.type() && *name.at == 0;
  std::fprintf(stderr, "terminate called after throwing an instance of '%s'\n", read ? name.text : type->name());
  try {
    throw;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "  what():  %s\n", error.what());
  } catch (...) {
  }
}

[[noreturn]] void end() {
  static bool ending = false;
  if (!ending) {
    ending = true;
    report();
  }
  std::abort();
}

} // namespace

namespace std {

terminate_handler set_terminate(terminate_handler handler) noexcept {
  return __atomic_exchange_n(&__cxa_terminate_handler, handler ? handler : end, __ATOMIC_ACQ_REL);
}

new_handler set_new_handler(new_handler handler) noexcept {
  return __atomic_exchange_n(&__cxa_new_handler, handler, __ATOMIC_ACQ_REL);
}

} // namespace std

extern "C" {
std::terminate_handler __cxa_terminate_handler = end;
void (*__cxa_unexpected_handler)() = end;
std::new_handler __cxa_new_handler = nullptr;
void *runcell_thrown = nullptr;
}
