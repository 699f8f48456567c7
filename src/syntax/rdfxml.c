/* SPDX-License-Identifier: Apache-2.0
 * RDF/XML (RDF 1.1 XML Syntax, section 7), from a stream of XML events: a frame for each open element, and
 * nothing kept of what is closed but the names that rdf:ID has given.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "bocage/iri.h"
#include "rdf/vocab.h"
#include "syntax/read.h"
#include "syntax/xmlliteral.h"

/* What an open element is, which says what may stand in it. */
typedef enum kind {
    DOCUMENT,   /* rdf:RDF or one node */
    NODES,      /* rdf:RDF: nodes */
    NODE,       /* properties */
    PROPERTY,   /* text or one node */
    EMPTY,      /* a property whose attributes say all */
    RESOURCE,   /* parseType="Resource": properties of a node without a name */
    COLLECTION, /* parseType="Collection": nodes */
    LITERAL     /* parseType="Literal": anything */
} kind;

typedef struct frame {
    kind kind;
    bo_str base, lang;
    bo_term subject;   /* the node; of a property's element: the node it belongs to */
    bo_term predicate; /* of a property's element */
    bo_term id;        /* the statement's name (rdf:ID on a property) */
    bo_str datatype;
    unsigned long members; /* rdf:li seen so far */
    bool filled;           /* a property that has its node */
    unsigned long cell;    /* number of a collection's last cell; 0: none yet */
    bo_arena *arena;       /* text of the terms above */
} frame;

typedef struct rdfxml {
    bo_reading *r;
    bo_xml *xml;
    frame *frames; /* heap; room for the deepest */
    size_t depth;  /* open elements; frames[depth] is the innermost, frames[0] the document */
    size_t cap;
    bo_text text; /* of the property that is open */
    bo_xmlliteral literal;
    bo_idmap ids; /* hashes of names that rdf:ID has given */
} rdfxml;

#define RDF(local) BO_STR(BO_RDF_NS local)

static frame *top(rdfxml *x) {
    return &x->frames[x->depth];
}

/* Attributes of an element, sorted out. */
typedef struct attributes {
    bo_str id, about, node_id, resource, datatype, parse_type; /* .ptr NULL: absent */
    bo_quad *properties; /* predicate and object of the others; in the statement's arena */
    size_t count;
} attributes;

static const struct {
    const char *local;
    size_t at;
} syntax_attributes[] = {
    {"ID", offsetof(attributes, id)},
    {"about", offsetof(attributes, about)},
    {"nodeID", offsetof(attributes, node_id)},
    {"resource", offsetof(attributes, resource)},
    {"datatype", offsetof(attributes, datatype)},
    {"parseType", offsetof(attributes, parse_type)},
};

static bool is_rdf(const bo_xml_name *name) {
    return bo_str_eq(name->ns, BO_STR(BO_RDF_NS));
}

static bool is_rdf_name(const bo_xml_name *name, const char *local) {
    return is_rdf(name) && bo_str_eq(name->local, bo_str_of(local));
}

static bool listed(const bo_xml_name *name, const char *const *locals) {
    for (; is_rdf(name) && *locals != NULL; locals++)
        if (bo_str_eq(name->local, bo_str_of(*locals))) return true;
    return false;
}

/* Sections 6.2.4 and 7.2.2 to 7.2.7: names that are no nodes, no properties, no property attributes. */
static const char *const not_nodes[] = {"RDF",    "ID",       "about", "parseType", "resource",
                                        "nodeID", "datatype", "li",    "aboutEach", "aboutEachPrefix",
                                        "bagID",  NULL};
static const char *const not_properties[] = {
    "Description", "RDF",      "ID",        "about",           "parseType", "resource",
    "nodeID",      "datatype", "aboutEach", "aboutEachPrefix", "bagID",     NULL};
static const char *const not_attributes[] = {"Description",     "RDF",   "li", "aboutEach",
                                             "aboutEachPrefix", "bagID", NULL};

static bo_status refuse(const rdfxml *x, const bo_xml_name *name, const char *where) {
    return bo_xml_fail(x->xml, "rdf:%.*s can't be %s", BO_STR_ARG(name->local), where);
}

