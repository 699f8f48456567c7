/* SPDX-License-Identifier: Apache-2.0
 * Made-up data of a territory, in the shape of real ones, for benchmarks: `generate COUNT` writes about COUNT
 * N-Triples to standard output, the same ones each time. Persons, organizations, projects in trees with their
 * tasks, needs, riches and evaluations, up to 500 topics and 1,000 places; links are skewed towards the first
 * of each kind.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE "http://data.example.org/"
#define PAIR "http://virtual-assembly.org/ontologies/pair#"
#define FOAF "http://xmlns.com/foaf/0.1/"
#define RDFS "http://www.w3.org/2000/01/rdf-schema#"
#define SKOS "http://www.w3.org/2004/02/skos/core#"
#define DCT "http://purl.org/dc/terms/"
#define GEO "http://www.opengis.net/ont/geosparql#"
#define XSD "http://www.w3.org/2001/XMLSchema#"
#define TYPE "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

enum { TOPICS = 500, PLACES = 1000 };

typedef enum kind { TOPIC, PLACE, PERSON, ORG, PROJECT, TASK, NEED, RICHNESS, EVALUATION, KINDS } kind;
static const struct {
    const char *path, *class;
    uint64_t in_a_thousand; /* of the subjects */
} kinds[KINDS] = {{"topic", "Topic", 0},        {"place", "Place", 0},        {"person", "Person", 310},
                  {"org", "Organization", 110}, {"project", "Project", 120},  {"task", "Task", 80},
                  {"need", "Need", 120},        {"richness", "Richness", 50}, {"eval", "Evaluation", 210}};
static uint64_t count[KINDS];

static uint64_t state = 20260101;

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

/* The first ones are drawn most: the cube of an even draw. */
static uint64_t popular(uint64_t n) {
    double u = (double)(draw() >> 11) * (1.0 / 9007199254740992.0);
    uint64_t drawn = (uint64_t)((double)n * u * u * u);
    return drawn < n ? drawn : n ? n - 1 : 0;
}

static const char *const words[] = {
    "garden",     "water",        "school",       "energy",   "solar",    "bicycle",    "library",
    "market",     "forest",       "river",        "workshop", "repair",   "kitchen",    "music",
    "theatre",    "health",       "care",         "elder",    "child",    "youth",      "digital",
    "commons",    "cooperative",  "housing",      "shelter",  "compost",  "bees",       "orchard",
    "bakery",     "mobility",     "train",        "village",  "city",     "quarter",    "festival",
    "archive",    "radio",        "climate",      "soil",     "seed",     "tools",      "training",
    "language",   "welcome",      "refuge",       "culture",  "sport",    "finance",    "currency",
    "exchange",   "gift",         "craft",        "wood",     "metal",    "textile",    "recycling",
    "waste",      "network",      "federation",   "assembly", "citizen",  "council",    "budget",
    "transition", "permaculture", "biodiversity", "wetland",  "mountain", "coast",      "harbour",
    "island",     "bridge",       "street",       "square",   "park",     "playground", "hospital",
    "clinic",     "pharmacy",     "law",          "rights",   "justice",  "equality",   "inclusion",
    "access",     "open",         "data",         "linked",   "map",      "survey",     "study",
    "research",   "science",      "history",      "heritage", "museum",   "garage",     "fablab",
    "printing",   "painting"};
static const char *const given_names[] = {
    "Alice", "Bob",  "Chloé",  "David", "Emma",  "Fatou", "Gaël",    "Hugo",  "Inès",  "Jules",
    "Karim", "Léa",  "Malik",  "Nora",  "Oscar", "Paul",  "Quentin", "Rosa",  "Samir", "Théo",
    "Ugo",   "Vera", "Wassim", "Xenia", "Yann",  "Zoé",   "Amina",   "Bruno", "Clara", "Diego"};
static const char *const family_names[] = {
    "Martin", "Bernard", "Dubois",  "Thomas",   "Robert", "Richard", "Petit",  "Durand",   "Leroy",
    "Moreau", "Simon",   "Laurent", "Lefebvre", "Michel", "Garcia",  "David",  "Roux",     "Vincent",
    "Morel",  "Girard",  "André",   "Mercier",  "Dupont", "Lambert", "Bonnet", "François", "Martinez",
    "Benali", "Diallo",  "Traoré",  "Nguyen",   "Silva",  "Blanc",   "Guérin", "Faure"};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* The subject that is written, and what is said of it. */
