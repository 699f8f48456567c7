/* SPDX-License-Identifier: Apache-2.0
 * The command that holds files against shapes: validate.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "bocage/shacl.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "ldp/rules.h"
#include "rdf/vocab.h"

enum { FILE_CAP = 1 << 30 };

/* Files. */

typedef struct gathering {
    bo_cli *cli;
    bo_graph *to;
    unsigned files;
} gathering;

static bo_status parse(gathering *g, const char *path, bo_format format, bo_str bytes) {
    char room[PATH_MAX];
    const char *whole = realpath(path, room);
    bo_str own = bo_arena_printf(g->cli->arena, "file://%s", whole != NULL ? whole : path);
    bo_read_options options = {.base = g->cli->set.base.len > 0 ? g->cli->set.base : own,
                               .blank_prefix = bo_arena_printf(g->cli->arena, "f%u-", g->files++)};
    bo_sink sink = bo_graph_sink(g->to);
    bo_status status = bo_read(&sink, format, bytes, &options);
    if (status == BO_OK) return BO_OK;
    bo_error error = *bo_error_last();
    return error.line == 0 ? bo_fail(status, "%.200s: %.250s", path, error.message)
                           : bo_fail_at(status, error.line, error.column, "%.200s:%u:%u: %.240s", path,
                                        error.line, error.column, error.message);
}

static bo_status read_file(void *context, const char *path) {
    bo_format format;
    bo_text text;
    if (!bo_format_by_path(&format, bo_str_of(path)) || !bo_format_reads(format))
        return bo_fail(BO_BAD_ARGUMENT,
                       "%s: its ending tells no syntax that is read (.ttl, .trig, .nt, .nq, .jsonld, .rdf)",
                       path);
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) status = parse(context, path, format, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

/* Of a folder, the files that are RDF. */
static bo_status read_member(void *context, const char *path) {
    bo_format format;
    bool reads = bo_format_by_path(&format, bo_str_of(path)) && bo_format_reads(format);
    return reads ? read_file(context, path) : BO_OK;
}

static bo_status read_path(gathering *g, bo_str path) {
    const char *name = bo_arena_str(g->cli->arena, path).ptr;
    if (name == NULL) return bo_error_last()->status;
    return bo_fs_is_dir(name) ? bo_fs_walk(name, read_member, g) : read_file(g, name);
}

/* The files of --shapes, or the program's own shapes. */
static bo_status read_shapes(gathering *g) {
    bo_str rest = g->cli->set.shapes;
    if (rest.len == 0) return bo_rules_builtin(g->to, NULL);
    for (bo_str path; bo_str_cut(&path, &rest, ',');) BO_TRY(read_path(g, bo_str_trim(path)));
    return BO_OK;
}

/* The report. */

static bo_language language(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    bo_language chosen = BO_FRENCH;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        bo_language_of(&chosen, bo_str_of(value));
        break;
    }
    return chosen;
}

static void print_words(const bo_report *report, bo_language in, bo_arena *arena) {
    static const char *const severities[BO_LANGUAGE_COUNT][BO_SEVERITY_COUNT] = {
        [BO_FRENCH] = {"remarque :", "avertissement :", "erreur :"},
        [BO_ENGLISH] = {"note:", "warning:", "error:"}};
    static const char *const endings[BO_LANGUAGE_COUNT][2] = {
        [BO_FRENCH] = {"Tout est conforme.", "Il y en a d'autres : --results en montre davantage."},
        [BO_ENGLISH] = {"All is well.", "There are more: --results shows them."}};
    for (size_t i = 0; i < report->len; i++) {
        const bo_result *result = &report->results[i];
        bo_str path = bo_result_path(result, arena), words = bo_result_sentence(result, in, arena);
        printf("%s%.*s\n  %s %.*s\n", result->focus.kind == BO_BLANK ? "_:" : "",
               BO_STR_ARG(result->focus.value), severities[in][result->severity], BO_STR_ARG(words));
        if (path.len > 0) printf("  (%.*s)\n", BO_STR_ARG(path));
    }
    if (report->conforms) puts(endings[in][0]);
    if (report->cut) puts(endings[in][1]);
}

