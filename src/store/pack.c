/* SPDX-License-Identifier: Apache-2.0
 * Packs columns as what they are: one number, the same as another column, steps from one to the next,
 * distances from the least, or such distances apart for each tag (ids of one column with different top bytes
 * would else need 64 bits). Knows nothing of quads.
 */
#include "store/pack.h"

#include <string.h>

typedef enum kind { CONST, SAME, BASE, STEPS, TAGGED } kind;

enum {
    PADDING = 8, /* behind the last column: numbers are read eight bytes at a time */
    TAGS = 8     /* different top bytes that one column may have to be packed apart */
};

typedef struct span {
    uint64_t least, most;
    size_t count;
} span;

/* Bits for numbers up to n. A number must lie within eight bytes wherever it begins, so 58 to 63 are 64. */
static unsigned width_of(uint64_t n) {
    unsigned bits = n == 0 ? 0 : 64 - (unsigned)__builtin_clzll(n);
    return bits > 57 ? 64 : bits;
}

static size_t bytes_for(size_t count, unsigned bits) {
    return (count * bits + 7) / 8;
}

/* A number as its top byte, how many of the lower bytes follow, and these. */
static unsigned char *put_number(unsigned char *out, uint64_t n) {
    uint64_t low = n & 0x00FFFFFFFFFFFFFFu;
    unsigned len = (width_of(low) + 7) / 8;
    *out++ = (unsigned char)(n >> 56);
    *out++ = (unsigned char)len;
    memcpy(out, &low, len);
    return out + len;
}

static unsigned char *put_bits(unsigned char *out, const uint64_t *numbers, size_t count, unsigned bits) {
    if (bits == 64) {
        memcpy(out, numbers, count * 8);
        return out + count * 8;
    }
    uint64_t gathered = 0;
    unsigned have = 0;
    for (size_t i = 0; i < count; i++) {
        gathered |= numbers[i] << have;
        have += bits;
        if (have < 64) continue;
        memcpy(out, &gathered, 8);
        out += 8;
        have -= 64;
        gathered = have > 0 ? numbers[i] >> (bits - have) : 0;
    }
    memcpy(out, &gathered, (have + 7) / 8);
    return out + (have + 7) / 8;
}

typedef struct survey {
    span all;
    bool rising;
    uint64_t step;
} survey;

/* The same for each top byte, and the place of each row's. */
typedef struct tag_survey {
    span spans[TAGS];
    unsigned char tags[TAGS];
    unsigned count; /* TAGS + 1: too many */
    uint64_t codes[BO_PACK_ROWS];
} tag_survey;

static unsigned tag_place(const tag_survey *s, unsigned char tag) {
    unsigned i = 0;
    while (i < s->count && s->tags[i] != tag) i++;
    return i;
}

static void look(survey *s, const uint64_t *column, size_t rows) {
    uint64_t least = column[0], most = column[0], step = 0;
    bool rising = true;
    for (size_t i = 1; i < rows; i++) {
        uint64_t n = column[i], up = n - column[i - 1];
        least = n < least ? n : least;
        most = n > most ? n : most;
        rising &= n >= column[i - 1];
        step = up > step ? up : step;
    }
    *s = (survey){{least, most, rows}, rising, step};
}

static void look_at_tags(tag_survey *s, const uint64_t *column, size_t rows) {
    s->count = 0;
    for (size_t i = 0, at = 0; i < rows; i++) {
        unsigned char tag = (unsigned char)(column[i] >> 56);
        if (i == 0 || s->tags[at] != tag) at = tag_place(s, tag);
        if (at == TAGS) {
            s->count = TAGS + 1;
            return;
        }
        span *one = &s->spans[at];
        if (at == s->count) {
            s->tags[s->count++] = tag;
            *one = (span){column[i], column[i], 0};
        }
        one->least = column[i] < one->least ? column[i] : one->least;
        one->most = column[i] > one->most ? column[i] : one->most;
        one->count++;
        s->codes[i] = at;
    }
}

