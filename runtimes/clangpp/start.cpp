// How a C++ program starts.
//
// Stands in for crt1-command.o, whose _start has no catch around the program: an
// exception that leaves it would end in a trap. A program that runs on the
// library begins with the library's own constructors.
#include <exception>
#include <cstdlib>

extern "C" {
__attribute__((weak)) void runcell_begin_library();
void __wasm_call_ctors();
void __wasm_call_dtors();
int __main_void();

void _start() {
  int code = 0;
  try {
    if (runcell_begin_library)
      runcell_begin_library();
    __wasm_call_ctors();
    code = __main_void();
    __wasm_call_dtors();
  } catch (...) {
    std::terminate();
  }
  if (code != 0)
    std::_Exit(code);
}
}
