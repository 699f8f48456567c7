/* SPDX-License-Identifier: Apache-2.0
 * What a person reads: one sentence for each result, in French or English, and the list of results as JSON.
 * What the shape's author wrote goes first; else the tables component.def and sentence.def have a sentence.
 */
#include "shacl/shapes.h"

enum { SHOWN = 80, LISTED = 12 }; /* bytes of a value; members of a list */

static const bo_str tags[BO_LANGUAGE_COUNT] = {
#define BO_LANGUAGE(name, tag) [BO_##name] = {tag, sizeof(tag) - 1},
#include "shacl/sentence.def"
};

bo_str bo_language_tag(bo_language language) {
    return tags[language];
}

bool bo_language_of(bo_language *out, bo_str tag) {
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT; i++) {
        bool starts = bo_str_eq_nocase(bo_str_head(tag, tags[i].len), tags[i]);
        if (!starts || (tag.len > tags[i].len && strchr("-_.@", tag.ptr[tags[i].len]) == NULL)) continue;
        *out = (bo_language)i;
        return true;
    }
    return false;
}

/* Names. */

static bo_str words_for(bo_str iri, bo_language language) {
    static const struct {
        const char *iri;
        const char *text[BO_LANGUAGE_COUNT];
    } words[] = {
#define BO_WORDS(iri, french, english) {iri, {french, english}},
#include "shacl/sentence.def"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bo_str_eq(iri, bo_str_of(words[i].iri))) return bo_str_of(words[i].text[language]);
    return BO_STR_NONE;
}

/* "https://.../ns#inseeCode" -> "insee code" */
static bo_str local_words(bo_str iri, bo_arena *arena) {
    size_t at = iri.len;
    while (at > 0 && strchr("#/:", iri.ptr[at - 1]) == NULL) at--;
    bo_str local = bo_str_from(iri, at);
    char *words = bo_arena_alloc(arena, local.len * 2);
    size_t len = 0;
    if (words == NULL) return BO_STR_NONE;
    for (size_t i = 0; i < local.len; i++) {
        char c = local.ptr[i];
        bool upper = c >= 'A' && c <= 'Z',
             after_lower = i > 0 && local.ptr[i - 1] >= 'a' && local.ptr[i - 1] <= 'z';
        if (upper && after_lower) words[len++] = ' ';
        words[len++] = upper && (after_lower || i == 0) ? (char)(c | 0x20) : c == '_' || c == '-' ? ' ' : c;
    }
    return len > 0 ? bo_str_make(words, len) : iri;
}

static const bo_sh_path *path_end(const bo_sh_path *path) {
    while (path != NULL && path->kind != BO_SH_LINK) path = path->parts[path->count - 1];
    return path;
}

bo_str bo_result_name(const bo_result *result, bo_language language, bo_arena *arena) {
    const bo_sh_shape *shape = result->rule->shape;
    const bo_sh_path *end = path_end(result->path);
    if (end == NULL) return BO_STR("");
    for (int plain = 0; plain < 2 && result->path == shape->path; plain++)
        for (size_t i = 0; i < shape->name_count; i++) {
            bo_language told;
            bool fits = plain ? shape->names[i].lang.len == 0
                              : bo_language_of(&told, shape->names[i].lang) && told == language;
            if (fits) return shape->names[i].value;
        }
    return local_words(end->iri, arena);
}

static bo_str name_or_page(const bo_result *result, bo_language language, bo_arena *arena) {
    bo_str name = bo_result_name(result, language, arena);
    return name.len > 0 ? name : words_for(BO_STR(""), language);
}

/* Values. */

/* No more than fits into a sentence, cut between characters. */
static void put_short(bo_text *out, bo_str text) {
    size_t len = text.len > SHOWN ? SHOWN : text.len;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80) len--;
    bo_text_put(out, bo_str_head(text, len));
    if (len < text.len) BO_TEXT_LIT(out, "…");
}

/* A value as it was sent: what an IRI is called only when a shape offers it as a choice. */
static void put_value(bo_text *out, const bo_sh_rule *rule, const bo_term *term, bo_language language) {
    bool offered = term->kind == BO_IRI && bo_sh_terms_have(&rule->terms, term);
    bo_str words = offered ? words_for(term->value, language) : BO_STR_NONE;
    if (term->kind == BO_BLANK) words = words_for(BO_STR("_:"), language);
    put_short(out, words.ptr != NULL ? words : term->value);
}

/* What a parameter is called: its label, the words for it, or those of its IRI. A choice goes by its label in
 * another language before that, since it is often a mere code. */
