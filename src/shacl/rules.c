/* SPDX-License-Identifier: Apache-2.0
 * The constraints of SHACL Core in a shapes graph (section 4): one function for each kind of parameter, named
 * in component.def.
 */
#include "shacl/reader.h"

typedef bo_status (*read_fn)(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value);

/* Where a parameter may stand. */
enum { ANYWHERE = 0, ONCE = 1, ON_PATH = 2, ONCE_ON_PATH = ONCE | ON_PATH };

static const char *parameter_of(const bo_sh_rule *rule) {
    static const char *const names[] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english) "sh:" parameter,
#include "shacl/component.def"
    };
    return names[rule->component];
}

#define ILL_FORMED(must) bo_sh_ill_formed(r, node, "%s must be " must, parameter_of(rule))

/* The label of what a parameter names, so that sentences can say it. */
static bo_status keep_label(bo_sh_reader *r, const bo_term *term) {
    bool was_new;
    if (term->kind != BO_IRI) return BO_OK;
    bo_value *slot = bo_map_put(&r->shapes->labels, term->value, &was_new);
    bo_sh_label *label = BO_NEW(r->arena, bo_sh_label);
    if (slot == NULL || label == NULL) return bo_error_last()->status;
    if (!was_new) return BO_OK;
    slot->ptr = label;
    return bo_sh_labels_of(r, label, term->value);
}

static bo_status read_constant(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    (void)value;
    if (rule->component != BO_SH_HAS_VALUE && rule->parameter.kind != BO_IRI) return ILL_FORMED("an IRI");
    BO_TRY(keep_label(r, &rule->parameter));
    return bo_sh_number(r, &rule->constant, &rule->parameter);
}

static bo_status read_datatype(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    (void)value;
    if (rule->parameter.kind != BO_IRI) return ILL_FORMED("a datatype's IRI, like xsd:date");
    rule->datatype = bo_datatype_of(rule->parameter.value);
    return BO_OK;
}

static bo_status read_node_kind(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    enum { IRI = 1u << BO_IRI, BLANK = 1u << BO_BLANK, LITERAL = 1u << BO_LITERAL };
    static const struct {
        const char *iri;
        unsigned kinds;
    } kinds[] = {{BO_SH_NS "IRI", IRI},
                 {BO_SH_NS "BlankNode", BLANK},
                 {BO_SH_NS "Literal", LITERAL},
                 {BO_SH_NS "BlankNodeOrIRI", IRI | BLANK},
                 {BO_SH_NS "BlankNodeOrLiteral", BLANK | LITERAL},
                 {BO_SH_NS "IRIOrLiteral", IRI | LITERAL}};
    (void)value;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bo_str_eq(rule->parameter.value, bo_str_of(kinds[i].iri))) rule->kinds = kinds[i].kinds;
    return rule->kinds != 0 ? BO_OK : ILL_FORMED("sh:IRI, sh:Literal, sh:BlankNode, or one of their pairs");
}

static bo_status read_count(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_xsd number;
    (void)value;
    bool good = bo_xsd_of_term(&number, &rule->parameter) && bo_datatype_is_integer(number.type) &&
                number.decimal.n >= 0 && number.decimal.n <= INT64_MAX;
    if (!good) return ILL_FORMED("a whole number, 0 or more");
    rule->number = (uint64_t)number.decimal.n;
    return BO_OK;
}

static bo_status read_bound(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    (void)value;
    if (rule->parameter.kind != BO_LITERAL) return ILL_FORMED("a literal to compare with");
    rule->bound = bo_val_of_term(&rule->parameter);
    return BO_OK;
}

static bo_status read_flag(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_xsd flag;
    (void)value;
    if (!bo_xsd_of_term(&flag, &rule->parameter) || flag.type != BO_DT_BOOLEAN)
        return ILL_FORMED("true or false");
    rule->idle =
        !bo_str_eq(rule->parameter.value, BO_STR("true")); /* "1" switches nothing on, says the suite */
    return BO_OK;
}

