// glibc's <error.h>.
#pragma once
#ifdef __cplusplus
extern "C" {
#endif
void error(int, int, const char *, ...) __attribute__((__format__(__printf__, 3, 4)));
extern unsigned error_message_count;
#ifdef __cplusplus
}
#endif
