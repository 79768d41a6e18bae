/*
 * Signals that a program sends to itself: raise, kill of its own number,
 * handlers of signal and sigaction, masks. Nobody else sends it any.
 *
 * Stands in for libc's emulation, which knows neither sigaction nor masks.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BIT(signal) (1ull << ((signal) - 1))

static struct sigaction actions[_NSIG];
static unsigned long long blocked, pending;

void __SIG_ERR(int number) { abort(); }
void __SIG_IGN(int number) {}

static int is_signal(int number) {
    if (number > 0 && number < _NSIG)
        return 1;
    errno = EINVAL;
    return 0;
}

/* Ends the program with the exit code that a shell reports, if that is what the signal does. */
static void default_action(int number) {
    switch (number) {
    case SIGCHLD: case SIGCONT: case SIGURG: case SIGWINCH: case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU:
        return;
    }
    fflush(stderr);
    _Exit(128 + number);
}

static void deliver(int number) {
    struct sigaction action = actions[number];
    if (action.sa_handler == SIG_IGN)
        return;
    if (action.sa_handler == SIG_DFL) {
        default_action(number);
        return;
    }
    if (action.sa_flags & SA_RESETHAND)
        actions[number].sa_handler = SIG_DFL;
    unsigned long long before = blocked;
    blocked |= action.sa_mask.__bits | (action.sa_flags & SA_NODEFER ? 0 : BIT(number));
    if (action.sa_flags & SA_SIGINFO) {
        siginfo_t info = {.si_signo = number, .si_code = SI_USER};
        info.si_pid = getpid();
        action.sa_sigaction(number, &info, NULL);
    } else {
        action.sa_handler(number);
    }
    blocked = before;
}

static void deliver_pending(void) {
    for (int number = 1; number < _NSIG; number++)
        if (pending & ~blocked & BIT(number)) {
            pending &= ~BIT(number);
            deliver(number);
        }
}

int raise(int number) {
    if (!is_signal(number))
        return -1;
    pending |= BIT(number);
    deliver_pending();
    return 0;
}

int kill(pid_t process, int number) {
    if (process > 0 && process != getpid())
        return errno = ESRCH, -1;
    return number == 0 ? 0 : raise(number);
}

int killpg(pid_t group, int number) { return kill(group, number); }
int sigqueue(pid_t process, int number, union sigval value) { return kill(process, number); }

int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old) {
    if (!is_signal(number))
        return -1;
    if (action && (number == SIGKILL || number == SIGSTOP))
        return errno = EINVAL, -1;
    if (old)
        *old = actions[number];
    if (action)
        actions[number] = *action;
    return 0;
}

static void (*set_handler(int number, void (*handler)(int), int flags))(int) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
    return sigaction(number, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

void (*signal(int number, void (*handler)(int)))(int) { return set_handler(number, handler, 0); }
void (*bsd_signal(int number, void (*handler)(int)))(int) { return set_handler(number, handler, 0); }
void (*__sysv_signal(int number, void (*handler)(int)))(int) {
    return set_handler(number, handler, SA_RESETHAND | SA_NODEFER);
}

int sigemptyset(sigset_t *set) { return (int)(set->__bits = 0); }
int sigfillset(sigset_t *set) { return set->__bits = ~0ull, 0; }
int sigaddset(sigset_t *set, int number) { return is_signal(number) ? (set->__bits |= BIT(number), 0) : -1; }
int sigdelset(sigset_t *set, int number) { return is_signal(number) ? (set->__bits &= ~BIT(number), 0) : -1; }
int sigismember(const sigset_t *set, int number) {
    return is_signal(number) ? (set->__bits & BIT(number)) != 0 : -1;
}
int sigisemptyset(const sigset_t *set) { return set->__bits == 0; }
int sigorset(sigset_t *to, const sigset_t *a, const sigset_t *b) { return to->__bits = a->__bits | b->__bits, 0; }
int sigandset(sigset_t *to, const sigset_t *a, const sigset_t *b) { return to->__bits = a->__bits & b->__bits, 0; }

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old) {
    if (old)
        old->__bits = blocked;
    if (set) {
        unsigned long long bits = set->__bits & ~(BIT(SIGKILL) | BIT(SIGSTOP));
        switch (how) {
        case SIG_BLOCK: blocked |= bits; break;
        case SIG_UNBLOCK: blocked &= ~bits; break;
        case SIG_SETMASK: blocked = bits; break;
        default: return EINVAL;
        }
        deliver_pending();
    }
    return 0;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old) {
    int error = pthread_sigmask(how, set, old);
    return error ? (errno = error, -1) : 0;
}

int sigpending(sigset_t *set) { return set->__bits = pending & blocked, 0; }

/* Takes a signal that is pending already; no other will ever come. */
static int take(const sigset_t *set) {
    for (int number = 1; number < _NSIG; number++)
        if (pending & set->__bits & BIT(number)) {
            pending &= ~BIT(number);
            return number;
        }
    return 0;
}

int sigwait(const sigset_t *restrict set, int *restrict number) { return (*number = take(set)) ? 0 : ENOSYS; }
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict time) {
    int number = take(set);
    if (number == 0)
        return errno = EAGAIN, -1;
    if (info)
        *info = (siginfo_t){.si_signo = number};
    return number;
}
int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info) { return sigtimedwait(set, info, NULL); }

int sigsuspend(const sigset_t *set) {
    unsigned long long before = blocked, ready = pending & ~set->__bits;
    blocked = set->__bits;
    deliver_pending();
    blocked = before;
    return errno = ready ? EINTR : ENOSYS, -1;
}

int siginterrupt(int number, int interrupts) { return is_signal(number) ? 0 : -1; }
