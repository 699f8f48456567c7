#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logging in through a real OpenID provider (npm's oidc-provider), as a browser does it for an "sso" front end.

    sso.py PROGRAM FOLDER-WITH-NODE_MODULES
"""
import base64
import html
import http.client
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tools"))
import cases  # noqa: E402
from node import Node, free_port  # noqa: E402

PROGRAM, NPM = (str(Path(word).resolve()) for word in sys.argv[1:3]) if len(sys.argv) > 2 else sys.exit(__doc__)
FRONT = "https://carte.example"
GOAL = FRONT + "/login?login=true"
PEOPLE = {
    "u1": {"email": "Alice.Durand@Example.org", "email_verified": True, "given_name": "Alice", "family_name": "Éléonore-Durand"},
    "u2": {"email": "bob@example.org", "email_verified": False, "given_name": "Bob", "preferred_username": "Bob l'éponge"},
    "u3": {"email": "ALICE.durand@example.org", "email_verified": True},
    "u4": {"email": "carole@example.org", "email_verified": True, "given_name": "Carole"},
    "u5": {"email": "admin@autre.example", "email_verified": True},
}
CASES = []


def case(check):
    CASES.append((check.__name__, check))
    return check


AS_PROGRAM = {"Accept": "application/json"}  # browsers are shown a page when something goes wrong


class Browser:
    """Cookies by origin and path, one request after the other; never follows by itself."""

    def __init__(self):
        self.cookies = {}

    def ask(self, url, form=None, headers=None):
        parts = urlsplit(url)
        fitting = [f"{name}={value}" for (host, path, name), value in self.cookies.items()
                   if host == parts.netloc and (parts.path + "/").startswith(path.rstrip("/") + "/")]
        headers = {"Accept": "text/html", **({"Cookie": "; ".join(fitting)} if fitting else {}), **(headers or {})}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.request("GET" if form is None else "POST", parts.path + ("?" + parts.query if parts.query else ""), body, headers)
        got = connection.getresponse()
        text = got.read().decode(errors="replace")
        for name, value in got.getheaders():
            if name.lower() == "set-cookie":
                self.keep(parts, value)
        connection.close()
        return got, text

    def keep(self, parts, line):
        pair, *attributes = [piece.strip() for piece in line.split(";")]
        name, _, value = pair.partition("=")
        told = {a.partition("=")[0].lower(): a.partition("=")[2] for a in attributes}
        key = (parts.netloc, told.get("path", "/"), name)
        if told.get("max-age") == "0" or "1970" in told.get("expires", ""):
            self.cookies.pop(key, None)
        else:
            self.cookies[key] = value

    def go(self, url, form=None, stop=FRONT, person=None):
        """Follows redirects, and fills in the provider's forms, until it would leave for `stop`; that address."""
        for _ in range(20):
            got, text = self.ask(url, form)
            form = None
            if got.status in (302, 303):
                url = urljoin(url, got.getheader("Location"))
                if url.startswith(stop):
                    return url
                continue
            action = re.search(r'<form[^>]* action="([^"]+)"', text)
            if got.status != 200 or not action:
                raise AssertionError(f"{got.status} at {url}: {text[:500]}")
            fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', text))
            if 'name="login"' in text:
                fields.update(login=person, password="x")
            url, form = urljoin(url, html.unescape(action.group(1))), fields
        raise AssertionError("too many steps, the last to " + url)


