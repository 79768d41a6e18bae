#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
    printf("first\n"); fflush(stdout);
    int saved = dup(1), fd = open("out.txt", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    printf("%d\n", dup2(fd, 1) == 1); close(fd); printf("into the file\n"); fflush(stdout);
    dup2(saved, 1); close(saved); printf("back\n");
    char text[64]; FILE *file = fopen("out.txt", "r"); while (fgets(text, sizeof text, file)) printf("file: %s", text);
    int far = dup2(fileno(file), 40); printf("%d %d %d\n", far, dup(99), errno == EBADF); fclose(file);
    printf("%d %c\n", lseek(far, 0, SEEK_SET) == 0 && read(far, text, 1) == 1, text[0]);
}
