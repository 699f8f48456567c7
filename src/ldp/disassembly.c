/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/disassembly.h"

#include "base/map.h"
#include "ldp/container.h"
#include "ldp/record.h"
#include "rdf/vocab.h"

/* Statements in lists, so that the graph that they were read from may change. */
typedef struct statement {
    struct statement *next;
    bo_quad quad;
} statement;

/* A part that the resource had. */
typedef struct former {
    struct former *next;
    bo_str iri;
    bo_graph *said; /* what it says but for its dates; NULL: nobody needs to know */
    bool stays;
} former;

typedef struct taking {
    bo_txn *txn;
    bo_source *source;
    const bo_whole *whole;
    bo_map content, others; /* what the whole's graphs say */
    bo_container_part rule; /* the one at work */
    bo_str inverse;         /* of its property; may be absent */
    former *formers;
    bo_map by_iri;       /* -> former */
    bo_idmap by_content; /* a sum of what is said -> one of the formers that say it */
    bo_part **last;
    const bo_rng *rng;
    bo_arena *arena;
} taking;

void bo_ldp_parts_free(bo_part *parts) {
    for (; parts != NULL; parts = parts->next) bo_graph_free(parts->content);
}

typedef struct gathering {
    statement **last;
    bo_arena *arena;
} gathering;

static bo_status gather(void *context, const bo_quad *quad) {
    gathering *g = context;
    statement *one = BO_NEW(g->arena, statement);
    if (one == NULL) return bo_error_last()->status;
    one->quad = *quad;
    BO_TRY(bo_term_copy(&one->quad.o, &quad->o, g->arena)); /* short literals live in the match alone */
    *g->last = one;
    g->last = &one->next;
    return BO_OK;
}

static bo_status links_of(const taking *t, statement **out, bo_graph *graph) {
    bo_quad pattern = {.s = bo_term_iri(t->whole->iri), .p = bo_term_iri(t->rule.property)};
    bo_sink sink = {.quad = gather, .context = &(gathering){out, t->arena}};
    *out = NULL;
    return graph != NULL ? bo_graph_match(graph, &pattern, &sink) : BO_OK;
}

/* A graph's statements, filed by what they speak about. */
typedef struct filing {
    bo_map *files; /* IRI or label -> statement */
    bo_arena *arena;
} filing;

static bo_status file_statement(void *context, const bo_quad *quad) {
    const filing *f = context;
    statement *one = NULL;
    BO_TRY(gather(&(gathering){&one, f->arena}, quad));
    bo_value *said = bo_map_put(f->files, one->quad.s.value, &(bool){false});
    if (said == NULL) return bo_error_last()->status;
    one->next = said->ptr;
    said->ptr = one;
    return BO_OK;
}

static bo_status file(bo_map *files, bo_graph *graph, bo_arena *arena) {
    bo_sink sink = {.quad = file_statement, .context = &(filing){files, arena}};
    bo_map_init(files, arena);
    return graph != NULL ? bo_graph_match(graph, &(bo_quad){0}, &sink) : BO_OK;
}

static bo_status add_part(taking *t, bo_part_fate fate, bo_str iri, bo_graph *content) {
    bo_part *part = BO_NEW(t->arena, bo_part);
    if (part == NULL) return bo_error_last()->status;
    *part = (bo_part){.fate = fate, .iri = iri, .container = t->rule.container, .content = content};
    *t->last = part;
    t->last = &part->next;
    return BO_OK;
}

/* What is linked to now. */

