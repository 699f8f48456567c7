/* SPDX-License-Identifier: Apache-2.0
 * The bytes of uploaded files, out of the folder where SemApps keeps them. They are taken as they are.
 */
#include "base/fs.h"
#include "bocage/iri.h"
#include "ldp/file.h"
#include "migrate/internal.h"
#include "rdf/vocab.h"

static bool is_file(const bo_document *document) {
    return bo_document_value(document, BO_SEMAPPS_LOCAL_PATH).ptr != NULL ||
           bo_document_has_type(document, BO_SEMAPPS_FILE);
}

/* What stands behind the last "uploads" of a path, whether SemApps ran in that folder, in another one, or
 * under Windows. Empty for one that leads upwards. */
static bo_str below_uploads(bo_migration *m, bo_str path) {
    bo_text out;
    char *slashes = bo_arena_alloc(m->arena, path.len + 1);
    if (slashes == NULL || path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL) return BO_STR("");
    for (size_t i = 0; i < path.len; i++) slashes[i] = path.ptr[i] == '\\' ? '/' : path.ptr[i];
    bo_str rest = {slashes, path.len};
    bo_text_init(&out, 0);
    for (bo_str step; bo_str_cut(&step, &rest, '/');) {
        if (bo_str_eq(step, BO_STR(".."))) bo_text_fail(&out, BO_INVALID);
        if (step.len == 0 || bo_str_eq(step, BO_STR("."))) continue;
        if (out.len > 0) bo_text_char(&out, '/');
        bo_text_put(&out, step);
        if (bo_str_eq(step, BO_STR("uploads"))) bo_text_clear(&out);
    }
    bo_str found = bo_text_end(&out) == BO_OK ? bo_arena_str(m->arena, bo_text_str(&out)) : BO_STR("");
    bo_text_done(&out);
    return found;
}

/* "http://h/files/photo%20a.png" -> "files/photo a.png": where the file is if nothing else is said. */
static bo_str path_of(bo_migration *m, bo_str iri) {
    bo_str decoded;
    if (!bo_str_starts(iri, m->root)) return BO_STR("");
    if (bo_percent_decode(&decoded, bo_str_from(iri, m->root.len), false, m->arena) != BO_OK)
        return BO_STR("");
    return below_uploads(m, decoded);
}

/* *out is where it was found, below the folder. BO_NOT_FOUND, BO_LIMIT, BO_IO. */
static bo_status read_bytes(bo_migration *m, bo_text *bytes, bo_str *out, const bo_document *document) {
    const bo_str places[] = {below_uploads(m, bo_document_value(document, BO_SEMAPPS_LOCAL_PATH)),
                             path_of(m, document->iri)};
    bo_status status = bo_fail(BO_NOT_FOUND, "no folder of uploads was named");
    for (size_t i = 0; i < 2 && status == BO_NOT_FOUND && m->options.uploads != NULL; i++) {
        bo_str path = bo_arena_printf(m->arena, "%s/%.*s", m->options.uploads, BO_STR_ARG(places[i]));
        if (path.ptr == NULL) return bo_error_last()->status;
        if (places[i].len > 0) status = bo_fs_read(bytes, path.ptr, m->options.file_cap);
        *out = places[i];
    }
    return status;
}

/* type "/" subtype (RFC 9110 section 8.3.1): what is said there goes into a header as it is. */
static bool is_media_type(bo_str text) {
    static const char marks[] = "!#$&-^_.+";
    size_t slash = bo_str_find(text, '/');
    bool good = slash > 0 && slash + 1 < text.len && text.len < 256;
    for (size_t i = 0; good && i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        good = letter || i == slash || (c != '\0' && strchr(marks, c) != NULL);
    }
    return good;
}

static bo_str media_type_of(const bo_document *document) {
    bo_str said = bo_document_value(document, BO_SEMAPPS_MIME_TYPE);
    said = bo_str_trim(bo_str_head(said, bo_str_find(said, ';')));
    return is_media_type(said) ? said : bo_ldp_file_type(document->iri);
}

static bo_status adopt(bo_migration *m, bo_document *document, bo_str bytes) {
    bo_ldp_file file = {bytes, media_type_of(document)};
    bo_status status = bo_ldp_file_adopt(m->txn, document->iri, &file, m->options.replaces, m->arena);
    if (bytes.len == 0) bo_migration_leave(m, BO_LEFT_FILE_EMPTY, document->iri);
    document->has_bytes = status == BO_OK || status == BO_EXISTS || status == BO_CONFLICT;
    if (status == BO_EXISTS) return BO_OK;
    if (status == BO_CONFLICT) return bo_migration_leave(m, BO_LEFT_CHANGED_HERE, document->iri), BO_OK;
    if (status == BO_OK) m->counts.files++;
    return status;
}

bo_status bo_migration_file(bo_migration *m, bo_document *document) {
    bo_ldp_record record;
    bo_text bytes;
    bo_str place = BO_STR("");
    if (!is_file(document)) return BO_OK;
    BO_TRY(bo_ldp_find(m->txn, &record, document->iri, m->arena));
    if (record.kind != BO_KIND_RESOURCE) return BO_OK;
    bo_text_init(&bytes, 0);
    bo_status status = read_bytes(m, &bytes, &place, document);
    bool was_read = status == BO_OK, is_lost = status == BO_NOT_FOUND || status == BO_IO;
    if (was_read && bo_map_put(&m->claimed, place, NULL) == NULL) status = bo_error_last()->status;
    if (status == BO_OK) status = adopt(m, document, bo_text_str(&bytes));
    bo_text_done(&bytes);
    if (was_read) return status;
    if (is_lost && record.blob.len > 0) return BO_OK; /* it came with an earlier run */
    if (is_lost) return bo_migration_leave(m, BO_LEFT_FILE_MISSING, document->iri), BO_OK;
    if (status == BO_LIMIT) {
        if (bo_map_put(&m->claimed, place, NULL) == NULL) return bo_error_last()->status;
        bo_migration_leave(m, BO_LEFT_FILE_LARGE, document->iri);
        return BO_OK;
    }
    return status;
}

/* What is there besides. */

static bo_status look_at(void *context, const char *path) {
    bo_migration *m = context;
    bo_str below = bo_str_from(bo_str_of(path), strlen(m->options.uploads) + 1);
    if (bo_map_get(&m->claimed, below) == NULL) bo_migration_leave(m, BO_LEFT_FILE_UNCLAIMED, below);
    return BO_OK;
}

static void note_links(bo_migration *m, const bo_document *document) {
    for (const bo_fact *fact = document->first; fact != NULL; fact = fact->next) {
        bool link = fact->quad.o.kind == BO_IRI && !bo_str_eq(fact->quad.p.value, BO_LDP_CONTAINS);
        bo_document *to = link ? bo_document_of(&m->data, fact->quad.o.value) : NULL;
        if (to != NULL) to->is_linked = true;
    }
}

bo_status bo_migration_files_end(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) note_links(m, list[i]);
    for (size_t i = 0; i < len; i++)
        if (list[i]->has_bytes && !list[i]->is_linked)
            bo_migration_leave(m, BO_LEFT_FILE_UNLINKED, list[i]->iri);
    return m->options.uploads != NULL ? bo_fs_walk(m->options.uploads, look_at, m) : BO_OK;
}
