#include <stdio.h>
#include <wasm_simd128.h>
typedef float v4 __attribute__((vector_size(16)));
int main(void) {
    v128_t a = wasm_i32x4_make(1, 2, 3, 4), b = wasm_i32x4_add(a, wasm_i32x4_splat(10));
    v4 x = {1, 2, 3, 4}, y = x * x; _Alignas(16) int n[64]; int s = 0;
    for (int i = 0; i < 64; i++) n[i] = i * i;
    for (int i = 0; i < 64; i++) s += n[i];
    printf("%d %g %d\n", wasm_i32x4_extract_lane(b, 3), y[3], s);
}
