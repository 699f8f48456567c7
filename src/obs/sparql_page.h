/* SPDX-License-Identifier: Apache-2.0
 * The page of the SPARQL endpoint: a form, examples, and the answer as a table. It works without scripts;
 * with them it does not load anew, and a query can be stopped.
 */
#ifndef BO_OBS_SPARQL_PAGE_H
#define BO_OBS_SPARQL_PAGE_H

#include "bocage/sparql.h"

typedef struct bo_sparql_page {
    bo_str root;  /* the server's address with a slash at the end */
    bool is_bare; /* no territory around it */
    bo_str query; /* as it was sent; .ptr NULL: nothing was asked */
    bo_query_form form;
    bo_rows *rows;           /* its answer, or NULL */
    const bo_error *problem; /* why there is none, or NULL */
} bo_sparql_page;

/* Reads at most the rows that the page shows. What bo_rows_next returns. */
bo_status bo_sparql_page_write(bo_text *out, const bo_sparql_page *page) BO_MUST_USE;

#endif
