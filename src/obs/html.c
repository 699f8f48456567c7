/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/html.h"

void bo_html_text(bo_text *out, bo_str text) {
    size_t done = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *entity = NULL;
        switch (text.ptr[i]) {
        case '&': entity = "&amp;"; break;
        case '<': entity = "&lt;"; break;
        case '>': entity = "&gt;"; break;
        case '"': entity = "&quot;"; break;
        default: continue;
        }
        bo_text_put(out, (bo_str){text.ptr + done, i - done});
        bo_text_put(out, bo_str_of(entity));
        done = i + 1;
    }
    bo_text_put(out, bo_str_from(text, done));
}

void bo_html_element(bo_text *out, const char *name, bo_str text) {
    bo_text_char(out, '<');
    bo_text_put(out, bo_str_of(name));
    bo_text_char(out, '>');
    bo_html_text(out, text);
    BO_TEXT_LIT(out, "</");
    bo_text_put(out, bo_str_of(name));
    bo_text_char(out, '>');
}

void bo_html_link(bo_text *out, bo_str iri, bo_str text) {
    bool web = bo_str_starts(iri, BO_STR("https://")) || bo_str_starts(iri, BO_STR("http://"));
    if (web) {
        BO_TEXT_LIT(out, "<a href=\"");
        bo_html_text(out, iri);
        BO_TEXT_LIT(out, "\">");
    }
    bo_html_text(out, text);
    if (web) BO_TEXT_LIT(out, "</a>");
}

/* The icon is a hedge; without one browsers would ask for /favicon.ico. */
void bo_html_begin(bo_text *out, bo_str language, bo_str title, bo_str skip) {
    BO_TEXT_LIT(out, "<!doctype html>\n<html lang=\"");
    bo_html_text(out, language);
    BO_TEXT_LIT(out, "\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    bo_html_element(out, "title", title);
    BO_TEXT_LIT(out,
                "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
                "viewBox='0 0 16 16'%3E%3Cpath fill='%231e5b3a' d='M1 14V8a3 3 0 0 1 5-2 3 3 0 0 1 5-1 3 3 0 "
                "0 1 4 3v6z'/%3E%3C/svg%3E\">"
                "<link rel=\"stylesheet\" href=\"/static/bocage.css\"></head>\n<body>"
                "<a class=\"skip\" href=\"#contenu\">");
    bo_html_text(out, skip);
    BO_TEXT_LIT(out, "</a>");
}
