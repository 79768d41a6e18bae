#define _GNU_SOURCE
#include <signal.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static sigjmp_buf place;
static void simple(int number) { printf("got %d\n", number); }
static void detailed(int number, siginfo_t *info, void *context) { printf("info %d %d\n", info->si_signo == number, info->si_pid == getpid()); }
static void leave(int number) { siglongjmp(place, number); }
int main(void) {
    struct sigaction action = {.sa_handler = simple}, old; sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL); raise(SIGUSR1); kill(getpid(), SIGUSR1);
    action.sa_sigaction = detailed; action.sa_flags = SA_SIGINFO; sigaction(SIGUSR2, &action, &old); printf("%d\n", old.sa_handler == SIG_DFL); raise(SIGUSR2);
    sigset_t set, before, waiting; sigemptyset(&set); sigaddset(&set, SIGUSR1); sigprocmask(SIG_BLOCK, &set, &before);
    raise(SIGUSR1); sigpending(&waiting); printf("blocked %d\n", sigismember(&waiting, SIGUSR1)); sigprocmask(SIG_SETMASK, &before, NULL);
    signal(SIGTERM, SIG_IGN); printf("%d\n", raise(SIGTERM)); printf("%d\n", signal(SIGTERM, SIG_DFL) == SIG_IGN);
    action.sa_handler = simple; action.sa_flags = SA_RESETHAND; sigaction(SIGINT, &action, NULL); raise(SIGINT);
    signal(SIGFPE, leave); int number = sigsetjmp(place, 1); if (number == 0) raise(SIGFPE); printf("left by %d\n", number);
    fflush(stdout); raise(SIGINT); puts("never");
}
