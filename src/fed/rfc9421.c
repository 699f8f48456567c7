/* SPDX-License-Identifier: Apache-2.0
 * HTTP Message Signatures (RFC 9421): components, the signature base, and reading.
 */
#include "bocage/iri.h"
#include "fed/signature.h"

static bo_status missing(bo_str name) {
    return bo_fail(BO_UNAUTHENTICATED, "the signature covers %.*s, which this message does not have",
                   BO_STR_ARG(name));
}

static bool has(const bo_sf *component, const char *parameter) {
    return bo_sf_get(component->params, bo_str_of(parameter)) != NULL;
}

/* Fields (section 2.1). */

static bool registered_type(bo_sf_type *out, bo_str name) {
    static const char *const dictionaries[] = {"content-digest",  "repr-digest", "want-content-digest",
                                               "signature",       "priority",    "signature-input",
                                               "accept-signature"};
    for (size_t i = 0; i < sizeof dictionaries / sizeof *dictionaries; i++)
        if (bo_str_eq(name, bo_str_of(dictionaries[i]))) return *out = BO_SF_TOP_DICTIONARY, true;
    return false;
}

/* A line's value without white space around it, and with folds of the old kind as one blank. */
static bo_str unfold(bo_str value, bo_arena *arena) {
    size_t len = 0;
    value = bo_str_trim(value);
    if (bo_str_find(value, '\n') == value.len) return value;
    char *room = bo_arena_alloc(arena, value.len);
    for (size_t i = 0; room != NULL && i < value.len;) {
        bool fold = value.ptr[i] == '\r' || value.ptr[i] == '\n';
        while (fold && len > 0 && (room[len - 1] == ' ' || room[len - 1] == '\t')) len--;
        if (!fold) {
            room[len++] = value.ptr[i++];
            continue;
        }
        while (i < value.len && strchr("\r\n \t", value.ptr[i]) != NULL) i++;
        room[len++] = ' ';
    }
    return bo_str_make(room, len);
}

static bo_status put_lines(bo_text *out, const bo_headers *headers, bo_str name, bool as_bytes,
                           bo_arena *arena) {
    bool found = false;
    for (size_t i = 0; headers != NULL && i < headers->len; i++) {
        if (!bo_str_eq_nocase(headers->items[i].name, name)) continue;
        if (found) BO_TEXT_LIT(out, ", ");
        found = true;
        bo_sf value = {.kind = BO_SF_BYTES, .text = unfold(headers->items[i].value, arena)};
        if (as_bytes)
            bo_sf_write_value(out, &value);
        else
            bo_text_put(out, value.text);
    }
    return found ? BO_OK : missing(name);
}

static bo_status put_structured(bo_text *out, const bo_message *m, const bo_sf *component, bo_str text,
                                bo_arena *arena) {
    bo_sf *first;
    bo_sf_type type;
    const bo_sf *key = bo_sf_get(component->params, BO_STR("key"));
    if (!(m->type_of != NULL ? m->type_of : registered_type)(&type, component->text) ||
        bo_sf_read(&first, type, text, arena) != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "%.*s is no structured field here", BO_STR_ARG(component->text));
    if (key == NULL) return bo_sf_write(out, type, first), BO_OK;
    const bo_sf *member = type == BO_SF_TOP_DICTIONARY ? bo_sf_get(first, key->text) : NULL;
    if (member == NULL) return missing(key->text);
    bo_sf_write_value(out, member);
    return BO_OK;
}

static bo_status put_field(bo_text *out, const bo_message *m, const bo_sf *component, bo_arena *arena) {
    const bo_headers *headers = has(component, "tr") ? m->trailers : m->headers;
    bool structured = has(component, "sf") || has(component, "key"), bytes = has(component, "bs");
    if (structured && bytes)
        return bo_fail(BO_UNAUTHENTICATED, "a component can't be covered as bytes and as a structured field");
    if (!structured) return put_lines(out, headers, component->text, bytes, arena);
    bo_text lines;
    bo_text_init(&lines, 0);
    bo_status status = put_lines(&lines, headers, component->text, false, arena);
    if (status == BO_OK)
        status = put_structured(out, m, component, bo_arena_str(arena, bo_text_str(&lines)), arena);
    bo_text_done(&lines);
    return status;
}

/* Derived components (section 2.2). */

/* The target's path and query, whether it is written in origin or in absolute form. */
static bo_str path_and_query(const bo_message *m) {
    bo_iri_parts parts = bo_iri_split(m->target);
    if (m->target.len > 0 && m->target.ptr[0] == '/') return m->target;
    if (parts.authority.ptr == NULL) return BO_STR("");
    return bo_str_from(m->target, (size_t)(parts.authority.ptr - m->target.ptr) + parts.authority.len);
}

static bo_str path_of(const bo_message *m) {
    bo_str all = path_and_query(m), path = bo_str_head(all, bo_str_find(all, '?'));
    return path.len > 0 ? path : BO_STR("/");
}

