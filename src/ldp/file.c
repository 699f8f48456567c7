/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/file.h"

#include "bocage/syntax.h"
#include "crypto/crypto.h"
#include "ldp/record.h"
#include "rdf/vocab.h"

enum { DIGEST = 32, HEX = 2 * DIGEST };

static const struct {
    bo_str media_type, ending;
    bool is_active;
} types[] = {
#define BO_FILE_TYPE(media_type, ending, is_active)                                                          \
    {{media_type, sizeof(media_type) - 1}, {ending, sizeof(ending) - 1}, is_active},
#include "ldp/file.def"
#undef BO_FILE_TYPE
};
enum { TYPES = sizeof types / sizeof *types };

static size_t find_type(bo_str media_type) {
    size_t i = 0;
    while (i < TYPES && !bo_str_eq_nocase(media_type, types[i].media_type)) i++;
    return i;
}

/* "type/subtype" (RFC 6838 section 4.2). */
static bool is_media_type(bo_str text) {
    enum { MOST = 255 };
    size_t slash = bo_str_find(text, '/');
    return slash > 0 && slash + 1 < text.len && text.len <= MOST && bo_str_find_last(text, '/') == slash;
}

bool bo_ldp_is_file(bo_str content_type) {
    static const char *const others[] = {"application/sparql-update", "application/sparql-query",
                                         "application/x-www-form-urlencoded"};
    bo_str type = bo_str_trim(bo_str_head(content_type, bo_str_find(content_type, ';')));
    bo_format format;
    if (!is_media_type(type)) return false;
    if (bo_format_by_media_type(&format, type) && format != BO_RDFA) return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (bo_str_eq_nocase(type, bo_str_of(others[i]))) return false;
    return true;
}

bool bo_ldp_file_is_active(bo_str media_type) {
    size_t i = find_type(media_type);
    return i < TYPES ? types[i].is_active : bo_str_ends(media_type, BO_STR("xml"));
}

bo_str bo_ldp_file_type(bo_str name) {
    bo_str ending = bo_str_from(name, bo_str_find_last(name, '.') + 1);
    for (size_t i = 0; i < TYPES; i++)
        if (bo_str_eq_nocase(ending, types[i].ending)) return types[i].media_type;
    return BO_STR("application/octet-stream");
}

bo_status bo_ldp_file_name(bo_str *out, bo_str media_type, const bo_rng *rng, bo_arena *arena) {
    char uuid[37];
    size_t i = find_type(media_type);
    bo_rng_uuid(uuid, rng);
    bo_str name = i < TYPES ? bo_arena_printf(arena, "%s.%.*s", uuid, BO_STR_ARG(types[i].ending))
                            : bo_arena_str(arena, bo_str_of(uuid));
    if (name.ptr == NULL) return bo_error_last()->status;
    *out = name;
    return BO_OK;
}

static bo_str hex_of(const unsigned char digest[DIGEST], bo_arena *arena) {
    static const char digits[] = "0123456789abcdef";
    char hex[HEX];
    for (size_t i = 0; i < DIGEST; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return bo_arena_str(arena, (bo_str){hex, HEX});
}

static unsigned value_of(char digit) {
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10) & 15;
}

static bo_status digest_of(unsigned char out[DIGEST], bo_str hex) {
    if (hex.len != HEX) return bo_fail(BO_CORRUPT, "the record of a file does not name its bytes");
    for (size_t i = 0; i < DIGEST; i++)
        out[i] = (unsigned char)(value_of(hex.ptr[2 * i]) << 4 | value_of(hex.ptr[2 * i + 1]));
    return BO_OK;
}

/* The key of a row that says which resource has these bytes: an IRI could be too long for a part of it. */
static bo_str use_of(bo_str blob, bo_str iri, bo_arena *arena) {
    return bo_arena_printf(arena, "%.*s %016llx", BO_STR_ARG(blob), (unsigned long long)bo_str_hash(iri));
}

