/* SPDX-License-Identifier: Apache-2.0
 * The built-in functions of SPARQL 1.1 (section 17.4), by their number in functions.def, which is that of an
 * expression of kind BO_EXPR_FUNCTION.
 */
#ifndef BO_SPARQL_FUNCTIONS_H
#define BO_SPARQL_FUNCTIONS_H

#include "sparql/value.h"

typedef enum bo_function {
#define BO_FUNCTION(name, keyword, least, most) BO_FN_##name,
#include "sparql/functions.def"
#undef BO_FUNCTION
    BO_FUNCTION_COUNT
} bo_function;

/* Calls a function; as many arguments as the table allows. Arguments that are errors make the result one.
 * Values may get their text filled in. */
bo_status bo_function_call(bo_val_context *context, bo_val *out, bo_function function, bo_val *args,
                           size_t count) BO_MUST_USE;
/* Functions that are called by their IRI: extensions.def. */
typedef struct bo_extension {
    bo_str iri;
    size_t least, most; /* arguments */
    bo_status (*call)(bo_val_context *context, bo_val *out, bo_val *args, size_t count);
} bo_extension;
/* NULL when there is none of this IRI. */
const bo_extension *bo_extension_find(bo_str iri);
/* Calls one, as bo_function_call does. */
bo_status bo_extension_call(const bo_extension *extension, bo_val_context *context, bo_val *out, bo_val *args,
                            size_t count) BO_MUST_USE;
void bo_searches_free(struct bo_searches *searches); /* what text: functions keep; accepts NULL */
/* Frees what REGEX and REPLACE keep; accepts NULL. */
void bo_regexes_free(struct bo_regexes *regexes);

#endif
