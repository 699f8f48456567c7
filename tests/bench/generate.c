/* SPDX-License-Identifier: Apache-2.0
 * Made-up data of a territory, in the shape of real ones, for benchmarks: `generate COUNT` writes about COUNT
 * N-Triples to standard output, the same ones each time. A tenth of the subjects attract most of the links.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE "https://exemple.bocage.test/"
#define PAIR "http://virtual-assembly.org/ontologies/pair#"
#define OBC "https://w3id.org/bien-commun/ns#"
#define DCT "http://purl.org/dc/terms/"
#define XSD "http://www.w3.org/2001/XMLSchema#"
#define TYPE "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

static uint64_t state = 20260101;
static uint64_t written;

/* splitmix64 */
static uint64_t draw(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t n) {
    return n ? draw() % n : 0;
}

/* Nine links of ten go to the first tenth. */
static uint64_t popular(uint64_t n) {
    return below(10) ? below(n / 10 + 1) : below(n);
}

static const char *const words[] = {
    "jardin",    "partage", "quartier", "atelier", "solaire",  "cantine",    "berges",   "réemploi",
    "mémoire",   "habitat", "école",    "friche",  "semence",  "diagnostic", "entraide", "coopérative",
    "transport", "eau",     "lien",     "fête",    "chantier", "compost",    "vélo",     "radio"};

static const char *word(void) {
    return words[below(sizeof words / sizeof *words)];
}

static void link_to(const char *kind, uint64_t n, const char *predicate, const char *other, uint64_t m) {
    printf("<" BASE "%s/%" PRIu64 "> <%s> <" BASE "%s/%" PRIu64 "> .\n", kind, n, predicate, other, m);
    written++;
}

static void typed(const char *kind, uint64_t n, const char *class) {
    printf("<" BASE "%s/%" PRIu64 "> <" TYPE "> <%s> .\n", kind, n, class);
    written++;
}

static void value(const char *kind, uint64_t n, const char *predicate, const char *lexical,
                  const char *datatype) {
    printf("<" BASE "%s/%" PRIu64 "> <%s> \"%s\"", kind, n, predicate, lexical);
    if (datatype[0] == '@')
        printf("%s .\n", datatype);
    else if (datatype[0])
        printf("^^<%s> .\n", datatype);
    else
        printf(" .\n");
    written++;
}

static void about(const char *kind, uint64_t n, const char *class) {
    char text[256];
    typed(kind, n, class);
    snprintf(text, sizeof text, "%s %s %" PRIu64, word(), word(), n);
    value(kind, n, PAIR "label", text, "@fr");
    snprintf(text, sizeof text, "Un %s de %s pour le %s, avec les habitants du %s et un %s.", word(), word(),
             word(), word(), word());
    value(kind, n, PAIR "description", text, "@fr");
    snprintf(text, sizeof text, "20%02" PRIu64 "-%02" PRIu64 "-%02" PRIu64 "T%02" PRIu64 ":30:00Z",
             10 + below(16), 1 + below(12), 1 + below(28), below(24));
    value(kind, n, DCT "created", text, XSD "dateTime");
}

static void number(const char *kind, uint64_t n, const char *predicate, uint64_t whole, uint64_t fraction,
                   bool decimal) {
    char text[64];
    if (decimal)
        snprintf(text, sizeof text, "%" PRIu64 ".%04" PRIu64, whole, fraction);
    else
        snprintf(text, sizeof text, "%" PRIu64, whole);
    value(kind, n, predicate, text, decimal ? XSD "decimal" : XSD "integer");
}

/* One subject of each kind in turn, so that the mix is the same at every size. */
static void actor(uint64_t n, uint64_t places) {
    about("actors", n, below(4) ? PAIR "Person" : PAIR "Organization");
    link_to("actors", n, PAIR "hasLocation", "places", popular(places));
    for (uint64_t i = 1 + below(3); i > 0; i--) link_to("actors", n, PAIR "offers", "skills", popular(300));
    if (n > 0) link_to("actors", n, PAIR "partnerOf", "actors", popular(n));
}

static void place(uint64_t n) {
    typed("places", n, PAIR "Place");
    number("places", n, PAIR "latitude", 48, 8000 + below(2000), true);
    number("places", n, PAIR "longitude", 2, 2800 + below(3000), true);
}

static void project(uint64_t n) {
    about("projects", n, PAIR "Project");
    if (n > 0 && below(2)) link_to("projects", n, PAIR "partOf", "projects", below(n));
    for (uint64_t i = 1 + below(4); i > 0; i--)
        link_to("projects", n, PAIR "involves", "actors", popular(n * 3 + 1));
    link_to("projects", n, OBC "answersNeed", "needs", popular(n + 1));
    link_to("projects", n, PAIR "hasTopic", "themes", popular(40));
}

static void task(uint64_t n) {
    about("tasks", n, PAIR "Task");
    link_to("tasks", n, PAIR "partOf", "projects", popular(n + 1));
    link_to("tasks", n, PAIR "needs", "skills", popular(300));
    value("tasks", n, OBC "isOpen", below(3) ? "true" : "false", XSD "boolean");
}

static void need(uint64_t n) {
    about("needs", n, OBC "EssentialNeed");
    link_to("needs", n, OBC "inTerritory", "territories", popular(40));
    number("needs", n, OBC "voices", below(500), 0, false);
}

static void evaluation(uint64_t n) {
    about("evaluations", n, OBC "CellResult");
    link_to("evaluations", n, OBC "evaluates", "projects", popular(n / 2 + 1));
    link_to("evaluations", n, OBC "onCriterion", "criteria", below(12));
    number("evaluations", n, OBC "medianRank", 1 + below(7), 0, false);
    number("evaluations", n, OBC "polarisation", 0, below(10000), true);
}

int main(int argc, char **argv) {
    char *end = NULL;
    uint64_t count = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
    if (count == 0 || *end != '\0') {
        fprintf(stderr, "usage: generate COUNT  (about COUNT N-Triples to standard output)\n");
        return EXIT_FAILURE;
    }
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    for (uint64_t n = 0; written < count; n++) {
        actor(n * 3, n / 4 + 1);
        actor(n * 3 + 1, n / 4 + 1);
        actor(n * 3 + 2, n / 4 + 1);
        if (n % 4 == 0) place(n / 4);
        project(n);
        task(n * 2);
        task(n * 2 + 1);
        need(n);
        evaluation(n * 2);
        evaluation(n * 2 + 1);
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
