/* SPDX-License-Identifier: Apache-2.0
 * Exact decimals in 128 bits. What does not fit any more loses places behind the point first, and is refused
 * when its whole part does not fit.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/json.h"
#include "rdf/xsd.h"

static bo_i128 power(unsigned exponent) {
    bo_i128 n = 1;
    while (exponent-- > 0) n *= 10;
    return n;
}

static bo_u128 size_of(bo_i128 n) {
    return n < 0 ? 0 - (bo_u128)n : (bo_u128)n;
}

/* Without zeros at the end of the fraction. */
static bo_decimal trimmed(bo_i128 n, unsigned scale) {
    while (scale > 0 && n % 10 == 0) n /= 10, scale--;
    return (bo_decimal){n, scale};
}

/* One place less, rounded half away from zero. */
static bo_i128 shorter(bo_i128 n) {
    bo_i128 rest = n % 10;
    return n / 10 + (rest >= 5) - (rest <= -5);
}

static bool times(bo_i128 *out, bo_i128 a, bo_i128 b) {
    if (a != 0 && b != 0 && size_of(a) > (bo_u128)BO_I128_MAX / size_of(b)) return false;
    *out = a * b;
    return true;
}

static bool plus(bo_i128 *out, bo_i128 a, bo_i128 b) {
    if (b > 0 ? a > BO_I128_MAX - b : a < -BO_I128_MAX - b) return false;
    *out = a + b;
    return true;
}

bool bo_decimal_add(bo_decimal *out, bo_decimal a, bo_decimal b) {
    if (a.scale < b.scale) {
        bo_decimal swap = a;
        a = b;
        b = swap;
    }
    bo_i128 n;
    while (!times(&n, b.n, power(a.scale - b.scale)) || !plus(&n, a.n, n)) {
        if (a.scale == b.scale) {
            if (a.scale == 0) return false;
            b = (bo_decimal){shorter(b.n), b.scale - 1};
        }
        a = (bo_decimal){shorter(a.n), a.scale - 1};
    }
    *out = trimmed(n, a.scale);
    return true;
}

/* The whole product, in 64-bit digits from the lowest; a decimal digit is cut off its end. */
static void product(uint64_t out[4], bo_u128 a, bo_u128 b) {
    const uint64_t x[] = {(uint64_t)a, (uint64_t)(a >> 64)}, y[] = {(uint64_t)b, (uint64_t)(b >> 64)};
    memset(out, 0, 4 * sizeof *out);
    for (unsigned i = 0; i < 2; i++) {
        bo_u128 carry = 0;
        for (unsigned k = 0; k < 2; k++) {
            carry += (bo_u128)x[i] * y[k] + out[i + k];
            out[i + k] = (uint64_t)carry;
            carry >>= 64;
        }
        out[i + 2] = (uint64_t)carry;
    }
}

static unsigned cut_digit(uint64_t n[4]) {
    bo_u128 rest = 0;
    for (unsigned i = 4; i-- > 0;) {
        rest = rest << 64 | n[i];
        n[i] = (uint64_t)(rest / 10);
        rest %= 10;
    }
    return (unsigned)rest;
}

bool bo_decimal_multiply(bo_decimal *out, bo_decimal a, bo_decimal b) {
    uint64_t n[4];
    unsigned scale = a.scale + b.scale, last = 0;
    product(n, size_of(a.n), size_of(b.n));
    while (scale > BO_DECIMAL_SCALE || n[3] != 0 || n[2] != 0 || n[1] >> 63 != 0) {
        if (scale == 0) return false;
        last = cut_digit(n);
        scale--;
    }
    bo_i128 size = (bo_i128)((bo_u128)n[1] << 64 | n[0]);
    if (last >= 5 && !plus(&size, size, 1)) return false;
    *out = trimmed((a.n < 0) != (b.n < 0) ? -size : size, scale);
    return true;
}

bool bo_decimal_divide(bo_decimal *out, bo_decimal a, bo_decimal b) {
    if (b.n == 0) return false;
    if (size_of(b.n) > (bo_u128)BO_I128_MAX / 10) { /* so that a remainder times ten fits */
        if (b.scale == 0) {
            if (a.scale == BO_DECIMAL_SCALE) a = (bo_decimal){shorter(a.n), a.scale - 1};
            a.scale++, b.scale++; /* both by ten */
        }
        b = (bo_decimal){shorter(b.n), b.scale - 1};
    }
    bool negative = (a.n < 0) != (b.n < 0);
    bo_u128 divisor = size_of(b.n), quotient = size_of(a.n) / divisor, rest = size_of(a.n) % divisor;
    int scale = (int)a.scale - (int)b.scale;
    while (scale < BO_DECIMAL_SCALE && (rest != 0 || scale < 0) && quotient < (bo_u128)BO_I128_MAX / 10) {
        rest *= 10;
        quotient = quotient * 10 + rest / divisor;
        rest %= divisor;
        scale++;
    }
    if (scale < 0) return false;
    if (rest >= divisor - divisor / 2) quotient++;
    *out = trimmed(negative ? -(bo_i128)quotient : (bo_i128)quotient, (unsigned)scale);
    return true;
}

