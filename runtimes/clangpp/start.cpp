// How a C++ program starts.
//
// Stands in for crt1-command.o, whose _start has no catch around the program: an
// exception that leaves it would end in a trap. A program that runs on the
// library begins with the library's own constructors.
#include <exception>
#include <cstdlib>

namespace {

// What objects of the thread are to be destroyed with, the last one made first.
struct Ending {
  void (*destructor)(void *);
  void *object;
  Ending *next;
};
Ending *endings = nullptr;
bool ending_is_registered = false;

void end_thread() {
  while (Ending *ending = endings) {
    endings = ending->next;
    ending->destructor(ending->object);
    std::free(ending);
  }
}

} // namespace

extern "C" {
// What the compiler calls for a thread_local object with a destructor. The only
// thread ends when main returns, or exit is called: before objects of the program.
int __cxa_thread_atexit(void (*destructor)(void *), void *object, void *) {
  auto *ending = static_cast<Ending *>(std::malloc(sizeof(Ending)));
  if (!ending)
    return -1;
  if (!ending_is_registered)
    ending_is_registered = std::atexit(end_thread) == 0;
  *ending = {destructor, object, endings};
  endings = ending;
  return 0;
}

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
    end_thread();
    __wasm_call_dtors();
  } catch (...) {
    std::terminate();
  }
  if (code != 0)
    std::_Exit(code);
}
}
