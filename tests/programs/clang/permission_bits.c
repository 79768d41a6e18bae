#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static unsigned mode(const char *path) { struct stat s; return stat(path, &s) == 0 ? s.st_mode : 0; }
int main(void) {
    fclose(fopen("plain", "w"));
    close(open("own", O_CREAT | O_WRONLY, 0600));
    close(open("own", O_CREAT | O_WRONLY, 0644));
    mkdir("folder", 0700);
    printf("%o %o %o %o\n", mode("plain"), mode("own"), mode("folder"), mode("."));
    printf("%d %o\n", chmod("plain", 0755), mode("plain"));
    printf("%d %d\n", access("plain", X_OK), access("own", X_OK));
    printf("%d %s\n", chmod("own", 0444), access("own", W_OK) ? strerror(errno) : "ok");
    printf("%o\n", umask(077));
    fclose(fopen("secret", "w"));
    mkdir("secrets", 0777);
    printf("%o %o %o\n", mode("secret"), mode("secrets"), umask(022));
    int fd = open("secret", O_RDWR);
    struct stat s;
    printf("%d %d %o\n", fchmod(fd, 04711), fstat(fd, &s), s.st_mode);
    symlink("secret", "link");
    printf("%d %o %o\n", lstat("link", &s), s.st_mode, mode("link"));
    printf("%d %s\n", chmod("none", 0644), strerror(errno));
    printf("%d %s\n", chmod("/usr", 0777), strerror(errno));
    printf("%d %d\n", access("none", F_OK), access("plain", 8));
    printf("%d\n", S_ISREG(mode("plain")) && S_ISDIR(mode("folder")));
}