static char subject[64];
static char text[1024];

static void begin(kind k, uint64_t n) {
    snprintf(subject, sizeof subject, "<" BASE "%s/%" PRIu64 ">", kinds[k].path, n);
    printf("%s <" TYPE "> <" PAIR "%s> .\n", subject, kinds[k].class);
}

static void link_to(const char *predicate, kind k, uint64_t n) {
    printf("%s <%s> <" BASE "%s/%" PRIu64 "> .\n", subject, predicate, kinds[k].path, n);
}

static void string(const char *predicate, const char *value, const char *suffix) {
    printf("%s <%s> \"%s\"%s .\n", subject, predicate, value, suffix);
}

static void typed(const char *predicate, const char *value, const char *datatype) {
    printf("%s <%s> \"%s\"^^<%s> .\n", subject, predicate, value, datatype);
}

static void integer(const char *predicate, uint64_t n) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, n);
    typed(predicate, digits, XSD "integer");
}

static void date(const char *predicate) {
    char value[32];
    snprintf(value, sizeof value, "20%02d-%02d-%02dT%02d:%02d:%02dZ", 10 + (int)below(16), 1 + (int)below(12),
             1 + (int)below(28), (int)below(24), (int)below(60), (int)below(60));
    typed(predicate, value, XSD "dateTime");
}

/* Some words, behind a first one and before a number if there are such. */
static const char *phrase(const char *first, uint64_t least, uint64_t more, int64_t number) {
    size_t len = (size_t)snprintf(text, sizeof text, "%s", first);
    for (uint64_t i = least + below(more + 1); i > 0 && len + 32 < sizeof text; i--)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? " " : "",
                                words[popular(LENGTH(words))]);
    if (number >= 0) snprintf(text + len, sizeof text - len, " %" PRId64, number);
    return text;
}

static void titled(const char *first, uint64_t least, uint64_t n, uint64_t comment) {
    string(RDFS "label", phrase(first, least, 0, (int64_t)n), "@en");
    if (comment > 0) string(RDFS "comment", phrase("", comment, comment * 2, -1), "@en");
}

/* Each in a tree of the given degree, but for the first and for some roots. */
static void part_of(kind k, uint64_t n, uint64_t degree) {
    if (n > 0) link_to(PAIR "partOf", k, (n - 1) / degree);
}

static void topic(uint64_t n) {
    snprintf(text, sizeof text, "%s %" PRIu64, words[n % LENGTH(words)], n);
    string(SKOS "prefLabel", text, "@en");
    if (n > 0) link_to(SKOS "broader", TOPIC, (n - 1) / 4);
}

static void place(uint64_t n) {
    titled("Place", 1, n, 0);
    snprintf(text, sizeof text, "POINT(%.5f %.5f)", -4 + (double)below(1200000) / 1e5,
             42 + (double)below(900000) / 1e5);
    typed(GEO "asWKT", text, GEO "wktLiteral");
    part_of(PLACE, n, 10);
}

static void person(uint64_t n) {
    const char *given = given_names[below(LENGTH(given_names))];
    const char *family = family_names[below(LENGTH(family_names))];
    snprintf(text, sizeof text, "%s %s", given, family);
    string(RDFS "label", text, "");
    string(FOAF "givenName", given, "");
    string(FOAF "familyName", family, "");
    snprintf(text, sizeof text, "%c.%s%" PRIu64 "@example.org", given[0] | 32, family, n);
    if (below(10) < 7) string(FOAF "mbox", text, "");
    snprintf(text, sizeof text, "https://home.example.net/~%c%" PRIu64, given[0] | 32, n);
    if (below(10) < 3) string(FOAF "homepage", text, "");
    link_to(PAIR "memberOf", ORG, popular(count[ORG]));
    link_to(PAIR "basedNear", PLACE, popular(count[PLACE]));
    for (uint64_t i = 1 + below(4); i > 0; i--) link_to(FOAF "knows", PERSON, popular(count[PERSON]));
    for (uint64_t i = 1 + below(2); i > 0; i--) link_to(PAIR "hasTopic", TOPIC, popular(count[TOPIC]));
    date(DCT "created");
}

