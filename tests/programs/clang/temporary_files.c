#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    FILE *file = tmpfile(); fputs("hello\n", file); rewind(file);
    char line[32]; printf("%s", fgets(line, sizeof line, file)); fclose(file);
    char a[] = "/tmp/aXXXXXX", b[] = "/tmp/aXXXXXX"; int fa = mkstemp(a), fb = mkstemp(b);
    write(fa, "xy", 2); struct stat status; fstat(fa, &status);
    printf("%d %d %d %d\n", fa >= 0 && fb >= 0, strcmp(a, b) != 0, (int)status.st_size, access(a, F_OK));
    close(fa); close(fb); unlink(a); unlink(b);
    char c[] = "/tmp/XXXXXX.txt"; int fc = mkstemps(c, 4); printf("%d %s\n", fc >= 0, strrchr(c, '.')); close(fc);
    char d[] = "dirXXXXXX"; printf("%d %d\n", mkdtemp(d) == d, rmdir(d));
    char wrong[] = "/tmp/none"; printf("%d %d\n", mkstemp(wrong), errno == EINVAL);
    char name[L_tmpnam]; printf("%d %d\n", tmpnam(name) == name, access(name, F_OK));
    char *other = tempnam("/tmp", "pre"); printf("%.8s\n", other); free(other);
}