bool bo_is_no_property(bo_str iri) {
    if (!bo_str_starts(iri, BO_STR(BO_RDF_NS))) return false;
    bo_xml_name name = {BO_STR(BO_RDF_NS), bo_str_from(iri, sizeof BO_RDF_NS - 1), BO_STR_NONE};
    return listed(&name, not_properties) || is_rdf_name(&name, "li");
}

static bo_status resolve(const rdfxml *x, bo_str *out, bo_str reference, bo_arena *arena) {
    bo_str base = x->frames[x->depth].base, resolved = reference;
    if (base.len > 0) BO_TRY(bo_iri_resolve(&resolved, base, reference, arena));
    if (bo_iri_split(resolved).scheme.ptr == NULL)
        return bo_xml_fail(x->xml, "<%.*s> is relative, and there is no xml:base to resolve it against",
                           BO_STR_ARG(reference));
    if (bo_iri_check(resolved) != BO_OK) {
        bo_error why = *bo_error_last();
        return bo_xml_fail(x->xml, "%.300s", why.message);
    }
    *out = resolved;
    return BO_OK;
}

static bo_status iri(const rdfxml *x, bo_term *out, bo_str reference, bo_arena *arena) {
    bo_str resolved;
    BO_TRY(resolve(x, &resolved, reference, arena));
    bo_term term = bo_term_iri(resolved);
    return bo_term_copy(out, &term, arena);
}

/* The IRI that rdf:ID gives: each once in a document (section 7.2.34, constraint-id). */
static bo_status named(rdfxml *x, bo_term *out, bo_str id, bo_arena *arena) {
    bool fresh;
    if (!bo_is_ncname(id))
        return bo_xml_fail(x->xml, "rdf:ID=\"%.*s\" is no XML name: it starts with a letter and has no ':'",
                           BO_STR_ARG(id));
    bo_str reference = bo_arena_join(arena, BO_STR("#"), id);
    if (reference.ptr == NULL) return bo_error_last()->status;
    BO_TRY(iri(x, out, reference, arena));
    uint64_t hash = bo_str_hash(out->value);
    if (bo_idmap_put(&x->ids, hash ? hash : 1, &fresh) == NULL) return bo_error_last()->status;
    return fresh ? BO_OK
                 : bo_xml_fail(x->xml, "rdf:ID=\"%.*s\" stands twice in the document", BO_STR_ARG(id));
}

static bo_status labelled(rdfxml *x, bo_term *out, bo_str label, bo_arena *arena) {
    bo_term term;
    if (!bo_is_ncname(label))
        return bo_xml_fail(x->xml,
                           "rdf:nodeID=\"%.*s\" is no XML name: it starts with a letter and has no ':'",
                           BO_STR_ARG(label));
    BO_TRY(bo_reading_label(x->r, &term, label));
    return bo_term_copy(out, &term, arena);
}

static bo_status fresh_blank(rdfxml *x, bo_term *out, bo_arena *arena) {
    bo_term term;
    BO_TRY(bo_reading_numbered(x->r, &term, ++x->r->blanks));
    return bo_term_copy(out, &term, arena);
}

static bo_status give(rdfxml *x, const bo_term *s, bo_str p, const bo_term *o) {
    return bo_reading_give(x->r, &(bo_quad){*s, bo_term_iri(p), *o, {0}});
}

/* A property's triple, and four more when it has a name (section 7.3). */
static bo_status give_property(rdfxml *x, const frame *f, const bo_term *object) {
    BO_TRY(bo_reading_give(x->r, &(bo_quad){f->subject, f->predicate, *object, {0}}));
    if (f->id.kind == BO_NO_TERM) return BO_OK;
    bo_term statement = bo_term_iri(RDF("Statement"));
    BO_TRY(give(x, &f->id, BO_RDF_TYPE, &statement));
    BO_TRY(give(x, &f->id, RDF("subject"), &f->subject));
    BO_TRY(give(x, &f->id, RDF("predicate"), &f->predicate));
    return give(x, &f->id, RDF("object"), object);
}

