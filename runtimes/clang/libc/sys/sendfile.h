// <sys/sendfile.h>: copies from file to file.
#pragma once
#include <features.h>
#include <unistd.h>
#ifdef __cplusplus
extern "C" {
#endif
ssize_t sendfile(int, int, off_t *, size_t);
#ifdef __cplusplus
}
#endif
