/* SPDX-License-Identifier: Apache-2.0
 * Readers of the four result formats.
 */
#include <stdlib.h>

#include "bocage/json.h"
#include "bocage/syntax.h"
#include "conformance/sparql/table.h"
#include "rdf/vocab.h"

/* JSON */

static bo_term json_term(const bo_json *cell) {
    bo_str type = bo_json_get_string(cell, BO_STR("type")), value = bo_json_get_string(cell, BO_STR("value"));
    if (bo_str_eq(type, BO_STR("uri"))) return bo_term_iri(value);
    if (bo_str_eq(type, BO_STR("bnode"))) return bo_term_blank(value);
    bo_str lang = bo_json_get_string(cell, BO_STR("xml:lang"));
    return lang.len > 0 ? bo_term_lang(value, lang)
                        : bo_term_typed(value, bo_json_get_string(cell, BO_STR("datatype")));
}

static bo_status read_json(table *t, bo_str bytes) {
    bo_json *whole;
    BO_TRY(bo_json_parse(&whole, bytes, NULL, t->arena));
    const bo_json *answer = bo_json_get(whole, BO_STR("boolean"));
    t->is_boolean = answer != NULL;
    t->boolean = bo_json_is(answer, BO_JSON_TRUE);
    const bo_json *names = bo_json_get(bo_json_get(whole, BO_STR("head")), BO_STR("vars"));
    for (size_t i = 0; names != NULL && i < names->len; i++) table_column(t, bo_json_string(names->items[i]));
    const bo_json *rows = bo_json_get(bo_json_get(whole, BO_STR("results")), BO_STR("bindings"));
    if (rows == NULL && !t->is_boolean) return bo_fail(BO_SYNTAX, "there are neither rows nor a truth value");
    for (size_t i = 0; rows != NULL && i < rows->len; i++) {
        bo_term *row = table_row(t);
        for (size_t k = 0; k < rows->items[i]->len; k++) {
            const bo_json_member *cell = &rows->items[i]->members[k];
            row[table_column(t, cell->key)] = json_term(cell->value);
        }
    }
    return BO_OK;
}

/* XML: enough of it for these files. */

typedef struct xml {
    table *table;
    bo_str rest;
    bo_term *row;
    size_t column;
} xml;

static bo_str unescaped(bo_arena *arena, bo_str s) {
    static const struct {
        bo_str name;
        char c;
    } entities[] = {
        {{"lt;", 3}, '<'}, {{"gt;", 3}, '>'}, {{"amp;", 4}, '&'}, {{"quot;", 5}, '"'}, {{"apos;", 5}, '\''}};
    char *made = bo_arena_alloc(arena, s.len);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        bo_str behind = bo_str_from(s, i + 1);
        if (s.ptr[i] != '&') {
            made[len++] = s.ptr[i];
            continue;
        }
        if (bo_str_starts(behind, BO_STR("#"))) {
            bool hex = bo_str_starts(behind, BO_STR("#x"));
            len +=
                bo_utf8_put(made + len, (uint32_t)strtoul(behind.ptr + (hex ? 2 : 1), NULL, hex ? 16 : 10));
            i += bo_str_find(behind, ';') + 1;
            continue;
        }
        for (size_t k = 0; k < sizeof entities / sizeof *entities; k++)
            if (bo_str_starts(behind, entities[k].name)) {
                made[len++] = entities[k].c;
                i += entities[k].name.len;
                break;
            }
    }
    return bo_str_make(made, len);
}

static bo_str attribute(bo_arena *arena, bo_str tag, const char *name) {
    bo_str wanted = bo_arena_printf(arena, "%s=", name);
    size_t at = bo_str_find_str(tag, wanted);
    if (at == tag.len) return BO_STR_NONE;
    bo_str value = bo_str_from(tag, at + wanted.len + 1);
    return unescaped(arena, bo_str_head(value, bo_str_find(value, tag.ptr[at + wanted.len])));
}

/* What stands between a tag and the one that closes it. */
static bo_str content(xml *x, bo_str tag) {
    if (bo_str_ends(tag, BO_STR("/"))) return BO_STR("");
    size_t end = bo_str_find(x->rest, '<');
    bo_str text = bo_str_head(x->rest, end);
    x->rest = bo_str_from(x->rest, end);
    return unescaped(x->table->arena, text);
}

static void read_tag(xml *x, bo_str name, bo_str tag) {
    bo_arena *arena = x->table->arena;
    bo_term term = {.kind = BO_NO_TERM};
    if (bo_str_eq(name, BO_STR("variable"))) {
        table_column(x->table, attribute(arena, tag, "name"));
    } else if (bo_str_eq(name, BO_STR("boolean"))) {
        x->table->is_boolean = true;
        x->table->boolean = bo_str_eq(bo_str_trim(content(x, tag)), BO_STR("true"));
    } else if (bo_str_eq(name, BO_STR("result"))) {
        x->row = table_row(x->table);
    } else if (bo_str_eq(name, BO_STR("binding"))) {
        x->column = table_column(x->table, attribute(arena, tag, "name"));
    } else if (bo_str_eq(name, BO_STR("uri"))) {
        term = bo_term_iri(content(x, tag));
    } else if (bo_str_eq(name, BO_STR("bnode"))) {
        term = bo_term_blank(content(x, tag));
    } else if (bo_str_eq(name, BO_STR("literal"))) {
        bo_str lang = attribute(arena, tag, "xml:lang"), type = attribute(arena, tag, "datatype");
        bo_str text = content(x, tag);
        term = lang.len > 0 ? bo_term_lang(text, lang) : bo_term_typed(text, type);
    }
    if (term.kind != BO_NO_TERM && x->row != NULL) x->row[x->column] = term;
}