static size_t tagged_size(const tag_survey *s, size_t rows) {
    size_t size = bytes_for(rows, width_of(s->count - 1));
    for (unsigned t = 0; t < s->count; t++)
        size += 8 + bytes_for(s->spans[t].count, width_of(s->spans[t].most - s->spans[t].least));
    return size;
}

static unsigned char *put_tagged(unsigned char *out, const tag_survey *s, const uint64_t *column,
                                 size_t rows) {
    uint64_t apart[BO_PACK_ROWS], *next[TAGS];
    *out++ = TAGGED;
    *out++ = (unsigned char)s->count;
    for (unsigned t = 0; t < s->count; t++) {
        next[t] = t == 0 ? apart : next[t - 1] + s->spans[t - 1].count;
        *out++ = (unsigned char)width_of(s->spans[t].most - s->spans[t].least);
        out = put_number(out, s->spans[t].least);
    }
    out = put_bits(out, s->codes, rows, width_of(s->count - 1));
    for (size_t i = 0; i < rows; i++) *next[s->codes[i]]++ = column[i] - s->spans[s->codes[i]].least;
    for (unsigned t = 0; t < s->count; t++) {
        size_t count = s->spans[t].count;
        out = put_bits(out, next[t] - count, count, width_of(s->spans[t].most - s->spans[t].least));
    }
    return out;
}

static unsigned char *put_column(unsigned char *out, uint64_t *const columns[], unsigned at, size_t rows) {
    const uint64_t *column = columns[at];
    survey s;
    look(&s, column, rows);
    if (s.all.least == s.all.most) {
        *out++ = CONST;
        return put_number(out, column[0]);
    }
    for (unsigned before = 0; before < at; before++) {
        if (memcmp(columns[before], column, rows * sizeof *column) != 0) continue;
        *out++ = SAME;
        *out++ = (unsigned char)before;
        return out;
    }
    unsigned base_bits = width_of(s.all.most - s.all.least), step_bits = s.rising ? width_of(s.step) : 64;
    bool steps = s.rising && step_bits < base_bits;
    unsigned bits = steps ? step_bits : base_bits;
    if (s.all.least >> 56 != s.all.most >> 56) {
        tag_survey tags;
        look_at_tags(&tags, column, rows);
        if (tags.count <= TAGS && tagged_size(&tags, rows) < bytes_for(rows, bits))
            return put_tagged(out, &tags, column, rows);
    }
    uint64_t numbers[BO_PACK_ROWS];
    for (size_t i = 0; i < rows; i++)
        numbers[i] = steps ? column[i] - column[i == 0 ? 0 : i - 1] : column[i] - s.all.least;
    *out++ = steps ? STEPS : BASE;
    *out++ = (unsigned char)bits;
    out = put_number(out, s.all.least); /* a rising column's first number is its least */
    return put_bits(out, numbers, rows, bits);
}

size_t bo_pack(unsigned char *out, uint64_t *const columns[], unsigned width, size_t rows) {
    unsigned char *at = out;
    *at++ = (unsigned char)rows;
    for (unsigned i = 0; i < width; i++) at = put_column(at, columns, i, rows);
    memset(at, 0, PADDING);
    return (size_t)(at + PADDING - out);
}

/* Unpacking. `at` and `end` bound what may be read; the padding lies behind `end`. */

typedef struct reader {
    const unsigned char *at, *end;
    bool bad;
} reader;

static unsigned get_byte(reader *r) {
    if (r->at >= r->end) {
        r->bad = true;
        return 0;
    }
    return *r->at++;
}

static uint64_t get_number(reader *r) {
    uint64_t top = get_byte(r), low = 0;
    unsigned len = get_byte(r);
    if (len > 7 || (size_t)(r->end - r->at) < len) {
        r->bad = true;
        return 0;
    }
    memcpy(&low, r->at, len);
    r->at += len;
    return top << 56 | low;
}

