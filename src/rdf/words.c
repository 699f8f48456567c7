/* SPDX-License-Identifier: Apache-2.0 */
#include "rdf/words.h"

#include <stdlib.h>

/* Letters that become others: what is alike without its accent. Sorted. */
typedef struct folding {
    uint16_t first, last;
    char to[3];
} folding;
static const folding foldings[] = {
    {0x00AA, 0x00AA, "a"},  {0x00B5, 0x00B5, "u"},  {0x00BA, 0x00BA, "o"},  {0x00C0, 0x00C5, "a"},
    {0x00C6, 0x00C6, "ae"}, {0x00C7, 0x00C7, "c"},  {0x00C8, 0x00CB, "e"},  {0x00CC, 0x00CF, "i"},
    {0x00D0, 0x00D0, "d"},  {0x00D1, 0x00D1, "n"},  {0x00D2, 0x00D6, "o"},  {0x00D8, 0x00D8, "o"},
    {0x00D9, 0x00DC, "u"},  {0x00DD, 0x00DD, "y"},  {0x00DE, 0x00DE, "th"}, {0x00DF, 0x00DF, "ss"},
    {0x00E0, 0x00E5, "a"},  {0x00E6, 0x00E6, "ae"}, {0x00E7, 0x00E7, "c"},  {0x00E8, 0x00EB, "e"},
    {0x00EC, 0x00EF, "i"},  {0x00F0, 0x00F0, "d"},  {0x00F1, 0x00F1, "n"},  {0x00F2, 0x00F6, "o"},
    {0x00F8, 0x00F8, "o"},  {0x00F9, 0x00FC, "u"},  {0x00FD, 0x00FD, "y"},  {0x00FE, 0x00FE, "th"},
    {0x00FF, 0x00FF, "y"},  {0x0100, 0x0105, "a"},  {0x0106, 0x010D, "c"},  {0x010E, 0x0111, "d"},
    {0x0112, 0x011B, "e"},  {0x011C, 0x0123, "g"},  {0x0124, 0x0127, "h"},  {0x0128, 0x0131, "i"},
    {0x0132, 0x0133, "ij"}, {0x0134, 0x0135, "j"},  {0x0136, 0x0138, "k"},  {0x0139, 0x0142, "l"},
    {0x0143, 0x014B, "n"},  {0x014C, 0x0151, "o"},  {0x0152, 0x0153, "oe"}, {0x0154, 0x0159, "r"},
    {0x015A, 0x0161, "s"},  {0x0162, 0x0167, "t"},  {0x0168, 0x0173, "u"},  {0x0174, 0x0175, "w"},
    {0x0176, 0x0178, "y"},  {0x0179, 0x017E, "z"},  {0x017F, 0x017F, "s"},  {0x0218, 0x0219, "s"},
    {0x021A, 0x021B, "t"},
};

static int compare_folding(const void *key, const void *row) {
    uint32_t c = *(const uint32_t *)key;
    const folding *f = row;
    return c < f->first ? -1 : c > f->last;
}

static const folding *folding_of(uint32_t c) {
    return bsearch(&c, foldings, sizeof foldings / sizeof *foldings, sizeof *foldings, compare_folding);
}

/* Small letters of the two alphabets whose capitals lie in one row. */
static uint32_t small(uint32_t c) {
    if ((c >= 0x0391 && c <= 0x03A9) || (c >= 0x0410 && c <= 0x042F)) return c + 0x20;
    return c >= 0x0400 && c <= 0x040F ? c + 0x50 : c;
}

static bool is_mark(uint32_t c) {
    return c >= 0x0300 && c <= 0x036F;
}

/* Beyond Latin-1 nearly everything is a letter, but for the blocks of signs. */
static bool is_letter(uint32_t c) {
    return folding_of(c) != NULL || (c >= 0x0180 && c < 0x2000) || (c >= 0x2C00 && c < 0x2E00) ||
           (c >= 0x3040 && c < 0xE000) || (c >= 0xF900 && c < 0xFE10) || (c >= 0x20000 && c < 0x30000);
}

/* Writing without blanks: each character is a word. */
static bool stands_alone(uint32_t c) {
    return (c >= 0x3040 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x30000);
}

static bool is_apostrophe(uint32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

static size_t fold(char out[4], uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
        return 1;
    }
    const folding *f = folding_of(c);
    if (f == NULL) return bo_utf8_put(out, small(c));
    memcpy(out, f->to, 2);
    return f->to[1] != '\0' ? 2 : 1;
}

static bool is_elided(bo_str word) {
    static const bo_str elided[] = {{"l", 1},      {"d", 1},      {"j", 1},      {"m", 1},     {"t", 1},
                                    {"s", 1},      {"c", 1},      {"n", 1},      {"qu", 2},    {"jusqu", 5},
                                    {"puisqu", 6}, {"lorsqu", 6}, {"quoiqu", 6}, {"presqu", 6}};
    for (size_t i = 0; i < sizeof elided / sizeof *elided; i++)
        if (bo_str_eq(elided[i], word)) return true;
    return false;
}

static bool is_in_word(uint32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_letter(c);
}

bool bo_words_next(bo_words *words, bo_str *out) {
    size_t len = 0;
    while (words->at < words->text.len) {
        size_t before = words->at;
        uint32_t c = bo_utf8_next(words->text, &words->at);
        if (is_mark(c)) continue;
        bool inside = is_in_word(c), alone = inside && stands_alone(c);
        if (len > 0 && (!inside || alone)) { /* the word ends here */
            *out = bo_str_make(words->room, len);
            if (alone) words->at = before;
            if (!is_apostrophe(c) || !is_elided(*out)) return true;
            len = 0;
            continue;
        }
        if (!inside) continue;
        if (len < BO_WORD_MOST) len += fold(words->room + len, c);
        if (alone) break;
    }
    *out = bo_str_make(words->room, len);
    return len > 0;
}

/* Ends. Plural: -s and -x; -aux is one of -al, except for -eaux. Then a last -e, with that before it:
 * partagee, partage; riche, and riches. Short words stay. */
bo_str bo_word_stem(bo_str word, char room[BO_WORD_MOST + 8]) {
    enum { SHORT = 4 };
    bo_str stem = word;
    if (word.len >= 5 && bo_str_ends(word, BO_STR("aux")) && !bo_str_ends(word, BO_STR("eaux"))) {
        memcpy(room, word.ptr, word.len);
        room[word.len - 2] = 'l';
        return bo_str_make(room, word.len - 1);
    }
    char last = word.len > 0 ? word.ptr[word.len - 1] : '\0';
    bool many = (last == 's' && !bo_str_ends(word, BO_STR("ss"))) || last == 'x';
    if (stem.len >= SHORT && many) stem.len--;
    while (stem.len > SHORT && stem.ptr[stem.len - 1] == 'e') stem.len--;
    return stem;
}

uint64_t bo_word_key(bo_str stem) {
    uint64_t key = 0;
    for (size_t i = 0; i < 7; i++) key = key << 8 | (i < stem.len ? (unsigned char)stem.ptr[i] : 0);
    return key;
}

bo_word_range bo_word_range_of(bo_str beginning) {
    bo_word_range range = {bo_word_key(beginning), bo_word_key(beginning)};
    for (size_t i = beginning.len; i < 7; i++) range.high |= (uint64_t)0xFF << (8 * (6 - i));
    return range;
}

bool bo_term_has_words(const bo_term *term) {
    return term->kind == BO_LITERAL && term->datatype.len == 0;
}
