/* SPDX-License-Identifier: Apache-2.0
 * The tables of kv that make up a store. Their order is part of the file's format.
 */
#ifndef BO_STORE_TABLES_H
#define BO_STORE_TABLES_H

typedef enum bo_store_table {
    BO_STORE_META, /* "format", "state", "next/" + name of a sequence */
    BO_STORE_SPOG,
    BO_STORE_PSOG,
    BO_STORE_POSG,
    BO_STORE_OSPG,
    BO_STORE_GSPO,
    BO_STORE_IRI,       /* number of the first term -> block of terms */
    BO_STORE_BLANK,     /* the same */
    BO_STORE_LITERAL,   /* the same */
    BO_STORE_LONG,      /* id -> one term that is too long for a block */
    BO_STORE_HASH,      /* blocks of (hash, id) */
    BO_STORE_GRAPH,     /* id -> version, quads, created, modified */
    BO_STORE_PREDICATE, /* id -> bo_count */
    BO_STORE_CLASS,     /* id of an object of rdf:type -> bo_count */
    BO_STORE_WORD,      /* blocks of (key of a word's stem, id of a literal) */
    BO_STORE_BLOB,      /* digest, number -> piece */
    BO_STORE_ROWS       /* the first of bo_table */
} bo_store_table;

#endif