static void put_parameter(bo_text *out, const bo_shapes *shapes, const bo_term *term, bool is_choice,
                          bo_language language, bo_arena *arena) {
    if (term->kind != BO_IRI) {
        put_short(out, term->value);
        return;
    }
    const bo_value *slot = bo_map_get(&shapes->labels, term->value);
    const bo_sh_label *label = slot != NULL ? slot->ptr : NULL;
    bo_str name = label != NULL ? label->text[language] : BO_STR_NONE;
    if (name.ptr == NULL) name = words_for(term->value, language);
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT && is_choice && label != NULL && name.ptr == NULL; i++)
        name = label->text[i];
    put_short(out, name.ptr != NULL ? name : local_words(term->value, arena));
}

static void put_list(bo_text *out, const bo_shapes *shapes, const bo_sh_terms *terms, bo_language language,
                     bo_arena *arena) {
    for (size_t i = 0; i < terms->len && i < LISTED; i++) {
        if (i > 0) BO_TEXT_LIT(out, ", ");
        put_parameter(out, shapes, &terms->items[i], true, language, arena);
    }
    if (terms->len > LISTED) BO_TEXT_LIT(out, ", …");
}

/* Filling in. */

typedef struct filling {
    const bo_result *result;
    const bo_sh_bindings *bindings;
    bo_language language;
    bo_arena *arena;
} filling;

static bo_str parameter_name(const bo_sh_rule *rule) {
    static const char *const names[BO_SH_COMPONENT_COUNT] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english) parameter,
#include "shacl/component.def"
        "", ""};
    return bo_str_of(names[rule->component]);
}

/* False for a variable that nothing is known of: it stays as it was written. */
static bool put_variable(bo_text *out, const filling *f, bo_str name) {
    const bo_result *result = f->result;
    const bo_sh_rule *rule = result->rule;
    for (size_t i = 0; f->bindings != NULL && i < f->bindings->len; i++) {
        if (!bo_str_eq(name, f->bindings->names[i])) continue;
        put_short(out, f->bindings->values[i].value);
        return f->bindings->values[i].kind != BO_NO_TERM;
    }
    if (bo_str_eq(name, BO_STR("name")))
        bo_text_put(out, name_or_page(result, f->language, f->arena));
    else if (bo_str_eq(name, BO_STR("value")) && result->value.kind != BO_NO_TERM)
        put_value(out, rule, &result->value, f->language);
    else if (bo_str_eq(name, BO_STR("detail")) && result->detail_count > 0)
        bo_text_put(out, bo_result_sentence(&result->details[0], f->language, f->arena));
    else if (bo_str_eq(name, BO_STR("this")))
        put_short(out, result->focus.value);
    else if (bo_str_eq(name, BO_STR("path")) && result->path != NULL)
        bo_text_put(out, bo_result_path(result, f->arena));
    else if (!bo_str_eq(name, parameter_name(rule)) || name.len == 0)
        return false;
    else if (rule->component == BO_SH_IN || rule->component == BO_SH_LANGUAGE_IN)
        put_list(out, rule->shape->owner, &rule->terms, f->language, f->arena);
    else
        put_parameter(out, rule->shape->owner, &rule->parameter, rule->component == BO_SH_HAS_VALUE,
                      f->language, f->arena);
    return true;
}

static bool is_name(bo_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (strchr(" {}?$\n", text.ptr[i]) != NULL) return false;
    return text.len > 0;
}

static void fill(bo_text *out, const filling *f, bo_str message) {
    while (message.len > 0) {
        size_t open = bo_str_find(message, '{'), close = open + bo_str_find(bo_str_from(message, open), '}');
        bo_text_put(out, bo_str_head(message, open));
        bo_str inner =
            close < message.len ? bo_str_make(message.ptr + open + 1, close - open - 1) : BO_STR_NONE;
        bool marked =
            inner.len > 1 && (inner.ptr[0] == '?' || inner.ptr[0] == '$') && is_name(bo_str_from(inner, 1));
        if (marked && put_variable(out, f, bo_str_from(inner, 1))) {
            message = bo_str_from(message, close + 1);
            continue;
        }
        bo_text_put(out, bo_str_make(message.ptr + open, open < message.len));
        message = bo_str_from(message, open + 1);
    }
}

bo_str bo_sh_fill(bo_str message, const bo_result *result, const bo_sh_bindings *bindings,
                  bo_language language, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    fill(&text, &(filling){result, bindings, language, arena}, message);
    bo_str filled = bo_text_end(&text) == BO_OK ? bo_arena_str(arena, bo_text_str(&text)) : BO_STR_NONE;
    bo_text_done(&text);
    return filled;
}