/* Attributes. */

static bo_str *syntax_attribute(attributes *sorted, const bo_xml_name *name) {
    if (!is_rdf(name) && name->ns.len > 0) return NULL;
    for (size_t i = 0; i < sizeof syntax_attributes / sizeof *syntax_attributes; i++)
        if (bo_str_eq(name->local, bo_str_of(syntax_attributes[i].local)))
            return (bo_str *)((char *)sorted + syntax_attributes[i].at);
    return NULL;
}

static bo_status property_attribute(rdfxml *x, attributes *sorted, const bo_xml_attribute *attribute) {
    const bo_xml_name *name = &attribute->name;
    bool type = bo_str_eq(name->local, BO_STR("type")) && (is_rdf(name) || name->ns.len == 0);
    if (listed(name, not_attributes)) return refuse(x, name, "an attribute");
    if (name->ns.len == 0 && !type)
        return bo_xml_fail(x->xml,
                           "the attribute %.*s needs a prefix: only names in a namespace are properties",
                           BO_STR_ARG(name->local));
    bo_quad *made = &sorted->properties[sorted->count++];
    bo_str joined = bo_arena_join(x->r->arena, type ? BO_STR(BO_RDF_NS) : name->ns, name->local);
    if (joined.ptr == NULL) return bo_error_last()->status;
    BO_TRY(iri(x, &made->p, joined, x->r->arena));
    if (type) return iri(x, &made->o, attribute->value, x->r->arena);
    made->o = bo_term_lang(attribute->value, top(x)->lang);
    return BO_OK;
}

/* xml:base and xml:lang count from their own element on; of other attributes those that XML reserves are
 * passed over. */
static bo_status xml_attributes(rdfxml *x, const bo_xml_attribute *given, size_t count) {
    frame *f = top(x);
    for (size_t i = 0; i < count; i++) {
        const bo_xml_attribute *attribute = &given[i];
        if (!bo_str_eq(attribute->name.ns, BO_STR(BO_XML_NS))) continue;
        if (bo_str_eq(attribute->name.local, BO_STR("lang"))) {
            f->lang = bo_arena_str(f->arena, attribute->value);
            if (f->lang.ptr == NULL) return bo_error_last()->status;
            if (f->lang.len > 0 && !bo_is_lang(f->lang))
                return bo_xml_fail(x->xml, "xml:lang=\"%.*s\" is no language tag, as fr or fr-CA are",
                                   BO_STR_ARG(f->lang));
        } else if (bo_str_eq(attribute->name.local, BO_STR("base"))) {
            bo_str base;
            BO_TRY(resolve(x, &base, attribute->value, f->arena));
            f->base = bo_arena_str(f->arena, base);
            if (f->base.ptr == NULL) return bo_error_last()->status;
        }
    }
    return BO_OK;
}

static bool reserved(const bo_xml_name *name) {
    if (name->ns.len > 0) return bo_str_eq(name->ns, BO_STR(BO_XML_NS));
    return name->local.len >= 3 && bo_str_eq_nocase(bo_str_head(name->local, 3), BO_STR("xml"));
}

static bo_status sort_attributes(rdfxml *x, attributes *sorted, const bo_xml_attribute *given, size_t count) {
    *sorted = (attributes){0};
    sorted->properties = bo_arena_array(x->r->arena, count + 1, sizeof *sorted->properties);
    if (sorted->properties == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) {
        if (reserved(&given[i].name)) continue;
        bo_str *known = syntax_attribute(sorted, &given[i].name);
        if (known == NULL)
            BO_TRY(property_attribute(x, sorted, &given[i]));
        else if (known->ptr != NULL)
            return bo_xml_fail(x->xml, "rdf:%.*s stands twice on one element",
                               BO_STR_ARG(given[i].name.local));
        else
            *known = given[i].value;
    }
    return BO_OK;
}

static bo_status give_attributes(rdfxml *x, const bo_term *subject, const attributes *sorted) {
    for (size_t i = 0; i < sorted->count; i++)
        BO_TRY(give(x, subject, sorted->properties[i].p.value, &sorted->properties[i].o));
    return BO_OK;
}