static void put_lower(bo_text *out, bo_str s) {
    for (size_t i = 0; i < s.len; i++)
        bo_text_char(out, (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]));
}

/* In small letters and without the port that the scheme implies (section 2.2.3). */
static void put_authority(bo_text *out, const bo_message *m) {
    bo_str port = bo_str_eq(m->scheme, BO_STR("http")) ? BO_STR(":80") : BO_STR(":443");
    bool implied = bo_str_ends(m->authority, port);
    put_lower(out, bo_str_head(m->authority, m->authority.len - (implied ? port.len : 0)));
}

static bo_status put_target_uri(bo_text *out, const bo_message *m) {
    if (m->target.len > 0 && m->target.ptr[0] != '/') return bo_text_put(out, m->target), BO_OK;
    put_lower(out, m->scheme);
    BO_TEXT_LIT(out, "://");
    bo_text_put(out, m->authority);
    bo_text_put(out, m->target);
    return BO_OK;
}

static bo_status encoded(bo_str *out, bo_str s, bo_arena *arena) {
    bo_text text;
    bo_str plain;
    BO_TRY(bo_percent_decode(&plain, s, true, arena));
    bo_text_init(&text, 0);
    bo_percent_encode(&text, plain);
    *out = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return BO_OK;
}

/* Section 2.2.8: a parameter that stands there once. */
static bo_status put_query_param(bo_text *out, const bo_message *m, const bo_sf *component, bo_arena *arena) {
    const bo_sf *wanted = bo_sf_get(component->params, BO_STR("name"));
    bo_str all = path_and_query(m), query = bo_str_from(all, bo_str_find(all, '?') + 1), found = BO_STR_NONE;
    if (wanted == NULL || wanted->kind != BO_SF_STRING) return missing(BO_STR("@query-param without a name"));
    for (bo_str pair; bo_str_cut(&pair, &query, '&');) {
        bo_str name, value;
        size_t equals = bo_str_find(pair, '=');
        if (encoded(&name, bo_str_head(pair, equals), arena) != BO_OK ||
            encoded(&value, bo_str_from(pair, equals + 1), arena) != BO_OK || !bo_str_eq(name, wanted->text))
            continue;
        if (found.ptr != NULL)
            return bo_fail(BO_UNAUTHENTICATED,
                           "the signature covers the parameter %.*s, which stands there twice",
                           BO_STR_ARG(name));
        found = value.ptr != NULL ? value : BO_STR("");
    }
    if (found.ptr == NULL) return missing(wanted->text);
    bo_text_put(out, found);
    return BO_OK;
}

typedef enum derived {
    METHOD,
    TARGET_URI,
    AUTHORITY,
    SCHEME,
    REQUEST_TARGET,
    PATH,
    QUERY,
    QUERY_PARAM,
    STATUS
} derived;

static bo_status put_derived(bo_text *out, const bo_message *m, const bo_sf *component, derived which,
                             bo_arena *arena) {
    bo_str all;
    if ((which == STATUS) != (m->status != 0)) return missing(component->text);
    switch (which) {
    case METHOD: bo_text_put(out, m->method); return BO_OK;
    case TARGET_URI: return put_target_uri(out, m);
    case AUTHORITY: put_authority(out, m); return BO_OK;
    case SCHEME: put_lower(out, m->scheme); return BO_OK;
    case REQUEST_TARGET: bo_text_put(out, m->target); return BO_OK;
    case PATH: bo_text_put(out, path_of(m)); return BO_OK;
    case QUERY:
        all = path_and_query(m);
        bo_text_char(out, '?');
        bo_text_put(out, bo_str_from(all, bo_str_find(all, '?') + 1));
        return BO_OK;
    case QUERY_PARAM: return put_query_param(out, m, component, arena);
    case STATUS: bo_text_i64(out, m->status); return BO_OK;
    }
    return missing(component->text);
}

static bool find_derived(derived *out, bo_str name) {
    static const char *const names[] = {"@method", "@target-uri",     "@authority",
                                        "@scheme", "@request-target", "@path",
                                        "@query",  "@query-param",    "@status"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_eq(name, bo_str_of(names[i]))) return *out = (derived)i, true;
    return false;
}

static bo_status check_parameters(const bo_sf *component, bool is_derived) {
    static const char *const known[] = {"req", "name", "sf", "key", "bs", "tr"}; /* those of fields last */
    for (const bo_sf *one = component->params; one != NULL; one = one->next) {
        bool good = false;
        for (size_t i = 0; i < (is_derived ? 2 : sizeof known / sizeof *known); i++)
            good = good || (bo_str_eq(one->key, bo_str_of(known[i])) && (is_derived || i != 1));
        if (!good)
            return bo_fail(BO_UNAUTHENTICATED, "a component has the unknown parameter %.*s",
                           BO_STR_ARG(one->key));
    }
    return BO_OK;
}