static bo_status put_turtle(bo_text *out, const bo_report *report) {
    bo_graph *graph;
    bo_prefix prefixes[BO_NS_COUNT];
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        prefixes[i] = (bo_prefix){bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri};
    BO_TRY(bo_graph_new(&graph));
    bo_status status = bo_report_write(graph, report);
    bo_write_options options = {.prefixes = prefixes, .prefix_count = BO_NS_COUNT};
    if (status == BO_OK) status = bo_write(out, BO_TURTLE, bo_graph_source(graph), &options);
    bo_graph_free(graph);
    return status;
}

static bo_status put_json(bo_text *out, const bo_report *report, bo_language in, bo_arena *arena) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("conforms"));
    bo_json_put_raw(&json, report->conforms ? BO_STR("true") : BO_STR("false"));
    bo_json_key(&json, BO_STR("results"));
    bo_report_json(&json, report, in, arena);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_text_char(out, '\n');
    return BO_OK;
}

static bo_status print_report(bo_cli *cli, const bo_report *report) {
    bo_text text;
    if (cli->set.format.len == 0) {
        print_words(report, language(), cli->arena);
        return BO_OK;
    }
    bo_text_init(&text, 0);
    bool turtle = bo_str_eq(cli->set.format, BO_STR("turtle"));
    bo_status status = turtle ? put_turtle(&text, report) : put_json(&text, report, language(), cli->arena);
    if (status == BO_OK) status = bo_text_end(&text);
    if (status == BO_OK) fwrite(text.ptr, 1, text.len, stdout);
    bo_text_done(&text);
    return status;
}

/* All of it. */

static bo_status say_how_many(const bo_report *report) {
    size_t errors = report->count[BO_VIOLATION], others = report->count[BO_WARNING] + report->count[BO_INFO];
    if (errors == 0) return BO_OK;
    if (language() == BO_FRENCH)
        return bo_fail(BO_INVALID, "erreurs : %zu, autres remarques : %zu", errors, others);
    return bo_fail(BO_INVALID, "errors: %zu, other remarks: %zu", errors, others);
}

static bo_status validate(bo_cli *cli, const bo_shapes *shapes, bo_graph *data) {
    bo_report report;
    bo_validate_options options = {.result_cap = cli->set.results, .value_cap = SIZE_MAX};
    options.deadline_ns = bo_clock_steady_ns(&bo_clock_system) + cli->set.validation_time * 1000000u;
    bo_status status = bo_validate(&report, shapes, bo_graph_source(data), &options, cli->arena);
    if (status == BO_TIMEOUT)
        return bo_fail(BO_TIMEOUT, "it took longer than it may: raise --validation-time");
    BO_TRY(status);
    BO_TRY(print_report(cli, &report));
    return say_how_many(&report);
}

static bo_status compile_and_validate(bo_cli *cli, bo_graph *shapes_graph, bo_graph *labels, bo_graph *data) {
    gathering shapes_from = {cli, shapes_graph, 0}, data_from = {cli, data, 0};
    bo_shapes *shapes;
    BO_TRY(bo_rules_builtin(NULL, labels));
    BO_TRY(read_shapes(&shapes_from));
    for (size_t i = 0; i < cli->word_count; i++) BO_TRY(read_path(&data_from, cli->words[i]));
    bo_shapes_options options = {.labels = bo_graph_source(labels)};
    BO_TRY(bo_shapes_new(&shapes, bo_graph_source(shapes_graph), &options));
    bo_status status = validate(cli, shapes, data);
    bo_shapes_free(shapes);
    return status;
}

bo_status bo_command_validate(bo_cli *cli) {
    bo_graph *shapes = NULL, *labels = NULL, *data = NULL;
    bo_str first;
    bool known = cli->set.format.len == 0 || bo_str_eq(cli->set.format, BO_STR("turtle")) ||
                 bo_str_eq(cli->set.format, BO_STR("json"));
    BO_TRY(bo_cli_word(cli, 0, &first));
    if (!known)
        return bo_fail(BO_BAD_ARGUMENT, "format: a report is written as turtle or json, not as '%.*s'",
                       BO_STR_ARG(cli->set.format));
    bo_status status = bo_graph_new(&shapes);
    if (status == BO_OK) status = bo_graph_new(&labels);
    if (status == BO_OK) status = bo_graph_new(&data);
    if (status == BO_OK) status = compile_and_validate(cli, shapes, labels, data);
    bo_graph_free(shapes);
    bo_graph_free(labels);
    bo_graph_free(data);
    return status;
}
