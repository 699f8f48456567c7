/* SPDX-License-Identifier: Apache-2.0
 * What the fuzz targets share. A target aborts when what must hold does not.
 */
#ifndef BO_TESTS_FUZZ_H
#define BO_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "bocage/syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(what)                                                                                           \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            fprintf(stderr, "%s:%d: this must hold: %s (%s)\n", __FILE__, __LINE__, #what,                   \
                    bo_error_last()->message);                                                               \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

enum { FUZZ_MEMORY = 64 << 20 };

static inline bo_str fuzz_text(const uint8_t *data, size_t size) {
    return (bo_str){size ? (const char *)data : "", size};
}

/* Cuts an input at its first NUL: what stands before it, and *rest. */
static inline bo_str fuzz_cut(bo_str *rest) {
    size_t at = bo_str_find(*rest, '\0');
    bo_str first = bo_str_head(*rest, at);
    *rest = bo_str_from(*rest, at + 1);
    return first;
}

/* What a reader gave: a number that depends on every quad and their order. */
typedef struct fuzz_sum {
    uint64_t sum;
    size_t quads, cap;
} fuzz_sum;

static inline bo_status fuzz_add(void *context, const bo_quad *quad) {
    fuzz_sum *sum = context;
    if (sum->cap && sum->quads == sum->cap) return bo_fail(BO_LIMIT, "enough");
    sum->quads++;
    const bo_term *terms[] = {&quad->s, &quad->p, &quad->o, &quad->g};
    for (int i = 0; i < 4; i++) sum->sum = sum->sum * 31 + bo_term_hash(terms[i]);
    MUST(quad->s.kind == BO_IRI || quad->s.kind == BO_BLANK);
    MUST(quad->p.kind == BO_IRI);
    MUST(quad->o.kind != BO_NO_TERM);
    MUST(quad->g.kind != BO_LITERAL);
    for (int i = 0; i < 4; i++) MUST(bo_utf8_valid(terms[i]->value));
    return BO_OK;
}

/* Reads a text in pieces. */
static inline bo_status fuzz_pieces(fuzz_sum *sum, bo_format format, bo_str text,
                                    const bo_read_options *options) {
    bo_sink sink = {.quad = fuzz_add, .context = sum};
    bo_reader *reader;
    bo_status status = BO_OK;
    uint64_t dice = bo_str_hash(text);
    MUST(bo_reader_new(&reader, &sink, format, options, 0) == BO_OK);
    for (size_t at = 0, len; at < text.len && status == BO_OK; at += len) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        len = 1 + (dice >> 33) % (dice >> 62 ? 9 : 300);
        if (len > text.len - at) len = text.len - at;
        char *piece = malloc(len); /* of its very length, so that reading beyond it is seen */
        memcpy(piece, text.ptr + at, len);
        status = bo_reader_feed(reader, (bo_str){piece, len});
        free(piece);
    }
    if (status == BO_OK) status = bo_reader_end(reader);
    bo_reader_free(reader);
    return status;
}

/* Reads a text at once and in pieces: both must give the same quads and end the same way. */
static inline void fuzz_reader(bo_format format, bo_str text, bo_str base) {
    bo_read_options options = {.base = base};
    fuzz_sum whole = {0}, pieces = {0};
    bo_sink sink = {.quad = fuzz_add, .context = &whole};
    bo_status status = bo_read(&sink, format, text, &options);
    bo_error error = *bo_error_last();
    MUST(fuzz_pieces(&pieces, format, text, &options) == status);
    MUST(pieces.quads == whole.quads && pieces.sum == whole.sum);
    if (status == BO_OK) return;
    if (format == BO_RDFXML) return; /* which mistake expat sees first depends on the pieces */
    MUST(error.line == bo_error_last()->line && error.column == bo_error_last()->column);
    MUST(strcmp(error.message, bo_error_last()->message) == 0);
}

#endif
