#include <complex.h>
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <locale.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <wchar.h>
int main(int argc, char **argv) {
    double complex z = csqrt(-1); printf("%.1f%+.1fi\n", creal(z), cimag(z));
    regex_t re; regmatch_t m[2]; regcomp(&re, "([0-9]+)", REG_EXTENDED);
    printf("%d %d\n", regexec(&re, "ab123", 2, m, 0), (int)m[1].rm_so); regfree(&re);
    int c; opterr = 0; while ((c = getopt(argc, argv, "ab:")) != -1) printf("%c %s\n", c, optarg ? optarg : "-");
    printf("%" PRId64 " %d\n", INT64_MAX, fnmatch("*.c", "main.c", 0));
    setlocale(LC_ALL, ""); wchar_t w[8]; printf("%zu\n", mbstowcs(w, "h\xc3\xa9", 8));
    wprintf(L"");
    char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); p[0] = 'm'; printf("%c\n", p[0]); munmap(p, 4096);
    char path[] = "/a/b.c"; puts(basename(path));
    char *s = NULL; size_t n; FILE *f = open_memstream(&s, &n); fprintf(f, "mem %d", 5); fclose(f); puts(s);
    puts(getenv("HOME")); setenv("X", "y", 1); puts(getenv("X"));
}