bo_status bo_rfc9421_component(bo_text *out, const bo_message *message, const bo_sf *component,
                               bo_arena *arena) {
    derived which;
    bool is_derived = component->text.len > 0 && component->text.ptr[0] == '@';
    if (component->kind != BO_SF_STRING)
        return bo_fail(BO_UNAUTHENTICATED, "a component is named by a string");
    BO_TRY(check_parameters(component, is_derived));
    if (has(component, "req")) {
        if (message->request == NULL) return missing(component->text);
        message = message->request;
    }
    if (!is_derived) return put_field(out, message, component, arena);
    if (!find_derived(&which, component->text)) return missing(component->text);
    return put_derived(out, message, component, which, arena);
}

/* The base (section 2.5). */

static bo_status check_list(const bo_sf *input) {
    for (const bo_sf *one = input->items; one != NULL; one = one->next) {
        if (bo_str_eq(one->text, BO_STR("@signature-params")))
            return bo_fail(BO_UNAUTHENTICATED, "a signature does not list @signature-params");
        for (const bo_sf *other = input->items; other != one; other = other->next) {
            bo_text a, b;
            bo_text_init(&a, 0);
            bo_text_init(&b, 0);
            bo_sf_write_value(&a, one);
            bo_sf_write_value(&b, other);
            bool same = bo_str_eq(bo_text_str(&a), bo_text_str(&b));
            bo_text_done(&a);
            bo_text_done(&b);
            if (same)
                return bo_fail(BO_UNAUTHENTICATED, "the signature covers %.*s twice", BO_STR_ARG(one->text));
        }
    }
    return BO_OK;
}

bo_status bo_rfc9421_base(bo_text *out, const bo_message *message, const bo_sf *input, bo_arena *arena) {
    BO_TRY(check_list(input));
    for (const bo_sf *one = input->items; one != NULL; one = one->next) {
        bo_sf_write_value(out, one);
        BO_TEXT_LIT(out, ": ");
        BO_TRY(bo_rfc9421_component(out, message, one, arena));
        bo_text_char(out, '\n');
    }
    BO_TEXT_LIT(out, "\"@signature-params\": ");
    bo_sf_write_value(out, input);
    return bo_text_end(out);
}

/* Reading (section 4). */

static bo_status read_field(bo_sf **out, const bo_headers *headers, bo_str name, bo_arena *arena) {
    bo_str text = bo_headers_joined(headers, name, arena);
    if (text.ptr != NULL && bo_sf_read(out, BO_SF_TOP_DICTIONARY, text, arena) == BO_OK) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "%.*s is missing or can't be read", BO_STR_ARG(name));
}

static bool fits(const bo_sf *input, bo_str label) {
    const bo_sf *id = bo_sf_get(input->params, BO_STR("keyid"));
    if (input->kind != BO_SF_LIST) return false;
    return label.ptr != NULL ? bo_str_eq(input->key, label) : id != NULL && id->kind == BO_SF_STRING;
}

static bo_status read_time(const bo_sf *input, const char *name, bool *is, int64_t *out) {
    const bo_sf *value = bo_sf_get(input->params, bo_str_of(name));
    *is = value != NULL;
    if (value == NULL) return BO_OK;
    *out = value->number;
    if (value->kind == BO_SF_INTEGER) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "the signature's %s is no number of seconds", name);
}

bo_status bo_rfc9421_read(bo_signature *out, const bo_headers *headers, bo_str label, bo_arena *arena) {
    bo_sf *inputs, *signatures;
    bo_signature s = {.form = BO_SIGNED_RFC9421};
    BO_TRY(read_field(&inputs, headers, BO_STR("Signature-Input"), arena));
    BO_TRY(read_field(&signatures, headers, BO_STR("Signature"), arena));
    for (const bo_sf *one = inputs; one != NULL && s.input == NULL; one = one->next) {
        const bo_sf *bytes = bo_sf_get(signatures, one->key);
        if (!fits(one, label) || bytes == NULL || bytes->kind != BO_SF_BYTES) continue;
        s.input = one;
        s.bytes = bytes->text;
    }
    if (s.input == NULL)
        return bo_fail(BO_UNAUTHENTICATED,
                       "no signature is both in Signature-Input, with a keyid, and in Signature");
    const bo_sf *id = bo_sf_get(s.input->params, BO_STR("keyid"));
    const bo_sf *algorithm = bo_sf_get(s.input->params, BO_STR("alg"));
    if (id != NULL) s.key_id = id->text;
    if (algorithm != NULL) s.algorithm = algorithm->text;
    BO_TRY(read_time(s.input, "created", &s.has_created, &s.created_s));
    BO_TRY(read_time(s.input, "expires", &s.has_expires, &s.expires_s));
    *out = s;
    return BO_OK;
}
