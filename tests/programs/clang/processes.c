#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#define NONE(call) do { errno = 0; int failed = (call); printf("%d %s\n", failed, strerror(errno)); } while (0)
int main(void) {
    int fds[2]; char *arguments[] = {"ls", NULL};
    NONE(fork() < 0); NONE(execvp("ls", arguments)); NONE(execl("/bin/ls", "ls", (char *)NULL)); NONE(popen("ls", "r") == NULL); NONE(pipe(fds));
    NONE(wait(NULL)); NONE(waitpid(-1, NULL, WNOHANG)); NONE(socket(AF_INET, SOCK_STREAM, 0)); NONE(kill(12345, SIGTERM)); NONE(setsid()); NONE(mkfifo("f", 0600));
    struct addrinfo *list; printf("%d %s\n", getaddrinfo("a", "80", NULL, &list) != 0, gai_strerror(EAI_FAIL));
    pid_t child; printf("%d\n", posix_spawn(&child, "/bin/ls", NULL, NULL, arguments, NULL) == ENOSYS);
    printf("%d %d %d %d %d\n", getpid() > 0, getppid() > 0, getpgrp() == getpid(), (int)getuid() == (int)geteuid(), getpwuid(getuid())->pw_uid == getuid());
    printf("%o %o %o\n", umask(077), umask(022), umask(022));
    struct rusage usage; printf("%d %d\n", getrusage(RUSAGE_SELF, &usage), usage.ru_maxrss > 0);
    printf("%u %s\n", alarm(1), strerror(errno));
}
