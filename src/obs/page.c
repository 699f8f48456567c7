/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/page.h"

#include <stdlib.h>

#include "base/map.h"
#include "bocage/graph.h"
#include "ldp/container.h"
#include "obs/french.h"
#include "obs/html.h"
#include "rdf/vocab.h"

typedef struct page {
    bo_text *out;
    bo_source *source;
    bo_str iri, root;
    bo_container *containers; /* as the home page has them */
    size_t container_count;
    bo_arena *arena;
} page;

static const bo_str properties_that_name[] = {{BO_PAIR_NS "label", sizeof(BO_PAIR_NS "label") - 1},
                                              {BO_DC_NS "title", sizeof(BO_DC_NS "title") - 1},
                                              {BO_AS_NS "name", sizeof(BO_AS_NS "name") - 1},
                                              {BO_FOAF_NS "name", sizeof(BO_FOAF_NS "name") - 1},
                                              {BO_RDFS_NS "label", sizeof(BO_RDFS_NS "label") - 1},
                                              {BO_SKOS_NS "prefLabel", sizeof(BO_SKOS_NS "prefLabel") - 1}};

/* Looking things up. */

typedef struct best {
    bo_term term;
    int rank;
    bo_arena *arena;
} best;

/* French first, then what has no language, then anything. */
static bo_status prefer(void *context, const bo_quad *quad) {
    best *b = context;
    if (quad->o.kind != BO_LITERAL) return BO_OK;
    int rank = bo_str_eq_nocase(bo_str_head(quad->o.lang, 2), BO_STR("fr")) ? 3
               : quad->o.lang.len == 0                                      ? 2
                                                                            : 1;
    if (rank <= b->rank) return BO_OK;
    b->rank = rank;
    return bo_term_copy(&b->term, &quad->o, b->arena);
}

static bo_str text_of(page *p, const bo_term *subject, bo_str property) {
    best b = {.arena = p->arena};
    bo_quad pattern = {.s = *subject, .p = bo_term_iri(property)};
    bo_sink sink = {.quad = prefer, .context = &b};
    bo_status status = bo_source_match(p->source, &pattern, false, &sink);
    return status == BO_OK && b.rank > 0 ? b.term.value : BO_STR_NONE;
}

static bo_str last_part(bo_str iri) {
    size_t hash = bo_str_find_last(iri, '#'), slash = bo_str_find_last(iri, '/');
    size_t cut = hash < iri.len ? hash : slash;
    return cut + 1 < iri.len ? bo_str_from(iri, cut + 1) : iri;
}

static bo_str name_of(page *p, const bo_term *thing) {
    for (size_t i = 0; i < sizeof properties_that_name / sizeof *properties_that_name; i++) {
        bo_str name = text_of(p, thing, properties_that_name[i]);
        if (name.ptr != NULL) return name;
    }
    return last_part(thing->value);
}

static const struct {
    const char *iri, *label;
} labels[] = {
#define BO_LABEL(iri, label) {iri, label},
#include "obs/label.def"
#undef BO_LABEL
};
enum { LABELS = sizeof labels / sizeof *labels };

/* Where a property stands in the table; LABELS when it does not. */
static size_t place_of(bo_str property) {
    size_t i = 0;
    while (i < LABELS && !bo_str_eq(bo_str_of(labels[i].iri), property)) i++;
    return i;
}

static bo_str label_of(bo_str property) {
    size_t place = place_of(property);
    return place < LABELS ? bo_str_of(labels[place].label) : last_part(property);
}

typedef struct quads {
    bo_quad *items;
    size_t len, size, most;
    bo_arena *arena;
} quads;

static bo_status gather(void *context, const bo_quad *quad) {
    quads *all = context;
    if (all->most > 0 && all->len == all->most) return BO_CANCELLED;
    if (all->len == all->size) {
        size_t size = all->size ? all->size * 2 : 32;
        all->items =
            bo_arena_grow(all->arena, all->items, all->size * sizeof *all->items, size * sizeof *all->items);
        if (all->items == NULL) return bo_error_last()->status;
        all->size = size;
    }
    bo_quad *kept = &all->items[all->len++];
    kept->g = (bo_term){0};
    BO_TRY(bo_term_copy(&kept->s, &quad->s, all->arena));
    BO_TRY(bo_term_copy(&kept->p, &quad->p, all->arena));
    return bo_term_copy(&kept->o, &quad->o, all->arena);
}

