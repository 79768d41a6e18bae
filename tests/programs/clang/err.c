#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
int main(void) {
    errno = ENOENT; warn("cannot open %s", "x"); warnx("number %d", 5);
    error(0, EACCES, "glibc's");
    errno = EPERM; err(3, "end");
}
