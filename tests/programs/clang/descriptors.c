// Descriptors: flags and modes are kept, a folder opens for reading only, names of links, devices.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(const char *what, int result) {
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "ok");
}

int main(void) {
    tell("folder, read and write", open("/tmp", O_RDWR | O_CREAT, 0644));
    tell("folder, write", open("/tmp", O_WRONLY));
    tell("folder as folder, write", open("/tmp", O_DIRECTORY | O_RDWR));
    tell("folder, read", open("/tmp", O_RDONLY));
    tell("folder, create", open("/tmp", O_RDONLY | O_CREAT, 0644));

    int fd = open("f", O_WRONLY | O_CREAT | O_APPEND | O_SYNC, 0644);
    int flags = fcntl(fd, F_GETFL);
    printf("append %d, sync %d, write only %d\n", !!(flags & O_APPEND), !!(flags & O_SYNC), (flags & O_ACCMODE) == O_WRONLY);
    fcntl(fd, F_SETFL, flags & ~O_APPEND);
    printf("append %d, sync %d\n", !!(fcntl(fd, F_GETFL) & O_APPEND), !!(fcntl(fd, F_GETFL) & O_SYNC));
    char byte;
    tell("read what is write only", (int)read(fd, &byte, 1));
    int reader = open("f", O_RDONLY);
    tell("write what is read only", (int)write(reader, "x", 1));
    tell("cut what is read only", ftruncate(reader, 0));
    int folder = open(".", O_RDONLY | O_DIRECTORY);
    tell("seek in a folder", (int)lseek(folder, 0, SEEK_SET));
    tell("read a folder", (int)read(folder, &byte, 1));

    tell("link to a name with a slash", link("f", "g/"));
    tell("symlink with a slash", symlink("f", "g/"));
    tell("link", link("f", "g"));
    tell("symlink", symlink("f", "h"));
    tell("link again", link("f", "g"));

    const char *devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
    for (int i = 0; i < 5; i++) {
        char bytes[64];
        memset(bytes, 7, sizeof bytes);
        int device = open(devices[i], O_RDWR);
        int count = (int)read(device, bytes, sizeof bytes);
        int zeros = 0;
        for (int j = 0; j < count; j++)
            zeros += bytes[j] == 0;
        struct stat st;
        fstat(device, &st);
        printf("%s: %d read, %s, terminal %d, device %d, ", devices[i], count, zeros == count ? "zeros" : "others",
               isatty(device), S_ISCHR(st.st_mode));
        fflush(stdout);
        tell("write", (int)write(device, "abc", 3));
    }
    tell("device as folder", open("/dev/null", O_RDONLY | O_DIRECTORY));
}
