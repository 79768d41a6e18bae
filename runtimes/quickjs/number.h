/*
 * Numbers as text in a base that is not ten, digit for digit as V8 has them:
 * the fewest digits of a fraction that mean the number, and zeros for digits of
 * a large integer that it cannot tell apart. Included by a patch into quickjs.c.
 */

#define RUNCELL_RADIX_HALF 1100

static char runcell_digit(int value) { return "0123456789abcdefghijklmnopqrstuvwxyz"[value]; }

static int runcell_digit_value(char c) { return c > '9' ? c - 'a' + 10 : c - '0'; }

/* Adds one to the digits that end before `end`, and drops those that become zero; NULL if it carries into the integer. */
static char *runcell_carry(char *point, char *end, int radix) {
    while (--end != point) {
        int value = runcell_digit_value(*end) + 1;
        if (value < radix) {
            *end = runcell_digit(value);
            return end + 1;
        }
    }
    return NULL;
}

/* Writes the point and the digits of a fraction; the end of them. */
static char *runcell_fraction(char *point, double fraction, double delta, int radix, double *integer) {
    char *end = point;
    if (fraction < delta)
        return end;
    *end++ = '.';
    do {
        fraction *= radix;
        delta *= radix;
        int value = (int)fraction;
        *end++ = runcell_digit(value);
        fraction -= value;
        if ((fraction > 0.5 || (fraction == 0.5 && (value & 1))) && fraction + delta > 1) {
            end = runcell_carry(point, end, radix);
            if (!end) {
                *integer += 1;
                return point;
            }
            return end;
        }
    } while (fraction >= delta);
    return end;
}

/* A finite number in base 2 to 36. */
static JSValue runcell_radix_text(JSContext *ctx, double value, int radix) {
    char text[2 * RUNCELL_RADIX_HALF], *point = text + RUNCELL_RADIX_HALF, *start = point;
    bool negative = value < 0;
    value = fabs(value);
    double integer = floor(value);
    double delta = 0.5 * (nextafter(value, INFINITY) - value);
    if (delta < 0x1p-1074)
        delta = 0x1p-1074;
    char *end = runcell_fraction(point, value - integer, delta, radix, &integer);
    while (integer / radix >= 0x1p53) {
        integer /= radix;
        *--start = '0';
    }
    do {
        double rest = fmod(integer, radix);
        *--start = runcell_digit((int)rest);
        integer = (integer - rest) / radix;
    } while (integer > 0);
    if (negative)
        *--start = '-';
    return js_new_string8_len(ctx, start, (int)(end - start));
}