/* out[i] = base + number i. */
static void get_bits(reader *r, uint64_t *out, size_t count, unsigned bits, uint64_t base) {
    size_t bytes = bytes_for(count, bits);
    if ((bits > 57 && bits != 64) || (size_t)(r->end - r->at) < bytes) {
        r->bad = true;
        return;
    }
    const unsigned char *in = r->at;
    r->at += bytes;
    if (bits == 64) {
        memcpy(out, in, bytes);
        for (size_t i = 0; i < count; i++) out[i] += base;
        return;
    }
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    for (size_t i = 0, place = 0; i < count; i++, place += bits) {
        uint64_t word;
        memcpy(&word, in + (place >> 3), sizeof word);
        out[i] = base + (word >> (place & 7) & mask);
    }
}

/* The numbers of one tag, while they are read. */
typedef struct lane {
    uint64_t base, mask;
    const unsigned char *in;
    size_t place; /* bits */
    unsigned bits;
} lane;

static void get_lane(reader *r, lane *l) {
    l->bits = get_byte(r);
    l->base = get_number(r);
    l->mask = l->bits == 64 ? UINT64_MAX : ((uint64_t)1 << (l->bits & 63)) - 1;
    l->place = 0;
    r->bad |= l->bits > 57 && l->bits != 64;
}

/* Finds where each lane's numbers begin. */
static void place_lanes(reader *r, lane *lanes, unsigned tags, const uint64_t *codes, size_t rows) {
    size_t counts[TAGS] = {0};
    for (size_t i = 0; i < rows; i++) {
        r->bad |= codes[i] >= tags;
        counts[codes[i] % TAGS]++;
    }
    for (unsigned t = 0; t < tags && !r->bad; t++) {
        size_t bytes = bytes_for(counts[t], lanes[t].bits);
        lanes[t].in = r->at;
        r->bad |= (size_t)(r->end - r->at) < bytes;
        if (!r->bad) r->at += bytes;
    }
}

static void get_tagged(reader *r, uint64_t *column, size_t rows) {
    uint64_t codes[BO_PACK_ROWS];
    lane lanes[TAGS];
    unsigned tags = get_byte(r);
    if (tags < 2 || tags > TAGS) r->bad = true;
    for (unsigned t = 0; t < tags && !r->bad; t++) get_lane(r, &lanes[t]);
    if (!r->bad) get_bits(r, codes, rows, width_of(tags - 1), 0);
    if (!r->bad) place_lanes(r, lanes, tags, codes, rows);
    for (size_t i = 0; i < rows && !r->bad; i++) {
        lane *l = &lanes[codes[i]];
        uint64_t word;
        memcpy(&word, l->in + (l->place >> 3), sizeof word);
        column[i] = l->base + (word >> (l->place & 7) & l->mask);
        l->place += l->bits;
    }
}

static void get_column(reader *r, uint64_t *const columns[], unsigned at, size_t rows) {
    uint64_t *column = columns[at];
    switch (get_byte(r)) {
    case CONST: {
        uint64_t n = get_number(r);
        for (size_t i = 0; i < rows; i++) column[i] = n;
        return;
    }
    case SAME: {
        unsigned before = get_byte(r);
        if (before >= at)
            r->bad = true;
        else
            memcpy(column, columns[before], rows * sizeof *column);
        return;
    }
    case BASE: {
        unsigned bits = get_byte(r);
        get_bits(r, column, rows, bits, get_number(r));
        return;
    }
    case STEPS: {
        unsigned bits = get_byte(r);
        uint64_t n = get_number(r);
        get_bits(r, column, rows, bits, 0);
        for (size_t i = 0; i < rows && !r->bad; i++) column[i] = n += column[i];
        return;
    }
    case TAGGED: get_tagged(r, column, rows); return;
    default: r->bad = true;
    }
}

size_t bo_pack_rows(const unsigned char *in, size_t len) {
    return len <= PADDING || in[0] > BO_PACK_ROWS ? 0 : in[0];
}

bool bo_unpack(uint64_t *const columns[], size_t *rows, unsigned width, const unsigned char *in, size_t len) {
    size_t count = bo_pack_rows(in, len);
    if (count == 0) return false;
    reader r = {in + 1, in + len - PADDING, false};
    for (unsigned i = 0; i < width && !r.bad; i++) get_column(&r, columns, i, count);
    *rows = count;
    return !r.bad && r.at == r.end;
}
