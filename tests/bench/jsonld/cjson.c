/* SPDX-License-Identifier: Apache-2.0
 * Reading JSON with cJSON: bench_cjson FOLDER SECONDS, as ours.c.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static const char *const documents[] = {"create", "organisation", "container"};
    if (argc != 3) return EXIT_FAILURE;
    for (size_t d = 0; d < 3; d++) {
        char path[4096];
        static char text[1 << 24];
        double rounds[5];
        snprintf(path, sizeof path, "%s/%s.json", argv[1], documents[d]);
        FILE *file = fopen(path, "rb");
        size_t len = file ? fread(text, 1, sizeof text, file) : 0;
        if (file == NULL || len == 0) return EXIT_FAILURE;
        fclose(file);
        for (size_t r = 0; r < 5; r++) {
            double begun = now(), end;
            size_t calls = 0;
            do {
                cJSON_Delete(cJSON_ParseWithLength(text, len));
                calls++;
                end = now();
            } while (end - begun < atof(argv[2]) * 2e5);
            rounds[r] = (end - begun) / (double)calls;
        }
        qsort(rounds, 5, sizeof rounds[0], by_size);
        printf("parse %s %.2f\n", documents[d], rounds[2]);
    }
    return EXIT_SUCCESS;
}
