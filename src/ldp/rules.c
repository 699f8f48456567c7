/* SPDX-License-Identifier: Apache-2.0
 * The shapes in use: where they come from, and one set of them that any number of threads may hold while the
 * next one takes its place.
 */
#include "ldp/rules.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/fs.h"
#include "bocage/syntax.h"
#include "ldp/embedded.h"
#include "rdf/vocab.h"

enum { FILE_CAP = 16 << 20, RESULTS = 100, LOOK_EVERY_NS = 1000000000 };

/* One compiled set; freed by whoever lets go of it last. */
typedef struct edition {
    bo_shapes *shapes;
    bo_graph *ontologies;
    bo_text text; /* the shapes as Turtle */
    unsigned holders;
} edition;

struct bo_rules {
    char *folder; /* NULL: none */
    pthread_mutex_t lock;
    edition *current;
    uint64_t fingerprint; /* of the folder, when it was last looked at */
    uint64_t looked_ns;
};

static bo_status no_memory(void) {
    return bo_fail(BO_NO_MEMORY, "memory ran out");
}

/* Holding an edition. */

static edition *take(bo_rules *rules) {
    pthread_mutex_lock(&rules->lock);
    edition *held = rules->current;
    held->holders++;
    pthread_mutex_unlock(&rules->lock);
    return held;
}

static void free_edition(edition *made) {
    bo_shapes_free(made->shapes);
    bo_graph_free(made->ontologies);
    bo_text_done(&made->text);
    free(made);
}

static void let_go(bo_rules *rules, edition *held) {
    if (held == NULL) return;
    pthread_mutex_lock(&rules->lock);
    bool last = --held->holders == 0;
    pthread_mutex_unlock(&rules->lock);
    if (!last) return;
    free_edition(held);
}

/* Reading. */

typedef struct reading {
    bo_graph *shapes, *labels;
    unsigned files; /* of the folder, so far */
} reading;

/* A prefix and a number keep the blank nodes of files apart. */
static bo_status read_bytes(bo_graph *to, const char *prefix, unsigned number, const char *name,
                            bo_str bytes) {
    bo_text label;
    bo_text_init(&label, 0);
    bo_text_printf(&label, "%s%u-", prefix, number);
    bo_sink sink = bo_graph_sink(to);
    bo_read_options options = {.base = BO_STR("https://w3id.org/bien-commun/shapes"),
                               .blank_prefix = bo_text_str(&label)};
    bo_status status = bo_read(&sink, BO_TURTLE, bytes, &options);
    bo_text_done(&label);
    if (status == BO_OK) return BO_OK;
    bo_error error = *bo_error_last();
    return bo_fail(status, "%.200s, line %u: %.250s", name, error.line, error.message);
}

static bo_status read_embedded(bo_graph *to, const char *prefix, const bo_embedded *files, size_t count) {
    for (size_t i = 0; to != NULL && i < count; i++) {
        bo_str bytes = bo_str_make((const char *)files[i].bytes, files[i].len);
        BO_TRY(read_bytes(to, prefix, (unsigned)i, files[i].name, bytes));
    }
    return BO_OK;
}

bo_status bo_rules_builtin(bo_graph *shapes, bo_graph *labels) {
    BO_TRY(read_embedded(labels, "o", bo_ontologies_files, bo_ontologies_files_count));
    return read_embedded(shapes, "s", bo_shapes_files, bo_shapes_files_count);
}

static bool is_turtle(const char *path) {
    return bo_str_ends(bo_str_of(path), BO_STR(".ttl"));
}

