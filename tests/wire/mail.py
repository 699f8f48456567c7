#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A forgotten password, through a real mail server (aiosmtpd) that insists on TLS and a login.

    mail.py PROGRAM
"""
import json
import logging
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import warnings
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node, free_port  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
SECRET = "mot de passe du courrier"
CASES = []


def case(check):
    CASES.append((check.__name__, check))
    return check


class Post:
    """The mail server: keeps what it gets, and refuses what it is told to."""

    def __init__(self, folder, replies=(), auth=True):
        self.mails, self.replies, self.tried = [], list(replies), 0
        key, certificate = folder + "/key.pem", folder + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        self.certificate = certificate
        self.controller = Controller(self, hostname="localhost", port=free_port(), tls_context=context, require_starttls=True,
                                     auth_required=auth, authenticator=self.check)

    def check(self, server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"noeud", SECRET.encode()))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 nobody here has that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.tried += 1
        reply = self.replies.pop(0) if self.replies else "250 taken"
        if reply.startswith("250"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, bytes(envelope.content)))
        return reply

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    def wait(self, count=1, seconds=20):
        end = time.monotonic() + seconds
        while len(self.mails) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.mails) == count, f"{len(self.mails)} mails, not {count}"
        return self.mails[-1]


def settings(folder, post, password=SECRET, *more):
    with open(folder + "/secret", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(password + "\n")
    return ["--smtp-server", f"smtp://localhost:{post.controller.port}", "--smtp-user", "noeud", "--smtp-password-file",
            folder + "/secret", "--smtp-ca", post.certificate, "--mail-from", "Observatoire d'été <contact@example.org>",
            "--front-ends", "https://carte.example, https://autre.example", "--delivery-retry", "100ms", *more]


def ask(node, path, body, headers=None):
    return node.ask("POST", path, {"Content-Type": "application/json", **(headers or {})}, json.dumps(body))


def read(mail):
    """What a person sees of it, and the token in its link."""
    sender, to, content = mail
    message = message_from_bytes(content, policy=policy.default)
    assert message.get_content_type() == "text/plain" and not message.defects, message
    text = message.get_content().replace("\r\n", "\n")
    link = re.search(r"^(https://\S+)$", text, re.M).group(1)
    parts = urlsplit(link)
    assert parts.scheme + "://" + parts.netloc + parts.path == "https://carte.example/login", link
    fields = parse_qs(parts.query)
    assert fields["new_password"] == ["true"], link
    return message, text, fields["token"][0]


@case
def a_forgotten_password():
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post, SECRET, "--login-tries", "100"))
        node.account("alice", "--email", "Alice@Example.org")
        node.account("bob", "--email", "bob@example.org")
        with node:
            begun = time.monotonic()
            got = ask(node, "/auth/reset_password", {"email": "alice@EXAMPLE.org"})
            assert got.status == 200 and got.body == b"" and time.monotonic() - begun < 5, got.text
            sender, to, _ = mail = post.wait()
            assert sender == "contact@example.org" and to == ["Alice@Example.org"], mail
            message, text, token = read(mail)
            assert message["From"] == "Observatoire d'été <contact@example.org>", message["From"]
            assert message["Subject"] == "Votre nouveau mot de passe" and "60 minutes" in text and node.base in text, text
            assert re.fullmatch("[0-9a-f]{64}", token), token

            got = ask(node, "/auth/reset_password", {"email": "bob@example.org"}, {"Accept-Language": "en-GB, fr;q=0.5"})
            assert got.status == 200, got.text
            message, text, bobs = read(post.wait(2))
            assert message["Subject"] == "Your new password" and "Hello" in text, text

            def fresh(email, token, password="une phrase neuve"):
                got = ask(node, "/auth/new_password", {"email": email, "token": token, "password": password})
                return got.status, got.json()["message"] if got.body else ""
            bad = (403, "auth.password.invalid_reset_token")
            assert fresh("alice@example.org", bobs) == bad
            assert fresh("nobody@example.org", token) == bad
            assert fresh("alice@example.org", "0" * 64) == bad
            assert fresh("alice@example.org", token, "court") == (422, "password.too-short")
            kept = node.tokens["alice"]
            assert token.encode() not in (node.folder / "store/data.mdb").read_bytes(), "only its digest is to be kept"
            assert fresh("ALICE@example.org", token) == (200, "")
            assert fresh("alice@example.org", token) == bad
            assert node.ask("GET", "/auth/account", {"Authorization": "Bearer " + kept}).status == 401
            assert ask(node, "/auth/login", {"username": "alice", "password": "une phrase neuve"}).status == 200
            assert node.ask("GET", "/auth/account", by="bob").status == 200
            log = node.tail()
            assert token not in log and bobs not in log and SECRET not in log, log


def form(node, path, fields):
    return node.ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(fields))


@case
def the_nodes_own_pages():
    """For a node without a front end, or one that has no such page: a person needs nothing but a browser."""
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        flags = settings(folder, post, SECRET, "--login-tries", "100")
        place = flags.index("--front-ends")
        for more in (flags[:place] + flags[place + 2:], flags + ["--own-password-page"]):
            own_pages(Node(PROGRAM, settings=more), post)
            post.mails.clear()


def own_pages(node, post):
    node.account("alice", "--email", "alice@example.org")
    with node:
        page = node.ask("GET", "/auth/reset_password", {"Accept": "text/html"})
        assert page.status == 200 and 'action="/auth/reset_password"' in page.text and 'lang="fr"' in page.text, page.text
        for who in ("nobody@example.org", "alice@example.org"):
            got = form(node, "/auth/reset_password", {"email": who})
            assert got.status == 200 and "Courrier envoyé" in got.text, got.text
        text = message_from_bytes(post.wait()[2], policy=policy.default).get_content()
        link = re.search(r"^(http://\S+)$", text.replace("\r\n", "\n"), re.M).group(1)
        assert link.startswith(node.base + "/auth/new_password?token="), link
        token = parse_qs(urlsplit(link).query)["token"][0]
        page = node.ask("GET", link, {"Accept": "text/html"})
        assert page.status == 200 and f'name="token" value="{token}"' in page.text and "Nouveau mot de passe" in page.text, page.text
        for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")):
            assert page.header(name) == value, (name, page.headers)
        assert "default-src 'none'" in page.header("Content-Security-Policy") and "<script" not in page.text
        evil = node.ask("GET", "/auth/new_password?token=" + quote('"><script>alert(1)</script>', safe=""))
        assert "<script" not in evil.text and "&lt;script" in evil.text, evil.text
        good = {"email": "alice@example.org", "token": token, "password": "une phrase neuve"}
        for change, status, said in (({"password": "court"}, 422, "trop court"), ({"token": "0" * 64}, 403, "plus valable"),
                                     ({"email": "nobody@example.org"}, 403, "plus valable"), ({"password": ""}, 400, "tous les champs")):
            got = form(node, "/auth/new_password", {**good, **change})
            assert got.status == status and said in got.text and 'role="alert"' in got.text, (change, got.status, got.text)
            assert "court<" not in got.text.replace("trop court", "") and "une phrase" not in got.text, "a page shows a password"
        got = form(node, "/auth/new_password", good)
        assert got.status == 200 and "Mot de passe changé" in got.text, got.text
        assert form(node, "/auth/new_password", good).status == 403, "the link is good once"
        assert ask(node, "/auth/login", {"username": "alice", "password": "une phrase neuve"}).status == 200
        assert node.ask("GET", "/auth/account", by="alice").status == 401, "the old session is over"


@case
def the_language_of_mails():
    """What the account says counts, before what the browser of the one who asks says."""
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post, SECRET, "--login-tries", "100"))
        with node:
            person = {"username": "nell", "email": "nell@example.org", "password": "une phrase neuve", "preferredLocale": "en-GB"}
            token = {"Authorization": "Bearer " + ask(node, "/auth/signup", person).json()["token"]}
            assert node.ask("GET", "/auth/account", token).json()["preferredLocale"] == "en-GB"
            assert ask(node, "/auth/reset_password", {"email": "nell@example.org"}, {"Accept-Language": "fr"}).status == 200
            assert read(post.wait())[0]["Subject"] == "Your new password"
            for locale, status in (("xx_yy zz", 422), ("-fr", 422), ("f" * 40, 422), ("fr", 200), ("", 200)):
                got = ask(node, "/auth/account", {"currentPassword": "une phrase neuve", "preferredLocale": locale}, token)
                assert got.status == status, (locale, got.status, got.text)
                assert status == 200 or got.json()["message"] == "locale.invalid", got.text
            assert "preferredLocale" not in node.ask("GET", "/auth/account", token).json(), "it was taken away"


@case
def another_address():
    """Changing the address takes the password; the old one leads nowhere any more, nor does what was mailed to it."""
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post, SECRET, "--login-tries", "100"))
        node.account("alice", "--email", "alice@example.org")
        node.account("bob", "--email", "bob@example.org")
        password = "un mot de passe assez long"
        with node:
            token = {"Authorization": "Bearer " + node.tokens["alice"]}
            assert ask(node, "/auth/reset_password", {"email": "alice@example.org"}).status == 200
            mailed = read(post.wait())[2]
            for email, current, status, code in (
                    ("neuve@example.org", "pas le bon", 403, "auth.account.invalid_password"),
                    ("BOB@example.org", password, 409, "email.already.exists"),
                    ("pas une adresse", password, 422, "email.invalid"), ("a\r\nBcc: x@y.z", password, 422, "email.invalid")):
                got = ask(node, "/auth/account", {"currentPassword": current, "email": email}, token)
                assert (got.status, got.json()["message"]) == (status, code), (email, got.status, got.text)
            got = ask(node, "/auth/account", {"currentPassword": password, "email": "Neuve@example.org"}, token)
            assert got.status == 200 and got.json()["email"] == "Neuve@example.org", got.text
            assert node.ask("GET", "/auth/account", token).status == 200, "the session goes on"
            for name, status in (("alice@example.org", 401), ("NEUVE@example.org", 200), ("alice", 200)):
                assert ask(node, "/auth/login", {"username": name, "password": password}).status == status, name
            fresh = {"token": mailed, "password": "une phrase neuve"}
            for email in ("alice@example.org", "neuve@example.org"):
                assert ask(node, "/auth/new_password", {"email": email, **fresh}).status == 403, email
            kept = ask(node, "/auth/account", {"currentPassword": password, "newPassword": "une autre phrase"}, token)
            assert kept.status == 200 and kept.json()["email"] == "Neuve@example.org", "what is not named stays"


@case
def nobody_learns_who_has_an_account():
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post, SECRET, "--login-tries", "100"))
        node.account("alice", "--email", "alice@example.org")
        with node:
            answers = [ask(node, "/auth/reset_password", {"email": who}) for who in
                       ("nobody@example.org", "not an address", "x" * 4000 + "@example.org", "alice@example.org")]
            plain = [(a.status, a.body, [h for h in a.headers if h[0] != "Date"]) for a in answers]
            assert all(one == plain[0] for one in plain), plain
            post.wait()
            time.sleep(0.3)
            assert len(post.mails) == 1


@case
def tries_are_limited():
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post, SECRET, "--login-tries", "3", "--trusted-proxies", "127.0.0.1,::1"))
        node.account("alice", "--email", "alice@example.org")
        with node:
            for path, body in (("/auth/reset_password", {"email": "alice@example.org"}),
                               ("/auth/new_password", {"email": "bob@example.org", "token": "0" * 64, "password": "x" * 9})):
                got = [ask(node, path, {**body, "email": body["email"].upper() if i % 2 else body["email"]},
                           {"X-Forwarded-For": f"192.0.2.{i}"}).status for i in range(5)]
                assert got[3:] == [429, 429] and 429 not in got[:3], (path, got)
            got = [ask(node, "/auth/reset_password", {"email": f"n{i}@example.org"}, {"X-Forwarded-For": "198.51.100.7"}).status
                   for i in range(5)]
            assert got == [200] * 3 + [429] * 2, got


@case
def a_mail_server_that_is_busy_is_asked_again():
    with tempfile.TemporaryDirectory() as folder, Post(folder, ["451 later", "451 later"]) as post:
        node = Node(PROGRAM, settings=settings(folder, post))
        node.account("alice", "--email", "alice@example.org")
        with node:
            assert ask(node, "/auth/reset_password", {"email": "alice@example.org"}).status == 200
            _, _, token = read(post.wait())
            assert post.tried == 3, post.tried
            assert ask(node, "/auth/new_password", {"email": "alice@example.org", "token": token,
                                                    "password": "une phrase neuve"}).status == 200


@case
def a_mail_that_is_refused_is_given_up_and_holds_up_no_other():
    with tempfile.TemporaryDirectory() as folder, Post(folder) as post:
        node = Node(PROGRAM, settings=settings(folder, post))
        node.account("alice", "--email", "refused@example.org")
        node.account("bob", "--email", "bob@example.org")
        with node:
            for who in ("refused", "bob"):
                assert ask(node, "/auth/reset_password", {"email": who + "@example.org"}).status == 200
            assert post.wait()[1] == ["bob@example.org"]


@case
def mails_wait_for_a_server_that_is_down_and_the_right_password():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        post = Post(folder)
        node = Node(PROGRAM, folder=home, settings=settings(folder, post, "faux", "--mail-queue", "2"))
        node.account("alice", "--email", "alice@example.org")
        with node:  # nobody listens
            codes = [ask(node, "/auth/reset_password", {"email": f"{who}@example.org"}) for who in ("alice", "b", "c")]
            assert [c.status for c in codes] == [200, 200, 503] and codes[2].json()["message"] == "mail.queue-full", codes[2].text
        with post:
            with node:  # it refuses the login
                time.sleep(1.5)
                assert post.mails == [] and "mail" in node.tail(), node.tail()
            node.settings = settings(folder, post)
            with node:
                assert post.wait()[1] == ["alice@example.org"]


@case
def without_mail_it_says_so():
    node = Node(PROGRAM)
    with node:
        got = ask(node, "/auth/reset_password", {"email": "alice@example.org"})
        assert got.status == 501 and got.json()["message"] == "mail.not-configured", got.text
    for flags, said in ((["--smtp-server", "mail.example:25"], "smtp://"),
                        (["--smtp-server", "smtp://mail.example"], "mail-from"),
                        (["--smtp-server", "smtp://mail.example", "--mail-from", "a@b.c", "--front-ends", "https://f.example",
                          "--smtp-tls", "perhaps"], "required or none"),
                        (["--front-ends", "carte.example"], "https://carte.example"),
                        (["--front-ends", "https://carte.example/page"], "https://carte.example")):
        with tempfile.TemporaryDirectory() as home:
            Node(PROGRAM, folder=home)
            done = subprocess.run([PROGRAM, "serve", "--data", home, *flags], capture_output=True, text=True, timeout=60)
            assert done.returncode != 0 and said in done.stderr, (flags, done.stderr)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    cases.run(CASES)