static bo_status read_xml(table *t, bo_str bytes) {
    xml x = {.table = t, .rest = bytes};
    bool any = false;
    for (;;) {
        x.rest = bo_str_from(x.rest, bo_str_find(x.rest, '<') + 1);
        if (x.rest.len == 0) break;
        if (bo_str_starts(x.rest, BO_STR("!--"))) {
            x.rest = bo_str_from(x.rest, bo_str_find_str(x.rest, BO_STR("-->")));
            continue;
        }
        bo_str tag = bo_str_head(x.rest, bo_str_find(x.rest, '>'));
        x.rest = bo_str_from(x.rest, tag.len + 1);
        size_t end = 0;
        while (end < tag.len && strchr(" \t\r\n/", tag.ptr[end]) == NULL) end++;
        any |= bo_str_eq(bo_str_head(tag, end), BO_STR("sparql"));
        read_tag(&x, bo_str_head(tag, end), tag);
    }
    return any ? BO_OK : bo_fail(BO_SYNTAX, "there is no sparql element");
}

/* CSV and TSV */

/* The next field; *last when a line ends behind it. Quotes of CSV are taken off. */
static bo_str field(table *t, bo_str *rest, char separator, bool *last) {
    char *made = bo_arena_alloc(t->arena, rest->len);
    size_t len = 0, i = 0;
    bool quoted = separator == ',' && rest->len > 0 && rest->ptr[0] == '"';
    for (i = quoted; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (quoted && c == '"') {
            if (i + 1 < rest->len && rest->ptr[i + 1] == '"')
                i++;
            else
                quoted = false;
            if (!quoted) continue;
        }
        if (!quoted && (c == separator || c == '\n' || c == '\r')) break;
        made[len++] = c;
    }
    bo_str behind = bo_str_from(*rest, i);
    *last = behind.len == 0 || behind.ptr[0] != separator;
    *rest = bo_str_from(behind, bo_str_starts(behind, BO_STR("\r\n")) ? 2 : 1);
    return bo_str_make(made, len);
}

static bo_status keep_object(void *context, const bo_quad *quad) {
    const void **to = context;
    bo_arena *arena = (bo_arena *)(uintptr_t)to[1];
    return bo_term_copy((bo_term *)(uintptr_t)to[0], &quad->o, arena);
}

/* CSV has no kinds of terms; those of TSV are Turtle's. Numbers of CSV are compared by value. */
static bo_status separated_term(bo_term *out, table *t, bo_str cell, bool csv) {
    if (cell.len == 0) return BO_OK;
    if (bo_str_starts(cell, BO_STR("_:"))) {
        *out = bo_term_blank(bo_str_from(cell, 2));
        return BO_OK;
    }
    if (csv) {
        bo_term number = bo_term_typed(cell, BO_XSD_DOUBLE);
        char *end;
        (void)strtod(bo_arena_str(t->arena, cell).ptr, &end);
        *out = *end == '\0' ? number : bo_term_string(cell);
        return BO_OK;
    }
    const void *to[] = {out, t->arena};
    bo_sink sink = {keep_object, NULL, to};
    bo_str line =
        bo_arena_join(t->arena, BO_STR("<x:s> <x:p> "), bo_arena_join(t->arena, cell, BO_STR(" .")));
    return bo_read(&sink, BO_TURTLE, line, &(bo_read_options){0});
}

static bo_status read_separated(table *t, bo_str bytes, char separator) {
    bool last = false, csv = separator == ',';
    while (!last && bytes.len > 0)
        table_column(t, bo_str_from(field(t, &bytes, separator, &last), csv ? 0 : 1));
    while (bytes.len > 0) {
        bo_term *row = table_row(t);
        last = false;
        for (size_t i = 0; !last; i++) {
            bo_str cell = field(t, &bytes, separator, &last);
            if (i == t->width) return bo_fail(BO_SYNTAX, "a row has too many fields");
            BO_TRY(separated_term(&row[i], t, cell, csv));
        }
    }
    return BO_OK;
}

bo_status table_read(table *t, bo_results_format format, bo_str bytes) {
    t->has_order = true;
    switch (format) {
    case BO_RESULTS_JSON: return read_json(t, bytes);
    case BO_RESULTS_XML: return read_xml(t, bytes);
    case BO_RESULTS_CSV: return read_separated(t, bytes, ',');
    default: return read_separated(t, bytes, '\t');
    }
}
