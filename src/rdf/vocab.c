/* SPDX-License-Identifier: Apache-2.0 */
#include "rdf/vocab.h"

const bo_vocab_ns bo_vocab_namespaces[BO_NS_COUNT] = {
#define BO_NS(name, prefix, iri) {{prefix, sizeof(prefix) - 1}, {iri, sizeof(iri) - 1}},
#include "rdf/vocab.def"
};

#define BO_NAME(constant, ns, local)                                                                         \
    const bo_str BO_##constant = {BO_##ns##_NS local, sizeof(BO_##ns##_NS local) - 1};
#include "rdf/vocab.def"

bo_str bo_vocab_expand(bo_str prefixed, bo_arena *arena) {
    size_t colon = bo_str_find(prefixed, ':');
    for (size_t i = 0; i < BO_NS_COUNT && colon < prefixed.len; i++)
        if (bo_str_eq(bo_vocab_namespaces[i].prefix, bo_str_head(prefixed, colon)))
            return bo_arena_join(arena, bo_vocab_namespaces[i].iri, bo_str_from(prefixed, colon + 1));
    return BO_STR_NONE;
}

bo_str bo_vocab_shorten(bo_str iri, bo_arena *arena) {
    for (size_t i = 0; i < BO_NS_COUNT; i++) {
        const bo_vocab_ns *ns = &bo_vocab_namespaces[i];
        if (!bo_str_starts(iri, ns->iri)) continue;
        bo_str with_colon = bo_arena_join(arena, ns->prefix, BO_STR(":"));
        return with_colon.ptr ? bo_arena_join(arena, with_colon, bo_str_from(iri, ns->iri.len)) : BO_STR_NONE;
    }
    return BO_STR_NONE;
}
