#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
int main(void) {
    printf("%d\n", system(NULL)); fflush(stdout);
    int status = system("pause");
    printf("%d %d\n", WIFEXITED(status), WEXITSTATUS(status));
}
