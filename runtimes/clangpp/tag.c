/*
 * The tag that every C++ exception is thrown with. libc++abi expects the
 * compiler's runtime to define it; there is none for this target.
 */
__asm__(".globl __cpp_exception\n"
        ".tagtype __cpp_exception i32\n"
        "__cpp_exception:\n");
