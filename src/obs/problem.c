/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/problem.h"

#include "obs/html.h"

typedef struct telling {
    const char *title, *next;
} telling;

static const struct {
    int status;
    telling told[BO_LANGUAGE_COUNT];
} problems[] = {
#define BO_PROBLEM(status, title, next, english_title, english_next)                                         \
    {status, {[BO_FRENCH] = {title, next}, [BO_ENGLISH] = {english_title, english_next}}},
#include "obs/problem.def"
#undef BO_PROBLEM
};
enum { PROBLEMS = sizeof problems / sizeof *problems };

static const struct {
    const char *skip, *home, *above, *login, *detail;
} words[BO_LANGUAGE_COUNT] = {
    [BO_FRENCH] = {"Aller au contenu", "Accueil", "Voir ce qui est à côté", "Se connecter",
                   "Ce que dit le serveur, en anglais"},
    [BO_ENGLISH] = {"Skip to content", "Home", "See what is beside it", "Log in", "What the server says"}};

static const telling *find(int status, bo_language language) {
    size_t hundred = PROBLEMS;
    for (size_t i = 0; i < PROBLEMS; i++) {
        if (problems[i].status == status) return &problems[i].told[language];
        if (hundred == PROBLEMS && problems[i].status / 100 == status / 100) hundred = i;
    }
    return &problems[hundred == PROBLEMS ? 0 : hundred].told[language];
}

static void put_way(bo_text *out, bo_str address, const char *text) {
    if (address.len == 0) return;
    BO_TEXT_LIT(out, "<li>");
    bo_html_link(out, address, bo_str_of(text));
    BO_TEXT_LIT(out, "</li>");
}

void bo_problem_page_write(bo_text *out, const bo_problem_page *page) {
    const telling *told = find(page->status, page->language);
    bool may_log_in = page->status == 401 || page->status == 403;
    bo_html_begin(out, bo_language_tag(page->language), bo_str_of(told->title),
                  bo_str_of(words[page->language].skip));
    BO_TEXT_LIT(out, "<header><p class=\"site\">");
    bo_html_link(out, page->root, bo_str_of(words[page->language].home));
    BO_TEXT_LIT(out, "</p></header>\n<main id=\"contenu\">");
    bo_html_element(out, "h1", bo_str_of(told->title));
    bo_html_element(out, "p", bo_str_of(told->next));
    BO_TEXT_LIT(out, "<ul>");
    put_way(out, may_log_in ? page->login : BO_STR(""), words[page->language].login);
    put_way(out, page->above, words[page->language].above);
    put_way(out, page->root, words[page->language].home);
    BO_TEXT_LIT(out, "</ul>\n<details><summary>");
    bo_html_text(out, bo_str_of(words[page->language].detail));
    BO_TEXT_LIT(out, "</summary><p lang=\"en\">");
    bo_text_u64(out, (uint64_t)page->status);
    BO_TEXT_LIT(out, ": ");
    bo_html_text(out, page->detail);
    BO_TEXT_LIT(out, "</p></details></main></body></html>\n");
}
