/* Headers of Unix that programs include: what can work works, what cannot fails with ENOSYS. */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <libintl.h>
#include <net/if.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <syslog.h>
#include <ucontext.h>
#include <unistd.h>
#include <wait.h>

#define REFUSED(call) printf("%s: %s\n", #call, ((long)(call) == -1 || (long)(call) == 0) && errno == ENOSYS ? "ENOSYS" : "?")

int main(void) {
    void *frames[4];
    struct statfs space;
    ucontext_t context;
    REFUSED(shmget(IPC_PRIVATE, 100, IPC_CREAT | 0600));
    REFUSED(shmat(0, NULL, 0));
    REFUSED(semget(IPC_PRIVATE, 1, 0600));
    REFUSED(msgget(IPC_PRIVATE, 0600));
    REFUSED(epoll_create1(EPOLL_CLOEXEC));
    REFUSED(timerfd_create(0, 0));
    REFUSED(inotify_init());
    REFUSED(prctl(PR_SET_NAME, "name"));
    REFUSED(getcontext(&context));
    REFUSED(if_nametoindex("lo"));
    printf("%s %s %s\n", gettext("text"), ngettext("one", "many", 2), textdomain(NULL));
    printf("%d %s %u %u\n", backtrace(frames, 4), _PATH_DEVNULL, major(makedev(8, 1)), minor(makedev(8, 1)));
    printf("%d %d\n", statfs("/tmp", &space), space.f_bavail > 0 && space.f_bavail <= space.f_blocks);
    openlog("prog", LOG_PERROR, LOG_USER);
    setlogmask(LOG_UPTO(LOG_INFO));
    errno = ENOENT;
    syslog(LOG_ERR, "%d: %m", 5);
    syslog(LOG_DEBUG, "not shown");
    /* A mode of 0 means reading, as on machines where O_RDONLY is 0. */
    FILE *file = fopen("from", "w");
    fputs("hello", file);
    fclose(file);
    int from = open("from", 0), to = open("to", O_CREAT | O_RDWR, 0600);
    printf("%d %d\n", (int)sendfile(to, from, NULL, 100), open("from", O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    char text[8] = "";
    printf("%zd %s\n", pread(to, text, 7, 0), text);
    printf("%d\n", wait(NULL) == -1 && errno == ECHILD);
    return 0;
}
