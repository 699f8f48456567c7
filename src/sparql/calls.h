/* SPDX-License-Identifier: Apache-2.0
 * What the files of the built-in functions share: a call for each line of functions.def and
 * extensions.def. Arguments are there,
 * as many as the table says, and none is an error; the result is one until something else is put.
 */
#ifndef BO_SPARQL_CALLS_H
#define BO_SPARQL_CALLS_H

#include "sparql/functions.h"

#define BO_FUNCTION(name, keyword, least, most)                                                              \
    bo_status bo_call_##name(bo_val_context *context, bo_val *out, bo_val *args, size_t count) BO_MUST_USE;
#include "sparql/functions.def"
#undef BO_FUNCTION
#define BO_EXTENSION(name, iri, least, most, help)                                                           \
    bo_status bo_call_##name(bo_val_context *context, bo_val *out, bo_val *args, size_t count) BO_MUST_USE;
#include "sparql/extensions.def"
#undef BO_EXTENSION

/* The head of such a call. */
#define CALL(name)                                                                                           \
    bo_status bo_call_##name(bo_val_context *context __attribute__((unused)), bo_val *out,                   \
                             bo_val *args __attribute__((unused)), size_t count __attribute__((unused)))

/* A string, with or without language ("string literal" in section 17.4.3.1), and its term. False, without a
 * failure, when it is something else. */
bo_status bo_call_text(bo_val_context *context, bo_term *out, bool *is_text, bo_val *value) BO_MUST_USE;
/* A string without language. */
bo_status bo_call_plain(bo_val_context *context, bo_str *out, bool *is_plain, bo_val *value) BO_MUST_USE;
/* A string with the language of `like`; the text is not copied. */
bo_val bo_call_like(bo_str text, const bo_term *like);

#endif
