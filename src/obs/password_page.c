/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/password_page.h"

#include "obs/html.h"

static const struct {
    const char *title, *text, *button; /* no button: nothing is asked */
} steps[] = {[BO_PASSWORD_FORGOTTEN] =
                 {"Mot de passe oublié",
                  "Indiquez l'adresse de votre compte : un courrier vous y sera envoyé, avec un lien "
                  "pour choisir un nouveau mot de passe.",
                  "Recevoir le courrier"},
             [BO_PASSWORD_MAILED] =
                 {"Courrier envoyé",
                  "Si un compte a cette adresse, un courrier est en route. Son lien n'est valable qu'une "
                  "fois, et pas longtemps. Rien n'arrive ? Regardez dans les indésirables.",
                  NULL},
             [BO_PASSWORD_CHOOSE] =
                 {"Nouveau mot de passe",
                  "Choisissez un mot de passe d'au moins huit caractères. Vous serez déconnecté partout "
                  "ailleurs.",
                  "Changer le mot de passe"},
             [BO_PASSWORD_DONE] = {"Mot de passe changé",
                                   "Vous pouvez maintenant vous connecter avec votre nouveau mot de passe.",
                                   NULL}};

static const char *sentence_of(const char *code) {
    static const struct {
        const char *code, *text;
    } sentences[] = {
        {"auth.password.invalid_reset_token",
         "Ce lien n'est plus valable, ou l'adresse n'est pas celle du compte. Demandez un nouveau courrier."},
        {"password.too-short", "Ce mot de passe est trop court : il en faut huit caractères au moins."},
        {"password.too-long", "Ce mot de passe est trop long."},
        {"too-many-tries", "Trop d'essais : attendez une minute."},
        {"mail.not-configured",
         "Ce site n'envoie pas de courrier : demandez un mot de passe à son administrateur."},
        {"mail.queue-full", "Trop de courriers attendent : réessayez plus tard."},
        {"Bad Request", "Remplissez tous les champs."}};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (strcmp(code, sentences[i].code) == 0) return sentences[i].text;
    return "Cela n'a pas marché. Réessayez plus tard.";
}

static void put(bo_text *out, const char *html) {
    bo_text_put(out, bo_str_of(html));
}

static void put_field(bo_text *out, const char *label, const char *attributes, bo_str value) {
    put(out, "<p><label>");
    put(out, label);
    put(out, "<br><input required ");
    put(out, attributes);
    put(out, " value=\"");
    bo_html_text(out, value);
    put(out, "\"></label></p>");
}

static void put_form(bo_text *out, const bo_password_page *page) {
    bool chooses = page->step == BO_PASSWORD_CHOOSE;
    put(out, "<form method=\"post\" action=\"");
    put(out, chooses ? "/auth/new_password\">" : "/auth/reset_password\">");
    put_field(out, "Adresse électronique", "type=\"email\" name=\"email\" autocomplete=\"username\"",
              page->email);
    if (chooses) {
        put(out, "<input type=\"hidden\" name=\"token\" value=\"");
        bo_html_text(out, page->token);
        put(out, "\">");
        put_field(out, "Nouveau mot de passe",
                  "type=\"password\" name=\"password\" minlength=\"8\" autocomplete=\"new-password\"",
                  BO_STR(""));
    }
    put(out, "<p><button>");
    put(out, steps[page->step].button);
    put(out, "</button></p></form>");
}

void bo_password_page_write(bo_text *out, const bo_password_page *page) {
    put(out, "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
    put(out, steps[page->step].title);
    put(out, "</title><link rel=\"stylesheet\" href=\"/static/bocage.css\"></head>\n<body><main><h1>");
    put(out, steps[page->step].title);
    put(out, "</h1>");
    if (page->code != NULL) {
        put(out, "<p class=\"problem\" role=\"alert\">");
        put(out, sentence_of(page->code));
        put(out, "</p>");
    }
    bo_html_element(out, "p", bo_str_of(steps[page->step].text));
    if (steps[page->step].button != NULL)
        put_form(out, page);
    else if (page->next.len > 0) {
        put(out, "<p>");
        bo_html_link(out, page->next, BO_STR("Continuer"));
        put(out, "</p>");
    }
    put(out, "</main></body></html>\n");
}
