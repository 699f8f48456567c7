/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "syntax/read.h"
#include "syntax/write.h"

static const struct {
    const char *name;
    bo_str media_types, endings;
    bool graphs;
    bo_status (*read)(bo_reading *r);
    bo_status (*write)(bo_text *out, bo_source *source, const bo_write_options *options);
} table[BO_FORMAT_COUNT] = {
#define BO_SYNTAX_ROW(id, name, media, endings, graphs, read, write)                                         \
    [BO_##id] = {name, {media, sizeof(media) - 1}, {endings, sizeof(endings) - 1}, graphs, read, write},
#include "syntax/format.def"
#undef BO_SYNTAX_ROW
};

const char *bo_format_name(bo_format format) {
    return table[format].name;
}

bo_str bo_format_media_type(bo_format format) {
    return bo_str_head(table[format].media_types, bo_str_find(table[format].media_types, ' '));
}

bool bo_format_reads(bo_format format) {
    return table[format].read != NULL;
}
bool bo_format_writes(bo_format format) {
    return table[format].write != NULL;
}
bool bo_format_has_graphs(bo_format format) {
    return table[format].graphs;
}

static bool listed(bo_str list, bo_str wanted) {
    for (bo_str piece; bo_str_cut(&piece, &list, ' ');)
        if (bo_str_eq_nocase(piece, wanted)) return true;
    return false;
}

bool bo_format_by_media_type(bo_format *out, bo_str media_type) {
    bo_str bare = bo_str_trim(bo_str_head(media_type, bo_str_find(media_type, ';')));
    for (unsigned i = 0; i < BO_FORMAT_COUNT; i++)
        if (listed(table[i].media_types, bare)) return *out = (bo_format)i, true;
    return false;
}

bool bo_format_by_name(bo_format *out, bo_str name) {
    for (unsigned i = 0; i < BO_FORMAT_COUNT; i++)
        if (bo_str_eq_nocase(bo_str_of(table[i].name), name)) return *out = (bo_format)i, true;
    return false;
}

bool bo_format_by_path(bo_format *out, bo_str path) {
    static const bo_str packed[] = {{".gz", 3}, {".zst", 4}};
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (bo_str_ends(path, packed[i])) path = bo_str_head(path, path.len - packed[i].len);
    size_t dot = bo_str_find_last(path, '.');
    for (unsigned i = 0; i < BO_FORMAT_COUNT && dot < path.len; i++)
        if (listed(table[i].endings, bo_str_from(path, dot))) return *out = (bo_format)i, true;
    return false;
}

static bo_status read_from(const bo_sink *sink, bo_format format, bo_str bytes, unsigned line,
                           const bo_read_options *options) {
    if (table[format].read == NULL) return bo_fail(BO_UNSUPPORTED, "%s is not read here", table[format].name);
    bo_reading r = {.sink = sink,
                    .options = options,
                    .start = bytes.ptr ? bytes.ptr : "",
                    .first_line = line,
                    .arena = bo_arena_new(0)};
    if (r.arena == NULL) return bo_error_last()->status;
    r.at = r.start;
    r.end = r.start + bytes.len;
    bo_status status = table[format].read(&r);
    bo_arena_free(r.arena);
    return status;
}

bo_status bo_read(const bo_sink *sink, bo_format format, bo_str bytes, const bo_read_options *options) {
    return read_from(sink, format, bytes, 1, options);
}

bo_status bo_write(bo_text *out, bo_format format, bo_source *source, const bo_write_options *options) {
    if (table[format].write == NULL)
        return bo_fail(BO_UNSUPPORTED, "%s is not written here", table[format].name);
    return table[format].write(out, source, options);
}

/* Reading from pieces. */

struct bo_reader {
    bo_sink sink;
    bo_format format;
    bo_read_options options;
    size_t cap;
    unsigned line; /* of what `rest` begins with */
    bo_text rest;  /* what is not yet read: half a line, or all of it */
};

bo_status bo_reader_new(bo_reader **out, const bo_sink *sink, bo_format format,
                        const bo_read_options *options, size_t cap) {
    bo_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    *reader = (bo_reader){*sink, format, *options, cap, 1, {0}};
    bo_text_init(&reader->rest, cap);
    *out = reader;
    return BO_OK;
}

void bo_reader_free(bo_reader *reader) {
    if (reader == NULL) return;
    bo_text_done(&reader->rest);
    free(reader);
}

static bo_status whole_lines(bo_reader *reader, bo_str lines) {
    BO_TRY(read_from(&reader->sink, reader->format, lines, reader->line, &reader->options));
    for (const char *at = lines.ptr, *end = at + lines.len;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        reader->line++;
    return BO_OK;
}

bo_status bo_reader_feed(bo_reader *reader, bo_str bytes) {
    bool by_line = reader->format == BO_NTRIPLES || reader->format == BO_NQUADS;
    size_t newline = bo_str_find_last(bytes, '\n');
    if (by_line && newline < bytes.len) {
        size_t first = reader->rest.len ? bo_str_find(bytes, '\n') + 1 : 0;
        if (first) {
            bo_text_put(&reader->rest, bo_str_head(bytes, first));
            if (reader->rest.status != BO_OK) return reader->rest.status;
            BO_TRY(whole_lines(reader, bo_text_str(&reader->rest)));
            bo_text_clear(&reader->rest);
        }
        if (newline + 1 > first)
            BO_TRY(whole_lines(reader, (bo_str){bytes.ptr + first, newline + 1 - first}));
        bytes = bo_str_from(bytes, newline + 1);
    }
    bo_text_put(&reader->rest, bytes);
    return reader->rest.status;
}

bo_status bo_reader_end(bo_reader *reader) {
    bo_status status =
        read_from(&reader->sink, reader->format, bo_text_str(&reader->rest), reader->line, &reader->options);
    bo_text_clear(&reader->rest);
    return status;
}