bo_status bo_ldp_file_put(bo_txn *txn, bo_ldp_record *record, const bo_ldp_file *file, bo_str iri,
                          bo_arena *arena) {
    unsigned char digest[DIGEST];
    BO_TRY(bo_blob_put(txn, digest, file->bytes));
    record->blob = hex_of(digest, arena);
    record->media_type = file->media_type;
    record->size = file->bytes.len;
    bo_str use = use_of(record->blob, iri, arena);
    if (use.ptr == NULL) return bo_error_last()->status;
    return bo_row_put(txn, BO_TABLE_FILE, use, iri);
}

bo_status bo_ldp_file_read(bo_txn *txn, bo_str *out, const bo_ldp_record *record, bo_arena *arena) {
    unsigned char digest[DIGEST];
    BO_TRY(digest_of(digest, record->blob));
    return bo_blob_get(txn, digest, out, arena);
}

static bo_status one_is_enough(void *context, bo_str key, bo_str value) {
    (void)key, (void)value;
    *(bool *)context = true;
    return BO_CANCELLED;
}

bo_status bo_ldp_file_drop(bo_txn *txn, bo_ldp_record *record, bo_str iri, bo_arena *arena) {
    unsigned char digest[DIGEST];
    bool used = false;
    if (record->blob.len == 0) return BO_OK;
    bo_str blob = record->blob, use = use_of(blob, iri, arena);
    if (use.ptr == NULL) return bo_error_last()->status;
    BO_TRY(digest_of(digest, blob));
    record->blob = BO_STR("");
    BO_TRY(bo_row_del(txn, BO_TABLE_FILE, use));
    BO_TRY(bo_row_each(txn, BO_TABLE_FILE, blob, BO_STR(""), one_is_enough, &used));
    return used ? BO_OK : bo_blob_del(txn, digest);
}

bo_status bo_ldp_file_adopt(bo_txn *txn, bo_str iri, const bo_ldp_file *file, bool replaces,
                            bo_arena *arena) {
    bo_ldp_record record;
    unsigned char digest[DIGEST];
    BO_TRY(bo_ldp_find(txn, &record, iri, arena));
    bo_sha256(digest, file->bytes);
    bool same = bo_str_eq(record.blob, hex_of(digest, arena));
    if (same && bo_str_eq(record.media_type, file->media_type))
        return bo_fail(BO_EXISTS, "the file is here already");
    if (record.blob.len > 0 && !same && !replaces)
        return bo_fail(BO_CONFLICT, "another file is here already");
    if (!same) BO_TRY(bo_ldp_file_drop(txn, &record, iri, arena));
    BO_TRY(bo_ldp_file_put(txn, &record, file, iri, arena));
    BO_TRY(bo_ldp_record_put(txn, &record, iri));
    BO_TRY(bo_txn_touch(txn, iri));
    return bo_ldp_touch_containers(txn, iri, arena);
}

/* One value for a property that the node says. */
static bo_status say(bo_graph *content, bo_str iri, bo_str property, bo_term value) {
    BO_TRY(bo_ldp_take_off(content, iri, property));
    bo_quad quad = {bo_term_iri(iri), bo_term_iri(property), value, {0}};
    return bo_graph_add(content, &quad);
}

bo_status bo_ldp_file_describe(bo_graph *content, const bo_ldp_record *record, bo_str iri, bo_arena *arena) {
    size_t authority = bo_str_find_str(iri, BO_STR("://")) + 3;
    bo_str path = bo_str_from(iri, authority + bo_str_find(bo_str_from(iri, authority), '/'));
    bo_str name = bo_str_from(iri, bo_str_find_last(iri, '/') + 1);
    bo_str place = bo_arena_join(arena, BO_STR("uploads"), path); /* where SemApps would have put it */
    bo_quad typed = {bo_term_iri(iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_SEMAPPS_FILE), {0}};
    if (place.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_graph_add(content, &typed));
    BO_TRY(say(content, iri, BO_SEMAPPS_MIME_TYPE, bo_term_string(record->media_type)));
    BO_TRY(say(content, iri, BO_SEMAPPS_FILE_NAME, bo_term_string(name)));
    return say(content, iri, BO_SEMAPPS_LOCAL_PATH, bo_term_string(place));
}

