#include <signal.h>
#include <stdio.h>
static volatile sig_atomic_t seen;
static void on_signal(int s) { seen = s; }
int main(void) {
    signal(SIGINT, on_signal);
    raise(SIGINT);
    printf("%d\n", seen == SIGINT);
    signal(SIGTERM, SIG_IGN);
    raise(SIGTERM);
    puts("alive");
}