static bo_status read_pattern(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_id id;
    bo_term flags = {0};
    (void)value;
    BO_TRY(bo_sh_object(r, &id, node, SH("flags")));
    if (id != BO_ID_NONE) BO_TRY(bo_source_term_of(r->source, &flags, id, r->scratch));
    bool good = rule->parameter.kind == BO_LITERAL && rule->parameter.lang.len == 0 &&
                rule->parameter.datatype.len == 0 && (flags.kind == BO_NO_TERM || flags.kind == BO_LITERAL);
    if (!good) return ILL_FORMED("a text, and so must sh:flags");
    bo_status status = bo_regex_new(&rule->regex, rule->parameter.value, flags.value);
    if (status != BO_INVALID && status != BO_UNSUPPORTED) return status;
    bo_error error = *bo_error_last();
    return bo_sh_ill_formed(r, node, "sh:pattern: %.250s", error.message);
}

static bo_status read_terms(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_sh_nodes members;
    (void)node;
    BO_TRY(bo_sh_list(r, &members, value));
    for (size_t i = 0; i < members.len; i++) {
        bo_term term;
        BO_TRY(bo_sh_keep_term(r, &term, members.ids[i]));
        BO_TRY(keep_label(r, &term));
        BO_SH_PUSH(r->arena, rule->terms.items, rule->terms.len, term);
    }
    return bo_sh_terms_close(&rule->terms, r->arena);
}

static bo_status read_languages(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    BO_TRY(read_terms(r, rule, node, value));
    for (size_t i = 0; i < rule->terms.len; i++)
        if (rule->terms.items[i].kind != BO_LITERAL) return ILL_FORMED("a list of language tags");
    return BO_OK;
}

static bo_status add_shape(bo_sh_reader *r, bo_sh_rule *rule, bo_id node) {
    const bo_sh_shape *shape;
    BO_TRY(bo_sh_shape_of(r, &shape, node, rule->shape));
    BO_SH_PUSH(r->arena, rule->shapes, rule->shape_count, shape);
    return BO_OK;
}

static bo_status read_shape(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    BO_TRY(add_shape(r, rule, value));
    bool wrong = rule->component == BO_SH_NODE && rule->shapes[0]->path != NULL;
    return wrong ? ILL_FORMED("a node shape, and this one has a sh:path") : BO_OK;
}

static bo_status read_property(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    BO_TRY(add_shape(r, rule, value));
    bool wrong = rule->shapes[0]->path == NULL && !rule->shapes[0]->deactivated;
    return wrong ? ILL_FORMED("a property shape, and this one has no sh:path") : BO_OK;
}

static bo_status read_shapes(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_sh_nodes members;
    (void)node;
    BO_TRY(bo_sh_list(r, &members, value));
    for (size_t i = 0; i < members.len; i++) BO_TRY(add_shape(r, rule, members.ids[i]));
    return BO_OK;
}

static bo_status add_sibling(bo_sh_reader *r, bo_sh_rule *rule, bo_id property, bo_id own) {
    bo_sh_nodes found;
    BO_TRY(bo_sh_objects(r, &found, property, SH("qualifiedValueShape")));
    for (size_t i = 0; i < found.len; i++) {
        const bo_sh_shape *sibling;
        if (found.ids[i] == own) continue;
        BO_TRY(bo_sh_shape_of(r, &sibling, found.ids[i], rule->shape));
        BO_SH_PUSH(r->arena, rule->siblings, rule->sibling_count, sibling);
    }
    return BO_OK;
}

/* The sibling shapes of a qualified one (section 4.7.3): what else counts at the properties of the shapes
 * that have this one. */
