/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/sparql_page.h"

#include "bocage/iri.h"
#include "obs/html.h"
#include "rdf/vocab.h"

enum { ROWS_SHOWN = 500 };

typedef struct example {
    bool of_territory;
    const char *title, *what, *query;
} example;

static const example examples[] = {
#define BO_EXAMPLE(of_territory, title, what, query) {of_territory, title, what, query},
#include "obs/example.def"
#undef BO_EXAMPLE
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static void put(bo_text *out, const char *html) {
    bo_text_put(out, bo_str_of(html));
}

/* "/sparql?format=csv&query=..." inside an attribute; the format may be empty. */
static void put_address(bo_text *out, bo_str query, const char *format) {
    put(out, "/sparql?");
    if (format[0] != '\0') {
        put(out, "format=");
        put(out, format);
        put(out, "&amp;");
    }
    put(out, "query=");
    bo_percent_encode(out, query);
}

/* The answer. */

static bo_str brief_of(bo_str iri, bo_str root, bo_arena *arena) {
    if (bo_str_starts(iri, root) && iri.len > root.len) return bo_str_from(iri, root.len);
    bo_str brief = bo_vocab_shorten(iri, arena);
    return brief.ptr != NULL ? brief : iri;
}

static void put_term(bo_text *out, const bo_term *term, bo_str root, bo_arena *arena) {
    if (term->kind == BO_IRI) {
        bo_html_link(out, term->value, brief_of(term->value, root, arena));
    } else if (term->kind == BO_BLANK) {
        put(out, "_:");
        bo_html_text(out, term->value);
    } else if (term->lang.len > 0) {
        put(out, "<span lang=\"");
        bo_html_text(out, term->lang);
        put(out, "\">");
        bo_html_text(out, term->value);
        put(out, "</span>");
    } else {
        bo_html_text(out, term->value);
    }
}

static void put_head(bo_text *out, bo_rows *rows) {
    put(out, "<div class=\"table\" role=\"region\" aria-labelledby=\"titre-reponse\" "
             "tabindex=\"0\"><table><thead><tr>");
    for (size_t i = 0; i < bo_rows_width(rows); i++) {
        put(out, "<th scope=\"col\">");
        bo_html_text(out, bo_rows_name(rows, i));
        put(out, "</th>");
    }
    put(out, "</tr></thead><tbody>\n");
}

static void put_row(bo_text *out, const bo_sparql_page *page, const bo_term *row, bo_arena *arena) {
    put(out, "<tr>");
    for (size_t i = 0; i < bo_rows_width(page->rows); i++) {
        put(out, "<td>");
        if (row[i].kind != BO_NO_TERM) put_term(out, &row[i], page->root, arena);
        put(out, "</td>");
    }
    put(out, "</tr>\n");
    bo_arena_reset(arena);
}

static void put_count(bo_text *out, size_t count, bool more) {
    put(out, "<p>");
    if (more) put(out, "Les ");
    bo_text_u64(out, count);
    put(out, more         ? " premières lignes ; le reste est dans les fichiers ci-dessous.</p>"
             : count == 1 ? " ligne.</p>"
                          : " lignes.</p>");
}

static void put_files(bo_text *out, const bo_sparql_page *page) {
    static const struct {
        const char *format, *name;
        bool of_graph;
    } files[] = {{"csv", "CSV (tableur)", false}, {"json", "JSON", false},    {"tsv", "TSV", false},
                 {"xml", "XML", false},           {"turtle", "Turtle", true}, {"jsonld", "JSON-LD", true},
                 {"ntriples", "N-Triples", true}, {"rdfxml", "RDF/XML", true}};
    bool is_graph = page->form == BO_CONSTRUCT || page->form == BO_DESCRIBE;
    put(out, "<p>La même réponse en fichier :");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i].of_graph != is_graph) continue;
        put(out, " <a class=\"file\" href=\"");
        put_address(out, page->query, files[i].format);
        put(out, "\">");
        put(out, files[i].name);
        put(out, "</a>");
    }
    put(out, "</p>");
}

static bo_status put_rows(bo_text *out, const bo_sparql_page *page, bo_arena *arena) {
    const bo_term *row;
    size_t count = 0;
    put_head(out, page->rows);
    for (;; count++) {
        BO_TRY(bo_rows_next(page->rows, &row));
        if (row == NULL || count == ROWS_SHOWN) break;
        put_row(out, page, row, arena);
    }
    put(out, "</tbody></table></div>");
    put_count(out, count, row != NULL);
    return BO_OK;
}

static bo_status put_answer(bo_text *out, const bo_sparql_page *page, bo_arena *arena) {
    bool answer;
    put(out, "<h2 id=\"titre-reponse\">Réponse</h2>");
    if (page->form == BO_ASK) {
        BO_TRY(bo_rows_ask(page->rows, &answer));
        put(out, answer ? "<p class=\"answer\">Oui.</p>" : "<p class=\"answer\">Non.</p>");
    } else {
        BO_TRY(put_rows(out, page, arena));
    }
    put_files(out, page);
    return BO_OK;
}

static void put_problem(bo_text *out, const bo_error *problem) {
    put(out, "<h2 id=\"titre-reponse\">Pas de réponse</h2><p class=\"problem\" role=\"alert\">");
    if (problem->line > 0) {
        put(out, "Ligne ");
        bo_text_u64(out, problem->line);
        put(out, ", colonne ");
        bo_text_u64(out, problem->column);
        put(out, " : ");
    }
    put(out, "<span lang=\"en\">");
    bo_html_text(out, bo_str_of(problem->message[0] ? problem->message : bo_status_text(problem->status)));
    put(out, "</span></p>");
}

