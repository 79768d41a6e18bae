#include <stdio.h>
#include <string.h>
int main(void) {
    char line[64];
    while (fgets(line, sizeof line, stdin)) { line[strcspn(line, "\n")] = 0; printf("[%s]\n", line); }
    puts(feof(stdin) ? "eof" : "?");
}
