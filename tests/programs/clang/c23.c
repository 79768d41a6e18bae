#include <stdckdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
constexpr int size = 0b1010;
enum colour : unsigned char { RED, GREEN };
[[nodiscard]] static int answer() { return 4'2; }
int main(void) {
    bool ok = true; auto x = answer(); int *p = nullptr;
    static_assert(size == 10);
    typeof(x) y = x + size;
    int sum; bool over = ckd_add(&sum, 2147483647, 1);
    unsigned _BitInt(100) wide = 1; wide <<= 90; wide >>= 88;
    printf("%d %d %d %d %d %zu %d\n", ok, x, y, p == nullptr, over, sizeof(enum colour), (int)wide);
    struct { int a, b; } s = {}; printf("%d\n", s.a + s.b);
#ifdef __has_embed
    puts("embed");
#endif
    printf("%ld\n", __STDC_VERSION__);
}