/* What surrounds it. */

static void put_begin(bo_text *out, const bo_sparql_page *page) {
    bo_html_begin(out, BO_STR("fr"), BO_STR("Interroger les données en SPARQL"), BO_STR("Aller au contenu"));
    put(out, "<header><p class=\"site\">");
    if (page->is_bare)
        put(out, "Bocage, SPARQL");
    else
        bo_html_link(out, page->root, BO_STR("Retour au territoire"));
    put(out, "</p></header>\n<main id=\"contenu\"><h1>Interroger les données</h1>\n"
             "<p>Toutes les données que vous avez le droit de lire, en une question. La langue est "
             "<a href=\"https://www.w3.org/TR/sparql11-query/\" hreflang=\"en\">SPARQL 1.1</a> ; les "
             "exemples plus bas "
             "montrent comment commencer.</p>\n");
}

static bo_str first_query(const bo_sparql_page *page) {
    size_t at = 0;
    while (at + 1 < EXAMPLES && page->is_bare && examples[at].of_territory) at++;
    return page->query.ptr != NULL ? page->query : bo_str_of(examples[at].query);
}

static void put_form(bo_text *out, const bo_sparql_page *page) {
    put(out, "<form action=\"/sparql\" method=\"get\"><p><label for=\"query\">Votre question</label>"
             "<textarea id=\"query\" name=\"query\" rows=\"12\" spellcheck=\"false\" autocapitalize=\"off\" "
             "autocomplete=\"off\" required aria-describedby=\"aide\">\n");
    bo_html_text(out, first_query(page));
    put(out,
        "</textarea><span id=\"aide\" hidden>Ctrl et Entrée envoient la question.</span></p>\n"
        "<p><button>Interroger</button> <button type=\"button\" id=\"arret\" hidden>Arrêter</button> "
        "<span class=\"pair\"><label for=\"format\">La réponse</label> <select id=\"format\" name=\"format\">"
        "<option value=\"\">sur cette page</option><option value=\"csv\">en CSV (tableur)</option>"
        "<option value=\"json\">en JSON</option><option value=\"xml\">en XML</option>"
        "<option value=\"tsv\">en TSV</option></select></span></p></form>\n");
}

static void put_examples(bo_text *out, const bo_sparql_page *page) {
    put(out, "<section><h2>Des questions pour commencer</h2><ul class=\"cards examples\">");
    for (size_t i = 0; i < EXAMPLES; i++) {
        if (page->is_bare && examples[i].of_territory) continue;
        put(out, "<li><a href=\"");
        put_address(out, bo_str_of(examples[i].query), "");
        put(out, "\">");
        bo_html_text(out, bo_str_of(examples[i].title));
        put(out, "</a>");
        bo_html_element(out, "p", bo_str_of(examples[i].what));
        put(out, "</li>\n");
    }
    put(out, "</ul></section>\n");
}

/* Asks for this very page and takes its answer over; leaving it out leaves a page that works. */
static const char script[] =
    "(function(){var f=document.forms[0],q=f.query,r=document.getElementById('reponse'),"
    "s=document.getElementById('arret'),c;\n"
    "document.getElementById('aide').hidden=false;\n"
    "function ask(u){if(c)c.abort();var m=c=new "
    "AbortController();r.setAttribute('aria-busy','true');s.hidden=false;\n"
    "fetch(u,{headers:{Accept:'text/html'},signal:m.signal}).then(function(a){return "
    "a.text()}).then(function(t){"
    "var d=new DOMParser().parseFromString(t,'text/html').getElementById('reponse');"
    "r.innerHTML=d?d.innerHTML:'';history.replaceState(null,'',u);r.scrollIntoView({block:'nearest'})})"
    ".catch(function(e){r.textContent=e.name==='AbortError'?'Arrêté.':'Pas de réponse : '+e.message})"
    ".finally(function(){if(m!==c)return;r.removeAttribute('aria-busy');s.hidden=true})}\n"
    "f.addEventListener('submit',function(e){if(f.format.value)return;e.preventDefault();"
    "ask('/sparql?query='+encodeURIComponent(q.value))});\n"
    "s.addEventListener('click',function(){c.abort()});\n"
    "q.addEventListener('keydown',function(e){if(e.key==='Enter'&&(e.ctrlKey||e.metaKey)){e.preventDefault();"
    "f.requestSubmit()}});\n"
    "document.querySelectorAll('.examples a').forEach(function(a){a.addEventListener('click',function(e){"
    "e.preventDefault();q.value=new URL(a.href).searchParams.get('query');ask(a.href);q.focus()})})})();\n";

bo_status bo_sparql_page_write(bo_text *out, const bo_sparql_page *page) {
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    put_begin(out, page);
    put_form(out, page);
    put(out, "<section id=\"reponse\" aria-live=\"polite\">");
    bo_status status = page->rows != NULL ? put_answer(out, page, arena) : BO_OK;
    if (page->problem != NULL) put_problem(out, page->problem);
    put(out, "</section>\n");
    put_examples(out, page);
    put(out, "</main>\n<footer><p>L'adresse <code>");
    bo_html_text(out, page->root);
    put(out, "sparql</code> répond aussi aux programmes, en JSON, XML, CSV, TSV, Turtle, JSON-LD et "
             "RDF/XML.</p></footer>"
             "<script>\n");
    put(out, script);
    put(out, "</script></body></html>\n");
    bo_arena_free(arena);
    return status;
}
