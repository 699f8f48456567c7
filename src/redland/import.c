/* SPDX-License-Identifier: Apache-2.0
 * Reading from any Redland storage.
 */
#include <stdio.h>

#include "redland/nodes.h"
#include "redland/redland.h"

typedef struct reading {
    const bo_sink *sink;
    bo_str prefix;
    bo_arena *arena; /* one statement's labels */
    char said[300];  /* Redland's last error */
} reading;

static int hear(void *context, librdf_log_message *message) {
    reading *r = context;
    if (librdf_log_message_level(message) >= LIBRDF_LOG_ERROR)
        snprintf(r->said, sizeof r->said, "%s", librdf_log_message_message(message));
    return 1; /* it need not be printed */
}

static bo_status label(reading *r, bo_term *term) {
    if (term->kind != BO_BLANK) return BO_OK;
    term->value = bo_arena_join(r->arena, r->prefix, term->value);
    return term->value.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status give(reading *r, librdf_stream *stream) {
    bo_quad quad;
    librdf_statement *statement = librdf_stream_get_object(stream);
    if (statement == NULL) return bo_fail(BO_IO, "Redland gave no statement: %s", r->said);
    bo_arena_reset(r->arena);
    BO_TRY(bo_quad_of_statement(&quad, statement, librdf_stream_get_context2(stream)));
    BO_TRY(label(r, &quad.s));
    BO_TRY(label(r, &quad.o));
    BO_TRY(label(r, &quad.g));
    return r->sink->quad(r->sink->context, &quad);
}

static bo_status read_model(reading *r, librdf_model *model) {
    librdf_stream *stream = librdf_model_as_stream(model);
    if (stream == NULL) return bo_fail(BO_IO, "Redland can't list the storage: %s", r->said);
    bo_status status = BO_OK;
    for (; status == BO_OK && librdf_stream_end(stream) == 0; librdf_stream_next(stream))
        status = give(r, stream);
    librdf_free_stream(stream);
    return status;
}

static bo_status not_opened(const reading *r, const bo_redland_place *place) {
    return bo_fail(BO_IO, "the %s storage '%s' can't be opened with the options \"%s\"%s%s", place->storage,
                   place->name, place->options, r->said[0] != '\0' ? ": " : "", r->said);
}

/* Opening must not make what is not there. */
static bo_status read_storage(reading *r, librdf_world *world, const bo_redland_place *place) {
    bo_str options =
        bo_arena_printf(r->arena, "%s%swrite='no'", place->options, place->options[0] != '\0' ? "," : "");
    librdf_storage *storage = librdf_new_storage(world, place->storage, place->name, options.ptr);
    if (storage == NULL) return not_opened(r, place);
    librdf_model *model = librdf_new_model(world, storage, NULL);
    bo_status status = model != NULL ? read_model(r, model) : not_opened(r, place);
    if (model != NULL) librdf_free_model(model);
    librdf_free_storage(storage);
    return status;
}

static bo_status check_kind(librdf_world *world, const char *kind) {
    const char *name, *label;
    bo_text known;
    bo_text_init(&known, 0);
    bool found = false;
    for (unsigned i = 0; !found && librdf_storage_enumerate(world, i, &name, &label) == 0; i++) {
        found = strcmp(name, kind) == 0;
        bo_text_printf(&known, "%s%s", i > 0 ? ", " : "", name);
    }
    bo_status status =
        found ? BO_OK
              : bo_fail(BO_NOT_FOUND,
                        "Redland has no storage '%s' here, but: %.*s (Debian has more in packages "
                        "librdf-storage-*)",
                        kind, BO_STR_ARG(bo_text_str(&known)));
    bo_text_done(&known);
    return status;
}

bo_status bo_redland_read(const bo_sink *sink, const bo_redland_place *place, bo_str prefix) {
    librdf_world *world = librdf_new_world();
    reading r = {.sink = sink, .prefix = prefix, .arena = bo_arena_new(0)};
    bo_status status = world == NULL || r.arena == NULL ? bo_fail(BO_NO_MEMORY, "memory ran out") : BO_OK;
    if (status == BO_OK) {
        librdf_world_set_logger(world, &r, hear);
        librdf_world_open(world);
        status = check_kind(world, place->storage);
    }
    if (status == BO_OK) status = read_storage(&r, world, place);
    if (world != NULL) librdf_free_world(world);
    bo_arena_free(r.arena);
    return status;
}