static bo_status read_siblings(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id own) {
    bo_sh_nodes parents, properties;
    BO_TRY(bo_sh_subjects(r, &parents, SH("property"), node));
    for (size_t i = 0; i < parents.len; i++) {
        BO_TRY(bo_sh_objects(r, &properties, parents.ids[i], SH("property")));
        for (size_t k = 0; k < properties.len; k++) BO_TRY(add_sibling(r, rule, properties.ids[k], own));
    }
    return BO_OK;
}

static bo_status read_qualified(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_id shape;
    bool disjoint;
    BO_TRY(read_count(r, rule, node, value));
    BO_TRY(bo_sh_object(r, &shape, node, SH("qualifiedValueShape")));
    rule->idle = shape == BO_ID_NONE;
    if (rule->idle) return BO_OK; /* a component needs all of its parameters (section 2.1.2) */
    BO_TRY(add_shape(r, rule, shape));
    BO_TRY(bo_sh_true(r, &disjoint, node, SH("qualifiedValueShapesDisjoint")));
    return disjoint ? read_siblings(r, rule, node, shape) : BO_OK;
}

static bo_status allow(bo_sh_reader *r, bo_sh_rule *rule, bo_id property) {
    bo_term term;
    if (bo_id_kind(property) != BO_IRI) return BO_OK;
    BO_TRY(bo_sh_keep_term(r, &term, property));
    BO_SH_PUSH(r->arena, rule->terms.items, rule->terms.len, term);
    return BO_OK;
}

static bo_status read_closed(bo_sh_reader *r, bo_sh_rule *rule, bo_id node, bo_id value) {
    bo_sh_nodes properties, paths, ignored;
    bo_id list;
    BO_TRY(read_flag(r, rule, node, value));
    BO_TRY(bo_sh_objects(r, &properties, node, SH("property")));
    for (size_t i = 0; i < properties.len; i++) {
        BO_TRY(bo_sh_objects(r, &paths, properties.ids[i], SH("path")));
        for (size_t k = 0; k < paths.len; k++) BO_TRY(allow(r, rule, paths.ids[k]));
    }
    BO_TRY(bo_sh_object(r, &list, node, SH("ignoredProperties")));
    if (list != BO_ID_NONE) {
        BO_TRY(bo_sh_list(r, &ignored, list));
        for (size_t i = 0; i < ignored.len; i++) BO_TRY(allow(r, rule, ignored.ids[i]));
    }
    return bo_sh_terms_close(&rule->terms, r->arena);
}

static bo_status read_component(bo_sh_reader *r, bo_sh_shape *shape, bo_id node, bo_sh_component component,
                                bo_str parameter, int use, read_fn read) {
    bo_sh_nodes values;
    bo_sh_rule *rule = NULL;
    BO_TRY(bo_sh_objects(r, &values, node, parameter));
    for (size_t i = 0; i < values.len; i++) {
        BO_TRY(bo_sh_add_rule(r, &rule, shape, component));
        BO_TRY(bo_sh_keep_term(r, &rule->parameter, values.ids[i]));
        BO_TRY(read(r, rule, node, values.ids[i]));
        if (rule->idle) shape->rule_count--;
    }
    if (values.len > 1 && (use & ONCE))
        return bo_sh_ill_formed(r, node, "%s may stand there once", parameter_of(rule));
    if (values.len > 0 && (use & ON_PATH) && shape->path == NULL)
        return bo_sh_ill_formed(r, node, "%s can't stand in a shape without sh:path", parameter_of(rule));
    return BO_OK;
}

bo_status bo_sh_read_rules(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    static const struct {
        bo_str parameter;
        int use;
        read_fn read;
    } components[] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english)                              \
    {{BO_SH_NS parameter, sizeof BO_SH_NS parameter - 1}, use, read_##read},
#include "shacl/component.def"
    };
    for (unsigned i = 0; i < sizeof components / sizeof *components; i++)
        BO_TRY(read_component(r, shape, node, (bo_sh_component)i, components[i].parameter, components[i].use,
                              components[i].read));
    return BO_OK;
}
