#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile uint64_t sink;

static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static void calls(void) { sink = fib(30); }

static void sieve(void) {
    static unsigned char composite[2000000];
    memset(composite, 0, sizeof composite);
    for (size_t i = 2; i * i < sizeof composite; i++)
        if (!composite[i])
            for (size_t j = i * i; j < sizeof composite; j += i) composite[j] = 1;
    size_t count = 0;
    for (size_t i = 2; i < sizeof composite; i++) count += !composite[i];
    sink = count;
}

static void matrix(void) {
    enum { N = 160 };
    static double a[N][N], b[N][N], c[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = i + j, b[i][j] = i - j, c[i][j] = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++) c[i][j] += a[i][k] * b[k][j];
    sink = (uint64_t)c[3][5];
}

static void hash(void) {
    uint64_t h = 1469598103934665603u;
    for (uint32_t i = 0; i < 8000000; i++) h = (h ^ (i & 255)) * 1099511628211u;
    sink = h;
}

static int order(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void heap(uint32_t *v, size_t n) {
    for (size_t end = n, start = n / 2; end > 1;) {
        if (start) start--; else { uint32_t t = v[--end]; v[end] = v[0]; v[0] = t; }
        for (size_t root = start, child; (child = 2 * root + 1) < end; root = child) {
            if (child + 1 < end && order(&v[child], &v[child + 1]) < 0) child++;
            if (order(&v[root], &v[child]) >= 0) break;
            uint32_t t = v[root]; v[root] = v[child]; v[child] = t;
        }
    }
}

static void sort(void) {
    static uint32_t v[200000];
    uint32_t x = 1;
    for (size_t i = 0; i < 200000; i++) v[i] = x = x * 1664525u + 1013904223u;
    heap(v, 200000);
    sink = v[7];
}

int main(void) {
    struct { const char *name; void (*run)(void); } kernels[] = {
        {"calls", calls}, {"sieve", sieve}, {"matrix", matrix}, {"hash", hash}, {"sort", sort},
    };
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        double best = 1e9;
        for (int turn = 0; turn < 3; turn++) {
            struct timespec a, b;
            clock_gettime(CLOCK_MONOTONIC, &a);
            kernels[i].run();
            clock_gettime(CLOCK_MONOTONIC, &b);
            double ms = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
            if (ms < best) best = ms;
        }
        printf("%s %.3f\n", kernels[i].name, best);
    }
}