bo_decimal bo_decimal_round(bo_decimal a, bo_rounding how) {
    bo_i128 by = power(a.scale), whole = a.n / by, rest = a.n % by;
    bo_i128 below = whole - (rest < 0);
    switch (how) {
    case BO_ROUND_DOWN: whole = below; break;
    case BO_ROUND_UP: whole += rest > 0; break;
    case BO_ROUND_HALF_UP: whole = below + ((rest < 0 ? rest + by : rest) >= by - by / 2 && rest != 0); break;
    case BO_ROUND_TO_ZERO: break;
    }
    return (bo_decimal){whole, 0};
}

int bo_decimal_compare(bo_decimal a, bo_decimal b) {
    bo_i128 left = a.n / power(a.scale), right = b.n / power(b.scale);
    if (left == right) { /* fractions are below 10^18: they never overflow */
        left = a.n % power(a.scale) * power(BO_DECIMAL_SCALE - a.scale);
        right = b.n % power(b.scale) * power(BO_DECIMAL_SCALE - b.scale);
    }
    return left < right ? -1 : left > right;
}

bool bo_decimal_parse(bo_decimal *out, bo_str s) {
    bool negative = s.len > 0 && s.ptr[0] == '-', point = false, up = false;
    size_t at = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'), digits = 0, dropped = 0;
    bo_i128 n = 0;
    unsigned scale = 0;
    for (; at < s.len; at++) {
        char c = s.ptr[at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return false;
        digits++;
        if (point && scale == BO_DECIMAL_SCALE) {
            up |= dropped++ == 0 && c >= '5';
            continue;
        }
        if (!times(&n, n, 10) || !plus(&n, n, c - '0')) return false;
        scale += point;
    }
    if (digits == 0) return false;
    if (up && !plus(&n, n, 1)) return false;
    *out = trimmed(negative ? -n : n, scale);
    return true;
}

bo_str bo_decimal_write(char room[BO_XSD_ROOM], bo_decimal value, bool with_point) {
    char digits[48];
    size_t len = 0, at = 0;
    bo_u128 n = size_of(value.n);
    while (n > 0 || len <= value.scale) {
        digits[len++] = (char)('0' + (int)(n % 10));
        n /= 10;
    }
    if (value.n < 0) room[at++] = '-';
    while (len > 0) {
        if (len == value.scale) room[at++] = '.';
        room[at++] = digits[--len];
    }
    if (with_point && value.scale == 0) {
        room[at++] = '.';
        room[at++] = '0';
    }
    return (bo_str){room, at};
}

double bo_decimal_double(bo_decimal a) {
    char room[BO_XSD_ROOM];
    double result = 0;
    if (size_of(a.n) <= (bo_u128)1 << 53) return (double)a.n / (double)power(a.scale); /* both exact */
    bo_json number = {.kind = BO_JSON_NUMBER, .text = bo_decimal_write(room, a, false)};
    return bo_json_number(&result, &number) ? result : 0;
}

int bo_double_digits(char digits[20], int *len, double number, bool single) {
    char text[40];
    int exponent = 0;
    size_t at = 0;
    for (int precision = single ? FLT_DIG : DBL_DIG; precision <= (single ? 9 : 17); precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, fabs(number));
        *len = 0;
        for (at = 0; text[at] != 'e'; at++) /* whatever the locale's point is */
            if (text[at] >= '0' && text[at] <= '9') digits[(*len)++] = text[at];
        exponent = (int)strtol(text + at + 1, NULL, 10);
        snprintf(text, sizeof text, "%.*se%d", *len, digits, exponent - *len + 1);
        double back = single ? (double)strtof(text, NULL) : strtod(text, NULL);
        if (!(back < fabs(number)) && !(back > fabs(number))) break;
    }
    while (*len > 1 && digits[*len - 1] == '0') (*len)--;
    return exponent;
}

bool bo_decimal_from_double(bo_decimal *out, double number, bool single) {
    if (!(fabs(number) < 1e38)) return false;
    char digits[20];
    int len, exponent = bo_double_digits(digits, &len, number, single) - len + 1;
    bo_i128 n = 0;
    for (int i = 0; i < len; i++) n = n * 10 + (digits[i] - '0');
    for (; exponent > 0; exponent--)
        if (!times(&n, n, 10)) return false;
    for (; exponent < -BO_DECIMAL_SCALE - 1; exponent++) n /= 10;
    if (exponent < -BO_DECIMAL_SCALE) n = shorter(n), exponent++;
    *out = trimmed(number < 0 ? -n : n, (unsigned)-exponent);
    return true;
}