static bo_status read_file(void *context, const char *path) {
    reading *r = context;
    bo_text text;
    if (!is_turtle(path)) return BO_OK;
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) status = read_bytes(r->shapes, "t", r->files++, path, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status write_text(edition *made, bo_graph *shapes) {
    bo_prefix prefixes[BO_NS_COUNT];
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        prefixes[i] = (bo_prefix){bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri};
    bo_write_options options = {.prefixes = prefixes, .prefix_count = BO_NS_COUNT};
    BO_TRY(bo_write(&made->text, BO_TURTLE, bo_graph_source(shapes), &options));
    return bo_text_end(&made->text);
}

static bo_status compile(edition *made, reading *r, const char *folder) {
    BO_TRY(bo_rules_builtin(r->shapes, r->labels));
    if (folder != NULL && bo_fs_is_dir(folder)) BO_TRY(bo_fs_walk(folder, read_file, r));
    bo_shapes_options options = {.labels = bo_graph_source(r->labels)};
    BO_TRY(bo_shapes_new(&made->shapes, bo_graph_source(r->shapes), &options));
    return write_text(made, r->shapes);
}

static bo_status make_edition(edition **out, const char *folder) {
    reading r = {0};
    edition *made = calloc(1, sizeof *made);
    if (made == NULL) return no_memory();
    made->holders = 1;
    bo_text_init(&made->text, 0);
    bo_status status = bo_graph_new(&r.shapes);
    if (status == BO_OK) status = bo_graph_new(&r.labels);
    if (status == BO_OK) status = compile(made, &r, folder);
    bo_graph_free(r.shapes);
    made->ontologies = r.labels;
    if (status == BO_OK)
        *out = made;
    else
        free_edition(made);
    return status;
}

/* Whether the folder has changed: names, sizes and times of its files. */
static bo_status add_to_print(void *context, const char *path) {
    uint64_t *print = context;
    struct stat about;
    if (!is_turtle(path) || stat(path, &about) != 0) return BO_OK;
    const uint64_t parts[] = {*print, bo_str_hash(bo_str_of(path)), (uint64_t)about.st_size,
                              (uint64_t)about.st_mtim.tv_sec, (uint64_t)about.st_mtim.tv_nsec};
    *print = bo_str_hash(bo_str_make((const char *)parts, sizeof parts));
    return BO_OK;
}

static bo_status look(const bo_rules *rules, uint64_t *print) {
    *print = 0;
    if (rules->folder == NULL || !bo_fs_is_dir(rules->folder)) return BO_OK;
    return bo_fs_walk(rules->folder, add_to_print, print);
}

bo_status bo_rules_new(bo_rules **out, const char *folder) {
    bo_rules *rules = calloc(1, sizeof *rules);
    if (rules == NULL) return no_memory();
    pthread_mutex_init(&rules->lock, NULL);
    rules->folder = folder != NULL ? strdup(folder) : NULL;
    bo_status status =
        folder != NULL && rules->folder == NULL ? no_memory() : look(rules, &rules->fingerprint);
    if (status == BO_OK) status = make_edition(&rules->current, rules->folder);
    if (status == BO_OK)
        *out = rules;
    else
        bo_rules_free(rules);
    return status;
}

void bo_rules_free(bo_rules *rules) {
    if (rules == NULL) return;
    let_go(rules, rules->current);
    pthread_mutex_destroy(&rules->lock);
    free(rules->folder);
    free(rules);
}

/* One thread a second gets to look. */
static bool is_due(bo_rules *rules) {
    uint64_t now = bo_clock_steady_ns(&bo_clock_system);
    pthread_mutex_lock(&rules->lock);
    bool due = rules->folder != NULL && now - rules->looked_ns >= LOOK_EVERY_NS;
    if (due) rules->looked_ns = now;
    pthread_mutex_unlock(&rules->lock);
    return due;
}

bo_status bo_rules_refresh(bo_rules *rules, bool *changed) {
    uint64_t print;
    edition *made, *old;
    if (changed != NULL) *changed = false;
    if (!is_due(rules)) return BO_OK;
    BO_TRY(look(rules, &print));
    pthread_mutex_lock(&rules->lock);
    bool same = print == rules->fingerprint;
    rules->fingerprint = print;
    pthread_mutex_unlock(&rules->lock);
    if (same) return BO_OK;
    BO_TRY(make_edition(&made, rules->folder));
    pthread_mutex_lock(&rules->lock);
    old = rules->current;
    rules->current = made;
    pthread_mutex_unlock(&rules->lock);
    let_go(rules, old);
    if (changed != NULL) *changed = true;
    return BO_OK;
}

bo_status bo_rules_text(bo_rules *rules, bo_str *out, bo_arena *arena) {
    edition *held = take(rules);
    *out = bo_arena_str(arena, bo_text_str(&held->text));
    let_go(rules, held);
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Asking. */

/* The results that forbid, or those that don't, as JSON. */
static bo_status list(bo_str *out, const bo_report *report, bool forbidding, bo_language language,
                      bo_arena *arena) {
    bo_report part = {.results = bo_arena_array(arena, report->len, sizeof *part.results)};
    bo_json_writer json;
    bo_text text;
    if (part.results == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < report->len; i++)
        if ((report->results[i].severity == BO_VIOLATION) == forbidding)
            part.results[part.len++] = report->results[i];
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_report_json(&json, &part, language, arena);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) *out = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

/* Its words; none when warnings have taken all the room. */
static bo_str first_error(const bo_report *report, bo_language language, bo_arena *arena) {
    for (size_t i = 0; i < report->len; i++)
        if (report->results[i].severity == BO_VIOLATION)
            return bo_result_sentence(&report->results[i], language, arena);
    return BO_STR("");
}

/* The first error in words; an error's text has room for some hundred bytes. */
static bo_status refuse(const bo_report *report, bo_language language, bo_arena *arena) {
    enum { LONGEST = 380 };
    bo_str words = first_error(report, language, arena);
    size_t others = report->count[BO_VIOLATION] - 1, len = words.len > LONGEST ? LONGEST : words.len;
    while (len < words.len && len > 0 && ((unsigned char)words.ptr[len] & 0xC0) == 0x80) len--;
    const char *cut = len < words.len ? "…" : "";
    if (others == 0) return bo_fail(BO_INVALID, "%.*s%s", (int)len, words.ptr, cut);
    return bo_fail(BO_INVALID, language == BO_FRENCH ? "%.*s%s (et %zu de plus)" : "%.*s%s (and %zu more)",
                   (int)len, words.ptr, cut, others);
}

static bo_status check(const bo_shapes *shapes, bo_rules_answer *out, const bo_rules_question *q,
                       bo_arena *arena) {
    bo_report report;
    bo_validate_options options = {.behind = q->behind,
                                   .home = q->home,
                                   .replaces = q->iri,
                                   .result_cap = q->result_cap ? q->result_cap : RESULTS,
                                   .deadline_ns = q->deadline_ns};
    BO_TRY(bo_validate(&report, shapes, bo_graph_source(q->content), &options, arena));
    if (report.count[BO_VIOLATION] == 0) return BO_OK;
    if (out != NULL) BO_TRY(list(&out->errors, &report, true, q->language, arena));
    if (out != NULL) BO_TRY(list(&out->warnings, &report, false, q->language, arena));
    return refuse(&report, q->language, arena);
}

bo_status bo_rules_check(bo_rules *rules, bo_rules_answer *out, const bo_rules_question *question,
                         bo_arena *arena) {
    edition *held = take(rules);
    bo_status status = check(held->shapes, out, question, arena);
    let_go(rules, held);
    return status;
}

bo_status bo_rules_step(bo_rules *rules, bo_rules_answer *out, const bo_step *step, bo_arena *arena) {
    edition *held = take(rules);
    bo_str errors = BO_STR_NONE;
    bo_status status = bo_states_step(held->ontologies, &errors, step, arena);
    let_go(rules, held);
    if (errors.ptr != NULL && out != NULL) *out = (bo_rules_answer){errors, BO_STR("[]")};
    return status;
}
