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