static bo_status is_member(const taking *t, bool *out, bo_str iri) {
    bo_ldp_record record;
    bo_status status = bo_ldp_find(t->txn, &record, iri, t->arena);
    *out =
        status == BO_OK && record.kind == BO_KIND_RESOURCE && bo_str_eq(record.container, t->rule.container);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* A sum over all statements, in which a resource's own name does not count. */

typedef struct summing {
    bo_str iri;
    uint64_t sum;
} summing;

static bo_status add_up(void *context, const bo_quad *quad) {
    summing *s = context;
    bool own = quad->s.kind == BO_IRI && bo_str_eq(quad->s.value, s->iri);
    uint64_t subject = own ? 1 : bo_term_hash(&quad->s);
    s->sum += ((subject * 31 + bo_term_hash(&quad->p)) * 31 + bo_term_hash(&quad->o)) | 1;
    return BO_OK;
}

static uint64_t sum_of(bo_graph *content, bo_str iri) {
    summing s = {iri, 1};
    bo_status status = bo_graph_match(content, &(bo_quad){0}, &(bo_sink){.quad = add_up, .context = &s});
    return status == BO_OK && s.sum != 0 ? s.sum : 1;
}

static bo_status load_said(taking *t, former *f) {
    const bo_str dates[] = {BO_DC_CREATED, BO_DC_CREATOR, BO_DC_MODIFIED};
    BO_TRY(bo_graph_new(&f->said));
    BO_TRY(bo_ldp_load(f->said, t->source, f->iri));
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        BO_TRY(bo_ldp_take_off(f->said, f->iri, dates[i]));
    bo_value *value = bo_idmap_put(&t->by_content, sum_of(f->said, f->iri), &(bool){false});
    if (value == NULL) return bo_error_last()->status;
    value->ptr = f;
    return BO_OK;
}

static bo_status note_former(taking *t, bo_str iri, bool loads) {
    former *f = BO_NEW(t->arena, former);
    bo_value *value = f != NULL ? bo_map_put(&t->by_iri, iri, &(bool){false}) : NULL;
    if (value == NULL) return bo_error_last()->status;
    *f = (former){.next = t->formers, .iri = iri};
    value->ptr = t->formers = f;
    return loads ? load_said(t, f) : BO_OK;
}

static bo_status note_formers(taking *t, bo_graph *before, bool loads) {
    statement *links;
    bo_map_init(&t->by_iri, t->arena);
    bo_idmap_init(&t->by_content, t->arena);
    BO_TRY(links_of(t, &links, before));
    for (const statement *link = links; link != NULL; link = link->next) {
        bool member = false;
        if (link->quad.o.kind == BO_IRI) BO_TRY(is_member(t, &member, link->quad.o.value));
        if (member) BO_TRY(note_former(t, link->quad.o.value, loads));
    }
    return BO_OK;
}

static void forget_formers(taking *t) {
    for (former *f = t->formers; f != NULL; f = f->next) bo_graph_free(f->said);
    t->formers = NULL;
}

/* Whether a part says what one said that is there. Two whose nodes have no names are never taken for the
 * same. */

typedef struct comparing {
    const former *with;
    bo_str iri;
} comparing;

static bo_status find_missing(void *context, const bo_quad *quad) {
    const comparing *c = context;
    bo_quad renamed = *quad;
    if (quad->s.kind == BO_IRI && bo_str_eq(quad->s.value, c->iri)) renamed.s = bo_term_iri(c->with->iri);
    return bo_graph_has(c->with->said, &renamed) ? BO_OK : BO_CANCELLED;
}

static former *find_same(const taking *t, bo_graph *content, bo_str iri) {
    bo_value *value = bo_idmap_get(&t->by_content, sum_of(content, iri));
    former *f = value != NULL ? value->ptr : NULL;
    bo_sink sink = {.quad = find_missing, .context = &(comparing){f, iri}};
    bool same = f != NULL && bo_graph_count(content) == bo_graph_count(f->said) &&
                bo_graph_match(content, &(bo_quad){0}, &sink) == BO_OK;
    return same ? f : NULL;
}

/* Taking out. */

/* A part knows what it is a part of. */
static bo_status say_back(const taking *t, bo_graph *part, bo_str iri) {
    bo_quad back = {bo_term_iri(iri), bo_term_iri(t->inverse), bo_term_iri(t->whole->iri), {0}};
    return t->inverse.ptr != NULL ? bo_graph_add(part, &back) : BO_OK;
}

typedef struct node {
    struct node *next;
    bo_term term;
} node;

/* Moves one statement; a node that it leads to is to follow. */
static bo_status move_statement(const taking *t, bo_graph *part, bo_quad said, const bo_term *top, bo_str iri,
                                node ***last) {
    BO_TRY(bo_target_remove(bo_graph_target(t->whole->content), &said));
    if (said.o.kind == BO_BLANK) {
        node *next = BO_NEW(t->arena, node);
        if (next == NULL) return bo_error_last()->status;
        next->term = said.o;
        **last = next;
        *last = &next->next;
    }
    if (bo_term_eq(&said.s, top)) said.s = bo_term_iri(iri);
    if (bo_term_eq(&said.o, top)) said.o = bo_term_iri(iri);
    return bo_graph_add(part, &said);
}

/* Moves what is said of a node without a name, and of those that it leads to, under a name. */
static bo_status move_out(taking *t, bo_graph *part, bo_str iri, const bo_term *top) {
    node first = {.term = *top}, **last = &first.next;
    for (const node *n = &first; n != NULL; n = n->next) {
        bo_value *said = bo_map_get(&t->content, n->term.value);
        if (said == NULL) continue;
        for (const statement *one = said->ptr; one != NULL; one = one->next)
            BO_TRY(move_statement(t, part, one->quad, top, iri, &last));
        said->ptr = NULL;
    }
    return BO_OK;
}

static bo_status link_to(const taking *t, const bo_quad *link, bo_str iri) {
    bo_quad named = *link;
    named.o = bo_term_iri(iri);
    BO_TRY(bo_target_remove(bo_graph_target(t->whole->content), link));
    return bo_graph_add(t->whole->content, &named);
}

static bo_status take_nameless(taking *t, const bo_quad *link, bo_graph *part) {
    bo_str iri;
    BO_TRY(bo_ldp_mint(t->txn, &iri, t->rule.container, BO_STR(""), t->rng, t->arena));
    BO_TRY(move_out(t, part, iri, &link->o));
    BO_TRY(say_back(t, part, iri));
    former *same = find_same(t, part, iri);
    if (same == NULL) {
        BO_TRY(link_to(t, link, iri));
        return add_part(t, BO_PART_PUT, iri, part);
    }
    same->stays = true;
    BO_TRY(link_to(t, link, same->iri));
    bo_graph_free(part);
    return BO_OK;
}

static bo_status copy_said(const taking *t, bo_graph *part, bo_str iri) {
    const bo_value *said = bo_map_get(&t->others, iri);
    if (said == NULL) return BO_OK;
    for (const statement *one = said->ptr; one != NULL; one = one->next)
        BO_TRY(bo_graph_add(part, &one->quad));
    return say_back(t, part, iri);
}

/* A name alone keeps its part as it is. */
static bo_status take_named(taking *t, bo_str iri, bo_graph *part) {
    bo_value *value = bo_map_get(&t->by_iri, iri);
    former *f = value != NULL ? value->ptr : NULL;
    bool member = false;
    if (f != NULL) {
        f->stays = true;
        BO_TRY(copy_said(t, part, iri));
        if (bo_graph_count(part) > 0 && find_same(t, part, iri) != f)
            return add_part(t, BO_PART_PUT, iri, part);
    } else {
        BO_TRY(is_member(t, &member, iri));
        if (member) BO_TRY(add_part(t, BO_PART_LINKED, iri, NULL));
    }
    bo_graph_free(part);
    return BO_OK;
}

static bo_status take(taking *t, const bo_quad *link) {
    bo_graph *part;
    bo_part **last = t->last;
    if (link->o.kind != BO_IRI && link->o.kind != BO_BLANK) return BO_OK;
    BO_TRY(bo_graph_new(&part));
    bo_status status =
        link->o.kind == BO_BLANK ? take_nameless(t, link, part) : take_named(t, link->o.value, part);
    if (status != BO_OK && t->last == last) bo_graph_free(part);
    return status;
}

static bo_status need_container(const taking *t) {
    bo_ldp_record record;
    bo_status status = bo_ldp_find(t->txn, &record, t->rule.container, t->arena);
    if (status == BO_NOT_FOUND || (status == BO_OK && record.kind != BO_KIND_CONTAINER))
        return bo_fail(
            BO_CONFLICT,
            "what is written under <%.*s> goes to %.*s (conf:disassembles of %.*s), and there is no "
            "such container",
            BO_STR_ARG(t->rule.property), BO_STR_ARG(t->rule.container), BO_STR_ARG(t->whole->container));
    return status;
}

/* What parts say is only asked when something might say the same. */
static bool has_content(const taking *t, const statement *links) {
    bool has = t->others.live > 0;
    for (; links != NULL && !has; links = links->next) has = links->quad.o.kind == BO_BLANK;
    return has;
}

static bo_status follow_rule(taking *t, bo_graph *before) {
    statement *links;
    BO_TRY(links_of(t, &links, t->whole->content));
    if (links != NULL) BO_TRY(need_container(t));
    BO_TRY(note_formers(t, before, has_content(t, links)));
    for (const statement *link = links; link != NULL; link = link->next) BO_TRY(take(t, &link->quad));
    for (const former *f = t->formers; f != NULL; f = f->next)
        if (!f->stays) BO_TRY(add_part(t, BO_PART_GONE, f->iri, NULL));
    return BO_OK;
}

static bo_status follow_rules(taking *t, const bo_container_part *rules, size_t count, bo_graph *before) {
    bo_status status = file(&t->content, t->whole->content, t->arena);
    if (status == BO_OK) status = file(&t->others, t->whole->others, t->arena);
    for (size_t i = 0; status == BO_OK && i < count; i++) {
        t->rule = rules[i];
        t->inverse = bo_ldp_inverse(rules[i].property);
        status = follow_rule(t, before);
        forget_formers(t);
    }
    return status;
}

bo_status bo_ldp_disassemble(bo_part **out, bo_txn *txn, const bo_whole *whole, const bo_rng *rng,
                             bo_arena *arena) {
    bo_part *parts = NULL;
    taking t = {.txn = txn, .whole = whole, .last = &parts, .rng = rng, .arena = arena};
    bo_container_part *rules;
    bo_graph *stored = NULL;
    size_t count;
    *out = NULL;
    BO_TRY(bo_txn_source(&t.source, txn, NULL, arena));
    BO_TRY(bo_container_parts(&rules, &count, t.source, whole->container, arena));
    if (count == 0) return BO_OK;
    if (whole->before == NULL) BO_TRY(bo_graph_new(&stored));
    bo_status status = stored != NULL ? bo_ldp_load(stored, t.source, whole->iri) : BO_OK;
    if (status == BO_OK) status = follow_rules(&t, rules, count, stored != NULL ? stored : whole->before);
    bo_graph_free(stored);
    if (status == BO_OK)
        *out = parts;
    else
        bo_ldp_parts_free(parts);
    return status;
}
