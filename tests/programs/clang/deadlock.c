#include <pthread.h>
#include <stdio.h>
int main(void) {
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    puts("before"); fflush(stdout);
    pthread_mutex_lock(&m); pthread_mutex_lock(&m);
    puts("never");
}