/* Elements. The frame has been opened; `parent` is the one around it. */

/* Section 7.2.11, nodeElement */
static bo_status node_element(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    frame *f = top(x);
    f->kind = NODE;
    if (listed(name, not_nodes)) return refuse(x, name, "the element of a node");
    if (a->resource.ptr || a->datatype.ptr || a->parse_type.ptr)
        return bo_xml_fail(x->xml, "rdf:%s belongs on a property's element, and this is a node's",
                           a->resource.ptr   ? "resource"
                           : a->datatype.ptr ? "datatype"
                                             : "parseType");
    if ((a->id.ptr != NULL) + (a->about.ptr != NULL) + (a->node_id.ptr != NULL) > 1)
        return bo_xml_fail(x->xml, "a node has one of rdf:ID, rdf:about and rdf:nodeID");
    if (a->id.ptr)
        BO_TRY(named(x, &f->subject, a->id, f->arena));
    else if (a->about.ptr)
        BO_TRY(iri(x, &f->subject, a->about, f->arena));
    else if (a->node_id.ptr)
        BO_TRY(labelled(x, &f->subject, a->node_id, f->arena));
    else
        BO_TRY(fresh_blank(x, &f->subject, f->arena));
    if (!is_rdf_name(name, "Description")) {
        bo_term type;
        bo_str joined = bo_arena_join(x->r->arena, name->ns, name->local);
        if (joined.ptr == NULL) return bo_error_last()->status;
        BO_TRY(iri(x, &type, joined, x->r->arena));
        BO_TRY(give(x, &f->subject, BO_RDF_TYPE, &type));
    }
    return give_attributes(x, &f->subject, a);
}

/* Section 7.2.21, emptyPropertyElt with attributes */
static bo_status empty_property(rdfxml *x, const attributes *a) {
    frame *f = top(x);
    bo_term object;
    f->kind = EMPTY;
    if (a->resource.ptr && a->node_id.ptr)
        return bo_xml_fail(x->xml, "a property has one of rdf:resource and rdf:nodeID");
    if (a->resource.ptr)
        BO_TRY(iri(x, &object, a->resource, x->r->arena));
    else if (a->node_id.ptr)
        BO_TRY(labelled(x, &object, a->node_id, x->r->arena));
    else
        BO_TRY(fresh_blank(x, &object, x->r->arena));
    BO_TRY(give_property(x, f, &object));
    return give_attributes(x, &object, a);
}

/* Sections 7.2.17 to 7.2.20, by rdf:parseType; any unknown one is Literal */
static bo_status parse_type(rdfxml *x, const attributes *a) {
    frame *f = top(x);
    if (a->resource.ptr || a->node_id.ptr || a->datatype.ptr || a->count > 0)
        return bo_xml_fail(x->xml, "beside rdf:parseType only rdf:ID may stand");
    if (bo_str_eq(a->parse_type, BO_STR("Resource"))) {
        bo_term node;
        BO_TRY(fresh_blank(x, &node, f->arena));
        BO_TRY(give_property(x, f, &node));
        f->kind = RESOURCE;
        f->subject = node;
        return BO_OK;
    }
    if (bo_str_eq(a->parse_type, BO_STR("Collection"))) {
        f->kind = COLLECTION;
        return BO_OK;
    }
    f->kind = LITERAL;
    bo_xmlliteral_begin(&x->literal, &x->text);
    return BO_OK;
}

