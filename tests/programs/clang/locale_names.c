#include <locale.h>
#include <stdio.h>
int main(void) {
    const char *names[] = {"C", "POSIX", "", "C.UTF-8", "de_DE.UTF-8", "xx_YY.nonsense"};
    puts(setlocale(LC_ALL, NULL));
    for (int i = 0; i < 6; i++) { char *name = setlocale(LC_ALL, names[i]); printf("%s -> %s\n", names[i], name ? name : "refused"); }
    printf("%d %d\n", newlocale(LC_ALL_MASK, "xx_YY", 0) == 0, newlocale(LC_ALL_MASK, "C.UTF-8", 0) != 0);
}
