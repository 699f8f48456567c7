/* SPDX-License-Identifier: Apache-2.0
 * The tokens of SPARQL 1.1 (section 19.8). Knows the text alone: prefixes and keywords are the parser's.
 */
#ifndef BO_SPARQL_LEXER_H
#define BO_SPARQL_LEXER_H

#include "bocage/arena.h"

typedef enum bo_token_kind {
    BO_TOKEN_END,
    BO_TOKEN_IRI,      /* text: the reference, without its marks */
    BO_TOKEN_NAME,     /* prefix, and text: the local part without its escapes */
    BO_TOKEN_BLANK,    /* text: the label */
    BO_TOKEN_VARIABLE, /* text: without its mark */
    BO_TOKEN_LANG,     /* text: the tag */
    BO_TOKEN_INTEGER,
    BO_TOKEN_DECIMAL,
    BO_TOKEN_DOUBLE,
    BO_TOKEN_STRING, /* text: without quotes and escapes */
    BO_TOKEN_WORD,   /* a keyword */
    BO_TOKEN_MARK    /* mark: one character, or two as BO_MARK2 */
} bo_token_kind;

#define BO_MARK2(a, b) ((unsigned)(unsigned char)(a) | (unsigned)(unsigned char)(b) << 8)

typedef struct bo_token {
    bo_token_kind kind;
    unsigned mark;
    bo_str prefix, text;
    size_t at, end; /* places in the lexer's text */
} bo_token;

typedef struct bo_lexer {
    bo_arena *arena;
    bo_str text;
    size_t at;
} bo_lexer;

/* Takes a text, with its \u escapes replaced (section 19.2). BO_SYNTAX when it is no UTF-8. */
bo_status bo_lexer_init(bo_lexer *lexer, bo_str text, bo_arena *arena) BO_MUST_USE;
/* The next token; its text lives in the arena or with the lexer's. BO_SYNTAX with the place. */
bo_status bo_lexer_next(bo_lexer *lexer, bo_token *token) BO_MUST_USE;
/* The line and column, from 1, of a place in the text. */
void bo_lexer_place(const bo_lexer *lexer, size_t at, unsigned *line, unsigned *column);

#endif