/* Section 7.2.14, propertyElt; rdf:li counts (section 7.4) */
static bo_status property_element(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    frame *f = top(x), *parent = f - 1;
    bo_str joined;
    if (listed(name, not_properties)) return refuse(x, name, "a property");
    if (a->about.ptr)
        return bo_xml_fail(x->xml,
                           "rdf:about belongs on a node's element; a property points with rdf:resource");
    if (is_rdf_name(name, "li"))
        joined = bo_arena_printf(x->r->arena, BO_RDF_NS "_%lu", ++parent->members);
    else
        joined = bo_arena_join(x->r->arena, name->ns, name->local);
    if (joined.ptr == NULL) return bo_error_last()->status;
    f->subject = parent->subject;
    BO_TRY(iri(x, &f->predicate, joined, f->arena));
    if (a->id.ptr) BO_TRY(named(x, &f->id, a->id, f->arena));
    bo_text_clear(&x->text);
    if (a->parse_type.ptr) return parse_type(x, a);
    if (a->datatype.ptr) {
        if (a->resource.ptr || a->node_id.ptr || a->count > 0)
            return bo_xml_fail(x->xml, "rdf:datatype says that the value is a text: no other attribute fits");
        bo_term datatype;
        BO_TRY(iri(x, &datatype, a->datatype, f->arena));
        f->datatype = datatype.value;
    }
    f->kind = PROPERTY;
    return a->resource.ptr || a->node_id.ptr || a->count > 0 ? empty_property(x, a) : BO_OK;
}

/* A node that stands in a property is its value. */
static bo_status value_node(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    frame *f = top(x), *property = f - 1;
    if (property->filled)
        return bo_xml_fail(x->xml, "a property has one value: open it again for a second one");
    if (property->datatype.ptr)
        return bo_xml_fail(x->xml, "the value of a property with rdf:datatype is a text");
    if (bo_str_trim(bo_text_str(&x->text)).len > 0)
        return bo_xml_fail(x->xml, "a property's value is a text or a node, not both");
    BO_TRY(node_element(x, name, a));
    property->filled = true;
    return give_property(x, property, &f->subject);
}

/* Section 7.2.19: the cells of a list are made as its nodes come. */
static bo_status member_node(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    frame *f = top(x), *list = f - 1;
    bo_term cell, before;
    BO_TRY(node_element(x, name, a));
    unsigned long last = list->cell;
    list->cell = ++x->r->blanks;
    BO_TRY(bo_reading_numbered(x->r, &cell, list->cell));
    if (last == 0) {
        BO_TRY(give_property(x, list, &cell));
    } else {
        BO_TRY(bo_reading_numbered(x->r, &before, last));
        BO_TRY(give(x, &before, BO_RDF_REST, &cell));
    }
    return give(x, &cell, BO_RDF_FIRST, &f->subject);
}

static bo_status no_element(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    (void)a;
    return bo_xml_fail(x->xml, "<%.*s> can't stand here: the property's attributes say its value already",
                       BO_STR_ARG(name->local));
}

static bo_status root_element(rdfxml *x, const bo_xml_name *name, const attributes *a) {
    if (!is_rdf_name(name, "RDF")) return node_element(x, name, a);
    top(x)->kind = NODES;
    bool plain = !(a->id.ptr || a->about.ptr || a->node_id.ptr || a->resource.ptr || a->datatype.ptr ||
                   a->parse_type.ptr || a->count > 0);
    return plain ? BO_OK : bo_xml_fail(x->xml, "rdf:RDF has no attributes but those of XML");
}

/* What an element is that stands in one of each kind. */
static bo_status (*const inside[])(rdfxml *x, const bo_xml_name *name, const attributes *a) = {
    [DOCUMENT] = root_element,  [NODES] = node_element,        [NODE] = property_element,
    [PROPERTY] = value_node,    [RESOURCE] = property_element, [EMPTY] = no_element,
    [COLLECTION] = member_node,
};

static bo_status push(rdfxml *x) {
    const frame *around = top(x);
    frame *f = &x->frames[++x->depth];
    bo_arena *arena = f->arena ? f->arena : bo_arena_new(0); /* kept for the next element on this level */
    if (arena == NULL) return bo_error_last()->status;
    bo_arena_reset(arena);
    *f = (frame){.arena = arena, .base = around->base, .lang = around->lang};
    return BO_OK;
}

static bo_status open(void *context, const bo_xml_name *name, const bo_xml_attribute *given, size_t count) {
    rdfxml *x = context;
    attributes sorted;
    kind around = top(x)->kind;
    if (around == LITERAL) return bo_xmlliteral_open(&x->literal, name, given, count);
    bo_arena_reset(x->r->arena);
    BO_TRY(push(x));
    BO_TRY(xml_attributes(x, given, count));
    BO_TRY(sort_attributes(x, &sorted, given, count));
    return inside[around](x, name, &sorted);
}

