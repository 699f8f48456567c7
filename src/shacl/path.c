/* SPDX-License-Identifier: Apache-2.0
 * Property paths (section 2.3.1): read from the shapes graph, and written as SPARQL writes them.
 */
#include "shacl/reader.h"

enum { DEEPEST = 50 };

static bo_status read_path(bo_sh_reader *r, const bo_sh_path **out, bo_id node, unsigned depth);

static bo_status new_path(bo_sh_reader *r, bo_sh_path **out, bo_sh_path_kind kind) {
    *out = BO_NEW(r->arena, bo_sh_path);
    if (*out == NULL) return bo_error_last()->status;
    (*out)->kind = kind;
    return BO_OK;
}

static bo_status add_part(bo_sh_reader *r, bo_sh_path *path, bo_id node, unsigned depth) {
    const bo_sh_path *part;
    BO_TRY(read_path(r, &part, node, depth + 1));
    BO_SH_PUSH(r->arena, path->parts, path->count, part);
    return BO_OK;
}

static bo_status read_list(bo_sh_reader *r, const bo_sh_path **out, bo_sh_path_kind kind, bo_id list,
                           unsigned depth) {
    bo_sh_nodes members;
    bo_sh_path *path;
    BO_TRY(bo_sh_list(r, &members, list));
    if (members.len < 2) return bo_sh_ill_formed(r, list, "a path of this kind has two parts at least");
    BO_TRY(new_path(r, &path, kind));
    for (size_t i = 0; i < members.len; i++) BO_TRY(add_part(r, path, members.ids[i], depth));
    *out = path;
    return BO_OK;
}

static bo_status read_link(bo_sh_reader *r, const bo_sh_path **out, bo_id node) {
    bo_sh_path *path;
    bo_term term;
    BO_TRY(new_path(r, &path, BO_SH_LINK));
    BO_TRY(bo_sh_keep_term(r, &term, node));
    path->iri = term.value;
    *out = path;
    return bo_sh_number(r, &path->link, &term);
}

static const struct {
    bo_str property;
    bo_sh_path_kind kind;
} forms[] = {
    {{BO_SH_NS "alternativePath", sizeof BO_SH_NS "alternativePath" - 1}, BO_SH_ALTERNATIVE},
    {{BO_SH_NS "inversePath", sizeof BO_SH_NS "inversePath" - 1}, BO_SH_INVERSE},
    {{BO_SH_NS "zeroOrMorePath", sizeof BO_SH_NS "zeroOrMorePath" - 1}, BO_SH_ZERO_OR_MORE},
    {{BO_SH_NS "oneOrMorePath", sizeof BO_SH_NS "oneOrMorePath" - 1}, BO_SH_ONE_OR_MORE},
    {{BO_SH_NS "zeroOrOnePath", sizeof BO_SH_NS "zeroOrOnePath" - 1}, BO_SH_ZERO_OR_ONE},
};

static bo_status read_path(bo_sh_reader *r, const bo_sh_path **out, bo_id node, unsigned depth) {
    bo_sh_nodes found;
    if (depth > DEEPEST)
        return bo_sh_ill_formed(r, node, "its path contains itself, or is more than %d deep", DEEPEST);
    if (bo_id_kind(node) == BO_IRI) return read_link(r, out, node);
    BO_TRY(bo_sh_objects(r, &found, node, BO_RDF_FIRST));
    if (found.len > 0) return read_list(r, out, BO_SH_SEQUENCE, node, depth);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        bo_sh_path *path;
        BO_TRY(bo_sh_objects(r, &found, node, forms[i].property));
        if (found.len != 1) continue;
        if (forms[i].kind == BO_SH_ALTERNATIVE)
            return read_list(r, out, BO_SH_ALTERNATIVE, found.ids[0], depth);
        BO_TRY(new_path(r, &path, forms[i].kind));
        BO_TRY(add_part(r, path, found.ids[0], depth));
        *out = path;
        return BO_OK;
    }
    return bo_sh_ill_formed(r, node,
                            "sh:path leads to no property path: an IRI, a list, or one of "
                            "sh:inversePath, sh:alternativePath, sh:zeroOrMorePath, "
                            "sh:oneOrMorePath and sh:zeroOrOnePath");
}

bo_status bo_sh_read_path(bo_sh_reader *r, const bo_sh_path **out, bo_id node) {
    return read_path(r, out, node, 0);
}

static void put_iri(bo_text *out, bo_str iri, bool shorten, bo_arena *arena) {
    bo_str name = shorten ? bo_vocab_shorten(iri, arena) : BO_STR_NONE;
    if (name.ptr != NULL) {
        bo_text_put(out, name);
        return;
    }
    bo_text_char(out, '<');
    bo_text_put(out, iri);
    bo_text_char(out, '>');
}

static void put_parts(bo_text *out, const bo_sh_path *path, char between, bool shorten, bo_arena *arena) {
    for (size_t i = 0; i < path->count; i++) {
        bool marks = path->parts[i]->count > 1;
        if (i > 0) bo_text_char(out, between);
        if (marks) bo_text_char(out, '(');
        bo_sh_path_text(out, path->parts[i], shorten, arena);
        if (marks) bo_text_char(out, ')');
    }
}

void bo_sh_path_text(bo_text *out, const bo_sh_path *path, bool shorten, bo_arena *arena) {
    static const char *const before[] = {[BO_SH_INVERSE] = "^(",
                                         [BO_SH_ZERO_OR_MORE] = "(",
                                         [BO_SH_ONE_OR_MORE] = "(",
                                         [BO_SH_ZERO_OR_ONE] = "("};
    static const char *const behind[] = {[BO_SH_INVERSE] = ")",
                                         [BO_SH_ZERO_OR_MORE] = ")*",
                                         [BO_SH_ONE_OR_MORE] = ")+",
                                         [BO_SH_ZERO_OR_ONE] = ")?"};
    if (path->kind == BO_SH_LINK) {
        put_iri(out, path->iri, shorten, arena);
        return;
    }
    if (path->kind == BO_SH_SEQUENCE || path->kind == BO_SH_ALTERNATIVE) {
        put_parts(out, path, path->kind == BO_SH_SEQUENCE ? '/' : '|', shorten, arena);
        return;
    }
    bool plain = path->parts[0]->kind == BO_SH_LINK;
    bo_str left = bo_str_of(before[path->kind]), right = bo_str_of(behind[path->kind]);
    bo_text_put(out, plain ? bo_str_head(left, left.len - 1) : left);
    bo_sh_path_text(out, path->parts[0], shorten, arena);
    bo_text_put(out, plain ? bo_str_from(right, 1) : right);
}
