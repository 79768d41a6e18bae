/*
 * What cannot work in a cell: it links, and fails at run time with ENOSYS.
 *
 * A cell has no other processes, no network, no devices and no clock that it
 * could set. Functions that return no error of their own say so on stderr.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <termios.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* A function that returns -1, and one that returns a null pointer. */
#define REFUSE(name, ...) name(__VA_ARGS__) { return errno = ENOSYS, -1; }
#define REFUSE_POINTER(name, ...) name(__VA_ARGS__) { return errno = ENOSYS, NULL; }

/* Processes. */
pid_t REFUSE(fork, void)
pid_t REFUSE(_Fork, void)
pid_t REFUSE(vfork, void)
int REFUSE(execve, const char *path, char *const arguments[], char *const environment[])
int REFUSE(execv, const char *path, char *const arguments[])
int REFUSE(execvp, const char *path, char *const arguments[])
int REFUSE(execvpe, const char *path, char *const arguments[], char *const environment[])
int REFUSE(fexecve, int fd, char *const arguments[], char *const environment[])
int REFUSE(execl, const char *path, const char *argument, ...)
int REFUSE(execlp, const char *path, const char *argument, ...)
int REFUSE(execle, const char *path, const char *argument, ...)
FILE *REFUSE_POINTER(popen, const char *command, const char *mode)
int REFUSE(pclose, FILE *stream)
int REFUSE(pipe, int fds[2])
int REFUSE(pipe2, int fds[2], int flags)
int REFUSE(daemon, int keep_folder, int keep_streams)
int REFUSE(setpgid, pid_t process, pid_t group)
pid_t REFUSE(setsid, void)
pid_t REFUSE(setpgrp, void)
int REFUSE(getpriority, int which, id_t who)
int REFUSE(setpriority, int which, id_t who, int value)
int REFUSE(sched_setscheduler, pid_t process, int policy, const struct sched_param *value)
int REFUSE(sched_setparam, pid_t process, const struct sched_param *value)
long REFUSE(syscall, long number, ...)
int posix_spawn(pid_t *restrict process, const char *restrict path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *restrict kind, char *const *restrict arguments,
                char *const *restrict environment) {
    return ENOSYS;
}
int posix_spawnp(pid_t *restrict process, const char *restrict path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *restrict kind, char *const *restrict arguments,
                 char *const *restrict environment) {
    return ENOSYS;
}

int REFUSE(prctl, int option, ...)
int REFUSE(getcontext, ucontext_t *context)
int REFUSE(setcontext, const ucontext_t *context)
int REFUSE(swapcontext, ucontext_t *from, const ucontext_t *to)
void makecontext(ucontext_t *context, void (*function)(void), int count, ...) { errno = ENOSYS; }

/* What processes share. */
int REFUSE(shmget, key_t key, size_t size, int flags)
void *shmat(int id, const void *address, int flags) { return errno = ENOSYS, (void *)-1; }
int REFUSE(shmdt, const void *address)
int REFUSE(shmctl, int id, int command, struct shmid_ds *facts)
int REFUSE(semget, key_t key, int count, int flags)
int REFUSE(semop, int id, struct sembuf *steps, size_t count)
int REFUSE(semctl, int id, int number, int command, ...)
int REFUSE(msgget, key_t key, int flags)
int REFUSE(msgsnd, int id, const void *message, size_t size, int flags)
ssize_t REFUSE(msgrcv, int id, void *message, size_t size, long type, int flags)
int REFUSE(msgctl, int id, int command, struct msqid_ds *facts)

/* Signals that come by themselves. */
static unsigned no_alarm(const char *name) {
    static int said;
    if (!said++)
        fprintf(stderr, "%s: this sandbox has no timers that send signals\n", name);
    errno = ENOSYS;
    return 0;
}
unsigned alarm(unsigned seconds) { return seconds ? no_alarm("alarm") : 0; }
unsigned ualarm(unsigned first, unsigned interval) { return first ? no_alarm("ualarm") : 0; }
int REFUSE(pause, void)
int REFUSE(getitimer, int which, struct itimerval *value)
int REFUSE(setitimer, int which, const struct itimerval *restrict value, struct itimerval *restrict old)
int REFUSE(timer_create, clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer)
int REFUSE(timer_delete, timer_t timer)
int REFUSE(timer_gettime, timer_t timer, struct itimerspec *value)
int REFUSE(timer_getoverrun, timer_t timer)
int REFUSE(timer_settime, timer_t timer, int flags, const struct itimerspec *restrict value,
           struct itimerspec *restrict old)
int REFUSE(sigaltstack, const stack_t *restrict stack, stack_t *restrict old)

/* Clocks. */
int REFUSE(clock_settime, clockid_t clock, const struct timespec *time)
int REFUSE(settimeofday, const struct timeval *time, const struct timezone *zone)
int REFUSE(adjtime, const struct timeval *by, struct timeval *left)
int REFUSE(adjtimex, struct timex *value)
int REFUSE(clock_adjtime, clockid_t clock, struct timex *value)
int REFUSE(stime, const time_t *time)

