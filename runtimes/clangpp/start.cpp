// How a C++ program starts and how it ends when nobody catches what it throws.
//
// Stands in for two objects: crt1-command.o, whose _start has no catch around
// the program (an exception that leaves it would end in a trap), and libc++abi's
// cxa_default_handlers, whose terminate handler brings the whole demangler into
// every program. The report is worded as on Linux, and the exit code is that of
// SIGABRT.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <typeinfo>
#include <unistd.h>

extern "C" void __wasm_call_ctors();
extern "C" void __wasm_call_dtors();
extern "C" int __main_void();

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

extern "C" {
std::terminate_handler __cxa_terminate_handler = end;
void (*__cxa_unexpected_handler)() = end;
void (*__cxa_new_handler)() = nullptr;

void _start() {
  int code = 0;
  try {
    __wasm_call_ctors();
    code = __main_void();
    __wasm_call_dtors();
  } catch (...) {
    std::terminate();
  }
  if (code != 0)
    _Exit(code);
}
}
