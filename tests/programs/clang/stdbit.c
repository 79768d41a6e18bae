#include <stdbit.h>
#include <stdio.h>
int main(void) {
    unsigned char c = 0x16; unsigned short s = 0; unsigned i = 0x80000000u; unsigned long long l = 1ull << 40;
    printf("%u %u %u %u\n", stdc_leading_zeros(c), stdc_leading_zeros(s), stdc_leading_ones(i), stdc_trailing_zeros(l));
    printf("%u %u %u %u\n", stdc_first_leading_one(c), stdc_first_trailing_one(c), stdc_first_trailing_zero(c), stdc_first_leading_zero((unsigned char)0xff));
    printf("%u %u %d %d\n", stdc_count_ones(c), stdc_count_zeros(c), stdc_has_single_bit(i), stdc_has_single_bit(c));
    printf("%u %u %u %llu %u\n", stdc_bit_width(c), stdc_bit_floor(c), stdc_bit_ceil(c), stdc_bit_ceil(l + 1), stdc_bit_ceil(s));
    printf("%d\n", __STDC_ENDIAN_NATIVE__ == __STDC_ENDIAN_LITTLE__);
}