static void org(uint64_t n) {
    titled("", 3, n, 15);
    part_of(ORG, n, 8);
    link_to(PAIR "basedNear", PLACE, popular(count[PLACE]));
    for (int i = 0; i < 2; i++) link_to(PAIR "hasTopic", TOPIC, popular(count[TOPIC]));
    date(DCT "created");
    integer(PAIR "memberCount", 1 + below(500));
    snprintf(text, sizeof text, "https://org%" PRIu64 ".example.net/", n);
    string(FOAF "homepage", text, "");
}

static void project(uint64_t n) {
    static const char *const states[] = {"active", "planned", "done", "paused"};
    titled("Project", 2, n, 20);
    if (below(2)) part_of(PROJECT, n, 3);
    link_to(PAIR "managedBy", ORG, popular(count[ORG]));
    for (int i = 0; i < 2; i++) link_to(PAIR "involves", PERSON, popular(count[PERSON]));
    link_to(PAIR "hasTopic", TOPIC, popular(count[TOPIC]));
    date(PAIR "startDate");
    snprintf(text, sizeof text, "%d.%02d", 1000 + (int)below(500000), (int)below(100));
    typed(PAIR "budget", text, XSD "decimal");
    string(PAIR "status", states[below(4)], "");
}

static void task(uint64_t n) {
    titled("Task", 2, n, 6);
    link_to(PAIR "partOf", PROJECT, popular(count[PROJECT]));
    link_to(PAIR "assignedTo", PERSON, popular(count[PERSON]));
    integer(PAIR "hours", 1 + below(80));
    typed(PAIR "done", below(3) ? "true" : "false", XSD "boolean");
    date(PAIR "dueDate");
}

static void need(uint64_t n) {
    titled("Need", 3, n, 10);
    link_to(PAIR "neededBy", PROJECT, popular(count[PROJECT]));
    link_to(PAIR "hasTopic", TOPIC, popular(count[TOPIC]));
    date(DCT "created");
    integer(PAIR "priority", 1 + below(5));
    typed(PAIR "open", below(2) ? "true" : "false", XSD "boolean");
    link_to(DCT "creator", PERSON, popular(count[PERSON]));
}

static void richness(uint64_t n) {
    titled("Richness", 2, n, 8);
    link_to(PAIR "offeredBy", below(2) ? PERSON : ORG, popular(count[ORG]));
    link_to(PAIR "answers", NEED, popular(count[NEED]));
    link_to(PAIR "hasTopic", TOPIC, popular(count[TOPIC]));
    integer(PAIR "quantity", 1 + below(50));
}

static void evaluation(uint64_t n) {
    (void)n;
    link_to(PAIR "evaluates", PROJECT, popular(count[PROJECT]));
    link_to(PAIR "author", PERSON, popular(count[PERSON]));
    integer(PAIR "rating", 1 + below(10));
    date(DCT "created");
    string(RDFS "comment", phrase("", 8, 24, -1), "@fr");
    snprintf(text, sizeof text, "%.2f", (double)below(1000) / 1000.0);
    typed(PAIR "confidence", text, XSD "double");
    link_to(PAIR "about", TOPIC, popular(count[TOPIC]));
}

int main(int argc, char **argv) {
    static void (*const describe[KINDS])(uint64_t) = {topic, place, person,   org,       project,
                                                      task,  need,  richness, evaluation};
    char *end = NULL;
    uint64_t wanted = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
    if (wanted < 100 || *end != '\0') {
        fprintf(stderr, "usage: generate COUNT  (about COUNT N-Triples, 100 at least, to standard output)\n");
        return EXIT_FAILURE;
    }
    static char buffer[1 << 20];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    count[TOPIC] = wanted / 200 < TOPICS ? wanted / 200 + 1 : TOPICS;
    count[PLACE] = wanted / 100 < PLACES ? wanted / 100 + 1 : PLACES;
    uint64_t subjects = (wanted - count[TOPIC] * 3 - count[PLACE] * 4) * 10 / 96;
    for (kind k = PERSON; k < KINDS; k++) count[k] = subjects * kinds[k].in_a_thousand / 1000;
    for (kind k = 0; k < KINDS; k++)
        for (uint64_t n = 0; n < count[k]; n++) {
            begin(k, n);
            describe[k](n);
        }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