static bo_status find(page *p, quads *out, const bo_quad *pattern, size_t most) {
    *out = (quads){.arena = p->arena, .most = most};
    bo_sink sink = {.quad = gather, .context = out};
    bo_status status = bo_source_match(p->source, pattern, false, &sink);
    return status == BO_CANCELLED ? BO_OK : status;
}

/* Pieces of a page. */

static void put(page *p, const char *html) {
    bo_text_put(p->out, bo_str_of(html));
}

static void begin(page *p, bo_str title) {
    bo_term root = bo_term_iri(p->root);
    bo_str site = name_of(p, &root);
    bo_html_begin(p->out, BO_STR("fr"), title, BO_STR("Aller au contenu"));
    put(p, "<header><p class=\"site\">");
    bo_html_link(p->out, p->root, site);
    put(p, "</p><nav aria-label=\"Rubriques\"><ul>");
    for (size_t i = 0; i < p->container_count; i++) {
        bo_term container = bo_term_iri(p->containers[i].iri);
        if (!p->containers[i].is_featured) continue;
        put(p, "<li>");
        bo_html_link(p->out, container.value, name_of(p, &container));
        put(p, "</li>");
    }
    put(p, "</ul></nav></header>\n<main id=\"contenu\">");
    bo_html_element(p->out, "h1", title);
}

static void end(page *p) {
    put(p,
        "</main>\n<footer><p>Cette page est aussi une donnée ouverte : demandez-la en Turtle ou en JSON-LD "
        "(<code>Accept: text/turtle</code>), ou interrogez tout le territoire en SPARQL à l'adresse <code>");
    bo_html_text(p->out, bo_arena_join(p->arena, p->root, BO_STR("sparql")));
    put(p, "</code>.</p></footer></body></html>\n");
}

static bo_status put_details(page *p, const bo_term *subject, unsigned depth);

static bo_status put_value(page *p, const bo_term *value, unsigned depth) {
    if (value->kind == BO_LITERAL) {
        bool french = value->lang.len == 0 || bo_str_eq_nocase(bo_str_head(value->lang, 2), BO_STR("fr"));
        bool link =
            bo_str_starts(value->value, BO_STR("https://")) || bo_str_starts(value->value, BO_STR("http://"));
        if (!french) {
            put(p, "<span lang=\"");
            bo_html_text(p->out, value->lang);
            put(p, "\">");
        }
        if (link)
            bo_html_link(p->out, value->value, value->value);
        else
            bo_html_text(p->out, bo_french(value, p->arena));
        if (!french) put(p, "</span>");
        return BO_OK;
    }
    if (value->kind == BO_BLANK) return depth > 0 ? put_details(p, value, depth - 1) : BO_OK;
    bo_html_link(p->out, value->value, name_of(p, value));
    return BO_OK;
}

static bool is_plumbing(bo_str property) {
    return bo_str_eq(property, BO_RDF_TYPE) || bo_str_eq(property, BO_LDP_CONTAINS) ||
           bo_str_eq(property, BO_PAIR_LABEL) || bo_str_starts(property, BO_STR(BO_SEC_NS)) ||
           bo_str_starts(property, BO_STR(BO_CONF_NS)) || bo_str_eq(property, BO_DC_TITLE);
}

static int compare_places(const void *a, const void *b) {
    const bo_str one = ((const bo_quad *)a)->p.value, other = ((const bo_quad *)b)->p.value;
    size_t first = place_of(one), second = place_of(other);
    return first != second ? (first < second ? -1 : 1) : bo_str_cmp(one, other);
}

static bo_status put_details(page *p, const bo_term *subject, unsigned depth) {
    quads all;
    BO_TRY(find(p, &all, &(bo_quad){.s = *subject}, 500));
    if (all.len > 1) qsort(all.items, all.len, sizeof *all.items, compare_places);
    put(p, "<dl>");
    for (size_t i = 0; i < all.len; i++) {
        const bo_str property = all.items[i].p.value;
        if (is_plumbing(property)) continue;
        bool again = i > 0 && bo_str_eq(all.items[i - 1].p.value, property);
        if (!again) bo_html_element(p->out, "dt", label_of(property));
        put(p, "<dd>");
        BO_TRY(put_value(p, &all.items[i].o, depth));
        put(p, "</dd>");
    }
    put(p, "</dl>");
    return BO_OK;
}