static bo_status end_property(rdfxml *x, const frame *f) {
    if (f->filled) return BO_OK;
    bo_str text = bo_text_str(&x->text);
    bo_term value = f->datatype.ptr ? bo_term_typed(text, f->datatype) : bo_term_lang(text, f->lang);
    return give_property(x, f, &value);
}

static bo_status end_collection(rdfxml *x, const frame *f) {
    bo_term nil = bo_term_iri(BO_RDF_NIL), last;
    if (f->cell == 0) return give_property(x, f, &nil);
    BO_TRY(bo_reading_numbered(x->r, &last, f->cell));
    return give(x, &last, BO_RDF_REST, &nil);
}

static bo_status end_literal(rdfxml *x, const frame *f) {
    bo_xmlliteral_done(&x->literal);
    bo_term value = bo_term_typed(bo_text_str(&x->text), RDF("XMLLiteral"));
    return give_property(x, f, &value);
}

static bo_status close(void *context, const bo_xml_name *name) {
    rdfxml *x = context;
    const frame *f = top(x);
    if (f->kind == LITERAL && x->literal.depth > 0) {
        bo_xmlliteral_close(&x->literal, name);
        return BO_OK;
    }
    bo_arena_reset(x->r->arena);
    x->depth--;
    if (x->text.status != BO_OK) return x->text.status;
    switch (f->kind) {
    case PROPERTY: return end_property(x, f);
    case COLLECTION: return end_collection(x, f);
    case LITERAL: return end_literal(x, f);
    default: return BO_OK;
    }
}

static bo_status text(void *context, bo_str text) {
    rdfxml *x = context;
    const frame *f = top(x);
    if (f->kind == LITERAL)
        bo_xmlliteral_text(&x->literal, text);
    else if (f->kind == PROPERTY && !f->filled)
        bo_text_put(&x->text, text);
    else if (bo_str_trim(text).len > 0)
        return bo_xml_fail(x->xml, "there can't be a text here: only a property's element holds one");
    return BO_OK;
}

static bo_status comment(void *context, bo_str text) {
    rdfxml *x = context;
    if (top(x)->kind == LITERAL) bo_xmlliteral_comment(&x->literal, text);
    return BO_OK;
}

static bo_status instruction(void *context, bo_str target, bo_str data) {
    rdfxml *x = context;
    if (top(x)->kind == LITERAL) bo_xmlliteral_instruction(&x->literal, target, data);
    return BO_OK;
}

void bo_read_rdfxml_done(bo_reading *r) {
    rdfxml *x = r->state;
    if (x == NULL) return;
    bo_xmlliteral_done(&x->literal);
    bo_xml_free(x->xml);
    for (size_t i = 0; x->frames != NULL && i <= x->cap; i++) bo_arena_free(x->frames[i].arena);
    free(x->frames);
    bo_text_done(&x->text);
    bo_idmap_done(&x->ids);
    free(x);
}

static bo_status begin(bo_reading *r) {
    static const bo_xml_events events = {open, close, text, comment, instruction};
    rdfxml *x = r->state = calloc(1, sizeof *x);
    if (x == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    x->r = r;
    x->cap = r->options->depth_cap ? r->options->depth_cap : 512;
    bo_text_init(&x->text, 0);
    bo_idmap_init(&x->ids, NULL);
    x->frames = calloc(x->cap + 1, sizeof *x->frames);
    if (x->frames == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    x->frames[0].base = r->options->base;
    bo_xml_limits limits = {.depth = x->cap, .entity_growth = r->options->entity_growth};
    return bo_xml_new(&x->xml, &events, x, &limits);
}

bo_status bo_read_rdfxml_document(bo_reading *r) {
    if (r->state == NULL) BO_TRY(begin(r));
    rdfxml *x = r->state;
    bo_status status = bo_xml_feed(x->xml, (bo_str){r->at, (size_t)(r->end - r->at)}, r->last);
    r->at = r->end;
    return status;
}
