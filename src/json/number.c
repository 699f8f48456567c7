/* SPDX-License-Identifier: Apache-2.0
 * JSON's numbers as C's, and C's as ECMAScript prints them. Nothing here depends on the locale: strtod and
 * snprintf only ever see digits and exponents, never a decimal point.
 */
#include "bocage/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_KEPT = 800 }; /* more than any double needs to be told from its neighbours */

typedef struct decimal {
    char digits[DIGITS_KEPT + 2];
    size_t len;
    long exponent; /* the value is digits * 10^exponent */
    bool negative;
} decimal;

/* Cuts a number's text; false when it is no JSON number. */
static bool read_decimal(decimal *out, bo_str text) {
    size_t at = 0;
    bool point = false, dropped = false;
    *out = (decimal){.negative = text.len > 0 && text.ptr[0] == '-'};
    if (out->negative) at++;
    size_t begin = at;
    for (; at < text.len && ((text.ptr[at] >= '0' && text.ptr[at] <= '9') || text.ptr[at] == '.'); at++) {
        char c = text.ptr[at];
        if (c == '.') {
            if (point) return false;
            point = true;
            continue;
        }
        if (out->len == 0 && c == '0') {
            out->exponent -= point;
        } else if (out->len < DIGITS_KEPT) {
            out->digits[out->len++] = c;
            out->exponent -= point;
        } else {
            dropped |= c != '0';
            out->exponent += !point;
        }
    }
    if (at == begin) return false;
    if (dropped) { /* a digit behind all kept ones keeps the rounding right */
        out->digits[out->len++] = '1';
        out->exponent--;
    }
    if (at < text.len && (text.ptr[at] | 0x20) == 'e') {
        at++;
        bool minus = at < text.len && text.ptr[at] == '-';
        if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+')) at++;
        if (at == text.len) return false;
        long exponent = 0;
        for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++)
            if (exponent < 100000000) exponent = exponent * 10 + (text.ptr[at] - '0');
        out->exponent += minus ? -exponent : exponent;
    }
    return at == text.len;
}

static double digits_to_double(const char *digits, size_t len, long exponent) {
    char text[DIGITS_KEPT + 40];
    memcpy(text, digits, len);
    snprintf(text + len, sizeof text - len, "e%ld", exponent);
    return strtod(text, NULL);
}

bool bo_json_number(double *out, const bo_json *value) {
    decimal d;
    if (!bo_json_is(value, BO_JSON_NUMBER) || !read_decimal(&d, value->text)) return false;
    double result = 0;
    if (d.len > 0 && d.len <= 15 && d.exponent >= -22 && d.exponent <= 22) {
        /* both are exact doubles, so one operation rounds once (Clinger) */
        static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
        for (size_t i = 0; i < d.len; i++) result = result * 10 + (d.digits[i] - '0');
        result = d.exponent < 0 ? result / tens[-d.exponent] : result * tens[d.exponent];
    } else if (d.len > 0) {
        result = digits_to_double(d.digits, d.len, d.exponent);
    }
    if (!isfinite(result)) return false;
    *out = d.negative ? -result : result;
    return true;
}

bool bo_json_integer(int64_t *out, const bo_json *value) {
    decimal d;
    if (!bo_json_is(value, BO_JSON_NUMBER) || !read_decimal(&d, value->text)) return false;
    while (d.exponent < 0 && d.len > 0 && d.digits[d.len - 1] == '0') {
        d.len--;
        d.exponent++;
    }
    if (d.len == 0) {
        *out = 0;
        return true;
    }
    if (d.exponent < 0 || d.exponent > 19) return false;
    uint64_t n = 0, most = (uint64_t)INT64_MAX + d.negative;
    for (size_t i = 0; i < d.len + (size_t)d.exponent; i++) {
        uint64_t next = i < d.len ? (uint64_t)(d.digits[i] - '0') : 0;
        if (n > (most - next) / 10) return false;
        n = n * 10 + next;
    }
    *out = d.negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

/* The digits of `number` rounded to `precision` of them, and the power of ten of the first. */
static int round_to(char digits[20], double number, int precision) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", precision - 1, number);
    size_t len = 0, at = 0;
    for (; text[at] != 'e'; at++)
        if (text[at] >= '0' && text[at] <= '9') digits[len++] = text[at];
    return (int)strtol(text + at + 1, NULL, 10);
}

static bool same(const char *digits, int len, int exponent, double number) {
    double read = digits_to_double(digits, (size_t)len, exponent - len + 1);
    return !(read < number) && !(read > number);
}

/* The shortest digits that read back as `number` (positive), the closest of these; returns the power of ten
 * of the first. 15 digits, which every double can hold, settle most; subnormals hold fewer. */
static int shortest(char digits[20], int *len, double number) {
    int first = number < 2.2250738585072014e-308 ? 1 : 15, exponent = 0;
    for (*len = first; *len <= 17; (*len)++) {
        exponent = round_to(digits, number, *len);
        if (same(digits, *len, exponent, number)) break;
        /* Below a power of two doubles stand closer: the next digit up may fit where the nearest does not. */
        if (digits[*len - 1] != '9') {
            digits[*len - 1]++;
            if (same(digits, *len, exponent, number)) break;
        }
    }
    while (*len > 1 && digits[*len - 1] == '0') (*len)--;
    return exponent;
}

static void put_zeros(bo_text *out, int count) {
    for (int i = 0; i < count; i++) bo_text_char(out, '0');
}

/* ECMAScript Number::toString (ECMA-262 section 6.1.6.1.20) for radix 10, `n` and `k` as there. */
void bo_json_write_double(bo_text *out, double number) {
    if (!isfinite(number)) {
        bo_text_fail(out, bo_fail(BO_INVALID, "JSON has no number for NaN and infinity"));
        return;
    }
    if (number < 0) bo_text_char(out, '-');
    number = fabs(number);
    char digits[20] = "0";
    int k = 1, n = 1;
    if (number > 0) n = shortest(digits, &k, number) + 1;
    if (k <= n && n <= 21) {
        bo_text_put(out, (bo_str){digits, (size_t)k});
        put_zeros(out, n - k);
    } else if (0 < n && n <= 21) {
        bo_text_put(out, (bo_str){digits, (size_t)n});
        bo_text_char(out, '.');
        bo_text_put(out, (bo_str){digits + n, (size_t)(k - n)});
    } else if (-6 < n && n <= 0) {
        BO_TEXT_LIT(out, "0.");
        put_zeros(out, -n);
        bo_text_put(out, (bo_str){digits, (size_t)k});
    } else {
        bo_text_char(out, digits[0]);
        if (k > 1) {
            bo_text_char(out, '.');
            bo_text_put(out, (bo_str){digits + 1, (size_t)(k - 1)});
        }
        bo_text_char(out, 'e');
        if (n > 0) bo_text_char(out, '+');
        bo_text_i64(out, n - 1);
    }
}
