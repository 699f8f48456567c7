/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "syntax/read.h"
#include "syntax/write.h"

static const struct {
    const char *name;
    bo_str media_types, endings;
    bool graphs;
    bo_status (*read)(bo_reading *r);
    void (*done)(bo_reading *r);
    bo_status (*write)(bo_text *out, bo_source *source, const bo_write_options *options);
} table[BO_FORMAT_COUNT] = {
#define BO_SYNTAX_ROW(id, name, media, endings, graphs, read, done, write)                                   \
    [BO_##id] = {name, {media, sizeof(media) - 1}, {endings, sizeof(endings) - 1}, graphs, read, done, write},
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
    for (unsigned i = 0; i < BO_FORMAT_COUNT; i++) {
        bo_str endings = table[i].endings;
        bool known = bo_str_eq_nocase(bo_str_of(table[i].name), name);
        for (bo_str ending; !known && bo_str_cut(&ending, &endings, ' ');)
            known = bo_str_eq_nocase(bo_str_from(ending, 1), name);
        if (known) return *out = (bo_format)i, true;
    }
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

bo_status bo_write(bo_text *out, bo_format format, bo_source *source, const bo_write_options *options) {
    if (table[format].write == NULL)
        return bo_fail(BO_UNSUPPORTED, "%s is not written here", table[format].name);
    return table[format].write(out, source, options);
}

/* Reading. */

struct bo_reader {
    bo_format format;
    bo_sink sink;
    bo_read_options options;
    bo_reading reading;
    bo_text rest; /* what is not yet read: half a statement, or all of it */
    size_t tried; /* how much of it was not enough the last time */
};

static bo_status begin(bo_reader *reader, const bo_sink *sink, bo_format format,
                       const bo_read_options *options) {
    if (table[format].read == NULL) return bo_fail(BO_UNSUPPORTED, "%s is not read here", table[format].name);
    *reader = (bo_reader){.format = format, .sink = *sink, .options = *options};
    reader->reading = (bo_reading){
        .sink = &reader->sink, .options = &reader->options, .line = 1, .column = 1, .arena = bo_arena_new(0)};
    return reader->reading.arena != NULL ? BO_OK : bo_error_last()->status;
}

static void done(bo_reader *reader) {
    if (table[reader->format].done != NULL) table[reader->format].done(&reader->reading);
    bo_arena_free(reader->reading.arena);
    bo_text_done(&reader->rest);
}

static bo_status read_piece(bo_reader *reader, bo_str bytes, bool last) {
    bo_reading *r = &reader->reading;
    r->start = r->at = bytes.ptr ? bytes.ptr : "";
    r->end = r->start + bytes.len;
    r->last = last;
    return table[reader->format].read(r);
}

bo_status bo_read(const bo_sink *sink, bo_format format, bo_str bytes, const bo_read_options *options) {
    bo_reader reader;
    BO_TRY(begin(&reader, sink, format, options));
    bo_status status = read_piece(&reader, bytes, true);
    done(&reader);
    return status;
}

bo_status bo_reader_new(bo_reader **out, const bo_sink *sink, bo_format format,
                        const bo_read_options *options, size_t cap) {
    bo_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = begin(reader, sink, format, options);
    if (status != BO_OK) {
        free(reader);
        return status;
    }
    bo_text_init(&reader->rest, cap);
    *out = reader;
    return BO_OK;
}

void bo_reader_free(bo_reader *reader) {
    if (reader == NULL) return;
    done(reader);
    free(reader);
}

/* Drops what has been read, and keeps count of where in the text the rest begins. */
static void pass(bo_reader *reader) {
    bo_reading *r = &reader->reading;
    const char *line = r->start;
    for (const char *at; (at = memchr(line, '\n', (size_t)(r->at - line))) != NULL; line = at + 1) {
        r->line++;
        r->column = 1;
    }
    for (; line < r->at; line++) r->column += ((unsigned char)*line & 0xC0) != 0x80;
    bo_text *rest = &reader->rest;
    rest->len = (size_t)(r->end - r->at);
    memmove(rest->ptr, r->at, rest->len);
    reader->tried = rest->len;
}

bo_status bo_reader_feed(bo_reader *reader, bo_str bytes) {
    bo_text *rest = &reader->rest;
    bo_text_put(rest, bytes);
    if (rest->status != BO_OK) return rest->status;
    /* A long statement in small pieces is not tried with each of them. */
    if (rest->len == 0 || rest->len < 2 * reader->tried) return BO_OK;
    BO_TRY(read_piece(reader, bo_text_str(rest), false));
    pass(reader);
    return BO_OK;
}

bo_status bo_reader_end(bo_reader *reader) {
    bo_status status = read_piece(reader, bo_text_str(&reader->rest), true);
    bo_text_clear(&reader->rest);
    return status;
}