static bo_status put_types(page *p, const bo_term *subject) {
    quads types;
    BO_TRY(find(p, &types, &(bo_quad){.s = *subject, .p = bo_term_iri(BO_RDF_TYPE)}, 20));
    for (size_t i = 0; i < types.len; i++) {
        bo_str container, name = BO_STR_NONE;
        BO_TRY(bo_container_of_type(&container, p->source, types.items[i].o.value, p->arena));
        bo_term known = bo_term_iri(container);
        if (container.len > 0) name = text_of(p, &known, BO_CONF_MEMBER_NAME);
        bool example = bo_str_ends(types.items[i].o.value, BO_STR("Example"));
        if (name.len > 0 || example) {
            put(p, example ? "<p class=\"kind example\">" : "<p class=\"kind\">");
            bo_html_text(p->out, example ? BO_STR("exemple") : name);
            put(p, "</p>");
        }
    }
    return BO_OK;
}

/* Members of a container, as a list. */
static bo_status put_members(page *p, bo_str container, size_t most, size_t *count) {
    quads members;
    bo_term iri = bo_term_iri(container);
    BO_TRY(find(p, &members, &(bo_quad){.s = iri, .p = bo_term_iri(BO_LDP_CONTAINS), .g = iri}, most));
    *count = members.len;
    if (members.len == 0) return BO_OK;
    put(p, "<ul class=\"cards\">");
    for (size_t i = 0; i < members.len; i++) {
        const bo_term *member = &members.items[i].o;
        quads shown;
        BO_TRY(find(p, &shown, &(bo_quad){.s = *member, .g = *member}, 1));
        if (shown.len == 0) continue; /* not for who asks */
        put(p, "<li>");
        bo_html_link(p->out, member->value, name_of(p, member));
        bo_str brief = text_of(p, member, BO_STR(BO_PAIR_NS "comment"));
        if (brief.len > 0) bo_html_element(p->out, "p", brief);
        put(p, "</li>");
    }
    put(p, "</ul>");
    return BO_OK;
}

static bo_status put_mentions(page *p, const bo_term *subject) {
    quads links;
    BO_TRY(find(p, &links, &(bo_quad){.o = *subject}, 200));
    bool any = false;
    for (size_t i = 0; i < links.len; i++) {
        if (is_plumbing(links.items[i].p.value) || links.items[i].s.kind != BO_IRI) continue;
        if (bo_str_starts(links.items[i].s.value, p->iri)) continue;
        if (!any) put(p, "<section><h2>Ce qui mène ici</h2><ul>");
        any = true;
        put(p, "<li>");
        bo_html_link(p->out, links.items[i].s.value, name_of(p, &links.items[i].s));
        put(p, " — ");
        bo_html_text(p->out, label_of(links.items[i].p.value));
        put(p, "</li>");
    }
    if (any) put(p, "</ul></section>");
    return BO_OK;
}

static bo_status put_home(page *p) {
    bo_term root = bo_term_iri(p->root);
    bo_str words = text_of(p, &root, BO_DC_DESCRIPTION);
    if (words.len > 0) bo_html_element(p->out, "p", words);
    for (size_t i = 0; i < p->container_count; i++) {
        bo_term container = bo_term_iri(p->containers[i].iri);
        size_t count;
        if (!p->containers[i].is_featured) continue;
        put(p, "<section>");
        bo_html_element(p->out, "h2", name_of(p, &container));
        BO_TRY(put_members(p, container.value, 12, &count));
        if (count == 0) put(p, "<p>Rien encore.</p>");
        put(p, "</section>");
    }
    return BO_OK;
}

static bo_status write(page *p) {
    bo_term subject = bo_term_iri(p->iri);
    size_t members;
    BO_TRY(bo_container_list(&p->containers, &p->container_count, p->source, p->root, p->arena));
    begin(p, name_of(p, &subject));
    if (bo_str_eq(p->iri, p->root)) {
        BO_TRY(put_home(p));
    } else {
        BO_TRY(put_types(p, &subject));
        BO_TRY(put_details(p, &subject, 4));
        BO_TRY(put_members(p, p->iri, 0, &members));
        BO_TRY(put_mentions(p, &subject));
    }
    end(p);
    return BO_OK;
}

bo_status bo_page_write(bo_text *out, bo_source *source, bo_str iri, bo_str root) {
    page p = {.out = out, .source = source, .iri = iri, .root = root, .arena = bo_arena_new(0)};
    if (p.arena == NULL) return bo_error_last()->status;
    bo_status status = write(&p);
    bo_arena_free(p.arena);
    return status;
}