/* The sweep. */

typedef struct sweeping {
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena;
    int64_t before_ms;
    bo_str *found;
    size_t count;
} sweeping;

enum { SWEPT_AT_ONCE = 256 };

static bo_status note_link(void *context, const bo_quad *quad) {
    if (bo_str_eq(quad->p.value, BO_LDP_CONTAINS)) return BO_OK;
    *(bool *)context = true;
    return BO_CANCELLED;
}

static bo_status is_orphan(const sweeping *s, bool *out, bo_str iri) {
    bo_graph_info info;
    bool linked = false;
    bo_sink sink = {.quad = note_link, .context = &linked};
    *out = false;
    bo_status status = bo_txn_graph(s->txn, iri, &info);
    if (status == BO_NOT_FOUND || (status == BO_OK && info.created_ms >= s->before_ms)) return BO_OK;
    BO_TRY(status);
    status = bo_source_match(s->source, &(bo_quad){.o = bo_term_iri(iri)}, false, &sink);
    *out = !linked;
    return status == BO_CANCELLED ? BO_OK : status;
}

static bo_status find_orphan(void *context, bo_str key, bo_str value) {
    sweeping *s = context;
    bool orphan;
    (void)key;
    bo_str iri = bo_arena_str(s->arena, value);
    if (iri.ptr == NULL) return bo_error_last()->status;
    BO_TRY(is_orphan(s, &orphan, iri));
    if (orphan) s->found[s->count++] = iri;
    return s->count == SWEPT_AT_ONCE ? BO_CANCELLED : BO_OK;
}

/* Looks on a snapshot, so that nobody waits when there is nothing to do. */
static bo_status find_orphans(sweeping *s, bo_store *store) {
    BO_TRY(bo_txn_begin(&s->txn, store, BO_READ));
    bo_status status = bo_txn_source(&s->source, s->txn, NULL, s->arena);
    if (status == BO_OK) status = bo_row_each(s->txn, BO_TABLE_FILE, BO_STR(""), BO_STR(""), find_orphan, s);
    bo_txn_abort(s->txn);
    return status;
}

static bo_status sweep(sweeping *s, size_t *count, int64_t now_ms, bo_ldp_forget forget, void *context) {
    BO_TRY(bo_txn_source(&s->source, s->txn, NULL, s->arena));
    for (size_t i = 0; i < s->count; i++) {
        bool orphan;
        BO_TRY(is_orphan(s, &orphan, s->found[i]));
        if (!orphan) continue; /* it was linked to since */
        BO_TRY(forget(context, s->txn, s->found[i]));
        BO_TRY(bo_ldp_delete(s->txn, s->found[i], now_ms, s->arena));
        ++*count;
    }
    return BO_OK;
}

bo_status bo_ldp_files_sweep(bo_store *store, size_t *count, int64_t before_ms, int64_t now_ms,
                             bo_ldp_forget forget, void *context, bo_arena *arena) {
    sweeping s = {.arena = arena,
                  .before_ms = before_ms,
                  .found = bo_arena_array(arena, SWEPT_AT_ONCE, sizeof(bo_str))};
    if (s.found == NULL) return bo_error_last()->status;
    *count = 0;
    BO_TRY(find_orphans(&s, store));
    if (s.count == 0) return BO_OK;
    BO_TRY(bo_txn_begin(&s.txn, store, BO_WRITE));
    bo_status status = sweep(&s, count, now_ms, forget, context);
    if (status == BO_OK) return bo_txn_commit(s.txn, NULL, arena);
    bo_txn_abort(s.txn);
    return status;
}