/* Choosing the sentence. */

static const char *special_sentence(const bo_result *result, bo_language language) {
    const bo_sh_rule *rule = result->rule;
#define BO_SENTENCE(kind, when, french, english)                                                             \
    if (rule->component == BO_SH_##kind && (when)) return language == BO_FRENCH ? french : english;
#include "shacl/sentence.def"
    return NULL;
}

static const char *sentence_for(const bo_result *result, bo_language language) {
    static const char *const sentences[][BO_LANGUAGE_COUNT] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english) {french, english},
#include "shacl/component.def"
    };
    const char *special = special_sentence(result, language);
    return special != NULL ? special : sentences[result->rule->component][language];
}

/* What the author wrote in this language, or without saying in which. */
static bo_str authors_words(const bo_result *result, bo_language language) {
    bo_str plain = BO_STR_NONE;
    for (size_t i = 0; i < result->message_count; i++) {
        bo_language told;
        const bo_term *message = &result->messages[i];
        if (bo_language_of(&told, message->lang) && told == language) return message->value;
        if (message->lang.len == 0 && plain.ptr == NULL) plain = message->value;
    }
    bool only = plain.ptr == NULL && result->message_count > 0 && result->rule->query != NULL;
    return only ? result->messages[0].value : plain;
}

bo_str bo_result_sentence(const bo_result *result, bo_language language, bo_arena *arena) {
    bo_str words = authors_words(result, language);
    if (words.ptr != NULL) return words;
    return bo_sh_fill(bo_str_of(sentence_for(result, language)), result, NULL, language, arena);
}

/* JSON. */

static void put_term(bo_json_writer *out, const char *key, bo_term term, bo_arena *arena) {
    if (term.kind == BO_NO_TERM) return;
    bo_str text = term.kind == BO_BLANK ? bo_arena_join(arena, BO_STR("_:"), term.value) : term.value;
    bo_json_member_string(out, bo_str_of(key), text);
}

/* The shape's name, or that of the one it is part of: a blank node's label helps nobody. */
static bo_term named_shape(const bo_result *result) {
    const bo_sh_shape *shape = result->rule->shape;
    while (shape->term.kind == BO_BLANK && shape->within != NULL) shape = shape->within;
    return shape->term.kind == BO_BLANK ? bo_result_shape(result) : shape->term;
}

static void put_result(bo_json_writer *out, const bo_result *result, bo_language language, bo_arena *arena) {
    bo_str component = bo_vocab_shorten(bo_result_component(result), arena);
    bo_str severity = bo_vocab_shorten(bo_result_severity(result), arena);
    bo_json_open(out, BO_JSON_OBJECT);
    if (result->path != NULL) {
        bo_json_member_string(out, BO_STR("path"), bo_result_path(result, arena));
        bo_json_member_string(out, BO_STR("name"), bo_result_name(result, language, arena));
    }
    put_term(out, "value", result->value, arena);
    bo_json_member_string(out, BO_STR("message"), bo_result_sentence(result, language, arena));
    bo_json_key(out, BO_STR("messages"));
    bo_json_open(out, BO_JSON_OBJECT);
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT; i++)
        bo_json_member_string(out, tags[i], bo_result_sentence(result, (bo_language)i, arena));
    bo_json_close(out, BO_JSON_OBJECT);
    bo_json_member_string(out, BO_STR("severity"), severity.ptr ? severity : bo_result_severity(result));
    bo_json_member_string(out, BO_STR("component"), component.ptr ? component : bo_result_component(result));
    put_term(out, "shape", named_shape(result), arena);
    put_term(out, "focus", result->focus, arena);
    if (result->detail_count > 0) bo_json_key(out, BO_STR("details"));
    if (result->detail_count > 0) bo_json_open(out, BO_JSON_ARRAY);
    for (size_t i = 0; i < result->detail_count; i++) put_result(out, &result->details[i], language, arena);
    if (result->detail_count > 0) bo_json_close(out, BO_JSON_ARRAY);
    bo_json_close(out, BO_JSON_OBJECT);
}

void bo_report_json(bo_json_writer *out, const bo_report *report, bo_language language, bo_arena *arena) {
    bo_json_open(out, BO_JSON_ARRAY);
    for (size_t i = 0; i < report->len; i++) put_result(out, &report->results[i], language, arena);
    bo_json_close(out, BO_JSON_ARRAY);
}