class Provider:
    def __init__(self, base, port=None, auth=None):
        self.base, self.port = base, port or free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.auth = auth
        self.people(PEOPLE)

    def people(self, people):
        Path(NPM, "people.json").write_text(json.dumps(people))

    def __enter__(self):
        environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "NODE_ENV": "production"}
        if self.auth:
            environment["PROVIDER_AUTH"] = self.auth
        self.process = subprocess.Popen(["node", str(Path(__file__).parent / "provider.mjs"), NPM, str(self.port), self.base],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        assert "listening" in self.next(60)
        return self

    def read(self):
        for line in self.process.stdout:
            if line.startswith("{"):  # the library also writes notes for people
                self.lines.put(line)

    def next(self, seconds=20):
        return json.loads(self.lines.get(timeout=seconds))

    def until(self, key):
        while True:
            said = self.next()
            if key in said:
                return said

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


SECRETS = {"secret-rs256": "very: secret & long/enough+%", "post-rs256": "very: secret", "by-subject": "s"}


def settings(folder, provider, client="secret-rs256", *more):
    flags = ["--oidc-issuer", provider.issuer, "--oidc-client", client, "--front-ends", FRONT, "--allow-insecure-peers",
             "--login-tries", "1000", *more]
    if client in SECRETS:
        Path(folder, "secret").write_text(SECRETS[client] + "\n")
        flags += ["--oidc-secret-file", folder + "/secret"]
    return flags


class Scene:
    """A node, its provider and a folder."""

    def __init__(self, client="secret-rs256", *more, auth=None):
        self.folder = tempfile.TemporaryDirectory()
        self.node = Node(PROGRAM, folder=self.folder.name)
        self.provider = Provider(self.node.base, auth=auth)
        self.node.settings = settings(self.folder.name, self.provider, client, *more)

    def __enter__(self):
        self.provider.__enter__()
        self.node.start()
        return self

    def __exit__(self, *_):
        self.node.close()
        self.provider.__exit__()
        self.folder.cleanup()

    def start(self, goal=GOAL):
        return f"{self.node.base}/auth?redirectUrl={quote(goal, safe='')}"

    def login(self, person, browser=None, goal=GOAL):
        """The parameters that the front end gets."""
        end = (browser or Browser()).go(self.start(goal), person=person)
        assert end.startswith(goal.split("?")[0]), end
        return {name: values[0] for name, values in parse_qs(urlsplit(end).query).items()}

    def account(self, token):
        return self.node.ask("GET", "/auth/account", {"Authorization": "Bearer " + token})


def claims_of(token):
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


@case
def a_first_and_a_second_login():
    with Scene() as scene:
        browser = Browser()
        got, _ = browser.ask(scene.start())
        there = urlsplit(got.getheader("Location"))
        asked = {name: values[0] for name, values in parse_qs(there.query).items()}
        assert got.status == 302 and there.netloc == f"localhost:{scene.provider.port}", got.getheader("Location")
        assert asked["redirect_uri"] == scene.node.base + "/auth" and asked["response_type"] == "code", asked
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43, asked
        assert len(asked["state"]) == 43 and len(asked["nonce"]) == 43 and "openid" in asked["scope"].split(), asked
        cookie = got.getheader("Set-Cookie")
        assert all(a in cookie for a in ("HttpOnly", "SameSite=Lax", "Path=/auth")) and "Secure" not in cookie, cookie
        assert asked["nonce"] not in cookie and asked["code_challenge"] not in cookie, cookie

        first = scene.login("u1", browser)
        assert first["new"] == "true" and first["login"] == "true" and set(first) == {"login", "token", "new"}, first
        webid = claims_of(first["token"])["webId"]
        assert re.fullmatch(re.escape(scene.node.base) + "/users/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}", webid), webid
        account = scene.account(first["token"]).json()
        assert account["email"] == "Alice.Durand@Example.org" and account["webId"] == webid, account
        profile = scene.node.ask("GET", webid, {"Accept": "application/ld+json"})
        person = profile.json()
        assert person["pair:label"] == "Alice ÉLÉONORE-DURAND" and person["pair:firstName"] == "Alice", person
        assert person["pair:lastName"] == "Éléonore-Durand", person
        assert {"Person", "pair:Person", "foaf:Person"} <= set(person["type"]), person
        assert "@Example.org" not in profile.text and "@example.org" not in profile.text.lower(), profile.text

        second = scene.login("u1")
        assert second["new"] == "false" and claims_of(second["token"])["webId"] == webid, second
        # the same person by another address: the subject counts
        scene.provider.people({**PEOPLE, "u1": {**PEOPLE["u1"], "email": "nouvelle@example.org"}})
        third = scene.login("u1")
        assert third["new"] == "false" and claims_of(third["token"])["webId"] == webid, third


@case
def every_kind_of_client():
    for client, auth, algorithm in (("post-rs256", "client_secret_post", "RS256"), ("public-es256", None, "ES256")):
        with Scene(client, auth=auth) as scene:
            assert scene.login("u4")["new"] == "true", client
            assert scene.provider.until("claims")["header"]["alg"] == algorithm


@case
def accounts_that_are_there_already():
    with Scene() as scene:
        scene.node.run("account", "add", "alice", "--email", "alice.durand@EXAMPLE.org", input="un mot de passe\n")
        scene.node.run("account", "add", "bob", "--email", "bob@example.org", input="un mot de passe\n")
        first = scene.login("u1")
        assert first["new"] == "false" and claims_of(first["token"])["webId"].endswith("/users/alice"), first
        # another subject with the same address does not get in
        other = scene.login("u3")
        assert "token" not in other and other["error"] == "un autre compte utilise déjà cette adresse", other
        # an address that is not verified opens no account: a new one is made, without the address
        bob = scene.login("u2")
        assert bob["new"] == "true" and not claims_of(bob["token"])["webId"].endswith("/users/bob"), bob
        account = scene.account(bob["token"]).json()
        assert "email" not in account and account["username"] == "bob-l-eponge", account
    with Scene("secret-rs256", "--trust-email") as scene:
        scene.node.run("account", "add", "bob", "--email", "bob@example.org", input="un mot de passe\n")
        bob = scene.login("u2")
        assert bob["new"] == "false" and claims_of(bob["token"])["webId"].endswith("/users/bob"), bob


@case
def names_that_are_taken_get_a_number():
    with Scene() as scene:
        scene.provider.people({f"n{i}": {"email": f"admin@{i}.example", "email_verified": True} for i in range(3)})
        names = [scene.account(scene.login(f"n{i}")["token"]).json()["username"] for i in range(3)]
        assert names == ["admin2", "admin3", "admin4"], names


@case
def registration_may_be_closed():
    with Scene("secret-rs256", "--registration", "closed") as scene:
        scene.node.run("account", "add", "alice", "--email", "alice.durand@example.org", input="un mot de passe\n")
        assert scene.login("u1")["new"] == "false"
        assert scene.login("u4") == {"login": "true", "error": "registration.not-allowed"}


@case
def redirects_stay_at_home():
    with Scene() as scene:
        browser = Browser()
        for goal in ("https://evil.example/", "https://carte.example.evil.example/", "https://carte.example@evil.example/",
                     "//evil.example/", "javascript:alert(1)", "https://carte.example\\@evil.example/",
                     "http://carte.example/", "https://carte.example:8443/", "https://carte.example/\r\nX: y"):
            got, text = browser.ask(scene.start(goal), headers=AS_PROGRAM)
            assert got.status == 400 and json.loads(text)["reason"] == "redirect.not-allowed", (goal, got.status, text)
            assert got.getheader("Set-Cookie") is None and got.getheader("Location") is None, goal
        # parameters that a stranger put there are replaced, others kept, and so is a fragment
        end = Browser().go(scene.start(FRONT + "/login?login=true&token=evil&redirect=%2FEvent&new=x#part"), person="u4")
        parts = urlsplit(end)
        fields = parse_qs(parts.query)
        assert fields["login"] == ["true"] and fields["redirect"] == ["/Event"] and parts.fragment == "part", end
        assert len(fields["token"]) == 1 and fields["token"][0].count(".") == 2 and fields["new"] == ["true"], end
        got, _ = browser.ask(scene.node.base + "/auth")
        assert got.status == 302 and "localhost" in got.getheader("Location")
        got, text = browser.ask(scene.start(FRONT + "/" + "x" * 2000))
        assert got.status == 413, (got.status, text)


def back(scene, browser):
    """The address by which the browser comes back from the provider."""
    return browser.go(scene.start(), person="u4", stop=scene.node.base + "/auth?")


@case
def answers_that_do_not_fit_are_refused():
    with Scene() as scene:
        browser, other = Browser(), Browser()
        url = back(scene, browser)
        for who, address, said in ((other, url, "login.unknown"),  # without the cookie
                                   (browser, url.replace("state=", "state=x"), "login.unknown"),
                                   (browser, scene.node.base + "/auth?code=x", "login.unknown")):
            got, text = who.ask(address, headers=AS_PROGRAM)
            assert got.status == 400 and json.loads(text)["reason"] == said, (address, got.status, text)
            assert got.getheader("Location") is None, address
        key = next(k for k in browser.cookies if k[2] == "bocage-login")
        good = browser.cookies[key]
        end, state, redirect, code = good.split(".")
        evil = base64.urlsafe_b64encode(b"https://evil.example/").rstrip(b"=").decode()
        for bad in ("", "x", "...", f"{int(end) + 999}.{state}.{redirect}.{code}", f"{end}.{state}.{evil}.{code}",
                    f"{end}.{state}.{redirect}.", good[:-1], good + "A"):
            browser.cookies[key] = bad
            got, text = browser.ask(url)
            assert got.status == 400 and got.getheader("Location") is None, (bad, got.status)
        browser.cookies[key] = good
        for change, said in (("iss=" + quote("https://evil.example", safe=""), "échoué"), (None, None)):
            address = re.sub(r"iss=[^&]+", change, url) if change else url
            browser.cookies[key] = good
            got, _ = browser.ask(address)
            fields = parse_qs(urlsplit(got.getheader("Location")).query)
            assert got.status == 302 and (said in fields["error"][0] if said else "token" in fields), fields
        browser.cookies[key] = good  # the same code again
        got, _ = browser.ask(url, headers={"Accept-Language": "en"})
        assert parse_qs(urlsplit(got.getheader("Location")).query)["error"] == ["the login failed, try again"], got.getheader("Location")


@case
def id_tokens_that_do_not_count():
    """The provider's own signature, with both algorithms, under claims that are not for this login."""
    now = int(time.time())
    bad = [{"nonce": "x" * 43}, {"nonce": None}, {"aud": "another"}, {"aud": ["another"]}, {"aud": None}, {"azp": "another"},
           {"iss": "https://login.example"}, {"iss": None}, {"at_hash": "x" * 22}, {"sub": None}, {"sub": "u1"}, {"exp": now - 3600},
           {"exp": None}, {"iat": now + 3600}, {"iat": None}, {"nbf": now + 3600}]
    lies = Path(NPM, "lies.json")
    for client in ("secret-rs256", "public-es256"):
        mine = [{"aud": ["another", client]}, {"aud": ["another", client], "azp": "another"}]
        with Scene(client) as scene:
            try:
                for change in bad + mine:
                    lies.write_text(json.dumps(change))
                    got = scene.login("u4")
                    assert "token" not in got and "error" in got, (client, change, got)
                for change in ({"aud": [client]}, {"aud": ["another", client], "azp": client}, {"azp": client}, {"at_hash": None}, {}):
                    lies.write_text(json.dumps(change))
                    got = scene.login("u4")
                    assert "token" in got, (client, change, got)
            finally:
                lies.unlink(missing_ok=True)


@case
def a_person_who_gives_up():
    with Scene() as scene:
        browser = Browser()
        got, _ = browser.ask(scene.start())
        url = got.getheader("Location")
        state = parse_qs(urlsplit(url).query)["state"][0]
        issuer = quote(scene.provider.issuer, safe="")
        got, _ = browser.ask(f"{scene.node.base}/auth?error=access_denied&state={state}&iss={issuer}")
        assert got.getheader("Location") == GOAL + "&error=" + quote("la connexion a été refusée ou abandonnée", safe=""), got.getheader("Location")


@case
def the_provider_gets_other_keys():
    with Scene() as scene:
        assert scene.login("u4")["new"] == "true"
        scene.provider.__exit__()
        with Provider(scene.node.base, scene.provider.port):
            time.sleep(1.1)  # it is not asked more often than that
            assert scene.login("u4")["new"] == "false"


@case
def the_provider_is_away():
    with Scene("secret-rs256", "--sso-time", "2s") as scene:
        browser = Browser()
        url = back(scene, browser)
        scene.provider.__exit__()
        got, _ = browser.ask(url)
        assert "ne répond pas" in parse_qs(urlsplit(got.getheader("Location")).query)["error"][0], got.getheader("Location")
        got, _ = browser.ask(scene.start())  # what is known of it is still known
        assert got.status == 302, got.status
        assert scene.node.ask("GET", "/organizations").status == 200
    node = Node(PROGRAM, settings=["--oidc-issuer", f"http://localhost:{free_port()}", "--oidc-client", "x", "--front-ends", FRONT,
                                   "--allow-insecure-peers"])
    with node:  # it starts all the same
        start = f"{node.base}/auth?redirectUrl={quote(GOAL, safe='')}"
        got, text = Browser().ask(start)
        assert got.status == 502 and "<h1>Un autre serveur n'a pas répondu comme il faut</h1>" in text, text
        got, text = Browser().ask(start, headers=AS_PROGRAM)
        assert got.status == 502 and "can't be reached" in json.loads(text)["detail"], text
        assert node.ask("GET", "/organizations").status == 200


@case
def a_slow_provider_holds_up_logins_alone():
    import socket
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(100)
    issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
    node = Node(PROGRAM, settings=["--oidc-issuer", issuer, "--oidc-client", "x", "--front-ends", FRONT, "--allow-insecure-peers",
                                   "--sso-time", "3s", "--workers", "1", "--account-workers", "2"])
    with node:
        waiting = [threading.Thread(target=lambda: Browser().ask(f"{node.base}/auth?redirectUrl={quote(GOAL, safe='')}"))
                   for _ in range(6)]
        for thread in waiting:
            thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        for path in ("/organizations", "/", "/organizations/le-jardin"):
            node.ask("GET", path)
        assert time.monotonic() - begun < 2, time.monotonic() - begun
        for thread in waiting:
            thread.join()
    silent.close()


@case
def logging_out():
    with Scene() as scene:
        browser = Browser()
        token = scene.login("u4", browser)["token"]
        other = scene.login("u4")["token"]
        assert scene.account(token).status == 200
        got, _ = browser.ask(f"{scene.node.base}/auth/logout?redirectUrl={quote(FRONT + '/login?logout=true', safe='')}")
        assert got.status == 302 and got.getheader("Location") == FRONT + "/login?logout=true", got.getheader("Location")
        assert scene.account(token).status == 401 and scene.account(token).json()["type"] == "INVALID_TOKEN"
        assert scene.account(other).status == 200
        token = scene.login("u4", browser)["token"]  # the provider still knows the person
        assert scene.account(token).status == 200
        got, _ = browser.ask(f"{scene.node.base}/auth/logout?global=true&redirectUrl={quote(FRONT + '/login?logout=true', safe='')}")
        there = got.getheader("Location")
        assert there.startswith(scene.provider.issuer + "/session/end?client_id=secret-rs256&post_logout_redirect_uri="), there
        assert scene.account(token).status == 401


@case
def the_provider_ends_a_session():
    for client, whole in (("secret-rs256", False), ("by-subject", True)):
        with Scene(client) as scene:
            browser, elsewhere = Browser(), Browser()
            token, again = scene.login("u4", browser)["token"], scene.login("u4", browser)["token"]
            other = scene.login("u4", elsewhere)["token"]
            stranger = scene.login("u1")["token"]
            for t in (token, again, other, stranger):
                assert scene.account(t).status == 200
            end = f"{scene.provider.issuer}/session/end?client_id={client}&post_logout_redirect_uri={quote(FRONT + '/login?logout=true', safe='')}"
            _, text = browser.ask(end)
            fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', text))
            action = re.search(r'action="([^"]+)"', text).group(1)
            browser.go(action, {**fields, "logout": "yes"})
            assert scene.provider.until("backchannel") == {"backchannel": "ok", "clientId": client}
            assert scene.account(token).status == 401 and scene.account(again).status == 401
            assert scene.account(other).status == (401 if whole else 200)
            assert scene.account(stranger).status == 200


@case
def front_channel_logout():
    with Scene() as scene:
        token = scene.login("u4")["token"]
        sid = scene.provider.until("claims")["claims"].get("sid")
        assert sid, "the provider sends sid to clients that require it"
        ask = Browser().ask
        issuer = quote(scene.provider.issuer, safe="")
        for query, status in (("", 400), (f"iss={issuer}", 400), (f"sid={sid}", 400), (f"iss=https%3A%2F%2Fevil.example&sid={sid}", 400),
                              (f"iss={issuer}&sid={sid[:-1]}", 200)):
            got, text = ask(f"{scene.node.base}/auth/frontchannel-logout?{query}")
            assert got.status == status, (query, got.status, text)
            assert scene.account(token).status == 200, query
        got, text = ask(f"{scene.node.base}/auth/frontchannel-logout?iss={issuer}&sid={sid}")
        assert got.status == 200 and got.getheader("Cache-Control") == "no-store" and text == "", text
        assert scene.account(token).status == 401


@case
def logout_tokens_that_are_none():
    with Scene() as scene:
        token = scene.login("u4")["token"]
        said = scene.provider.until("claims")
        header, claims, signature = said["token"].split(".")
        logout = {"iss": scene.provider.issuer, "aud": "secret-rs256", "iat": int(time.time()), "jti": "1", "sub": "u4",
                  "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
        forged = base64.urlsafe_b64encode(json.dumps(logout).encode()).rstrip(b"=").decode()
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        unknown = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"x"}').rstrip(b"=").decode()
        for bad in ("", "x", said["token"], token, f"{header}.{forged}.{signature}", f"{none}.{forged}.", f"{unknown}.{forged}.{signature}"):
            got, text = Browser().ask(scene.node.base + "/auth/backchannel-logout", {"logout_token": bad})
            assert got.status == 400, (bad, got.status, text)
        assert scene.account(token).status == 200


@case
def tries_are_limited():
    with Scene() as scene:
        scene.node.stop()
        scene.node.settings += ["--login-tries", "3"]
        scene.node.start()
        codes = [Browser().ask(scene.node.base + "/auth?code=x&state=y")[0].status for _ in range(5)]
        assert codes == [400] * 3 + [429] * 2, codes


@case
def what_the_settings_must_say():
    with tempfile.TemporaryDirectory() as folder:
        Node(PROGRAM, folder=folder)
        for flags, said in ((["--oidc-issuer", "login.example"], "oidc-issuer"),
                            (["--oidc-issuer", "https://login.example"], "oidc-client"),
                            (["--oidc-issuer", "https://login.example", "--oidc-client", "x"], "front-ends"),
                            (["--cas-server", "https://cas.example"], "front-ends"),
                            (["--cas-server", "cas.example", "--front-ends", FRONT], "cas-server"),
                            (["--oidc-issuer", "https://login.example", "--oidc-client", "x", "--cas-server", "https://cas.example",
                              "--front-ends", FRONT], "one of them"),
                            (["--oidc-issuer", "https://login.example", "--oidc-client", "x", "--front-ends", FRONT,
                              "--oidc-secret-file", folder + "/nothing"], "nothing")):
            done = subprocess.run([PROGRAM, "serve", "--data", folder, *flags], capture_output=True, text=True, timeout=60)
            assert done.returncode != 0 and said in done.stderr, (flags, done.stderr)


if __name__ == "__main__":
    cases.run([one for one in CASES if len(sys.argv) < 4 or one[0] in sys.argv[3:]])
