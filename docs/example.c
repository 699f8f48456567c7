/* SPDX-License-Identifier: Apache-2.0
 * Opens a store, loads Turtle, asks a question:
 *     cc example.c $(pkg-config --cflags --libs bocage) -o example && ./example STORE-FOLDER FILE.ttl
 */
#include <bocage/sparql.h>
#include <bocage/store.h>
#include <bocage/syntax.h>
#include <stdio.h>

static bo_status load(bo_txn *txn, const char *path) {
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL) return bo_fail(BO_NOT_FOUND, "can't open %s", path);
    bo_str text = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    bo_sink sink = bo_target_sink(bo_txn_target(txn));
    return bo_read(&sink, BO_TURTLE, text, &(bo_read_options){.base = BO_STR("http://localhost/")});
}

static bo_status run(const char *folder, const char *path, bo_arena *arena) {
    bo_store *store;
    bo_txn *txn;
    bo_source *source;
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    BO_TRY(bo_store_open(&store, folder, &(bo_store_options){.create = true}));
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    BO_TRY(load(txn, path));
    BO_TRY(bo_txn_commit(txn, NULL, arena));
    BO_TRY(bo_query_parse(&query, BO_STR("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), &(bo_query_options){0}));
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_query_run(&rows, query, source, &(bo_query_options){0}));
    BO_TRY(bo_rows_next(rows, &row));
    printf("%.*s triples\n", BO_STR_ARG(row[0].value));
    bo_rows_free(rows);
    bo_query_free(query);
    bo_txn_abort(txn);
    bo_store_close(store);
    return BO_OK;
}

int main(int argc, char **argv) {
    bo_arena *arena = bo_arena_new(0);
    bo_status status =
        argc == 3 ? run(argv[1], argv[2], arena) : bo_fail(BO_BAD_ARGUMENT, "give a folder and a file");
    if (status != BO_OK) fprintf(stderr, "%s\n", bo_error_last()->message);
    bo_arena_free(arena);
    return status == BO_OK ? 0 : 1;
}
