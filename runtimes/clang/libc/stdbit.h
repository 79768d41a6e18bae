// C23's <stdbit.h>: questions about the bits of unsigned integers.
#pragma once
#define __STDC_VERSION_STDBIT_H__ 202311L
#define __STDC_ENDIAN_LITTLE__ __ORDER_LITTLE_ENDIAN__
#define __STDC_ENDIAN_BIG__ __ORDER_BIG_ENDIAN__
#define __STDC_ENDIAN_NATIVE__ __BYTE_ORDER__

// Each function for a type of W bits, in terms of those for unsigned long long.
#define __STDBIT_TYPE(suffix, type) \
    enum { __stdbit_width_##suffix = (int)(sizeof(type) * 8) }; \
    static inline unsigned stdc_leading_zeros_##suffix(type v) { \
        return v ? (unsigned)(__builtin_clzll(v) - (64 - __stdbit_width_##suffix)) : __stdbit_width_##suffix; \
    } \
    static inline unsigned stdc_leading_ones_##suffix(type v) { return stdc_leading_zeros_##suffix((type)~v); } \
    static inline unsigned stdc_trailing_zeros_##suffix(type v) { \
        return v ? (unsigned)__builtin_ctzll(v) : __stdbit_width_##suffix; \
    } \
    static inline unsigned stdc_trailing_ones_##suffix(type v) { return stdc_trailing_zeros_##suffix((type)~v); } \
    static inline unsigned stdc_first_leading_one_##suffix(type v) { \
        return v ? stdc_leading_zeros_##suffix(v) + 1 : 0; \
    } \
    static inline unsigned stdc_first_leading_zero_##suffix(type v) { \
        return stdc_first_leading_one_##suffix((type)~v); \
    } \
    static inline unsigned stdc_first_trailing_one_##suffix(type v) { \
        return v ? stdc_trailing_zeros_##suffix(v) + 1 : 0; \
    } \
    static inline unsigned stdc_first_trailing_zero_##suffix(type v) { \
        return stdc_first_trailing_one_##suffix((type)~v); \
    } \
    static inline unsigned stdc_count_ones_##suffix(type v) { return (unsigned)__builtin_popcountll(v); } \
    static inline unsigned stdc_count_zeros_##suffix(type v) { return stdc_count_ones_##suffix((type)~v); } \
    static inline _Bool stdc_has_single_bit_##suffix(type v) { return v && !(v & (v - 1)); } \
    static inline unsigned stdc_bit_width_##suffix(type v) { \
        return __stdbit_width_##suffix - stdc_leading_zeros_##suffix(v); \
    } \
    static inline type stdc_bit_floor_##suffix(type v) { \
        return v ? (type)(1ull << (stdc_bit_width_##suffix(v) - 1)) : 0; \
    } \
    static inline type stdc_bit_ceil_##suffix(type v) { \
        unsigned width = v <= 1 ? 0 : stdc_bit_width_##suffix((type)(v - 1)); \
        return width == __stdbit_width_##suffix ? 0 : (type)(1ull << width); \
    }
__STDBIT_TYPE(uc, unsigned char)
__STDBIT_TYPE(us, unsigned short)
__STDBIT_TYPE(ui, unsigned)
__STDBIT_TYPE(ul, unsigned long)
__STDBIT_TYPE(ull, unsigned long long)
#undef __STDBIT_TYPE

#define __STDBIT_CALL(name, v) \
    _Generic((v), unsigned char: name##_uc, unsigned short: name##_us, unsigned: name##_ui, \
             unsigned long: name##_ul, unsigned long long: name##_ull)(v)
#define stdc_leading_zeros(v) __STDBIT_CALL(stdc_leading_zeros, v)
#define stdc_leading_ones(v) __STDBIT_CALL(stdc_leading_ones, v)
#define stdc_trailing_zeros(v) __STDBIT_CALL(stdc_trailing_zeros, v)
#define stdc_trailing_ones(v) __STDBIT_CALL(stdc_trailing_ones, v)
#define stdc_first_leading_zero(v) __STDBIT_CALL(stdc_first_leading_zero, v)
#define stdc_first_leading_one(v) __STDBIT_CALL(stdc_first_leading_one, v)
#define stdc_first_trailing_zero(v) __STDBIT_CALL(stdc_first_trailing_zero, v)
#define stdc_first_trailing_one(v) __STDBIT_CALL(stdc_first_trailing_one, v)
#define stdc_count_zeros(v) __STDBIT_CALL(stdc_count_zeros, v)
#define stdc_count_ones(v) __STDBIT_CALL(stdc_count_ones, v)
#define stdc_has_single_bit(v) __STDBIT_CALL(stdc_has_single_bit, v)
#define stdc_bit_width(v) __STDBIT_CALL(stdc_bit_width, v)
#define stdc_bit_floor(v) __STDBIT_CALL(stdc_bit_floor, v)
#define stdc_bit_ceil(v) __STDBIT_CALL(stdc_bit_ceil, v)
