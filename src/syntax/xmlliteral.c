/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/xmlliteral.h"

#include <stdlib.h>

typedef struct declared {
    char *prefix, *ns; /* heap */
    size_t depth;      /* of the element that it stands on */
} declared;

void bo_xmlliteral_begin(bo_xmlliteral *literal, bo_text *out) {
    *literal = (bo_xmlliteral){.out = out};
}

static void forget(bo_xmlliteral *l, size_t depth) {
    for (; l->len > 0 && l->declared[l->len - 1].depth >= depth; l->len--) {
        free(l->declared[l->len - 1].prefix);
        free(l->declared[l->len - 1].ns);
    }
}

void bo_xmlliteral_done(bo_xmlliteral *literal) {
    forget(literal, 0);
    free(literal->declared);
    *literal = (bo_xmlliteral){0};
}

/* Canonical XML section 2.3: what is written for a character in a text, and in an attribute. */
static void escape(bo_text *out, bo_str s, bool attribute) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '&')
            BO_TEXT_LIT(out, "&amp;");
        else if (c == '<')
            BO_TEXT_LIT(out, "&lt;");
        else if (c == '\r')
            BO_TEXT_LIT(out, "&#xD;");
        else if (c == '>' && !attribute)
            BO_TEXT_LIT(out, "&gt;");
        else if (c == '"' && attribute)
            BO_TEXT_LIT(out, "&quot;");
        else if (c == '\t' && attribute)
            BO_TEXT_LIT(out, "&#x9;");
        else if (c == '\n' && attribute)
            BO_TEXT_LIT(out, "&#xA;");
        else
            bo_text_char(out, c);
    }
}

static void qname(bo_text *out, const bo_xml_name *name) {
    if (name->prefix.len > 0) {
        bo_text_put(out, name->prefix);
        bo_text_char(out, ':');
    }
    bo_text_put(out, name->local);
}

/* Whether what a prefix stands for has to be said here: nothing around has said the same. */
static bool must_declare(const bo_xmlliteral *l, bo_str prefix, bo_str ns) {
    if (bo_str_eq(prefix, BO_STR("xml"))) return false;
    for (size_t i = l->len; i > 0; i--)
        if (bo_str_eq(bo_str_of(l->declared[i - 1].prefix), prefix))
            return !bo_str_eq(bo_str_of(l->declared[i - 1].ns), ns);
    return prefix.len > 0 || ns.len > 0;
}

static bo_status declare(bo_xmlliteral *l, const bo_xml_name *name) {
    if (!must_declare(l, name->prefix, name->ns)) return BO_OK;
    if (l->len == l->size) {
        size_t size = l->size * 2 + 8;
        declared *more = realloc(l->declared, size * sizeof *more);
        if (more == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        l->declared = more;
        l->size = size;
    }
    declared made = {strndup(name->prefix.len ? name->prefix.ptr : "", name->prefix.len),
                     strndup(name->ns.len ? name->ns.ptr : "", name->ns.len), l->depth};
    if (made.prefix == NULL || made.ns == NULL) {
        free(made.prefix);
        free(made.ns);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    l->declared[l->len++] = made;
    return BO_OK;
}

static int by_prefix(const void *a, const void *b) {
    return strcmp(((const declared *)a)->prefix, ((const declared *)b)->prefix);
}

/* By namespace, then by name; those without a namespace first. */
static int by_name(const void *a, const void *b) {
    const bo_xml_name *left = &((const bo_xml_attribute *)a)->name,
                      *right = &((const bo_xml_attribute *)b)->name;
    int order = bo_str_cmp(left->ns, right->ns);
    return order ? order : bo_str_cmp(left->local, right->local);
}

static void write_attributes(bo_text *out, const bo_xml_attribute *attributes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bo_text_char(out, ' ');
        qname(out, &attributes[i].name);
        BO_TEXT_LIT(out, "=\"");
        escape(out, attributes[i].value, true);
        bo_text_char(out, '"');
    }
}

bo_status bo_xmlliteral_open(bo_xmlliteral *l, const bo_xml_name *name, const bo_xml_attribute *attributes,
                             size_t count) {
    size_t first = l->len;
    bo_xml_attribute *sorted = NULL;
    l->depth++;
    BO_TRY(declare(l, name));
    for (size_t i = 0; i < count; i++)
        if (attributes[i].name.prefix.len > 0) BO_TRY(declare(l, &attributes[i].name));
    if (l->len > first) qsort(l->declared + first, l->len - first, sizeof *l->declared, by_prefix);
    if (count > 0) {
        sorted = malloc(count * sizeof *sorted);
        if (sorted == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        memcpy(sorted, attributes, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_name);
    }
    bo_text_char(l->out, '<');
    qname(l->out, name);
    for (size_t i = first; i < l->len; i++) {
        BO_TEXT_LIT(l->out, " xmlns");
        if (l->declared[i].prefix[0]) bo_text_char(l->out, ':');
        bo_text_put(l->out, bo_str_of(l->declared[i].prefix));
        BO_TEXT_LIT(l->out, "=\"");
        escape(l->out, bo_str_of(l->declared[i].ns), true);
        bo_text_char(l->out, '"');
    }
    write_attributes(l->out, sorted, count);
    free(sorted);
    bo_text_char(l->out, '>');
    return l->out->status;
}

void bo_xmlliteral_close(bo_xmlliteral *l, const bo_xml_name *name) {
    BO_TEXT_LIT(l->out, "</");
    qname(l->out, name);
    bo_text_char(l->out, '>');
    forget(l, l->depth--);
}

void bo_xmlliteral_text(bo_xmlliteral *l, bo_str text) {
    escape(l->out, text, false);
}

void bo_xmlliteral_comment(bo_xmlliteral *l, bo_str text) {
    BO_TEXT_LIT(l->out, "<!--");
    bo_text_put(l->out, text);
    BO_TEXT_LIT(l->out, "-->");
}

void bo_xmlliteral_instruction(bo_xmlliteral *l, bo_str target, bo_str data) {
    BO_TEXT_LIT(l->out, "<?");
    bo_text_put(l->out, target);
    if (data.len > 0) bo_text_char(l->out, ' ');
    bo_text_put(l->out, data);
    BO_TEXT_LIT(l->out, "?>");
}