/* The network. */
int REFUSE(socket, int domain, int type, int protocol)
int REFUSE(socketpair, int domain, int type, int protocol, int fds[2])
int REFUSE(bind, int fd, const struct sockaddr *address, socklen_t length)
int REFUSE(connect, int fd, const struct sockaddr *address, socklen_t length)
int REFUSE(listen, int fd, int backlog)
int REFUSE(getsockname, int fd, struct sockaddr *restrict address, socklen_t *restrict length)
int REFUSE(getpeername, int fd, struct sockaddr *restrict address, socklen_t *restrict length)
ssize_t REFUSE(sendto, int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length)
ssize_t REFUSE(recvfrom, int fd, void *restrict bytes, size_t size, int flags, struct sockaddr *restrict from,
               socklen_t *restrict length)
ssize_t REFUSE(sendmsg, int fd, const struct msghdr *message, int flags)
ssize_t REFUSE(recvmsg, int fd, struct msghdr *message, int flags)
int REFUSE(setsockopt, int fd, int level, int name, const void *value, socklen_t length)
int REFUSE(sockatmark, int fd)
int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result) {
    return errno = ENOSYS, EAI_SYSTEM;
}
int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict node, socklen_t node_length,
                char *restrict service, socklen_t service_length, int flags) {
    return errno = ENOSYS, EAI_SYSTEM;
}
void freeaddrinfo(struct addrinfo *list) {}
const char *gai_strerror(int error) { return error ? "this sandbox has no network" : "no error"; }
int h_errno;
int *__h_errno_location(void) { return &h_errno; }
struct hostent *gethostbyname(const char *name) { return h_errno = NO_RECOVERY, NULL; }
struct hostent *gethostbyaddr(const void *address, socklen_t length, int type) { return h_errno = NO_RECOVERY, NULL; }
struct servent *REFUSE_POINTER(getservbyname, const char *name, const char *protocol)
struct servent *REFUSE_POINTER(getservbyport, int port, const char *protocol)
struct protoent *REFUSE_POINTER(getprotobyname, const char *name)
const char *hstrerror(int error) { return "this sandbox has no network"; }
void herror(const char *text) { fprintf(stderr, "%s: this sandbox has no network\n", text); }

unsigned if_nametoindex(const char *name) { return errno = ENOSYS, 0; }
char *REFUSE_POINTER(if_indextoname, unsigned index, char *name)
struct if_nameindex *REFUSE_POINTER(if_nameindex, void)
void if_freenameindex(struct if_nameindex *list) {}
int REFUSE(epoll_create, int size)
int REFUSE(epoll_create1, int flags)
int REFUSE(epoll_ctl, int set, int operation, int fd, struct epoll_event *event)
int REFUSE(epoll_wait, int set, struct epoll_event *events, int count, int milliseconds)
int REFUSE(epoll_pwait, int set, struct epoll_event *events, int count, int milliseconds, const sigset_t *mask)

/* Files that are no files, and their owners. */
int REFUSE(mkfifo, const char *path, mode_t mode)
int REFUSE(mkfifoat, int folder, const char *path, mode_t mode)
int REFUSE(mknod, const char *path, mode_t mode, dev_t device)
int REFUSE(mknodat, int folder, const char *path, mode_t mode, dev_t device)
int REFUSE(fchdir, int fd)
int REFUSE(chroot, const char *path)
int REFUSE(memfd_create, const char *name, unsigned flags)
int REFUSE(eventfd, unsigned value, int flags)
int REFUSE(timerfd_create, int clock, int flags)
int REFUSE(timerfd_settime, int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
int REFUSE(timerfd_gettime, int fd, struct itimerspec *value)
int REFUSE(inotify_init, void)
int REFUSE(inotify_init1, int flags)
int REFUSE(inotify_add_watch, int fd, const char *path, uint32_t mask)
int REFUSE(inotify_rm_watch, int fd, int watch)
int REFUSE(shm_open, const char *name, int flags, mode_t mode)
int REFUSE(shm_unlink, const char *name)
mqd_t REFUSE(mq_open, const char *name, int flags, ...)
int REFUSE(posix_openpt, int flags)
int REFUSE(grantpt, int fd)
int REFUSE(unlockpt, int fd)
char *REFUSE_POINTER(ptsname, int fd)
void *mremap(void *address, size_t size, size_t wanted, int flags, ...) { return errno = ENOSYS, MAP_FAILED; }
int REFUSE(mincore, void *address, size_t size, unsigned char *pages)

/* The machine. */
int REFUSE(sethostname, const char *name, size_t length)
int REFUSE(sysinfo, struct sysinfo *info)
int REFUSE(getloadavg, double *values, int count)
int REFUSE(acct, const char *path)
int REFUSE(vhangup, void)
